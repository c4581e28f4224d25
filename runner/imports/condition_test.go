package imports

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// conditionTable has one column that is never null.
func conditionTable(t *testing.T) Table {
	t.Helper()
	out := Table{Name: "t"}
	for _, c := range [][2]string{{"n", "integer"}, {"m", "numeric"}, {"s", "text"}, {"b", "boolean"}, {"d", "date"}, {"at", "timestamp"}, {"two words", "text"}, {"id", "integer"}} {
		typ, err := model.ParseType(c[1])
		if err != nil {
			t.Fatal(err)
		}
		out.Columns = append(out.Columns, model.Column{Name: c[0], Type: typ, Nullable: c[0] != "id"})
		out.Env.Columns = append(out.Env.Columns, expression.Column{Name: c[0], Type: typ, Nullable: c[0] != "id"})
	}
	return out
}

func TestConditions(t *testing.T) {
	table := conditionTable(t)
	for _, tc := range []struct{ parser, condition, want string }{
		{"pandas", `n > 5`, `n > 5`},
		{"pandas", `5 < n`, `n > 5`},
		{"pandas", `n > -5.50`, `n > -5.5`},
		{"pandas", `s == 'it\'s'`, `s == "it's"`},
		{"pandas", `s != "a"`, `s != "a" or s == nil`},
		{"pandas", `id != 1`, `id != 1`},
		{"pandas", `not n > 5`, `n <= 5 or n == nil`},
		{"pandas", `not (s != "a")`, `s == "a"`},
		{"pandas", `n > 5 and s == "a" or m < 1`, `(n > 5 and s == "a") or m < 1`},
		{"pandas", `n > 5 & (s != "a" | m < 1)`, `n > 5 and (s != "a" or s == nil or m < 1)`},
		{"pandas", `~(n > 5 and s == "a")`, `n <= 5 or n == nil or s != "a" or s == nil`},
		{"pandas", `1 <= n <= 5`, `n >= 1 and n <= 5`},
		{"pandas", `n in [1, 2]`, `n in [1, 2]`},
		{"pandas", `n not in (1, 2)`, `n not in [1, 2] or n == nil`},
		{"pandas", `s.isin(["a", "b"])`, `s in ["a", "b"]`},
		{"pandas", `s == ["a", "b"]`, `s in ["a", "b"]`},
		{"pandas", `n == n`, `n != nil`},
		{"pandas", `n != n`, `n == nil`},
		{"pandas", `n < m`, `n < m`},
		{"pandas", `n != m`, `n != m or n == nil or m == nil`},
		{"pandas", `s.notnull()`, `s != nil`},
		{"pandas", `not s.isna()`, `s != nil`},
		{"pandas", `b`, `b`},
		{"pandas", `not b`, `not b or b == nil`},
		{"pandas", `b == True`, `b == true`},
		{"pandas", "`two words` == 'x'", `$env["two words"] == "x"`},
		{"pandas", `d >= "2024-01-31"`, `d >= date("2024-01-31")`},
		{"pandas", `at < "2024-01-31T08:00"`, `text(at) < "2024-01-31 08:00:00"`},
		{"pandas", `d > "someday"`, `!row_condition: "someday" is not read as a date here: write it as YYYY-MM-DD`},
		{"pandas", `n > @limit`, `!row_condition: "@" is not read here: n > @limit`},
		{"pandas", `s.str.len() > 3`, `!not understood at`},
		{"pandas", `n + 1 > 3`, `!not understood at +`},
		{"pandas", `n > 5 and`, `!not understood at its end`},
		{"pandas", `n > "a"`, `!row_condition: "a" is no value for n, which is integer`},
		{"pandas", `gone > 1`, `!declares no column "gone"`},
		{"great_expectations__experimental__", `col("n") > 5`, `n > 5`},
		{"great_expectations__experimental__", `col("s") != "a"`, `s != "a"`},
		{"great_expectations", `col("s").notNull()`, `s != nil`},
		{"great_expectations__experimental__", `col("d") >= date("2024-01-31")`, `d >= date("2024-01-31")`},
		{"great_expectations__experimental__", `col("n") > 5 and col("m") < 1`, `!only one comparison is read`},
		{"spark", `n > 5`, `!the condition_parser spark is not read here`},
		{"", `{"type": "comparison", "column": {"name": "n"}, "operator": ">=", "parameter": 5}`, `n >= 5`},
		{"", `{"type": "nullity", "column": {"name": "n"}, "is_null": true}`, `n == nil`},
		{"", `{"type": "or", "conditions": [{"type": "comparison", "column": {"name": "s"}, "operator": "NOT_IN", "parameter": ["a", "b"]}, {"type": "nullity", "column": {"name": "n"}, "is_null": false}]}`,
			`s not in ["a", "b"] or s == nil or n != nil`},
		{"", `{"type": "pass_through", "pass_through_filter": "n > 5"}`, `n > 5`},
		{"", `{"type": "like", "column": {"name": "s"}}`, `!conditions of type like are not known`},
		{"", `{"type": "and", "conditions": []}`, `!"and" joins nothing`},
	} {
		a := &arguments{table: table, suite: &suite{}, kwargs: map[string]any{"row_condition": tc.condition}, read: map[string]bool{}}
		if tc.parser != "" {
			a.kwargs["condition_parser"] = tc.parser
		} else {
			var tree map[string]any
			d := json.NewDecoder(strings.NewReader(tc.condition))
			d.UseNumber()
			if err := d.Decode(&tree); err != nil {
				t.Fatal(err)
			}
			a.kwargs["row_condition"] = tree
		}
		got := a.where()
		if want, fails := strings.CutPrefix(tc.want, "!"); fails {
			if !strings.Contains(fmt.Sprint(a.err), want) {
				t.Errorf("%s: the error is %v, want %s", tc.condition, a.err, want)
			}
			continue
		}
		if got != tc.want || a.err != nil {
			t.Errorf("%s is %s (%v), want %s", tc.condition, got, a.err, tc.want)
		}
	}
}

