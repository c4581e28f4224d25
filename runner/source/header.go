package source

import (
	"fmt"
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

	// The faults again, sorted for those who look at the header alone.
	missing []string  // columns that the file lacks
	unread  []string  // fields that no column reads
	other   diag.List // the rest
}

// nameFields takes the names of the fields, and finds those that are there twice.
func (c *copier) nameFields(file string, rec *record) *headerMatch {
	m := &headerMatch{copier: c, file: file, rec: rec, fields: map[string]int{}, used: make([]bool, len(rec.fields))}
	var scratch, text []byte
	for i := range rec.fields {
		text, scratch = rec.text(i, scratch)
		m.names = append(m.names, string(text))
	}
	m.duplicates()
	return m
}

// matchHeader tells every column which field of this file it reads. Faults are added; it is damage when the rows cannot be read.
func (c *copier) matchHeader(file string, rec *record, r reader) error {
	m := c.nameFields(file, rec)
	for _, col := range c.cols {
		m.choose(col)
		m.judgeType(col, r)
	}
	if len(m.found) > 0 {
		if d := m.otherReason(r); d != nil {
			return d
		}
	}
	m.unknown()
	return m.settle(c, file, len(rec.fields))
}

// settle hands the faults of a header over, and remembers the first file whose header is sound. A file without a sound one is skipped.
func (m *headerMatch) settle(c *copier, file string, fields int) error {
	if !m.found.HasErrors() {
		m.compareFiles()
	}
	if c.only != nil {
		*c.only = append(*c.only, Header{File: file, Fields: c.readBy(fields), Packed: c.window.feed != nil && c.window.feed.packed, Marked: c.marked, Missing: m.missing, Unread: m.unread, Faults: m.other})
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

// readBy lists the columns by the fields that they read.
func (c *copier) readBy(fields int) []string {
	out := make([]string, fields)
	for _, col := range c.cols {
		if col.field >= 0 {
			out[col.field] = col.name
		}
	}
	return out
}

func (m *headerMatch) fault(field int, message, hint string) {
	d := m.diagnostic(field, message, hint)
	m.found.Add(d)
	m.other.Add(d)
}

func (m *headerMatch) diagnostic(field int, message, hint string) diag.Diagnostic {
	line, col := 1, 1
	if field >= 0 {
		line, col = m.rec.at(field)
	} else if m.rec != nil && m.rec.rows {
		line, col = 0, 0
	} else if m.rec != nil {
		line = int(m.rec.first)
	}
	return diag.Diagnostic{Place: diag.Place{File: m.file, Line: line, Col: col}, Message: message, Hint: hint}
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
		m.found.Add(m.diagnostic(-1, message, "add it to the file, or say optional: true"))
		m.missing = append(m.missing, col.name)
	}
}

// judgeType holds the type of a field against that of its column, where the file has types.
func (m *headerMatch) judgeType(col *column, r reader) {
	typed, ok := r.(typedReader)
	col.native = ok && col.field >= 0 && typed.native(col.field)
	if !ok || col.field < 0 {
		return
	}
	if why, hint := typed.misfit(col.field, col.typ); why != "" {
		m.fault(col.field, fmt.Sprintf("column %q %s", col.name, why), hint)
	}
}

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ", ")
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
	return m.settle(c, file, fields)
}
