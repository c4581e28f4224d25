package infer_test

import (
	"fmt"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

// rulesOf returns the rules about a column, with their shares and evidence.
func rulesOf(text, column string) string {
	var out []string
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		rule, ok := strings.CutPrefix(line, "  - ")
		if !ok || !strings.Contains(rule, column) {
			continue
		}
		rule = strings.Join(strings.Fields(strings.TrimPrefix(rule, "rule: ")), " ")
		if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "    at_least: ") {
			rule += " | " + strings.TrimSpace(lines[i+1])
		}
		out = append(out, rule)
	}
	return strings.Join(out, "\n")
}

// The rules are those that Deequ suggests by default, with its thresholds; each holds in every month.
func TestRules(t *testing.T) {
	few := func(kinds ...string) func(int) string { return func(i int) string { return kinds[i%len(kinds)] } }
	for name, tc := range map[string]struct {
		months []func(i int) string
		want   string
	}{
		"numbers that are not negative":   {[]func(int) string{func(i int) string { return fmt.Sprint(i % 73) }}, "v >= 0 # min 0, max 72, 0 of 200 null"},
		"negative numbers":                {[]func(int) string{func(i int) string { return fmt.Sprint(i%73 - 1) }}, ""},
		"negative in the second month":    {[]func(int) string{func(i int) string { return "5" }, func(i int) string { return "-5" }}, ""},
		"decimals":                        {[]func(int) string{func(i int) string { return fmt.Sprintf("%d.50", i) }}, "v >= 0 # min 0.5, max 199.5, 0 of 200 null"},
		"categories":                      {[]func(int) string{few("a", "b", "b")}, `v in ["b", "a"] # 133, 67 rows`},
		"the same in another month":       {[]func(int) string{few("a", "b", "b"), few("b", "a")}, `v in ["b", "a"] # 133, 67 rows, both months`},
		"a new one in another month":      {[]func(int) string{few("a", "b", "b"), few("b", "c")}, ""},
		"one value":                       {[]func(int) string{few("a")}, ""},
		"many that come once":             {[]func(int) string{func(i int) string { return fmt.Sprintf("x%d", i/2) }}, ""},
		"quotes are not written in rules": {[]func(int) string{few(`"it ""is"""`, `x`)}, ""},
		"often missing":                   {[]func(int) string{func(i int) string { return []string{"x1", "", "x1", "x1", "x1"}[i%5] }}, "v != nil # 40 of 200 null | at_least: 0.74"},
		"missing much more later":         {[]func(int) string{func(i int) string { return []string{"x1", "", "x1", "x1", "x1"}[i%5] }, few("x1", "")}, ""},
		"nearly always missing":           {[]func(int) string{func(i int) string { return []string{"x1", "", "", "", ""}[i/2%5] }}, ""},
		"booleans":                        {[]func(int) string{few("true", "false")}, ""},
	} {
		var months []string
		for _, cell := range tc.months {
			months = append(months, rows("id,v", 200, func(i int) string { return fmt.Sprintf("%d,%s", i, cell(i)) }))
		}
		out := propose(t, input(t, "things", months...))
		if got := rulesOf(out.Files[1].Text, "v "); got != tc.want {
			t.Errorf("%s: %s\nwant %s", name, got, tc.want)
		}
		if _, list := lint(out); list.Count(diag.Error)+list.Count(diag.Warning) > 0 {
			t.Errorf("%s: %v\n%s", name, list, text(out))
		}
	}
}

// A few values that cover most rows are listed with the share that they cover.
func TestFractionalCategories(t *testing.T) {
	cells := func(i int) string {
		switch {
		case i < 2:
			return fmt.Sprintf("rare%d", i)
		case i < 10:
			return "sometimes"
		}
		return []string{"a", "b", "c"}[i%3]
	}
	out := propose(t, input(t, "things", rows("id,v", 200, func(i int) string { return fmt.Sprintf("%d,%s", i, cells(i)) })))
	want := `v in ["a", "b", "c"] # 190 of 200 | at_least: 0.91`
	if got := rulesOf(out.Files[1].Text, "v "); !strings.HasSuffix(got, "at_least: 0.91") || !strings.Contains(got, "190 of 200") {
		t.Errorf("%s, want something like %s", got, want)
	}
}

// What is unique beside the key is a rule, unless it may be so by accident.
func TestUniqueRules(t *testing.T) {
	texts := propose(t, input(t, "things", rows("id,name,zip,said,owner_id", 30, func(i int) string { return fmt.Sprintf("%d,n%d,%05d,x%d y z,%d", i, i, i*977, i, i%4+40) })))
	if got := rulesOf(texts.Files[1].Text, ""); got != "" {
		t.Errorf("names, places, sentences and numbers of owners are unique by accident, and owners no amounts: %s", got)
	}
	out := propose(t, input(t, "things", rows("id,code,amount", 200, func(i int) string { return fmt.Sprintf("%d,c%d,%d", i, i, i*3) })))
	if got := rulesOf(out.Files[1].Text, "unique"); got != "unique(code) # no two rows agree" {
		t.Errorf("%s", got)
	}
	if _, list := lint(out); list.Count(diag.Error)+list.Count(diag.Warning) > 0 {
		t.Errorf("%v", list)
	}
}
