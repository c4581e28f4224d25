package run

import (
	"context"
	"fmt"
	"sort"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// countAll counts what publishing would do to every table and snapshot whose batch could be read and has keys.
func (r *runner) countAll(ctx context.Context) error {
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		if r.unread(t.Load.Table.Name) || b.unkeyed {
			continue
		}
		if err := r.judged(t.Load.Table.Name, nil, r.countTable(ctx, b)); err != nil {
			return err
		}
	}
	for i, s := range r.plan.Snapshots {
		if b := r.batches[s.From().Load.Table.Name]; r.unread(b.table.Load.Table.Name) || b.unkeyed {
			continue
		}
		if err := r.judged("", nil, r.countFreeze(ctx, s, &r.rep.Snapshots[i])); err != nil {
			return err
		}
		r.loseFrozen(s, r.rep.Snapshots[i])
	}
	return r.noteStaleFeatures(ctx)
}

// countTable says what publishTable would do.
func (r *runner) countTable(ctx context.Context, b *batch) error {
	t, out := b.table, &r.rep.Tables[b.report]
	if !t.Touch {
		r.leaveLive(b, out)
		return nil
	}
	if err := r.countRows(ctx, b, out); err != nil {
		return err
	}
	if b.clashes { // what a restatement would take away is named, and not counted as if it were done
		r.loseRows(b, *out)
		out.State, out.Inserted, out.Deleted = report.WouldConflict, 0, 0
		return nil
	}
	out.State, out.Unchanged = report.WouldPublish, b.rows-out.Inserted-out.Updated
	r.noteKept(b, out)
	r.loseRows(b, *out)
	r.warnMass(b, *out)
	return nil
}

// countRows counts the rows that publishing would insert, update, delete and keep.
func (r *runner) countRows(ctx context.Context, b *batch, out *report.Table) error {
	switch {
	case b.table.Load.Append:
		return r.countPartition(ctx, b, out)
	case b.table.KeyLater:
		out.Inserted = b.rows
		return nil
	}
	return r.countUpsert(ctx, b, out)
}

func (r *runner) countPartition(ctx context.Context, b *batch, out *report.Table) error {
	out.Inserted = b.rows
	sql := b.table.PartitionHeld()
	if sql == "" || !r.Restate && !b.completes && !b.clashes {
		return nil
	}
	row, err := r.DB.One(ctx, sql)
	if err != nil {
		return err
	}
	out.Deleted = row.Int(0)
	if b.completes {
		out.Inserted, out.Deleted = out.Inserted-out.Deleted, 0
	}
	return nil
}

func (r *runner) countUpsert(ctx context.Context, b *batch, out *report.Table) error {
	lacking := int64(0)
	if b.diff != nil { // known already
		out.Inserted, out.Updated, lacking, out.Changed = b.diff.New, b.diff.Changed, b.diff.Lacking, b.changed
	} else {
		sql, columns := b.table.Count(b.absent)
		row, err := r.DB.One(ctx, sql)
		if err != nil {
			return err
		}
		out.Inserted, out.Updated, lacking = row.Int(0), row.Int(1), row.Int(2)
		out.Changed = mostChanged(row, 3, columns)
	}
	if b.table.Load.DeleteMissing {
		out.Deleted = lacking
		return nil
	}
	out.Kept = lacking
	return nil
}

// mostChanged reads the changed rows of each column, from a place of an answer on; most changed first.
// changedValues counts the values that would change. Rows would say too little: of a table of sums nearly every row changes every month, in a
// few of its columns.
func changedValues(t report.Table) (n int64) {
	for _, c := range t.Changed {
		n += c.Rows
	}
	return n
}

func mostChanged(row pg.Row, from int, columns []string) []report.ColumnDiff {
	var out []report.ColumnDiff
	for i, c := range columns {
		if n := row.Int(from + i); n > 0 {
			out = append(out, report.ColumnDiff{Column: c, Rows: n})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Rows > out[j].Rows })
	return out
}

// countFreeze says what freeze would do.
func (r *runner) countFreeze(ctx context.Context, s *plan.Snapshot, out *report.Snapshot) error {
	b := r.batches[s.From().Load.Table.Name]
	switch {
	case out.State == unchanged:
		return nil
	case s.Registered == nil:
		out.State, out.Revision = report.WouldFreeze, 1
	case r.completing[s]:
		out.State, out.Revision = report.WouldComplete, s.Registered.Revision+1
	case r.Restate:
		out.State, out.Revision = report.WouldRestate, s.Registered.Revision+1
	default:
		out.State = report.WouldConflict
		return nil
	}
	out.Rows, out.LeftOut = b.rows, b.aside
	if s.Earlier != nil {
		row, err := r.DB.One(ctx, s.CountFrozen(b.absent))
		if err != nil {
			return err
		}
		out.Rows = row.Int(0)
	}
	r.noteStale(s)
	return nil
}

// Batches below this size say little by what share of a table they change.
const fewRows = 10

// warnMass warns of a batch that changes or loses an unusual part of its table.
func (r *runner) warnMass(b *batch, out report.Table) {
	live := out.Unchanged + out.Updated + out.Deleted + out.Kept
	if b.table.Load.Append || b.table.KeyLater || live < fewRows {
		return
	}
	mass, name := plan.CheckOf("D809"), b.table.Load.Table.Name
	if 2*changedValues(out) > live*int64(max(1, len(b.table.Live.Columns)-len(b.table.Live.PrimaryKey)-len(b.absent))) {
		r.keep(0, diag.List{mass.At(b.table.Load.Origin, fmt.Sprintf("%d of %d rows of %s would change%s", out.Updated, live, name, worstColumn(out.Changed)),
			"is it the file of another table, month or unit?")})
	}
	if 2*out.Deleted > live {
		r.keep(0, diag.List{mass.At(b.table.Load.Origin, fmt.Sprintf("%d of %d rows of %s would be deleted", out.Deleted, live, name), "is the export whole?")})
	}
}

func worstColumn(columns []report.ColumnDiff) string {
	if len(columns) == 0 {
		return ""
	}
	return fmt.Sprintf(", most in %s (%d)", columns[0].Column, columns[0].Rows)
}
