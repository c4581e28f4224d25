package check

import (
	"slices"
	"strings"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkUnused tells of what is declared and nobody mentions (P701). A table, a snapshot or a column is worth having by itself; a parameter,
// an entity and a feature view are not.
func (p *pass) checkUnused() {
	if p.unread {
		return
	}
	for _, pl := range p.pipelines {
		p.unusedParams(pl)
	}
	p.unusedViews()
	for _, e := range p.tree.Entities {
		used := slices.ContainsFunc(p.tree.FeatureViews, func(v *spec.FeatureView) bool { return v.Entity.Value == e.Name.Value })
		if e.Name.Set && !used {
			p.fault("P701", e.Name.Place, "remove it, or name it as the entity of a view", "no feature view is about the entity %q", e.Name.Value)
		}
	}
}

// unusedParams leaves out those that tell partitions apart: as_of, all where there is none, and those of a pipeline with append tables,
// which keep the partition with each row.
func (p *pass) unusedParams(pl *pipeline) {
	if pl.param(model.AsOf) == nil || slices.ContainsFunc(pl.tables, func(t *table) bool { return t.load.Append }) {
		return
	}
	used := map[string]bool{model.AsOf: true}
	texts := p.expressionsOf(pl)
	for _, t := range pl.tables {
		for _, name := range t.load.Source.Path.Params() {
			used[name] = true
		}
	}
	for _, e := range pl.spec.Params.Entries {
		name := e.Key.Value
		if !used[name] && !slices.ContainsFunc(texts, func(text []rune) bool { return mentions(text, name) }) {
			p.fault("P701", e.Key.Place, "remove it, or write ${"+name+"} where it belongs", "no path, rule or value of pipeline %q uses the parameter %q", pl.model.Name, name)
		}
	}
}

// expressionsOf are all texts that may mention a parameter of a pipeline, beside its paths.
func (p *pass) expressionsOf(pl *pipeline) [][]rune {
	var out [][]rune
	add := func(s spec.Str) {
		if s.Set {
			out = append(out, []rune(s.Value))
		}
	}
	for _, t := range pl.tables {
		for _, e := range t.spec.Columns.Entries {
			add(e.Value.Value)
		}
		for _, s := range t.options.sources() {
			add(s.Query)
		}
	}
	for _, e := range p.tree.Expectations {
		if t := p.tables[e.Table.Value]; e.Table.Set && (t == nil || t.pipeline != pl) {
			continue
		}
		if e.Defaults != nil {
			add(e.Defaults.Where)
		}
		for _, r := range slices.Concat(e.Rules, e.Warnings) {
			add(r.Rule)
			add(r.Where)
			add(r.SQL)
		}
	}
	return out
}

// unusedViews looks at projects that say which views they use.
func (p *pass) unusedViews() {
	used := map[string]bool{}
	for _, s := range p.tree.FeatureServices {
		for _, f := range s.Features {
			view, _, _ := strings.Cut(f.View.Value, ".") // VIEW.FEATURE
			used[view] = true
		}
	}
	for _, s := range p.tree.TrainingSets {
		for _, f := range s.Features {
			view, _, _ := strings.Cut(f.View.Value, ".") // VIEW.FEATURE
			used[view] = true
		}
	}
	if len(used) == 0 {
		return
	}
	for _, pl := range p.pipelines {
		for _, name := range pl.spec.Materialize.Items {
			used[name.Value] = true
		}
	}
	for _, v := range p.tree.FeatureViews {
		if v.Name.Set && !used[v.Name.Value] {
			p.fault("P701", v.Name.Place, "remove it, or add it to a service", "no service, training set or pipeline uses the feature view %q", v.Name.Value)
		}
	}
}
