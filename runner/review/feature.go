package review

import (
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// breakingView is the check that finds changes of features which others use.
const breakingView = "F607"

func (c *comparison) entities() {
	for _, p := range pairs(c.before.Project.Entities, c.after.Project.Entities, func(e **model.Entity) string { return (*e).Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "entity", name: (*p.after).Name, at: (*p.after).Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: "entity", name: (*p.before).Name, at: (*p.before).Origin, consumers: c.viewsOf((*p.before).Name)}, report.Breaking, "")
		default:
			c.changed(thing{noun: "entity", name: (*p.after).Name, at: (*p.after).Origin, consumers: c.viewsOf((*p.before).Name)}, report.Breaking, "key",
				keyText((*p.before).Key), keyText((*p.after).Key), "requests give other keys")
		}
	}
}

func keyText(key []model.Column) string {
	var out []string
	for _, k := range key {
		out = append(out, k.Name+" "+k.Type.Name)
	}
	return list(out)
}

// viewsOf are the views of an entity, before.
func (c *comparison) viewsOf(entity string) []report.Consumer {
	var out []report.Consumer
	for _, v := range c.before.Project.FeatureViews {
		if v.Entity != nil && v.Entity.Name == entity {
			out = append(out, report.Consumer{Kind: "feature_view", Name: v.Name})
		}
	}
	return out
}

// breaking adds a change of a feature: it breaks whoever uses it, and is risky when nobody does.
func (c *comparison) breaking(change report.ReviewChange) {
	change.Danger = report.Risky
	if len(change.Consumers) > 0 {
		change.Danger, change.ID = report.Breaking, breakingView
	}
	c.add(change)
}

func (c *comparison) views() {
	for _, p := range pairs(c.before.Project.FeatureViews, c.after.Project.FeatureViews, func(v **model.FeatureView) string { return (*v).Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "feature_view", name: (*p.after).Name, at: (*p.after).Origin}, report.Safe, "")
		case p.after == nil:
			v := *p.before
			c.breaking(report.ReviewChange{Kind: "feature_view_removed", Object: v.Name, Place: v.Origin, Old: true, Consumers: featureConsumers(c.before.Project, v.Name, "")})
		default:
			c.view(*p.before, *p.after)
		}
	}
}

func (c *comparison) view(b, a *model.FeatureView) {
	t := thing{noun: "feature_view", name: a.Name, at: a.Origin, consumers: featureConsumers(c.before.Project, b.Name, "")}
	for _, o := range []struct{ aspect, before, after, note string }{
		{"entity", entityName(b), entityName(a), "its features are found by another key"},
		{"source", sourceText(b.Source), sourceText(a.Source), "its features are those of other rows"},
		{"keys", list(b.Keys), list(a.Keys), "its features are found by another column"},
	} {
		if o.before != o.after {
			c.breaking(report.ReviewChange{Kind: "feature_view_changed", Object: t.name, Aspect: o.aspect, Before: o.before, After: o.after, Note: o.note,
				Place: place(t.at, a.Source.Origin), Consumers: t.consumers})
		}
	}
	c.ttl(t, b.TTL, a.TTL)
	join := map[bool]string{false: "latest", true: "snapshot"}
	c.changed(t, report.Risky, "join", join[b.SnapshotOnly], join[a.SnapshotOnly], "a key that the newest snapshot does not have gets another answer")
	if b.Online && !a.Online {
		c.breaking(report.ReviewChange{Kind: "feature_view_changed", Object: t.name, Aspect: "online", Before: yes(b.Online), After: yes(a.Online),
			Note: "its features can no longer be served", Place: t.at, Consumers: services(t.consumers)})
	} else {
		c.changed(t, report.Safe, "online", yes(b.Online), yes(a.Online), "")
	}
	c.changed(t, report.Risky, "event_time", b.Source.EventTime, a.Source.EventTime, "")
	c.changed(t, report.Risky, "created_time", b.Source.CreatedTime, a.Source.CreatedTime, "")
	c.features(b, a)
	c.derived("derived feature", a.Name, b.Derived, a.Derived, func(d *model.Derived) []report.Consumer { return featureConsumers(c.before.Project, b.Name, d.Name) })
}

