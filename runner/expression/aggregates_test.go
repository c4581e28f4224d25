package expression_test

import (
	"slices"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

func TestValueAggregates(t *testing.T) {
	conn, e := connect(t), env(t)
	p := place{env: e, rows: []map[string]string{
		{"i": "1", "t": "a", "f": "NaN", "n": "1.0", "b": "true", "c": "x", "d": "2024-01-01", "u": "p"},
		{"i": "2", "t": "B", "f": "0.1", "n": "1.00", "b": "false", "c": "x ", "d": "2024-03-01", "u": "p"},
		{"i": "2", "t": "é", "f": "0.2", "n": "4", "b": "true", "u": "q"},
		{"i": "7", "t": "a", "u": "q"},
		{"u": "r"},
	}}
	for _, tc := range []struct{ rule, where, want string }{
		{`stddev(i) > 2.7080127 and stddev(i) < 2.708013`, ``, "true"}, // 1 2 2 7: sqrt(22/3)
		{`stddev(i) > 0`, `i == 7`, "unknown"}, {`stddev(i) > 0`, `i > 100`, "unknown"}, {`stddev(i) == 0`, `i == 2`, "true"},
		{`median(i) == 2`, ``, "true"}, {`median(i) == 1.5`, `i < 3 and t != "é"`, "true"}, {`median(n) == 1`, ``, "true"}, {`median(f) == 0.15`, ``, "true"}, {`median(i) > 0`, `i > 100`, "unknown"},
		{`median(l) == 0`, ``, "unknown"}, {`median(n) / 3 == 0.33333333333333333333`, `n == 1`, "true"},
		{`quantile(i, 0) == 1 and quantile(i, 1) == 7 and quantile(i, 0.75) == 2 and quantile(i, 0.76) == 7`, ``, "true"}, {`quantile(t, 0.5) == "a"`, ``, "true"},
		{`quantile(d, 0.5) == date("2024-01-01")`, ``, "true"}, {`quantile(f, 0.5) == 0.1`, ``, "true"}, {`quantile(i, 0.5) > 0`, `i > 100`, "unknown"},
		{`null_share(i) == 0.2`, ``, "true"}, {`null_share(f) == 0.6`, ``, "true"}, {`null_share(i) == 0`, `i > 0`, "true"}, {`null_share(i) == 0`, `i > 100`, "unknown"}, {`null_share(j) == 1`, ``, "true"},
		{`share(b) > 0.66 and share(b) < 0.67`, ``, "true"}, {`share(i > 1) == 0.75`, ``, "true"}, {`share(b) == 1`, `i == 1`, "true"}, {`share(b) >= 0`, `i == 7`, "unknown"},
		{`mode(i) == 2`, ``, "true"}, {`mode(t) == "a"`, ``, "true"}, {`mode(u) == "p"`, ``, "true"}, {`mode(c) == "x"`, ``, "true"}, {`mode(b) == true`, ``, "true"}, {`mode(f) == 0.1`, ``, "true"}, {`mode(i) > 0`, `i > 100`, "unknown"},
		{`mode(n) / 3 == 0.33333333333333333333`, ``, "true"}, {`mode(i) == 1`, `i < 2`, "true"},
		{`mode_count(i) == 1 and mode_count(u) == 2 and mode_count(c) == 1 and mode_count(n) == 1`, ``, "true"}, {`mode_count(i) == 0`, `i > 100`, "true"}, {`mode_count(u) == 3`, `i == nil or i != 2`, "true"}, {`mode_count(u) == 3`, `t == "é" or t == "B" or i == nil`, "true"},
		{`mode_in(u, ["q", "z"])`, ``, "true"}, {`mode_in(u, ["r"])`, ``, "false"}, {`mode_in(i, [7])`, `i != 2`, "true"}, {`mode_in(i, [7])`, `i > 100`, "unknown"}, {`mode_in(i, [])`, ``, "false"}, {`mode_in(i, [])`, `i > 100`, "unknown"}, {`mode_in(n, [1.000])`, ``, "true"},
		{`distinct_in(i, [1, 2, 7, 9])`, ``, "true"}, {`distinct_in(i, [1, 2])`, ``, "false"}, {`distinct_in(i, [1, 2])`, `i < 3`, "true"}, {`distinct_in(i, [1])`, `i > 100`, "true"}, {`distinct_in(i, [])`, ``, "false"}, {`distinct_in(l, [])`, ``, "true"},
		{`distinct_in(f, [0.1, 0.2])`, ``, "true"}, {`distinct_in(c, ["x"])`, ``, "true"}, {`distinct_in(i, [least, 1, 2, 7])`, ``, "true"}, {`distinct_in(d, [as_of])`, ``, "false"},
		{`distinct_contains(i, [1, 7])`, ``, "true"}, {`distinct_contains(i, [1, 3])`, ``, "false"}, {`distinct_contains(i, [])`, `i > 100`, "true"}, {`distinct_contains(i, [1])`, `i > 100`, "false"}, {`distinct_contains(i, [7])`, `i < 3`, "false"},
		{`distinct_equals(i, [1, 2, 7])`, ``, "true"}, {`distinct_equals(i, [1, 2, 7, 8])`, ``, "false"}, {`distinct_equals(i, [1, 2])`, ``, "false"}, {`distinct_equals(t, ["a", "B", "é"])`, ``, "true"}, {`distinct_equals(i, [])`, `i > 100`, "true"},
		{`not distinct_in(i, [1]) and mode(i) * 2 == median(i) + 2`, ``, "true"},
	} {
		rule, faults, whereFaults := expression.CompileRule(tc.rule, tc.where, e)
		if rule.SQL == "" {
			t.Errorf("%s: %v %v", tc.rule, faults, whereFaults)
			continue
		}
		if !rule.Aggregate || rule.Needs.Rows != strings.Contains(string(rule.SQL), model.RowsMark) {
			t.Errorf("%s: %+v", tc.rule, rule)
		}
		if got := p.ask(t, conn, tc.rule, tc.where); got != tc.want {
			t.Errorf("%s where %s is %s, want %s\n%s", tc.rule, tc.where, got, tc.want, rule.SQL)
		}
	}
}

func TestAggregateFaults(t *testing.T) {
	for _, tc := range []struct{ rule, want string }{
		{`quantile(i, 1.5) > 1`, `E407 [1.5] the share of a quantile is a number from 0 to 1, written out (write quantile(x, 0.9))`},
		{`quantile(i, share) > 1`, `E407 [share] the share of a quantile is a number from 0 to 1, written out (write quantile(x, 0.9))`},
		{`median(t) > 1`, `E403 [median(t)] median() cannot be asked of "t" (text) (write number(t))`},
		{`mode(j) == nil`, `E403 [mode(j)] mode() cannot be asked of "j" (json) (write mode(x))`},
		{`share(i) > 1`, `E403 [share(i)] share() cannot be asked of "i" (integer) (write share(condition))`},
		{`distinct_in(t, "a")`, `E411 ["a"] distinct_in() needs a list in square brackets (write distinct_in(x, [a, b]))`},
		{`distinct_in(t, ["a", nil])`, `E411 [nil] nil is not among the values that distinct_in() looks at (remove it; null_share(x) tells of nil)`},
		{`distinct_in(t, [u])`, `E411 [u] the list of distinct_in() holds constants and parameters`},
		{`distinct_in(t, [1, 2])`, `E403 [[1, 2]] cannot look for "t" (text) in a list of numbers (write number(t))`},
		{`distinct_in(t, ["a", 2])`, `E411 [2] the list mixes texts and numbers`},
		{`distinct_in(xx, ["a"]) and mode_in(i, [yy])`, "E402 [xx] unknown name \"xx\" (columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)\nE402 [yy] unknown name \"yy\" (columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)"},
		{`distinct_in(t)`, `E403 [distinct_in(t)] distinct_in() does not take one argument (write distinct_in(x, [a, b]))`},
		{`distinct_in(sum(i), [1])`, `E403 [sum(i)] an aggregate cannot stand inside of another`},
		{`distinct_in(j, [1])`, `E403 [distinct_in(j, [1])] distinct_in() cannot be asked of "j" (json) (write distinct_in(x, [a, b]))`},
	} {
		_, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		if got := show(tc.rule, faults); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.rule, got, tc.want)
		}
	}
}

// TestMeasures: what an aggregate rule compares is reported, each value once.
func TestMeasures(t *testing.T) {
	rule, _, _ := expression.CompileRule(`mode(i) > 1 and mode(i) < 9 and distinct_in(t, ["a"])`, "", env(t))
	var got []string
	for _, m := range rule.Measures {
		got = append(got, m.Text)
	}
	if want := []string{"mode(i)", `distinct_in(t, ["a"])`}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
