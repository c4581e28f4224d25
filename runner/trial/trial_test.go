package trial_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/check"
	"streamflow/runner/report"
	"streamflow/runner/spec"
	"streamflow/runner/trial"
)

const tables = `kind: pipeline
name: p
params: {as_of: {type: date, default: 2024-01-31}}
tables:
  t: {source: t.csv, primary_key: [k, n], columns: {k: text, n: integer, v: numeric, w: numeric, d: date}}
  other: {source: o.csv, primary_key: k, columns: {k: text}}
---
kind: expectations
table: t
rules:
  - {name: both, rule: v > 0 and w > 0}
  - {name: one, rule: v > 0 or w > 0}
  - {name: strict, rule: v != 7, nulls: fail}
  - {name: some, rule: w < 9, where: k == "a"}
  - {name: total, rule: sum(v) > 3}
---
`

// suite checks a document of tests about the tables above.
func suite(t *testing.T, tests string) *trial.Suite {
	t.Helper()
	tree, found := spec.Load(fstest.MapFS{"pipelines/p.yaml": {Data: []byte(tables + tests)}}, nil)
	out, more := check.Trials(tree)
	if out == nil || found.HasErrors() {
		t.Fatalf("%v %v", found, more)
	}
	return out
}

// shown is what a test found, one miss a line.
func shown(test report.Test) string {
	var lines []string
	for _, m := range test.Misses {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{m.Row, m.Rule, m.Expected, m.Actual, m.Reason}, "|")))
	}
	for _, n := range test.NotTried {
		lines = append(lines, "not tried|"+n.Rule+"|"+n.Reason)
	}
	return strings.Join(lines, "\n")
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct{ name, rows, expect, want string }{
		{"nothing fails", "{k: a, n: 1, v: 1, w: 1}", "", ""},
		{"unlisted rules must not fail", "{k: a, n: 1, v: -1, w: 10}", "",
			"k=a  n=1|both|pass or unknown|fail|false: v > 0\nk=a  n=1|some|pass or unknown|fail|"},
		{"unknown is no failure, but for nulls: fail", "{k: a, n: 1, w: 1}", "", "k=a  n=1|strict|pass|unknown|"},
		{"unknown is asked for", "{k: a, n: 1, w: 1}", "strict: {unknown: [[a, 1]]}", ""},
		{"unknown is not fail", "{k: a, n: 1, w: 1}", "strict: fail", "k=a  n=1|strict|fail|unknown|"},
		{"all means those that are judged", "{k: a, n: 1, v: 1, w: 1}, {k: b, n: 2, v: 1, w: 10}", "some: {pass: all}", ""},
		{"a named row must be judged", "{k: b, n: 2, v: 1, w: 10}", "some: {pass: [{n: 2, k: b}]}", `k=b  n=2|some|pass|not judged|where does not select the row: k == "a"`},
		{"a named row wins over all", "{k: a, n: 1, v: 1, w: 1}, {k: a, n: 2, v: -1, w: 1}", "both: {pass: all, fail: [[a, 2]]}", ""},
		{"rows that are not named must not fail", "{k: a, n: 1, v: -1, w: 1}, {k: a, n: 2, v: -2, w: 1}", "both: {fail: [[a, 2]]}", "k=a  n=1|both|pass or unknown|fail|false: v > 0"},
		{"a key that comes twice", "{k: a, n: 1, v: -1, w: 1}, {k: a, n: 1, v: -2, w: 1}", "both: {fail: [[a, 1]]}", ""},
		{"the parts of and", "{k: a, n: 1, v: -1}", "both: {pass: all}", "k=a  n=1|both|pass|fail|false: v > 0"},
		{"all parts of and", "{k: a, n: 1, v: -1, w: -1}", "both: {pass: all}, one: fail", "k=a  n=1|both|pass|fail|false: v > 0; w > 0"},
		{"the part of or that is true", "{k: a, n: 1, v: -1, w: 1}", "both: fail, one: fail", "k=a  n=1|one|fail|pass|true: w > 0"},
		{"a batch", "{k: a, n: 1, v: 1, w: 1}, {k: a, n: 2, v: 2, w: 1}", "total: pass", "|total|pass|fail|"},
		{"an empty batch has no sum", "", "total: unknown", ""},
	} {
		text := "kind: test\ntests:\n  - name: x\n    table: t\n    rows: [" + c.rows + "]\n    expect: {" + c.expect + "}\n"
		got := suite(t, text).Tests[0].Try()
		if shown(got) != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, shown(got), c.want)
		}
		if (got.Verdict == report.Pass) != (c.want == "") {
			t.Errorf("%s: the test is %s", c.name, got.Verdict)
		}
	}
}

// TestNotTried: a rule without a program is never taken for one that passes.
func TestNotTried(t *testing.T) {
	s := suite(t, "kind: test\ntests:\n  - {name: x, table: t, rows: [{k: a, n: 1, v: 1, w: 1}], expect: {both: pass}}\n")
	for _, r := range s.Rules {
		if r.Name == "both" || r.Name == "one" {
			r.Program = nil
		}
	}
	got := s.Tests[0].Try()
	want := "|both|a verdict|not tried|it needs a database\nnot tried|one|it needs a database"
	if shown(got) != want || got.Verdict != report.Fail {
		t.Errorf("got %s", shown(got))
	}
}

// TestCovered: a rule is covered by what can make it fail.
func TestCovered(t *testing.T) {
	s := suite(t, `kind: test
tests:
  - name: x
    table: t
    rows: [{k: a, n: 1, v: -1}]
    expect: {both: {fail: all}, one: unknown, strict: pass, some: {unknown: all}, total: unknown}
`)
	var got []string
	for _, r := range s.Rules {
		if r.Covered {
			got = append(got, r.Name)
		}
	}
	if !slices.Equal(got, []string{"both", "total"}) { // of a rule about the batch as a whole unknown is a failure
		t.Errorf("covered are %v", got)
	}
}

// TestReasonsOfManyRows: one value explains all rows, whatever it has found out for those before.
func TestReasonsOfManyRows(t *testing.T) {
	got := suite(t, `kind: test
tests:
  - name: x
    table: t
    rows: [{k: a, n: 1, v: 1, w: 1}, {k: b, n: 1, v: 1, w: -1}, {k: c, n: 1, v: 2, w: -1}]
    expect: {}
---
kind: expectations
table: t
rules:
  - {name: apart, rule: unique(v) and w > 0}
`).Tests[0].Try()
	want := "k=b  n=1|both|pass or unknown|fail|false: w > 0\nk=c  n=1|both|pass or unknown|fail|false: w > 0\n" +
		"k=a  n=1|apart|pass or unknown|fail|false: unique(v)\nk=b  n=1|apart|pass or unknown|fail|false: unique(v); w > 0\n" +
		"k=c  n=1|apart|pass or unknown|fail|false: w > 0"
	if shown(got) != want {
		t.Errorf("got %s", shown(got))
	}
}
