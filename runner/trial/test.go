package trial

import (
	"strconv"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// Test is one test of a file: rows, and what the rules of a table must say of them.
type Test struct {
	Name   string
	Place  diag.Place // of its name
	Rules  []*Rule
	Rows   []Row
	World  expression.World
	Expect []Expectation

	keyed map[string][]int // rows by their keys, once somebody has asked
}

// Row is a row of a test. Key names it in reports: "id=7", or "row 2" of a table without a key.
type Row struct {
	Values expression.Row
	Key    []report.Value
	Place  diag.Place
}

// Expectation is what one rule must say. All is what it must say of the rows that Rows does not name; empty: it must not fail. Of a rule
// about the batch as a whole it is the verdict.
type Expectation struct {
	Rule     *Rule
	Place    diag.Place // of the rule's name in the test; of a rule that the test does not list there is none
	All      Word
	AllPlace diag.Place
	Rows     map[int]Named // by the index of the row
}

// Named is what a rule must say of one row.
type Named struct {
	Word  Word
	Place diag.Place
}

// Try judges the rows by all rules. A rule about the batch as a whole is tried only where the test says what it must say: a few rows are
// no batch.
func (t *Test) Try() report.Test {
	out := report.Test{Name: t.Name, Place: t.Place, Verdict: report.Pass}
	rows := make([]expression.Row, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = r.Values
	}
	for _, rule := range t.Rules {
		want, listed := t.expectation(rule)
		if rule.Aggregate && !listed {
			continue
		}
		j, err := rule.judge(rows, t.World)
		switch {
		case err != nil && listed:
			out.Misses = append(out.Misses, report.Miss{Place: want.Place, Rule: rule.Name, Expected: "a verdict", Actual: string(NotTried), Reason: err.Error()})
		case err != nil:
			out.NotTried = append(out.NotTried, report.NotTried{Rule: rule.Name, Reason: err.Error()})
		case rule.Aggregate:
			if j.words[0] != want.All {
				out.Misses = append(out.Misses, report.Miss{Place: want.AllPlace, Rule: rule.Name, Expected: string(want.All), Actual: string(j.words[0]), Values: j.measures})
			}
		default:
			out.Misses = append(out.Misses, t.differing(rule, want, j, rows)...)
		}
	}
	if len(out.Misses) > 0 {
		out.Verdict = report.Fail
	}
	return out
}

func (t *Test) expectation(rule *Rule) (Expectation, bool) {
	for _, e := range t.Expect {
		if e.Rule == rule {
			return e, true
		}
	}
	return Expectation{Rule: rule}, false
}

// differing are the rows of which a rule says something else than it must.
func (t *Test) differing(rule *Rule, want Expectation, j judged, rows []expression.Row) (out []report.Miss) {
	reasons := rule.reasons(rows, t.World)
	for i, got := range j.words {
		expected, place, ok := want.of(i, got)
		if ok {
			continue
		}
		if place.Line == 0 {
			place = t.Rows[i].Place
		}
		out = append(out, report.Miss{Place: place, Row: keyText(t.Rows[i].Key), Rule: rule.Name, Expected: expected, Actual: string(got),
			Values: without(rule.values(rows[i]), t.Rows[i].Key), Reason: rule.because(got, i, reasons)})
	}
	return out
}

// of tells whether a verdict on a row is what is wanted, and otherwise what is and where that is written.
func (e Expectation) of(row int, got Word) (expected string, at diag.Place, ok bool) {
	if named, there := e.Rows[row]; there {
		return string(named.Word), named.Place, named.Word == got
	}
	if e.All != "" {
		return string(e.All), e.AllPlace, got == e.All || got == NotJudged
	}
	expected = "pass or unknown"
	if e.Rule.NullsFail {
		expected = string(Pass)
	}
	return expected, e.Place, !e.Rule.Fails(got)
}

func keyText(key []report.Value) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = k.Column + "=" + k.Value
	}
	return strings.Join(parts, "  ")
}

// without leaves out the values that the key shows already.
func without(values, key []report.Value) (out []report.Value) {
	for _, v := range values {
		shown := false
		for _, k := range key {
			shown = shown || k == v
		}
		if !shown {
			out = append(out, v)
		}
	}
	return out
}

// RowOf makes a row of a test. Number is its place among the rows, from 1; it names the row where the table has no key.
func RowOf(values expression.Row, key []model.Column, number int) Row {
	out := Row{Values: values}
	for _, c := range key {
		out.Key = append(out.Key, report.Value{Column: c.Name, Value: expression.FormatDatum(values[c.Name], c.Type)})
	}
	if len(key) == 0 {
		out.Key = []report.Value{{Column: "row", Value: strconv.Itoa(number)}}
	}
	return out
}

// Find returns the rows of a key, of which there may be several: a test may show a key that comes twice.
func (t *Test) Find(key Row) []int {
	if t.keyed == nil {
		t.keyed = map[string][]int{}
		for i, r := range t.Rows {
			t.keyed[r.identity()] = append(t.keyed[r.identity()], i)
		}
	}
	return t.keyed[key.identity()]
}

// identity is a text that rows of the same key have in common, and no others.
func (r Row) identity() string {
	var b strings.Builder
	for _, k := range r.Key {
		b.WriteString(strconv.Quote(k.Value))
	}
	return b.String()
}

// String is the key of the row.
func (r Row) String() string { return keyText(r.Key) }
