package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// sampled is how many failing rows are kept of a rule.
const sampled = 10

// severityWord is the word that a spec uses.
func severityWord(s diag.Severity) string {
	if s == diag.Warning {
		return "warn"
	}
	return s.String()
}

// checkRules judges a batch by the rules of its table, but for those that set rows aside. Those of severity error that fail are among the
// faults.
func (r *runner) checkRules(ctx context.Context, b *batch) (diag.List, error) {
	list := slices.DeleteFunc(slices.Clone(b.table.Load.Rules), func(rule model.Rule) bool { return rule.Quarantine })
	s := r.plan.Batch(b.table, b.read.Absent, !b.unkeyed)
	return r.judge(ctx, s, r.judgeable(s, list), b.file)
}

// judge judges a subject by rules. file gives the name of a file by its number.
func (r *runner) judge(ctx context.Context, s *plan.Subject, list []model.Rule, file func(int64) string) (diag.List, error) {
	rules, answers, err := r.pose(ctx, s, list)
	if err != nil || rules == nil {
		return nil, err
	}
	faults := append(diag.List{}, rules.Broken...)
	for _, q := range rules.Questions {
		out, err := r.outcome(ctx, rules, q, answers[q], file)
		if err != nil {
			return nil, err
		}
		r.rep.Rules = append(r.rep.Rules, out)
		if q.Severity == diag.Error && (out.Verdict == report.Fail || out.Verdict == report.Errored) {
			faults.Add(withPlace(ruleFault(q.Rule, out), answers[q]))
		}
	}
	return faults, nil
}

// pose asks a subject's rules: as many as can be share one scan, and one that the server cannot answer never hides another. Without rules
// there is nothing to ask, and the answer is nil.
func (r *runner) pose(ctx context.Context, s *plan.Subject, list []model.Rule) (*plan.Rules, map[*plan.Question]*answer, error) {
	if len(list) == 0 {
		return nil, nil, nil
	}
	values, err := r.lookups(ctx, s, list)
	if err != nil {
		return nil, nil, err
	}
	rules := s.Bind(list, values)
	answers, err := r.ask(ctx, rules)
	return rules, answers, err
}

// outcome turns the answer to a question into its line in the report, and looks for the rows of a rule that failed.
func (r *runner) outcome(ctx context.Context, rules *plan.Rules, q *plan.Question, a *answer, file func(int64) string) (report.Rule, error) {
	out := described(rules.Subject, q)
	switch {
	case q.Reason != "":
		if a != nil && a.fail == nil && q.Aggregate {
			aggregated(&out, rules, q, a)
		}
		out.Verdict, out.Reason, out.Message, out.Judged, out.Failed = report.Skipped, q.Reason, "", 0, 0
		return out, nil
	case a.fail != nil && r.dry != nil && errorsLedger(a.fail):
		out.Verdict, out.Reason = report.Skipped, "it needs a function that this database does not have yet: apply makes it with the ledger, and then judges the rule"
		return out, nil
	case a.fail != nil:
		out.Verdict, out.Reason, out.CostMS = report.Errored, r.serverWords(rules, q, a.fail), milliseconds(a.cost)
		return out, nil
	case q.Aggregate:
		aggregated(&out, rules, q, a)
	default:
		counted(&out, rules, q, a)
	}
	started := r.Now()
	switch {
	case out.Verdict == report.Pass || q.Aggregate:
	case q.Query:
		out.Samples = a.samples
	default:
		if err := r.failing(ctx, &out, rules, q, file); err != nil {
			if !pg.StatementFault(err) { // the scan could be answered, and a look at the rows could not
				return out, err
			}
			out.Reason = "the failing rows cannot be shown: " + r.serverWords(rules, q, err)
		}
	}
	out.CostMS = milliseconds(a.cost + r.Now().Sub(started))
	return out, nil
}

func milliseconds(d time.Duration) float64 { return math.Round(float64(d.Microseconds())/100) / 10 }

// described is what a report says of a rule before anything is known of its verdict.
func described(s *plan.Subject, q *plan.Question) report.Rule {
	return report.Rule{Table: s.Name, Snapshot: s.Snapshot, AsOf: s.Stamp, Rule: q.Name, ID: q.ID, Severity: severityWord(q.Severity), Verdict: report.Pass,
		File: q.Origin.File, Line: q.Origin.Line, Column: q.Origin.Col, Text: q.Text, Query: q.Query, Where: q.WhereText,
		AtLeast: q.AtLeast, MaxFail: q.MaxFail, Description: q.Description, Owner: q.Owner, Tags: q.Tags}
}

// counted fills in the verdict of a row rule. One that sets rows aside can do so only in a batch; elsewhere it fails like any other.
func counted(out *report.Rule, rules *plan.Rules, q *plan.Question, a *answer) {
	out.Looked, out.Unknown = a.looked, a.unknown
	judge, bad := plan.Judge, report.Fail
	if q.Quarantine && rules.Subject.Placed {
		judge = plan.Spares
	}
	var passes bool
	out.Judged, out.Failed, passes = judge(q.Rule, a.looked, a.failed, a.unknown)
	if passes && q.Quarantine && rules.Subject.Placed {
		bad, passes = report.Quarantined, out.Failed == 0
	}
	if !passes {
		out.Verdict, out.Message = bad, q.Message
	}
}

