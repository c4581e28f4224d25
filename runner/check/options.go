package check

import (
	"unicode/utf8"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// options are what a table says, or its pipeline's defaults, or its project's. levels are those that exist, nearest first.
type options struct {
	levels   []spec.Options
	readings []spec.Reading
}

func (p *pass) optionsOf(t *table) options {
	out := options{levels: []spec.Options{t.spec.Options}, readings: []spec.Reading{t.spec.Reading}}
	if d := t.pipeline.spec.Defaults; d != nil {
		out.levels, out.readings = append(out.levels, d.Options), append(out.readings, d.Reading)
	}
	if s := p.tree.Project; s != nil && s.Defaults != nil {
		out.levels, out.readings = append(out.levels, s.Defaults.Options), append(out.readings, s.Defaults.Reading)
	}
	return out
}

// settable is a value that knows whether it was given.
type settable interface{ given() bool }

type (
	strOption   struct{ spec.Str }
	boolOption  struct{ spec.Bool }
	intOption   struct{ spec.Int }
	floatOption struct{ spec.Float }
	listOption  struct{ spec.StrList }
	templOption struct{ spec.Templ }
)

func (o strOption) given() bool   { return o.Set }
func (o boolOption) given() bool  { return o.Set }
func (o intOption) given() bool   { return o.Set }
func (o floatOption) given() bool { return o.Set }
func (o listOption) given() bool  { return o.Set }
func (o templOption) given() bool { return o.Str.Set }

// nearest returns the first given value of a key, looking from the nearest level outwards.
func nearest[L any, T settable](levels []L, get func(L) T) T {
	var none T
	for _, l := range levels {
		if v := get(l); v.given() {
			return v
		}
	}
	return none
}

// sources are the source mappings of the levels that have one.
func (o options) sources() []spec.Source {
	var out []spec.Source
	for _, l := range o.levels {
		if l.Source != nil {
			out = append(out, *l.Source)
		}
	}
	return out
}

// str, boolean and list are nearest for the options of a table.
func (o options) str(get func(spec.Options) spec.Str) spec.Str {
	return nearest(o.levels, func(l spec.Options) strOption { return strOption{get(l)} }).Str
}

func (o options) boolean(get func(spec.Options) spec.Bool) spec.Bool {
	return nearest(o.levels, func(l spec.Options) boolOption { return boolOption{get(l)} }).Bool
}

func (o options) list(get func(spec.Options) spec.StrList) spec.StrList {
	return nearest(o.levels, func(l spec.Options) listOption { return listOption{get(l)} }).StrList
}

// one reads an option that is a single character.
func (p *pass) one(s spec.Str, what string) rune {
	if !s.Set {
		return 0
	}
	text := s.Value
	if text == `\t` || text == "tab" {
		text = "\t"
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || text == "" || r == utf8.RuneError {
		p.fault("T310", s.Place, "give one character", "%s must be a single character, got %q", what, s.Value)
		return 0
	}
	return r
}

var deliveries = map[string]model.Delivery{"": model.Full, "full": model.Full, "delta": model.Delta}

// checkTableOptions resolves what a table says about itself besides its columns, key and source.
func (p *pass) checkTableOptions(t *table) {
	l, o := t.load, t.options
	l.Delivery = deliveries[o.str(func(s spec.Options) spec.Str { return s.Delivery }).Value]
	missing := o.boolean(func(s spec.Options) spec.Bool { return s.DeleteMissing })
	l.DeleteMissing = missing.Value
	if missing.Value && (l.Delivery == model.Delta || l.Append) {
		p.fault("T311", missing.Place, "only a full delivery says which rows are gone", "delete_missing does not go with a delta or append table")
	}
	if d := o.str(func(s spec.Options) spec.Str { return s.DistributeBy }); d.Set {
		p.unsupported(d.Place, "distribute_by")
	}
	for _, c := range []struct {
		name spec.Str
		to   *string
	}{{o.str(func(s spec.Options) spec.Str { return s.EventTime }), &l.EventTime}, {o.str(func(s spec.Options) spec.Str { return s.CreatedTime }), &l.CreatedTime}} {
		if c.name.Set {
			p.checkTimeColumn(t, c.name, c.to)
		}
	}
	p.checkReferences(t)
	p.checkIndexes(t)
}

func (p *pass) checkTimeColumn(t *table, name spec.Str, to *string) {
	c := p.column(t, name)
	if c == nil {
		return
	}
	switch c.Type.Family {
	case model.Date, model.Timestamp, model.TimestampTZ, model.NoFamily:
		*to = c.Name
	default:
		p.fault("T311", name.Place, "it must be a date or a timestamp", "column %q is %s and tells no time", c.Name, c.Type.Name)
	}
}

func (p *pass) checkIndexes(t *table) {
	for _, level := range t.options.levels {
		if !level.Indexes.Set {
			continue
		}
		for _, ix := range level.Indexes.List {
			out := model.Index{Unique: ix.Unique.Value, Origin: ix.Place}
			for _, name := range ix.Columns.Items {
				if c := p.column(t, name); c != nil {
					out.Columns = append(out.Columns, c.Name)
				}
			}
			t.load.Table.Indexes = append(t.load.Table.Indexes, out)
		}
		return
	}
}
