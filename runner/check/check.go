// Package check turns the tree of specs into the model, or says everything that is wrong with it.
//
// It resolves names, types and defaults, compiles every expression, and judges what one kind says about another. It needs neither a
// database nor a file, so lint in CI and apply at night see the same faults. A model comes out only when there is no error.
package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
	"streamflow/runner/trial"
)

// Check returns the model of a tree, or nil when the tree or its meaning has an error. The findings are sorted; those of reading the
// tree (spec.Load) are not among them, but the caller must not use a model made from a tree that had errors.
func Check(tree *spec.Tree) (*model.Project, diag.List) {
	p := checked(tree)
	if p.list.HasErrors() {
		return nil, p.list
	}
	return p.project, p.list
}

// Partial is Check for specs that may be faulty: the project holds what could be made of them. No run may use it: values that are not known
// are zero, and the entity of a view may be nil. It is for looking at specs of the past, which nobody can mend.
func Partial(tree *spec.Tree) (*model.Project, diag.List) {
	p := checked(tree)
	return p.project, p.list
}

// Trials returns what can be tried of a project: its tests, and the examples beside its rules. It is nil when the specs have an error
// other than an example that is wrong, which is for whoever tries them to tell. The findings are those of Check.
func Trials(tree *spec.Tree) (*trial.Suite, diag.List) {
	p := checked(tree)
	if slices.ContainsFunc(p.list, func(d diag.Diagnostic) bool { return d.Severity == diag.Error && d.ID != WrongExample }) {
		return nil, p.list
	}
	return &p.suite, p.list
}

// checked is a pass that has seen everything.
func checked(tree *spec.Tree) *pass {
	p := &pass{tree: tree, project: &model.Project{Timezone: "UTC"}, tables: map[string]*table{}, zones: map[string]bool{}, programs: map[diag.Place]*expression.Program{}}
	p.unread = tree.Partial || p.unreadFile() || slices.ContainsFunc(tree.Pipelines, func(pl *spec.Pipeline) bool { return pl.Lost })
	p.checkProject()
	p.declare()
	for _, pl := range p.pipelines {
		p.resolve(pl)
	}
	p.checkCycles()
	p.checkFeatureStore()
	for _, pl := range p.pipelines {
		p.checkMaterialize(pl)
	}
	for _, e := range tree.Expectations {
		p.checkExpectations(e)
	}
	p.completeSets()
	p.completeSuite()
	for _, d := range tree.Tests {
		p.checkTests(d)
	}
	p.checkUntested()
	p.checkUnused()
	p.checkNames()
	p.checkRequired()
	for _, pl := range p.pipelines {
		p.checkCovered(pl)
		p.project.Pipelines = append(p.project.Pipelines, pl.model)
	}
	p.list.Sort()
	return p
}

// pass is one check under way.
type pass struct {
	tree      *spec.Tree
	list      diag.List
	project   *model.Project
	pipelines []*pipeline
	tables    map[string]*table     // by name
	names     names                 // tables and snapshots share one namespace
	zones     map[string]bool       // time zones that were looked up: to load one takes a while
	unread    bool                  // some file could not be read into documents
	untyped   []string              // parameters of a type that is none
	relations []expression.Relation // of all tables; made for the first rule
	suite     trial.Suite           // what tests and examples try

	programs map[diag.Place]*expression.Program // of derived features, by where they are declared
	store    store                              // entities, views and services by name
}

// pipeline is a pipeline under check.
type pipeline struct {
	spec   *spec.Pipeline
	model  *model.Pipeline
	tables []*table
	paths  map[diag.Place]bool // of sources that were judged
}

// table is a table under check.
type table struct {
	name     spec.Str
	spec     *spec.Table
	load     *model.Load
	pipeline *pipeline
	set      *trainingSet // whose result it is; nil of a table that a pipeline declares
	noun     string       // what it is called, where it is no table
	options  options
	rules    ruleIndex       // of load
	ruled    bool            // an expectations file speaks of it
	unclear  bool            // some rule of it could not be read
	env      *expression.Env // what its rules may mention; made for the first of them

	unguarded []unguarded // columns in rules that are unknown where they are NULL, each once
	nilTested []string    // columns that some rule compares with nil
}

