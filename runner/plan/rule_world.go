package plan

import (
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// World is what subjects are made from: the declared project, and what the database and the ledger hold.
type World struct {
	project *model.Project
	schema  string
	found   Found
}

// NewWorld returns the world of a schema.
func NewWorld(project *model.Project, schema string, found Found) World {
	return World{project: project, schema: schema, found: found}
}

// declared returns the load of a table, with its pipeline, or nil.
func (w World) declared(table string) (*model.Pipeline, *model.Load) {
	for _, pl := range w.project.Pipelines {
		if l := pl.Load(table); l != nil {
			return pl, l
		}
	}
	return nil, nil
}

// live is a declared table as the database holds it, under its declared names; without a table it has no rows.
func (w World) live(table string) (Relation, bool) {
	_, l := w.declared(table)
	if l == nil {
		return Relation{}, false
	}
	want := l.Table
	want.Schema = w.schema
	return Relation{Table: want, Rows: plainly(want, w.found.Table(table), "true")}, true
}

// LiveAsOf is the date that a live table speaks for, as the ledger knows it; "" for none.
func (w World) LiveAsOf(table string) string { return w.found.Live[table] }

// Live is a live table as a subject; nil when the database does not have it.
func (w World) Live(table string, literals map[string]pgsql.Frag) *Subject {
	has := w.found.Table(table)
	rel, ok := w.live(table)
	if has == nil || !ok {
		return nil
	}
	_, l := w.declared(table)
	s := &Subject{Name: table, Label: "the live table", Table: rel.Table, Rows: rel.Rows, Keyed: len(has.PrimaryKey) > 0 && sameNames(has.PrimaryKey, rel.Table.PrimaryKey),
		AsOf: w.LiveAsOf(table), Freezes: w.Freezes(table), Batches: l.Delivery == model.Full && !l.Append, Whole: true, Other: w.live, Literals: literals}
	for _, c := range has.Columns {
		if c.Name != model.PartitionColumn {
			s.Held = append(s.Held, c.Name)
		}
	}
	for _, c := range rel.Table.Columns {
		if foundColumn(has, c) == nil {
			s.Lacking = append(s.Lacking, c.Name)
		}
	}
	return s
}

// Freezes returns what the snapshots of a table hold, newest first.
func (w World) Freezes(table string) []Frozen {
	var out []Frozen
	pl, _ := w.declared(table)
	if pl == nil {
		return nil
	}
	for _, s := range pl.Snapshots {
		has := w.found.Table(s.Name)
		if s.From != table || has == nil {
			continue
		}
		want := s.Table
		want.Schema = w.schema
		for _, f := range w.found.Freezes[s.Name] {
			out = append(out, Frozen{Snapshot: s.Name, AsOf: f.AsOf, Columns: frozenWith(want, has, f),
				Rows: plainly(want, has, pgsql.Ident(model.AsOf)+" = "+pgsql.Typed(f.AsOf, "date"))})
		}
	}
	slices.SortStableFunc(out, func(a, b Frozen) int { return strings.Compare(b.AsOf, a.AsOf) })
	return out
}

// frozenWith returns the declared columns that a freeze holds.
func frozenWith(want model.Table, has *model.Table, f Freeze) []string {
	var out []string
	for _, c := range want.Columns {
		if found := foundColumn(has, c); c.Name != model.AsOf && found != nil && (slices.Contains(f.Columns, c.Name) || slices.Contains(f.Columns, found.Name)) {
			out = append(out, c.Name)
		}
	}
	return out
}

// Freeze is what a snapshot holds of one date, as a subject. Other tables look as they were frozen for the same date, where a snapshot
// holds all of their columns, and as they are live elsewhere.
func (w World) Freeze(table string, f Frozen, literals map[string]pgsql.Frag) *Subject {
	rel, _ := w.live(table)
	_, l := w.declared(table)
	s := &Subject{Name: table, Snapshot: f.Snapshot, Stamp: f.AsOf, Label: f.Snapshot + " of " + f.AsOf, Table: rel.Table, Rows: f.Rows, Held: f.Columns, AsOf: f.AsOf,
		Keyed: len(rel.Table.PrimaryKey) > 0 && len(w.found.Table(f.Snapshot).PrimaryKey) > 0, Freezes: w.Freezes(table), Batches: l.Delivery == model.Full && !l.Append, Whole: true, Literals: literals}
	for _, c := range rel.Table.ColumnNames() {
		if !slices.Contains(f.Columns, c) {
			s.Lacking = append(s.Lacking, c)
		}
	}
	s.Other = func(name string) (Relation, bool) {
		other, ok := w.live(name)
		for _, g := range w.Freezes(name) {
			if ok && g.AsOf == f.AsOf && g.Holds(other.Table.ColumnNames()) {
				other.Rows = g.Rows
			}
		}
		return other, ok
	}
	return s
}

// LiteralsOf are the parameters of a pipeline for rows of a date. Those of its partition are taken, and what was given; a parameter
// without a value is left out, and rules that mention it are skipped.
func LiteralsOf(pl *model.Pipeline, given map[string]string, asOf, today string) map[string]pgsql.Frag {
	values := map[string]string{}
	for _, p := range pl.Params {
		if p.Default != nil {
			values[p.Name] = *p.Default
		}
		if v, ok := given[p.Name]; ok {
			values[p.Name] = v
		} else if p.Name == model.AsOf && asOf != "" {
			values[p.Name] = asOf
		}
	}
	if date := values[model.AsOf]; date != "" {
		for _, part := range expand(pl, map[string]string{model.AsOf: date}, today) {
			if part.Values[model.AsOf] != date {
				continue
			}
			for name, v := range part.Values {
				if _, ok := given[name]; !ok {
					values[name] = v
				}
			}
		}
	}
	return Selection{Values: values, AsOf: values[model.AsOf], Partition: asOf}.Literals(pl.Params)
}

func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
