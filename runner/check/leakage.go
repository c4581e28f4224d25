package check

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// checkLeakage finds features that tell what is to be learnt (F603), those that are called like it (F606), and a spine whose times could be
// read in two ways (F602). With a horizon features are older than the label, so that an earlier label may well be one of them.
func (p *pass) checkLeakage(t *trainingSet) {
	for _, f := range t.model.Features {
		if !t.model.Horizon.IsZero() || len(t.model.Labels) == 0 || !p.checkLeak(t, f) {
			p.checkNamedLikeLabel(t, f.Name, p.placeIn(t, f.Origin))
		}
	}
	for _, d := range t.model.Derived {
		p.checkNamedLikeLabel(t, d.Name, p.placeIn(t, d.Origin))
	}
	p.checkZoned(t)
}

// placeIn is where a training set names a feature: of those of a service the name of the service.
func (p *pass) placeIn(t *trainingSet, at diag.Place) diag.Place {
	if t.model.Service != "" {
		return t.spec.Features[0].View.Place
	}
	return at
}

func (p *pass) checkNamedLikeLabel(t *trainingSet, name string, at diag.Place) {
	for _, l := range t.model.Labels {
		if strings.EqualFold(l.Name, name) {
			p.fault("F606", at, "give its view a prefix: {view: VIEW, prefix: VIEW_}", "feature %q of %s is called like the label", name, t.whose)
			p.relate(l.Origin, "the label")
		}
	}
	if strings.EqualFold(name, model.EventTimestamp) {
		p.fault("F606", at, "give it another name", "feature %q of %s is called like the time of its rows", name, t.whose)
	}
}

// checkLeak holds one feature against the labels. It tells whether the feature is one of them, which is reported.
func (p *pass) checkLeak(t *trainingSet, f model.Served) bool {
	at := p.placeIn(t, f.Origin)
	v := p.store.views[f.View.Name]
	if v == nil {
		return false
	}
	columns, direct := v.columnsOf(f.Feature)
	same := t.spine.table != nil && v.source.table == t.spine.table || t.spine.Name != "" && v.source.Name == t.spine.Name
	hint := "leave it out, or give the training set a horizon, so that features are older than the label"
	for _, label := range t.model.Labels {
		if same && slices.Contains(columns, label.Name) {
			what := "is the label"
			if !direct {
				what = "is computed from the label"
			}
			p.leak(at, hint, v, f, fmt.Sprintf("%s %q of %s", what, label.Name, t.whose), diag.Error)
			return true
		}
	}
	switch {
	case same:
		p.leak(at, hint, v, f, fmt.Sprintf("comes from the table of the label of %s, and may have been written with it", t.whose), diag.Warning)
	case t.spine.table != nil && slices.ContainsFunc(v.source.Reads, func(name string) bool { return p.rowsOf(name) == t.spine.table }):
		p.leak(at, hint, v, f, fmt.Sprintf("is computed from the table of the label of %s", t.whose), diag.Warning)
	}
	return false
}

func (p *pass) leak(at diag.Place, hint string, v *view, f model.Served, what string, severity diag.Severity) {
	p.fault("F603", at, hint, "feature %q of view %q %s", f.Feature, v.model.Name, what)
	p.list[len(p.list)-1].Severity = severity
	p.relate(v.model.Origin, "the view")
}

// columnsOf are the columns of the source that a feature of a view comes from; direct tells that it is one of them as it is.
func (v *view) columnsOf(feature string) (columns []string, direct bool) {
	for _, f := range v.model.Features {
		if f.Name == feature {
			return []string{f.Column}, true
		}
	}
	for _, d := range v.model.Derived {
		if d.Name != feature {
			continue
		}
		for _, f := range v.model.Features {
			if slices.Contains(d.Uses, f.Name) {
				columns = append(columns, f.Column)
			}
		}
	}
	return columns, false
}

// rowsOf is the table whose rows a table or a snapshot holds, or nil.
func (p *pass) rowsOf(name string) *table {
	if t, ok := p.tables[name]; ok {
		return t
	}
	for _, pl := range p.pipelines {
		if s, ok := pl.spec.Snapshots.Get(name); ok {
			return p.tables[s.From.Value]
		}
	}
	return nil
}

// checkZoned finds a spine of instants beside snapshots of dates that do not say which instant a date means: whether the row of a day's
// morning sees that day's snapshot would depend on the default.
func (p *pass) checkZoned(t *trainingSet) {
	if t.spine.timeType().Family != model.TimestampTZ {
		return
	}
	for _, m := range model.Views(t.model.Features) {
		v := p.store.views[m.Name]
		if v == nil || !v.source.Snapshot || v.source.reading {
			continue
		}
		p.warn("F602", t.spine.Origin, "say as_of_time: end (the default: when the day is over) or start in the snapshot",
			"the times of %s are instants, and snapshot %q does not say which instant its dates mean", t.whose, v.source.Name)
		p.relate(v.source.named, "the snapshot")
	}
}
