package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

// Replayed picks rows that are set aside: all that wait, or those of a run, of a table, or of both.
type Replayed struct {
	Run   int64  // 0 means all
	Table string // "" means all
}

// Replays returns the partitions with rows that wait, as far as a choice picks them: each is one replay.
func Replays(ctx context.Context, c Config, choice Replayed) ([]ledger.Waiting, error) {
	l := ledger.Open(c.DB)
	exists, err := l.HasQuarantine(ctx)
	if err != nil || !exists {
		return nil, err
	}
	all, err := l.Waiting(ctx, c.DB.Schema())
	var out []ledger.Waiting
	for _, w := range all {
		w.Chosen = slices.DeleteFunc(slices.Clone(w.Tables), func(t ledger.WaitingTable) bool {
			return choice.Run != 0 && t.Run != choice.Run || choice.Table != "" && t.Name != choice.Table
		})
		if len(w.Chosen) > 0 {
			out = append(out, w)
		}
	}
	return out, err
}

// Replay judges the rows that wait for a partition by the rules as they are now, publishes those that pass, and completes what was frozen
// without them. Rows that still fail stay set aside, with the reason. It is a run like any other: recorded, locked, all or nothing.
func Replay(ctx context.Context, c Config, w ledger.Waiting) *report.Report {
	r := newRunner(c)
	r.replay = &w
	r.finish(ctx, r.replayAll(ctx))
	return r.rep
}

func (r *runner) replayAll(ctx context.Context) error {
	w := r.replay
	r.event(report.Event{Phase: "start", Text: r.Target})
	if err := r.ledger.Migrate(ctx); err != nil {
		return err
	}
	r.rep.Params = w.Params
	r.sel = plan.Selection{Values: w.Params, AsOf: w.AsOf, Partition: w.Partition}
	for _, t := range w.Tables {
		if r.Pipeline.Load(t.Name) == nil {
			return &stop{code: report.ExitSpec, list: diag.List{{Place: r.Pipeline.Origin, Message: fmt.Sprintf("%s wait for the table %q, which pipeline %s has no more",
				plural(t.Rows, "row"), t.Name, r.Pipeline.Name), Hint: "declare the table again, or replay the others with --table"}}}
		}
		r.Only = append(r.Only, t.Name)
	}
	for _, t := range w.Chosen {
		r.note(fmt.Sprintf("replay of %s of %s that run %d set aside", plural(t.Rows, "row"), t.Name, t.Run))
	}
	return r.inOrder(ctx, r.lock, r.begin, r.prepare, r.stageWaiting, r.checkReplay, r.changeSchema, r.publish)
}

// stageWaiting stages the rows that wait, as apply stages files. Those that are not asked for are set aside at once: the rows that are
// must not rest on them.
func (r *runner) stageWaiting(ctx context.Context) error {
	for _, t := range r.plan.Tables {
		row, err := r.DB.One(ctx, t.Waiting())
		if err != nil {
			return err
		}
		var columns, files []string
		if err := row.JSON(1, &columns); err != nil {
			return err
		}
		if err := row.JSON(2, &files); err != nil {
			return err
		}
		b := &batch{table: t, report: len(r.rep.Tables), rows: row.Int(0), request: source.Request{Table: t.Load.Table}}
		if b.rows > 0 { // another run may have ended their wait meanwhile
			b.absent = t.Stored(columns)
		}
		for _, f := range files {
			b.request.Files = append(b.request.Files, source.File{Name: f})
		}
		b.read = &source.Result{Absent: b.absent}
		r.batches[t.Load.Table.Name] = b
		t.Bind(r.sel, r.Pipeline.Params, b.files())
		r.rep.Tables = append(r.rep.Tables, report.Table{Name: t.Load.Table.Name, State: refused, RowsIn: b.rows, Files: b.files()})
		if t.Delta() && len(b.absent) > 0 && len(r.plan.Snapshots) > 0 {
			return refuse(diag.List{{Place: t.Load.Origin, Message: fmt.Sprintf("rows of %s wait without %s: what they were on the date is known only from the file",
				t.Load.Table.Name, joined(b.absent)), Hint: "apply the corrected file instead"}})
		}
		if err := r.timed("stage", t.Load.Table.Name, func() (int64, error) { return b.rows, r.stageRows(ctx, b) }); err != nil {
			return err
		}
	}
	for _, s := range r.plan.Snapshots {
		r.rep.Snapshots = append(r.rep.Snapshots, report.Snapshot{Name: s.Want.Name, AsOf: s.AsOf, State: refused})
	}
	return nil
}

