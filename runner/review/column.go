package review

import (
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/report"
)

func (c *comparison) columns(b, a *model.Load) {
	renamed := map[string]string{} // old name -> new
	for _, col := range a.Table.Columns {
		if old := col.RenamedFrom; old != "" && b.Table.Column(old) != nil && b.Table.Column(col.Name) == nil && a.Table.Column(old) == nil {
			renamed[old] = col.Name
		}
	}
	before := slices.Clone(b.Table.Columns)
	for i := range before {
		if now, ok := renamed[before[i].Name]; ok {
			before[i].Name = now
			old := b.Table.Columns[i].Name
			c.add(report.ReviewChange{Kind: "column_renamed", Danger: report.Breaking, Object: a.Table.Name + "." + now, Before: old, After: now,
				Note: "its values are kept; queries elsewhere that use the old name fail", Place: a.Table.Column(now).Origin,
				Consumers: columnConsumers(c.before.Project, a.Table.Name, old)})
		}
	}
	for _, p := range pairs(before, a.Table.Columns, func(x *model.Column) string { return x.Name }) {
		switch {
		case p.before == nil:
			c.addedColumn(a, *p.after)
		case p.after == nil:
			c.removed(thing{noun: "column", name: b.Table.Name + "." + p.before.Name, at: p.before.Origin, consumers: columnConsumers(c.before.Project, b.Table.Name, p.before.Name)},
				report.Breaking, "it is no longer filled; in the database it stays, with the values it has")
		default:
			old := p.before.Name
			for was, now := range renamed {
				if now == old {
					old = was
				}
			}
			c.column(b, a, *p.before, *p.after, old)
		}
	}
}

func (c *comparison) addedColumn(a *model.Load, col model.Column) {
	t := thing{noun: "column", name: a.Table.Name + "." + col.Name, at: col.Origin}
	r := readingOf(a, col.Name)
	switch {
	case !col.Nullable && r.Default == nil && r.Value == nil && !a.Table.IsKey(col.Name):
		c.added(t, report.Risky, "it may not be NULL, and rows that are there have no value for it")
	case r.ReadsCell() && !r.Optional:
		c.added(t, report.Safe, "files have to bring it from now on")
	default:
		c.added(t, report.Safe, "")
	}
}

func readingOf(l *model.Load, column string) model.Reading {
	for _, r := range l.Reading {
		if r.Column == column {
			return r
		}
	}
	return model.Reading{}
}

// column compares two columns of one name; old is what it was called before.
func (c *comparison) column(bl, al *model.Load, b, a model.Column, old string) {
	t := thing{noun: "column", name: al.Table.Name + "." + a.Name, at: a.Origin, consumers: columnConsumers(c.before.Project, bl.Table.Name, old)}
	if b.Type.Name != a.Type.Name {
		danger, verb, note := retype(b.Type, a.Type)
		c.add(report.ReviewChange{Kind: "column_" + verb, Danger: danger, Object: t.name, Before: typeName(b.Type), After: typeName(a.Type), Note: note, Place: t.at,
			Consumers: t.consumers})
	}
	t.consumers = nil
	if a.Nullable {
		c.changed(t, report.Risky, "nullable", yes(b.Nullable), yes(a.Nullable), "loosened: readers meet NULL from now on")
	} else {
		c.changed(t, report.Risky, "nullable", yes(b.Nullable), yes(a.Nullable), "tightened: NULL that is there already refuses the change")
	}
	if a.PII {
		c.changed(t, report.Safe, "pii", yes(b.PII), yes(a.PII), "its values are masked from now on")
	} else {
		c.changed(t, report.Breaking, "pii", yes(b.PII), yes(a.PII), "its values are no longer masked in outputs and logs")
	}
	c.reading(t, readingOf(bl, old), readingOf(al, a.Name))
}

// reading compares how cells become values.
func (c *comparison) reading(t thing, b, a model.Reading) {
	from := func(r model.Reading) string {
		if len(r.From) == 0 {
			return r.Column
		}
		return list(r.From)
	}
	value := func(r model.Reading) string {
		if r.Value == nil {
			return ""
		}
		return r.Value.Text
	}
	for _, o := range []struct{ key, before, after string }{
		{"from", from(b), from(a)}, {"value", value(b), value(a)}, {"null_values", list(b.NullValues), list(a.NullValues)},
		{"true_values", list(b.TrueValues), list(a.TrueValues)}, {"false_values", list(b.FalseValues), list(a.FalseValues)},
		{"date_format", list(b.DateFormats), list(a.DateFormats)}, {"decimal", char(b.Decimal), char(a.Decimal)}, {"group", char(b.Group), char(a.Group)},
		{"timezone", b.Timezone, a.Timezone}, {"default", optional(b.Default), optional(a.Default)}, {"when_absent", b.WhenAbsent, a.WhenAbsent},
	} {
		c.changed(t, report.Risky, o.key, o.before, o.after, "the same file may be read as other values")
	}
	c.limit(t, "optional", yes(b.Optional), yes(a.Optional), a.Optional)
}

// columnConsumers are what reads a column: snapshots that freeze it, the views with a feature of it, and who uses that feature; training
// sets of which it is a label.
func columnConsumers(p *model.Project, table, column string) []report.Consumer {
	sources := []string{table}
	var out []report.Consumer
	for _, pl := range p.Pipelines {
		for _, s := range pl.Snapshots {
			if s.From == table && (slices.Contains(s.Columns, column) || s.Table.IsKey(column)) {
				out = append(out, report.Consumer{Kind: "snapshot", Name: s.Name})
				sources = append(sources, s.Name)
			}
		}
	}
	for _, s := range sources {
		out = append(out, usersOf(p, s, column)...)
	}
	return unique(out)
}

// usersOf are the views with a feature of a column of a table or snapshot, who uses that feature, and the training sets that learn it.
func usersOf(p *model.Project, source, column string) []report.Consumer {
	var out []report.Consumer
	for _, v := range p.FeatureViews {
		if v.Source.Name != source {
			continue
		}
		for _, f := range v.Features {
			if f.Column == column {
				out = append(out, report.Consumer{Kind: "feature_view", Name: v.Name})
				out = append(out, featureConsumers(p, v.Name, f.Name)...)
			}
		}
	}
	for _, t := range p.TrainingSets {
		if t.Spine.Name == source && slices.ContainsFunc(t.Labels, func(l model.Column) bool { return l.Name == column }) {
			out = append(out, report.Consumer{Kind: "training_set", Name: t.Name})
		}
	}
	return out
}
