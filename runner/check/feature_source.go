package check

import (
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// origin is where rows with a time come from, under check. table is the table whose rows they are, nil of a query and a file.
type origin struct {
	model.FeatureSource
	table   *table
	unclear bool // its columns are not all known
	kind    string
	named   diag.Place // where it is declared
	reading bool       // a snapshot that says which instant its dates mean
}

// what names the source in messages.
func (o origin) what() string {
	if o.Name == "" {
		return "the " + o.kind
	}
	return fmt.Sprintf("%s %q", o.kind, o.Name)
}

func (o origin) column(name string) *model.Column {
	for i := range o.Columns {
		if o.Columns[i].Name == name {
			return &o.Columns[i]
		}
	}
	return nil
}

func (o origin) columnNames() []string { return model.Table{Columns: o.Columns}.ColumnNames() }

// timeType is the type of the column that says when.
func (o origin) timeType() model.Type {
	if c := o.column(o.EventTime); c != nil {
		return c.Type
	}
	return model.Type{}
}

// sourceNames are the names that a view or a spine can read.
func (p *pass) sourceNames() []string {
	var out []string
	for _, pl := range p.pipelines {
		out = append(out, pl.spec.Snapshots.Keys()...)
	}
	return append(out, p.tableNames()...)
}

// findSource finds a snapshot or a table by name. ok is false when there is none, or nothing is known of it; that is reported, here or
// where it is declared.
func (p *pass) findSource(name spec.Str) (origin, bool) {
	for _, pl := range p.pipelines {
		if s, ok := pl.spec.Snapshots.Get(name.Value); ok {
			return p.snapshotSource(pl, s, name)
		}
	}
	if t, ok := p.tables[name.Value]; ok {
		return tableSource(t, name), len(t.spec.Columns.Entries) > 0
	}
	if !p.unread {
		p.fault("R201", name.Place, suggest(name.Value, p.sourceNames(), "there are"), "no table or snapshot %q is declared", name.Value)
		p.mendName(name, p.sourceNames())
	}
	return origin{}, false
}

func (p *pass) snapshotSource(pl *pipeline, s *spec.Snapshot, name spec.Str) (origin, bool) {
	for _, m := range pl.model.Snapshots {
		if m.Name == name.Value {
			out := origin{kind: "snapshot", table: p.tables[m.From], named: m.Origin, reading: s.AsOfTime.Set}
			out.FeatureSource = model.FeatureSource{Name: m.Name, Snapshot: true, Columns: m.Table.Columns, EventTime: model.AsOf, Origin: name.Place, AtStart: m.AtStart, KnownAfter: m.KnownAfter,
				Key: slices.DeleteFunc(slices.Clone(m.Table.PrimaryKey), func(c string) bool { return c == model.AsOf })}
			out.unclear = slices.ContainsFunc(s.Columns.Items, func(name spec.Str) bool { return out.table != nil && out.table.load.Table.Column(name.Value) == nil })
			return out, true
		}
	}
	return origin{}, false // it is faulty
}

func tableSource(t *table, name spec.Str) origin {
	out := origin{kind: "table", table: t, named: t.name.Place}
	out.FeatureSource = model.FeatureSource{Name: t.name.Value, EventTime: t.load.EventTime, CreatedTime: t.load.CreatedTime, Key: t.load.Table.PrimaryKey, Origin: name.Place}
	for _, c := range t.load.Table.Columns {
		if c.Name != model.PartitionColumn {
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}

// live reports rows of a table that is overwritten (F603): what it says now was not known then. use says what needs its past.
func (p *pass) live(o origin, at diag.Place, use string) bool {
	if o.table == nil || o.Snapshot || o.EventTime != "" || o.table.options.str(func(s spec.Options) spec.Str { return s.EventTime }).Set {
		return false
	}
	hint := p.kept(o.Name, "freeze it in a snapshot, or give a table of events its event_time")
	p.fault("F603", at, hint, "%s reads the live table %q, which knows only the present: a training set would see the future", use, o.Name)
	p.relate(o.named, "the table")
	return true
}

// tooEarly warns of a query that dates its rows like a snapshot that is known later than that (F603): a view of the snapshot itself would
// wait, but of a query only the query knows what its times mean.
func (p *pass) tooEarly(read origin, name, eventTime spec.Str) {
	if eventTime.Value != model.AsOf || read.KnownAfter.IsZero() {
		return
	}
	p.fault("F603", eventTime.Place, "compute that time in the query, and name its column here", "the rows of the query count from as_of on, and those of %q are known %s later", read.Name, read.KnownAfter.Text)
	p.list[len(p.list)-1].Severity = diag.Warning
	p.relate(name.Place, "the snapshot")
}

// querySource resolves a query that a view reads.
func (p *pass) querySource(v *spec.FeatureView) (origin, bool) {
	s := v.Source
	out := origin{kind: "query", named: s.Query.Place}
	q := pgsql.ReadQuery(s.Query.Value)
	sound := p.queryHolds(s.Query, q, queryUse{what: "the query of a view", example: "select id, max(day) as day from ... group by id", rows: "what the view reads",
		more: "write one query", whose: fmt.Sprintf("feature view %q: it has none", v.Name.Value)})
	out.FeatureSource = model.FeatureSource{Query: q.SQL, Reads: s.Reads.Strings(), Origin: s.Query.Place}
	if !s.Reads.Set {
		p.fault("Y104", s.Query.Place, "reads: [TABLE, ...]", "the query of feature view %q does not say what it reads", v.Name.Value)
	}
	for _, name := range s.Reads.Items {
		if read, ok := p.findSource(name); ok {
			p.live(read, name.Place, "the query")
			p.tooEarly(read, name, s.EventTime)
		}
	}
	p.checkReads(v, q)
	if !s.Columns.Set {
		p.fault("Y104", s.Query.Place, "columns: {COLUMN: TYPE, ...}", "the query of feature view %q does not say which columns it gives", v.Name.Value)
	}
	out.Columns, _ = p.typedColumns(s.Columns, "column")
	for i := range out.Columns {
		out.Columns[i].Nullable = true
	}
	out.unclear = !s.Columns.Set
	p.timeColumns(&out, s.EventTime, s.CreatedTime, s.Query.Place)
	return out, sound && !out.unclear
}

// timeColumns resolves the time columns of a query or a file, which has to say them itself.
func (p *pass) timeColumns(o *origin, event, created spec.Str, at diag.Place) {
	if !event.Set {
		p.fault("F602", at, "event_time: COLUMN", "%s does not say which column tells when a row happened", o.what())
	}
	for _, c := range []struct {
		name spec.Str
		to   *string
	}{{event, &o.EventTime}, {created, &o.CreatedTime}} {
		if !c.name.Set || o.unclear {
			continue
		}
		column := o.column(c.name.Value)
		switch {
		case column == nil:
			p.fault("F602", c.name.Place, suggest(c.name.Value, o.columnNames(), "its columns are"), "%s has no column %q", o.what(), c.name.Value)
			p.mendName(c.name, o.columnNames())
		case !tellsTime(column.Type):
			p.fault("F602", c.name.Place, "it must be a date or a timestamp", "column %q is %s and tells no time", column.Name, column.Type.Name)
		default:
			*c.to = column.Name
		}
	}
}

func tellsTime(t model.Type) bool {
	switch t.Family {
	case model.Date, model.Timestamp, model.TimestampTZ, model.NoFamily:
		return true
	}
	return false
}

// namesOnly refuses keys of a query beside the name of a table or snapshot, which brings its own.
func (p *pass) namesOnly(s *spec.FeatureSource) {
	p.unfit("F608", "say it where the table is declared", fmt.Sprintf("belongs to a query, and %q is a table or a snapshot", s.Name.Value),
		givenKey{s.Reads.Set, s.Reads.Place, "reads"}, givenKey{s.Columns.Set, s.Columns.Place, "columns"},
		givenKey{s.EventTime.Set, s.EventTime.Place, "event_time"}, givenKey{s.CreatedTime.Set, s.CreatedTime.Place, "created_time"})
}
