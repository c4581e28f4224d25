package expression_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"streamflow/runner/expression"
)

// repaired are texts that cannot be parsed, with all that is reported about them.
var repaired = []struct{ rule, want string }{
	{`i = 3 AND zz > 2 and t <> "a" OR b == 1`, `E401 [=] E401 [AND] E402 [zz] E401 [<>] E401 [OR] E403 [b == 1]`},
	{`t is null and zz is not null or n isnull or i notnull`, `E401 [is null] E402 [zz] E401 [is not null] E401 [isnull] E401 [notnull]`},
	{`t is None and n is not None or t is not in ("a", 'b') and zz`, `E401 [is None] E401 [is not None] E401 [is not in] E401 [("a", 'b')] E402 [zz]`},
	{`zz between 1 and yy and t > 3`, `E402 [zz] E401 [between] E402 [yy] E403 [t > 3]`},
	{`i + 1 between 'a' and 5 or zz > 1`, `E403 [i + 1 between 'a'] E401 [between] E402 [zz]`},
	{`not i between 1 and 10 and i not between -1 and 2 * n`, `E401 [between] E401 [not between]`},
	{`i between 1 and 2 and n between 3 and 4`, `E401 [between] E401 [between]`},
	{`between 1 and 2 and zz > 1`, `E401 [between] E402 [zz]`},
	{`t like '%a%' and t not like 'a_b' and u ilike 'X%' and zz > 1`, `E401 [like] E401 [not like] E401 [ilike] E402 [zz]`},
	{`i::int > 3 and t::varchar(10) == "a" and n::double precision > zz`, `E401 [::int] E401 [::varchar(10)] E401 [::double precision] E402 [zz]`},
	{`cast(zz as integer) > t`, `E401 [cast] E402 [zz]`},
	{`case when i = 1 then 'a' else 'b' end == t and case i when zz then 2 end > 2`, `E401 [case] E401 [=] E401 [case] E402 [zz]`},
	{`count(*) > 3 and count(distinct zz) > 2`, `E401 [count(*)] E401 [count(distinct] E402 [zz]`},
	{`t == 'it''s' or t == "a""b""c" or zz`, `E401 ['it''s'] E401 ["a""b""c"] E402 [zz]`},
	{`i > 1 & n === 3 and n !== 4 and n <=> 3 and n => 3 and n =< zz | b`, `E401 [&] E401 [===] E401 [!==] E401 [<=>] E401 [=>] E401 [=<] E402 [zz] E401 [|]`},
	{`t !~ "a" and zz`, `E401 [!~] E402 [zz]`},
	{"i\u200b > 1 and zz", "E401 [\u200b] E402 [zz]"},
	{`d >= date '2024-01-31' and zz`, `E401 [date '2024-01-31'] E402 [zz]`},
	{`i mod 2 = 0 xor zz`, `E401 [mod] E401 [=] E401 [xor] E402 [zz]`},
	{`extract(year from zz) > 3`, `E401 [extract(year from] E402 [zz]`},
	{`t is distinct from zz and i not null`, `E401 [is distinct from] E402 [zz] E401 [not null]`},
	{`i ≠ 3 and n ≤ zz and t == “a”`, `E401 [≠] E401 [≤] E402 [zz] E401 [“a”]`},
	{`i > 9223372036854775808 and 2x > 1 and zz`, `E401 [9223372036854775808] E401 [2x] E402 [zz]`},
	{`zz and select i from t where x = 1`, `E401 [select]`},
	{`(i > 1 and t > 3 and zz > 1`, `E401 [(] E402 [zz]`},
	{`t > 3 and len(t > 3 and zz`, `E403 [t > 3] E401 [(] E402 [zz]`},
	{`i > 1) and zz`, `E401 [)] E402 [zz]`},
	{`i in [1, 2 and zz`, `E401 [[] E402 [zz]`},
	{`(i > 1] and zz`, `E401 []] E402 [zz]`},
	{`zz == 1 and t == "abc and yy`, `E402 [zz] E401 ["abc and yy]`},
	{`i > and zz`, `E401 [and] E402 [zz]`},
	{`zz and i >`, `E402 [zz] E401 [>]`},
	{`i > 1 and and zz`, `E401 [and] E402 [zz]`},
	{`i > * 3 and zz`, `E401 [*] E402 [zz]`},
	{`i n > 3 and zz or t > 3`, `E401 [n] E402 [zz] E403 [t > 3]`},
	{`i ?? 0 >= 0 and zz`, `E401 [>=] E402 [zz]`},
	{`i = NULL and b = True and zz`, `E401 [=] E402 [NULL] E401 [=] E402 [True] E402 [zz]`},
}

// TestRepaired finds every fault of a text that cannot be parsed, each at its place, and nothing that only follows from another.
func TestRepaired(t *testing.T) {
	for _, tc := range repaired {
		_, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		if got := places(tc.rule, faults); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.rule, got, tc.want)
		}
	}
}

// places writes the ids of faults with the part of the text that each covers.
func places(text string, faults []expression.Fault) string {
	var out []string
	for _, f := range faults {
		out = append(out, fmt.Sprintf("%s [%s]", f.ID, string([]rune(text)[f.From:f.To])))
	}
	return strings.Join(out, " ")
}

