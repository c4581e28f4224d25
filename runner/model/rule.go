package model

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
)

// Rule is one expectation about the rows of a table, compiled to SQL over the alias r.
type Rule struct {
	Name      string // as given, or the text of the expression
	Text      string // the expression as written
	Aggregate bool   // judges the batch as a whole instead of each row
	Condition pgsql.Frag
	Where     pgsql.Frag // rows it looks at; empty means all. Of an aggregate rule it is already inside Condition
	WhereText string
	AtLeast   string // share of judged rows that must pass, as decimal text; empty means "1"
	Severity  diag.Severity
	NullsFail bool       // unknown verdicts count as failed
	Columns   []string   // columns the rule mentions, in order of first mention
	Measures  []Measure  // of an aggregate rule: the values it compares
	Origin    diag.Place // the expression in the YAML
}

// Measure is a value that an aggregate rule computes; it is reported also when the rule passes.
type Measure struct {
	Text string
	SQL  pgsql.Frag
}
