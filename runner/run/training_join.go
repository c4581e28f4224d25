package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// prepareJoin finds out what there is to join, within the transaction that reads it.
func (t *training) prepareJoin(ctx context.Context) (*plan.History, error) {
	freezes, err := t.findSources(ctx, plan.TrainingReads(t.w.Set))
	if err != nil {
		return nil, err
	}
	if err := t.chooseDates(freezes); err != nil {
		return nil, err
	}
	if t.plan, err = plan.NewTraining(t.Project, t.DB.Schema(), t.w.Set, t.stage, t.dates, t.sel); err != nil {
		return nil, &stop{code: report.ExitSpec, list: diag.List{{Place: t.w.Set.Origin, Message: err.Error(), Hint: "give it with -p NAME=VALUE"}}}
	}
	row, err := t.DB.One(ctx, t.plan.Count())
	if err != nil {
		return nil, err
	}
	t.out.Rows, t.out.WithoutTime, t.out.WithoutLabel = row.Int(0), row.Int(1), row.Int(2)
	if t.out.Rows == 0 {
		return nil, t.nothingToFill()
	}
	known := t.knownFreezes(freezes, row.Text(3))
	sizes, err := t.sizes(ctx, known)
	if err != nil {
		return nil, err
	}
	t.plan.FullNames = t.fullNames
	h := t.plan.History(t.out.Rows, known, sizes)
	t.describe(h, known)
	return h, nil
}

// sizes are about how many rows each source has: of a snapshot those that are frozen.
func (t *training) sizes(ctx context.Context, known map[string][]plan.Freeze) (map[string]int64, error) {
	out, err := t.DB.Sizes(ctx, t.DB.Schema())
	if err != nil {
		return nil, err
	}
	for name, list := range known {
		if !t.isSnapshot(name) {
			continue
		}
		out[name] = 0
		for _, f := range list {
			out[name] += f.Rows
		}
	}
	return out, nil
}

// findSources refuses tables that are not there, and returns what is frozen.
func (r *runner) findSources(ctx context.Context, names []string) (map[string][]plan.Freeze, error) {
	found, err := r.DB.Inspect(ctx, r.DB.Schema())
	if err != nil {
		return nil, err
	}
	var faults diag.List
	for _, name := range names {
		if slices.ContainsFunc(found, func(t model.Table) bool { return t.Name == name }) {
			continue
		}
		d := diag.Diagnostic{Message: fmt.Sprintf("there is no table %s in this database yet", name)}
		if pl, _ := r.Project.Filler(name); pl != nil {
			d.Hint = "load it first: runner apply " + pl.Name
		}
		faults.Add(d)
	}
	if len(faults) > 0 {
		return nil, refuse(faults)
	}
	if exists, err := r.ledger.Exists(ctx); err != nil || !exists {
		return map[string][]plan.Freeze{}, err
	}
	return r.registered(ctx, r.DB.Schema())
}

// chooseDates takes the date that was asked for, or those of the spec, or of a snapshot all that are frozen. Those that are not frozen are
// refused.
func (t *training) chooseDates(freezes map[string][]plan.Freeze) error {
	s := t.w.Set
	t.dates = slices.Clone(s.Dates)
	if t.sel.AsOf != "" {
		if len(s.Dates) > 0 && !slices.Contains(s.Dates, t.sel.AsOf) {
			return &stop{code: report.ExitSpec, list: diag.List{{Place: s.Origin, Message: fmt.Sprintf("%s is none of the dates of training set %s", t.sel.AsOf, s.Name), Hint: "its dates are " + joined(s.Dates)}}}
		}
		t.dates = []string{t.sel.AsOf}
	}
	if !s.Spine.Snapshot {
		return nil
	}
	var frozen []string
	for _, f := range freezes[s.Spine.Name] {
		frozen = append(frozen, f.AsOf)
	}
	slices.Sort(frozen)
	if len(t.dates) == 0 {
		t.dates = frozen
	}
	var faults diag.List
	for _, d := range t.dates {
		if !slices.Contains(frozen, d) {
			faults.Add(t.notFrozen(d, frozen))
		}
	}
	if len(frozen) == 0 && len(faults) == 0 {
		faults.Add(t.notFrozen("", nil))
	}
	if len(faults) > 0 {
		return refuse(faults)
	}
	return nil
}

