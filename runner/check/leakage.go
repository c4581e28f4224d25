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
	var leaks []leak
	for _, f := range t.model.Features {
		l := leak{}
		if t.model.Horizon.IsZero() && len(t.model.Labels) > 0 {
			l = p.findLeak(t, f)
		}
		if l.severity != diag.Error || l.view == nil {
			p.checkBesideSpine(t, f.Name, f.View.Entity, p.placeIn(t, f.Origin))
		}
		if l.view != nil {
			leaks = l.addTo(leaks)
		}
	}
	for _, l := range leaks {
		p.leak(l)
	}
	for _, d := range t.model.Derived {
		p.checkBesideSpine(t, d.Name, nil, p.placeIn(t, d.Origin))
	}
	p.checkInputLeak(t)
	p.checkZoned(t)
}

// checkInputLeak refuses an input of a service that is the label: a horizon does not help, because it comes from the row itself.
func (p *pass) checkInputLeak(t *trainingSet) {
	for _, in := range t.model.Inputs {
		for _, l := range t.model.Labels {
			if in.Name == l.Name {
				p.fault("F603", t.spec.Features[0].View.Place, "a request cannot know what is to be learnt: give the input another name", "input %q of service %q is the label of %s",
					in.Name, t.model.Service, t.whose)
				p.relate(in.Origin, "the input")
			}
		}
	}
}

// placeIn is where a training set names a feature: of those of a service the name of the service.
func (p *pass) placeIn(t *trainingSet, at diag.Place) diag.Place {
	if t.model.Service != "" {
		return t.spec.Features[0].View.Place
	}
	return at
}

// leak is a feature that may tell what is to be learnt, or several of one view that do in the same way and stand in one place.
type leak struct {
	at       diag.Place
	view     *view // nil when there is none
	features []string
	severity diag.Severity
	one, all string // what is said of one feature, and of several
}

// findLeak holds one feature against the labels: it is one of them (an error), or may have been written with one.
func (p *pass) findLeak(t *trainingSet, f model.Served) leak {
	v := p.store.views[f.View.Name]
	if v == nil {
		return leak{}
	}
	out := leak{at: p.placeIn(t, f.Origin), view: v, features: []string{f.Feature}}
	columns, direct := v.columnsOf(f.Feature)
	same := t.spine.table != nil && v.source.table == t.spine.table || t.spine.Name != "" && v.source.Name == t.spine.Name
	for _, label := range t.model.Labels {
		if same && slices.Contains(columns, label.Name) {
			out.one, out.all = "is", "are"
			if !direct {
				out.one, out.all = "is computed from", "are computed from"
			}
			return out.of(fmt.Sprintf(" the label %q of %s", label.Name, t.whose), diag.Error)
		}
	}
	switch {
	case same:
		out.one, out.all = "comes", "come"
		return out.of(fmt.Sprintf(" from the table of the label of %s, and may have been written with it", t.whose), diag.Warning)
	case t.spine.table != nil && slices.ContainsFunc(v.source.Reads, func(name string) bool { return p.rowsOf(name) == t.spine.table }):
		out.one, out.all = "is computed", "are computed"
		return out.of(fmt.Sprintf(" from the table of the label of %s", t.whose), diag.Warning)
	}
	return leak{}
}

func (l leak) of(what string, severity diag.Severity) leak {
	l.one, l.all, l.severity = l.one+what, l.all+what, severity
	return l
}

// addTo adds a leak to a list, in which it may stand together with others.
func (l leak) addTo(list []leak) []leak {
	for i, o := range list {
		if o.at == l.at && o.view == l.view && o.one == l.one {
			list[i].features = append(list[i].features, l.features...)
			return list
		}
	}
	return append(list, l)
}

func (p *pass) leak(l leak) {
	const hint = "leave it out, or give the training set a horizon, so that features are older than the label"
	if len(l.features) == 1 {
		p.fault("F603", l.at, hint, "feature %q of view %q %s", l.features[0], l.view.model.Name, l.one)
	} else {
		p.fault("F603", l.at, strings.Replace(hint, "it", "them", 1), "features %s of view %q %s", some(l.features), l.view.model.Name, l.all)
	}
	p.list[len(p.list)-1].Severity = l.severity
	p.relate(l.view.model.Origin, "the view")
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
