package check

import (
	"slices"
	"strings"
	"unicode"
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
	if wrong, why := unusable(what, r); wrong {
		p.fault("T310", s.Place, why, "%s cannot be %q", what, text)
		return 0
	}
	return r
}

// unusable tells whether a character has another meaning in a file, or in a number.
func unusable(what string, r rune) (wrong bool, why string) {
	if what == "delimiter" {
		return r >= utf8.RuneSelf || r == 0 || strings.ContainsRune("\"\r\n", r), "it is one ASCII character, and neither a quote nor a line end"
	}
	return unicode.IsDigit(r) || strings.ContainsRune("+-eE", r), "numbers are written with this character themselves"
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
	p.checkOwnSource(t)
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

// checkOwnSource refuses limits that a table gives itself and that are not looked at for tables of its kind. Given as a default they speak
// to the other tables.
func (p *pass) checkOwnSource(t *table) {
	own := t.spec.Source
	if own == nil {
		return
	}
	if own.MaxShrink.Set && own.MaxShrink.Word == "" && (t.load.Append || t.load.Delivery == model.Delta) {
		p.fault("T311", own.MaxShrink.Place, "remove it", "max_shrink compares full deliveries, and a batch of %q is a part", t.name.Value)
	}
	if own.DuplicateKeys.Set && len(p.keyOf(t)) == 0 && t.load.Append {
		p.fault("T311", own.DuplicateKeys.Place, "remove it, or give a primary_key", "duplicate_keys speaks of keys, and %q has none", t.name.Value)
	}
	if own.Reads.Set && !own.Query.Set {
		p.fault("T311", own.Reads.Place, "remove it", "reads says which tables a query reads, and there is no query")
	}
	if t.load.Source.NoHeader && own.Match.Set {
		p.fault("T310", own.Match.Place, "remove it, or header: false", "match compares names, and the source of %q has no header", t.name.Value)
	}
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
			if ix.Columns.Set && len(ix.Columns.Items) == 0 {
				p.fault("T311", ix.Place, "name the columns", "an index has no columns")
			}
			for _, name := range ix.Columns.Items {
				c := p.column(t, name)
				switch {
				case c == nil:
				case slices.Contains(out.Columns, c.Name):
					p.fault("T311", name.Place, "name it once", "column %q is twice in the index", c.Name)
				case !c.Type.Comparable():
					p.fault("T311", name.Place, "leave it out", "column %q is %s, which has no order, so it cannot be indexed", c.Name, c.Type.Name)
				default:
					out.Columns = append(out.Columns, c.Name)
				}
			}
			t.load.Table.Indexes = append(t.load.Table.Indexes, out)
		}
		return
	}
}
