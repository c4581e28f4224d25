package plan

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// asDeclared is a relation with the declared columns of a table as it was found, before its schema is changed: a column still to
// be renamed has its new name, one still to be widened its new type (int[] has no comparison with bigint[]), one still to be added
// is NULL, and a table that is not there has no rows.
func asDeclared(want model.Table, live *model.Table, where pgsql.Frag) pgsql.Frag {
	return columnsOf(want, live, where, false)
}

// asChanged is a whole table as asDeclared gives it, with the values that it will have once its schema is changed: what does not fit a
// narrower type becomes NULL.
func asChanged(want model.Table, live *model.Table) pgsql.Frag {
	return columnsOf(want, live, "true", true)
}

func columnsOf(want model.Table, live *model.Table, where pgsql.Frag, narrowed bool) pgsql.Frag {
	from := want.SQL()
	if live == nil {
		live, where, from = &model.Table{}, "false", "(SELECT) AS nothing"
	}
	columns := pgsql.List(want.Columns, func(c model.Column) pgsql.Frag {
		has := foundColumn(live, c)
		switch {
		case has == nil:
			return "NULL::" + pgsql.Frag(c.Type.Name) + " AS " + pgsql.Ident(c.Name)
		case narrowed && has.Type.Name != c.Type.Name && !c.Type.Holds(has.Type):
			if fits, ok := fitsInto(pgsql.Ident(has.Name), has.Type, c.Type); ok {
				return "CASE WHEN " + fits + " THEN " + retyped(pgsql.Ident(has.Name), has.Type, c.Type) + " END AS " + pgsql.Ident(c.Name)
			}
		case has.Type.Name != c.Type.Name && (c.Type.Holds(has.Type) || has.Type.Family == model.Float):
			return retyped(pgsql.Ident(has.Name), has.Type, c.Type) + " AS " + pgsql.Ident(c.Name)
		}
		return pgsql.Ident(has.Name) + " AS " + pgsql.Ident(c.Name)
	})
	return "(SELECT " + columns + " FROM " + from + " WHERE " + where + ")"
}

// plainly is what asDeclared gives, as one would type it where the table is as declared. It may have more columns than are declared.
func plainly(want model.Table, live *model.Table, where pgsql.Frag) pgsql.Frag {
	for _, c := range want.Columns {
		if live == nil || live.Column(c.Name) == nil || live.Column(c.Name).Type.Name != c.Type.Name {
			return asDeclared(want, live, where)
		}
	}
	if where == "true" {
		return "(SELECT * FROM " + want.SQL() + ")"
	}
	return "(SELECT * FROM " + want.SQL() + " WHERE " + where + ")"
}

// foundColumn is the column of a found table that a declared one speaks of, under its own name or the one it had; nil when there
// is none.
func foundColumn(live *model.Table, c model.Column) *model.Column {
	if has := live.Column(c.Name); has != nil || c.RenamedFrom == "" {
		return has
	}
	return live.Column(c.RenamedFrom)
}

// driftNotes names what the database has and no spec declares. It is never touched.
func driftNotes(project *model.Project, p *Plan, found Found) (tableNotes, columnNotes []string) {
	var tables, out []string
	for _, t := range undeclaredTables(project, found) {
		if !p.drops(t.Name, "") {
			tables = append(tables, t.Name)
		}
	}
	if len(tables) > 0 {
		tableNotes = append(tableNotes, fmt.Sprintf("drift: %s in schema %s not declared, left alone: %s", count(len(tables), "table"), p.Schema, some(tables, 5)))
	}
	note := func(want model.Table, live *model.Table) {
		var extra []string
		for _, c := range undeclaredColumns(want, *live) {
			if !p.drops(want.Name, c.Name) {
				extra = append(extra, c.Name)
			}
		}
		if len(extra) > 0 {
			out = append(out, fmt.Sprintf("drift: %s of %s not declared, left alone: %s", count(len(extra), "column"), want.Name, some(extra, 5)))
		}
	}
	for _, t := range p.Tables {
		if t.Found != nil {
			note(t.Live, t.Found)
		}
	}
	for _, s := range p.Snapshots {
		if live := found.Table(s.Want.Name); live != nil {
			note(s.Table, live)
		}
	}
	return tableNotes, out
}

// drops tells whether the plan drops a column, or with "" a whole table.
func (p *Plan) drops(table, column string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Action == "drop" && c.Table == table && c.Column == column })
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func some(names []string, n int) string {
	if len(names) > n {
		return strings.Join(names[:n], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}
