package review

import (
	"fmt"
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/report"
)

// loaded is a table with the pipeline that fills it.
type loaded struct {
	*model.Load
	pipeline string
}

func loads(p *model.Project) []loaded {
	var out []loaded
	for _, pl := range p.Pipelines {
		for _, l := range pl.Loads {
			out = append(out, loaded{l, pl.Name})
		}
	}
	return out
}

func (c *comparison) tables() {
	for _, p := range pairs(loads(c.before.Project), loads(c.after.Project), func(l *loaded) string { return l.Table.Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "table", name: p.after.Table.Name, at: p.after.Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: "table", name: p.before.Table.Name, at: p.before.Origin, consumers: tableConsumers(c.before.Project, p.before.Table.Name)},
				report.Breaking, "it is no longer filled; in the database it stays as it is")
		default:
			c.table(*p.before, *p.after)
		}
	}
}

func (c *comparison) table(b, a loaded) {
	t := thing{noun: "table", name: a.Table.Name, at: a.Origin}
	c.changed(t, report.Risky, "pipeline", b.pipeline, a.pipeline, "")
	c.changed(t, report.Breaking, "primary_key", list(b.Table.PrimaryKey), list(a.Table.PrimaryKey), "rows are told apart by other columns")
	c.changed(t, report.Risky, "delivery", delivery(b.Delivery), delivery(a.Delivery), "a batch means something else: every key, or changes only")
	c.changed(t, report.Breaking, "mode", mode(b.Load), mode(a.Load), "")
	missing := report.Safe
	note := ""
	if a.DeleteMissing {
		missing, note = report.Breaking, "rows that a delivery does not hold are deleted from the next run on"
	}
	c.changed(t, missing, "delete_missing", yes(b.DeleteMissing), yes(a.DeleteMissing), note)
	times := t
	times.consumers = tableConsumers(c.before.Project, a.Table.Name)
	c.changed(times, report.Risky, "event_time", b.EventTime, a.EventTime, "")
	c.changed(times, report.Risky, "created_time", b.CreatedTime, a.CreatedTime, "")
	c.source(t, b.Source, a.Source)
	c.references(b.Load, a.Load)
	c.indexes(b.Load, a.Load)
	c.columns(b.Load, a.Load)
	c.rules(a.Load.Table.Name, "a batch", b.Load.Rules, a.Load.Rules)
}

func delivery(d model.Delivery) string { return [...]string{"full", "delta"}[d] }

func mode(l *model.Load) string {
	if l.Append {
		return "append"
	}
	return "upsert"
}

// source compares where rows come from and how they are laid out.
func (c *comparison) source(t thing, b, a model.Source) {
	t.at = place(a.Origin, t.at)
	c.changed(t, report.Risky, "source", b.Path.String(), a.Path.String(), "")
	for _, o := range []struct{ key, before, after string }{
		{"format", b.Format, a.Format}, {"delimiter", char(b.Delimiter), char(a.Delimiter)}, {"encoding", b.Encoding, a.Encoding},
		{"header", yes(!b.NoHeader), yes(!a.NoHeader)}, {"match", match(b.Loose), match(a.Loose)},
	} {
		c.changed(t, report.Risky, o.key, o.before, o.after, "the same file may be read as other values")
	}
	for _, o := range []struct {
		key           string
		before, after bool // lets more through
		words         [2]string
	}{
		{"unknown_columns", b.IgnoreUnknown, a.IgnoreUnknown, [2]string{"error", "ignore"}},
		{"duplicate_keys", b.IdenticalKeys, a.IdenticalKeys, [2]string{"error", "identical"}},
	} {
		words := map[bool]string{false: o.words[0], true: o.words[1]}
		c.limit(t, o.key, words[o.before], words[o.after], o.after)
	}
	c.changed(t, report.Safe, "max_errors", fmt.Sprint(b.MaxErrors), fmt.Sprint(a.MaxErrors), "")
	c.limit(t, "max_rejects", optional(b.MaxRejects), optional(a.MaxRejects), a.MaxRejects == nil || b.MaxRejects != nil && *a.MaxRejects > *b.MaxRejects)
	c.limit(t, "min_rows", optional(b.MinRows), optional(a.MinRows), or(a.MinRows, 1) < or(b.MinRows, 1))
	c.limit(t, "max_shrink", shrink(b), shrink(a), a.ShrinkUnchecked || !b.ShrinkUnchecked && or(a.MaxShrink, 0.5) > or(b.MaxShrink, 0.5))
}

