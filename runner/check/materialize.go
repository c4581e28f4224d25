package check

import (
	"fmt"
	"slices"

	"streamflow/runner/spec"
)

// checkMaterialize resolves the views whose newest values a pipeline brings online in its own run.
func (p *pass) checkMaterialize(pl *pipeline) {
	for _, name := range pl.spec.Materialize.Items {
		v, ok := p.store.views[name.Value]
		switch {
		case !ok:
			p.unknownView(name)
		case !v.model.Online:
			p.fault("F608", name.Place, "remove it here, or remove online: false there", "feature view %q is not kept online, so there is nothing to materialize", name.Value)
			p.relate(v.model.Origin, "the view")
		case slices.Contains(pl.model.Materialize, v.model):
			p.fault("F608", name.Place, "name it once", "feature view %q is listed twice", name.Value)
		default:
			pl.model.Materialize = append(pl.model.Materialize, v.model)
			p.checkFilledHere(pl, v, name)
		}
	}
}

// unknownView reports a name that is no feature view.
func (p *pass) unknownView(name spec.Str) {
	if p.unread || !name.Set {
		return
	}
	hint := suggest(name.Value, p.project.ViewNames(), "the declared views are")
	switch o, isSource := p.isSource(name.Value); {
	case p.store.services[name.Value] != nil:
		hint = fmt.Sprintf("%q is a feature service: name its views", name.Value)
	case isSource:
		hint = fmt.Sprintf("%q is a %s: declare a feature view with source: %s", name.Value, o, name.Value)
	}
	p.fault("F604", name.Place, hint, "feature view %q is not declared", name.Value)
	p.mendName(name, p.project.ViewNames())
}

// checkFilledHere warns of a view that reads nothing of what the pipeline fills: a run of it brings the view nothing new.
func (p *pass) checkFilledHere(pl *pipeline, v *view, name spec.Str) {
	reads := v.source.Reads
	if v.source.Name != "" {
		reads = []string{v.source.Name}
	}
	if p.unread || pl.spec.Lost || len(reads) == 0 || slices.ContainsFunc(reads, pl.fills) {
		return
	}
	hint := "list it in the pipeline that fills what it reads"
	for _, other := range p.pipelines {
		if slices.ContainsFunc(reads, other.fills) {
			hint = fmt.Sprintf("list it in pipeline %q, which fills what it reads", other.model.Name)
		}
	}
	p.warn("F608", name.Place, hint, "feature view %q reads nothing that pipeline %q fills", name.Value, pl.model.Name)
	p.relate(v.model.Origin, "the view")
}

// fills tells whether a pipeline declares a table or a snapshot of that name.
func (pl *pipeline) fills(name string) bool {
	_, snapshot := pl.spec.Snapshots.Get(name)
	return snapshot || slices.ContainsFunc(pl.tables, func(t *table) bool { return t.name.Value == name })
}
