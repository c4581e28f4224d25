package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// entryColumn is what a replay adds to a batch: the number of the ledger's row that a row came from.
const entryColumn = "#entry"

// forReplay makes the plan of a table whose batch is rows that were set aside: changes to what the partition has brought already.
func (t *Table) forReplay() {
	l := *t.Load
	l.Delivery, l.DeleteMissing = model.Delta, false
	t.Load, t.Replay = &l, true
	t.Aside = tempName("aside_", l.Table.Name)
}

// laidOver makes the freeze of a replay what is frozen and the rows that come back. It is false where nothing is frozen.
func (s *Snapshot) laidOver() bool {
	s.Earlier = s.Registered
	return s.Registered != nil
}

// Waiting answers with the ledger's rows that wait for this partition of the table: their number, the names of their columns as json, and
// the files that they came from as json.
func (t *Table) Waiting() pgsql.Frag {
	return fill("replay_waiting", pgsql.Holes{"waiting": t.waiting()})
}

// StageWaiting copies the rows that wait into the batch. files are their files, in the order of the numbers that the batch knows them by.
func (t *Table) StageWaiting(files []string) pgsql.Frag {
	row, values := pgsql.Frag("q.row"), []pgsql.Frag{}
	for _, c := range t.Load.Table.Columns {
		value := pgsql.Column("r", c.Name)
		if c.Type.Name == "json" { // kept as text, so that it comes back as it was written
			value = "(" + row + " ->> " + pgsql.Literal(c.Name) + ")::json"
		}
		values = append(values, value)
	}
	for _, c := range t.Load.Table.Columns {
		if c.RenamedFrom != "" {
			was, is := pgsql.Literal(c.RenamedFrom), pgsql.Literal(c.Name)
			row = "CASE WHEN q.row ? " + is + " OR NOT q.row ? " + was + " THEN " + row + " ELSE " + row + " || jsonb_build_object(" + is + "::text, q.row -> " + was + ") END"
		}
	}
	return fill("replay_stage", pgsql.Holes{"stage": t.Stage, "waiting": t.waiting(), "row": row,
		"columns": pgsql.List(t.Load.Table.ColumnNames(), pgsql.Ident), "values": pgsql.Join(values, ", "),
		"files": "ARRAY[" + pgsql.List(files, pgsql.Literal) + "]::text[]", "file": pgsql.Ident(fileColumn), "line": pgsql.Ident(lineColumn), "entry": pgsql.Ident(entryColumn)})
}

// Delta tells whether the spec delivers changes only.
func (t *Table) Delta() bool { return t.delta }

// Stored returns the declared columns that rows with these columns lack.
func (t *Table) Stored(columns []string) (absent []string) {
	for _, c := range t.Load.Table.Columns {
		if !slices.Contains(columns, c.Name) && !slices.Contains(columns, c.RenamedFrom) {
			absent = append(absent, c.Name)
		}
	}
	return absent
}

// LeaveEmpty moves rows without a value in a column that must have one to those set aside, and answers with their number.
func (t *Table) LeaveEmpty(column string) pgsql.Frag {
	return t.leave("", pgsql.Column("r", column)+" IS NULL", column+" is empty, and it may not be")
}

// LeaveAll moves every row to those set aside: they are not asked for.
func (t *Table) LeaveAll() pgsql.Frag { return t.leave("", "true", "") }

// Leave moves rows whose value exists nowhere to those set aside, and answers with their number.
func (r *Reference) Leave() pgsql.Frag {
	h := r.holes(false)
	return r.child.leave(h["joins"], h["present"]+" AND "+h["missing"], joinNames(r.Want.Columns)+" is not in "+r.Want.Table)
}

func joinNames(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}

func (t *Table) leave(joins, leaving pgsql.Frag, reason string) pgsql.Frag {
	return fill("replay_leave", pgsql.Holes{"stage": t.Stage, "aside": t.Aside, "joins": joins, "leaving": leaving, "reason": pgsql.Literal(reason)})
}

// Replayed ends the wait of the rows that are published.
func (t *Table) Replayed(run int64) pgsql.Frag {
	return fill("replay_done", pgsql.Holes{"stage": t.Stage, "run": pgsql.Int(run), "entry": pgsql.Column("s", entryColumn)})
}

// Left says of the rows that go on waiting why they do.
func (t *Table) Left() pgsql.Frag {
	return fill("replay_left", pgsql.Holes{"aside": t.Aside, "entry": pgsql.Column("a", entryColumn), "reasons": pgsql.Column("a", reasonsColumn)})
}