// aggregated fills in the verdict of an aggregate rule and what it measured. One over nothing is unknown, and fails.
func aggregated(out *report.Rule, rules *plan.Rules, q *plan.Question, a *answer) {
	out.Judged = 1
	if !a.row.Bool(0) {
		out.Verdict, out.Failed, out.Message = report.Fail, 1, q.Message
	}
	hide := rules.Personal(q)
	measure := func(text, key string, value string, null bool) {
		switch {
		case null:
			value = "NULL"
		case hide && !countsRows(text):
			value = model.Masked
		}
		out.Measures = append(out.Measures, report.Measure{Text: text, Value: value, Key: key, Null: null})
	}
	for i, m := range q.Measures {
		measure(m.Text, model.MeasureKey(m.Text, q.WhereText), a.row.Text(i+1), a.row.Null(i+1))
	}
	for _, l := range q.Elsewhere() {
		dated := strings.TrimSuffix(l.Shown(), "...)") // a measure says the date itself
		if l.Value.Reason == "" && !slices.ContainsFunc(out.Measures, func(m report.Measure) bool { return m.Text == l.Shown() || strings.HasPrefix(m.Text, dated) }) {
			measure(l.Shown(), "", l.Value.Text, l.Value.Null)
		}
	}
}

// serverWords are what the server said of a rule, without words that may quote personal data.
func (r *runner) serverWords(rules *plan.Rules, q *plan.Question, err error) string {
	return wordsOf(err, rules.Personal(q))
}

// wordsOf are the words of an error. Where a statement looks at personal data, only those of the server about the statement itself are safe.
func wordsOf(err error, personal bool) string {
	var server *pg.Error
	known := errors.As(err, &server)
	switch {
	case personal && known && quotesValues(server.State):
		return "the server refused a value (SQLSTATE " + server.State + "); its words are left out, because they may quote personal data"
	case personal && !known:
		return "the server refused a value; its words are left out, because they may quote personal data"
	case known && lacksLedger(server):
		return "it needs a function that the ledger of this database does not have yet: runner apply brings the ledger up to date"
	}
	return err.Error()
}

// lacksLedger tells whether the server misses what the schema of the ledger brings for rules (is_json): SQLSTATE 42883 and 3F000.
func lacksLedger(e *pg.Error) bool {
	return e.State == "42883" && strings.Contains(e.Message, "runner.") || e.State == "3F000" && strings.Contains(e.Message, `"runner"`)
}

// errorsLedger tells whether a statement failed for what the ledger is to bring.
func errorsLedger(err error) bool {
	var server *pg.Error
	return errors.As(err, &server) && lacksLedger(server)
}

// countsRows tells whether a measure is a number of rows or of values, which gives no value away.
func countsRows(measure string) bool {
	return strings.HasPrefix(measure, "count") || strings.HasPrefix(measure, "row_count")
}

// failing looks for rows that a rule fails, and for the values that fail most often.
func (r *runner) failing(ctx context.Context, out *report.Rule, rules *plan.Rules, q *plan.Question, file func(int64) string) error {
	out.SQL = rules.Typed(q)
	rows, err := r.DB.Query(ctx, rules.Samples(q, sampled))
	if err != nil {
		return err
	}
	for _, row := range rows {
		s, err := sample(rules, q, row, file)
		if err != nil {
			return err
		}
		out.Samples = append(out.Samples, s)
	}
	sql, shown := rules.Frequent(q)
	if out.Failed < 2 || sql == "" {
		return nil
	}
	if rows, err = r.DB.Query(ctx, sql); err != nil {
		return err
	}
	for _, row := range rows {
		values, err := shownValues(row, 0, shown)
		if err != nil {
			return err
		}
		out.ValueCounts = append(out.ValueCounts, report.ValueCount{Values: values, Rows: row.Int(1)})
	}
	return nil
}

// sample reads a failing row: file, line, key, values.
func sample(rules *plan.Rules, q *plan.Question, row pg.Row, file func(int64) string) (report.Sample, error) {
	var s report.Sample
	if !row.Null(0) {
		s.File, s.Line = file(row.Int(0)), row.Int(1)
	}
	var err error
	if s.Key, err = shownValues(row, 2, rules.Key()); err != nil {
		return s, err
	}
	s.Values, err = shownValues(row, 3, rules.Values(q))
	return s, err
}

// ruleFault is the short form of a failed rule among the errors: the rule's place in the YAML, and the first row that fails it.
func ruleFault(rule model.Rule, out report.Rule) diag.Diagnostic {
	d := diag.Diagnostic{Place: rule.Origin, Hint: out.Message}
	switch {
	case out.Verdict == report.Errored:
		d.Message = fmt.Sprintf("rule %q of %s cannot be judged: %s", rule.Name, out.Table, out.Reason)
	case rule.Aggregate:
		d.Message = fmt.Sprintf("rule %q of %s failed", rule.Name, out.Table)
		for _, m := range out.Measures {
			d.Message += fmt.Sprintf(": %s is %s", m.Text, m.Shown())
		}
	case rule.Query:
		d.Message = fmt.Sprintf("rule %q of %s failed: its query returns %s", rule.Name, out.Table, plural(out.Failed, "row"))
	default:
		d.Message = fmt.Sprintf("rule %q of %s failed for %d of %s", rule.Name, out.Table, out.Failed, plural(out.Judged, "row"))
	}
	for i, s := range out.Samples {
		if i == 3 {
			break
		}
		at := diag.Place{File: s.File, Line: int(s.Line)}
		if s.File == "" {
			at = rule.Origin
		}
		d.Related = append(d.Related, diag.Related{Place: at, Message: pairs(append(slices.Clone(s.Key), s.Values...))})
	}
	return d
}