func (t *training) notFrozen(date string, frozen []string) diag.Diagnostic {
	name := t.w.Set.Spine.Name
	d := diag.Diagnostic{Place: t.w.Set.Spine.Origin, Message: name + " has nothing frozen", Hint: "frozen are " + joined(frozen)}
	if date != "" {
		d.Message += " for " + date
	}
	if len(frozen) == 0 {
		d.Hint = "freeze a month first"
		if pl, _ := t.Project.Filler(name); pl != nil {
			d.Hint += ": runner apply " + pl.Name
		}
	}
	return d
}

func (t *training) nothingToFill() error {
	s := t.w.Set
	what := s.Spine.Name
	if what == "" {
		what = "the spine"
	}
	message := "there is no row to fill: " + what + " has none"
	if len(t.dates) > 0 && !s.Spine.Snapshot {
		message += " of " + joined(t.dates)
	}
	if s.WhereText != "" {
		message += " for which " + s.WhereText
	}
	if n := t.out.WithoutLabel + t.out.WithoutTime; n > 0 {
		message += fmt.Sprintf(" and that has a time and a label (%d without a time, %d without a label)", t.out.WithoutTime, t.out.WithoutLabel)
	}
	return refuse(diag.List{{Place: s.Origin, Message: message}})
}

// knownFreezes leaves out what is frozen for later than the last row asks: it says nothing to any row.
func (t *training) knownFreezes(all map[string][]plan.Freeze, last string) map[string][]plan.Freeze {
	bound := "9999-12-31" // infinity is later than any freeze
	if day, err := model.ParseDate(last); err == nil {
		bound = t.w.Set.Horizon.Before(day).AddDate(0, 0, 1).Format(model.DateLayout)
	}
	out := map[string][]plan.Freeze{}
	for _, v := range model.Views(t.w.Set.Features) {
		for _, name := range plan.Reads(v) {
			out[name] = slices.DeleteFunc(slices.Clone(all[name]), func(f plan.Freeze) bool { return f.AsOf > bound })
		}
	}
	if s := t.w.Set.Spine; s.Snapshot {
		for _, f := range all[s.Name] {
			if slices.Contains(t.dates, f.AsOf) {
				t.addFreeze(s.Name, f)
			}
		}
	}
	return out
}

func (t *training) addFreeze(snapshot string, f plan.Freeze) {
	one := report.TrainingFreeze{Snapshot: snapshot, AsOf: f.AsOf, Revision: f.Revision, Sequence: f.Sequence, Rows: f.Rows, Fingerprint: f.Fingerprint}
	if !slices.Contains(t.out.Freezes, one) {
		t.out.Freezes = append(t.out.Freezes, one)
	}
	if f.Partial {
		t.note(fmt.Sprintf("%s of %s is frozen without the rows that were set aside", snapshot, f.AsOf))
	}
}

// describe says in the report what is joined, and how.
func (t *training) describe(h *plan.History, known map[string][]plan.Freeze) {
	for _, name := range plan.TrainingReads(t.w.Set) {
		for _, f := range known[name] {
			t.addFreeze(name, f)
		}
		if !t.isSnapshot(name) {
			t.out.Reads = append(t.out.Reads, name)
		}
	}
	t.out.Joins = joinsOf(h)
	if t.w.Explain {
		t.out.SQL = string(h.Select())
	}
}

func (r *runner) isSnapshot(name string) bool {
	return slices.ContainsFunc(r.Project.Pipelines, func(pl *model.Pipeline) bool {
		return slices.ContainsFunc(pl.Snapshots, func(s *model.Snapshot) bool { return s.Name == name })
	})
}

func joinsOf(h *plan.History) []report.TrainingJoin {
	var out []report.TrainingJoin
	for _, m := range h.Methods() {
		out = append(out, report.TrainingJoin{View: m.View, Source: m.Source, Method: m.Name, Reason: m.Reason})
	}
	return out
}
