package check

import (
	"slices"
	"strings"
	"unicode"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkConflicts judges what the columns of a table say about each other, and what a column says that nobody would look at.
func (p *pass) checkConflicts(t *table) {
	p.checkRenames(t)
	p.checkFrom(t)
	for i, e := range t.spec.Columns.Entries {
		if i < len(t.load.Reading) {
			p.checkUseless(t, e, t.load.Reading[i])
		}
	}
}

// checkRenames: a column is renamed from a name that no column has now, and that only one column claims.
func (p *pass) checkRenames(t *table) {
	if t.spec.RenamedFrom.Set {
		p.unsupported(t.spec.RenamedFrom.Place, "renamed_from of a table")
	}
	old := map[string]spec.Str{}
	for _, e := range t.spec.Columns.Entries {
		from := e.Value.RenamedFrom
		if !from.Set {
			continue
		}
		first, taken := old[from.Value]
		switch {
		case from.Value == e.Key.Value:
			p.fault("T312", from.Place, "write the name it had before", "column %q is renamed from itself", e.Key.Value)
		case slices.Contains(t.spec.Columns.Keys(), from.Value):
			p.fault("T312", from.Place, "remove renamed_from, or the old column", "column %q is renamed from %q, which is a column still", e.Key.Value, from.Value)
		case taken:
			p.fault("T312", from.Place, "keep one of them", "two columns are renamed from %q", from.Value)
			p.relate(first.Place, "the first one")
		default:
			p.checkIdentifier(from, "column")
			old[from.Value] = from
		}
	}
}

// checkFrom warns of two columns that read the same field of a file, compared as the header will be.
func (p *pass) checkFrom(t *table) {
	fold := func(name string) string { return name }
	if t.load.Source.Loose {
		fold = loose
	}
	readers := map[string]string{}
	for i, e := range t.spec.Columns.Entries {
		if i >= len(t.load.Reading) || !t.load.Reading[i].ReadsCell() {
			continue
		}
		names := e.Value.From.Items
		if len(names) == 0 {
			names = []spec.Str{e.Key}
		}
		for _, name := range names {
			key := fold(name.Value)
			other, taken := readers[key]
			switch {
			case !taken:
				readers[key] = e.Key.Value
			case other == e.Key.Value:
				p.fault("T313", name.Place, "name it once", "%q is named twice for column %q", name.Value, e.Key.Value)
			default:
				p.fault("T313", name.Place, "name another field, or compute one of them with value:", "columns %q and %q both read the field %q", other, e.Key.Value, name.Value)
			}
		}
	}
}

// loose is a name as match: loose compares it: letters and digits only, in lower case.
func loose(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// checkUseless refuses keys of a column that would be read by nobody.
func (p *pass) checkUseless(t *table, e spec.Entry[*spec.Column], r model.Reading) {
	c, name := e.Value, e.Key.Value
	if c.WhenAbsent.Set && c.Default.Set {
		p.fault("T310", c.WhenAbsent.Place, "keep one of the two", "when_absent of %q says nothing: a column that is absent gets its default", name)
	}
	if t.load.Source.NoHeader && c.From.Set {
		p.fault("T310", c.From.Place, "remove from:, or header: false", "the source of %q has no header, so column %q cannot be found by name", t.name.Value, name)
	}
	if r.ReadsCell() || r.Value.SQL == "" { // the rest is about computed columns whose expression holds
		return
	}
	hint := "remove it, or use " + name + " in its value: or give from:, so that a field is read"
	if c.Optional.Set && c.Optional.Value {
		p.fault("T310", c.Optional.Place, hint, "column %q is computed, and never read from the file", name)
	}
	if c.Default.Set {
		p.fault("T310", c.Default.Place, hint, "column %q is computed, so its default is never used", name)
	}
	for _, o := range []struct {
		key string
		spec.StrList
	}{{"null_values", c.NullValues}, {"true_values", c.TrueValues}, {"false_values", c.FalseValues}, {"date_format", c.DateFormat}} {
		if o.Set {
			p.fault("T310", o.Place, hint, "column %q is computed, so its %s are never used", name, o.key)
		}
	}
	for _, o := range []struct {
		key string
		spec.Str
	}{{"timezone", c.Timezone}, {"decimal", c.Decimal}, {"group", c.Group}} {
		if o.Set {
			p.fault("T310", o.Place, hint, "column %q is computed, so its %s is never used", name, o.key)
		}
	}
}
