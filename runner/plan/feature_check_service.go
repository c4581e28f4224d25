package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// ServiceCheck compares what a service derives by itself with the same expressions over the newest rows of its views.
type ServiceCheck struct {
	Service *model.FeatureService
	Derived []model.Derived // those that need no input
	Apart   string          // why there is nothing to compare; "" when there is

	views  []FeatureCheck
	sample Sample
}

// CheckService plans the comparison. What needs values of a request cannot be compared, nor what spans several entities, of which nobody
// knows the pairs.
func CheckService(project *model.Project, service *model.FeatureService, schema string, found OnlineFound, sample Sample) ServiceCheck {
	c := ServiceCheck{Service: service, sample: sample}
	for _, d := range service.Derived {
		if !slices.ContainsFunc(service.Inputs, func(in model.Column) bool { return slices.Contains(d.Uses, in.Name) }) {
			c.Derived = append(c.Derived, d)
		}
	}
	for _, v := range model.Views(service.Features) {
		view := CheckFeatures(project, v, schema, found, sample)
		switch {
		case v.Entity != service.Features[0].View.Entity:
			c.Apart = "its views are about several entities"
		case view.Missing != "":
			c.Apart = view.Missing + " is not there"
		}
		c.views = append(c.views, view)
	}
	if len(c.Derived) == 0 {
		c.Apart = "it derives nothing without inputs"
	}
	return c
}

// Rows answers with a row for each key: its columns, the event time of the row of each view in order of first use, and the derived features.
func (c ServiceCheck) Rows() pgsql.Frag {
	key := c.views[0].table.PrimaryKey
	var asked, times, moments []pgsql.Frag
	joins, features := pgsql.Frag(""), pgsql.Frag("")
	for i, v := range c.views {
		alias, at := "v"+pgsql.Int(i+1), "#at"+string(pgsql.Int(i+1))
		asked = append(asked, "SELECT "+pgsql.List(key, pgsql.Ident)+" FROM ("+v.source+") s"+pgsql.Int(i+1))
		times, moments = append(times, pgsql.Column("r", at)), append(moments, pgsql.Column(alias, model.OnlineEventTime)+" AS "+pgsql.Ident(at))
		joins += "\n    LEFT JOIN " + c.served(v, alias) + " ON " + match(alias, key, "k", key)
	}
	for _, f := range c.Service.Features {
		i := slices.IndexFunc(c.views, func(v FeatureCheck) bool { return v.View == f.View })
		features += ", " + pgsql.Column("v"+pgsql.Int(i+1), f.Name)
	}
	return fill("feature_check_service", pgsql.Holes{"key": pgsql.List(key, func(k string) pgsql.Frag { return pgsql.Column("r", k) }), "times": pgsql.Join(times, ", "),
		"values": pgsql.List(c.Derived, func(d model.Derived) pgsql.Frag { return d.SQL }), "keys": pgsql.List(key, func(k string) pgsql.Frag { return pgsql.Column("k", k) }),
		"moments": pgsql.Join(moments, ", "), "features": features, "asked": pgsql.Join(asked, "\n        UNION\n        "), "joins": joins,
		"sampled": c.views[0].sampled()})
}

// served is what the service serves of a view.
func (c ServiceCheck) served(v FeatureCheck, alias pgsql.Frag) pgsql.Frag {
	served := pgsql.Frag("")
	for _, f := range c.Service.Features {
		if f.View != v.View {
			continue
		}
		value := pgsql.Column("r", f.Feature)
		if d := v.View.DerivedFeature(f.Feature); d != nil {
			value = "CASE WHEN " + pgsql.Column("r", heldColumn) + " THEN " + d.SQL + " END"
		}
		served += ", " + value + " AS " + pgsql.Ident(f.Name)
	}
	key := v.table.PrimaryKey
	return fill("feature_check_view", pgsql.Holes{"key": pgsql.List(key, func(k string) pgsql.Frag { return pgsql.Column("r", k) }), "time": pgsql.Ident(model.OnlineEventTime), "served": served,
		"keys": pgsql.List(key, func(k string) pgsql.Frag { return pgsql.Column("s", k) }), "moment": pgsql.Column("s", model.OnlineEventTime), "holds": v.holds(),
		"held": pgsql.Ident(heldColumn), "features": v.features(), "source": v.source, "alias": alias})
}
