package pg_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
)

func pool(t *testing.T, url string, o pg.PoolOptions) *pg.Pool {
	t.Helper()
	p, err := pg.OpenPool(context.Background(), url, "", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// owner is a session that may do all.
func owner(t *testing.T, url string, sql pgsql.Frag) *pg.DB {
	t.Helper()
	db, err := pg.Open(context.Background(), url, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	must(t, db, sql)
	return db
}

func must(t *testing.T, db *pg.DB, sql pgsql.Frag) {
	t.Helper()
	if _, err := db.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
}

func noBinary(int) bool { return false }

// ask returns what a statement answers, in one line.
func ask(t *testing.T, p *pg.Pool, s *pg.Statement, params ...string) string {
	t.Helper()
	var out []string
	values := make([][]byte, len(params))
	for i, v := range params {
		values[i] = []byte(v)
	}
	err := p.Query(context.Background(), s, values, func(r pg.Row) error {
		for i := range r {
			out = append(out, r.Text(i))
		}
		return nil
	})
	if err != nil {
		return "error: " + err.Error()
	}
	return strings.Join(out, " ")
}

func TestPoolReads(t *testing.T) {
	url := pgtest.Database(t)
	db := owner(t, url, "CREATE TABLE v (k text PRIMARY KEY, n numeric(10,2), f real); INSERT INTO v VALUES ('a', 29.85, 0.1), ('b', 100, 'NaN')")
	p := pool(t, url, pg.PoolOptions{Size: 2})
	s := pg.NewStatement("SELECT k, n, f FROM v WHERE k = $1", 3, noBinary)
	if got := ask(t, p, s, "a") + "|" + ask(t, p, s, "b") + "|" + ask(t, p, s, "c"); got != "a 29.85 0.1|b 100.00 NaN|" {
		t.Errorf("got %s", got)
	}
	binary := pg.NewStatement("SELECT 258::bigint", 1, func(int) bool { return true })
	if got := ask(t, p, binary); got != "\x00\x00\x00\x00\x00\x00\x01\x02" {
		t.Errorf("got %q", got)
	}
	if got := ask(t, p, pg.NewStatement("INSERT INTO v VALUES ($1) RETURNING 1", 1, noBinary), "x"); !strings.Contains(got, "read-only transaction") {
		t.Errorf("a session of the pool writes: %s", got)
	}
	failed := errors.New("enough")
	if err := p.Query(context.Background(), pg.NewStatement("SELECT 1 FROM v", 1, noBinary), nil, func(pg.Row) error { return failed }); err != failed {
		t.Errorf("got %v", err)
	}
	for setting, want := range map[pgsql.Frag]string{"plan_cache_mode": "force_generic_plan", "TimeZone": "UTC", "statement_timeout": "10s"} {
		if got := ask(t, p, pg.NewStatement("SELECT current_setting('"+setting+"')", 1, noBinary)); got != want {
			t.Errorf("%s is %s", setting, got)
		}
	}
	// The answer of a statement that is prepared changes its type.
	must(t, db, "ALTER TABLE v ALTER n TYPE text USING 'x' || n")
	if got := ask(t, p, s, "a"); got != "a x29.85 0.1" {
		t.Errorf("after a change of type: %s", got)
	}
	// The table is another one.
	must(t, db, "ALTER TABLE v RENAME TO old; CREATE TABLE v (n integer, k text PRIMARY KEY, f real); INSERT INTO v VALUES (5, 'a', 1)")
	if got := ask(t, p, s, "a"); got != "a 5 1" {
		t.Errorf("after a rebuild: %s", got)
	}
	must(t, db, "DROP TABLE v")
	if got := ask(t, p, s, "a"); !strings.Contains(got, "42P01") {
		t.Errorf("without the table: %s", got)
	}
}

// Connections that are gone are replaced, for a caller that does not notice.
func TestPoolOutlivesItsConnections(t *testing.T) {
	url := pgtest.Database(t)
	db := owner(t, url, "")
	p := pool(t, url, pg.PoolOptions{Size: 4})
	s := pg.NewStatement("SELECT $1::text, pg_sleep(0.01)::text", 2, noBinary)
	for round := range 3 {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if got := ask(t, p, s, "here"); got != "here " {
					t.Errorf("round %d: %s", round, got)
				}
			})
		}
		all.Wait()
		must(t, db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	}
	// The server forgets what was prepared.
	one := pool(t, url, pg.PoolOptions{Size: 1})
	ask(t, one, s, "here")
	if err := one.Session(context.Background(), func(db *pg.DB) error { _, err := db.Exec(context.Background(), "DEALLOCATE ALL"); return err }); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, one, s, "here"); got != "here " {
		t.Errorf("after DEALLOCATE: %s", got)
	}
}

// A caller that goes away ends its statement and not the connection; a statement that takes too long ends as well.
func TestPoolEnds(t *testing.T) {
	url := pgtest.Database(t)
	p := pool(t, url, pg.PoolOptions{Size: 1, Timeout: 200 * time.Millisecond})
	if got := ask(t, p, pg.NewStatement("SELECT pg_sleep(60)", 1, noBinary)); !strings.Contains(got, "57014") {
		t.Errorf("got %s", got)
	}
	backend := pg.NewStatement("SELECT pg_backend_pid()", 1, noBinary)
	before := ask(t, p, backend)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := p.Query(ctx, pg.NewStatement("SELECT pg_sleep(0.15)", 1, noBinary), nil, func(pg.Row) error { return nil }); err == nil {
		t.Error("a statement went on without its caller")
	}
	if after := ask(t, p, backend); after != before {
		t.Errorf("the connection was given up: %s, then %s", before, after)
	}
	_, err := pg.OpenPool(context.Background(), "postgres:///none?host=/nowhere&port=1", "", pg.PoolOptions{})
	var connect *pg.ConnectError
	if !errors.As(err, &connect) {
		t.Errorf("got %v", err)
	}
	if p.Write(context.Background(), nil) != pg.ErrReadOnly {
		t.Error("a pool for reading writes")
	}
}

func TestPoolWrites(t *testing.T) {
	url := pgtest.Database(t)
	owner(t, url, "CREATE TABLE v (n integer)")
	p := pool(t, url, pg.PoolOptions{Size: 1, Writes: true})
	err := p.Write(context.Background(), func(db *pg.DB) error {
		_, err := db.Exec(context.Background(), "INSERT INTO v VALUES (1)")
		return err
	})
	if got := ask(t, p, pg.NewStatement("SELECT count(*), current_setting('default_transaction_read_only') FROM v", 2, noBinary)); err != nil || got != "1 on" {
		t.Errorf("got %s, %v", got, err)
	}
}
