package check

import (
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/spec"
	"streamflow/runner/trial"
)

// WrongExample is the id of an example that is not what its rule says.
const WrongExample = "X458"

// trialRule makes a rule one that can be tried, and keeps it for tests. Program is nil when only a database can judge it.
func (p *pass) trialRule(t *table, rule model.Rule, program *expression.Program) *trial.Rule {
	out := &trial.Rule{Rule: rule, Table: t.name.Value, Program: program}
	for _, name := range rule.Columns {
		if c := t.load.Table.Column(name); c != nil {
			out.Columns = append(out.Columns, *c)
		}
	}
	p.suite.Rules = append(p.suite.Rules, out)
	return out
}

// completeSuite adds the rules that only a database can judge: tests say of them that they were not tried. Nothing could try their examples.
func (p *pass) completeSuite() {
	known := map[diag.Place]bool{}
	for _, r := range p.suite.Rules {
		known[r.Origin] = true
	}
	for _, pl := range p.pipelines {
		for _, t := range pl.tables {
			for _, rule := range t.load.Rules {
				if !known[rule.Origin] {
					p.trialRule(t, rule, nil)
				}
			}
		}
	}
	for _, e := range p.tree.Expectations {
		for _, r := range slices.Concat(e.Rules, e.Warnings) {
			if r.SQL.Set && r.Examples != nil {
				p.fault("X458", r.Examples.Place, "remove them", "examples of a rule in sql cannot be tried: it needs a database")
			}
		}
	}
}

// checkExamples tries the rows beside a rule. Examples about unknown columns or values are reported and not tried.
func (p *pass) checkExamples(t *table, rule *trial.Rule, e *spec.Examples) {
	before := p.list.Count(diag.Error)
	world := p.exampleWorld(t, e)
	sound := p.list.Count(diag.Error) == before
	if name := p.missingParam(t, rule, world); name != "" {
		p.fault("X461", e.Place, "write params: {"+name+": ...} beside the examples", "the rule mentions the parameter %q, and no listed partition gives it a value", name)
		return
	}
	for _, group := range []struct {
		want trial.Word
		list []spec.Example
	}{{trial.Pass, e.Pass}, {trial.Fail, e.Fail}, {trial.Unknown, e.Unknown}} {
		for _, s := range group.list {
			if !sound { // what the rule says of a wrong parameter tells nothing
				p.givenRows(t, s.Rows)
				continue
			}
			p.checkExample(t, &trial.Example{Rule: rule, Want: group.want, World: world, Place: s.Place}, s)
		}
	}
}

func (p *pass) checkExample(t *table, e *trial.Example, s spec.Example) {
	if s.Batch != e.Rule.Aggregate {
		if s.Batch {
			p.fault("X458", s.Place, "write one row: {column: value}", "the rule judges each row, and this example is a list of rows")
		} else {
			p.fault("X458", s.Place, "write a list of rows: [{column: value}, ...]", "the rule judges the batch as a whole, and this example is one row")
		}
		return
	}
	before := p.list.Count(diag.Error)
	e.Rows = p.givenRows(t, s.Rows)
	if p.list.Count(diag.Error) > before {
		return
	}
	e.Rule.Covered = e.Rule.Covered || e.Rule.Fails(e.Want)
	p.suite.Examples = append(p.suite.Examples, e)
	miss := e.Try()
	if miss == nil {
		return
	}
	if miss.Actual == string(trial.NotTried) {
		hint := "remove it, or show it in a *_test.yaml with given: and before:"
		if strings.Contains(miss.Reason, "psi(") || strings.Contains(miss.Reason, "snapshot(") {
			hint = "remove it: tests cannot try this rule either"
		}
		p.fault("X458", e.Place, hint, "this example cannot be tried: %s", miss.Reason)
		return
	}
	var values []string
	for _, v := range miss.Values {
		values = append(values, v.Column+"="+v.Value)
	}
	says := "the rule says " + miss.Actual
	if miss.Actual == string(trial.NotJudged) {
		says = "the rule does not judge it"
	}
	p.fault("X458", e.Place, miss.Reason, "this example should %s, and %s: %s", should(e.Want), says, strings.Join(values, ", "))
}

// missingParam is a parameter that a rule mentions and the world does not have, or "".
func (p *pass) missingParam(t *table, rule *trial.Rule, w expression.World) string {
	for _, param := range t.pipeline.model.Params {
		_, known := w.Params[param.Name]
		if mark := string(pgsql.Param(param.Name)); !known && strings.Contains(string(rule.Condition+rule.Where), mark) {
			return param.Name
		}
	}
	return ""
}

func should(w trial.Word) string {
	if w == trial.Unknown {
		return "be unknown"
	}
	return string(w)
}

// exampleWorld has the parameters that the examples give, and for the others those of the newest listed partition.
func (p *pass) exampleWorld(t *table, e *spec.Examples) expression.World {
	given := p.givenParams(t.pipeline, e.Params)
	for name, text := range t.pipeline.newest() {
		if param := t.pipeline.param(name); param != nil && !slices.Contains(e.Params.Keys(), name) {
			p.setParam(given, *param, text, diag.Place{})
		}
	}
	return expression.World{Params: given, Columns: t.load.Table.ColumnNames()}
}
