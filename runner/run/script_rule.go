package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// RuleScript writes what asks one rule: the query that judges it, and the one that finds the rows which fail it, of the live table, of what is
// frozen of a date, or of the batch that apply would read. Personal data is masked in the second one, and no value of it stands in either.
func RuleScript(ctx context.Context, c Config, f FailuresOf) *report.Script {
	r := newRunner(c)
	s := &script{runner: r, step: report.CheckStep, out: &report.Script{Pipeline: c.Pipeline.Name, Target: c.Target, Statements: []report.Statement{}, Errors: []diag.Diagnostic{}}}
	s.end(ctx, s.writeRule(ctx, f))
	return s.out
}

func (s *script) writeRule(ctx context.Context, f FailuresOf) error {
	load := s.Pipeline.Load(f.Table)
	rule := load.Rules[slices.IndexFunc(load.Rules, func(rule model.Rule) bool { return rule.ID == f.Rule })]
	if f.Batch {
		return s.ruleOfBatch(ctx, rule, f)
	}
	subjects, err := s.subjectsOf(ctx, f)
	if err != nil {
		return err
	}
	s.session(s.DB.Schema())
	s.step = report.CheckStep
	for _, subject := range subjects {
		values, err := s.lookups(ctx, subject, []model.Rule{rule})
		if err != nil {
			return err
		}
		if err := s.ask(subject.Bind([]model.Rule{rule}, values), subject.Label); err != nil {
			return err
		}
	}
	return nil
}

// ruleOfBatch stages the batches that the rule looks at, and takes out what is set aside before it is asked.
func (s *script) ruleOfBatch(ctx context.Context, rule model.Rule, f FailuresOf) error {
	if err := s.choose(ctx); err != nil || s.sel.Idle {
		return err
	}
	if err := s.readyBatches(ctx); err != nil {
		return err
	}
	if err := s.openScript(ctx); err != nil {
		return err
	}
	s.session(s.plan.Schema)
	if err := s.stageAll(ctx); err != nil {
		return err
	}
	s.step = report.CheckStep
	for _, t := range s.plan.JudgeOrder() {
		if err := s.takeAside(ctx, s.batches[t.Load.Table.Name], rule); err != nil {
			return err
		}
	}
	rules, err := s.questions(ctx, s.batches[f.Table], []model.Rule{rule})
	if err != nil {
		return err
	}
	return s.ask(rules, rules.Subject.Label)
}

// takeAside takes out what other rules than the one that is asked set aside.
func (s *script) takeAside(ctx context.Context, b *batch, asked model.Rule) error {
	list := slices.DeleteFunc(slices.Clone(b.table.AsideRules()), func(rule model.Rule) bool { return rule.ID == asked.ID })
	rules, err := s.questions(ctx, b, list)
	if err != nil {
		return err
	}
	for _, sql := range s.move(rules, b) {
		s.add(b.table.Load.Table.Name, "rows that other rules set aside", sql)
	}
	return nil
}

// session prepares the session, and lets an error end the script.
func (s *script) session(schema string) {
	s.step = report.SessionStep
	s.out.Statements = append(s.out.Statements, report.Statement{Step: s.step, Purpose: "an error ends the script", SQL: `\set ON_ERROR_STOP on`, Command: true})
	s.add("", "values print and compare the same everywhere", pg.Session(schema))
}

// ask writes the queries of one rule.
func (s *script) ask(rules *plan.Rules, label string) error {
	if len(rules.Broken) > 0 {
		return refuse(rules.Broken)
	}
	q := rules.Questions[0]
	name := fmt.Sprintf("rule %q on %s", q.Name, label)
	switch {
	case q.Reason != "":
		return reasonOf(q)
	case rules.Reveals(q):
		return &stop{code: report.ExitSpec, list: diag.List{{Place: q.Origin, Message: fmt.Sprintf("rule %q compares with a value of personal data, which would stand in its SQL", q.Name),
			Hint: "runner validate judges it"}}}
	case q.Query:
		sql, _ := rules.Query(q, 0)
		s.add("", "a rule in sql may only read", "BEGIN READ ONLY")
		defer s.add("", "", "COMMIT")
		if rules.Personal(q) {
			s.remark(name, "the rows that its query returns fail. They may hold personal data, so that only their number is asked for here; runner failures shows them, masked")
			s.add("", "", plan.CountRowsOf(sql))
			return nil
		}
		s.add(name, "the rows that its query returns fail; the first column is their number", sql)
		return nil
	case q.Aggregate:
		s.add(name, "the number of rows, whether it holds, and what it measures"+measured(q), rules.Scan([]*plan.Question{q}, q.Way()))
		return nil
	}
	s.add(name, "judges: rows in all, rows looked at, rows that are false, rows that are unknown", rules.Scan([]*plan.Question{q}, q.Way()))
	purpose := "finds the rows that fail"
	if rules.Personal(q) {
		purpose += "; personal data is masked"
	}
	s.add(name, purpose, rules.Find(q))
	return nil
}

func measured(q *plan.Question) string {
	var names []string
	for _, m := range q.Measures {
		names = append(names, m.Text)
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + joined(names)
}
