package expression_test

import (
	"strings"
	"testing"

	"streamflow/runner/expression"
)

// TestUnguarded names the columns whose NULL leaves a verdict unknown.
func TestUnguarded(t *testing.T) {
	for _, tc := range []struct{ rule, where, want string }{
		{`i > 3`, ``, `i`},
		{`i > n and t == "a"`, ``, `i n t`},
		{`i > 3`, `i != nil`, ``},
		{`i > 3`, `i < 9`, ``}, // where selects what is true
		{`i > 3`, `n < 9`, `i`},
		{`i == nil or i > 3`, ``, ``},
		{`i != nil and i > 3`, ``, ``},
		{`i == nil or i > n`, ``, `n`},
		{`(i ?? 0) > 3`, ``, ``},
		{`(i ?? n) > 3`, ``, ``}, // each column alone
		{`i in [1, nil]`, ``, ``},
		{`i in [1, 2]`, ``, `i`},
		{`b or i > 3`, ``, `b i`},
		{`b ? i > 3 : n > 3`, ``, `i n`},
		{`i != nil ? i > 3 : true`, ``, ``},
		{`len(t) > 3 and abs(-i) < 5`, ``, `t i`},
		{`mean(i) > 3`, ``, ``},
		{`not (i == nil) and not (i < 3)`, ``, ``},
		{`i - n != nil`, ``, ``},
		{`t matches "a" or t == nil`, ``, ``},
		{`d >= as_of`, ``, `d`},
		{`(b == nil or b) and true != b`, ``, `b`},
	} {
		r, faults, more := expression.CompileRule(tc.rule, tc.where, env(t))
		var names []string
		for _, m := range r.Unguarded {
			names = append(names, m.Column)
			if got := string([]rune(tc.rule)[m.From:m.To]); got != m.Column {
				t.Errorf("%s: %s is said to stand at %q", tc.rule, m.Column, got)
			}
		}
		if got := strings.Join(names, " "); got != tc.want || r.SQL == "" {
			t.Errorf("%s where %s: got %s, want %s; %v %v", tc.rule, tc.where, got, tc.want, faults, more)
		}
	}
	r, _, _ := expression.CompileRule(`i > 3 and t != nil`, `n == nil or l > 3`, env(t))
	if got := strings.Join(r.NilTested, " "); got != "t n" {
		t.Errorf("compared with nil: %s", got)
	}
}
