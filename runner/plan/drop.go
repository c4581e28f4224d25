package plan

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Dependent is something in the database that rests on a table, or on one column of it, and that a drop would have to take along.
type Dependent struct {
	Table  string
	Column string // "" when it rests on the table as a whole
	Name   string // as Postgres describes it: "view fees"
}

// CheckDrops refuses names of --allow-drop that can never be dropped: what a spec declares, and what this run does not touch. It needs no
// database.
func CheckDrops(project *model.Project, pipeline *model.Pipeline, only, allowed []string) diag.List {
	var faults diag.List
	for _, name := range allowed {
		table, column, isColumn := strings.Cut(name, ".")
		owner, want := project.Filler(table)
		switch {
		case !isColumn && owner != nil:
			faults.Add(check("D801").At(want.Origin, fmt.Sprintf("--allow-drop %s: %s declares it", name, owner.Name), "take it out of the spec first; a column is named as TABLE.COLUMN"))
		case !isColumn:
		case owner == nil:
			hint := "a table that no spec declares is dropped whole: --allow-drop " + diag.Typed(table)
			if near := diag.Nearest(table, declaredNames(project)); near != "" {
				hint = "did you mean " + near + "." + column + "?"
			}
			faults.Add(check("D802").At(diag.Place{}, fmt.Sprintf("--allow-drop %s: no spec declares a table or snapshot %s", name, quote(table)), hint))
		case owner.Name != pipeline.Name:
			faults.Add(check("D802").At(want.Origin, fmt.Sprintf("--allow-drop %s: pipeline %s has no table or snapshot %s", name, pipeline.Name, quote(table)), "runner apply "+diag.Typed(owner.Name)+" --allow-drop "+diag.Typed(name)))
		case len(only) > 0 && !contains(only, table) && !freezesAny(owner, table, only):
			faults.Add(check("D802").At(want.Origin, fmt.Sprintf("--allow-drop %s: --only leaves %s out", name, table), "add --only for its table too"))
		case want.Column(column) != nil:
			faults.Add(check("D802").At(want.Column(column).Origin, fmt.Sprintf("--allow-drop %s: the spec declares the column", name), "take it out of the spec first"))
		case isRenamed(*want, column):
			faults.Add(check("D802").At(want.Origin, fmt.Sprintf("--allow-drop %s: the column is to be renamed, as renamed_from says", name), "take renamed_from out of the spec first"))
		}
	}
	return faults
}

func declaredNames(project *model.Project) []string {
	var out []string
	for _, pl := range project.Pipelines {
		for _, l := range pl.Loads {
			out = append(out, l.Table.Name)
		}
		for _, s := range pl.Snapshots {
			out = append(out, s.Name)
		}
	}
	return out
}

// freezesAny tells whether a name is a snapshot of one of the tables.
func freezesAny(pl *model.Pipeline, name string, tables []string) bool {
	return slices.ContainsFunc(pl.Snapshots, func(s *model.Snapshot) bool { return s.Name == name && contains(tables, s.From) })
}

// dropper finds what the database has and no spec declares, and tells what of it the caller allows to be dropped.
type dropper struct {
	plan    *Plan
	project *model.Project
	found   Found
	allowed []string
	drops   []Change
	left    []Change
	faults  diag.List
}

// planDrops adds the allowed drops to the changes of the plan, and lists what stays beside them.
func (p *Plan) planDrops(project *model.Project, found Found, opt Options) diag.List {
	d := &dropper{plan: p, project: project, found: found, allowed: opt.AllowDrop}
	for _, t := range p.Tables {
		if t.Found != nil {
			d.columns(t.Live, *t.Found, t.Load.Table.Name)
		}
	}
	for _, s := range p.Snapshots {
		if s.found != nil {
			s.dropping = d.columns(s.Table, *s.found, s.Want.From)
		}
	}
	for _, t := range undeclaredTables(project, found) {
		d.table(t)
	}
	d.absent()
	p.Changes, p.Undeclared = append(p.Changes, d.drops...), d.left
	return d.faults
}

