package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"streamflow/runner/model"
	"streamflow/runner/report"
)

// project compares what stands in runner.yaml.
func (c *comparison) project() {
	b, a := c.before.Project, c.after.Project
	t := thing{noun: "project", name: cmp.Or(a.Name, b.Name, "of this folder"), at: a.Origin}
	if a.Origin.File == "" { // runner.yaml is gone
		t.at, t.old = b.Origin, true
	}
	if a.Name != "" && b.Name != "" { // without a name it has that of its folder
		c.changed(t, report.Risky, "name", b.Name, a.Name, "the embedded database is kept under the name of the project")
	}
	c.changed(t, report.Breaking, "timezone", b.Timezone, a.Timezone, "dates and stamps without a zone mean other instants")
	for _, p := range pairs(b.Targets, a.Targets, func(t *model.Target) string { return t.Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "target", name: p.after.Name, at: p.after.Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: "target", name: p.before.Name, at: p.before.Origin}, report.Breaking, "")
		default:
			t := thing{noun: "target", name: p.after.Name, at: p.after.Origin}
			c.changed(t, report.Risky, "database", p.before.Database.String(), p.after.Database.String(), "")
			c.changed(t, report.Breaking, "schema", p.before.Schema, p.after.Schema, "tables are looked for in another schema, and made anew there")
			c.changed(t, report.Risky, "default", yes(p.before.Default), yes(p.after.Default), "")
		}
	}
}

func (c *comparison) pipelines() {
	for _, p := range pairs(c.before.Project.Pipelines, c.after.Project.Pipelines, func(p **model.Pipeline) string { return (*p).Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "pipeline", name: (*p.after).Name, at: (*p.after).Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: "pipeline", name: (*p.before).Name, at: (*p.before).Origin}, report.Breaking, "whatever runs it by name fails")
		default:
			c.params("parameter", (*p.after).Name, (*p.before).Params, (*p.after).Params)
			c.partitions(*p.before, *p.after)
			c.changed(thing{noun: "pipeline", name: (*p.after).Name, at: (*p.after).Origin}, report.Risky, "materialize", materialized(*p.before), materialized(*p.after),
				"a run brings other views online")
		}
	}
}

// materialized names the views that a run brings online.
func materialized(p *model.Pipeline) string {
	var out []string
	for _, v := range p.Materialize {
		out = append(out, v.Name)
	}
	slices.Sort(out)
	return list(out)
}

// params compares the parameters of a pipeline or a training set.
func (c *comparison) params(noun, of string, before, after []model.Param) {
	for _, p := range pairs(before, after, func(p *model.Param) string { return p.Name }) {
		switch {
		case p.before == nil && p.after.Default == nil:
			c.added(thing{noun: noun, name: of + "." + p.after.Name, at: p.after.Origin}, report.Risky, "a run that selects no partition has to give it")
		case p.before == nil:
			c.added(thing{noun: noun, name: of + "." + p.after.Name, at: p.after.Origin}, report.Safe, "")
		case p.after == nil:
			c.removed(thing{noun: noun, name: of + "." + p.before.Name, at: p.before.Origin}, report.Breaking, "a run that gives it with -p is refused")
		default:
			t := thing{noun: noun, name: of + "." + p.after.Name, at: p.after.Origin}
			c.changed(t, report.Breaking, "type", kindName(p.before.Kind), kindName(p.after.Kind), "")
			c.changed(t, report.Risky, "env", p.before.Env, p.after.Env, "")
			c.changed(t, report.Risky, "default", optional(p.before.Default), optional(p.after.Default), "")
		}
	}
}

func kindName(k model.ParamKind) string {
	return [...]string{"string", "date", "integer", "number", "boolean"}[k]
}

// partitions compares by as_of, and where there is none by all values.
func (c *comparison) partitions(before, after *model.Pipeline) {
	t := thing{noun: "pipeline", name: after.Name, at: after.Origin}
	if after.Every != nil {
		t.at = after.Every.Origin
	}
	c.changed(t, report.Risky, "partitions", every(before.Every), every(after.Every), "")
	key := func(p *model.Partition) string {
		if d := p.Values[model.AsOf]; d != "" {
			return d
		}
		return values(p)
	}
	name := func(p *model.Partition) string { return after.Name + " " + key(p) }
	for _, p := range pairs(before.Partitions, after.Partitions, key) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "partition", name: name(p.after), at: p.after.Origin}, report.Safe, "")
		case p.after == nil && after.Every == nil:
			c.removed(thing{noun: "partition", name: name(p.before), at: p.before.Origin}, report.Risky, "its date is no longer selected by itself; what was loaded stays")
		case p.after != nil:
			c.changed(thing{noun: "partition", name: name(p.after), at: p.after.Origin}, report.Risky, "values", values(p.before), values(p.after), "a month that is frozen is compared with what these say")
		}
	}
}

func every(e *model.Every) string {
	if e == nil {
		return ""
	}
	return fmt.Sprintf("every %s from %s", e.Unit, e.From)
}

func values(p *model.Partition) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(p.Values)) {
		out = append(out, name+"="+p.Values[name])
	}
	return strings.Join(out, " ")
}