// fault adds a finding of an id of this package.
func (p *pass) fault(id string, at diag.Place, hint, format string, args ...any) {
	c := byID(id)
	p.list.Add(diag.Diagnostic{Place: at, Severity: c.Severity, ID: id, Name: c.Name, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// warn is fault with a warning, whatever the usual severity of the id is.
func (p *pass) warn(id string, at diag.Place, hint, format string, args ...any) {
	p.fault(id, at, hint, format, args...)
	p.list[len(p.list)-1].Severity = diag.Warning
}

// givenKey is a key of an option that may have been given.
type givenKey struct {
	set  bool
	at   diag.Place
	name string
}

// unfit reports those keys of a list that were given, where they do not go with what stands beside them: "KEY does not ...".
func (p *pass) unfit(id, hint, why string, keys ...givenKey) {
	for _, k := range keys {
		if k.set {
			p.fault(id, k.at, hint, "%s %s", k.name, why)
		}
	}
}

// relate adds a second place to the last finding.
func (p *pass) relate(at diag.Place, message string) {
	last := &p.list[len(p.list)-1]
	last.Related = append(last.Related, diag.Related{Place: at, Message: message})
}

// unsupported refuses a key whose feature this version does not have, instead of ignoring it.
func (p *pass) unsupported(at diag.Place, what string) {
	p.fault("Y113", at, "remove it, or use a version of runner that has it", "%s is not available in this version", what)
}

// unique is the rule about the names of pipelines, and of tables and snapshots.
const unique = "names are unique in a project, whatever their case"

// names finds names that are used twice. Case does not make a difference: a reader would not see it either.
type names map[string]spec.Str

// claim registers a name; what says what it names, and rule which names have to differ.
func (p *pass) claim(space *names, name spec.Str, what, rule string) bool {
	if *space == nil {
		*space = names{}
	}
	key := strings.ToLower(name.Value)
	first, taken := (*space)[key]
	if !taken {
		(*space)[key] = name
		return true
	}
	p.fault("R205", name.Place, rule, "%s %q has a name that is already used", what, name.Value)
	p.relate(first.Place, fmt.Sprintf("%q is first defined here", first.Value))
	return false
}

// declare makes every pipeline and table known before any is resolved, so that they may refer to each other in any order.
func (p *pass) declare() {
	var pipelines names
	for _, s := range p.tree.Pipelines {
		pl := &pipeline{spec: s, model: &model.Pipeline{Name: s.Name.Value, Description: s.Description.Value, Origin: place(s.Name.Place, s.Place)}}
		if s.Name.Set && strings.TrimSpace(s.Name.Value) == "" {
			p.fault("T306", s.Name.Place, "give it a name", "a pipeline has an empty name")
		} else if s.Name.Set {
			p.claim(&pipelines, s.Name, "pipeline", unique)
		}
		p.pipelines = append(p.pipelines, pl)
		for _, e := range s.Tables.Entries {
			t := &table{name: e.Key, spec: e.Value, pipeline: pl, load: &model.Load{Origin: e.Key.Place}}
			t.load.Table = model.Table{Name: e.Key.Value, Origin: e.Key.Place}
			if p.claim(&p.names, e.Key, "table", unique) {
				p.tables[e.Key.Value] = t
			} else {
				t.ruled = true // by the expectations of its namesake
			}
			pl.tables = append(pl.tables, t)
			pl.model.Loads = append(pl.model.Loads, t.load)
		}
	}
}

// place prefers the place of a name over that of the whole document.
func place(name, whole diag.Place) diag.Place {
	if name.Line > 0 {
		return name
	}
	return whole
}

// resolve checks one pipeline: parameters first, because sources use them, columns before what names them.
func (p *pass) resolve(pl *pipeline) {
	p.checkParams(pl)
	p.checkPartitions(pl)
	if pl.spec.Schedule != nil {
		p.unsupported(pl.spec.Schedule.Place, "schedule")
	}
	for _, t := range pl.tables {
		t.options = p.optionsOf(t)
		p.checkColumns(t)
		p.checkKey(t)
	}
	for _, t := range pl.tables {
		p.checkSource(t)
		p.checkTableOptions(t)
		p.checkValues(t)
		p.checkConflicts(t)
	}
	p.checkFolders(pl)
	p.checkSnapshots(pl)
}

// tableNames returns all declared tables, for suggestions.
func (p *pass) tableNames() []string {
	var out []string
	for _, pl := range p.pipelines {
		for _, t := range pl.tables {
			out = append(out, t.name.Value)
		}
	}
	return out
}

// unknownTable reports a table name that nobody declares.
func (p *pass) unknownTable(name spec.Str) {
	if p.unread {
		return
	}
	p.fault("R201", name.Place, suggest(name.Value, p.tableNames(), "the declared tables are"), "table %q is not declared", name.Value)
	p.mendName(name, p.tableNames())
}

// column finds a declared column by name, or reports it.
func (p *pass) column(t *table, name spec.Str) *model.Column {
	if c := t.load.Table.Column(name.Value); c != nil {
		return c
	}
	if len(t.spec.Columns.Entries) > 0 { // otherwise they could not be read, and everything would be unknown
		p.fault("R202", name.Place, suggest(name.Value, t.load.Table.ColumnNames(), "its columns are"), "column %q is not in %s %q", name.Value, cmp.Or(t.noun, "table"), t.name.Value)
		p.mendName(name, t.load.Table.ColumnNames())
	}
	return nil
}

// checkCovered tells of tables that no expectations speak of.
func (p *pass) checkCovered(pl *pipeline) {
	for _, t := range pl.tables {
		p.checkNullable(t)
		if !t.ruled && !p.unread {
			p.fault("X455", t.name.Place, "an expectations file with table: "+t.name.Value+" says what its rows must be like", "table %q has no expectations", t.name.Value)
		}
	}
}
