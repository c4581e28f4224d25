package run_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// counts writes everything that a rule found, cost and place of the rows aside.
func counts(rep *report.Report) string {
	var out []string
	for _, r := range rep.Rules {
		var samples []string
		for _, s := range r.Samples {
			samples = append(samples, fmt.Sprint(s.Key, s.Values))
		}
		if strings.HasPrefix(r.Rule, "random") {
			out = append(out, fmt.Sprint(r.Rule, r.Verdict, r.Looked, r.Judged, r.Failed, r.Unknown, r.Measures, r.ValueCounts, samples))
		}
	}
	return strings.Join(out, "\n")
}

// The same rows are judged the same way: in the batch that brings them, when it is applied again, in the live table and in the snapshot.
func TestTheSameRowsAreJudgedTheSame(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 3 {
		b := one(t, nil)
		l := b.config.Pipeline.Loads[0]
		l.Rules = randomRules(random)
		b.write("jan/items.csv", randomRows(random))
		first := b.apply(0, "2024-01-31")
		again := b.apply(0, "2024-01-31")
		is(t, counts(again), counts(first))
		for _, j := range []run.Judged{{}, {AsOf: "2024-01-31"}, {Batch: true}, {AsOf: run.AllDates, Explain: true}} {
			c := b.config
			if j.Batch {
				c.Params = map[string]string{"as_of": "2024-01-31"}
			}
			rep := run.Validate(t.Context(), c, j)
			if rep.ExitCode != 0 {
				t.Fatalf("%+v: %+v", j, rep.Errors)
			}
			is(t, counts(rep), counts(first))
		}
	}
}

// randomRules are warnings of every way in which a rule can be asked. Keys are written so that text orders them as their lines do.
func randomRules(random *rand.Rand) []model.Rule {
	var out []model.Rule
	limit := func() pgsql.Frag { return pgsql.Int(random.IntN(9) - 2) }
	add := func(r model.Rule) {
		r.Name = fmt.Sprintf("random %d", len(out))
		r.ID, r.Text, r.Severity = "items."+r.Name, r.Name, 1
		if random.IntN(3) == 0 {
			r.NullsFail = true
		}
		if random.IntN(3) == 0 && !r.Aggregate && !r.Query {
			r.Where, r.WhereText = `r."s" IS NOT NULL`, "s != nil"
		}
		if random.IntN(3) == 0 && !r.Aggregate {
			n := random.Int64N(4)
			r.MaxFail = &n
		}
		out = append(out, r)
	}
	for range 4 {
		add(model.Rule{Condition: `r."n" > ` + limit(), Columns: []string{"n"}})
		add(model.Rule{Condition: `r."#u" = 1`, Columns: []string{"n"}, Needs: model.Needs{Windows: []model.Window{{Name: "#u", SQL: `CASE WHEN r."n" IS NOT NULL THEN count(*) OVER (PARTITION BY r."n") END`}}}})
		add(model.Rule{Aggregate: true, Condition: `sum(r."n") > ` + limit(), Measures: []model.Measure{{Text: "sum(n)", SQL: `sum(r."n")`}}})
		add(model.Rule{Query: true, Condition: `select id, n from items where n > ` + limit() + " order by id", Needs: model.Needs{Tables: []string{"items"}}})
	}
	return out
}

func randomRows(random *rand.Rand) string {
	var b strings.Builder
	b.WriteString("id,n,s\n")
	for i := range 5 + random.IntN(40) {
		n := fmt.Sprint(random.IntN(9) - 2)
		if random.IntN(4) == 0 {
			n = ""
		}
		fmt.Fprintf(&b, "%03d,%s,%s\n", i, n, []string{"", "x", "y"}[random.IntN(3)])
	}
	return b.String()
}
