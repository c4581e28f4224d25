package expression_test

import (
	"fmt"
	"testing"

	"streamflow/runner/expression"
)

func TestWindows(t *testing.T) {
	conn, p := connect(t), shop(t)
	p.rows = table(`
		id code zone no amount ratio day        good
		1  a    x    1  10     0.1   2024-01-03 true
		2  b    x    2  20     NaN   2024-01-01 true
		3  a    y    1  20     0.1   2024-01-02 false
		4  .    x    1  .      0.3   2024-01-02 true
		5  b    x    3  15     0.2   .          .`)
	for _, tc := range []struct{ rule, where, want string }{
		{`unique(id)`, ``, "true true true true true"}, {`unique(code)`, ``, "false false false unknown false"}, {`unique(code, zone)`, ``, "true false true unknown false"},
		{`unique(code)`, `good`, "true true - unknown -"}, {`unique(ratio)`, ``, "false unknown false true true"}, {`unique(upper(code))`, `id < 5`, "false true false unknown -"},
		{`unique(code) or amount > 15`, ``, "false true true unknown false"}, {`unique(code) == nil`, ``, "false false false true false"},
		{`increasing(amount)`, ``, "true true true unknown false"}, {`strictly_increasing(amount)`, ``, "true true false unknown false"}, {`decreasing(amount)`, ``, "true false true unknown true"},
		{`strictly_decreasing(amount)`, `id > 2`, "- - true unknown true"}, {`increasing(amount)`, `id != 3`, "true true - unknown false"},
		{`increasing(amount, day)`, ``, "false true true unknown unknown"}, {`decreasing(amount, day)`, ``, "true true true unknown unknown"}, {`strictly_decreasing(amount, day)`, ``, "true true false unknown unknown"},
		{`increasing(code, id)`, ``, "true true false unknown true"}, {`increasing(ratio)`, ``, "true unknown true true false"}, {`increasing(day, id)`, ``, "true false true true unknown"},
		{`strictly_increasing(amount, zone)`, ``, "true true false unknown true"}, // rows of one zone: 10, 15, 20, then 20 of the next
		{`zscore(amount) < 0`, ``, "true false false unknown true"}, {`abs(zscore(amount)) < 1`, ``, "false true true unknown true"}, {`zscore(no) == nil`, `no == 1`, "true - true true -"},
		{`zscore(amount) > 0`, `id == 1`, "unknown - - - -"}, {`abs(zscore(ratio)) < 1`, ``, "true unknown true false true"},
	} {
		if got := p.ask(t, conn, tc.rule, tc.where); got != tc.want {
			t.Errorf("%s where %s\n got %s\nwant %s", tc.rule, tc.where, got, tc.want)
		}
	}
}

// TestProof: where a proof holds, no row fails; where rows fail, no proof holds.
func TestProof(t *testing.T) {
	conn, p := connect(t), shop(t)
	for _, tc := range []struct{ rule, where, unique, proof string }{
		{`unique(id)`, ``, "[id]", "true"}, {`unique(id, code)`, ``, "[id code]", "true"}, {`unique(code)`, ``, "[code]", "true"}, {`unique(zone)`, ``, "[zone]", "false"}, {`unique(zone)`, `id in [1, 4]`, "[zone]", "true"},
		{`unique(zone, good)`, ``, "[zone good]", "true"}, {`unique(good)`, ``, "[good]", "false"}, {`unique(zone, good)`, `good`, "[zone good]", "true"}, {`unique(id)`, `exists(customers, code)`, "[]", ""}, {`unique(ratio)`, ``, "[]", ""}, {`unique(lower(code))`, ``, "[]", ""}, {`unique(id) and amount > 1`, ``, "[]", ""},
	} {
		rule, faults, _ := expression.CompileRule(tc.rule, tc.where, p.env)
		if len(grave(faults)) > 0 {
			t.Errorf("%s: %v", tc.rule, faults)
		}
		proof := ""
		if rule.Needs.Proof != "" {
			marks := p.marks(rule)
			if err := conn.QueryRow(t.Context(), "SELECT ("+world(t, rule.Needs.Proof, marks)+")::text FROM "+string(marks["#rows"])+" AS r").Scan(&proof); err != nil {
				t.Errorf("%s: %v\n%s", tc.rule, err, rule.Needs.Proof)
			}
		}
		if got := fmt.Sprint(rule.Needs.Unique); got != tc.unique || proof != tc.proof {
			t.Errorf("%s where %s: unique %s, proof %q; want %s, %q", tc.rule, tc.where, got, proof, tc.unique, tc.proof)
		}
	}
}

func TestWindowFaults(t *testing.T) {
	p := shop(t)
	for _, tc := range []struct{ rule, where, want string }{
		{`unique()`, ``, `E403 [unique()] unique() does not take no argument (write unique(x, ...))`},
		{`unique(doc)`, ``, `E403 [unique(doc)] unique() cannot be asked of "doc" (json) (write unique(x, ...))`},
		{`increasing(good)`, ``, `E403 [increasing(good)] increasing() cannot be asked of "good" (boolean) (write increasing(x))`},
		{`unique(code, zscore(amount))`, ``, `E403 [zscore(amount)] zscore() looks at all rows, and so does what it stands in`},
		{`share(unique(code)) > 0.9`, ``, `E403 [unique(code)] unique() looks at all rows itself, so it cannot stand inside of an aggregate`},
		{`amount > 1`, `unique(code)`, `E403 [unique(code)] "where" selects rows, so it cannot hold unique()`},
		{`unique(sum(amount))`, ``, `E403 [sum(amount)] an aggregate cannot stand inside of a window`},
		{`zscore(amount) < row_count()`, ``, `E403 [zscore(amount)] "zscore" stands outside of an aggregate: a rule judges either each row or all of them (put it inside of an aggregate, or write two rules)`},
		{`zscore(code) < 3`, ``, `E403 [zscore(code)] zscore() cannot be asked of "code" (text) (write number(code))`},
	} {
		_, faults, whereFaults := expression.CompileRule(tc.rule, tc.where, p.env)
		if got := show(tc.rule, faults) + show(tc.where, whereFaults); got != tc.want {
			t.Errorf("%s where %s\n got %s\nwant %s", tc.rule, tc.where, got, tc.want)
		}
	}
}
