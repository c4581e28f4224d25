package expression

import (
	"cmp"
	"fmt"
	"slices"

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
	tooComplex       = check{"E412", "expr-complexity", diag.Error}
)

// span is a range of runes, to exclusive.
type span struct{ from, to int }

func (c *checker) fault(k check, at span, hint, format string, args ...any) {
	f := Fault{From: at.from, To: at.to, ID: k.id, Name: k.name, Severity: k.severity, Hint: hint, Message: fmt.Sprintf(format, args...)}
	if !slices.Contains(c.faults, f) {
		c.faults = append(c.faults, f)
	}
}

// sorted returns the faults in the order of the text.
func (c *checker) sorted() []Fault {
	slices.SortStableFunc(c.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	return c.faults
}
