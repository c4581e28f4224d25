package expression_test

import (
	"testing"

	"streamflow/runner/expression"
)

// TestGuaranteed names what keys and NOT NULL columns make sure of.
func TestGuaranteed(t *testing.T) {
	e := env(t)
	e.Key = []string{"i", "t"}
	for i := range e.Columns {
		e.Columns[i].Nullable = e.Columns[i].Name != "i" && e.Columns[i].Name != "f"
	}
	for _, tc := range []struct{ rule, want string }{
		{`i != nil and t != nil`, `X453 [i != nil] "i" cannot be NULL in any case`},
		{`i == nil`, `E406 [i == nil] this is never true: "i" cannot be NULL`},
		{`f != nil`, ``}, // NaN counts as nil
		{`i == nil or t == "a"`, ``},
		{`unique(t, i)`, `X453 [unique(t, i)] the primary key makes sure of this in any case`},
		{`unique(u, t, i) and t != ""`, `X453 [unique(u, t, i)] the primary key makes sure of this in any case`},
		{`unique(t)`, ``},
		{`i >= 0 or i < 9`, `E406 [i >= 0 or i < 9] this is always true: "i >= 0" and "i < 9" cover all there is`},
	} {
		_, faults, _ := expression.CompileRule(tc.rule, "", e)
		if got := show(tc.rule, faults); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.rule, got, tc.want)
		}
	}
}