func TestValues(t *testing.T) {
	table := conditionTable(t)
	for _, tc := range []struct{ column, value, want string }{
		{"n", `5`, `5`}, {"n", `1e3`, `1000`}, {"m", `0.10`, `0.1`}, {"m", `1e-3`, `0.001`}, {"m", `1e999999999`, `!is not a number that is read here`}, {"m", `123456789012345678901`, `123456789012345678901.0`},
		{"n", `"5"`, `!no value for n`}, {"n", `true`, `!no value for n`}, {"b", `1`, `true`}, {"b", `false`, `false`}, {"b", `"yes"`, `!no value for b`},
		{"s", `"a\"b"`, `"a\"b"`}, {"s", `"\\d"`, "`\\d`"}, {"s", `5`, `!no value for s`},
		{"d", `"2024-01-31"`, `date("2024-01-31")`}, {"d", `"Jan 31, 2024"`, `date("2024-01-31")`}, {"d", `"2024-01-31 00:00:00"`, `date("2024-01-31")`},
		{"d", `"2024-01-31 08:00"`, `!has a time of the day`}, {"d", `"01/02/2024"`, `!is not read as a date here`}, {"at", `"2024-01-31T00:00:00+00:00"`, `!has a time zone`},
	} {
		var v any
		d := json.NewDecoder(strings.NewReader(tc.value))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		got, err := literal(table.column(tc.column), v)
		if want, fails := strings.CutPrefix(tc.want, "!"); fails {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s for %s: %v, want an error with %s", tc.value, tc.column, err, want)
			}
		} else if got != tc.want || err != nil {
			t.Errorf("%s for %s is %s (%v), want %s", tc.value, tc.column, got, err, tc.want)
		}
	}
}
