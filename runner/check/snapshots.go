package check

import (
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

func (p *pass) checkSnapshots(pl *pipeline) {
	for _, e := range pl.spec.Snapshots.Entries {
		p.checkIdentifier(e.Key, "snapshot")
		p.claim(&p.names, e.Key, "snapshot", unique)
		if !e.Value.From.Set {
			continue
		}
		t := p.loaded(pl, e.Value.From)
		if t == nil {
			continue
		}
		if p.checkStamp(pl, e, t) {
			pl.model.Snapshots = append(pl.model.Snapshots, p.shape(e, t))
		}
	}
}

// loaded finds the table that a snapshot freezes; it must belong to the same pipeline, because the rows come from its batch.
func (p *pass) loaded(pl *pipeline, from spec.Str) *table {
	for _, t := range pl.tables {
		if t.name.Value == from.Value {
			return t
		}
	}
	if t, ok := p.tables[from.Value]; ok {
		p.fault("S501", from.Place, "move the snapshot there", "table %q is loaded by pipeline %q, not by this one", from.Value, t.pipeline.model.Name)
		return nil
	}
	if pl.spec.Lost {
		return nil
	}
	var own []string
	for _, t := range pl.tables {
		own = append(own, t.name.Value)
	}
	p.fault("S501", from.Place, suggest(from.Value, own, "the tables of this pipeline are"), "table %q is not declared in this pipeline", from.Value)
	p.mendName(from, own)
	return nil
}

// checkStamp tells whether the rows of a table can be stamped with an as_of at all.
func (p *pass) checkStamp(pl *pipeline, e spec.Entry[*spec.Snapshot], t *table) bool {
	good := true
	if param := pl.param(model.AsOf); param == nil {
		p.fault("S502", e.Key.Place, "declare as_of: {type: date} under params:", "a snapshot needs the date parameter as_of")
		good = false
	}
	if c := t.load.Table.Column(model.AsOf); c != nil {
		p.fault("S502", e.Value.From.Place, "give the column another name and read it with from: as_of", "table %q has a column as_of of its own, which the snapshot would need for its date", t.name.Value)
		good = false
	}
	if t.load.Append {
		p.fault("S502", e.Value.From.Place, "an append table keeps its history itself", "table %q is appended to, and cannot be frozen", t.name.Value)
		good = false
	}
	return good && len(t.load.Table.PrimaryKey) > 0
}

// shape resolves the columns of a snapshot: those listed, or all outside the key.
func (p *pass) shape(e spec.Entry[*spec.Snapshot], t *table) *model.Snapshot {
	out := &model.Snapshot{Name: e.Key.Value, From: t.name.Value, Origin: e.Key.Place,
		AtStart: e.Value.AsOfTime.Value == "start", Table: model.Table{Name: e.Key.Value, Origin: e.Key.Place}}
	if known := e.Value.KnownAfter; known.Set {
		period, err := model.ParsePeriod(known.Value)
		if err != nil {
			p.fault("F608", known.Place, "units are h, d, w and mo", "%v", err)
		}
		out.KnownAfter = period
	}
	date, _ := model.ParseType("date")
	for _, c := range t.load.Table.Keys() {
		out.Table.Columns, out.Table.PrimaryKey = append(out.Table.Columns, c), append(out.Table.PrimaryKey, c.Name)
	}
	out.Table.Columns = append(out.Table.Columns, model.Column{Name: model.AsOf, Type: date, Origin: e.Key.Place})
	out.Table.PrimaryKey = append(out.Table.PrimaryKey, model.AsOf)
	for _, c := range p.frozen(e, t) {
		if !c.Type.Comparable() {
			p.fault("S502", place(placeIn(e.Value.Columns, c.Name), e.Key.Place), "declare it as jsonb, or leave it out of columns:", "column %q is %s, which has no equality, so a frozen month could not be verified", c.Name, c.Type.Name)
			continue
		}
		c.Nullable = true
		out.Columns, out.Table.Columns = append(out.Columns, c.Name), append(out.Table.Columns, c)
	}
	return out
}

// placeIn is that of a word of a list, and none where it is not there.
func placeIn(list spec.StrList, word string) diag.Place {
	for _, s := range list.Items {
		if s.Value == word {
			return s.Place
		}
	}
	return diag.Place{}
}

func (p *pass) frozen(e spec.Entry[*spec.Snapshot], t *table) []model.Column {
	if !e.Value.Columns.Set {
		return t.load.Table.Rest()
	}
	var out []model.Column
	taken := map[string]bool{}
	for _, name := range e.Value.Columns.Items {
		c := p.column(t, name)
		if c == nil || t.load.Table.IsKey(name.Value) {
			continue // the key is always frozen
		}
		if taken[c.Name] {
			p.fault("S502", name.Place, "name it once", "column %q is listed twice", c.Name)
			continue
		}
		taken[c.Name] = true
		out = append(out, *c)
	}
	var left []string
	for _, c := range t.load.Table.Rest() {
		if !taken[c.Name] {
			left = append(left, c.Name)
		}
	}
	if len(left) > 0 {
		p.fault("S503", e.Value.Columns.Place, "a value that is not frozen cannot be a feature of the past", "not frozen: %s", strings.Join(left, ", "))
	}
	return out
}
