package pg

import (
	"context"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Inspect describes every table of a schema in the same type as the specs declare tables. A type that the specs cannot name keeps
// its Postgres name and has no family. Required columns without a default are those that an insert must name.
func (d *DB) Inspect(ctx context.Context, schema string) ([]model.Table, error) {
	rows, err := d.Query(ctx, pgsql.Fill(db.Query("inspect"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	if err != nil {
		return nil, err
	}
	var out []model.Table
	keys := map[string][]string{}
	for _, r := range rows {
		name := r.Text(0)
		if len(out) == 0 || out[len(out)-1].Name != name {
			out = append(out, model.Table{Schema: schema, Name: name})
		}
		t := &out[len(out)-1]
		typ, err := model.ParseType(r.Text(2))
		if err != nil {
			typ = model.Type{Name: r.Text(2)}
		}
		t.Columns = append(t.Columns, model.Column{Name: r.Text(1), Type: typ, Nullable: r.Bool(3), HasDefault: r.Bool(4)})
		if !r.Null(5) {
			keys[name] = place(keys[name], int(r.Int(5)), r.Text(1))
		}
	}
	for i := range out {
		out[i].PrimaryKey = keys[out[i].Name]
	}
	return out, d.inspectIndexes(ctx, schema, out)
}

// place puts a key column at its 1-based position.
func place(key []string, position int, column string) []string {
	for len(key) < position {
		key = append(key, "")
	}
	key[position-1] = column
	return key
}

func (d *DB) inspectIndexes(ctx context.Context, schema string, tables []model.Table) error {
	rows, err := d.Query(ctx, pgsql.Fill(db.Query("inspect_indexes"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	if err != nil {
		return err
	}
	for _, r := range rows {
		for i := range tables {
			if tables[i].Name != r.Text(0) {
				continue
			}
			ix := model.Index{Unique: r.Bool(1)}
			if err := r.JSON(2, &ix.Columns); err != nil {
				return err
			}
			tables[i].Indexes = append(tables[i].Indexes, ix)
		}
	}
	return nil
}

// Others returns what has a name in a schema and is no table that rows could be written to: name -> what it is, such as "a view".
func (d *DB) Others(ctx context.Context, schema string) (map[string]string, error) {
	rows, err := d.Query(ctx, pgsql.Fill(db.Query("inspect_others"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	out := map[string]string{}
	for _, r := range rows {
		out[r.Text(0)] = r.Text(1)
	}
	return out, err
}

// Dependent is something that rests on a table, or on one column of it, and would have to be dropped with it.
type Dependent struct{ Table, Column, Name string }

// Dependents lists what rests on the tables of a schema.
func (d *DB) Dependents(ctx context.Context, schema string) ([]Dependent, error) {
	rows, err := d.Query(ctx, pgsql.Fill(db.Query("inspect_dependents"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	out := make([]Dependent, len(rows))
	for i, r := range rows {
		out[i] = Dependent{Table: r.Text(0), Column: r.Text(1), Name: r.Text(2)}
	}
	return out, err
}

// HasSchema tells whether a schema is there.
func (d *DB) HasSchema(ctx context.Context, schema string) (bool, error) {
	row, err := d.One(ctx, pgsql.Fill(db.Query("schema_exists"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	return err == nil && row.Bool(0), err
}

// Sizes returns about how many rows each table of a schema has. Tables of which nothing is known are left out.
func (d *DB) Sizes(ctx context.Context, schema string) (map[string]int64, error) {
	rows, err := d.Query(ctx, pgsql.Fill(db.Query("table_sizes"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	out := map[string]int64{}
	for _, r := range rows {
		if n := r.Int(1); n >= 0 {
			out[r.Text(0)] = n
		}
	}
	return out, err
}
