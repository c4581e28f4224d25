package expression_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamflow/db"
	"streamflow/runner/expression"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pgsql"
)

func connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	files, err := db.Migrations() // rules may use the functions of the ledger's schema
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range append(append([]string{db.Query("ledger_create")}, files...), "SET TIME ZONE 'Asia/Tokyo'") { // nothing may depend on it
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

var bindings = map[string]pgsql.Frag{"as_of": "('2024-01-31')::date", "least": "('3')::bigint", "i": "('1')::bigint", "share": "('0.5')::numeric",
	"region": "('north')::text", "strict": "true", "file_name": "('data/a.csv')::text"}

// bind replaces the parameters of a fragment.
func bind(t *testing.T, f pgsql.Frag) string {
	t.Helper()
	out, err := f.Bind(bindings)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// from is a FROM clause with rows; each row gives the columns it names, the rest is NULL.
func from(e expression.Env, rows ...map[string]string) string {
	var lines, names []string
	for _, c := range e.Columns {
		names = append(names, string(pgsql.Ident(c.Name)))
	}
	for _, row := range rows {
		var values []string
		for _, c := range e.Columns {
			v := "NULL::" + c.Type.Name
			if text, ok := row[c.Name]; ok {
				v = string(pgsql.Typed(text, pgsql.Frag(c.Type.Name)))
			}
			values = append(values, v)
		}
		lines = append(lines, "("+strings.Join(values, ", ")+")")
	}
	return " FROM (VALUES " + strings.Join(lines, ", ") + ") AS r(" + strings.Join(names, ", ") + ")"
}

// inMemory reads rows for programs.
func inMemory(t *testing.T, e expression.Env, rows ...map[string]string) []expression.Row {
	t.Helper()
	out := make([]expression.Row, len(rows))
	for i, row := range rows {
		out[i] = expression.Row{}
		for _, c := range e.Columns {
			if text, ok := row[c.Name]; ok {
				d, err := expression.ParseDatum(text, c.Type)
				if err != nil {
					t.Fatal(err)
				}
				out[i][c.Name] = d
			}
		}
	}
	return out
}

// bound is a world with the values of bindings.
func bound(t *testing.T) expression.World {
	t.Helper()
	out := expression.World{Params: map[string]expression.Datum{}}
	for name, f := range bindings {
		text, kind := strings.TrimPrefix(string(f), "('"), "boolean"
		if before, after, ok := strings.Cut(text, "')::"); ok {
			text, kind = before, after
		}
		d, err := expression.ParseDatum(text, typ(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		out.Params[name] = d
	}
	return out
}

func verdict(v *bool) string {
	switch {
	case v == nil:
		return "unknown"
	case *v:
		return "true"
	}
	return "false"
}
