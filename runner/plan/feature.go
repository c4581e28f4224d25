package plan

import (
	"fmt"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// FeatureChange is a feature that a change of the schema gives another type or name.
type FeatureChange struct {
	View      string
	Feature   string
	Detail    string // "integer -> double precision"
	Breaking  bool   // who reads it must be changed too
	Consumers []string
	Origin    diag.Place
}

// FeatureChanges lists the features that read what the plan changes, and those derived from them. A wider type of the same kind breaks nobody:
// what was an integer still is one. Another kind of value does, and so does another name.
func (p *Plan) FeatureChanges(project *model.Project) []FeatureChange {
	var out []FeatureChange
	for _, v := range project.FeatureViews {
		changed := map[string]FeatureChange{}
		add := func(name, detail string, breaking bool, at diag.Place) {
			f := FeatureChange{View: v.Name, Feature: name, Detail: detail, Breaking: breaking, Origin: at}
			for _, c := range project.Consumers(v.Name, name) {
				f.Consumers = append(f.Consumers, c.Name)
			}
			out, changed[name] = append(out, f), f
		}
		for _, f := range v.Features {
			if detail, breaking := p.featureChange(v.Source.Name, f); detail != "" {
				add(f.Name, detail, breaking, f.Origin)
			}
		}
		for _, d := range v.Derived {
			var by *FeatureChange
			for _, used := range d.Uses { // the worst of them is named
				if f, ok := changed[used]; ok && (by == nil || f.Breaking && !by.Breaking) {
					by = &f
				}
			}
			if by != nil {
				add(d.Name, fmt.Sprintf("computed from %s, which is %s", by.Feature, by.Detail), by.Breaking, d.Origin)
			}
		}
	}
	return out
}

// featureChange says what becomes of a feature; "" when nothing does.
func (p *Plan) featureChange(source string, f model.Feature) (detail string, breaking bool) {
	for _, c := range p.Changes {
		switch {
		case source == "" || c.Table != source || c.Column != f.Column:
		case c.Retype:
			detail, breaking = fmt.Sprintf("%s -> %s", c.From.Name, f.Type.Name), breaking || !f.Type.Widens(c.From)
		case c.Rename[0] != "" && f.Name == f.Column: // under a name of its own the feature stays what it was
			detail, breaking = "renamed from "+c.Rename[0], true
		}
	}
	return detail, breaking
}
