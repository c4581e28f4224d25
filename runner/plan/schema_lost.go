package plan

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// shownRows finds a few rows of a table that a change would lose something of. They are shown by their key and by the columns that the change
// is about; lost is over the declared names under alias r.
func shownRows(want model.Table, live *model.Table, columns []string, lost pgsql.Frag) (pgsql.Frag, []string) {
	shown := slices.Clone(want.PrimaryKey)
	for _, c := range columns {
		if !contains(shown, c) {
			shown = append(shown, c)
		}
	}
	shown = slices.DeleteFunc(shown, func(name string) bool { return foundColumn(live, *want.Column(name)) == nil })
	list := textList("r", shown)
	return fill("lost_rows", pgsql.Holes{"shown": list, "rows": asDeclared(want, live, "true"), "lost": lost}), shown
}

// twice is what of a table stands against a key or a unique index over some columns: the number of rows that repeat another, and a few of what
// they repeat. A key takes no NULL either.
func (c *Change) twice(want model.Table, live *model.Table, columns []string, key bool) {
	list := pgsql.List(columns, func(name string) pgsql.Frag { return pgsql.Column("r", name) })
	null := pgsql.Join(pgsql.Map(columns, func(name string) pgsql.Frag { return pgsql.Column("r", name) + " IS NULL" }), " OR ")
	holes := pgsql.Holes{"rows": asDeclared(want, live, "true"), "columns": list, "null": null}
	c.ID, c.Why = "D805", "rows there repeat another"
	counting := pgsql.Frag("NOT (" + null + ")")
	if key {
		c.Why, counting = "rows there have no key or repeat one", "true"
	}
	c.Lost = fill("count_twice", pgsql.Holes{"rows": holes["rows"], "columns": list, "null": null, "counting": counting})
	c.Samples, c.Shown = fill("lost_twice", pgsql.Holes{"rows": holes["rows"], "columns": list, "counting": counting, "null": null, "shown": textList("r", columns)}), columns
}

// rewrites tells whether a column cannot get another type without every row being written anew. (PostgreSQL, ALTER TABLE: a binary coercible
// type, or a limit that is raised or goes, only changes the catalogue.)
func rewrites(from, to model.Type) bool {
	switch {
	case from.Family == model.Text && to.Family == model.Text:
		return from.Padded || to.Padded || !to.Holds(from)
	case from.Family == model.Numeric && to.Family == model.Numeric:
		return to.Precision != 0 && (to.Scale != from.Scale || !to.Holds(from))
	}
	return true
}

// LargeTable is the number of rows from which on a change that holds up others for the whole table is worth a warning: about a second of a
// rewrite.
const LargeTable = 100_000

// Slow says of a change what it does to a table of so many rows while others wait; nil when nobody would notice.
func (c Change) Slow(rows int64) *diag.Diagnostic {
	if c.Holds == "" || rows < LargeTable {
		return nil
	}
	d := check("D807").At(c.Origin, fmt.Sprintf("%s: %s: %s of %d rows", c.Object, c.Detail, c.Holds, rows),
		"apply it when nobody needs the table, or make the change by hand in steps first")
	return &d
}

// renameLike finds columns that no spec declares any more beside new ones of the same type: as if they had been renamed.
func renameLike(want model.Table, live *model.Table, opt Options) diag.List {
	var out diag.List
	gone := slices.DeleteFunc(undeclaredColumns(want, *live), func(c model.Column) bool { return contains(opt.AllowDrop, want.Name+"."+c.Name) })
	for _, c := range want.Columns {
		if foundColumn(live, c) != nil {
			continue
		}
		var alike []string
		for _, g := range gone {
			if g.Type.Name == c.Type.Name && g.Name != model.PartitionColumn {
				alike = append(alike, g.Name)
			}
		}
		if len(alike) == 0 {
			continue
		}
		like := diag.Nearest(c.Name, alike)
		if like == "" {
			like = alike[0]
		}
		out.Add(check("D806").At(c.Origin, fmt.Sprintf("column %s of %s is new, and %s of the same type (%s) is declared no more: its values would stay behind", quote(c.Name), quote(want.Name),
			strings.Join(alike, " or "), c.Type.Name), "if it is the same column, say so: renamed_from: "+like))
	}
	return out
}
