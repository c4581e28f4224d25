// Package plan turns what is wanted, what was found and the parameters of a run into statements.
//
// It is pure: the same input gives the same plan, and nothing here can touch a database. The plan is data that can be printed,
// hashed and run. Where a statement depends on what a batch turned out to hold (a column that no file has), it is made from the
// plan and that fact, still by a pure function.
package plan

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

//go:embed sql/*.sql
var files embed.FS

// fill reads a statement of the folder sql, drops its leading comment, and fills its holes.
func fill(name string, holes pgsql.Holes) pgsql.Frag {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic("plan: no statement " + name)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for len(lines) > 0 && strings.HasPrefix(lines[0], "--") {
		lines = lines[1:]
	}
	return pgsql.Fill(strings.Join(lines, "\n"), holes)
}

// Found is what the database and the ledger say before a run.
type Found struct {
	NoSchema bool                // the schema is not there yet
	Tables   []model.Table       // every table of the schema
	Others   map[string]string   // names in the schema that belong to no table -> what they are, such as "a view"
	Empty    map[string]bool     // tables found without a primary key that hold no row
	Live     map[string]string   // tables the ledger knows -> their live_as_of, or ""
	Freezes  map[string][]Freeze // snapshot -> the latest revision of each as_of, oldest first
	Unlisted map[string]bool     // snapshots that hold rows of this as_of which the ledger does not know
	Previous map[string]int64    // table -> rows of the newest earlier successful batch

	Dependents []Dependent // looked for only when something may be dropped
}

// Table returns the found table of a name, or nil.
func (f Found) Table(name string) *model.Table {
	for i := range f.Tables {
		if f.Tables[i].Name == name {
			return &f.Tables[i]
		}
	}
	return nil
}

// Freeze is the latest revision of one frozen as_of, as the registry keeps it.
type Freeze struct {
	Sequence    int64
	AsOf        string
	Revision    int
	Columns     []string // under the fingerprint, key columns first
	Rows        int64
	Fingerprint string
	Algorithm   int
	Delta       bool
	Partial     bool // keys that were set aside are left out
}

// Options are the wishes of the caller that change a plan.
type Options struct {
	Only        []string // names of tables; empty means all
	AllowNarrow []string // "table.column"
	AllowDrop   []string // "table.column", or a table
	Adopt       []string // tables that delete_missing may take over
	Replay      bool     // the batches are rows that were set aside
	Unstaged    bool     // nothing is staged: statements are made to be looked at, over batches without rows
}

// Plan is what one run will do. Tables stand in publish order, parents before children.
type Plan struct {
	Pipeline  *model.Pipeline
	Schema    string
	Selection Selection
	Changes   []Change
	Tables    []*Table
	Snapshots []*Snapshot
	Notes     []string

	// Drift names what the database has and no spec declares: tables, and columns of tables and snapshots.
	Drift struct{ Tables, Columns []string }

	// Warnings are what of the schema looks like a mistake and is done nevertheless.
	Warnings diag.List

	// Undeclared is what the database has and no spec declares, each as the drop that its Flag would make of it: it stays. Of tables only those
	// that runner made are listed.
	Undeclared []Change

	world World
}

// Whole tells whether the plan covers every table of its pipeline.
func (p *Plan) Whole() bool { return len(p.Tables) == len(p.Pipeline.Loads) }

// Build makes the plan. The faults are refusals that need no look at any row.
func Build(project *model.Project, pipeline *model.Pipeline, schema string, found Found, sel Selection, opt Options) (*Plan, diag.List) {
	var faults diag.List
	p := &Plan{Pipeline: pipeline, Schema: schema, Selection: sel, world: NewWorld(project, schema, found)}
	for _, l := range publishOrder(chosen(pipeline, opt.Only)) {
		t := newTable(l, schema, found, sel)
		if opt.Replay {
			t.forReplay()
		}
		if opt.Unstaged {
			t.unstaged()
		}
		p.Tables = append(p.Tables, t)
	}
	for _, s := range pipeline.Snapshots {
		t := p.Table(s.From)
		if t == nil {
			continue
		}
		planned := newSnapshot(s, t, schema, found, sel)
		if opt.Replay && !planned.laidOver() {
			p.Notes = append(p.Notes, fmt.Sprintf("%s of %s is not frozen, so there is nothing to complete", s.Name, sel.AsOf))
			continue
		}
		p.Snapshots = append(p.Snapshots, planned)
	}
	p.linkReferences(project, found)
	changes, list := compareSchema(p, found, opt)
	p.Changes = changes
	faults = append(faults, list...)
	faults = append(faults, p.planDrops(project, found, opt)...)
	for _, t := range p.Tables {
		t.changing = slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Object == t.Live.Schema+"."+t.Live.Name })
	}
	faults = append(faults, p.refuseUnknown(found, opt)...)
	p.Drift.Tables, p.Drift.Columns = driftNotes(project, p, found)
	for _, t := range p.Tables {
		if t.Found != nil {
			p.Warnings = append(p.Warnings, renameLike(t.Live, t.Found, opt)...)
		}
	}
	return p, faults
}

