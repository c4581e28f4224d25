package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// replaced are the frozen rows, or the rows of a partition, that a run puts others in the place of.
type replaced struct {
	source string // the snapshot or table
	asOf   string // of a snapshot
}

func (p replaced) String() string {
	if p.asOf == "" {
		return p.source
	}
	return p.source + " of " + p.asOf
}

// replaced returns what a run replaces, or would.
func (r *runner) replaced() (out []replaced) {
	for i, s := range r.plan.Snapshots {
		switch r.rep.Snapshots[i].State {
		case restated, completed, report.WouldRestate, report.WouldComplete:
			out = append(out, replaced{s.Want.Name, s.AsOf})
		}
	}
	for _, t := range r.plan.Tables {
		if b := r.batches[t.Load.Table.Name]; t.Load.Append && r.Restate && r.rep.Tables[b.report].Deleted > 0 {
			out = append(out, replaced{source: t.Load.Table.Name})
		}
	}
	return out
}

// noteStaleFeatures names what was made of rows that a run replaces, and does not make anew itself: values that are online, and files of
// training sets.
func (r *runner) noteStaleFeatures(ctx context.Context) error {
	gone := r.replaced()
	if len(gone) == 0 {
		return nil
	}
	if there, err := r.ledger.HasMaterializations(ctx); err != nil || !there {
		return err
	}
	online, err := r.ledger.Materialized(ctx, r.DB.Schema())
	if err != nil {
		return err
	}
	r.noteStaleViews(gone, online)
	built, err := r.ledger.Trainings(ctx, r.DB.Schema())
	for _, b := range built {
		if made := madeOf(b.Manifest, gone); len(made) > 0 {
			r.note(fmt.Sprintf("training set %s (%s) was built from the rows that %s had until now: runner training build %s --replace",
				b.Name, b.Output, joined(made), diag.Typed(b.Name)))
		}
	}
	return err
}

func (r *runner) noteStaleViews(gone []replaced, online map[string]ledger.Materialized) {
	var names []string
	brought := plan.MaterializedViews(r.Pipeline, r.Only)
	for _, v := range r.Project.FeatureViews {
		_, was := online[v.Name]
		reads := slices.ContainsFunc(gone, func(p replaced) bool { return slices.Contains(plan.Reads(v), p.source) })
		if v.Online && was && reads && !slices.Contains(brought, v) {
			names = append(names, v.Name)
		}
	}
	r.noteBehind(names)
}

// noteBehind names views that do not say online what their sources say.
func (r *runner) noteBehind(names []string) {
	if len(names) == 0 {
		return
	}
	typed := make([]string, len(names))
	for i, name := range names {
		typed[i] = diag.Typed(name)
	}
	r.note(fmt.Sprintf("behind its source online: %s: runner materialize %s", strings.Join(names, ", "), strings.Join(typed, " ")))
}

// madeOf are those of the replaced rows that a training set was built from.
func madeOf(m report.Manifest, gone []replaced) (out []string) {
	for _, p := range gone {
		frozen := slices.ContainsFunc(m.Freezes, func(f report.TrainingFreeze) bool { return f.Snapshot == p.source && f.AsOf == p.asOf })
		if frozen || p.asOf == "" && slices.Contains(m.Reads, p.source) {
			out = append(out, p.String())
		}
	}
	return out
}

// noteIdleViews names the views of a pipeline that are behind, although every partition is done: nothing is loaded, and so nothing comes online.
func (r *runner) noteIdleViews(ctx context.Context) error {
	views := plan.MaterializedViews(r.Pipeline, r.Only)
	if len(views) == 0 {
		return nil
	}
	found, last, err := r.findOnline(ctx)
	if err != nil {
		return err
	}
	schema := model.OnlineSchema(r.DB.Schema())
	if found.Online.Tables, err = r.DB.Inspect(ctx, schema); err != nil {
		return err
	}
	var names []string
	for _, v := range views {
		t, fault := plan.NewOnlineTable(v, r.DB.Schema(), found.Online)
		if fault != nil {
			continue // materialize says so
		}
		if m := r.planOnline(t, found, last); m.Missing == "" && !m.UpToDate {
			names = append(names, v.Name)
		}
	}
	r.noteBehind(names)
	return nil
}
