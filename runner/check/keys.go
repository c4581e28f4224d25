package check

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

func (p *pass) checkKey(t *table) {
	key := t.options.list(func(o spec.Options) spec.StrList { return o.PrimaryKey })
	if !key.Set || len(key.Items) == 0 {
		if !t.load.Append && !t.spec.Meant["primary_key"] && !t.pipeline.spec.Meant["defaults"] {
			p.fault("T301", t.name.Place, "write primary_key: COLUMN; only a table with mode: append may do without", "table %q has no primary key", t.name.Value)
		}
		return
	}
	var seen []string
	for _, name := range key.Items {
		c := p.column(t, name)
		if c == nil {
			continue
		}
		if slices.Contains(seen, c.Name) {
			p.fault("T301", name.Place, "name it once", "column %q is twice in the primary key", c.Name)
			continue
		}
		if !c.Type.Comparable() {
			p.fault("T301", name.Place, "use a type that has an equality", "column %q is %s and cannot be in a key", c.Name, c.Type.Name)
		}
		c.Nullable = false
		seen = append(seen, c.Name)
	}
	t.load.Table.PrimaryKey = seen
	if len(seen) == len(t.spec.Columns.Entries) && len(seen) > 0 {
		p.fault("T305", key.Place, "rows can be added, never changed", "every column of %q is in its key", t.name.Value)
	}
}

// checkReferences resolves what a table refers to: the whole key of the other table, by columns of like types.
func (p *pass) checkReferences(t *table) {
	for _, level := range t.options.levels {
		if !level.References.Set {
			continue
		}
		for _, r := range level.References.List {
			p.checkReference(t, r)
		}
		return
	}
}

func (p *pass) checkReference(t *table, r *spec.Reference) {
	other, ok := p.tables[r.Table.Value]
	if !ok {
		if r.Table.Set {
			p.unknownTable(r.Table)
		}
		return
	}
	if len(other.spec.Columns.Entries) == 0 {
		return // they could not be read
	}
	out := model.Reference{Table: other.name.Value, Warn: r.Severity.Value == "warn", Origin: place(r.Table.Place, r.Place)}
	keys := p.keyOf(other)
	if len(keys) == 0 {
		if p.appends(other) { // of others it is reported as T301
			p.fault("R209", r.Table.Place, "give it a primary_key, or leave the reference out", "table %q has no primary key to refer to", other.name.Value)
		}
		return
	}
	if len(keys) != len(r.Columns.Items) {
		p.fault("R209", place(r.Columns.Place, r.Place), "give one column for each of "+strings.Join(keys, ", "), "the key of %q has %s, the reference has %d",
			other.name.Value, columnCount(len(keys)), len(r.Columns.Items))
		return
	}
	for i, name := range r.Columns.Items {
		c := p.column(t, name)
		if c == nil {
			continue
		}
		if slices.Contains(out.Columns, c.Name) {
			p.fault("R209", name.Place, "name each column once", "column %q is twice in the reference", c.Name)
		}
		if k := p.declaredType(other, keys[i]); k.Name != "" && c.Type.Name != "" && !alike(k, c.Type) {
			p.fault("R209", name.Place, "declare both with the same type", "%q is %s and %s.%s is %s", c.Name, c.Type.Name, other.name.Value, keys[i], k.Name)
		}
		out.Columns, out.Keys = append(out.Columns, c.Name), append(out.Keys, keys[i])
	}
	t.load.References = append(t.load.References, out)
}

// keyOf is the key of a table as it is declared, whether it holds or not: the table may belong to a pipeline that is resolved later.
func (p *pass) keyOf(t *table) []string {
	return p.optionsOf(t).list(func(o spec.Options) spec.StrList { return o.PrimaryKey }).Strings()
}

// appends tells whether a table is appended to, for tables that are resolved later.
func (p *pass) appends(t *table) bool {
	return p.optionsOf(t).str(func(o spec.Options) spec.Str { return o.Mode }).Value == "append"
}

func (p *pass) declaredType(t *table, column string) model.Type {
	if c, ok := t.spec.Columns.Get(column); ok {
		typ, _ := model.ParseType(c.Type.Value)
		return typ
	}
	return model.Type{}
}

// alike tells whether two types can be compared without a cast.
func alike(a, b model.Type) bool {
	number := func(f model.Family) bool { return f == model.Integer || f == model.Numeric }
	return a.Family == b.Family || number(a.Family) && number(b.Family)
}

// checkCycles refuses tables that refer to each other in a circle: none of them could be written first. A table may refer to itself.
func (p *pass) checkCycles() {
	done := map[string]bool{}
	for _, pl := range p.pipelines {
		for _, t := range pl.tables {
			p.walk(t, nil, done)
		}
	}
}

func (p *pass) walk(t *table, trail []*table, done map[string]bool) {
	if i := slices.Index(trail, t); i >= 0 {
		var steps []string
		for _, s := range append(trail[i:], t) {
			steps = append(steps, s.name.Value)
		}
		p.fault("R206", t.name.Place, "make one of the references severity: warn, or leave it out", "these tables refer to each other in a circle: %s", strings.Join(steps, " -> "))
		return
	}
	if done[t.name.Value] {
		return
	}
	for _, r := range t.load.References {
		if other := p.tables[r.Table]; other != nil && other != t && !r.Warn {
			p.walk(other, append(trail, t), done)
		}
	}
	done[t.name.Value] = true
}

func columnCount(n int) string {
	if n == 1 {
		return "1 column"
	}
	return fmt.Sprintf("%d columns", n)
}