// Table returns the plan of a table, or nil when the run leaves it out.
func (p *Plan) Table(name string) *Table {
	for _, t := range p.Tables {
		if t.Load.Table.Name == name {
			return t
		}
	}
	return nil
}

// chosen returns the loads of --only, or all.
func chosen(pipeline *model.Pipeline, only []string) []*model.Load {
	if len(only) == 0 {
		return pipeline.Loads
	}
	var out []*model.Load
	for _, l := range pipeline.Loads {
		if contains(only, l.Table.Name) {
			out = append(out, l)
		}
	}
	return out
}

// CheckOnly names the tables of --only that the pipeline does not have.
func CheckOnly(pipeline *model.Pipeline, only []string) diag.List {
	var faults diag.List
	names := make([]string, len(pipeline.Loads))
	for i, l := range pipeline.Loads {
		names[i] = l.Table.Name
	}
	for _, o := range only {
		if contains(names, o) {
			continue
		}
		hint := diag.DidYouMean(o, names)
		if hint == "" {
			hint = "its tables are " + strings.Join(names, ", ")
		}
		faults.Add(diag.Diagnostic{ID: "R201", Name: "unknown-table", Message: "pipeline " + quote(pipeline.Name) + " has no table " + quote(o), Hint: hint})
	}
	return faults
}

// Lock is the name of a table or snapshot that a run locks. Runs that share a lock do not exclude each other.
type Lock struct {
	Name   string
	Shared bool
}

// Locks returns what a run locks, sorted by name: alone every table and snapshot that it writes, and shared every table that its
// rows refer to and from which another run may delete.
func Locks(project *model.Project, pipeline *model.Pipeline, schema string, only []string) []Lock {
	alone, shared := map[string]bool{}, map[string]bool{}
	for _, l := range chosen(pipeline, only) {
		alone[schema+"."+l.Table.Name] = true
		for _, r := range l.References {
			for _, pl := range project.Pipelines {
				if parent := pl.Load(r.Table); parent != nil && parent.DeleteMissing {
					shared[schema+"."+r.Table] = true
				}
			}
		}
	}
	for _, s := range pipeline.Snapshots {
		if len(only) == 0 || contains(only, s.From) {
			alone[schema+"."+s.Name] = true
		}
	}
	for _, l := range ViewLocks(schema, MaterializedViews(pipeline, only)) {
		if l.Shared {
			shared[l.Name] = true
		} else {
			alone[l.Name] = true
		}
	}
	var out []Lock
	for name := range alone {
		out = append(out, Lock{Name: name})
		delete(shared, name)
	}
	for name := range shared {
		out = append(out, Lock{Name: name, Shared: true})
	}
	slices.SortFunc(out, func(a, b Lock) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// refuseUnknown refuses what would delete or hide rows of tables that runner did not fill.
func (p *Plan) refuseUnknown(found Found, opt Options) diag.List {
	var faults diag.List
	for _, t := range p.Tables {
		name := t.Load.Table.Name
		_, known := found.Live[name]
		t.Strange = t.Load.DeleteMissing && !t.KeyLater && !known
		if t.Strange && !contains(opt.Adopt, name) {
			faults.Add(diag.Diagnostic{Place: t.Load.Origin, Message: "table " + quote(name) +
				" is in the database but runner has never filled it, and delete_missing would remove its other rows",
				Hint: "name it with --adopt " + diag.Typed(name) + " if that is what you want"})
		}
	}
	for _, l := range p.relations() {
		if kind := found.Others[l.Name]; kind != "" {
			faults.Add(diag.Diagnostic{Place: l.Origin, Message: quote(l.Name) + " is " + kind + " in the database, and rows cannot be loaded into it",
				Hint: "rename or drop it, or declare the table under another name"})
		}
	}
	for _, s := range p.Snapshots {
		if s.Earlier != nil && s.found == nil {
			faults.Add(diag.Diagnostic{Place: s.Want.Origin, Message: fmt.Sprintf("%s of %s would be laid over %s, and the table that held it is gone", quote(s.Want.Name), s.AsOf, s.Earlier.AsOf),
				Hint: "bring the table back, or apply the earlier partitions with --restate first"})
		}
		if s.Registered == nil && found.Unlisted[s.Want.Name] {
			faults.Add(diag.Diagnostic{Place: s.Want.Origin, Message: "snapshot " + quote(s.Want.Name) + " already holds rows of " + s.AsOf +
				" that runner did not freeze", Hint: "move or delete them, then apply again"})
		}
	}
	return faults
}

// relations are the declared tables that the run writes: live ones, then snapshots.
func (p *Plan) relations() []model.Table {
	var out []model.Table
	for _, t := range p.Tables {
		out = append(out, t.Live)
	}
	for _, s := range p.Snapshots {
		out = append(out, s.Table)
	}
	return out
}
