package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// judgeChanges counts what each change of the schema would lose, and lists the changes in the report. A plan names all losses, a run only
// those that it will make: what it refuses is among its errors.
func (r *runner) judgeChanges(ctx context.Context) (diag.List, error) {
	var faults diag.List
	for _, c := range r.plan.Changes {
		lost, samples, err := r.lost(ctx, c)
		if err != nil {
			return nil, err
		}
		change := report.Change{ID: c.ID, Action: c.Action, Object: c.Object, Detail: c.Detail, Origin: c.Origin, SQL: string(c.SQL)}
		d := c.Judge(lost)
		if d != nil {
			for _, s := range samples[:min(len(samples), 3)] {
				d.Related = append(d.Related, diag.Related{Message: s})
			}
			faults.Add(*d)
			change.Action, change.Blocked, change.Hint = "refused", true, d.Hint
			if lost > 0 {
				change.Detail = fmt.Sprintf("%s: %d %s", c.Detail, lost, c.What(lost))
			}
		} else if c.Refused {
			change.Action, change.Blocked = "refused", true
		} else if c.Action != "drop" && lost == 0 {
			change.ID = ""
		}
		r.rep.Changes = append(r.rep.Changes, change)
		if lost > 0 && (d == nil || r.dry != nil) {
			r.rep.Losses = append(r.rep.Losses, lossOf(c, lost, samples, d == nil && !c.Refused))
		}
	}
	return faults, nil
}

// lost counts what a change would lose, and finds some of it.
func (r *runner) lost(ctx context.Context, c plan.Change) (int64, []string, error) {
	if c.Lost == "" {
		return 0, nil, nil
	}
	row, err := r.DB.One(ctx, c.Lost)
	if err != nil || row.Int(0) == 0 || c.Samples == "" {
		return row0(row), nil, err
	}
	rows, err := r.DB.Query(ctx, c.Samples)
	if err != nil {
		return 0, nil, err
	}
	var samples []string
	for _, s := range rows {
		shown, err := values(s, 0, r.declared(c.Table), c.Shown)
		if err != nil {
			return 0, nil, err
		}
		line := pairs(shown)
		if len(s) > 1 {
			line += ": " + plural(s.Int(1), "row")
		}
		samples = append(samples, line)
	}
	return row.Int(0), samples, nil
}

func row0(row pg.Row) int64 {
	if row == nil {
		return 0
	}
	return row.Int(0)
}

// declared is a table or snapshot of the plan as it is declared.
func (r *runner) declared(name string) model.Table {
	if t := r.plan.Table(name); t != nil {
		return t.Live
	}
	for _, s := range r.plan.Snapshots {
		if s.Want.Name == name {
			return s.Table
		}
	}
	return model.Table{}
}

// lossOf is what a change of the schema destroys, or would.
func lossOf(c plan.Change, lost int64, samples []string, allowed bool) report.Loss {
	action := map[string]string{"D801": "drop table", "D802": "drop column", "D803": "narrow column", "D804": "set not null", "D805": "make unique"}[c.ID]
	out := report.Loss{ID: c.ID, Action: action, Object: c.Object, Rows: lost, What: c.What(lost), Samples: samples, Allowed: allowed, Flag: c.Flag, Origin: c.Origin}
	if c.Column != "" {
		out.Object += "." + c.Column
	}
	if (c.Filled || c.Refused) && !allowed { // no flag helps
		out.Flag = ""
	}
	return out
}

// noteDrift says what no spec declares and so stays. A plan counts it and says how it would go.
func (r *runner) noteDrift(ctx context.Context) error {
	for _, n := range r.plan.Drift.Tables {
		r.note(n)
	}
	if r.dry == nil {
		for _, n := range r.plan.Drift.Columns {
			r.note(n)
		}
		return nil
	}
	for _, c := range r.plan.Undeclared {
		row, err := r.DB.One(ctx, c.Lost)
		if err != nil && !pg.StatementFault(err) {
			return err
		}
		name, held := c.Object, ""
		if c.Column != "" {
			name += "." + c.Column
		}
		if err == nil {
			held = fmt.Sprintf(": %d %s", row.Int(0), c.What(row.Int(0)))
		}
		r.note(fmt.Sprintf("drift: %s is not declared, left alone%s; %s drops it", name, held, c.Flag))
	}
	return nil
}

// confirm asks whether the run may destroy what it would, now that all of it is known.
func (r *runner) confirm(ctx context.Context) error {
	if r.Confirm == nil {
		return nil
	}
	if err := r.weigh(ctx); err != nil || len(r.rep.Losses) == 0 || r.Confirm(r.rep) {
		return err
	}
	if ctx.Err() != nil { // nobody has answered
		return ctx.Err()
	}
	r.rep.Declined = true
	return &stop{code: report.ExitRefused, list: diag.List{{Message: "not confirmed: nothing was written"}}}
}

// weigh adds to the losses what a run would destroy by its rows: what it restates and what it deletes.
func (r *runner) weigh(ctx context.Context) error {
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		if !t.Touch || t.KeyLater || !t.Load.DeleteMissing && !t.Load.Append {
			continue
		}
		out := report.Table{}
		if err := r.countRows(ctx, b, &out); err != nil {
			return err
		}
		r.loseRows(b, out)
	}
	for i, s := range r.plan.Snapshots {
		r.loseFrozen(s, r.rep.Snapshots[i])
	}
	return nil
}

// restateFlag is what allows a restatement, or has allowed it. The one goes with a reason that is still to be found.
func (r *runner) restateFlag() string {
	if r.Restate {
		return "--restate"
	}
	return `--restate --reason "..."`
}

// loseRows adds the rows that publishing deletes to the losses.
func (r *runner) loseRows(b *batch, out report.Table) {
	if out.Deleted == 0 {
		return
	}
	t := b.table
	loss := report.Loss{ID: "D809", Action: "delete rows", Object: t.Live.Schema + "." + t.Live.Name, Rows: out.Deleted, What: "live " + noun(out.Deleted, "row") + " not in the file", Allowed: true,
		Origin: t.Load.Origin}
	if t.Strange {
		loss.Flag, loss.Allowed = "--adopt "+diag.Typed(t.Load.Table.Name), slices.Contains(r.Adopt, t.Load.Table.Name)
	}
	if t.Load.Append {
		loss.ID, loss.Allowed = "D808", r.Restate
		loss.Action, loss.What, loss.Flag = "restate", noun(out.Deleted, "row")+" of partition "+r.sel.Partition, r.restateFlag()
	}
	r.rep.Losses = append(r.rep.Losses, loss)
}

// loseFrozen adds what would take the place of frozen rows to the losses.
func (r *runner) loseFrozen(s *plan.Snapshot, out report.Snapshot) {
	if out.Diff == nil || r.completing[s] {
		return
	}
	rows := out.Diff.Added + out.Diff.Removed + out.Diff.Changed
	r.rep.Losses = append(r.rep.Losses, report.Loss{ID: "D808", Action: "restate", Object: s.Table.Schema + "." + s.Want.Name, Rows: rows,
		What: fmt.Sprintf("%s of frozen %s, kept as revision %d", noun(rows, "row"), s.AsOf, s.Registered.Revision), Samples: slices.Clone(out.Diff.Samples[:min(len(out.Diff.Samples), 3)]), Allowed: r.Restate, Flag: r.restateFlag(), Origin: s.Want.Origin})
}
