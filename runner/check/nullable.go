package check

import (
	"slices"

	"streamflow/runner/expression"
	"streamflow/runner/spec"
)

// unguarded is a column in a rule that is unknown where the column is NULL.
type unguarded struct {
	column string
	at     spec.Str
	from   int
	to     int
}

// noteNullable remembers what a rule says about NULL, until all rules of its table are known.
func (p *pass) noteNullable(t *table, r *spec.Rule, nulls spec.Str, compiled expression.Rule) {
	t.nilTested = append(t.nilTested, compiled.NilTested...)
	if nulls.Set {
		return
	}
	for _, m := range compiled.Unguarded {
		if !slices.ContainsFunc(t.unguarded, func(u unguarded) bool { return u.column == m.Column }) {
			t.unguarded = append(t.unguarded, unguarded{m.Column, r.Rule, m.From, m.To})
		}
	}
}

// checkNullable tells of columns that may be NULL and of which no rule says what that means.
func (p *pass) checkNullable(t *table) {
	for _, u := range t.unguarded {
		if !slices.Contains(t.nilTested, u.column) {
			p.fault("E405", u.at.At(u.from, u.to), "say what NULL means: a rule "+expression.Spelling(u.column)+" != nil, or nulls: pass",
				"where %q is NULL, this is unknown and does not fail", u.column)
		}
	}
}
