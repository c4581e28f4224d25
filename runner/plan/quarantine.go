package plan

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// reasonsColumn is what setting aside adds to a row: the rules that the row fails, as text[]. It cannot be the name of a declared column.
const reasonsColumn = "#rules"

// idColumn is where a row of the batch lies, while it is told whether the row is set aside.
const idColumn = "#id"

// Spares judges a quarantine rule. Its failing rows are set aside whatever their share, unless at_least or max_fail sets a limit: more
// of them refuse the batch.
func Spares(rule model.Rule, looked, failed, unknown int64) (judged, bad int64, spares bool) {
	judged, bad, passes := Judge(rule, looked, failed, unknown)
	return judged, bad, passes || rule.AtLeast == "" && rule.MaxFail == nil
}

// CreateAside makes the temporary table of the rows that are set aside; "" when no rule sets any aside.
func (t *Table) CreateAside() pgsql.Frag {
	if t.Aside == "" {
		return ""
	}
	return fill("quarantine_create", pgsql.Holes{"aside": t.Aside, "stage": t.Stage, "reasons": pgsql.Ident(reasonsColumn)})
}

// SetAside moves the rows that fail any of the rules from the batch to those set aside. Each statement answers with the number of rows that
// it moved; there is more than one only where rules need relations that go by the same name.
func (r *Rules) SetAside(t *Table, failed []*Question) []pgsql.Frag {
	way := Plain
	for _, q := range failed {
		way = max(way, q.Way())
	}
	s := *r.Subject
	s.Rows = "(SELECT s.ctid AS " + pgsql.Ident(idColumn) + ", s.* FROM " + t.Stage + " s)"
	numbered := &Rules{Subject: &s}
	var out []pgsql.Frag
	for _, group := range r.Scans(failed, way) {
		reasons := pgsql.List(group, func(q *Question) pgsql.Frag {
			return "CASE WHEN " + q.Failing() + " THEN " + pgsql.Literal(q.Name) + " END"
		})
		out = append(out, fill("quarantine_move", pgsql.Holes{"stage": t.Stage, "rows": numbered.from(group, way), "id": pgsql.Column("r", idColumn), "aside": t.Aside, "reasons": reasons}))
	}
	return out
}

// waiting is the condition of the ledger's rows that wait for this partition of the table.
func (t *Table) waiting() pgsql.Frag {
	return "schema_name = " + pgsql.Literal(t.Live.Schema) + " AND table_name = " + pgsql.Literal(t.Load.Table.Name) +
		" AND partition = " + pgsql.Literal(t.partition) + " AND state = 'waiting'"
}

// CountWaiting answers with the number of rows that earlier runs of this partition set aside and that still wait.
func (t *Table) CountWaiting() pgsql.Frag {
	return fill("quarantine_waiting", pgsql.Holes{"waiting": t.waiting()})
}

// RecordAside keeps the rows that are set aside in the ledger, under a state. Columns that no file has (absent) are not kept: when the
// rows come back, they are left alone.
func (t *Table) RecordAside(run int64, pipeline, asOf, state string, files, absent []string) pgsql.Frag {
	date := pgsql.Frag("NULL::date")
	if asOf != "" {
		date = pgsql.Typed(asOf, "date")
	}
	return fill("quarantine_record", pgsql.Holes{"run": pgsql.Int(run), "schema": pgsql.Literal(t.Live.Schema), "name": pgsql.Literal(t.Load.Table.Name),
		"pipeline": pgsql.Literal(pipeline), "as_of": date, "partition": pgsql.Literal(t.partition), "state": pgsql.Literal(state),
		"reasons": pgsql.Column("a", reasonsColumn), "aside": t.Aside, "line": pgsql.Column("a", lineColumn), "place": pgsql.Column("a", fileColumn),
		"files": "ARRAY[" + pgsql.List(files, pgsql.Literal) + "]::text[]", "key": t.keyObject("a"), "row": t.rowObject("a", absent)})
}

// keyObject is the key of a row as a JSON object, {} where there is none. Only values of equal types make equal objects.
func (t *Table) keyObject(alias pgsql.Frag) pgsql.Frag {
	return t.object(alias, t.Live.Keys())
}

