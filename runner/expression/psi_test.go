package expression_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamflow/runner/expression"
)

// stability is the population stability index, from its definition.
func stability(now, was map[string]int) float64 {
	total := func(m map[string]int) (n int) {
		for _, v := range m {
			n += v
		}
		return n
	}
	buckets := map[string]bool{}
	for k := range now {
		buckets[k] = true
	}
	for k := range was {
		buckets[k] = true
	}
	out := 0.0
	for b := range buckets {
		c, p := float64(now[b])/float64(total(now)), float64(was[b])/float64(total(was))
		if c == 0 {
			c = 0.0001
		}
		if p == 0 {
			p = 0.0001
		}
		out += (c - p) * math.Log(c/p)
	}
	return out
}

// TestPSI compares the index with its definition, for values that are buckets and for numbers in deciles.
func TestPSI(t *testing.T) {
	conn, p := connect(t), shop(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 3))
	draw := func(n, most int, letters []string) (rows []map[string]string, amounts []int, codes map[string]int) {
		codes = map[string]int{}
		for i := range n {
			a, c := r.IntN(most), letters[r.IntN(len(letters))]
			amounts, codes[c] = append(amounts, a), codes[c]+1
			rows = append(rows, map[string]string{"row": strconv.Itoa(i), "id": strconv.Itoa(i), "amount": strconv.Itoa(a), "ratio": strconv.Itoa(a), "day": fmt.Sprintf("2024-01-%02d", 1+a), "code": c})
		}
		rows = append(rows, map[string]string{"row": "999"})
		return rows, amounts, codes
	}
	for range 20 {
		rows, now, codesNow := draw(5+r.IntN(60), 2+r.IntN(28), []string{"a", "b", "C", "d", "d"})
		before, was, codesWas := draw(5+r.IntN(60), 2+r.IntN(28), []string{"a", "a", "b", "C", "e"})
		p.rows, p.before = rows, before
		slices.Sort(was)
		var edges []int
		for d := 1; d < 10; d++ {
			edges = append(edges, was[int(math.Ceil(float64(d)/10*float64(len(was))))-1])
		}
		buckets := func(values []int) map[string]int {
			out := map[string]int{}
			for _, v := range values {
				n := 0
				for n < len(edges) && edges[n] <= v {
					n++
				}
				out[strconv.Itoa(n)]++
			}
			return out
		}
		amounts := stability(buckets(now), buckets(was))
		for rule, want := range map[string]float64{`psi(code)`: stability(codesNow, codesWas), `psi(amount)`: amounts, `psi(ratio)`: amounts, `psi(day)`: amounts, `psi(amount, as_of)`: amounts} {
			if got := p.ask(t, conn, fmt.Sprintf("abs(%s - %.9f) < 0.000002", rule, want), ""); got != "true" {
				t.Errorf("seed %d: %s is not %v: %s", seed, rule, want, got)
			}
		}
	}
	p.rows = append(p.rows, map[string]string{"row": "998", "id": "998", "code": "C"}) // there may be none among those drawn last
	p.before = append(p.before, map[string]string{"row": "998", "id": "998", "code": "C"})
	for _, tc := range []struct{ rule, where, want string }{
		{`psi(amount) > 0`, `id > 1000`, "unknown"}, {`psi(code) >= 0`, `code == "C"`, "true"}, {`psi(good) >= 0`, ``, "unknown"}, {`psi(id) >= 0 and psi(lower(code)) >= 0`, ``, "true"},
	} {
		if got := p.ask(t, conn, tc.rule, tc.where); got != tc.want {
			t.Errorf("%s where %s is %s, want %s", tc.rule, tc.where, got, tc.want)
		}
	}
	p.before = nil
	if got := p.ask(t, conn, `psi(amount) >= 0`, ""); got != "unknown" {
		t.Errorf("against nothing: %s", got)
	}
	rule, _, _ := expression.CompileRule(`psi(amount) + psi(amount, as_of) + psi(amount, date("2024-01-31")) + psi(code) > 0`, `day != nil`, p.env)
	if strings.Contains(string(rule.SQL), "JOIN") { // joined to rows that the planner takes for one, the deciles were computed anew for each of them
		t.Errorf("the deciles are joined: %s", rule.SQL)
	}
	if got := len(rule.Needs.Earlier); got != 4 || fmt.Sprint(rule.Needs.Earlier[0].Columns) != "[amount day]" || rule.Needs.Earlier[0].Date != "" || rule.Needs.Earlier[2].Date != "('2024-01-31')::date" {
		t.Errorf("earlier: %+v", rule.Needs.Earlier)
	}
}
