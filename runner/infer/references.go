package infer

import (
	"slices"
	"strings"

	"streamflow/runner/model"
	"streamflow/runner/source"
)

// reference says that the values of some fields are keys of another table, in every month.
type reference struct {
	fields []int
	parent *table
	values int64 // that were compared
}

// findReferences proposes references where names speak for them, types agree and every value is there. Values alone prove nothing: small
// numbers are contained in each other by accident.
func findReferences(tables []*table) error {
	for _, parent := range tables {
		if len(parent.key) == 0 {
			continue
		}
		for _, child := range tables {
			if child != parent && leadsTo(parent, child) {
				continue
			}
			for _, fields := range child.pointing(parent, tables) {
				r := reference{fields: fields, parent: parent}
				ok, err := child.contained(&r)
				if err != nil {
					return err
				}
				if ok {
					child.refs = append(child.refs, r)
				}
			}
		}
	}
	return nil
}

// leadsTo tells whether references lead from one table to another: one back would close a circle. That of a table to itself is none.
func leadsTo(from, to *table) bool {
	return slices.ContainsFunc(from.refs, func(r reference) bool { return r.parent != from && (r.parent == to || leadsTo(r.parent, to)) })
}

// pointing returns the fields of a table that by their names and types may be keys of another.
func (t *table) pointing(parent *table, all []*table) [][]int {
	if len(parent.key) > 1 {
		return t.pointingTogether(parent)
	}
	var out [][]int
	key := parent.fields[parent.key[0]]
	for i, f := range t.fields {
		if f == key || !alike(f.typ, key.typ) {
			continue
		}
		if t == parent && t.above(f, all) || namesKey(f.name, key.name, parent.name) || f.name == key.name && t.borrows(i, parent, all) {
			out = append(out, []int{i})
		}
	}
	return out
}

// above tells whether a field by its name holds keys of its own table, of the one above: parent_id, unless there is a table of parents.
func (t *table) above(f *field, all []*table) bool {
	if !aboveNames.of(f.name) || !aboveNames.last(f.name) && !keyNames.last(f.name) {
		return false
	}
	return !slices.ContainsFunc(all, func(o *table) bool {
		return o != t && len(o.key) == 1 && namesKey(f.name, o.fields[o.key[0]].name, o.name)
	})
}

// pointingTogether wants the whole of a key of several columns, under the same names.
func (t *table) pointingTogether(parent *table) [][]int {
	var out []int
	for _, k := range parent.key {
		i := slices.IndexFunc(t.fields, func(f *field) bool {
			return f.name == parent.fields[k].name && alike(f.typ, parent.fields[k].typ)
		})
		if i < 0 {
			return nil
		}
		out = append(out, i)
	}
	if slices.Equal(t.names(t.key), parent.names(parent.key)) {
		return nil // two tables of one key: neither owns it
	}
	return [][]int{out}
}

// namesKey tells whether a name says that it holds keys of a table: client_id or client for the key of clients, whether that is called id or
// client_id, and paying_client_id.
func namesKey(name, key, table string) bool {
	for _, own := range []string{singular(table), table, singular(lastWord(table))} {
		if key != own && !strings.HasPrefix(key, own+"_") && !generic(key) {
			continue
		}
		full := key
		if generic(key) {
			full = own + "_" + key
		}
		if name == full || strings.HasSuffix(name, "_"+full) || generic(key) && name == own {
			return true
		}
	}
	return false
}

// generic tells whether the name of a key says nothing of its table.
func generic(key string) bool {
	return slices.Contains(keyNames, key) || key == "name"
}

func lastWord(name string) string { return name[strings.LastIndexByte(name, '_')+1:] }

// borrows tells whether a field of the same name as another table's key is the key of that table only: no table is called after it, and
// it is not the key here too.
func (t *table) borrows(i int, parent *table, all []*table) bool {
	name := t.fields[i].name
	if generic(name) || slices.Equal(t.key, []int{i}) {
		return false
	}
	for _, other := range all {
		if other != parent && len(other.key) == 1 && other.fields[other.key[0]].name == name {
			return false // it has several owners
		}
	}
	return true
}

// alike tells whether two types can be compared without a cast.
func alike(a, b model.Type) bool {
	whole := func(t model.Type) bool { return t.Family == model.Integer || t.Family == model.Numeric }
	return a.Family == b.Family || whole(a) && whole(b)
}

// contained tells whether every value is a key of the other table, in every month.
func (t *table) contained(r *reference) (bool, error) {
	for m := range t.input.Months {
		if slices.ContainsFunc(r.fields, func(i int) bool { return t.at[m][i] < 0 }) {
			return false, nil
		}
		parts := uint64(r.parent.rows[m]/exactRoom + 1)
		keys := newPrints(2 * exactRoom)
		for part := range parts {
			keys.expect(int(r.parent.rows[m] / int64(parts) * 9 / 8))
			err := r.parent.input.Months[m](ignoreHeader, func(cells []source.Cell) {
				if h, _ := fingerprint(cells, r.parent.at[m], r.parent.key); h%parts == part {
					keys.add(h)
				}
			})
			if err != nil {
				return false, err
			}
			all := true
			err = t.input.Months[m](ignoreHeader, func(cells []source.Cell) {
				h, some := fingerprint(cells, t.at[m], r.fields)
				if !all || !some || h%parts != part {
					return
				}
				r.values++
				all = keys.has(h)
			})
			if err != nil || !all {
				return false, err
			}
		}
	}
	return r.values > 0, nil
}