// TestManyFaults holds that names and types are judged to the end of a text, too.
func TestManyFaults(t *testing.T) {
	for _, tc := range []struct{ rule, want string }{
		{`aa > 1 and bb > 2 or (cc == 3 and not dd) or len(ee) > 5`, `E402 [aa] E402 [bb] E402 [cc] E402 [dd] E402 [ee]`},
		{`t > 3 and i == "a" or b + 1 > 2 or len(n) > 1 or d > "2024-01-31"`, `E403 [t > 3] E403 [i == "a"] E403 [b + 1] E403 [len(n)] E403 [d > "2024-01-31"]`},
		{`count(i) > i and sum(n) > n and zz and t > 3`, `E403 [i] E403 [n] E402 [zz] E403 [t] E403 [t > 3]`},
		{`i = aa and t == bb and i > "x" and t like 'a%' and d > date("2024-02-30")`, `E401 [=] E402 [aa] E402 [bb] E403 [i > "x"] E401 [like] E407 [date("2024-02-30")]`},
	} {
		_, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		if got := places(tc.rule, faults); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.rule, got, tc.want)
		}
	}
}

// TestFixes applies each suggested change alone, until there is none, and expects a rule without faults.
func TestFixes(t *testing.T) {
	for rule, want := range map[string]string{
		`i = 3 AND n <> 4 OR b`:                           `i == 3 and n != 4 or b`,
		`not i between 1 and 10`:                          `not (1 <= i <= 10)`,
		`i not between 1 and n + 1`:                       `not (1 <= i <= n + 1)`,
		`t is null or n is not None`:                      `t == nil or n != nil`,
		`t in ('a', 'b') and i NOT IN (1, 2)`:             `t in ['a', 'b'] and i not in [1, 2]`,
		`t like 'a%' and t not like '%b' and u ilike 'C'`: `t startsWith "a" and t not endsWith "b" and lower(u) == "c"`,
		`t == 'it''s'`:                                    `t == 'it\'s'`,
		`count(*) > 3 and count(distinct t) > 2`:          `row_count() > 3 and count_distinct(t) > 2`,
		`(case when b then 1 else 2 end) = i`:             `((b ? 1 : 2)) == i`,
		`b and and i > 1`:                                 `b and  i > 1`,
		`t == “a” and i ≠ 3`:                              `t == "a" and i != 3`,
		`d > date '2024-01-31' & b`:                       `d > date('2024-01-31') and b`,
	} {
		got := rule
		for range 10 {
			_, faults, _ := expression.CompileRule(got, "", env(t))
			i := slices.IndexFunc(faults, func(f expression.Fault) bool { return f.Fix != nil })
			if i < 0 {
				break
			}
			fix, runes := faults[i].Fix, []rune(got)
			got = string(runes[:fix.From]) + fix.Text + string(runes[fix.To:])
		}
		if _, faults, _ := expression.CompileRule(got, "", env(t)); got != want || len(faults) > 0 {
			t.Errorf("%s became %s, want %s; %v", rule, got, want, faults)
		}
	}
}

// TestRepairsLeaveTheRest puts a part that cannot be parsed before and behind another, of which must be said what is said without it.
func TestRepairsLeaveTheRest(t *testing.T) {
	habits := []string{`i = 3`, `i <> 3`, `t is null`, `n is not None`, `i between 1 and 3`, `not i between -1 and n * 2`, `t like 'a%'`, `i in (1, 2)`,
		`i::int > 3`, `t == 'it''s'`, `(case when b then 1 else 2 end) > 1`, `i === 3`, `i ≠ 3`, `i not null`, `NOT b`, `d > date '2024-01-31'`, `2x > 1`}
	rest := []string{`b`, `zz`, `t > 3`, `(i + t) * 2 > 0`, `len(zz, 3) > yy`, `t matches "["`, `b == 1`, `f == 0.3`, `i in [1, 1]`, `d.Year() > 3`,
		`(b or zz)`, `min(i, t) > 1`, `t in ["a", 1]`, `-1 < i < zz`, `i / 0 > 1`, `(b ? zz : "a") == 1`}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for range 1000 {
		plain, odd := rest[r.IntN(len(rest))], habits[r.IntN(len(habits))]
		join := []string{" and ", " or ", " AND "}[r.IntN(3)]
		_, want, _ := expression.CompileRule("u < t and "+plain, "", env(t))
		for text, from := range map[string]int{odd + join + plain: len(odd + join), plain + join + odd: 0} {
			_, faults, _ := expression.CompileRule(text, "", env(t))
			if got := show(text, inside(faults, len([]rune(text[:from])), len([]rune(text[:from+len(plain)])))); got != show("u < t and "+plain, inside(want, 10, 10+len([]rune(plain)))) {
				t.Fatalf("seed %d: of %s in %s is said\n%s\nand alone\n%s", seed, plain, text, got, show("u < t and "+plain, want))
			}
		}
	}
}

// inside are the faults within a part of the text.
func inside(faults []expression.Fault, from, to int) []expression.Fault {
	var out []expression.Fault
	for _, f := range faults {
		if f.From >= from && f.To <= to {
			out = append(out, f)
		}
	}
	return out
}
