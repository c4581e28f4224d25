package run

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// States of a snapshot or a table in the report.
const (
	frozen     = "frozen"
	unchanged  = "unchanged"
	restated   = "restated"
	refused    = "refused"
	published  = "published"
	notTouched = "not touched"
)

// checkFreezes compares each batch with what is frozen for its as_of: nothing frozen, equal, or different. A difference is refused
// unless the run restates.
func (r *runner) checkFreezes(ctx context.Context) (diag.List, error) {
	var faults diag.List
	for i, s := range r.plan.Snapshots {
		b, out := r.batches[s.From().Load.Table.Name], &r.rep.Snapshots[i]
		if r.unread(s.From().Load.Table.Name) {
			continue
		}
		started := r.Now()
		if s.Registered != nil && !b.unkeyed {
			diff, err := r.compareFreeze(ctx, s, b)
			if err != nil {
				return nil, err
			}
			out.Rows, out.Revision, out.LeftOut = s.Registered.Rows, s.Registered.Revision, b.aside
			if r.completing[s], err = r.completes(ctx, s, b, diff); err != nil {
				return nil, err
			}
			if diff, err = r.newlyAside(ctx, s, b, diff); err != nil {
				return nil, err
			}
			out.Diff = diff
			switch {
			case r.completing[s]:
			case diff == nil:
				out.State = unchanged
			case !r.Restate:
				faults.Add(frozenFault(s, diff))
			}
		} else if s.Registered == nil && s.Delta() && s.Earlier == nil {
			r.note(fmt.Sprintf("%s: no earlier freeze to lay the changes over: %s holds the rows of this batch alone", s.Want.Name, s.AsOf))
		}
		out.DurationMS = r.Now().Sub(started).Milliseconds()
	}
	return faults, nil
}

// compareFreeze returns nil when the batch is what was frozen.
func (r *runner) compareFreeze(ctx context.Context, s *plan.Snapshot, b *batch) (*report.Diff, error) {
	sql, columns := s.Compare(b.absent)
	row, err := r.DB.One(ctx, sql)
	if err != nil {
		return nil, err
	}
	d := &report.Diff{Added: row.Int(0), Removed: row.Int(1), Changed: row.Int(2)}
	if d.Added+d.Removed+d.Changed == 0 {
		return nil, nil
	}
	for i, c := range columns {
		if n := row.Int(3 + i); n > 0 {
			d.Columns = append(d.Columns, report.ColumnDiff{Column: c, Rows: n})
		}
	}
	sort.SliceStable(d.Columns, func(i, j int) bool { return d.Columns[i].Rows > d.Columns[j].Rows })
	sql, columns = s.CompareSamples(b.absent)
	rows, err := r.DB.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		line, err := diffLine(s, row, columns)
		if err != nil {
			return nil, err
		}
		d.Samples = append(d.Samples, line)
	}
	return d, nil
}

// diffLine writes one differing key: id=7 changed: fee 29.85 -> 30.00.
func diffLine(s *plan.Snapshot, row pg.Row, columns []string) (string, error) {
	key, err := values(row, 0, s.From().Live, s.From().Live.PrimaryKey)
	if err != nil {
		return "", err
	}
	was, err := values(row, 2, s.From().Live, columns)
	if err != nil {
		return "", err
	}
	is, err := values(row, 3, s.From().Live, columns)
	if err != nil {
		return "", err
	}
	kind := row.Text(1)
	line := pairs(key) + " " + kind
	if kind != "changed" {
		return line, nil
	}
	var changes []string
	for i := range was {
		if was[i].Value != is[i].Value {
			changes = append(changes, fmt.Sprintf("%s %s -> %s", was[i].Column, was[i].Shown(), is[i].Shown()))
		}
	}
	if len(changes) == 0 {
		changes = []string{"in a masked column"}
	}
	return line + ": " + strings.Join(changes, ", "), nil
}

func frozenFault(s *plan.Snapshot, d *report.Diff) diag.Diagnostic {
	var parts []string
	for _, p := range []struct {
		n    int64
		what string
	}{{d.Added, "added"}, {d.Removed, "removed"}, {d.Changed, "changed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", plural(p.n, "key"), p.what))
		}
	}
	if len(d.Columns) > 0 && len(parts) > 0 {
		var by []string
		for _, c := range d.Columns {
			by = append(by, fmt.Sprintf("%s %d", c.Column, c.Rows))
		}
		parts[len(parts)-1] += " (" + strings.Join(by, ", ") + ")"
	}
	out := plan.CheckOf("D808").At(s.Want.Origin, fmt.Sprintf("%s of %s is frozen and this batch differs: %s", s.Want.Name, s.AsOf, joined(parts)),
		`correct the source, or restate the month on purpose with --restate --reason "..."`)
	for i, line := range d.Samples {
		if i == 3 {
			break
		}
		out.Related = append(out.Related, diag.Related{Message: line})
	}
	return out
}

// freeze stamps one snapshot inside the publishing transaction.
func (r *runner) freeze(ctx context.Context, s *plan.Snapshot, out *report.Snapshot) error {
	if out.State == unchanged {
		return nil
	}
	started := r.Now()
	r.event(report.Event{Phase: "freeze", Subject: s.Want.Name})
	b := r.batches[s.From().Load.Table.Name]
	f := ledger.Freeze{Schema: s.Table.Schema, Snapshot: s.Want.Name, AsOf: s.AsOf, Revision: 1, Columns: s.Columns(),
		Algorithm: plan.Algorithm, Delta: s.Delta(), Partial: b.aside > 0, FrozenAt: started}
	row, err := r.writeFreeze(ctx, s, b)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Want.Name, err)
	}
	out.State, out.Rows, out.LeftOut = frozen, row.Int(0), b.aside
	if s.Registered != nil {
		f.Revision, f.Reason = s.Registered.Revision+1, r.Reason
		out.State = restated
		if r.completing[s] {
			out.State = completed
		}
	}
	r.noteStale(s)
	f.Rows, f.Fingerprint, out.Revision = row.Int(0), row.Text(1), f.Revision
	out.DurationMS += r.Now().Sub(started).Milliseconds()
	r.event(report.Event{Phase: "freeze", Subject: s.Want.Name, Rows: out.Rows, Ended: true})
	return r.ledger.AddFreeze(ctx, r.rep.RunID, f)
}

// writeFreeze writes the rows and answers with their number and fingerprint.
func (r *runner) writeFreeze(ctx context.Context, s *plan.Snapshot, b *batch) (pg.Row, error) {
	if s.Registered == nil {
		row, err := r.DB.One(ctx, s.Freeze(b.absent))
		if err != nil {
			return nil, err
		}
		return row, r.execAll(ctx, s.After())
	}
	if err := r.execAll(ctx, s.After()); err != nil {
		return nil, err
	}
	if err := r.execAll(ctx, s.Restate(b.absent)); err != nil {
		return nil, err
	}
	return r.DB.One(ctx, plan.Fingerprint(s.Table, s.AsOf, s.Columns()))
}

// noteStale names what was made without these rows: over the revision that is now replaced, or before this as_of was frozen at all.
func (r *runner) noteStale(s *plan.Snapshot) {
	for _, later := range s.Later {
		r.note(fmt.Sprintf("%s of %s was laid over earlier freezes and is now stale: apply it again with --restate", s.Want.Name, later.AsOf))
	}
}
