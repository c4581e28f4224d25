package source

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"streamflow/runner/internal/diag"
)

// key returns what names are compared by: the name itself, or under match: loose its letters and digits in lower case.
func (c *copier) key(name string) string {
	if !c.req.Source.Loose {
		return name
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// headerMatch is the work of matching one header.
type headerMatch struct {
	*copier
	file   string
	rec    *record
	names  []string
	fields map[string]int // by key, the first one of each
	used   []bool
	found  diag.List
}

// matchHeader tells every column which field of this file it reads. Faults are added; it is damage when the rows cannot be read.
func (c *copier) matchHeader(file string, rec *record, r reader) error {
	m := &headerMatch{copier: c, file: file, rec: rec, fields: map[string]int{}, used: make([]bool, len(rec.fields))}
	var scratch, text []byte
	for i := range rec.fields {
		text, scratch = rec.text(i, scratch)
		m.names = append(m.names, string(text))
	}
	m.duplicates()
	for _, col := range c.cols {
		m.choose(col)
	}
	if len(m.found) > 0 {
		if d := m.otherReason(r); d != nil {
			return d
		}
	}
	m.unknown()
	if !m.found.HasErrors() {
		m.compareFiles()
	}
	for _, d := range m.found {
		c.faults.add(d)
	}
	if m.found.HasErrors() {
		return errSkip
	}
	if c.headed == "" {
		c.headed = file
	}
	return nil
}

func (m *headerMatch) fault(field int, message, hint string) {
	line, col := 1, 1
	if field >= 0 {
		line, col = m.rec.at(field)
	} else if m.rec != nil {
		line = int(m.rec.first)
	}
	m.found.Add(diag.Diagnostic{Place: diag.Place{File: m.file, Line: line, Col: col}, Message: message, Hint: hint})
}

// duplicates fills the index of names.
func (m *headerMatch) duplicates() {
	for i, name := range m.names {
		before, twice := m.fields[m.key(name)]
		switch {
		case !twice:
			m.fields[m.key(name)] = i
		case name == "":
		case m.names[before] == name:
			m.fault(i, fmt.Sprintf("column %q is in the header twice: fields %d and %d", name, before+1, i+1), "rename or remove one")
		default:
			m.fault(i, fmt.Sprintf("columns %q and %q are the same name under match: loose", m.names[before], name), "rename one, or say match: exact")
		}
		m.used[i] = twice // named already
	}
}

// choose finds the field of a column.
func (m *headerMatch) choose(col *column) {
	col.field = -1
	chosen := ""
	for _, name := range col.from {
		i, ok := m.fields[m.key(name)]
		if !ok {
			continue
		}
		if col.field >= 0 && i != col.field {
			m.fault(i, fmt.Sprintf("column %q could be read from %q and from %q", col.name, chosen, m.names[i]), "keep one of them in from:, or in the file")
		}
		if col.field < 0 {
			col.field, chosen = i, m.names[i]
		}
		m.used[i] = true
	}
	if col.field < 0 && col.required {
		message := fmt.Sprintf("column %q is missing", col.name)
		if len(col.from) != 1 || col.from[0] != col.name {
			message += ": looked for " + quoteAll(col.from)
		}
		m.fault(-1, message, "add it to the file, or say optional: true")
	}
}

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ", ")
}

// otherReason looks for one reason behind many faults: a line that is no header at all.
func (m *headerMatch) otherReason(r reader) *damage {
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
		hint := "declare it, or say unknown_columns: ignore"
		if near := diag.DidYouMean(name, candidates); near != "" {
			hint = near + " Or say unknown_columns: ignore"
		}
		message := fmt.Sprintf("unknown column %s", quote(name))
		if name == "" {
			message = fmt.Sprintf("field %d of the header has no name", i+1)
			hint = "remove the column (pandas writes it without index=False), or say unknown_columns: ignore"
		} else if m.computed(name) {
			message = fmt.Sprintf("column %q is computed by its value, but the file has it too", name)
			hint = "mention it in the value, or say unknown_columns: ignore"
		}
		m.fault(i, message, hint)
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

// compareFiles demands that all files of a batch have the same optional columns: an absent column means that nothing is known, and a
// batch cannot know of a column in one part only.
func (m *headerMatch) compareFiles() {
	for _, col := range m.cols {
		has := col.field >= 0
		switch {
		case m.headed == "":
			col.inFile = has
		case has && !col.inFile:
			m.fault(col.field, fmt.Sprintf("column %q is here but not in %s of the same batch", col.name, m.headed), "give all files the same columns, or load them apart")
		case !has && col.inFile:
			m.fault(-1, fmt.Sprintf("column %q is missing here but is in %s of the same batch", col.name, m.headed), "give all files the same columns, or load them apart")
		}
	}
}

// matchPositions gives columns the fields in declared order. Optional columns at the end may be missing.
func (c *copier) matchPositions(file string, fields int) error {
	m := &headerMatch{copier: c, file: file}
	for i, col := range c.cols {
		col.field = i
		if i >= fields {
			col.field = -1
			if col.required {
				m.fault(-1, fmt.Sprintf("column %q is missing: the first record has %s, expected %d", col.name, plural(fields, "field"), len(c.cols)),
					"without a header, fields are columns in declared order")
			}
		}
	}
	if fields > len(c.cols) {
		m.fault(-1, fmt.Sprintf("the first record has %s, but the table has %s to read", plural(fields, "field"), plural(len(c.cols), "column")),
			"without a header, fields are columns in declared order")
	}
	if !m.found.HasErrors() {
		m.compareFiles()
	}
	for _, d := range m.found {
		c.faults.add(d)
	}
	if m.found.HasErrors() {
		return errSkip
	}
	if c.headed == "" {
		c.headed = file
	}
	return nil
}
