// Package pg is the only package that speaks to PostgreSQL.
//
// It knows no table of a user: it runs the statements it is given, streams rows in, takes locks and describes what it finds.
// Results come back as text, exactly as the server prints them, so that no decimal loses a digit on the way.
package pg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"streamflow/runner/internal/pgsql"
)

// DB is one connection. A run needs exactly one: its temporary tables and advisory locks belong to the connection. It is not safe
// for use by several goroutines.
type DB struct {
	conn   *pgx.Conn
	url    string
	schema string
	trace  func(string)
}

// Settings that make every value print the same everywhere, because fingerprints and comparisons rest on text, whatever the
// database's own encoding. Publishing looks again after it has the locks, which a snapshot taken before them would make blind: hence
// read committed, whatever the role's default.
const settings = `SET client_encoding = 'UTF8'; SET default_transaction_isolation = 'read committed'; SET array_nulls = on;
SET transform_null_equals = off; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';
SET extra_float_digits = 1; SET standard_conforming_strings = on; SET client_min_messages = warning; SET xmloption = 'content';
SET lc_monetary = 'C'; SET lc_numeric = 'C'; SET temp_buffers = '64MB'; SET work_mem = '128MB'; SET maintenance_work_mem = '256MB';
SET jit = off`

// Open connects and prepares the session. An empty url means the PG* variables of the environment; an empty schema means public.
// The server must be PostgreSQL 14 or newer.
func Open(ctx context.Context, url, schema string) (*DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "runner"
	}
	config.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, &ConnectError{err}
	}
	if schema == "" {
		schema = "public"
	}
	db := &DB{conn: conn, url: url, schema: schema}
	if err := db.prepare(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// Session are the statements that prepare a session for the tables of a schema.
func Session(schema string) pgsql.Frag {
	return settings + ";\nSET search_path = " + pgsql.Ident(schema) + ", public"
}

func (d *DB) prepare(ctx context.Context) error {
	if _, err := d.Exec(ctx, Session(d.schema)); err != nil {
		return err
	}
	version, err := d.One(ctx, "SHOW server_version_num")
	if err != nil {
		return err
	}
	if version.Int(0) < 140000 {
		return fmt.Errorf("the server is PostgreSQL %d; runner needs 14 or newer", version.Int(0)/10000)
	}
	return nil
}

// Reopen makes a new connection to the same database, after the first one was lost.
func (d *DB) Reopen(ctx context.Context) (*DB, error) { return Open(ctx, d.url, d.schema) }

// Trace calls f with the text of every statement before it is sent, and of COPY without its rows. nil ends it.
func (d *DB) Trace(f func(sql string)) { d.trace = f }

// send runs statements by the simple protocol, whose answers are text.
func (d *DB) send(ctx context.Context, sql pgsql.Frag) ([]*pgconn.Result, error) {
	if d.trace != nil {
		d.trace(string(sql))
	}
	results, err := d.conn.PgConn().Exec(ctx, string(sql)).ReadAll()
	if err != nil {
		return nil, wrap(err, sql)
	}
	return results, nil
}

// Schema is where the tables of the project live.
func (d *DB) Schema() string { return d.schema }

// Describe says which database this is, without a password: churn@db1:5432  role loader.
func (d *DB) Describe() string {
	c := d.conn.Config()
	host := c.Host
	if strings.HasPrefix(host, "/") {
		host = "socket"
	} else {
		host = fmt.Sprintf("%s:%d", host, c.Port)
	}
	return fmt.Sprintf("%s@%s  role %s", c.Database, host, c.User)
}

// Close ends the connection, and with it temporary tables and advisory locks. A statement that was given up is cancelled behind the caller's
// back: a program that ended before that would leave the server at work, and everything locked.
func (d *DB) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = d.conn.Close(ctx)
	select {
	case <-d.conn.PgConn().CleanupDone():
	case <-ctx.Done():
	}
}

