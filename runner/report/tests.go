package report

import "streamflow/runner/internal/diag"

// Tests is the outcome of a project's own tests and of the examples beside its rules.
type Tests struct {
	Tests      []Test    `json:"tests"`
	Coverage   *Coverage `json:"coverage,omitempty"` // when it was asked for
	DurationMS float64   `json:"duration_ms"`
	ExitCode   int       `json:"exit_code"`
}

// Test is the outcome of one test, or of the examples of one rule. Verdict is pass or fail.
type Test struct {
	Name string `json:"name"`
	diag.Place
	Verdict    Verdict    `json:"verdict"`
	Misses     []Miss     `json:"misses"`
	NotTried   []NotTried `json:"not_tried"`
	DurationMS float64    `json:"duration_ms"`
}

// Miss is one verdict, or one value of a feature, that is not what a test wants; Rule names the rule or the feature. The place is that of the wish. Row is the key of the row; empty for a rule about the
// batch as a whole, whose values are what it measured.
type Miss struct {
	diag.Place
	Row      string  `json:"row"`
	Rule     string  `json:"rule"`
	Expected string  `json:"expected"`
	Actual   string  `json:"actual"`
	Values   []Value `json:"values"`
	Reason   string  `json:"reason,omitempty"`
}

// NotTried is a rule that a test leaves out, because it needs what only a database has.
type NotTried struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Coverage says how many rules some test or example makes fail, and which none does.
type Coverage struct {
	Rules    int        `json:"rules"`
	Covered  int        `json:"covered"`
	Untested []Untested `json:"untested"`
}

// Untested is a rule that nothing makes fail.
type Untested struct {
	Table string `json:"table"`
	Rule  string `json:"rule"`
	diag.Place
}

// Failed counts the tests that failed.
func (t *Tests) Failed() int {
	n := 0
	for _, one := range t.Tests {
		if one.Verdict != Pass {
			n++
		}
	}
	return n
}
