package ledger_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/report"
)

func open(t *testing.T, url string) *pg.DB {
	t.Helper()
	db, err := pg.Open(context.Background(), url, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func one(t *testing.T, db *pg.DB, sql string) string {
	t.Helper()
	row, err := db.One(context.Background(), pgsql.Frag(sql))
	if err != nil {
		t.Fatal(err)
	}
	return row.Text(0)
}

func begin(t *testing.T, db *pg.DB) (*ledger.Ledger, int64) {
	t.Helper()
	l := ledger.Open(db)
	if err := l.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	id, err := l.Begin(context.Background(), ledger.Start{Pipeline: "p", AsOf: "2024-01-31", Partition: "2024-01-31", Params: map[string]string{"x": `it's \ "q"`},
		Whole: true, Started: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return l, id
}

func TestMigrate(t *testing.T) {
	ctx, url := context.Background(), pgtest.Database(t)
	var all sync.WaitGroup
	for range 6 { // six first commands at once
		db := open(t, url)
		all.Go(func() {
			if err := ledger.Open(db).Migrate(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	db := open(t, url)
	before := one(t, db, "SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_class WHERE relnamespace = 'runner'::regnamespace")
	if err := ledger.Open(db).Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if after := one(t, db, "SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_class WHERE relnamespace = 'runner'::regnamespace"); after != before {
		t.Error("a second migration made something new")
	}
	if _, err := db.Exec(ctx, "UPDATE runner.version SET version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Open(db).Migrate(ctx); err == nil || !strings.Contains(err.Error(), "use a newer runner") {
		t.Errorf("a newer ledger: %v", err)
	}
}

// A run that died is swept when the next one begins; one that lives is not.
func TestSweep(t *testing.T) {
	url := pgtest.Database(t)
	dead, live, next := open(t, url), open(t, url), open(t, url)
	_, first := begin(t, dead)
	_, second := begin(t, live)
	dead.Close()
	for i := 0; one(t, next, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") != "1"; i++ {
		if i > 10000 {
			t.Fatal("the server does not notice that a session has ended")
		}
	}
	l, third := begin(t, next)
	for id, want := range map[int64]report.Status{first: "crashed", second: report.Running, third: report.Running} {
		if got, err := l.Status(context.Background(), id); err != nil || got != want {
			t.Errorf("run %d is %s (%v), want %s", id, got, err, want)
		}
	}
	if err := l.Mark(context.Background(), first); err == nil || !strings.Contains(err.Error(), "recorded as crashed") {
		t.Errorf("a swept run may publish: %v", err)
	}
}

// Whoever asks how a run ended while its COMMIT is still under way waits for it, and cannot overwrite what it says.
func TestStatusWaitsForACommit(t *testing.T) {
	ctx, url := context.Background(), pgtest.Database(t)
	db, other := open(t, url), open(t, url)
	l, id := begin(t, db)
	waiter := one(t, other, "SELECT pg_backend_pid()")
	answer := make(chan report.Status, 1)
	err := db.Transaction(ctx, func() error {
		if err := l.Succeed(ctx, &report.Report{RunID: id}, time.Now()); err != nil {
			return err
		}
		go func() {
			status, _ := ledger.Open(other).Status(ctx, id)
			answer <- status
		}()
		for one(t, db, "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = "+waiter) == "0" { // until the other one waits
			continue
		}
		return nil
	})
	if got := <-answer; err != nil || got != report.Succeeded {
		t.Errorf("got %s (%v)", got, err)
	}
	if err := ledger.Open(other).Fail(ctx, &report.Report{RunID: id}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if got, _ := l.Status(ctx, id); got != report.Succeeded {
		t.Errorf("a late failure has overwritten a success: %s", got)
	}
}

// A report may quote what no jsonb can hold.
func TestReportsWithNUL(t *testing.T) {
	ctx := context.Background()
	db := open(t, pgtest.Database(t))
	l, id := begin(t, db)
	rep := &report.Report{RunID: id, Notes: []string{"a\x00b", `c\u0000d`}}
	if err := l.Fail(ctx, rep, time.Now()); err != nil {
		t.Fatal(err)
	}
	runs, err := l.Runs(ctx, id, 1)
	if err != nil || len(runs) != 1 || strings.Join(runs[0].Report.Notes, " ") != "a\ufffdb "+`c\u0000d` {
		t.Errorf("got %+v (%v)", runs, err)
	}
	if runs[0].Params["x"] != `it's \ "q"` {
		t.Errorf("params %v", runs[0].Params)
	}
}
