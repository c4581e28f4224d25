package pg

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"streamflow/runner/internal/pgsql"
)

// Pool is several connections that answer short prepared questions for many goroutines. Their sessions are prepared as that of a DB, and
// cannot write but in Write. Lost connections are made anew: it outlives a restart of the server.
type Pool struct {
	pool   *pgxpool.Pool
	url    string
	schema string
	writes bool
}

// PoolOptions are the wishes for a pool.
type PoolOptions struct {
	Size    int           // connections at most; 0 means 4 or, if there are more, one for each processor
	Timeout time.Duration // of each statement, and for making a connection; 0 means 10 seconds
	Writes  bool          // Write is allowed
}

// poolSettings are what the sessions of a pool have beside those of a DB. The plan of a statement by key is the same whatever the key,
// so that nothing is gained by looking again at each call.
const poolSettings = `SET default_transaction_read_only = on; SET plan_cache_mode = force_generic_plan; SET work_mem = '16MB'; SET statement_timeout = {timeout}`

// OpenPool makes a pool and its first connection. url and schema are as for Open.
func OpenPool(ctx context.Context, url, schema string, o PoolOptions) (*Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Size > 0 {
		config.MaxConns = int32(o.Size)
	}
	if schema == "" {
		schema = "public"
	}
	c := config.ConnConfig
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "runner"
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = o.Timeout
	}
	c.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {}
	// A caller that goes away cancels its statement, and the connection stays.
	c.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second}
	}
	p := &Pool{url: url, schema: schema, writes: o.Writes}
	settings := pgsql.Fill(poolSettings, pgsql.Holes{"timeout": pgsql.Int(o.Timeout.Milliseconds())})
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		db := p.on(conn)
		if err := db.prepare(ctx); err != nil {
			return err
		}
		_, err := db.Exec(ctx, settings)
		return err
	}
	if p.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	if err := p.Ping(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// on is a connection of the pool as a DB.
func (p *Pool) on(conn *pgx.Conn) *DB { return &DB{conn: conn, url: p.url, schema: p.schema} }

// Close ends all connections, as soon as nobody uses them any more.
func (p *Pool) Close() { p.pool.Close() }

// Renew makes all connections anew, each when it comes free: the server forgets what was prepared on them.
func (p *Pool) Renew() { p.pool.Reset() }

// Schema is where the tables of the project live.
func (p *Pool) Schema() string { return p.schema }

// Ping tells whether the server answers.
func (p *Pool) Ping(ctx context.Context) error {
	return p.Session(ctx, func(db *DB) error {
		_, err := db.Exec(ctx, "SELECT")
		return err
	})
}

// PoolState is how busy a pool is.
type PoolState struct{ Open, Busy, Limit int }

// State says how busy the pool is.
func (p *Pool) State() PoolState {
	s := p.pool.Stat()
	return PoolState{Open: int(s.TotalConns()), Busy: int(s.AcquiredConns()), Limit: int(s.MaxConns())}
}

// ErrBusy says that no connection came free in time.
var ErrBusy = errors.New("all connections to the database are busy")

// acquire takes a connection; that none is to be had is a ConnectError, or ErrBusy.
func (p *Pool) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	conn, err := p.pool.Acquire(ctx)
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return nil, &ConnectError{err}
	}
	if s := p.pool.Stat(); errors.Is(err, context.DeadlineExceeded) && s.AcquiredConns() >= s.MaxConns() {
		return nil, ErrBusy
	}
	return conn, err
}

// Session lends one connection for reading. It ends with f.
func (p *Pool) Session(ctx context.Context, f func(*DB) error) error {
	conn, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return f(p.on(conn.Conn()))
}

// ErrReadOnly says that a pool was not opened for writing.
var ErrReadOnly = errors.New("this session only reads")

// Write lends one connection that may write. It ends with f.
func (p *Pool) Write(ctx context.Context, f func(*DB) error) error {
	if !p.writes {
		return ErrReadOnly
	}
	return p.Session(ctx, func(db *DB) error {
		if _, err := db.Exec(ctx, "SET default_transaction_read_only = off"); err != nil {
			return err
		}
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
			defer cancel()
			if _, err := db.Exec(ctx, "SET default_transaction_read_only = on"); err != nil {
				db.Close() // the pool makes another
			}
		}()
		return f(db)
	})
}

// Statement is a question that a pool prepares once on each connection. It may be used by several goroutines.
type Statement struct {
	sql     pgsql.Frag
	name    string
	formats []int16
}

// NewStatement makes a statement whose parameters are $1, $2 ... and given as text. binary tells of each column of the answer whether it comes
// as the server keeps it instead of as text; it may be shorter than the answer is wide.
func NewStatement(sql pgsql.Frag, columns int, binary func(column int) bool) *Statement {
	h := fnv.New64a()
	h.Write([]byte(sql))
	s := &Statement{sql: sql, name: "runner_" + strconv.FormatUint(h.Sum64(), 16), formats: make([]int16, columns)}
	for i := range s.formats {
		if binary(i) {
			s.formats[i] = pgx.BinaryFormatCode
		}
	}
	return s
}

// Query runs a statement and calls each with every row, whose bytes are the caller's only until it returns. What the server has forgotten or
// planned for a table that is another one now is prepared again, and a lost connection is replaced, once: then each begins again with the
// first row.
func (p *Pool) Query(ctx context.Context, s *Statement, params [][]byte, each func(Row) error) error {
	err := p.query(ctx, s, params, each)
	var lost *lostError
	switch {
	case errors.As(err, &lost):
		p.Renew() // those beside it are lost as well
		return lost.unless(p.query(ctx, s, params, each))
	case stale(err):
		return p.query(ctx, s, params, each)
	}
	return err
}

// lostError says that a connection was lost while a statement ran that may be run again.
type lostError struct{ error }

// Unwrap returns the cause.
func (e *lostError) Unwrap() error { return e.error }

// unless is the outcome of the second attempt.
func (e *lostError) unless(err error) error {
	var again *lostError
	if errors.As(err, &again) {
		return &ConnectError{again.error}
	}
	return err
}

// stale tells whether a prepared statement is not known to the server any more, or not the same: SQLSTATE 26000 and 0A000.
func stale(err error) bool { return hasClass(err, "26000") || hasClass(err, "0A000") }

func (p *Pool) query(ctx context.Context, s *Statement, params [][]byte, each func(Row) error) error {
	conn, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	err = run(ctx, conn.Conn(), s, params, each)
	switch {
	case err == nil:
		return nil
	case stale(err):
		return errors.Join(err, conn.Conn().Deallocate(ctx, s.name))
	case ctx.Err() == nil && (conn.Conn().IsClosed() || hasClass(err, "57P") || hasClass(err, "08")):
		return &lostError{err}
	}
	return err
}

func run(ctx context.Context, conn *pgx.Conn, s *Statement, params [][]byte, each func(Row) error) error {
	prepared, err := conn.Prepare(ctx, s.name, string(s.sql))
	if err != nil {
		return wrap(err, s.sql)
	}
	answer := conn.PgConn().ExecStatement(ctx, prepared, params, nil, s.formats)
	var failed error
	for answer.NextRow() {
		if failed == nil {
			failed = each(answer.Values())
		}
	}
	if _, err := answer.Close(); err != nil {
		return wrap(err, s.sql)
	}
	return failed
}
