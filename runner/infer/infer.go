// Package infer proposes specs from data: the tables, columns, keys and references of a pipeline, and rules for its rows, each with the
// evidence for it.
//
// It reads every row, in constant memory, and asks for no table more than a stream of its cells that can be read again. Nothing is
// assumed without being visible: what was guessed stands in the specs, with a comment that says why. The rules are those that Deequ
// suggests by default (its suggestions/rules/*.scala), kept only where they hold in every month.
package infer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/source"
)

// Stream gives the records of one file, from the first on each time that it is called: the names of its fields once, then each row.
type Stream func(header func(names []string) error, row func(cells []source.Cell)) error

// Input is one table: its files, one for each month, all of the same layout.
type Input struct {
	Name   string // of its files, without the ending
	Paths  []string
	Source model.Source // how the files are read; only Delimiter and Encoding are used
	Months []Stream
}

// table is a table that is being studied.
type table struct {
	input   Input
	name    string
	fields  []*field
	rows    []int64 // of each month
	at      [][]int // of each month and field: its place in the row, -1 when it is not there
	key     []int   // fields of the primary key
	unique  []int   // fields that are unique beside it
	refs    []reference
	unnamed bool // some field of the header has no name
}

// mostColumns is how many columns a table of Postgres may have, less those that runner adds while it loads.
const mostColumns = 1600 - 4

// Fault is why no table can be made of a file. It is what the function returns that a Stream tells the header.
type Fault struct{ Message, Hint string }

// Error returns the message.
func (f *Fault) Error() string { return f.Message }

// headerFault refuses headers of which no table can be made.
func headerFault(names []string, ways []manner) error {
	switch {
	case len(names) > mostColumns:
		return &Fault{fmt.Sprintf("the header has more than the %d columns that a table of Postgres may have", mostColumns), "check the delimiter, or split the file"}
	case !slices.ContainsFunc(names, func(n string) bool { return n != "" }):
		return &Fault{"the header names no column", "give the file a first line with the names of its columns"}
	case 2*countEmpty(names) > len(names):
		return &Fault{"most fields of the header have no name", "the first line looks like a title: remove the lines above that with the names of the columns"}
	case len(names) > 1 && !slices.ContainsFunc(names, func(n string) bool { return !isValue(n, ways) }):
		return &Fault{"the first line is no header: all of its fields are numbers or dates", "give the file a first line with the names of its columns"}
	}
	return nil
}

func countEmpty(names []string) (n int) {
	for _, name := range names {
		if name == "" {
			n++
		}
	}
	return n
}

// isValue tells whether a name is a number with a point or a date, which names of columns are not; years may be.
func isValue(name string, ways []manner) bool {
	text := []byte(name)
	if len(text) == 0 || onlyDigits(text) && len(text) == 4 {
		return len(text) == 0
	}
	for _, m := range ways {
		if m.number || m.typ.Family == model.Date || m.typ.Family == model.TimestampTZ {
			if _, ok := m.fits(nil, text); ok {
				return true
			}
		}
	}
	return false
}

// study looks at all rows of all tables.
func study(inputs []Input) ([]*table, error) {
	var out []*table
	var faults error
	taken, ways := names{}, manners()
	for _, in := range inputs {
		t := &table{input: in, name: taken.claim(in.Name, "table")}
		err := t.read(ways)
		if err == nil {
			err = t.findKey()
		}
		faults = errors.Join(faults, err)
		out = append(out, t)
	}
	if faults != nil {
		return nil, faults
	}
	if err := findReferences(out); err != nil {
		return nil, err
	}
	return parentsFirst(out), nil
}

// read makes a profile of each month and merges them.
func (t *table) read(ways []manner) error {
	var profiles []profile
	for _, stream := range t.input.Months {
		p := newProfiler(ways)
		err := stream(func(names []string) error {
			if err := headerFault(names, ways); err != nil {
				return err
			}
			p.header(names)
			return nil
		}, p.row)
		if err != nil {
			return err
		}
		for _, c := range p.columns {
			c.finish()
		}
		profiles = append(profiles, p.profile)
		t.rows = append(t.rows, p.rows)
	}
	t.merge(profiles)
	return nil
}

// merge brings the columns of the months together by their names, in the order of the first month that has them.
func (t *table) merge(months []profile) {
	var headers []string
	for _, p := range months {
		for _, c := range p.columns {
			if c.name == "" {
				t.unnamed = true
			} else if !slices.Contains(headers, c.name) {
				headers = append(headers, c.name)
			}
		}
	}
	taken := names{}
	for _, h := range headers {
		if plainName(h) {
			taken[h] = true
		}
	}
	t.at = make([][]int, len(months))
	for _, h := range headers {
		name := h
		if !plainName(h) {
			name = taken.claim(h, "column")
		}
		columns := make([]*column, len(months))
		for m, p := range months {
			i := slices.IndexFunc(p.columns, func(c *column) bool { return c.name == h })
			t.at[m] = append(t.at[m], i)
			if i >= 0 {
				columns[m] = p.columns[i]
			}
		}
		t.fields = append(t.fields, newField(h, name, columns))
	}
	t.agreeOnPoints()
}

// total is the number of rows of all months.
func (t *table) total() (n int64) {
	for _, r := range t.rows {
		n += r
	}
	return n
}

// names returns the names of some fields.
func (t *table) names(fields []int) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = t.fields[f].name
	}
	return out
}

// parentsFirst orders tables so that each comes after those that it refers to, and keeps their order otherwise.
func parentsFirst(tables []*table) []*table {
	depth := map[*table]int{}
	var of func(t *table) int
	of = func(t *table) int {
		if d, ok := depth[t]; ok {
			return d
		}
		d := 0
		for _, r := range t.refs {
			if r.parent != t {
				d = max(d, of(r.parent)+1)
			}
		}
		depth[t] = d
		return d
	}
	out := slices.Clone(tables)
	slices.SortStableFunc(out, func(a, b *table) int { return cmp.Compare(of(a), of(b)) })
	return out
}
