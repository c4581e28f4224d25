package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// What becomes of rows that are set aside, as the ledger says it.
const (
	waiting   = "waiting" // published without them
	notTaken  = "refused" // the whole batch was
	completed = "completed"
)

// quarantine judges the rules of a table that set rows aside, and takes the failing rows out of its batch. Of rules that nobody asked for
// nothing is said.
func (r *runner) quarantine(ctx context.Context, b *batch) (diag.List, error) {
	var faults diag.List
	list := r.judgeable(r.plan.Batch(b.table, b.read.Absent, !b.unkeyed), b.table.AsideRules())
	err := r.asideBy(ctx, b, list, func(q *plan.Question, out report.Rule) {
		if r.unasked[q.ID] {
			return
		}
		r.rep.Rules = append(r.rep.Rules, out)
		if out.Verdict == report.Fail || out.Verdict == report.Errored {
			faults.Add(ruleFault(q.Rule, out))
		}
	}, &faults)
	return faults, err
}

// asideBy takes the rows that fail any of the rules out of a batch. Each rule is told to see.
func (r *runner) asideBy(ctx context.Context, b *batch, list []model.Rule, see func(*plan.Question, report.Rule), faults *diag.List) error {
	rules, answers, err := r.pose(ctx, r.plan.Batch(b.table, b.read.Absent, !b.unkeyed), list)
	if err != nil || rules == nil {
		return err
	}
	*faults = append(*faults, rules.Broken...)
	var failed []*plan.Question
	for _, q := range rules.Questions {
		out, err := r.outcome(ctx, rules, q, answers[q], b.file)
		if err != nil {
			return err
		}
		if out.Verdict != report.Errored && out.Failed > 0 {
			failed = append(failed, q)
		}
		see(q, out)
	}
	if len(failed) == 0 {
		return nil
	}
	return r.takeOut(ctx, b, rules, failed)
}

// settleQuarantine says what is set aside once that is settled, and refuses what is too much for the source.
func (r *runner) settleQuarantine(ctx context.Context) (diag.List, error) {
	faults, err := r.judgeAgain(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		switch {
		case b.aside > 0 && r.dry != nil:
			r.note(fmt.Sprintf("%s: %s would be set aside", t.Load.Table.Name, plural(b.aside, "row")))
		case b.aside > 0:
			r.note(fmt.Sprintf("%s: %s set aside; `runner quarantine show %d` lists them", t.Load.Table.Name, plural(b.aside, "row"), r.rep.RunID))
		}
		faults = append(faults, r.tooManyRejects(b)...)
	}
	return faults, nil
}

// setAside takes the rows out of every batch that apply would set aside, in its order. meet is told of a table each time before rules of it
// take rows out; nil is nobody.
func (r *runner) setAside(ctx context.Context, meet func(*plan.Table) error) (diag.List, error) {
	var faults diag.List
	for _, t := range r.plan.JudgeOrder() {
		if meet != nil {
			if err := meet(t); err != nil {
				return nil, err
			}
		}
		list, err := r.quarantine(ctx, r.batches[t.Load.Table.Name])
		if err != nil {
			return nil, err
		}
		faults = append(faults, list...)
	}
	list, err := r.judgeAgain(ctx, meet)
	return append(faults, list...), err
}

// judgeAgain judges again, until nothing more is set aside, the rules that look at rows which may have been taken out since: those of tables
// that look at themselves or at each other.
func (r *runner) judgeAgain(ctx context.Context, meet func(*plan.Table) error) (diag.List, error) {
	var faults diag.List
	circular := r.plan.Circular()
	for moved := true; moved; {
		moved = false
		for _, t := range r.plan.JudgeOrder() {
			b := r.batches[t.Load.Table.Name]
			if r.unread(t.Load.Table.Name) {
				continue
			}
			before := b.aside
			if meet != nil && len(circular[t]) > 0 {
				if err := meet(t); err != nil {
					return nil, err
				}
			}
			list := slices.DeleteFunc(slices.Clone(circular[t]), func(rule model.Rule) bool { return r.rests(rule) != "" })
			if err := r.asideBy(ctx, b, list, func(q *plan.Question, out report.Rule) { r.failedMore(q, out, &faults) }, &faults); err != nil {
				return nil, err
			}
			moved = moved || b.aside > before
		}
	}
	return faults, nil
}

// failedMore adds rows to what the report says of a rule already.
func (r *runner) failedMore(q *plan.Question, out report.Rule, faults *diag.List) {
	i := slices.IndexFunc(r.rep.Rules, func(o report.Rule) bool { return o.Table == out.Table && o.ID == out.ID && o.Rule == out.Rule })
	if i < 0 || out.Failed == 0 {
		return
	}
	was := &r.rep.Rules[i]
	was.Failed += out.Failed
	was.Samples = append(was.Samples, out.Samples[:min(len(out.Samples), sampled-len(was.Samples))]...)
	rule := q.Rule
	rule.NullsFail = false // those that fail for it are counted
	if _, _, spares := plan.Spares(rule, was.Judged, was.Failed, 0); spares || was.Verdict == report.Fail {
		if was.Verdict == report.Pass {
			was.Verdict = report.Quarantined
		}
		return
	}
	was.Verdict = report.Fail
	faults.Add(ruleFault(q.Rule, *was))
}

