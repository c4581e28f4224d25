package plan

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

func compareIndexes(want model.Table, live *model.Table, found Found) []Change {
	if len(live.PrimaryKey) == 0 && found.Empty[want.Name] {
		return nil // made after the first rows, with the key
	}
	var out []Change
	for _, ix := range want.Indexes {
		if hasIndex(want, live, ix) {
			continue
		}
		add := Change{Action: "alter", Object: want.Schema + "." + want.Name, Detail: "+ index (" + strings.Join(ix.Columns, ", ") + ")",
			SQL: createIndex(want, ix), Origin: ix.Origin, Table: want.Name, Holds: "an index, which keeps writers waiting,"}
		if ix.Unique {
			add.Detail = "+ unique index (" + strings.Join(ix.Columns, ", ") + ")"
			add.twice(want, live, ix.Columns, false)
		}
		out = append(out, add)
	}
	return out
}

// hasIndex tells whether a declared index is there. It follows a column that is still to be renamed, as the index itself will.
func hasIndex(want model.Table, live *model.Table, index model.Index) bool {
	for _, ix := range live.Indexes {
		if ix.Unique == index.Unique && slices.Equal(renamed(want, live, ix.Columns), index.Columns) {
			return true
		}
	}
	return false
}

// compareKey adds a key to a table that has rows but none; another key than the declared one is left to the owner.
func compareKey(want model.Table, live *model.Table, found Found) ([]Change, *diag.Diagnostic) {
	if len(want.PrimaryKey) == 0 || len(live.PrimaryKey) == 0 && found.Empty[want.Name] {
		return nil, nil
	}
	if slices.Equal(renamed(want, live, live.PrimaryKey), want.PrimaryKey) {
		return nil, nil
	}
	if len(live.PrimaryKey) > 0 {
		return nil, &diag.Diagnostic{Place: want.Origin,
			Message: fmt.Sprintf("table %q has the primary key (%s) in the database and (%s) in the spec", want.Name,
				strings.Join(live.PrimaryKey, ", "), strings.Join(want.PrimaryKey, ", ")),
			Hint: "declare the key that is there, or change it by hand"}
	}
	add := Change{Action: "alter", Object: want.Schema + "." + want.Name, Detail: "+ primary key (" + strings.Join(want.PrimaryKey, ", ") + ")",
		SQL:    fill("key_add", pgsql.Holes{"table": want.SQL(), "key": pgsql.List(want.PrimaryKey, pgsql.Ident)}),
		Origin: want.Origin, Table: want.Name, Holds: "an index for the key, which keeps readers and writers waiting,"}
	add.twice(want, live, want.PrimaryKey, true)
	return []Change{add}, nil
}

// renamed puts declared names for those found columns that are still to be renamed.
func renamed(want model.Table, live *model.Table, found []string) []string {
	out := make([]string, len(found))
	for i, k := range found {
		out[i] = k
		for _, c := range want.Columns {
			if c.RenamedFrom == k && live.Column(c.Name) == nil {
				out[i] = c.Name
			}
		}
	}
	return out
}

// requiredByDatabase finds columns that the spec does not know and without which the database takes no row.
func requiredByDatabase(want model.Table, live *model.Table, opt Options) diag.List {
	var faults diag.List
	for _, c := range undeclaredColumns(want, *live) {
		if !c.Nullable && !c.HasDefault && !contains(opt.AllowDrop, want.Name+"."+c.Name) {
			faults.Add(diag.Diagnostic{Place: want.Origin,
				Message: fmt.Sprintf("column %q of table %q is NOT NULL in the database, has no default, and is not in the spec", c.Name, want.Name),
				Hint:    "declare it, give it a default, or drop its NOT NULL"})
		}
	}
	return faults
}

func isRenamed(want model.Table, name string) bool {
	for _, c := range want.Columns {
		if c.RenamedFrom == name {
			return true
		}
	}
	return false
}
