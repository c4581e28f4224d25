package expression_test

import (
	"context"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// TestDivergence holds kl_divergence against scipy.stats.entropy(p, q) of scipy 1.11, worked out beside it, in Postgres and in memory.
func TestDivergence(t *testing.T) {
	conn, e := connect(t), expression.Env{Columns: []expression.Column{{Name: "c", Type: typ(t, "text"), Nullable: true}, {Name: "n", Type: typ(t, "numeric"), Nullable: true}}}
	for _, tc := range []struct{ value, rows, want string }{
		{`kl_divergence(c, ["a", "b"], [0.5, 0.5])`, "c=a c=b", "0.000000"},
		{`kl_divergence(c, ["a", "b"], [0.5, 0.5])`, "c=a c=a c=a c=b c=", "0.130812"},
		{`kl_divergence(c, ["a", "b"], [0.25, 0.25])`, "c=a c=a c=a c=b", "0.130812"},
		{`kl_divergence(c, ["a", "b", "z"], [0.5, 0.3, 0.2])`, "c=a c=b", "0.255413"},
		{`kl_divergence(c, ["a"], [1])`, "c=a c=b", ""},
		{`kl_divergence(c, ["a", "b"], [1, 0])`, "c=a c=b", ""},
		{`kl_divergence(c, ["a"], [1], 0.1)`, "c=a c=b c=d", "0.933663"},
		{`kl_divergence(c, ["a"], [1], 0.1)`, "c=a", "0.000000"},
		{`kl_divergence(c, ["a", "b"], [0.5, 0.5])`, "c=", ""},
		{`kl_divergence(n, [0, 10, 20], [0.5, 0.5])`, "n=0 n=9.99 n=10 n=20", "0.000000"},
		{`kl_divergence(n, [0, 10, 20], [0.5, 0.5])`, "n=0 n=21", ""},
		{`kl_divergence(n, [0, 10, 20], [0.25, 0.25, 0.25, 0.25])`, "n=-1 n=0 n=20 n=20.1", "0.000000"},
		{`kl_divergence(n, [nil, 10, nil], [0.5, 0.5])`, "n=-5 n=10 n=11 n=99", "0.130812"},
		{`kl_divergence(n, [nil, 10, 20], [0.5, 0.4, 0.1])`, "n=-5 n=20 n=21", "0.205395"},
		{`kl_divergence(n, [10, 20, nil], [0.5, 0.5])`, "n=10 n=20", "0.000000"},
		{`kl_divergence(n, [10, 20, nil], [0.5, 0.5])`, "n=9", ""},
	} {
		want, against := tc.want, " == "+tc.want
		if want == "" {
			against = " >= 0"
		}
		rule, faults, _ := expression.CompileRule(tc.value+against, "", e)
		if rule.SQL == "" {
			t.Errorf("%s: %v", tc.value, faults)
			continue
		}
		var cells []map[string]string
		var memory []expression.Row
		for _, cell := range strings.Fields(tc.rows) {
			name, text, _ := strings.Cut(cell, "=")
			row := map[string]string{}
			if text != "" {
				row[name] = text
			}
			cells, memory = append(cells, row), append(memory, inMemory(t, e, row)...)
		}
		rows := from(e, cells...)
		sql, err := rule.SQL.Bind(map[string]pgsql.Frag{model.RowsMark: pgsql.Frag("(SELECT *" + rows + ")")})
		if err != nil {
			t.Fatal(err)
		}
		var got *bool
		var n int
		if err := conn.QueryRow(context.Background(), "SELECT "+string(sql)+", count(*)"+rows).Scan(&got, &n); err != nil {
			t.Errorf("%s: %v\n%s", tc.value, err, sql)
			continue
		}
		verdict, measures, err := rule.Program.JudgeAll(memory, expression.World{})
		if err != nil || len(measures) != 1 {
			t.Errorf("%s in memory: %v", tc.value, err)
		}
		if tc.want == "" && (got != nil || verdict != expression.Unknown) || tc.want != "" && (got == nil || !*got || verdict != expression.True) {
			t.Errorf("%s of %s is not %q: %v in Postgres, %v in memory (%v)", tc.value, tc.rows, tc.want, got, verdict, measures)
		}
	}
}

// TestDivergenceFaults wants every list that means nothing refused.
func TestDivergenceFaults(t *testing.T) {
	e := expression.Env{Columns: []expression.Column{{Name: "c", Type: typ(t, "text"), Nullable: true}, {Name: "n", Type: typ(t, "numeric"), Nullable: true}}}
	for rule, want := range map[string]string{
		`kl_divergence(c, ["a"], [0.5, 0.5]) < 1`:           "bins are for numbers",
		`kl_divergence(n, [1, 2, 3], [0.5]) < 1`:            "1 weights do not fit a list of 3",
		`kl_divergence(n, [2, 1], [1]) < 1`:                 "the ends of bins go up",
		`kl_divergence(c, ["a", "b"], [0.5, 1.5]) < 1`:      "a weight is a number from 0 to 1",
		`kl_divergence(c, ["a", "b"], [0.5, n]) < 1`:        "a weight is a number from 0 to 1",
		`kl_divergence(c, ["a", "b"], [0, 0]) < 1`:          "leave nothing",
		`kl_divergence(c, ["a", "b"], [0.5, 0.5], 1) < 1`:   "leave nothing",
		`kl_divergence(n, [1, nil, 2], [0.5, 0.5]) < 1`:     "nil is not among",
		`kl_divergence(n, [1, 2, 3], [0.5, 0.5], 0.1) < 1`:  "do not fit",
		`kl_divergence(c, [1, 2], [0.5, 0.5]) < 1`:          "cannot look for",
		`kl_divergence(c, "a", [0.5]) < 1`:                  "needs a list of values and a list of weights",
		`sum(kl_divergence(c, ["a", "b"], [0.5, 0.5])) < 1`: "inside of another",
	} {
		compiled, faults, _ := expression.CompileRule(rule, "", e)
		said := ""
		for _, f := range faults {
			said += f.Message + "; "
		}
		if compiled.SQL != "" || !strings.Contains(said, want) {
			t.Errorf("%s: %q, want %q", rule, said, want)
		}
	}
}