// columns judges the columns of a table that the spec does not declare, and returns the names of those that go. rules names the table whose
// rules look at it.
func (d *dropper) columns(want, live model.Table, rules string) []string {
	var gone []string
	for _, c := range undeclaredColumns(want, live) {
		name := want.Name + "." + c.Name
		change := Change{ID: "D802", Action: "drop", Object: want.Schema + "." + want.Name, Detail: "- column " + c.Name + " " + c.Type.Name, Origin: want.Origin, Table: want.Name, Column: c.Name,
			SQL:  fill("table_alter", pgsql.Holes{"table": want.SQL(), "what": "DROP COLUMN " + pgsql.Ident(c.Name)}),
			Lost: fill("count_values", pgsql.Holes{"live": want.SQL(), "column": pgsql.Column("l", c.Name)}),
			Why:  "non-null values", Flag: "--allow-drop " + diag.Typed(name), Named: contains(d.allowed, name)}
		for _, ix := range live.Indexes {
			if contains(ix.Columns, c.Name) && len(ix.Columns) > 1 {
				change.Detail += ", and the index (" + strings.Join(ix.Columns, ", ") + ")"
			}
		}
		if !change.Named {
			d.left = append(d.left, change)
			continue
		}
		gone = append(gone, c.Name)
		d.drops = append(d.drops, change)
		if live.IsKey(c.Name) {
			d.refuse(change, "it belongs to the primary key ("+strings.Join(live.PrimaryKey, ", ")+") of the table", "change the key by hand first")
		}
		d.mentioned(change, c.Name, func(l *model.Load, r model.Rule) bool {
			return l.Table.Name == rules || contains(r.Needs.Tables, rules)
		})
		d.dependents(change)
	}
	return gone
}

// table judges a table that no spec declares. Only one that runner loaded or froze itself may go.
func (d *dropper) table(t model.Table) {
	_, loaded := d.found.Live[t.Name]
	known := loaded || len(d.found.Freezes[t.Name]) > 0
	change := Change{ID: "D801", Action: "drop", Object: t.Schema + "." + t.Name, Detail: "- table", Table: t.Name, SQL: fill("table_drop", pgsql.Holes{"table": t.SQL()}),
		Lost: CountRows(t), Why: "rows", Flag: "--allow-drop " + diag.Typed(t.Name), Named: contains(d.allowed, t.Name)}
	switch {
	case change.Named && !known:
		d.refuse(change, "runner has never loaded or frozen it", "drop it by hand if that is what you want")
	case change.Named:
		d.drops = append(d.drops, change)
		d.mentioned(change, t.Name, func(*model.Load, model.Rule) bool { return true })
		d.dependents(change)
	case known:
		d.left = append(d.left, change)
	}
}

// absent says of what was named and is not there that nothing is done, so that the same command can be typed again.
func (d *dropper) absent() {
	for _, name := range d.allowed {
		table, column, isColumn := strings.Cut(name, ".")
		if t := d.found.Table(table); t == nil || isColumn && t.Column(column) == nil {
			d.plan.Notes = append(d.plan.Notes, name+" is not in the database, so there is nothing to drop")
		}
	}
}

// mentioned refuses a drop of something whose name a rule in sql mentions, among the rules that may mean it. Other rules can only mention what
// is declared.
func (d *dropper) mentioned(c Change, name string, may func(*model.Load, model.Rule) bool) {
	for _, pl := range d.project.Pipelines {
		for _, l := range pl.Loads {
			for _, rule := range l.Rules {
				if rule.Query && may(l, rule) && mentions(strings.ToLower(rule.Text), strings.ToLower(name)) {
					d.refuse(c, fmt.Sprintf("the query of rule %s at %s mentions it", quote(rule.Name), rule.Origin), "change the rule first")
				}
			}
		}
	}
}

func (d *dropper) dependents(c Change) {
	var names []string
	for _, o := range d.found.Dependents {
		if o.Table == c.Table && (c.Column == "" || o.Column == c.Column) && !contains(names, o.Name) {
			names = append(names, o.Name)
		}
	}
	if len(names) > 0 {
		d.refuse(c, strings.Join(names, " and ")+" rests on it", "drop or change that first: runner drops nothing along with it")
	}
}

func (d *dropper) refuse(c Change, why, hint string) {
	for i := range d.drops {
		if d.drops[i].Table == c.Table && d.drops[i].Column == c.Column {
			d.drops[i].Refused = true
		}
	}
	d.faults.Add(check(c.ID).At(c.Origin, fmt.Sprintf("%s: %s cannot be dropped: %s", c.Object, strings.TrimPrefix(c.Detail, "- "), why), hint))
}

// undeclaredTables are the tables of the schema that no spec declares.
func undeclaredTables(project *model.Project, found Found) []model.Table {
	return slices.DeleteFunc(slices.Clone(found.Tables), func(t model.Table) bool {
		owner, _ := project.Filler(t.Name)
		return owner != nil
	})
}

// undeclaredColumns are the columns of a found table that its spec does not declare, and that are not to be renamed.
func undeclaredColumns(want, live model.Table) []model.Column {
	return slices.DeleteFunc(slices.Clone(live.Columns), func(c model.Column) bool { return want.Column(c.Name) != nil || isRenamed(want, c.Name) })
}
