package check

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// env is everything that an expression about one row of a table may mention.
func (p *pass) env(t *table) expression.Env {
	var env expression.Env
	env.Columns = columnsOf(t.load.Table)
	optional := map[string]bool{}
	for _, r := range t.load.Reading {
		optional[r.Column] = optional[r.Column] || r.Optional
	}
	for i := range env.Columns {
		env.Columns[i].Optional = optional[env.Columns[i].Name]
	}
	for _, param := range t.pipeline.model.Params {
		env.Params = append(env.Params, expression.Param{Name: param.Name, Kind: param.Kind})
	}
	return env
}

// columnsOf leaves out the partition, which is filled when rows are published: the staged ones do not have it.
func columnsOf(t model.Table) []expression.Column {
	var out []expression.Column
	for _, c := range t.Columns {
		if c.Name != model.PartitionColumn {
			out = append(out, expression.Column{Name: c.Name, Type: c.Type, Nullable: c.Nullable})
		}
	}
	return out
}

// Env is what a rule about a declared table may mention, with the columns of the table as they are declared; false when no pipeline
// declares it. The tree must be without errors.
func Env(tree *spec.Tree, name string) (expression.Env, model.Table, bool) {
	return Envs(tree)(name)
}

// Envs is Env for many tables: the tree is resolved once.
func Envs(tree *spec.Tree) func(name string) (expression.Env, model.Table, bool) {
	p := &pass{tree: tree, project: &model.Project{}, tables: map[string]*table{}, zones: map[string]bool{}}
	p.declare()
	for _, pl := range p.pipelines {
		p.resolve(pl)
	}
	return func(name string) (expression.Env, model.Table, bool) {
		t, ok := p.tables[name]
		if !ok {
			return expression.Env{}, model.Table{}, false
		}
		return p.ruleEnv(t), t.load.Table, true
	}
}

// ruleEnv is what a rule about a table may mention: its rows, and what its project knows beside them.
func (p *pass) ruleEnv(t *table) expression.Env {
	if t.env == nil {
		env := p.env(t)
		env.Key = t.load.Table.PrimaryKey
		env.Parents = p.parents(t)
		env.Tables = p.allRelations()
		for _, s := range t.pipeline.model.Snapshots {
			if s.From == t.name.Value {
				env.Snapshots = append(env.Snapshots, snapshotRelation(s, t))
			}
		}
		t.env = &env
	}
	return *t.env
}

// parents are the tables that the references of a table lead to, under the names by which their columns are read.
func (p *pass) parents(t *table) []expression.Parent {
	times := map[string]int{}
	for _, r := range t.load.References {
		times[r.Table]++
	}
	var out []expression.Parent
	for _, r := range t.load.References {
		other := p.tables[r.Table]
		if other == nil || len(r.Columns) == 0 || len(r.Columns) != len(r.Keys) {
			continue // a fault that is reported
		}
		parent := expression.Parent{Name: r.Table, Table: relationOf(other)}
		if times[r.Table] > 1 {
			parent.Name = r.Columns[0]
		}
		for i, c := range r.Columns {
			parent.On = append(parent.On, [2]string{c, r.Keys[i]})
		}
		out = append(out, parent)
	}
	return out
}

// allRelations are the tables of the project, the same list for every rule.
func (p *pass) allRelations() []expression.Relation {
	if p.relations == nil {
		for _, pl := range p.pipelines {
			for _, t := range pl.tables {
				p.relations = append(p.relations, relationOf(t))
			}
		}
	}
	return p.relations
}

func relationOf(t *table) expression.Relation {
	return expression.Relation{Name: t.name.Value, Key: t.load.Table.PrimaryKey, Columns: columnsOf(t.load.Table)}
}

// snapshotRelation is a snapshot without its date: key columns and what it freezes.
func snapshotRelation(s *model.Snapshot, t *table) expression.Relation {
	columns := columnsOf(s.Table)
	columns = slices.DeleteFunc(columns, func(c expression.Column) bool { return c.Name == model.AsOf })
	return expression.Relation{Name: s.Name, Key: t.load.Table.PrimaryKey, Columns: columns}
}

// ruleID is what a rule is called over its runs. A rule without a name has the hash of what it says, so that edits beside it, and its
// order among the others, change nothing.
func ruleID(table, name string, r model.Rule, others *ruleIndex) string {
	if name != "" {
		return table + "." + name
	}
	line := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s", table, line(r.Text), line(r.WhereText), r.AtLeast)
	id := fmt.Sprintf("%s.%08x", table, h.Sum32())
	return others.free(id, "%s-%d", others.ids)
}