// rowObject is a whole row as a JSON object.
func (t *Table) rowObject(alias pgsql.Frag, absent []string) pgsql.Frag {
	return t.object(alias, without(t.Load.Table.Columns, absent))
}

// object takes its values from a row, because jsonb_build_object is a function and takes no more than 50 of them. json stays as it was
// written, as a text.
func (t *Table) object(alias pgsql.Frag, columns []model.Column) pgsql.Frag {
	if len(columns) == 0 {
		return "'{}'::jsonb"
	}
	return "(SELECT to_jsonb(o) FROM (SELECT " + pgsql.List(columns, func(c model.Column) pgsql.Frag {
		return comparable(alias, c) + " AS " + pgsql.Ident(c.Name)
	}) + ") o)"
}

// identity is what a row that was set aside is known by when it comes again: its key, or all of it where there is no key.
func (t *Table) identity(alias pgsql.Frag, absent []string) pgsql.Frag {
	if len(t.Live.PrimaryKey) == 0 {
		return t.rowObject(alias, absent)
	}
	return t.keyObject(alias)
}

func (t *Table) waitingIdentity() pgsql.Frag {
	if len(t.Live.PrimaryKey) == 0 {
		return "row"
	}
	return "key"
}

// CloseWaiting ends the wait of rows that earlier runs set aside, now that a new batch of their partition is published: each is resolved
// when the batch brings its key, repeated when that is set aside again, and gone when the batch has it no more. superseded says that
// newer rows take the place of those of earlier partitions too, because nothing but the live table ever shows them.
func (t *Table) CloseWaiting(run int64, asOf string, superseded bool, absent []string) pgsql.Frag {
	aside := pgsql.Frag("SELECT NULL::jsonb AS id WHERE false")
	if t.Aside != "" {
		aside = "SELECT DISTINCT " + t.identity("a", absent) + " AS id FROM " + t.Aside + " a"
	}
	scope := "partition = " + pgsql.Literal(t.partition)
	if superseded {
		scope = "true"
		if asOf != "" {
			scope = "as_of <= " + pgsql.Typed(asOf, "date")
		}
	}
	return fill("quarantine_close", pgsql.Holes{"run": pgsql.Int(run), "schema": pgsql.Literal(t.Live.Schema), "name": pgsql.Literal(t.Load.Table.Name),
		"partition": pgsql.Literal(t.partition), "scope": scope, "identity": t.waitingIdentity(), "stage": t.Stage,
		"staged": t.identity("s", absent), "set_aside": aside})
}

// CountAsideLive answers with the number of live rows whose key was set aside.
func (t *Table) CountAsideLive() pgsql.Frag {
	key := t.Live.PrimaryKey
	return fill("quarantine_live", pgsql.Holes{"aside": t.Aside, "table": t.Live.SQL(), "match": match("a", key, "l", key)})
}

// AppendOutside counts, for an append table, the rows that only the batch has and that no earlier run of the partition set aside.
func (t *Table) AppendOutside() pgsql.Frag {
	return t.unknown(t.Stage, asDeclared(t.Live, t.Found, pgsql.Ident(model.PartitionColumn)+" = "+pgsql.Literal(t.partition)))
}

// unknown counts the keys of rows that a partition does not hold and that no earlier run of it set aside.
func (t *Table) unknown(rows, held pgsql.Frag) pgsql.Frag {
	key := t.Live.PrimaryKey
	return fill("quarantine_unknown", pgsql.Holes{"waiting": t.waiting(), "rows": rows, "known": held, "match": match("h", key, "k", key),
		"key": t.keyObject("k"), "missing": pgsql.Column("h", key[0]) + " IS NULL"})
}

// Outside counts the keys in which the batch differs from what is frozen although the freeze did not leave them out.
func (s *Snapshot) Outside(absent []string) pgsql.Frag {
	s = s.asFrozen()
	h := s.diffHoles(absent, false)
	h["waiting"], h["key"] = s.from.waiting(), s.from.keyObject("b")
	return fill("freeze_outside", h)
}

// NewlyAside counts the keys that are set aside and that this as_of, which is frozen, knows nothing of: they are neither frozen nor were
// they left out.
func (s *Snapshot) NewlyAside() pgsql.Frag {
	return s.from.unknown(s.from.Aside, s.at(s.AsOf, false))
}
