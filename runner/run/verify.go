package run

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Verify recomputes the fingerprint of every registered freeze of the schema and compares it with the registry. A snapshot's state
// in the report is "verified" or "changed".
func Verify(ctx context.Context, c Config) *report.Report {
	if c.Pipeline == nil {
		c.Pipeline = &model.Pipeline{}
	}
	r := newRunner(c)
	r.finish(ctx, r.verify(ctx))
	return r.rep
}

func (r *runner) verify(ctx context.Context) error {
	exists, err := r.ledger.Exists(ctx)
	if err != nil {
		return err
	}
	if !exists {
		r.note("nothing has been frozen in this database yet")
		return nil
	}
	freezes, err := r.ledger.Freezes(ctx, r.DB.Schema())
	if err != nil {
		return err
	}
	found, err := r.DB.Inspect(ctx, r.DB.Schema())
	if err != nil {
		return err
	}
	var faults diag.List
	for _, f := range freezes {
		fault, err := r.verifyFreeze(ctx, f, plan.Found{Tables: found})
		if err != nil {
			return err
		}
		if fault != nil {
			faults.Add(*fault)
		}
	}
	gone, err := r.noteDropped(ctx, freezes)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return refuse(faults)
	}
	if len(freezes) == 0 && !gone {
		r.note("nothing has been frozen in this database yet")
	}
	return nil
}

// noteDropped says what was frozen once, was dropped on purpose, and is verified no more. It answers whether a whole snapshot was.
func (r *runner) noteDropped(ctx context.Context, freezes []ledger.Registered) (bool, error) {
	type drop struct {
		snapshot, column string
		run              int64
	}
	dates := map[drop]int64{}
	var order []drop
	for _, f := range freezes {
		for _, c := range slices.Sorted(maps.Keys(f.Dropped)) {
			d := drop{f.Snapshot, c, f.Dropped[c]}
			if dates[d]++; dates[d] == 1 {
				order = append(order, d)
			}
		}
	}
	for _, d := range order {
		r.note(fmt.Sprintf("%s: run %d dropped the column %s of %s; the other columns are verified", d.snapshot, d.run, d.column, plural(dates[d], "frozen date")))
	}
	list, err := r.ledger.DroppedSnapshots(ctx, r.DB.Schema())
	for _, s := range list {
		r.note(fmt.Sprintf("%s: run %d dropped it with %s; their fingerprints are kept, and there is nothing left to verify", s.Name, s.Run, plural(s.Dates, "frozen date")))
	}
	return len(list) > 0, err
}

func (r *runner) verifyFreeze(ctx context.Context, f ledger.Registered, found plan.Found) (*diag.Diagnostic, error) {
	started := r.Now()
	out := report.Snapshot{Name: f.Snapshot, AsOf: f.AsOf, Rows: f.Rows, Revision: f.Revision, State: "verified"}
	fault := func(format string, args ...any) *diag.Diagnostic {
		out.State = "changed"
		return &diag.Diagnostic{Message: fmt.Sprintf("%s of %s is not what was frozen: ", f.Snapshot, f.AsOf) + fmt.Sprintf(format, args...),
			Hint: fmt.Sprintf("somebody changed it outside of runner; apply %s again with --restate to bring back what its source says", f.AsOf)}
	}
	var bad *diag.Diagnostic
	table := found.Table(f.Snapshot)
	missing := missingColumns(table, f.Columns)
	switch {
	case f.Algorithm != plan.Algorithm:
		return nil, fmt.Errorf("%s of %s has a fingerprint of version %d, this runner knows %d: use a newer runner", f.Snapshot, f.AsOf, f.Algorithm, plan.Algorithm)
	case table == nil:
		bad = fault("the table is gone")
	case len(missing) > 0:
		bad = fault("column %s is gone", joined(missing))
	default:
		row, err := r.DB.One(ctx, plan.Fingerprint(*table, f.AsOf, f.Columns))
		if err != nil {
			return nil, err
		}
		bad = judgeFingerprint(row, f, fault)
	}
	out.DurationMS = r.Now().Sub(started).Milliseconds()
	r.rep.Snapshots = append(r.rep.Snapshots, out)
	return bad, nil
}

func judgeFingerprint(row pg.Row, f ledger.Registered, fault func(string, ...any) *diag.Diagnostic) *diag.Diagnostic {
	if n := row.Int(0); n != f.Rows {
		return fault("it has %s, %d were frozen", plural(n, "row"), f.Rows)
	}
	if row.Text(1) != f.Fingerprint {
		return fault("the values differ (same number of rows)")
	}
	return nil
}

func missingColumns(t *model.Table, columns []string) []string {
	if t == nil {
		return nil
	}
	var out []string
	for _, c := range columns {
		if t.Column(c) == nil {
			out = append(out, c)
		}
	}
	return out
}
