package plan

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Count asks what publishing would do to the live table as it will be when its schema is changed: rows inserted, rows updated, live rows
// that a full batch lacks, and then the updated rows of each column that is returned, in order. Rows that are set aside are not lacking.
// It is for tables that take a batch by their key.
func (t *Table) Count(absent []string) (pgsql.Frag, []string) {
	key := t.Live.PrimaryKey
	added, lacking := pgsql.Column("l", key[0])+" IS NULL", pgsql.Column("s", lineColumn)+" IS NULL"
	both := "NOT (" + added + ") AND NOT (" + lacking + ")"
	aside := pgsql.Frag("")
	if t.Aside != "" {
		keys := pgsql.List(key, pgsql.Ident)
		aside = "\nLEFT JOIN (SELECT DISTINCT " + keys + " FROM " + t.Aside + ") q ON " + match("q", key, "l", key)
		lacking += " AND " + pgsql.Column("q", key[0]) + " IS NULL"
	}
	rest := without(t.Live.Rest(), absent)
	counts, columns := t.changedBy(absent, both)
	join := pgsql.Frag("FULL")
	if t.Load.Delivery == model.Delta {
		join = "LEFT"
	}
	return fill("count_publish", pgsql.Holes{"stage": t.Stage, "live": asChanged(t.Live, t.Found), "join": join, "match": match("l", key, "s", key), "aside": aside,
		"new": added, "lacking": lacking, "both": both, "differs": differs("l", "s", rest), "by_column": counts}), columns
}

// PartitionHeld answers, for an append table, with the rows of its partition; "" where it cannot hold any yet.
func (t *Table) PartitionHeld() pgsql.Frag {
	if t.Found == nil || t.Found.Column(model.PartitionColumn) == nil {
		return ""
	}
	return t.PartitionRows()
}

// CountFrozen answers with the number of rows that the snapshot would hold for its as_of.
func (s *Snapshot) CountFrozen(absent []string) pgsql.Frag {
	return fill("count_rows", pgsql.Holes{"rows": "(" + s.source(absent, false) + ")"})
}
