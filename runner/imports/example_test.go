package imports_test

import (
	"strings"
	"testing"

	"streamflow/runner/imports"
	"streamflow/runner/internal/pgsql"
)

// TestExamples judges the example of every expectation on the rows that its documentation shows.
func TestExamples(t *testing.T) {
	db := load(t)
	db.table = imports.ExampleTable()
	db.exec(t, "DROP TABLE others")
	db.make(t, "others", "count=1")
	core := 0
	for _, e := range imports.Expectations() {
		if !e.Later {
			core++
		}
		rule, ok, err := e.Example()
		switch {
		case err != nil:
			t.Error(err)
			continue
		case !ok && e.Why == "":
			t.Errorf("%s has neither a rule nor a reason why not", e.Name)
		case ok && (e.Why != "" || e.Pass == ""):
			t.Errorf("%s: the example shows no rows", e.Name)
		}
		if !ok {
			continue
		}
		for rows, want := range map[string]bool{e.Pass: true, e.Fail: false} {
			if rows == "" {
				continue
			}
			db.exec(t, "DROP TABLE IF EXISTS examples")
			db.make(t, "examples", rows)
			if got := db.judge(t, "examples", rule); got.passes != want {
				t.Errorf("%s: %s says %v of %q (%+v)", e.Name, rule, got.passes, rows, got)
			}
		}
	}
	if core != 58 {
		t.Errorf("there are %d core expectations here, and 58 in Great Expectations 0.17", core)
	}
}

// make makes a table of rows as the documentation writes them.
func (db *database) make(t *testing.T, name, rows string) {
	t.Helper()
	var defs []string
	for _, c := range db.table.Columns {
		defs = append(defs, string(pgsql.Ident(c.Name))+" "+c.Type.Name)
	}
	db.exec(t, "CREATE TABLE "+name+" ("+strings.Join(defs, ", ")+`, "#line" serial)`)
	for _, row := range strings.Split(rows, "; ") {
		var names, values []string
		for _, cell := range strings.Split(row, ", ") {
			if column, value, _ := strings.Cut(cell, "="); value != "" {
				names, values = append(names, string(pgsql.Ident(column))), append(values, string(pgsql.Literal(value)))
			}
		}
		if len(names) == 0 {
			db.exec(t, "INSERT INTO "+name+" DEFAULT VALUES")
			continue
		}
		db.exec(t, "INSERT INTO "+name+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(values, ", ")+")")
	}
}