// takeOut moves the failing rows. What was known of the batch from a comparison with the live table is known no more.
func (r *runner) takeOut(ctx context.Context, b *batch, rules *plan.Rules, failed []*plan.Question) error {
	b.diff = nil
	for _, sql := range rules.SetAside(b.table, failed) {
		if _, err := r.leave(ctx, b, sql); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) tooManyRejects(b *batch) diag.List {
	most := b.table.Load.Source.MaxRejects
	if most == nil || b.aside <= int64(*most) {
		return nil
	}
	return diag.List{{Place: b.table.Load.Source.Origin, Message: fmt.Sprintf("%s of %s would be set aside, and max_rejects is %d",
		plural(b.aside, "row"), b.table.Load.Table.Name, *most), Hint: "correct the source, or raise max_rejects if so many are to be expected"}}
}

// newlyAside refuses to leave keys out of an as_of that is frozen and knows nothing of them: the batch differs from what was frozen, also
// where the rows that make the difference are set aside.
func (r *runner) newlyAside(ctx context.Context, s *plan.Snapshot, b *batch, diff *report.Diff) (*report.Diff, error) {
	if b.aside == 0 {
		return diff, nil
	}
	row, err := r.DB.One(ctx, s.NewlyAside())
	if err != nil || row.Int(0) == 0 {
		return diff, err
	}
	if diff == nil {
		diff = &report.Diff{}
	}
	diff.Added += row.Int(0)
	diff.Samples = append(diff.Samples, plural(row.Int(0), "key")+" added, of rows that are set aside")
	return diff, nil
}

// completes tells whether a batch that differs from a partial freeze differs only in keys that the freeze left out, or has none of those
// any more.
func (r *runner) completes(ctx context.Context, s *plan.Snapshot, b *batch, diff *report.Diff) (bool, error) {
	switch {
	case !s.Registered.Partial || r.Restate:
		return false, nil
	case diff == nil:
		return b.aside == 0, nil
	case diff.Removed+diff.Changed > 0:
		return false, nil
	}
	row, err := r.DB.One(ctx, s.Outside(b.absent))
	if err != nil || row.Int(0) > 0 {
		return false, err
	}
	if b.aside > 0 {
		row, err = r.DB.One(ctx, s.NewlyAside())
	}
	return err == nil && (b.aside == 0 || row.Int(0) == 0), err
}

// completesPartition tells whether the batch of an append table is its partition and rows that were set aside before.
func (r *runner) completesPartition(ctx context.Context, t *plan.Table, added, removed int64) (bool, error) {
	if removed > 0 {
		return false, nil
	}
	row, err := r.DB.One(ctx, t.CountWaiting())
	if err != nil || row.Int(0) == 0 {
		return false, err
	}
	if len(t.Live.PrimaryKey) == 0 { // without a key only their number can be compared
		return added <= row.Int(0), nil
	}
	row, err = r.DB.One(ctx, t.AppendOutside())
	return err == nil && row.Int(0) == 0, err
}

// recordQuarantine brings the ledger up to date inside the publishing transaction: rows that waited for this batch wait no more, and those
// that it sets aside do.
func (r *runner) recordQuarantine(ctx context.Context, b *batch) error {
	if r.replay != nil {
		return r.recordReplay(ctx, b)
	}
	t := b.table
	superseded := t.Touch && !t.Load.Append && !r.freezes(t)
	if _, err := r.DB.Exec(ctx, t.CloseWaiting(r.rep.RunID, r.sel.AsOf, superseded, b.absent)); err != nil {
		return fmt.Errorf("%s: %w", t.Load.Table.Name, err)
	}
	if b.aside == 0 {
		return nil
	}
	if _, err := r.DB.Exec(ctx, t.RecordAside(r.rep.RunID, r.Pipeline.Name, r.sel.AsOf, waiting, b.files(), b.absent)); err != nil {
		return fmt.Errorf("%s: %w", t.Load.Table.Name, err)
	}
	return nil
}

// freezes tells whether the pipeline has a snapshot of a table.
func (r *runner) freezes(t *plan.Table) bool {
	for _, s := range r.plan.Snapshots {
		if s.From() == t {
			return true
		}
	}
	return false
}

// rejectsTimeout bounds the writing of the rows that a run set aside before it was refused: there may be millions.
const rejectsTimeout = 5 * time.Minute

// recordRejects records a run that was refused together with the rows that it had set aside, and tells whether it did. The rows are there
// as long as the session is that staged them.
func (r *runner) recordRejects(ctx context.Context) bool {
	also := r.rejects()
	if len(also) == 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rejectsTimeout)
	defer cancel()
	if r.DB.Alive() && r.ledger.Fail(ctx, r.rep, r.Now(), also...) == nil {
		return true
	}
	r.note("the rows that were set aside could not be kept in the ledger: apply again to see them")
	return false
}

// rejects are the statements that keep what a run had set aside before it was refused. Rows that are replayed are in the ledger already.
func (r *runner) rejects() []pgsql.Frag {
	if r.plan == nil || r.replay != nil {
		return nil
	}
	var out []pgsql.Frag
	for _, t := range r.plan.Tables {
		if b := r.batches[t.Load.Table.Name]; b != nil && b.aside > 0 {
			out = append(out, t.RecordAside(r.rep.RunID, r.Pipeline.Name, r.sel.AsOf, notTaken, b.files(), b.absent))
		}
	}
	return out
}
