// Package imports reads what other tools say of a table and writes it as expectations of this one.
//
// An import is honest: each statement either becomes a rule that gives the other tool's verdict on the same rows, or it is named with the
// reason why not. Every rule that is written was compiled against the declared columns first, so what comes out passes lint.
package imports

import (
	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// Table is the declared table that the rules are for, with everything that they may mention.
type Table struct {
	Name    string
	Columns []model.Column
	Env     expression.Env
}

// Result is what became of a suite, in the order of its expectations.
type Result struct {
	Suite   string // its name
	Version string // of the tool that wrote it; empty when it does not say
	Items   []Item
	YAML    string // an expectations file; of a suite without a rule it holds comments only
}

// Item is one expectation and what became of it: a Rule, Always (it passes whatever the rows are, so there is nothing to write),
// SameAs (it says what an earlier one says), or Refused.
type Item struct {
	Index   int    // in the suite, from 0
	Type    string // as written, such as expect_column_values_to_be_unique
	About   string // the columns it is about, for people
	Rule    *Rule
	Always  string
	SameAs  *int
	Refused string
	Notes   []string // what differs from the suite in a rule that was written
}

// Rule is a rule as it stands in YAML.
type Rule struct {
	Text        string // an expression; or SQL when Query
	Query       bool
	Where       string
	AtLeast     string // as in the suite; empty for all rows
	NullsFail   bool
	Warning     bool
	Description string
}

// Carried counts the expectations that need no more work.
func (r Result) Carried() int { return len(r.Items) - len(r.Missing()) }

// Missing are the expectations that could not be carried over.
func (r Result) Missing() []Item {
	var out []Item
	for _, i := range r.Items {
		if i.Refused != "" {
			out = append(out, i)
		}
	}
	return out
}

// column returns a declared column, or nil.
func (t Table) column(name string) *model.Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

func (t Table) columnNames() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}
