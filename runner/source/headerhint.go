package source

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// unknown tells of every field that no column reads.
func (m *headerMatch) unknown() {
	var candidates []string
	for _, col := range m.cols {
		if col.field < 0 {
			candidates = append(candidates, col.from...)
		}
	}
	for i, name := range m.names {
		if m.used[i] {
			continue
		}
		if m.req.Source.IgnoreUnknown {
			m.ignored[name] = true
			continue
		}
		switch {
		case name == "":
			m.fault(i, fmt.Sprintf("field %d of the header has no name", i+1),
				"remove the column (pandas writes it without index=False), or say unknown_columns: ignore")
		case m.computed(name):
			m.fault(i, fmt.Sprintf("column %q is computed by its value, but the file has it too", name), "mention it in the value, or say unknown_columns: ignore")
		default:
			hint := "declare it, or say unknown_columns: ignore"
			if near := diag.DidYouMean(name, candidates); near != "" {
				hint = near + " Or say unknown_columns: ignore"
			}
			m.found.Add(m.diagnostic(i, "unknown column "+quote(name), hint))
			m.unread = append(m.unread, name)
		}
	}
}

func (c *copier) computed(name string) bool {
	for i, col := range c.req.Table.Columns {
		if col.Name == name && !c.req.reading(i).ReadsCell() {
			return true
		}
	}
	return false
}

// otherReason looks for one reason behind many faults: a line that is no header at all.
func (m *headerMatch) otherReason(r reader) *damage {
	if m.rec.rows { // its names are no line of text that could be another one
		return nil
	}
	known := 0
	for _, col := range m.cols {
		if col.field >= 0 {
			known++
		}
	}
	if f, ok := r.(headerFinder); ok {
		if d := f.findHeader(func(names []string) bool { return m.complete(names, known) }); d != nil {
			return d
		}
	}
	if known > 0 || len(m.cols) == 0 || m.nearlyKnown() {
		return nil
	}
	line, at := m.rec.at(0)
	return &damage{line: line, col: at, message: fmt.Sprintf("this line is not the header: none of its %s is a column of %q", plural(len(m.names), "field"), m.req.Table.Name),
		hint: "expected " + m.expected() + "; if the file has no header, say header: false"}
}

// nearlyKnown tells whether a name looks like that of a column.
func (m *headerMatch) nearlyKnown() bool {
	var wanted []string
	for _, col := range m.cols {
		wanted = append(wanted, col.from...)
	}
	return slices.ContainsFunc(m.names, func(n string) bool { return len(n) > 2 && diag.Nearest(n, wanted) != "" })
}

func (m *headerMatch) expected() string {
	var names []string
	for _, col := range m.cols {
		if len(names) == 5 {
			names = append(names, "…")
			break
		}
		names = append(names, col.from[0])
	}
	return strings.Join(names, ", ")
}

// complete tells whether names hold all required columns, and more columns than the header has.
func (m *headerMatch) complete(names []string, better int) bool {
	have := map[string]bool{}
	for _, n := range names {
		have[m.key(n)] = true
	}
	n := 0
	for _, col := range m.cols {
		if slices.ContainsFunc(col.from, func(s string) bool { return have[m.key(s)] }) {
			n++
		} else if col.required {
			return false
		}
	}
	return n > better
}
