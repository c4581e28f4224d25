package plan

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// Drifts is how the tables of a database differ from the declared ones.
type Drifts struct {
	Findings diag.List
	Apart    map[string]bool // tables with a difference that no apply would settle
}

// Drift compares every declared table and snapshot of a project with the database. Each difference is a finding of D810 at the place in the
// spec: it names both sides and what apply would do about it. Tables that are not there yet only inform.
func Drift(project *model.Project, found Found) Drifts {
	d := Drifts{Apart: map[string]bool{}}
	for _, pl := range project.Pipelines {
		for _, l := range pl.Loads {
			d.table(l.Table, found)
		}
		for _, s := range pl.Snapshots {
			want := s.Table
			want.Origin = s.Origin
			d.table(want, found)
		}
	}
	return d
}

func (d *Drifts) add(at diag.Place, does, format string, args ...any) {
	d.Findings.Add(check("D810").At(at, fmt.Sprintf(format, args...), does))
}

// apart adds a difference that apply refuses.
func (d *Drifts) apart(table string, at diag.Place, does, format string, args ...any) {
	d.Apart[table] = true
	d.add(at, does, format, args...)
}

func (d *Drifts) table(want model.Table, found Found) {
	live := found.Table(want.Name)
	if live == nil {
		if kind := found.Others[want.Name]; kind != "" {
			d.apart(want.Name, want.Origin, "apply refuses to load rows into it: rename or drop it, or declare the table under another name", "live %s is %s, spec says a table", want.Name, kind)
			return
		}
		missing := check("D810").At(want.Origin, fmt.Sprintf("live has no table %s yet", want.Name), "apply creates it")
		missing.Severity = diag.Info
		d.Findings.Add(missing)
		return
	}
	for _, c := range want.Columns {
		d.column(want, *live, c)
	}
	for _, c := range undeclaredColumns(want, *live) {
		if !c.Nullable && !c.HasDefault {
			d.apart(want.Name, want.Origin, "apply refuses: the database takes no row without a value for it. Declare it, give it a default, or drop its NOT NULL",
				"live %s.%s is %s not null without a default, spec has no such column", want.Name, c.Name, c.Type.Name)
			continue
		}
		d.add(want.Origin, "apply leaves it alone, and drops it only with --allow-drop "+diag.Typed(want.Name+"."+c.Name), "live %s.%s is %s, spec has no such column", want.Name, c.Name, c.Type.Name)
	}
	d.key(want, *live, found)
	d.indexes(want, *live, found)
}

func (d *Drifts) column(want, live model.Table, c model.Column) {
	has := foundColumn(&live, c)
	if has == nil {
		does := "apply adds it"
		if !c.Nullable {
			does = "apply adds it while the table is empty, and refuses when it has rows: they have no value for it"
		}
		d.add(c.Origin, does, "live %s has no column %s, spec says %s", want.Name, c.Name, c.Type.Name)
		return
	}
	name := want.Name + "." + has.Name
	if has.Name != c.Name {
		d.add(c.Origin, "apply renames it, as renamed_from says", "live %s is called %s in the spec", name, c.Name)
	}
	if has.Type.Name != c.Type.Name {
		_, narrowed := fitsInto("", has.Type, c.Type)
		switch {
		case c.Type.Holds(has.Type):
			d.add(c.Origin, "apply widens it", "live %s is %s, spec says %s", name, has.Type.Name, c.Type.Name)
		case narrowed:
			d.apart(want.Name, c.Origin, "apply refuses to narrow it without --allow-narrow "+diag.Typed(want.Name+"."+c.Name), "live %s is %s, spec says %s", name, has.Type.Name, c.Type.Name)
		default:
			d.apart(want.Name, c.Origin, "apply refuses: one cannot become the other by itself. Declare "+has.Type.Name+", or change the column by hand", "live %s is %s, spec says %s", name, has.Type.Name, c.Type.Name)
		}
	}
	switch {
	case c.Nullable && !has.Nullable && !live.IsKey(has.Name):
		d.add(c.Origin, "apply drops its NOT NULL", "live %s is not null, spec lets it be NULL", name)
	case !c.Nullable && has.Nullable:
		d.add(c.Origin, "apply sets it NOT NULL, and refuses while NULLs are there", "live %s may be NULL, spec says nullable: false", name)
	}
}

func (d *Drifts) key(want, live model.Table, found Found) {
	if slices.Equal(renamed(want, &live, live.PrimaryKey), want.PrimaryKey) || len(live.PrimaryKey) == 0 && found.Empty[want.Name] {
		return
	}
	switch has, says := keyText(live.PrimaryKey), keyText(want.PrimaryKey); {
	case len(live.PrimaryKey) == 0:
		d.add(want.Origin, "apply adds it, and refuses while rows have no key or repeat one", "live %s has %s, spec says %s", want.Name, has, says)
	case len(want.PrimaryKey) == 0:
		d.add(want.Origin, "apply leaves it alone; rows that repeat it are refused by the database", "live %s has %s, spec says %s", want.Name, has, says)
	default:
		d.apart(want.Name, want.Origin, "apply refuses: declare the key that is there, or change it by hand", "live %s has %s, spec says %s", want.Name, has, says)
	}
}

func keyText(columns []string) string {
	if len(columns) == 0 {
		return "no primary key"
	}
	return "the primary key (" + strings.Join(columns, ", ") + ")"
}

func (d *Drifts) indexes(want, live model.Table, found Found) {
	later := len(live.PrimaryKey) == 0 && found.Empty[want.Name]
	for _, ix := range want.Indexes {
		if !hasIndex(want, &live, ix) && !later {
			d.add(ix.Origin, "apply creates it", "live %s has no %s, spec says so", want.Name, indexText(ix))
		}
	}
	for _, ix := range live.Indexes {
		columns := renamed(want, &live, ix.Columns)
		if !slices.ContainsFunc(want.Indexes, func(w model.Index) bool { return w.Unique == ix.Unique && slices.Equal(w.Columns, columns) }) {
			does := "apply leaves it alone"
			if ix.Unique {
				does += "; rows that repeat a value are refused by the database"
			}
			d.add(want.Origin, does, "live %s has the %s, spec has none", want.Name, indexText(ix))
		}
	}
}

func indexText(ix model.Index) string {
	kind := "index ("
	if ix.Unique {
		kind = "unique index ("
	}
	return kind + strings.Join(ix.Columns, ", ") + ")"
}

// Assumed is a selection of a pipeline for statements that are only prepared: its first partition, and where a parameter has no value one
// that fits its type.
func Assumed(pl *model.Pipeline, today string) Selection {
	sel := Selection{Values: map[string]string{}}
	fits := map[model.ParamKind]string{model.DateParam: "2000-01-01", model.IntegerParam: "0", model.NumberParam: "0", model.BooleanParam: "false"}
	for _, p := range pl.Params {
		sel.Values[p.Name] = fits[p.Kind]
		if p.Default != nil {
			sel.Values[p.Name] = *p.Default
		}
	}
	if partitions := expand(pl, nil, today); len(partitions) > 0 {
		for name, value := range partitions[0].Values {
			sel.Values[name] = value
		}
	}
	sel.AsOf = sel.Values[model.AsOf]
	sel.Partition = sel.AsOf
	return sel
}
