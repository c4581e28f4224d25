package expression_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"streamflow/runner/expression"
)

// TestRanges finds conditions that say the same of every row, and lets alone all that might be meant.
func TestRanges(t *testing.T) {
	for _, tc := range []struct{ rule, want string }{
		{`i > 5 and i < 3`, `E406 [i > 5 and i < 3] this is never true: "i > 5" and "i < 3" exclude each other`},
		{`i > 5 and (b and i < 6)`, `E406 [i > 5 and (b and i < 6] this is never true: "i > 5" and "i < 6" exclude each other`},
		{`n > 5 and n < 6`, ``},
		{`n == 5 and n != 5.0`, `E406 [n == 5 and n != 5.0] this is never true: "n == 5" and "n != 5.0" exclude each other`},
		{`i >= 0 and i >= 10`, `E406 [i >= 0] "i >= 0" follows from "i >= 10" (remove it)`},
		{`i in [1, 2] and i == 3`, `E406 [i in [1, 2] and i == 3] this is never true: "i in [1, 2]" and "i == 3" exclude each other`},
		{`i == 3 and i in [1, 3]`, `E406 [i in [1, 3]] "i in [1, 3]" follows from "i == 3" (remove it)`},
		{`i != 1 or i != 2`, `E406 [i != 1 or i != 2] this is never false: "i != 1" and "i != 2" cover all there is`},
		{`i > 5 or i > 3`, `E406 [i > 5] "i > 5" adds nothing to "i > 3" (remove it)`},
		{`i > 5 or not (i > 5)`, `E406 [i > 5 or not (i > 5)] this is never false: "i > 5" and "not (i > 5)" cover all there is`},
		{`i > 5 or i <= 5 or i == nil`, `E406 [i > 5 or i <= 5 or i == nil] this is always true: "i > 5" and "i <= 5" cover all there is`},
		{`t == "a" and t == "b"`, `E406 [t == "a" and t == "b"] this is never true: 't == "a"' and 't == "b"' exclude each other`},
		{`t == "a" or t == "b"`, ``},
		{`t < "b" and t > "c"`, `E406 [t < "b" and t > "c"] this is never true: 't < "b"' and 't > "c"' exclude each other`},
		{`d > date("2024-01-31") and d < date("2024-02-01")`, `E406 [d > date("2024-01-31") and d < date("2024-02-01")] this is never true: 'd > date("2024-01-31")' and 'd < date("2024-02-01")' exclude each other`},
		{`b or not b`, `E406 [b or not b] this is never false: "b" and "not b" cover all there is`},
		{`b and b == false`, `E406 [b and b == false] this is never true: "b" and "b == false" exclude each other`},
		{`i < l or l <= i`, `E406 [i < l or l <= i] this is never false: "i < l" and "l <= i" cover all there is`},
		{`i < l and l < i`, `E406 [i < l and l < i] this is never true: "i < l" and "l < i" exclude each other`},
		{`i < l and i <= l`, `E406 [i <= l] "i <= l" follows from "i < l" (remove it)`},
		{`t contains "a" and t contains "a"`, `E406 [t contains "a"] 't contains "a"' says the same as 't contains "a"' (remove it)`},
		{`i == nil and i > 3`, `E406 [i == nil and i > 3] this is never true: "i == nil" and "i > 3" exclude each other`},
		{`i != nil and i > 3`, ``}, // the first makes a row without a value fail
		{`i == nil or i > 3`, ``},
		{`i in [nil, 1] and i in [nil, 2]`, ``}, // nil passes
		{`s > 40000`, `E406 [s > 40000] this is never true: "s" goes from -32768 to 32767`},
		{`s <= 32767`, `E406 [s <= 32767] this is never false: "s" goes from -32768 to 32767`},
		{`len(t) >= 0`, `E406 [len(t) >= 0] this is never false: "len(t)" is never less than 0`},
		{`row_count() >= 0`, `E406 [row_count() >= 0] this is always true: "row_count()" is never less than 0`},
		{`mean(i) > 3 and mean(i) < 2`, `E406 [mean(i) > 3 and mean(i) < 2] this is never true: "mean(i) > 3" and "mean(i) < 2" exclude each other`},
		{`t >= "" and t != "x"`, `E406 [t >= ""] this is never false: "t" is never less than ""`},
		{`i % 2 == 1.5`, `E406 [i % 2 == 1.5] this is never true: "i % 2" is a whole number`},
		{`t < ""`, `E406 [t < ""] this is never true: "t" is never less than ""`},
		{`i > 2 * 5 and i < 10 - 1`, `E406 [i > 2 * 5 and i < 10 - 1] this is never true: "i > 2 * 5" and "i < 10 - 1" exclude each other`},
		{`i > 0 and 1 == 1`, `E406 [1 == 1] this part is always true (remove it)`},
		{`i > 0 or not true`, `E406 [not true] this part is always false (remove it)`},
		{`(1 > 2 ? i : l) > 0`, `E406 [1 > 2] this part is always false (remove it)`},
		{`n > number("x")`, `E407 [number("x")] 'number("x")' has no value, so this is never known`},
		{`n > number("12") and t == upper("a")`, ``},
		{`10 <= i <= 5`, `X451 [10 <= i <= 5] nothing lies between "10" and "5" in this order (change the ends)`},
		{`b and 5 > n > 10`, `X451 [5 > n > 10] nothing lies between "5" and "10" in this order (change the ends)`},
		{`5 < i < 6`, `E406 [5 < i < 6] this is never true: "5 < i" and "i < 6" exclude each other`},
		{`0 <= i <= 10 and i != 5`, ``},
		{`i >= 0 and i <= l and l <= 10`, ``},
		{`f == 9007199254740993 or f == 9007199254740992`, `E410 [f == 9007199254740993] a float does not hold 9007199254740993 exactly (declare the column numeric or bigint)`},
		{`t matches ".*"`, "E406 [\".*\"] every text matches this pattern (\"matches\" looks for the pattern anywhere; write ^ and $ for the whole text, and + for at least one)"},
		{`t matches "^[a-z]*"`, "E406 [\"^[a-z]*\"] every text matches this pattern (\"matches\" looks for the pattern anywhere; write ^ and $ for the whole text, and + for at least one)"},
		{`t matches "^[a-z]*$"`, ``},
		{`t matches "a^b"`, `E406 ["a^b"] no text matches this pattern`},
		{`t matches "(a|b)\\1"`, "E407 [\"(a|b)\\\\1\"] the pattern cannot be read: invalid escape sequence: `\\1` (patterns are RE2, which cannot refer back to a group: write the group again)"},
		{`t matches "a++"`, "E407 [\"a++\"] the pattern cannot be read: invalid nested repetition operator: `++` (patterns are RE2, which has no quantifiers that do not give back: write + alone)"},
	} {
		_, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		if got := show(tc.rule, faults); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.rule, got, tc.want)
		}
	}
}

