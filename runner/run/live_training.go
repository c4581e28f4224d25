package run

import (
	"context"
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// trainingSets tries what training sets read: their condition, the queries of their views, derived features, and the rules about their
// results.
func (p *prober) trainingSets(ctx context.Context) error {
	found, err := p.find(ctx)
	if err != nil {
		return err
	}
	for _, set := range p.Project.TrainingSets {
		what := "what training set " + set.Name + " reads"
		sel := plan.Assumed(&model.Pipeline{Name: set.Name, Params: set.Params}, p.Now().UTC().Format(model.DateLayout))
		if err := p.rulesOf(ctx, &plan.Subject{Name: set.Name, Label: "the training set", Table: model.Table{Name: set.Name, Columns: set.Result()},
			Rows: plan.NoRows(set.Result()), Held: model.Table{Columns: set.Result()}.ColumnNames(), AsOf: sel.AsOf, Literals: sel.Literals(set.Params)}, set.Rules); err != nil {
			return err
		}
		reads := plan.TrainingReads(set)
		if i := slices.IndexFunc(reads, func(name string) bool { return found.Table(name) == nil }); i >= 0 {
			p.wait("%s: %s is not there yet", what, reads[i])
			continue
		}
		if slices.ContainsFunc(reads, func(name string) bool { return p.apart[name] }) {
			p.wait("%s, because live differs from the spec in a way that apply refuses", what)
			continue
		}
		t, err := plan.NewTraining(p.Project, p.DB.Schema(), set, plan.NoRows(set.Spine.Columns), nil, sel)
		if err != nil {
			p.wait("%s: %v", what, err)
			continue
		}
		if err := p.all(ctx, what, set.Origin, t.Count(), t.History(-1, found.Freezes, nil).Select()); err != nil {
			return err
		}
	}
	return nil
}

// rulesOf tries every rule alone on a subject.
func (p *prober) rulesOf(ctx context.Context, s *plan.Subject, list []model.Rule) error {
	for _, rule := range list {
		one := []model.Rule{rule}
		values := map[string]plan.Value{}
		for _, date := range s.Dates(one) {
			values[string(date)] = plan.Value{Text: p.sel.AsOf}
		}
		for _, l := range s.Lookups(one) {
			values[l.Key()] = plan.Value{Null: true}
		}
		rules := s.Bind(one, values)
		for _, b := range rules.Broken {
			p.wait("rule %q of %s: %s", rule.Name, s.Name, b.Message)
		}
		for _, q := range rules.Questions {
			if err := p.rule(ctx, rules, q); err != nil {
				return err
			}
		}
	}
	return nil
}
