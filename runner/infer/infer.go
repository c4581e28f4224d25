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

// ErrColumns says that a file has more columns than a table may have.
var ErrColumns = fmt.Errorf("more than the %d columns that a table of Postgres may have", mostColumns)

// study looks at all rows of all tables.
func study(inputs []Input) ([]*table, error) {
	var out []*table
	var faults error
	taken := names{}
	for _, in := range inputs {
		t := &table{input: in, name: taken.claim(in.Name, "table")}
		err := t.read()
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
func (t *table) read() error {
	var profiles []profile
	for _, stream := range t.input.Months {
		p := newProfiler()
		err := stream(func(names []string) error {
			if len(names) > mostColumns {
				return ErrColumns
			}
			p.header(names)
			return nil
		}, p.row)
		if err != nil {
			return err
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
			d = max(d, of(r.parent)+1)
		}
		depth[t] = d
		return d
	}
	out := slices.Clone(tables)
	slices.SortStableFunc(out, func(a, b *table) int { return cmp.Compare(of(a), of(b)) })
	return out
}
