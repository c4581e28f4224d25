package check

import (
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// checkKept resolves the further columns of the spine that go into the result.
func (p *pass) checkKept(t *trainingSet) {
	is := func(name string) func(model.Column) bool { return func(c model.Column) bool { return c.Name == name } }
	for _, name := range t.spec.Keep.Items {
		c := p.spineColumn(t, "keep", name)
		switch {
		case c == nil:
		case c.Name == t.spine.EventTime:
			p.fault("F606", name.Place, "leave it out", "the time of the spine is in the result as %s", model.EventTimestamp)
		case slices.ContainsFunc(t.model.Labels, is(c.Name)):
			p.fault("F606", name.Place, "leave it out", "the label %q is in the result already", name.Value)
		case c.Type.Family != model.NoFamily && !c.Type.Comparable():
			p.fault("F604", name.Place, "declare it as jsonb", "column %q is %s, which has no order, and rows are ordered by all of their columns", name.Value, c.Type.Name)
		case slices.ContainsFunc(t.model.Keep, is(c.Name)):
			p.fault("F606", name.Place, "name it once", "column %q is listed twice", name.Value)
		default:
			t.model.Keep = append(t.model.Keep, *c)
		}
	}
}

// checkLabelNoKey refuses a label that is a part of the key, which would be known of every row, and a part of the key among what is kept.
func (p *pass) checkLabelNoKey(t *trainingSet) {
	keys, _ := t.model.Carried()
	for _, name := range t.spec.Keep.Items {
		if slices.ContainsFunc(keys, func(k model.Column) bool { return k.Name == name.Value }) {
			p.fault("F606", name.Place, "leave it out", "the key %q is in the result already", name.Value)
		}
	}
	for _, name := range t.spec.Label.Items {
		if slices.ContainsFunc(keys, func(k model.Column) bool { return k.Name == name.Value }) {
			p.fault("F604", name.Place, "name what is to be learnt", "the label %q is a part of the key", name.Value)
		}
	}
}

// checkCarried finds a column of the spine that is called like the time of the result.
func (p *pass) checkCarried(t *trainingSet) {
	keys, rest := t.model.Carried()
	for _, c := range slices.Concat(keys, rest) {
		if strings.EqualFold(c.Name, model.EventTimestamp) {
			p.fault("F606", t.spine.Origin, "give the column another name", "column %q of %s goes into the result of %s, where the time of a row is called so", c.Name, t.spine.what(), t.whose)
			p.relate(c.Origin, "the column")
		}
	}
}

// checkBesideSpine refuses a feature that is called like something else in the row of the result: a key, a label, or a column that is kept.
// What is called like a key of its own view or service is reported there.
func (p *pass) checkBesideSpine(t *trainingSet, name string, own *model.Entity, at diag.Place) {
	const hint = "give its view a prefix: {view: VIEW, prefix: VIEW_}"
	keys, rest := t.model.Carried()
	for i, c := range slices.Concat(keys, rest) {
		if !strings.EqualFold(c.Name, name) {
			continue
		}
		what := "kept column"
		switch {
		case i < len(keys) && (t.model.Service != "" && t.isKey(name) || own != nil && isKeyOf(own, name)):
			continue
		case i < len(keys):
			what = "key"
		case i < len(keys)+len(t.model.Labels):
			what = "label"
		case i >= len(keys)+len(t.model.Labels)+len(t.model.Keep):
			continue // an input; the service says so
		}
		p.fault("F606", at, hint, "feature %q of %s is called like the %s", name, t.whose, what)
		p.relate(c.Origin, "the "+what)
	}
}

// isKey tells whether a name is that of a key column of some entity of the features.
func (t *trainingSet) isKey(name string) bool {
	return slices.ContainsFunc(model.Views(t.model.Features), func(v *model.FeatureView) bool { return v.Entity != nil && isKeyOf(v.Entity, name) })
}

func isKeyOf(e *model.Entity, name string) bool {
	return slices.ContainsFunc(e.Key, func(k model.Column) bool { return strings.EqualFold(k.Name, name) })
}
