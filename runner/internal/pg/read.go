package pg

import (
	"context"

	"streamflow/runner/internal/pgsql"
)

// Read sends one statement in a transaction that cannot write, and calls each with every row as it arrives, so that an answer may be of any
// size. names are those of the columns. The statement goes by the extended protocol, which takes no second one. An error of each ends
// the calls; the rest of the answer is passed over.
func (d *DB) Read(ctx context.Context, sql pgsql.Frag, each func(names []string, row Row) error) error {
	if _, err := d.Exec(ctx, "BEGIN READ ONLY"); err != nil {
		return err
	}
	defer d.rollback()
	return d.Stream(ctx, sql, each)
}

// Snapshot runs f in one transaction that sees the database as it is at its first statement. What f writes goes with its end: nothing but
// temporary tables is meant to be written in it.
func (d *DB) Snapshot(ctx context.Context, f func() error) error {
	if _, err := d.Exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ"); err != nil {
		return err
	}
	defer d.rollback()
	return f()
}

// Stream is Read within the transaction that is open.
func (d *DB) Stream(ctx context.Context, sql pgsql.Frag, each func(names []string, row Row) error) error {
	if d.trace != nil {
		d.trace(string(sql))
	}
	answer := d.conn.PgConn().ExecParams(ctx, string(sql), nil, nil, nil, nil)
	var names []string
	var failed error
	for answer.NextRow() {
		if names == nil {
			for _, f := range answer.FieldDescriptions() {
				names = append(names, f.Name)
			}
		}
		if failed == nil {
			failed = each(names, answer.Values())
		}
	}
	if _, err := answer.Close(); err != nil {
		return wrap(err, sql)
	}
	return failed
}

// WriteFault tells whether the server refused to write where only reading is allowed: SQLSTATE 25006.
func WriteFault(err error) bool { return hasClass(err, "25006") }

// ReadOnly lets the session write nothing from now on.
func (d *DB) ReadOnly(ctx context.Context) error {
	_, err := d.Exec(ctx, "SET default_transaction_read_only = on")
	return err
}

// Prepare lets the server read one statement, look up its names and types, and forget it again. Nothing is run. It needs no rights on tables.
func (d *DB) Prepare(ctx context.Context, sql pgsql.Frag) error {
	if d.trace != nil {
		d.trace(string(sql))
	}
	if _, err := d.conn.PgConn().Prepare(ctx, "", string(sql), nil); err != nil {
		return wrap(err, sql)
	}
	return nil
}
