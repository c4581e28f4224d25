package expression

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// check names a lint check; the ids are stable.
type check struct {
	id, name string
	severity diag.Severity
}

var (
	badSyntax        = check{"E401", "expr-syntax", diag.Error}
	unknownName      = check{"E402", "expr-unknown-name", diag.Error}
	badType          = check{"E403", "expr-type", diag.Error}
	notBool          = check{"E404", "expr-not-bool", diag.Error}
	constant         = check{"E406", "expr-constant", diag.Warning}
	badConst         = check{"E407", "expr-bad-const", diag.Error}
	notInSQL         = check{"E408", "expr-not-in-sql", diag.Error}
	nondeterministic = check{"E409", "expr-nondeterministic", diag.Error}
	precision        = check{"E410", "expr-precision", diag.Warning}
	badList          = check{"E411", "expr-list", diag.Error}
	repeated         = check{"E411", "expr-list", diag.Warning}
	invertedRange    = check{"X451", "range-inverted", diag.Error}
	columnSet        = check{"X452", "column-set", diag.Warning}
	redundant        = check{"X453", "redundant", diag.Info}
	tooComplex       = check{"E412", "expr-complexity", diag.Error}
	badLet           = check{"E413", "expr-let", diag.Error}
	unusedLet        = check{"E413", "expr-let", diag.Warning}
)

// span is a range of runes, to exclusive.
type span struct{ from, to int }

// fault adds a fault at a part of src. Of parts that may have been read otherwise than they were meant, only unknown names are reported,
// and no fault shows what was put in to be able to read on.
func (c *checker) fault(k check, at span, hint, format string, args ...any) {
	if c.patch != nil {
		at = c.patch.place(at)
		if k != badSyntax && k != unknownName && c.inDoubt(at) {
			return
		}
		if !unholed(hint) {
			hint = ""
		}
	}
	f := Fault{From: at.from, To: at.to, ID: k.id, Name: k.name, Severity: k.severity, Hint: hint, Message: fmt.Sprintf(format, args...)}
	if unholed(f.Message) && !slices.ContainsFunc(c.faults, func(o Fault) bool { o.Fix = nil; return o == f }) {
		c.faults = append(c.faults, f)
	}
}

// misspelt is fault about a name, with a fix where a single one of the known names is near it. The name is at the beginning or at the end of
// the part; where the text was changed to be read at all, there is no fix.
func (c *checker) misspelt(k check, at span, name string, known []string, hint, format string, args ...any) {
	before := len(c.faults)
	c.fault(k, at, hint, format, args...)
	meant := diag.Only(name, known)
	if len(c.faults) == before || meant == "" || c.patch != nil || !identifier(meant) {
		return
	}
	width, part := len([]rune(name)), c.src.slice(at.from, at.to)
	switch {
	case strings.HasPrefix(part, name):
		c.faults[before].Fix = &Fix{From: at.from, To: at.from + width, Text: meant}
	case strings.HasSuffix(part, name):
		c.faults[before].Fix = &Fix{From: at.to - width, To: at.to, Text: meant}
	}
}

// mend adds what to write at a part of the text to the last fault. A text that had to be repaired is mended first.
func (c *checker) mend(at span, text string) {
	if n := len(c.faults); n > 0 && c.patch == nil {
		c.faults[n-1].Fix = &Fix{From: at.from, To: at.to, Text: text}
	}
}

// inDoubt tells whether a part of the text overlaps one whose meaning was guessed.
func (c *checker) inDoubt(at span) bool {
	return slices.ContainsFunc(c.doubtful, func(d span) bool { return at.from < max(d.to, d.from+1) && d.from < max(at.to, at.from+1) })
}

// sorted returns the faults in the order of the text.
func (c *checker) sorted() []Fault {
	slices.SortStableFunc(c.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	return c.faults
}
