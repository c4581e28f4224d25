package run

import (
	"context"
	"slices"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// validateBatch stages the batch of a partition and judges it as apply would, without publishing it or keeping a record.
func (r *runner) validateBatch(ctx context.Context, j Judged) error {
	if err := r.choose(ctx); err != nil || r.sel.Idle {
		return err
	}
	defer r.drop(ctx)
	if err := r.readyBatches(ctx); err != nil {
		return err
	}
	if err := r.openAll(); err != nil {
		return err
	}
	faults, err := r.stageJudged(ctx)
	if err != nil {
		return err
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	if faults, err = r.setAside(ctx, nil); err != nil {
		return err
	}
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		if slices.ContainsFunc(t.AsideRules(), func(rule model.Rule) bool { return !r.unasked[rule.ID] }) {
			faults = append(faults, r.tooManyRejects(b)...)
		}
		list, err := r.checkRules(ctx, b)
		if err != nil {
			return err
		}
		faults = append(faults, list...)
		if j.Explain {
			if err := r.explain(ctx, r.plan.Batch(t, b.read.Absent, false), r.rep.Rules); err != nil {
				return err
			}
		}
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	return nil
}

// readyBatches plans the batches that the rules look at, and adds the rules that set rows aside before others are asked.
func (r *runner) readyBatches(ctx context.Context) error {
	r.Pipeline, r.unasked = plan.WithAside(r.Pipeline, r.Project.Pipeline(r.Pipeline.Name))
	r.Only = plan.Closure(r.Pipeline)
	return r.prepare(ctx)
}

// stageJudged stages batches that are judged and not published. The faults are those of their files.
func (r *runner) stageJudged(ctx context.Context) (diag.List, error) {
	r.rep.Tables, r.rep.Snapshots = []report.Table{}, []report.Snapshot{}
	var faults diag.List
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		b.unkeyed, b.report = true, len(r.rep.Tables)
		r.rep.Tables = append(r.rep.Tables, report.Table{Name: t.Load.Table.Name, State: judgedState, Files: b.files()})
		list, err := r.stageTable(ctx, b)
		if err != nil {
			return nil, err
		}
		faults = append(faults, list...)
	}
	return faults, nil
}

// drop removes what was staged, also after an interruption.
func (r *runner) drop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, b := range r.batches {
		_, _ = r.DB.Exec(ctx, b.table.DropStage())
	}
}
