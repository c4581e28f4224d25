package check

import (
	"fmt"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// result is the result of a training set as a table that rules can speak of.
func (p *pass) result(t *trainingSet) *table {
	if t.result != nil {
		return t.result
	}
	name := spec.Str{Value: t.model.Name, Set: true, Place: t.model.Origin}
	out := &table{name: name, spec: &spec.Table{}, load: &model.Load{Origin: t.model.Origin}, set: t, noun: "training set"}
	out.pipeline = &pipeline{spec: &spec.Pipeline{}, model: &model.Pipeline{Name: t.model.Name, Params: t.model.Params}}
	out.load.Table = model.Table{Name: t.model.Name, Columns: t.model.Result(), Origin: t.model.Origin}
	if t.known && !t.unclear {
		for _, c := range out.load.Table.Columns {
			out.spec.Columns.Entries = append(out.spec.Columns.Entries, spec.Entry[*spec.Column]{Key: spec.Str{Value: c.Name, Set: true, Place: c.Origin}, Value: &spec.Column{}})
		}
	}
	env := p.env(out)
	// Other tables and earlier dates are known by name, so that what looks at them is refused for that and not as unknown.
	env.Tables = p.allRelations()
	env.Snapshots = []expression.Relation{{Name: t.model.Name, Columns: env.Columns}}
	out.env = &env
	t.result = out
	return out
}

// ruled finds what a document of expectations speaks of: a table, or the result of a training set. It is nil where there is none, or none
// that rules can speak of; that is reported.
func (p *pass) ruled(e *spec.Expectations) *table {
	switch {
	case e.Snapshot.Set:
		p.fault("Y113", e.Snapshot.Place, "write the rules for its table: runner validate TABLE --as-of DATE judges what is frozen by them",
			"an expectation about a snapshot is not available in this version")
	case e.TrainingSet.Set:
		if t, ok := p.store.sets[e.TrainingSet.Value]; ok {
			return p.result(t)
		}
		p.unknownTrainingSet(e.TrainingSet)
	case e.Table.Set:
		if t, ok := p.tables[e.Table.Value]; ok {
			return t
		}
		p.unknownTable(e.Table)
	}
	return nil
}

// tableOrResult is a table of a name, or the result of the training set of that name, or nil.
func (p *pass) tableOrResult(name string) *table {
	if t, ok := p.store.sets[name]; ok && p.tables[name] == nil {
		return p.result(t)
	}
	return p.tables[name]
}

func (p *pass) unknownTrainingSet(name spec.Str) {
	if p.unread {
		return
	}
	all := p.project.TrainingSetNames()
	p.fault("F604", name.Place, suggest(name.Value, all, "the declared training sets are"), "training set %q is not declared", name.Value)
	p.mendName(name, all)
}

// checkOnResult refuses what cannot be judged on the result of a training set: it is a file, beside which there is no other table and
// no earlier batch, and no row of it can be set aside.
func (p *pass) checkOnResult(t *table, r *spec.Rule, rule model.Rule) {
	if t.set == nil {
		return
	}
	if r.OnFail.Value == quarantine || rule.Quarantine {
		p.fault("X457", place(r.OnFail.Place, r.Rule.Place), "leave rows out with where: in the training set, or remove on_fail", "the result of a training set is written as a whole, so that no row can be set aside")
	}
	var what []string
	n := rule.Needs
	if len(n.Tables) > 0 || hasJoin(n, model.Parent) {
		what = append(what, "another table")
	}
	if len(n.Values) > 0 || len(n.Earlier) > 0 || hasJoin(n, model.Before) {
		what = append(what, "an earlier batch")
	}
	if n.Ordered {
		what = append(what, "the order of a file")
	}
	if len(what) > 0 {
		p.fault("X457", r.Rule.Place, "write it about the table that the rows come from", "this looks at %s, and the result of a training set is judged alone", strings.Join(what, " and "))
	}
}

func hasJoin(n model.Needs, kind model.JoinKind) bool {
	for _, j := range n.Joins {
		if j.Kind == kind {
			return true
		}
	}
	return false
}

// refuseQuery refuses a rule in sql about the result of a training set.
func (p *pass) refuseQuery(t *table, r *spec.Rule) bool {
	if t.set == nil {
		return false
	}
	p.fault("X457", r.SQL.Place, "write it as an expression: rule:", "a rule in sql reads tables, and the result of %s is none", fmt.Sprintf("training set %q", t.name.Value))
	return true
}

// completeSets gives the training sets the rules about their results.
func (p *pass) completeSets() {
	for _, t := range p.store.sets {
		if t.result != nil {
			p.checkNullable(t.result)
			t.model.Rules = t.result.load.Rules
		}
	}
}
