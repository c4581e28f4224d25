// Package diag is how every stage says what is wrong, where, and what to do about it.
//
// It imports nothing of this project, so that any stage can use it.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Place is a range of text in a file. Lines and columns start at 1 and columns count characters (runes), not bytes; the end is
// exclusive. A zero Line means that only the file is known; an empty File means that nothing is known.
type Place struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Col     int    `json:"column,omitempty"`
	EndLine int    `json:"end_line,omitempty"`
	EndCol  int    `json:"end_column,omitempty"`
}

// String returns file:line:col, without the parts that are not known.
func (p Place) String() string {
	switch {
	case p.File == "" && p.Line == 0:
		return ""
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Severity says how bad a diagnostic is.
type Severity int

// The severities, worst first.
const (
	Error Severity = iota
	Warning
	Info
)

// String returns error, warning or info.
func (s Severity) String() string {
	return [...]string{"error", "warning", "info"}[s]
}

// MarshalText makes severities words in JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word back; anything unknown is an error severity.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case "warning":
		*s = Warning
	case "info":
		*s = Info
	default:
		*s = Error
	}
	return nil
}

// Related is a second place that explains a diagnostic, such as the first of two equal keys.
type Related struct {
	Place
	Message string `json:"message"`
}

// Fix is a change of a file that mends a finding: Text in place of what stands at Place.
type Fix struct {
	Place
	Text string `json:"text"`
}

// Diagnostic is one finding. ID is stable ("Y103") and Name is its slug ("unknown-key"); both are empty for a finding about data.
// Message is lower case and says what is wrong; Hint says what to do.
type Diagnostic struct {
	Place
	Severity Severity  `json:"severity"`
	ID       string    `json:"id,omitempty"`
	Name     string    `json:"name,omitempty"`
	Message  string    `json:"message"`
	Hint     string    `json:"hint,omitempty"`
	Related  []Related `json:"related,omitempty"`
	Fix      *Fix      `json:"fix,omitempty"`  // where it is certain what to write
	Path     string    `json:"path,omitempty"` // where in the document: tables.users.columns.age
}

// Error returns the diagnostic in one line.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if at := d.Place.String(); at != "" {
		b.WriteString(at + ": ")
	}
	b.WriteString(d.Message)
	if d.Hint != "" {
		b.WriteString(" (" + d.Hint + ")")
	}
	return b.String()
}

// Identity is what tells a finding from the others of its project, whatever else is said of it. In a file that did not change it stays
// where it was.
type Identity struct {
	File      string
	Line, Col int
	ID        string
	Message   string
}

// Identity returns that of the diagnostic.
func (d Diagnostic) Identity() Identity { return Identity{d.File, d.Line, d.Col, d.ID, d.Message} }

// List is a collection of findings. The zero value is ready to use.
type List []Diagnostic

// Add appends one finding.
func (l *List) Add(d Diagnostic) { *l = append(*l, d) }

// HasErrors tells whether any finding is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Count returns how many findings have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Sort orders findings by file, line, column, id and message, and removes exact repetitions (an alias is walked once per use).
func (l *List) Sort() {
	slices.SortStableFunc(*l, compare)
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b Diagnostic) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
		cmp.Compare(a.ID, b.ID), cmp.Compare(a.Message, b.Message))
}