func (r *runner) stageRows(ctx context.Context, b *batch) error {
	if _, err := r.DB.Exec(ctx, b.table.CreateStage()); err != nil {
		return err
	}
	if _, err := r.DB.Exec(ctx, b.table.StageWaiting(b.files())); err != nil {
		return fmt.Errorf("%s: rows that are set aside cannot be read as the columns that it has now: %w", b.table.Load.Table.Name, err)
	}
	if _, err := r.DB.Exec(ctx, b.table.CreateAside()); err != nil {
		return err
	}
	if slices.ContainsFunc(r.replay.Chosen, func(t ledger.WaitingTable) bool { return t.Name == b.table.Load.Table.Name }) {
		return nil
	}
	_, err := r.leave(ctx, b, b.table.LeaveAll())
	return err
}

// checkReplay leaves aside what still fails, until nothing more does: a row may rest on another that has just been left. Then the rest is
// held against what is frozen, as in any run.
func (r *runner) checkReplay(ctx context.Context) error {
	var faults diag.List
	for first := true; ; first = false {
		var moved int64
		for _, t := range r.plan.Tables {
			b := r.batches[t.Load.Table.Name]
			list, n, err := r.leaveFailing(ctx, b, first)
			if err != nil {
				return err
			}
			faults, moved = append(faults, list...), moved+n
		}
		if moved == 0 {
			break
		}
	}
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		list, err := r.checkAppend(ctx, b)
		if err != nil {
			return err
		}
		if faults = append(faults, list...); b.aside > 0 {
			r.note(fmt.Sprintf("%s: %s set aside", t.Load.Table.Name, stay(b.aside)))
		}
	}
	return r.refuseAll(ctx, faults)
}

func stay(n int64) string {
	if n == 1 {
		return "1 row stays"
	}
	return fmt.Sprintf("%d rows stay", n)
}

// recordReplay ends the wait of the rows that are published, and says why the others go on. Where the live table speaks for a later date
// and nothing was frozen, they are published nowhere, and none of them is lost.
func (r *runner) recordReplay(ctx context.Context, b *batch) error {
	if !b.table.Touch && !r.freezes(b.table) {
		if b.rows > 0 {
			r.note(fmt.Sprintf("%s: %s set aside: the live table speaks for %s, and no snapshot of %s lacks them", b.table.Load.Table.Name, stay(b.rows), b.table.LiveAsOf, r.sel.AsOf))
		}
	} else if _, err := r.DB.Exec(ctx, b.table.Replayed(r.rep.RunID)); err != nil {
		return err
	}
	_, err := r.DB.Exec(ctx, b.table.Left())
	return err
}

// replayRules are the rules that keep a row out: those of severity error that judge rows. Rules about a batch as a whole have judged the
// batch that the rows came with.
func replayRules(t *plan.Table) []model.Rule {
	var out []model.Rule
	for _, rule := range t.Load.Rules {
		if !rule.Aggregate && !rule.Query && rule.Severity == diag.Error {
			rule.Quarantine, rule.AtLeast, rule.MaxFail = true, "", nil // a share of the rows that come back says nothing
			out = append(out, rule)
		}
	}
	return out
}

// leaveFailing leaves aside the rows of a table that fail a rule as it is now, lack a value that they must have, or refer to nothing. It
// answers with their number. Rules are reported once.
func (r *runner) leaveFailing(ctx context.Context, b *batch, first bool) (diag.List, int64, error) {
	before := b.aside
	if first {
		for _, c := range b.table.Live.Columns {
			if c.Nullable && !b.table.Live.IsKey(c.Name) {
				continue
			}
			if _, err := r.leave(ctx, b, b.table.LeaveEmpty(c.Name)); err != nil {
				return nil, 0, err
			}
		}
	}
	faults, err := r.leaveByRules(ctx, b, first)
	if err != nil {
		return nil, 0, err
	}
	for _, ref := range b.table.References {
		if ref.Want.Warn {
			continue
		}
		if _, err := r.leave(ctx, b, ref.Leave()); err != nil {
			return nil, 0, err
		}
	}
	return faults, b.aside - before, nil
}

func (r *runner) leaveByRules(ctx context.Context, b *batch, first bool) (diag.List, error) {
	var faults, broken diag.List
	err := r.asideBy(ctx, b, replayRules(b.table), func(q *plan.Question, out report.Rule) {
		if !first {
			r.failedMore(q, out, &faults)
			return
		}
		if out.Verdict == report.Errored {
			faults.Add(ruleFault(q.Rule, out))
		}
		if len(q.Needs.Windows) > 0 && !q.Proven {
			r.note(fmt.Sprintf("%s: %q has looked at the rows that come back, not at those beside them", out.Table, q.Name))
		}
		r.rep.Rules = append(r.rep.Rules, out)
	}, &broken)
	if first {
		faults = append(faults, broken...)
	}
	return faults, err
}

// leave runs a statement that moves rows of a batch to those set aside.
func (r *runner) leave(ctx context.Context, b *batch, sql pgsql.Frag) (int64, error) {
	row, err := r.DB.One(ctx, sql)
	if err != nil {
		return 0, err
	}
	b.aside += row.Int(0)
	b.rows -= row.Int(0)
	r.rep.Tables[b.report].Rejected += row.Int(0)
	return row.Int(0), nil
}
