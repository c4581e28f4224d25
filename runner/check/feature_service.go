package check

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// service is a feature service under check.
type service struct {
	model   *model.FeatureService
	unclear bool // not all of its features are known
}

func (p *pass) checkFeatureService(s *spec.FeatureService) {
	m := &model.FeatureService{Name: s.Name.Value, Description: s.Description.Value, Owner: s.Owner.Value, Tags: s.Tags.Strings(), Origin: place(s.Name.Place, s.Place)}
	out := &service{model: m}
	p.claimDocument(s.Name, "feature service")
	first(p.store.services, s.Name, out)
	whose := fmt.Sprintf("feature service %q", s.Name.Value)
	taken := featureNames{}
	m.Features, out.unclear = p.served(s.Features, taken, whose)
	p.checkServable(m, s)
	m.Inputs, _ = p.typedColumns(s.Inputs, "input")
	for _, in := range m.Inputs {
		p.notTime(in.Name, in.Origin, "input")
		if in.Name == "service" || in.Name == "features" {
			p.fault("F606", in.Origin, "give it another name", "input %q is called like the parameter by which a request says what it asks for: /features/KEY?%s=...", in.Name, in.Name)
		}
		p.addFeature(taken, in.Name, in.Origin, whose, "give the input another name")
	}
	m.Derived = p.derive(s.Derived, servedColumns(m.Features, m.Inputs), out.unclear, taken, whose)
	p.keysApart(m.Features, m.Inputs, m.Derived)
	p.sameKeys(m.Features, m.Origin, whose)
	p.project.FeatureServices = append(p.project.FeatureServices, m)
}

// checkServable warns of views that are not kept online: the service cannot answer requests with them.
func (p *pass) checkServable(m *model.FeatureService, s *spec.FeatureService) {
	for _, v := range model.Views(m.Features) {
		if v.Online {
			continue
		}
		at := m.Origin
		for _, ref := range s.Features {
			if ref.View.Value == v.Name || strings.HasPrefix(ref.View.Value, v.Name+".") {
				at = ref.View.Place
				break
			}
		}
		p.warn("F608", at, "remove online: false there, or list it in a training set only", "feature view %q is not kept online, so %s cannot be served", v.Name, called("feature service", s.Name))
		p.relate(v.Origin, "the view")
	}
}

// servedColumns are features and inputs as what an expression may mention.
func servedColumns(features []model.Served, inputs []model.Column) []model.Column {
	var out []model.Column
	for _, f := range features {
		out = append(out, model.Column{Name: f.Name, Type: f.Type, Nullable: true, PII: f.PII})
	}
	for _, in := range inputs {
		in.Nullable = true
		out = append(out, in)
	}
	return out
}

// served resolves references to features; unclear tells that some of them are not known.
func (p *pass) served(refs []*spec.FeatureRef, taken featureNames, whose string) (out []model.Served, unclear bool) {
	for _, ref := range refs {
		v, feature, ok := p.findView(ref.View)
		if !ok {
			unclear = true
			continue
		}
		unclear = unclear || v.unclear
		for _, f := range p.chosen(v, ref, feature) {
			how := "give one of the two a prefix: {view: " + v.model.Name + ", prefix: " + v.model.Name + "_}"
			if slices.ContainsFunc(out, func(o model.Served) bool { return o.View == v.model && o.Feature == f.Feature }) {
				how = "name it once"
			}
			f.Name, f.Origin = ref.Prefix.Value+f.Name, ref.View.Place
			if p.addFeature(taken, f.Name, f.Origin, whose, how) {
				if ref.Prefix.Set {
					p.notTime(f.Name, ref.Prefix.Place, "feature")
					p.checkColumnName(spec.Str{Value: f.Name, Place: ref.Prefix.Place})
				}
				out = append(out, f)
			}
		}
	}
	return out, unclear
}

// findView finds the view of VIEW or VIEW.FEATURE; ok is false when there is none, which is reported.
func (p *pass) findView(name spec.Str) (v *view, feature spec.Str, ok bool) {
	if !name.Set {
		return nil, feature, false
	}
	if v, ok = p.store.views[name.Value]; ok {
		return v, feature, true
	}
	before, after, dotted := strings.Cut(name.Value, ".")
	from := len([]rune(before))
	at := name.At(0, from)
	if dotted {
		if v, ok = p.store.views[before]; ok {
			return v, spec.Str{Value: after, Set: true, Place: name.At(from+1, from+1+len([]rune(after)))}, true
		}
	}
	if p.unread {
		return nil, feature, false
	}
	hint := suggest(before, p.project.ViewNames(), "the declared views are")
	if o, isSource := p.isSource(before); isSource {
		hint = fmt.Sprintf("%q is a %s: declare a feature view with source: %s", before, o, before)
	}
	p.fault("F604", at, hint, "feature view %q is not declared", before)
	p.mendPart(name, 0, from, before, p.project.ViewNames())
	return nil, feature, false
}

// isSource tells whether a name is that of a table or snapshot, and which.
func (p *pass) isSource(name string) (string, bool) {
	if _, ok := p.tables[name]; ok {
		return "table", true
	}
	for _, pl := range p.pipelines {
		if _, ok := pl.spec.Snapshots.Get(name); ok {
			return "snapshot", true
		}
	}
	return "", false
}

// chosen are the features of a view that a reference names: the one behind the point, those listed, or all.
func (p *pass) chosen(v *view, ref *spec.FeatureRef, one spec.Str) []model.Served {
	all := v.model.Offers()
	if one.Set && ref.Features.Set {
		p.fault("F606", ref.Features.Place, "write one of the two", "the reference names a feature behind the point, and features beside it")
	}
	if !one.Set && !ref.Features.Set {
		return all
	}
	wanted := ref.Features.Items
	if one.Set {
		wanted = []spec.Str{one}
	}
	var out []model.Served
	for _, name := range wanted {
		i := slices.IndexFunc(all, func(f model.Served) bool { return f.Name == name.Value })
		if i >= 0 {
			out = append(out, all[i])
			continue
		}
		if v.unclear {
			continue
		}
		var names []string
		for _, f := range all {
			names = append(names, f.Name)
		}
		p.fault("F604", name.Place, suggest(name.Value, names, "its features are"), "feature view %q has no feature %q", v.model.Name, name.Value)
		p.mendName(name, names)
		p.relate(v.model.Origin, "the view")
	}
	return out
}
