package expression_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// TestQuickFormsAgree holds the cheaper forms of a rule against the rule itself: the loose one misses no failure, and what says that a
// verdict is there says so exactly where it is.
func TestQuickFormsAgree(t *testing.T) {
	conn, e := connect(t), fuzzEnv(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	g := &terms{r: r, functions: expression.Functions(), made: map[string]bool{}}
	var random []map[string]string
	for range 20 {
		random = append(random, randomRow(r))
	}
	rows := from(e, random...)
	loose, present := 0, 0
	for range 600 {
		text := g.of(model.Boolean, 1+r.IntN(2)).String()
		if r.IntN(2) == 0 {
			text = fmt.Sprintf("(%s %s %s)", g.of(model.Numeric, r.IntN(2)), g.pick("<", ">=", "==", "!="), g.leaf(model.Numeric))
		}
		rule, _, _ := expression.CompileRule(text, "", e)
		if rule.SQL == "" {
			continue
		}
		exact, missed, differ := bind(t, rule.SQL), "0", "0"
		if rule.Loose != "" {
			loose++
			missed = fmt.Sprintf("count(*) FILTER (WHERE (%s) IS FALSE AND (%s) IS NOT FALSE)", exact, bind(t, rule.Loose))
		}
		if rule.Present != "" {
			present++
			differ = fmt.Sprintf("count(*) FILTER (WHERE ((%s) IS NULL) <> ((%s) IS NULL))", exact, bind(t, rule.Present))
		}
		var a, b int
		if err := conn.QueryRow(context.Background(), "SELECT "+missed+", "+differ+rows).Scan(&a, &b); err != nil {
			t.Fatalf("seed %d: %s: %v", seed, text, err)
		}
		if a+b > 0 {
			t.Errorf("seed %d: %s: the loose form misses %d failures, %d verdicts are there or not against what is said\n%s\n%s\n%s", seed, text, a, b, exact, rule.Loose, rule.Present)
		}
	}
	if loose < 50 || present < 50 {
		t.Errorf("only %d loose forms and %d of presence were tried", loose, present)
	}
}

// TestLooseThere: where no value is NaN the loose forms are the rule itself, and presence is that of the columns.
func TestLooseThere(t *testing.T) {
	for rule, want := range map[string]string{`n >= 0`: `r."n"`, `f < n`: `(CASE WHEN r."f" IS NOT NULL AND r."n" IS NOT NULL THEN 1 END)`, `(n ?? 0) > 0`: ``} {
		got, _, _ := expression.CompileRule(rule, "", env(t))
		if string(got.LooseThere) != want {
			t.Errorf("%s: got %s, want %s", rule, got.LooseThere, want)
		}
	}
}
