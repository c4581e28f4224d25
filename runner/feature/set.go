package feature

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// cell is where a value of an answer comes from.
type cell struct {
	read    int       // of Set.Reads; -1 where it is derived by a service
	column  int       // of the record's values; -1 where it is derived
	derived *computed // nil where it is stored
}

// computed is a derived feature, ready to be computed.
type computed struct {
	name    string
	program *expression.Program
	typ     model.Type
	uses    []use
}

// use is what a derived feature is computed from: a value of the record of its view or, of a service, another cell or an input.
type use struct {
	name                string
	typ                 model.Type
	column, cell, input int // -1 where it is not that
}

// Of compiles what a service serves. The error is of type Faults.
func Of(service *model.FeatureService) (*Set, error) {
	c := &compiler{set: &Set{Name: service.Name, Inputs: service.Inputs}}
	for _, f := range service.Features {
		c.add(f)
	}
	for _, d := range service.Derived {
		c.combine(service, d)
	}
	return c.done()
}

// compiler puts a set together.
type compiler struct {
	set    *Set
	faults Faults
}

func (c *compiler) fault(kind FaultKind, f Fault, hint, format string, args ...any) {
	f.Kind, f.Hint, f.Message = kind, hint, fmt.Sprintf(format, args...)
	c.faults = append(c.faults, f)
}

func (c *compiler) done() (*Set, error) {
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	c.set.ID = c.set.identity()
	return c.set, nil
}

// add serves one feature of a view, under its own name.
func (c *compiler) add(f model.Served) {
	at := Fault{View: f.View.Name, Feature: f.Feature}
	if !f.View.Online {
		if !slices.ContainsFunc(c.faults, func(o Fault) bool { return o.Kind == Offline && o.View == f.View.Name }) {
			c.fault(Offline, at, "take online: false away, and materialize it", "feature view %q is not kept online", f.View.Name)
		}
		return
	}
	read := c.read(f.View)
	one := cell{read: read, column: -1}
	if d := f.View.DerivedFeature(f.Feature); d != nil {
		one.derived = c.compile(*d, viewColumns(f.View), func(name string, u *use) { u.column = c.column(read, name) })
	} else {
		one.column = c.column(read, f.Feature)
	}
	c.serve(f, f.FullName(), one)
}

func (c *compiler) serve(f model.Served, full string, one cell) {
	c.set.Features = append(c.set.Features, f)
	c.set.Full = append(c.set.Full, full)
	c.set.cells = append(c.set.cells, one)
}

// combine serves a feature that a service derives from its others and from inputs.
func (c *compiler) combine(service *model.FeatureService, d model.Derived) {
	columns := make([]expression.Column, 0, len(service.Features)+len(service.Inputs))
	for _, f := range service.Features {
		columns = append(columns, expression.Column{Name: f.Name, Type: f.Type, Nullable: true})
	}
	for _, in := range service.Inputs {
		columns = append(columns, expression.Column{Name: in.Name, Type: in.Type, Nullable: true})
	}
	one := cell{read: -1, column: -1, derived: c.compile(d, columns, func(name string, u *use) {
		if u.input = slices.IndexFunc(service.Inputs, func(in model.Column) bool { return in.Name == name }); u.input < 0 {
			u.cell = slices.IndexFunc(c.set.Features, func(f model.Served) bool { return f.Name == name })
		}
	})}
	c.serve(model.Served{Name: d.Name, Feature: d.Name, Type: d.Type, PII: d.PII, Origin: d.Origin}, d.Name, one)
}

// compile makes a program of a derived feature. The specs were checked, so that it cannot fail but for a fault of this program.
func (c *compiler) compile(d model.Derived, columns []expression.Column, find func(name string, u *use)) *computed {
	value, faults := expression.CompileValue(d.Text, expression.Env{Columns: columns}, d.Type)
	out := &computed{name: d.Name, program: value.Program, typ: d.Type}
	if value.Program == nil {
		why := "it has no program"
		if len(faults) > 0 {
			why = faults[0].Message
		}
		c.fault(Broken, Fault{Feature: d.Name}, "", "derived feature %q cannot be computed: %s", d.Name, why)
		return out
	}
	for _, name := range d.Uses {
		i := slices.IndexFunc(columns, func(c expression.Column) bool { return c.Name == name })
		if i < 0 {
			continue // a name that it defines itself
		}
		u := use{name: name, typ: columns[i].Type, column: -1, cell: -1, input: -1}
		find(name, &u)
		out.uses = append(out.uses, u)
	}
	return out
}

// read finds or begins what is read of a view.
func (c *compiler) read(v *model.FeatureView) int {
	s := c.set
	if i := slices.IndexFunc(s.Reads, func(r Read) bool { return r.View == v }); i >= 0 {
		return i
	}
	r := Read{View: v}
	for _, k := range v.Entity.Key {
		i := slices.IndexFunc(s.Keys, func(o model.Column) bool { return o.Name == k.Name })
		switch {
		case i < 0:
			i = len(s.Keys)
			s.Keys = append(s.Keys, k)
		case s.Keys[i].Type.Name != k.Type.Name:
			c.fault(Keys, Fault{View: v.Name}, "give one of the two another name, or ask for them apart",
				"key %q is %s for one entity and %s for entity %q", k.Name, s.Keys[i].Type.Name, k.Type.Name, v.Entity.Name)
		}
		s.Keys[i].PII = s.Keys[i].PII || k.PII
		r.Keys = append(r.Keys, i)
	}
	s.Reads = append(s.Reads, r)
	return len(s.Reads) - 1
}

// column finds or adds a stored feature to what is read of a view.
func (c *compiler) column(read int, name string) int {
	r := &c.set.Reads[read]
	if i := slices.Index(r.Columns, name); i >= 0 {
		return i
	}
	r.Columns = append(r.Columns, name)
	return len(r.Columns) - 1
}

func viewColumns(v *model.FeatureView) []expression.Column {
	out := make([]expression.Column, len(v.Features))
	for i, f := range v.Features {
		out[i] = expression.Column{Name: f.Name, Type: f.Type, Nullable: true}
	}
	return out
}

// identity says what is read: views, columns, keys and the types of the keys.
func (s *Set) identity() string {
	var b strings.Builder
	for _, k := range s.Keys {
		b.WriteString(k.Name + "\x00" + k.Type.Name + "\x00")
	}
	for _, r := range s.Reads {
		b.WriteString("\x01" + r.View.Name + "\x00" + strings.Join(r.Columns, "\x00"))
		for _, k := range r.Keys {
			b.WriteString("\x02" + strconv.Itoa(k))
		}
	}
	return b.String()
}

// ReadOf tells which of Reads a feature comes from; -1 for one that a service derives.
func (s *Set) ReadOf(feature int) int { return s.cells[feature].read }
