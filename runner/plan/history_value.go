package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// value is what a spine row gets of a feature: NULL without a row, or where the row is older than the view's ttl.
func (h *History) value(f model.Served) pgsql.Frag {
	if d := f.View.DerivedFeature(f.Feature); d != nil {
		return pgsql.Column(h.lookupOf(f.View).derivedAlias(f.View), d.Name)
	}
	return h.plain(f.View, f.Feature)
}

// plain is a feature of a view that is a column of its source.
func (h *History) plain(v *model.FeatureView, feature string) pgsql.Frag {
	l := h.lookupOf(v)
	i := slices.IndexFunc(v.Features, func(f model.Feature) bool { return f.Name == feature })
	out := pgsql.Column(l.alias, v.Features[i].Column)
	if v.TTL != nil && !l.oneTTL() {
		return "CASE WHEN " + h.holds(l, v) + " THEN " + out + " END"
	}
	return out
}

// derivedAlias is where the derived features of a view stand.
func (l *lookup) derivedAlias(v *model.FeatureView) pgsql.Frag {
	return l.alias + "_" + pgsql.Int(slices.Index(l.views, v)+1)
}

// derived computes features from others: those of views first, then those of the service, which may use them. Of a view without a row that
// holds they are NULL.
func (h *History) derived() pgsql.Frag {
	out := pgsql.Frag("")
	for _, v := range model.Views(h.want.Features) {
		l := h.lookupOf(v)
		var computed, from []pgsql.Frag
		for _, d := range v.Derived {
			if h.serves(v, d.Name) {
				computed = append(computed, "CASE WHEN "+h.holds(l, v)+" THEN "+d.SQL+" END AS "+pgsql.Ident(d.Name))
			}
		}
		for _, f := range v.Features {
			if h.uses(v, f.Name) {
				from = append(from, as(h.plain(v, f.Name), f.Name))
			}
		}
		if len(computed) > 0 {
			out += "\n" + fill("history_derived", pgsql.Holes{"computed": pgsql.Join(computed, ", "), "from": pgsql.Join(from, ", "), "alias": l.derivedAlias(v)})
		}
	}
	return out + h.derivedOfService()
}

func (h *History) serves(v *model.FeatureView, feature string) bool {
	return slices.ContainsFunc(h.want.Features, func(f model.Served) bool { return f.View == v && f.Feature == feature })
}

func (h *History) derivedOfService() pgsql.Frag {
	if len(h.want.Derived) == 0 {
		return ""
	}
	used := func(name string) bool {
		return slices.ContainsFunc(h.want.Derived, func(d model.Derived) bool { return slices.Contains(d.Uses, name) })
	}
	var from []pgsql.Frag
	for _, f := range h.want.Features {
		if used(f.Name) {
			from = append(from, as(h.value(f), f.Name))
		}
	}
	for _, in := range h.want.Inputs {
		if used(in.Name) {
			from = append(from, pgsql.Column("s", in.Name))
		}
	}
	computed := pgsql.List(h.want.Derived, func(d model.Derived) pgsql.Frag { return d.SQL + " AS " + pgsql.Ident(d.Name) })
	return "\n" + fill("history_derived", pgsql.Holes{"computed": computed, "from": pgsql.Join(from, ", "), "alias": "d"})
}
