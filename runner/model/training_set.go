package model

import (
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
)

// EventTimestamp is what the time column of a training set is called.
const EventTimestamp = "event_timestamp"

// TrainingSet is rows to fill, and the features as they were known at the time of each of them.
type TrainingSet struct {
	Name        string
	Description string
	Owner       string
	Tags        []string
	Spine       FeatureSource
	Keys        map[string]string // column of an entity's key -> column of the spine; every entity of Features has all of its own
	Labels      []Column
	Keep        []Column   // further columns of the spine that go into the result
	Where       pgsql.Frag // over the row alias r of the spine; may hold pgsql.Param marks; empty means all
	WhereText   string
	Params      []Param
	Horizon     Period   // how long before the time of a row its features are read
	Dates       []string // YYYY-MM-DD, in order; empty means all
	Service     string   // the service that Features come from; empty when they are listed
	Features    []Served
	Inputs      []Column  // of the service: columns of the spine
	Derived     []Derived // of the service
	Rules       []Rule    // about the rows of the result, over the alias r
	Output      Template  // empty when none is given
	Origin      diag.Place
}

// Result lists the columns of the result, in order: Carried keys, EventTimestamp, the rest of Carried, features as they are served,
// derived ones last. Their names differ, whatever their case.
func (t *TrainingSet) Result() []Column {
	keys, rest := t.Carried()
	out := append(keys, t.Timestamp())
	out = append(out, rest...)
	for _, f := range t.Features {
		out = append(out, Column{Name: f.Name, Type: f.Type, Nullable: true, PII: f.PII, Origin: f.Origin})
	}
	for _, d := range t.Derived {
		out = append(out, Column{Name: d.Name, Type: d.Type, Nullable: true, Description: d.Description, PII: d.PII, Origin: d.Origin})
	}
	return out
}

// Carried lists the columns of the spine that go into the result under their own names and types, each once: those that hold the keys of
// the entities, in the order in which the entities are used; then the labels, the columns to keep and the inputs.
func (t *TrainingSet) Carried() (keys, rest []Column) {
	seen := map[string]bool{t.Spine.EventTime: true}
	add := func(list []Column, name string) []Column {
		c := (Table{Columns: t.Spine.Columns}).Column(name)
		if c == nil || seen[name] {
			return list
		}
		seen[name] = true
		return append(list, *c)
	}
	for _, v := range Views(t.Features) {
		if v.Entity == nil { // the specs are faulty
			continue
		}
		for _, k := range v.Entity.Key {
			keys = add(keys, t.Keys[k.Name])
		}
	}
	for _, c := range slices.Concat(t.Labels, t.Keep, t.Inputs) {
		rest = add(rest, c.Name)
	}
	for i := range rest[:min(len(t.Labels), len(rest))] {
		rest[i].Nullable = false // a row without a label is dropped
	}
	return keys, rest
}

// Timestamp is the column of the result that holds the time of a row: that of the spine, in its own type.
func (t *TrainingSet) Timestamp() Column {
	out := Column{Name: EventTimestamp}
	if c := (Table{Columns: t.Spine.Columns}).Column(t.Spine.EventTime); c != nil {
		out.Type, out.Description, out.PII, out.Origin = c.Type, c.Description, c.PII, c.Origin
	}
	return out
}