func or[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}

func match(loose bool) string {
	if loose {
		return "loose"
	}
	return "exact"
}

func shrink(s model.Source) string {
	if s.ShrinkUnchecked {
		return "off"
	}
	return optional(s.MaxShrink)
}

// limit is a changed key that bounds what a batch may be.
func (c *comparison) limit(t thing, key, before, after string, looser bool) {
	if looser {
		c.changed(t, report.Risky, key, before, after, "loosened: a batch passes that was refused before")
		return
	}
	c.changed(t, report.Safe, key, before, after, "tightened: a batch may be refused that passed before")
}

func (c *comparison) references(b, a *model.Load) {
	key := func(r *model.Reference) string { return b.Table.Name + "." + list(r.Columns) + " -> " + r.Table }
	for _, p := range pairs(b.References, a.References, key) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "reference", name: key(p.after), at: p.after.Origin}, report.Safe, "a batch with a key that is not there is refused")
		case p.after == nil:
			c.removed(thing{noun: "reference", name: key(p.before), at: p.before.Origin}, report.Risky, "a batch with a key that is not there passes")
		default:
			c.limit(thing{noun: "reference", name: key(p.after), at: p.after.Origin}, "severity", severityOf(p.before.Warn), severityOf(p.after.Warn), p.after.Warn)
		}
	}
}

func severityOf(warn bool) string {
	if warn {
		return "warn"
	}
	return "error"
}

func (c *comparison) indexes(b, a *model.Load) {
	key := func(i *model.Index) string { return a.Table.Name + " (" + list(i.Columns) + ")" }
	for _, p := range pairs(b.Table.Indexes, a.Table.Indexes, key) {
		switch {
		case p.before == nil && p.after.Unique:
			c.added(thing{noun: "index", name: key(p.after), at: p.after.Origin}, report.Risky, "it is unique: rows that are there twice refuse it")
		case p.before == nil:
			c.added(thing{noun: "index", name: key(p.after), at: p.after.Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: "index", name: key(p.before), at: p.before.Origin}, report.Safe, "in the database it stays")
		case p.before.Unique != p.after.Unique:
			c.limit(thing{noun: "index", name: key(p.after), at: p.after.Origin}, "unique", yes(p.before.Unique), yes(p.after.Unique), p.before.Unique)
		}
	}
}

// tableConsumers are what reads a table: snapshots of it, and views and training sets over the table or its snapshots.
func tableConsumers(p *model.Project, table string) []report.Consumer {
	var out []report.Consumer
	names := []string{table}
	for _, pl := range p.Pipelines {
		for _, s := range pl.Snapshots {
			if s.From == table {
				out = append(out, report.Consumer{Kind: "snapshot", Name: s.Name})
				names = append(names, s.Name)
			}
		}
	}
	for _, n := range names {
		out = append(out, sourceConsumers(p, n)...)
	}
	return unique(out)
}

// sourceConsumers are the views over a table or snapshot, the services and training sets that use those, and the training sets whose rows
// it is.
func sourceConsumers(p *model.Project, source string) []report.Consumer {
	var out []report.Consumer
	for _, v := range p.FeatureViews {
		if v.Source.Name == source || slices.Contains(v.Source.Reads, source) {
			out = append(out, report.Consumer{Kind: "feature_view", Name: v.Name})
			out = append(out, featureConsumers(p, v.Name, "")...)
		}
	}
	for _, t := range p.TrainingSets {
		if t.Spine.Name == source {
			out = append(out, report.Consumer{Kind: "training_set", Name: t.Name})
		}
	}
	return unique(out)
}

// featureConsumers are the services and training sets that use a feature, or with an empty one the view.
func featureConsumers(p *model.Project, view, feature string) []report.Consumer {
	var out []report.Consumer
	for _, x := range p.Consumers(view, feature) {
		out = append(out, report.Consumer{Kind: x.Kind, Name: x.Name})
	}
	return out
}
