package run

import (
	"context"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Trial is an expression to be tried on rows of a table.
type Trial struct {
	Table   string
	AsOf    string // "" is the live table
	Whole   model.Rule
	Parts   []model.Rule
	Type    string
	IsValue bool // the measure of Whole is what is wanted of each row
	Ordered bool
}

// shownOf is how many rows are shown of each verdict.
const shownOf = 3

// Evaluate tries an expression and changes nothing.
func Evaluate(ctx context.Context, c Config, t Trial) *report.Evaluation {
	r := newRunner(c)
	out := &report.Evaluation{Expression: t.Whole.Text, Where: t.Whole.WhereText, Type: t.Type, Table: t.Table}
	err := r.evaluate(ctx, t, out)
	r.finish(ctx, err)
	out.Errors, out.Notes, out.ExitCode = r.rep.Errors, r.rep.Notes, r.rep.ExitCode
	return out
}

func (r *runner) evaluate(ctx context.Context, t Trial, out *report.Evaluation) error {
	pl := *r.Pipeline
	load := *pl.Load(t.Table)
	load.Rules = []model.Rule{t.Whole}
	pl.Loads = []*model.Load{&load}
	r.Pipeline = &pl
	subjects, err := r.subjects(ctx, t.AsOf)
	if err != nil {
		return err
	}
	s := subjects[0] // of several snapshots of a date, the one that has all the columns
	for _, other := range subjects {
		if len(other.Lacking) < len(s.Lacking) {
			s = other
		}
	}
	out.Snapshot, out.AsOf = s.Snapshot, s.Stamp
	rules, answers, err := r.pose(ctx, s, append([]model.Rule{t.Whole}, t.Parts...))
	if err != nil {
		return err
	}
	q := rules.Questions[0]
	a := answers[q]
	switch {
	case q.Reason != "":
		return reasonOf(q)
	case a.fail != nil:
		return refuse(diag.List{{Message: "the database cannot answer this: " + r.serverWords(rules, q, a.fail)}})
	case q.Aggregate:
		return r.evaluateAggregate(ctx, s, rules, q, a, out)
	case t.IsValue:
		return r.evaluateValue(ctx, rules, q, t, out)
	}
	out.Rows = a.looked
	for _, part := range rules.Questions {
		c := report.VerdictCount{Expression: part.Text, Reason: part.Reason}
		if a := answers[part]; a != nil && a.fail != nil {
			c.Reason = r.serverWords(rules, part, a.fail)
		} else if a != nil && part.Reason == "" {
			c.True, c.False, c.Unknown = a.looked-a.failed-a.unknown, a.failed, a.unknown
		}
		out.Parts = append(out.Parts, c)
	}
	return r.evaluateRows(ctx, rules, q, out)
}

// evaluateRows shows a few rows of each verdict.
func (r *runner) evaluateRows(ctx context.Context, rules *plan.Rules, q *plan.Question, out *report.Evaluation) error {
	for _, verdict := range []string{"false", "unknown", "true"} {
		rows, err := r.DB.Query(ctx, rules.WithVerdict(q, verdict, shownOf))
		if err != nil {
			return err
		}
		v := report.Verdicts{Verdict: verdict}
		for _, row := range rows {
			s, err := sample(rules, q, row, nil)
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, s)
		}
		if len(v.Rows) > 0 {
			out.Samples = append(out.Samples, v)
		}
	}
	return nil
}

// evaluateAggregate shows what an aggregate gives: its measures and, of a condition, whether it holds.
func (r *runner) evaluateAggregate(ctx context.Context, s *plan.Subject, rules *plan.Rules, q *plan.Question, a *answer, out *report.Evaluation) error {
	row, err := r.DB.One(ctx, s.Count())
	if err != nil {
		return err
	}
	out.Rows = row.Int(0)
	var line report.Rule
	aggregated(&line, rules, q, a)
	out.Measures = line.Measures
	if out.Type == "boolean" {
		verdict := map[bool]string{true: "true", false: "false"}[a.row.Bool(0)]
		if a.row.Null(0) {
			verdict = "unknown"
		}
		out.Measures = append(out.Measures, report.Measure{Text: q.Text, Value: verdict})
	}
	return nil
}

// evaluateValue shows how the values of an expression are spread.
func (r *runner) evaluateValue(ctx context.Context, rules *plan.Rules, q *plan.Question, t Trial, out *report.Evaluation) error {
	row, err := r.DB.One(ctx, rules.Spread(q, t.Ordered))
	if err != nil {
		return err
	}
	hide := rules.Personal(q)
	shown := func(text string, null bool) string {
		switch {
		case null:
			return "NULL"
		case hide:
			return model.Masked
		}
		return text
	}
	out.Rows = row.Int(0)
	out.Spread = &report.Spread{Null: row.Int(0) - row.Int(1), Distinct: row.Int(2), Frequent: []report.ValueCount{}}
	if t.Ordered {
		out.Spread.Min, out.Spread.Max = shown(row.Text(3), row.Null(3)), shown(row.Text(4), row.Null(4))
	}
	if hide {
		return nil
	}
	rows, err := r.DB.Query(ctx, rules.Commonest(q))
	if err != nil {
		return err
	}
	for _, row := range rows {
		out.Spread.Frequent = append(out.Spread.Frequent, report.ValueCount{Rows: row.Int(1),
			Values: []report.Value{{Column: q.Text, Value: shown(row.Text(0), row.Null(0))}}})
	}
	return nil
}