// TestBesideWhere compares a rule with the rows that where selects.
func TestBesideWhere(t *testing.T) {
	for _, tc := range []struct{ rule, where, want string }{
		{`i > 5`, `i < 3 and b`, `E406 [i > 5] no row that "where" selects can pass this`},
		{`i > 0 and n > 0`, `i > 3`, `E406 [i > 0] each row that "where" selects passes this`},
		{`i != nil`, `i > 3`, `E406 [i != nil] each row that "where" selects passes this`},
		{`i > 5`, `i > 3`, ``},
		{`i > 5`, `i > 8 or i == nil`, ``},
		{`mean(i) > 5`, `i < 3`, ``},
	} {
		_, faults, _ := expression.CompileRule(tc.rule, tc.where, env(t))
		if got := show(tc.rule, faults); got != tc.want {
			t.Errorf("%s where %s\n got %s\nwant %s", tc.rule, tc.where, got, tc.want)
		}
	}
}

// TestRangesAgainstAll compares what is said of random chains over one number with the verdicts for each of its values and for nil.
func TestRangesAgainstAll(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	verdict := func(b bool) int { return map[bool]int{false: -1, true: 1}[b] }
	for range 3000 {
		type part struct {
			text string
			of   func(x int) bool
			nil  int // -1 false, 0 unknown, 1 true
		}
		one := func() part {
			v, w := r.IntN(8), r.IntN(8)
			switch r.IntN(9) {
			case 0:
				return part{fmt.Sprintf("s < %d", v), func(x int) bool { return x < v }, 0}
			case 1:
				return part{fmt.Sprintf("%d <= s", v), func(x int) bool { return v <= x }, 0}
			case 2:
				return part{fmt.Sprintf("s == %d", v), func(x int) bool { return x == v }, 0}
			case 3:
				return part{fmt.Sprintf("s != %d.5", v), func(int) bool { return true }, 0}
			case 4:
				return part{fmt.Sprintf("s in %d..%d", v, v+w), func(x int) bool { return v <= x && x <= v+w }, 0}
			case 5:
				return part{fmt.Sprintf("s not in [%d, %d, nil]", v, v+1), func(x int) bool { return x != v && x != v+1 }, -1}
			case 6:
				return part{fmt.Sprintf("not (s > %d.5)", v), func(x int) bool { return x <= v }, 0}
			case 7:
				return part{"s == nil", func(int) bool { return false }, 1}
			}
			return part{fmt.Sprintf("s != %d", v), func(x int) bool { return x != v }, 0}
		}
		and := r.IntN(2) == 0
		parts := []part{one(), one(), one()}[:2+r.IntN(2)]
		texts := make([]string, len(parts))
		worst, best := 1, -1
		for x := -1; x <= 17; x++ { // one more on either side of all constants, and nil
			all, some := 1, -1
			for i, p := range parts {
				v := p.nil
				if x < 17 {
					v = verdict(p.of(x))
				}
				all, some, texts[i] = min(all, v), max(some, v), p.text
			}
			if !and {
				all = some
			}
			worst, best = min(worst, all), max(best, all)
		}
		rule := strings.Join(texts, map[bool]string{true: " and ", false: " or "}[and])
		_, faults, _ := expression.CompileRule(rule, "", env(t))
		said := show(rule, faults)
		if and && best < 1 && !strings.Contains(said, "never true") {
			t.Fatalf("seed %d: %s is never true, and said is %q", seed, rule, said)
		}
		if and && best == 1 && strings.Contains(said, "never true") {
			t.Fatalf("seed %d: %s can be true, and said is %q", seed, rule, said)
		}
		if !and && worst > -1 && !strings.Contains(said, "never false") && !strings.Contains(said, "always true") {
			t.Fatalf("seed %d: %s is never false, and said is %q", seed, rule, said)
		}
		if !and && worst == -1 && strings.Contains(said, "cover all") || worst < 1 && strings.Contains(said, "this is always true: \"s") {
			t.Fatalf("seed %d: %s can be false, and said is %q", seed, rule, said)
		}
	}
}
