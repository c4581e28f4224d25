package run_test

import (
	"fmt"
	"strings"
	"testing"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// verdicts writes the outcome of every rule as "name verdict failed/judged/unknown".
func verdicts(rep *report.Report) string {
	var out []string
	for _, r := range rep.Rules {
		out = append(out, fmt.Sprintf("%s %s %d/%d/%d", r.Rule, r.Verdict, r.Failed, r.Judged, r.Unknown))
	}
	return strings.Join(out, "; ")
}

func is(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func row(name string, condition pgsql.Frag, needs model.Needs) model.Rule {
	return model.Rule{Name: name, Text: name, ID: "use." + name, Condition: condition, Columns: []string{"hours"}, Needs: needs}
}

// One rule that the server cannot answer hides no other, wherever it stands among many, and each of two is found.
func TestFaultyRulesAreIsolated(t *testing.T) {
	b := two(t)
	use := b.config.Pipeline.Loads[0]
	use.Rules = nil
	for i := range 11 {
		condition := pgsql.Frag(fmt.Sprintf(`r."hours" >= %d`, i-8))
		if i == 3 || i == 8 {
			condition = `1 / (r."hours"::int - 2) > 0`
		}
		use.Rules = append(use.Rules, row(fmt.Sprint(i), condition, model.Needs{}))
	}
	use.Rules[10].Condition = `no_such_function(r."hours")`
	statements := 0
	b.db.Trace(func(sql string) {
		if strings.Contains(sql, "count(*) FILTER") {
			statements++
		}
	})
	rep := b.apply(1, "2024-01-31")
	is(t, verdicts(rep), "0 pass 0/2/0; 1 pass 0/2/0; 2 pass 0/2/0; 3 error 0/0/0; 4 pass 0/2/0; 5 pass 0/2/0; 6 pass 0/2/0; 7 pass 0/2/0; 8 error 0/0/0; 9 pass 0/2/0; 10 error 0/0/0")
	if len(rep.Errors) != 3 || !strings.Contains(rep.Rules[3].Reason, "division by zero") || !strings.Contains(rep.Rules[10].Reason, "no_such_function") {
		t.Errorf("%+v", rep.Errors)
	}
	if statements >= 2*11 {
		t.Errorf("%d statements for 11 rules", statements)
	}
	b.want("SELECT string_agg(rule_id || ' ' || verdict, ', ' ORDER BY position) FROM runner.rule_results WHERE verdict = 'error'", "use.3 error, use.8 error, use.10 error")
}

// More rules than one answer of Postgres has columns.
func TestManyRules(t *testing.T) {
	b := two(t)
	use := b.config.Pipeline.Loads[0]
	use.Rules = nil
	for i := range 700 {
		use.Rules = append(use.Rules, row(fmt.Sprint(i), pgsql.Frag(fmt.Sprintf(`r."hours" > %d`, i-699)), model.Needs{}))
	}
	rep := b.apply(0, "2024-01-31")
	if len(rep.Rules) != 700 {
		t.Fatal(len(rep.Rules))
	}
	for _, r := range rep.Rules {
		if r.Verdict != report.Pass || r.Judged != 2 {
			t.Fatalf("%+v", r)
		}
	}
}

// needy are rules that look at more than their rows.
func needy(t *testing.T) []model.Rule {
	known := row("known", `"p"."#found" IS NOT NULL AND "p"."city" IS NOT NULL`, model.Needs{Joins: []model.Join{{Alias: "p", Kind: model.Parent, Table: "people",
		On: [][2]string{{"id", "id"}}, Columns: []string{"city"}}}})
	known.Severity = 1
	grows := row("grows", `r."hours" >= "old"."hours"`, model.Needs{Joins: []model.Join{{Alias: "old", Kind: model.Before, On: [][2]string{{"id", "id"}}, Columns: []string{"hours"}}}})
	unique := row("unique", `r."#u" = 1`, model.Needs{Windows: []model.Window{{Name: "#u", SQL: `count(*) OVER (PARTITION BY r."hours")`}},
		Proof: `count(r."hours") = count(DISTINCT r."hours")`, Unique: []string{"hours"}})
	key := row("key", `r."#k" / 0 = 1`, model.Needs{Windows: []model.Window{{Name: "#k", SQL: `count(*) OVER (PARTITION BY r."id")`}}, Unique: []string{"id"}})
	ordered := row("ordered", `r."#o" IS NOT FALSE`, model.Needs{Windows: []model.Window{{Name: "#o", SQL: `r."hours" >= lag(r."hours") OVER (ORDER BY ` + pgsql.Param(model.OrderMark) + ")"}}, Ordered: true})
	previous := model.Elsewhere{Mark: "#1", Text: "row_count()", SQL: "count(*)", Type: typ(t, "bigint")}
	more := model.Rule{Name: "more", ID: "use.more", Aggregate: true, Condition: "count(*) >= " + pgsql.Param("#1"), Measures: []model.Measure{{Text: "row_count()", SQL: "count(*)"}},
		Needs: model.Needs{Values: []model.Elsewhere{previous}}}
	sum := model.Rule{Name: "sum", ID: "use.sum", Aggregate: true, Condition: `sum(r."hours") > ` + pgsql.Param("#1"), Needs: model.Needs{Values: []model.Elsewhere{
		{Mark: "#1", Text: "sum(hours)", SQL: `sum(r."hours")`, Type: typ(t, "numeric"), Date: `('2024-01-31')::date`, Columns: []string{"hours"}}}}}
	others := model.Rule{Name: "others", Aggregate: true, Condition: "(SELECT count(*) FROM " + pgsql.Param(model.TableMark("people")) + " o) = count(*)",
		Measures: []model.Measure{{Text: "row_count(people)", SQL: "(SELECT count(*) FROM " + pgsql.Param(model.TableMark("people")) + " o)"}}, Needs: model.Needs{Tables: []string{"people"}}}
	columns := model.Rule{Name: "columns", Aggregate: true, Condition: pgsql.Param(model.ColumnsMark) + " = ARRAY['id', 'hours']", Needs: model.Needs{Catalog: true}}
	self := model.Rule{Name: "self", Aggregate: true, Condition: "(SELECT count(*) FROM " + pgsql.Param(model.RowsMark) + " x) = count(*)", Needs: model.Needs{Rows: true}}
	whole := model.Rule{Name: "whole", Aggregate: true, Condition: "(SELECT count(*) FROM " + pgsql.Param("#e") + " x) <= count(*)", Needs: model.Needs{Earlier: []model.Earlier{{Mark: "#e", Columns: []string{"hours"}}}}}
	return []model.Rule{known, grows, unique, key, ordered, more, sum, others, columns, self, whole}
}

// What rules need beside their rows is provided, and where it is not there they are skipped with the reason.
func TestRulesGetWhatTheyNeed(t *testing.T) {
	b := two(t)
	b.config.Pipeline.Loads[0].Rules = needy(t)
	rep := b.apply(0, "2024-01-31")
	is(t, verdicts(rep), "known fail 1/2/0; grows skipped 0/0/0; unique pass 0/2/0; key pass 0/2/0; ordered pass 0/2/0; more skipped 0/0/0; sum skipped 0/0/0; "+
		"others pass 0/1/0; columns pass 0/1/0; self pass 0/1/0; whole skipped 0/0/0")
	is(t, rep.Rules[1].Reason, "nothing of use is frozen before 2024-01-31")
	is(t, rep.Rules[5].Reason, "there is no partition of use before 2024-01-31")
	is(t, rep.Rules[0].Samples[0].Values[1].Column, "people.city")

	b.write("feb/use.csv", "id,hours\na,3\nb,1\nc,3\n")
	rep = b.apply(1, "2024-02-29")
	is(t, verdicts(rep), "known pass 0/3/0; grows fail 1/2/1; unique fail 2/3/0; key pass 0/3/0; ordered fail 1/3/0; more pass 0/1/0; sum pass 0/1/0; "+
		"others pass 0/1/0; columns pass 0/1/0; self pass 0/1/0; whole pass 0/1/0")
	is(t, fmt.Sprint(rep.Rules[5].Measures), "[{row_count() 3 row_count() false} {previous(row_count()) 2  false}]")
	is(t, fmt.Sprint(rep.Rules[1].Samples), "[{feb/use.csv 3 [{id b false}] [{hours 1 false} {old.hours 2 false}]}]")
	is(t, fmt.Sprint(rep.Rules[2].ValueCounts), "[{[{hours 3 false}] 2}]")
	b.want("SELECT value_counts::text FROM runner.rule_results WHERE run_id = 2 AND rule_id = 'use.unique'", `[{"rows": 2, "values": [{"value": "3", "column": "hours"}]}]`)
}

// The value of an earlier partition comes from what its run recorded, else from what is frozen, else from the number of its rows.
func TestPreviousIsFound(t *testing.T) {
	b := two(t)
	use := b.config.Pipeline.Loads[0]
	b.apply(0, "2024-01-31")
	rule := func(text string, sql pgsql.Frag, columns ...string) model.Rule {
		return model.Rule{Name: text, Aggregate: true, Condition: sql + " IS DISTINCT FROM " + pgsql.Param("#1"), Measures: []model.Measure{{Text: text, SQL: sql}},
			Needs: model.Needs{Values: []model.Elsewhere{{Mark: "#1", Text: text, SQL: sql, Type: typ(t, "numeric"), Columns: columns}}}}
	}
	use.Rules = []model.Rule{rule("sum(hours)", `sum(r."hours")`, "hours"), rule("row_count()", "count(*)")}
	previous := func(rep *report.Report) string {
		return rep.Rules[0].Measures[1].Value + " " + rep.Rules[1].Measures[1].Value
	}
	is(t, previous(b.apply(0, "2024-02-29")), "3.50 2") // recomputed from the freeze
	b.apply(0, "2024-01-31", func(*run.Config) {})
	if _, err := b.db.Exec(t.Context(), "UPDATE runner.rule_results SET measured = replace(measured::text, '\"3.50\"', '\"9\"')::jsonb"); err != nil {
		t.Fatal(err)
	}
	is(t, previous(b.apply(0, "2024-02-29")), "9 2") // as recorded
	use.Delivery = model.Delta
	if _, err := b.db.Exec(t.Context(), "UPDATE runner.rule_results SET measured = '[]'"); err != nil {
		t.Fatal(err)
	}
	rep := b.apply(0, "2024-02-29")
	is(t, rep.Rules[0].Reason, "no earlier run measured sum(hours) of use; from the next partition on it is known")
	is(t, rep.Rules[1].Measures[1].Value, "2")
}

// max_fail alone decides, and with at_least both must hold.
func TestMaxFail(t *testing.T) {
	b := two(t)
	use := b.config.Pipeline.Loads[0]
	n := func(n int64) *int64 { return &n }
	rule := func(max *int64, share string) model.Rule {
		r := row("r", `r."hours" > 3`, model.Needs{}) // two of three fail
		r.MaxFail, r.AtLeast, r.Severity = max, share, 1
		return r
	}
	use.Rules = []model.Rule{rule(n(2), ""), rule(n(1), ""), rule(n(0), ""), rule(n(2), "0.5"), rule(n(1), "0.3"), rule(n(2), "0.3"), rule(nil, "0.3")}
	b.apply(0, "2024-01-31")
	rep := b.apply(0, "2024-02-29")
	var got []string
	for _, r := range rep.Rules {
		got = append(got, string(r.Verdict))
	}
	is(t, strings.Join(got, " "), "pass fail fail fail fail pass pass")
}
