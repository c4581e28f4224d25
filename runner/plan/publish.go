package plan

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Publish returns the statement that brings the batch into the live table. It answers with the rows inserted and the rows updated.
// Columns that no file has (absent) are neither compared nor written.
func (t *Table) Publish(absent []string) pgsql.Frag {
	columns := without(t.Live.Columns, absent)
	if t.KeyLater || t.Load.Append {
		return fill("publish_new", pgsql.Holes{"table": t.Live.SQL(), "stage": t.Stage, "columns": names(columns),
			"values": pgsql.List(columns, func(c model.Column) pgsql.Frag { return pgsql.Column("s", c.Name) })})
	}
	rest := without(t.Live.Rest(), absent)
	action := pgsql.Frag("NOTHING")
	if len(rest) > 0 {
		action = "UPDATE SET " + pgsql.List(rest, func(c model.Column) pgsql.Frag {
			return pgsql.Ident(c.Name) + " = " + pgsql.Column("excluded", c.Name)
		})
	}
	return fill("publish_upsert", pgsql.Holes{
		"table": t.Live.SQL(), "stage": t.Stage, "columns": names(columns),
		"values":  pgsql.List(columns, func(c model.Column) pgsql.Frag { return pgsql.Column("s", c.Name) }),
		"match":   match("l", t.Live.PrimaryKey, "s", t.Live.PrimaryKey),
		"missing": pgsql.Column("l", t.Live.PrimaryKey[0]) + " IS NULL",
		"differs": differs("l", "s", rest),
		"key":     pgsql.List(t.Live.PrimaryKey, pgsql.Ident), "action": action,
	})
}

// DeleteMissing removes live rows that the batch does not hold and answers with their number. Rows that are set aside were in the batch:
// what is live under their keys stays.
func (t *Table) DeleteMissing() pgsql.Frag {
	key := t.Live.PrimaryKey
	columns, aside := pgsql.List(key, pgsql.Ident), pgsql.Frag("")
	if t.Aside != "" {
		aside = "\n    UNION ALL SELECT " + columns + " FROM " + t.Aside + " a"
	}
	return fill("publish_delete", pgsql.Holes{"table": t.Live.SQL(), "stage": t.Stage, "aside": aside,
		"key": columns, "match": match("k", key, "t", key)})
}

// CountLive answers with the number of live rows.
func (t *Table) CountLive() pgsql.Frag { return fill("count", pgsql.Holes{"table": t.Live.SQL()}) }

// CountValues answers with the number of live rows that have a value in a column, which may still have its old name or not be
// there at all.
func (t *Table) CountValues(column string) pgsql.Frag {
	return fill("count_values", pgsql.Holes{"live": asDeclared(t.Live, t.Found, "true"), "column": pgsql.Column("l", column)})
}

// LockLive blocks other writers of the live table, and readers too where a key is still to be added, so that no lock has to be
// raised later.
func (t *Table) LockLive() pgsql.Frag {
	mode := pgsql.Frag("SHARE ROW EXCLUSIVE")
	if t.KeyLater {
		mode = "ACCESS EXCLUSIVE"
	}
	return fill("lock", pgsql.Holes{"table": t.Live.SQL(), "mode": mode})
}

// LocksOf are the locks of a run in name order, so that two writers never wait for each other in a circle. Tables that are not going to be
// written are not locked.
func LocksOf(tables []*Table, snapshots []*Snapshot) []pgsql.Frag {
	locks := map[string]pgsql.Frag{}
	for _, t := range tables {
		if t.Touch {
			locks[t.Load.Table.Name] = t.LockLive()
		}
	}
	for _, s := range snapshots {
		locks[s.Want.Name] = s.Lock()
	}
	var out []pgsql.Frag
	for _, name := range sortedKeys(locks) {
		out = append(out, locks[name])
	}
	return out
}

// AnalyzeLive lets the planner know a table that was just filled for the first time.
func (t *Table) AnalyzeLive() pgsql.Frag { return fill("analyze", pgsql.Holes{"table": t.Live.SQL()}) }

// PartitionRows answers, for an append table, with the rows that its partition has already.
func (t *Table) PartitionRows() pgsql.Frag {
	return fill("append_count", pgsql.Holes{"table": t.Live.SQL(), "partition": t.partitionIs("t")})
}

// PartitionDiff answers, for an append table, with the rows that only the batch has and those that only the live partition has.
func (t *Table) PartitionDiff(absent []string) pgsql.Frag {
	columns := without(t.Live.Columns, absent)
	list := func(alias pgsql.Frag) pgsql.Frag {
		return pgsql.List(columns, func(c model.Column) pgsql.Frag { return comparable(alias, c) })
	}
	return fill("append_diff", pgsql.Holes{"live": asDeclared(t.Live, t.Found, pgsql.Ident(model.PartitionColumn)+" = "+pgsql.Literal(t.partition)),
		"stage": t.Stage, "live_columns": list("t"), "columns": list("s")})
}

// PartitionClash finds keys of the batch that another partition brought: file, line, key as json, that partition.
func (t *Table) PartitionClash() pgsql.Frag {
	key := t.Live.PrimaryKey
	return fill("append_clash", pgsql.Holes{"live": asDeclared(t.Live, t.Found, "true"), "stage": t.Stage, "match": match("t", key, "r", key),
		"other": pgsql.Column("t", model.PartitionColumn) + " IS DISTINCT FROM " + pgsql.Literal(t.partition), "partition_column": pgsql.Column("t", model.PartitionColumn),
		"key_text": textList("r", key), "file": pgsql.Column("r", fileColumn), "line": pgsql.Column("r", lineColumn)})
}

// DeletePartition removes an append table's partition before it is restated, and answers with the number of rows.
func (t *Table) DeletePartition() pgsql.Frag {
	return fill("append_delete", pgsql.Holes{"table": t.Live.SQL(), "partition": t.partitionIs("t")})
}

func (t *Table) partitionIs(alias pgsql.Frag) pgsql.Frag {
	return pgsql.Column(alias, model.PartitionColumn) + " = " + pgsql.Literal(t.partition)
}

func names(columns []model.Column) pgsql.Frag {
	return pgsql.List(columns, func(c model.Column) pgsql.Frag { return pgsql.Ident(c.Name) })
}
