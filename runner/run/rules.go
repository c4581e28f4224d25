package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// severityWord is the word that a spec uses.
func severityWord(s diag.Severity) string {
	if s == diag.Warning {
		return "warn"
	}
	return s.String()
}

// checkRules answers all rules of a table with one scan, and asks again only for the rules that failed.
func (r *runner) checkRules(ctx context.Context, b *batch) (diag.List, error) {
	rules := b.table.Rules()
	faults := append(diag.List{}, rules.Broken...)
	if len(rules.Rules) == 0 {
		return faults, nil
	}
	answers, err := r.scan(ctx, rules)
	if err != nil {
		return nil, err
	}
	for i, rule := range rules.Rules {
		out := outcome(b, rule, answers[i])
		if out.Verdict == report.Fail && !rule.Aggregate {
			if out.Samples, err = r.ruleSamples(ctx, b, rules, rule); err != nil {
				return nil, err
			}
		}
		r.rep.Rules = append(r.rep.Rules, out)
		if rule.Severity == diag.Error && (out.Verdict == report.Fail || out.Verdict == report.Errored) {
			faults.Add(ruleFault(b, rule, out))
		}
	}
	return faults, nil
}

// answer is what the scan said of one rule: its columns, or why its SQL failed.
type answer struct {
	row  pg.Row
	fail error
}

// scan runs the one scan. When the server refuses a value in it, every rule is asked alone, so that one bad rule hides no other.
func (r *runner) scan(ctx context.Context, rules *plan.Rules) ([]answer, error) {
	out := make([]answer, len(rules.Rules))
	row, err := r.DB.One(ctx, rules.Scan(rules.Rules))
	if err == nil {
		at := 1
		for i, rule := range rules.Rules {
			out[i].row = row[at : at+plan.Width(rule)]
			at += plan.Width(rule)
		}
		return out, nil
	}
	if !pg.DataFault(err) {
		return nil, err
	}
	for i, rule := range rules.Rules {
		row, err := r.DB.One(ctx, rules.Scan([]model.Rule{rule}))
		if err != nil && !pg.DataFault(err) {
			return nil, err
		}
		out[i] = answer{fail: err}
		if err == nil {
			out[i].row = row[1:]
		}
	}
	return out, nil
}

func outcome(b *batch, rule model.Rule, a answer) report.Rule {
	out := report.Rule{Table: b.table.Load.Table.Name, Rule: rule.Name, Severity: severityWord(rule.Severity), Verdict: report.Pass,
		File: rule.Origin.File, Line: rule.Origin.Line, Column: rule.Origin.Col, Text: rule.Text, AtLeast: rule.AtLeast}
	if a.fail != nil {
		out.Verdict, out.Message = report.Errored, a.fail.Error()
		if personal(b, rule) {
			out.Message = "the server refused a value; its words are left out, because they may quote personal data"
		}
		return out
	}
	if rule.Aggregate {
		out.Judged = 1
		if !a.row.Bool(0) { // an aggregate over nothing is unknown, and fails
			out.Verdict, out.Failed = report.Fail, 1
		}
		for i, m := range rule.Measures {
			value := "NULL"
			if !a.row.Null(i + 1) {
				value = a.row.Text(i + 1)
				if personal(b, rule) && !countsRows(m.Text) {
					value = masked
				}
			}
			out.Measures = append(out.Measures, report.Measure{Text: m.Text, Value: value})
		}
		return out
	}
	var passes bool
	out.Unknown = a.row.Int(2)
	out.Judged, out.Failed, passes = plan.Judge(rule, a.row.Int(0), a.row.Int(1), a.row.Int(2))
	if !passes {
		out.Verdict = report.Fail
	}
	return out
}

// personal tells whether a rule looks at a column of personal data.
func personal(b *batch, rule model.Rule) bool {
	return slices.ContainsFunc(rule.Columns, func(name string) bool {
		c := b.table.Live.Column(name)
		return c != nil && c.PII
	})
}

// countsRows tells whether a measure is a number of rows or of values, which gives no value away.
func countsRows(measure string) bool {
	return strings.HasPrefix(measure, "count") || strings.HasPrefix(measure, "row_count")
}

func (r *runner) ruleSamples(ctx context.Context, b *batch, rules *plan.Rules, rule model.Rule) ([]report.Sample, error) {
	rows, err := r.DB.Query(ctx, rules.Samples(rule))
	if err != nil {
		return nil, err
	}
	out := make([]report.Sample, len(rows))
	for i, row := range rows {
		s := report.Sample{File: b.file(row.Int(0)), Line: row.Int(1)}
		if s.Key, err = values(row, 2, b.table.Live, b.table.Live.PrimaryKey); err != nil {
			return nil, err
		}
		if s.Values, err = values(row, 3, b.table.Live, rule.Columns); err != nil {
			return nil, err
		}
		out[i] = s
	}
	return out, nil
}

// ruleFault is the short form of a failed rule among the errors: the rule's place in the YAML, and the first row that fails it.
func ruleFault(b *batch, rule model.Rule, out report.Rule) diag.Diagnostic {
	d := diag.Diagnostic{Place: rule.Origin}
	switch {
	case out.Verdict == report.Errored:
		d.Message = fmt.Sprintf("rule %q of %s cannot be judged: %s", rule.Name, out.Table, out.Message)
	case rule.Aggregate:
		d.Message = fmt.Sprintf("rule %q of %s failed", rule.Name, out.Table)
		for _, m := range out.Measures {
			d.Message += fmt.Sprintf(": %s is %s", m.Text, m.Value)
		}
	default:
		d.Message = fmt.Sprintf("rule %q of %s failed for %d of %s", rule.Name, out.Table, out.Failed, plural(out.Judged, "row"))
	}
	for i, s := range out.Samples {
		if i == 3 {
			break
		}
		d.Related = append(d.Related, diag.Related{Place: diag.Place{File: s.File, Line: int(s.Line)}, Message: pairs(append(s.Key, s.Values...))})
	}
	return d
}