// Exec runs one or several statements and returns the count of the last command tag. Never count rows of a user's table by it:
// on Citus it lies (use RETURNING).
func (d *DB) Exec(ctx context.Context, sql pgsql.Frag) (int64, error) {
	results, err := d.send(ctx, sql)
	if err != nil {
		return 0, err
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[len(results)-1].CommandTag.RowsAffected(), nil
}

// Query runs one statement and returns all its rows as text. It is for answers that are small by design.
func (d *DB) Query(ctx context.Context, sql pgsql.Frag) ([]Row, error) {
	results, err := d.send(ctx, sql)
	if err != nil || len(results) == 0 {
		return nil, err
	}
	last := results[len(results)-1]
	out := make([]Row, len(last.Rows))
	for i, r := range last.Rows {
		out[i] = r
	}
	return out, nil
}

// One runs a statement that answers with exactly one row.
func (d *DB) One(ctx context.Context, sql pgsql.Frag) (Row, error) {
	rows, err := d.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 {
		return nil, fmt.Errorf("expected one row, got %d: %s", len(rows), first(string(sql), 200))
	}
	return rows[0], nil
}

// Copy streams rows in COPY text form into columns of a table and returns how many the server took.
func (d *DB) Copy(ctx context.Context, table pgsql.Frag, columns []string, r io.Reader) (int64, error) {
	sql := "COPY " + table + " (" + pgsql.List(columns, pgsql.Ident) + ") FROM STDIN"
	if d.trace != nil {
		d.trace(string(sql))
	}
	tag, err := d.conn.PgConn().CopyFrom(ctx, r, string(sql))
	if err != nil {
		return 0, wrap(err, sql)
	}
	return tag.RowsAffected(), nil
}

// Transaction runs f between BEGIN and COMMIT and rolls back when f fails. An error of COMMIT itself is a CommitError: whether
// the work was done is then not known from the connection.
func (d *DB) Transaction(ctx context.Context, f func() error) error {
	if _, err := d.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := f(); err != nil {
		d.rollback()
		return err
	}
	if _, err := d.Exec(ctx, "COMMIT"); err != nil {
		d.rollback()
		return &CommitError{err}
	}
	return nil
}

// rollback must work also when the caller's context has ended.
func (d *DB) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_, _ = d.Exec(ctx, "ROLLBACK")
}

// Alive tells whether the connection can still be used.
func (d *DB) Alive() bool { return !d.conn.IsClosed() }

// ConnectError says that no session could be had: the server is not there, or does not let us in.
type ConnectError struct{ Err error }

// Error tells each address that was tried once; pgx tries an address twice, with and without encryption.
func (e *ConnectError) Error() string {
	lines := strings.Split(e.Err.Error(), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	if len(lines) > 1 {
		lines = slices.Compact(lines[1:])
	}
	return "the database does not answer: " + strings.Join(lines, "; ")
}

// Unwrap returns the cause.
func (e *ConnectError) Unwrap() error { return e.Err }

// CommitError says that COMMIT did not answer; the ledger tells whether it was done.
type CommitError struct{ Err error }

// Error says that it happened while committing.
func (e *CommitError) Error() string { return "commit: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *CommitError) Unwrap() error { return e.Err }

// Error is an error of the server, with the statement that caused it.
type Error struct {
	State   string // SQLSTATE
	Message string
	Where   string
	Line    int    // line of the statement, from the server's position; 0 when unknown
	Text    string // that line
	At      int    // the server's position: which character of the statement, from 1; 0 when unknown
}

// Error returns the message, the SQLSTATE and the line of the statement.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s (SQLSTATE %s)", e.Message, e.State)
	if e.Text != "" {
		s += fmt.Sprintf(" at %q", e.Text)
	}
	return s
}

// DataFault tells whether the server refused a value: SQLSTATE class 22.
func DataFault(err error) bool { return hasClass(err, "22") }

// StatementFault tells whether the server refused a statement for what it says or for the values that it met, so that another statement
// may well be answered: all classes of SQLSTATE but those of the connection, the session, its rights and the server itself.
func StatementFault(err error) bool {
	var e *Error
	if !errors.As(err, &e) || len(e.State) < 2 {
		return false
	}
	return !slices.Contains([]string{"08", "0B", "25", "26", "28", "2D", "3B", "3D", "40", "53", "55", "57", "58", "F0", "HV", "XX"}, e.State[:2])
}

// hasClass tells whether an error of the server belongs to a SQLSTATE class.
func hasClass(err error, class string) bool {
	var e *Error
	return errors.As(err, &e) && strings.HasPrefix(e.State, class)
}

// wrap keeps what a reader needs of a server error: the detail is left out, because it quotes values.
func wrap(err error, sql pgsql.Frag) error {
	var p *pgconn.PgError
	if !errors.As(err, &p) {
		return err
	}
	e := &Error{State: p.Code, Message: p.Message, Where: p.Where}
	if p.Position > 0 && int(p.Position) <= len([]rune(string(sql))) {
		before := string([]rune(string(sql))[:p.Position-1])
		e.Line, e.At = strings.Count(before, "\n")+1, int(p.Position)
		e.Text = first(strings.TrimSpace(strings.Split(string(sql), "\n")[e.Line-1]), 160)
	}
	return e
}

func first(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// IntegrityFault tells whether the server refused a row because of a constraint: SQLSTATE class 23. Citus reports those raised by a
// pulled INSERT ... SELECT as XX000, which is not told apart here.
func IntegrityFault(err error) bool { return hasClass(err, "23") }

// LimitFault tells whether the server met one of its limits, such as that of an index entry: SQLSTATE 54000.
func LimitFault(err error) bool { return hasClass(err, "54000") }