func entityName(v *model.FeatureView) string {
	if v.Entity == nil {
		return ""
	}
	return v.Entity.Name
}

func sourceText(s model.FeatureSource) string {
	switch {
	case s.Name != "":
		return s.Name
	case len(s.Path) > 0:
		return s.Path.String()
	}
	return oneLine(string(s.Query))
}

func services(consumers []report.Consumer) []report.Consumer {
	return slices.DeleteFunc(slices.Clone(consumers), func(x report.Consumer) bool { return x.Kind != "feature_service" })
}

// ttl compares how long values hold.
func (c *comparison) ttl(t thing, b, a *model.Period) {
	text := func(p *model.Period) string {
		if p == nil {
			return "for ever"
		}
		return p.Text
	}
	if b == nil && a == nil || b != nil && a != nil && b.Compare(*a) == 0 {
		return
	}
	note := "older values count that did not before"
	if a != nil && (b == nil || a.Compare(*b) < 0) {
		note = "values are NULL earlier"
	}
	c.changed(t, report.Risky, "ttl", text(b), text(a), note)
}

func (c *comparison) features(b, a *model.FeatureView) {
	for _, p := range pairs(b.Features, a.Features, func(f *model.Feature) string { return f.Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "feature", name: a.Name + "." + p.after.Name, at: p.after.Origin}, report.Safe, "")
		case p.after == nil:
			c.gone("feature", b.Name, p.before.Name, p.before.Origin)
		default:
			users := featureConsumers(c.before.Project, b.Name, p.before.Name)
			object := a.Name + "." + p.after.Name
			c.retyped(thing{noun: "feature", name: object, at: p.after.Origin, consumers: users}, p.before.Type, p.after.Type)
			if p.before.Column != p.after.Column {
				c.breaking(report.ReviewChange{Kind: "feature_changed", Object: object, Aspect: "from", Before: p.before.Column, After: p.after.Column,
					Note: "it means something else under the same name", Place: p.after.Origin, Consumers: users})
			}
		}
	}
}

// gone is a feature of a view that is there no more.
func (c *comparison) gone(noun, view, name string, at diag.Place) {
	c.breaking(report.ReviewChange{Kind: strings.ReplaceAll(noun, " ", "_") + "_removed", Object: view + "." + name, Place: at, Old: true,
		Consumers: featureConsumers(c.before.Project, view, name)})
}

// retyped tells of a feature with another type. A wider one of the same kind breaks nobody.
func (c *comparison) retyped(t thing, before, after model.Type) {
	change := report.ReviewChange{Kind: t.noun + "_retyped", Object: t.name, Before: before.Name, After: after.Name, Place: t.at, Consumers: t.consumers}
	switch {
	case before.Name == after.Name:
	case after.Widens(before):
		change.Kind, change.Danger = t.noun+"_widened", report.Safe
		c.add(change)
	default:
		c.breaking(change)
	}
}

// derived compares features that are computed; users tells who uses one.
func (c *comparison) derived(noun, of string, before, after []model.Derived, users func(*model.Derived) []report.Consumer) {
	kind := strings.ReplaceAll(noun, " ", "_")
	for _, p := range pairs(before, after, func(d *model.Derived) string { return d.Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: kind, name: of + "." + p.after.Name, at: p.after.Origin}, report.Safe, "")
		case p.after == nil:
			c.breaking(report.ReviewChange{Kind: kind + "_removed", Object: of + "." + p.before.Name, Place: p.before.Origin, Old: true, Consumers: users(p.before)})
		default:
			t := thing{noun: kind, name: of + "." + p.after.Name, at: p.after.Origin, consumers: users(p.before)}
			c.retyped(t, p.before.Type, p.after.Type)
			c.changed(t, report.Risky, "value", oneLine(p.before.Text), oneLine(p.after.Text), "it has other values under the same name")
		}
	}
}
