package review

import (
	"cmp"
	"maps"
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/report"
)

func (c *comparison) services() {
	for _, p := range pairs(c.before.Project.FeatureServices, c.after.Project.FeatureServices, func(s **model.FeatureService) string { return (*s).Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "feature_service", name: (*p.after).Name, at: (*p.after).Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: "feature_service", name: (*p.before).Name, at: (*p.before).Origin, consumers: c.trainedOn((*p.before).Name)}, report.Breaking, "")
		default:
			c.service(*p.before, *p.after)
		}
	}
}

// trainedOn are the training sets that take the features of a service, before.
func (c *comparison) trainedOn(service string) []report.Consumer {
	var out []report.Consumer
	for _, t := range c.before.Project.TrainingSets {
		if t.Service == service {
			out = append(out, report.Consumer{Kind: "training_set", Name: t.Name})
		}
	}
	return out
}

func (c *comparison) service(b, a *model.FeatureService) {
	users := c.trainedOn(b.Name)
	for _, p := range pairs(b.Features, a.Features, func(f *model.Served) string { return f.Name }) {
		t := thing{noun: "served_feature", consumers: users}
		switch {
		case p.before == nil:
			t.name, t.at, t.consumers = a.Name+"."+p.after.Name, p.after.Origin, nil
			c.added(t, report.Safe, "")
		case p.after == nil && c.offered(p.before):
			t.name, t.at = b.Name+"."+p.before.Name, p.before.Origin
			c.removed(t, report.Breaking, "whoever asks the service gets it no more")
		case p.after != nil:
			t.name, t.at = a.Name+"."+p.after.Name, p.after.Origin
			c.changed(t, report.Breaking, "feature", origin(p.before), origin(p.after), "it means something else under the same name")
		}
	}
	for _, p := range pairs(b.Inputs, a.Inputs, func(in *model.Column) string { return in.Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "input", name: a.Name + "." + p.after.Name, at: p.after.Origin, consumers: users}, report.Breaking, "requests have to bring it")
		case p.after == nil:
			c.removed(thing{noun: "input", name: b.Name + "." + p.before.Name, at: p.before.Origin, consumers: users}, report.Safe, "")
		case p.before.Type.Name != p.after.Type.Name:
			danger, verb, _ := retype(p.before.Type, p.after.Type)
			c.add(report.ReviewChange{Kind: "input_" + verb, Danger: danger, Object: a.Name + "." + p.after.Name, Before: p.before.Type.Name, After: p.after.Type.Name,
				Place: p.after.Origin, Consumers: users})
		}
	}
	c.derived("derived_feature", a.Name, b.Derived, a.Derived, func(*model.Derived) []report.Consumer {
		return append([]report.Consumer{{Kind: "feature_service", Name: b.Name}}, users...)
	})
}

func origin(f *model.Served) string { return f.View.Name + "." + f.Feature }

// offered tells whether a view still has a feature; one that it has no more is a change of the view.
func (c *comparison) offered(f *model.Served) bool {
	for _, v := range c.after.Project.FeatureViews {
		if v.Name == f.View.Name {
			return slices.ContainsFunc(v.Offers(), func(o model.Served) bool { return o.Feature == f.Feature })
		}
	}
	return false
}

func (c *comparison) trainingSets() {
	for _, p := range pairs(c.before.Project.TrainingSets, c.after.Project.TrainingSets, func(t **model.TrainingSet) string { return (*t).Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "training_set", name: (*p.after).Name, at: (*p.after).Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: "training_set", name: (*p.before).Name, at: (*p.before).Origin}, report.Breaking, "")
		default:
			c.trainingSet(*p.before, *p.after)
		}
	}
}

func (c *comparison) trainingSet(b, a *model.TrainingSet) {
	t := thing{noun: "training_set", name: a.Name, at: a.Origin}
	const other = "it has other rows than before"
	featuresBefore, featuresAfter := featuresText(b, a)
	for _, o := range []struct{ aspect, before, after, note string }{
		{"spine", sourceText(b.Spine), sourceText(a.Spine), other},
		{"event_time", b.Spine.EventTime, a.Spine.EventTime, "features are read at other times"},
		{"columns", fileColumns(b.Spine), fileColumns(a.Spine), "the file is read otherwise"},
		{"label", list(model.Table{Columns: b.Labels}.ColumnNames()), list(model.Table{Columns: a.Labels}.ColumnNames()), "something else is learnt"},
		{"keep", list(model.Table{Columns: b.Keep}.ColumnNames()), list(model.Table{Columns: a.Keep}.ColumnNames()), "it has other columns than before"},
		{"where", oneLine(b.WhereText), oneLine(a.WhereText), other},
		{"keys", keysText(b.Keys), keysText(a.Keys), "features are found by other columns"},
		{"dates", list(b.Dates), list(a.Dates), other},
		{"horizon", b.Horizon.Text, a.Horizon.Text, "features are read at other times"},
		{"features", featuresBefore, featuresAfter, "it has other columns than before"},
	} {
		c.changed(t, report.Risky, o.aspect, o.before, o.after, o.note)
	}
	c.changed(t, report.Safe, "output", b.Output.String(), a.Output.String(), "")
	c.params("parameter", a.Name, declared(b), declared(a))
	c.rules(a.Name, "a result", b.Rules, a.Rules)
}

// fileColumns are the columns of a file, with their types; those of a table are compared with the table.
func fileColumns(s model.FeatureSource) string {
	if len(s.Path) == 0 {
		return ""
	}
	return keyText(s.Columns)
}

// declared are the parameters that the spec says something of; the date as_of is always there.
func declared(t *model.TrainingSet) []model.Param {
	return slices.DeleteFunc(slices.Clone(t.Params), func(p model.Param) bool { return p.Name == model.AsOf && p.Env == "" && p.Default == nil })
}

func keysText(keys map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if keys[k] != k {
			out = append(out, k+": "+keys[k])
		}
	}
	return list(out)
}

// featuresText are the features that only one of two training sets has, as they are listed, or its service: the features of a service are
// compared with it.
func featuresText(b, a *model.TrainingSet) (before, after string) {
	if b.Service != "" || a.Service != "" {
		return cmp.Or(b.Service, list(listed(b))), cmp.Or(a.Service, list(listed(a)))
	}
	only := func(some, others []string) string {
		return list(slices.DeleteFunc(some, func(name string) bool { return slices.Contains(others, name) }))
	}
	return only(listed(b), listed(a)), only(listed(a), listed(b))
}

func listed(t *model.TrainingSet) []string {
	var out []string
	for i := range t.Features {
		name := origin(&t.Features[i])
		if t.Features[i].Name != t.Features[i].Feature {
			name += " as " + t.Features[i].Name
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
