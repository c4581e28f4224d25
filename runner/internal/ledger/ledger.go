// Package ledger remembers runs: what was read, checked, published and frozen, in the schema "runner" of the same database.
//
// A run is a row that says running from its start; its own advisory lock, held by the connection, proves that it lives. What a run
// did is written in the transaction that publishes it, so the ledger and the data never disagree.
package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"streamflow/db"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/report"
)

// migrationLock keeps two first commands from creating the schema at once.
const migrationLock = "ledger migration"

// Ledger is the ledger of one database, seen for one schema of tables.
type Ledger struct {
	db *pg.DB
}

// Open returns the ledger of a database. It does not touch it.
func Open(d *pg.DB) *Ledger { return &Ledger{db: d} }

// Exists tells whether the schema is there. Commands that only look treat a missing one as empty.
func (l *Ledger) Exists(ctx context.Context) (bool, error) {
	row, err := l.db.One(ctx, pgsql.Frag(db.Query("ledger_exists")))
	return err == nil && row.Bool(0), err
}

// Migrate brings the schema to the version of this program. A newer one is an error, never a downgrade. When there is nothing to
// do it takes no lock.
func (l *Ledger) Migrate(ctx context.Context) error {
	files, err := db.Migrations()
	if err != nil {
		return err
	}
	if v, err := l.version(ctx); err != nil || v == len(files) {
		return err
	}
	return l.db.Transaction(ctx, func() error {
		lock := "SELECT pg_advisory_xact_lock(" + pgsql.Int(pg.LockKey(migrationLock)) + ")"
		if _, err := l.db.Exec(ctx, lock); err != nil {
			return err
		}
		version, err := l.version(ctx)
		if err != nil {
			return err
		}
		sql, err := pending(version)
		if err != nil {
			return err
		}
		for _, statement := range sql {
			if _, err := l.db.Exec(ctx, statement); err != nil {
				return fmt.Errorf("ledger migration: %w", err)
			}
		}
		return nil
	})
}

// Pending are the statements that would bring the ledger to the version of this program, in order; none when it is there. A nil ledger
// stands for that of an empty database.
func (l *Ledger) Pending(ctx context.Context) ([]pgsql.Frag, error) {
	version := -1
	if l != nil {
		var err error
		if version, err = l.version(ctx); err != nil {
			return nil, err
		}
	}
	return pending(version)
}

func pending(version int) ([]pgsql.Frag, error) {
	files, err := db.Migrations()
	if err != nil || version == len(files) {
		return nil, err
	}
	if version > len(files) {
		return nil, fmt.Errorf("the ledger in this database has version %d and this runner knows %d: use a newer runner", version, len(files))
	}
	var out []pgsql.Frag
	if version < 0 {
		out, version = append(out, pgsql.Frag(db.Query("ledger_create"))), 0
	}
	for _, file := range files[version:] {
		out = append(out, pgsql.Frag(file))
	}
	return append(out, pgsql.Fill(db.Query("ledger_set_version"), pgsql.Holes{"version": pgsql.Int(len(files))})), nil
}

// version is -1 when there is no ledger yet.
func (l *Ledger) version(ctx context.Context) (int, error) {
	exists, err := l.Exists(ctx)
	if err != nil || !exists {
		return -1, err
	}
	row, err := l.db.One(ctx, pgsql.Frag(db.Query("ledger_version")))
	if err != nil {
		return -1, err
	}
	return int(row.Int(0)), nil
}

// Start is what is known of a run when it begins.
type Start struct {
	Pipeline  string
	AsOf      string // "" for none
	Partition string
	Params    map[string]string
	Whole     bool
	Started   time.Time
}

// Begin sweeps runs that died, records a new one as running and takes its lock, all before anybody can see it without the lock.
func (l *Ledger) Begin(ctx context.Context, s Start) (int64, error) {
	if err := l.sweep(ctx, s.Started); err != nil {
		return 0, err
	}
	var id int64
	err := l.db.Transaction(ctx, func() error {
		row, err := l.db.One(ctx, pgsql.Fill(db.Query("run_begin"), pgsql.Holes{
			"pipeline": pgsql.Literal(s.Pipeline), "as_of": date(s.AsOf), "partition": pgsql.Literal(s.Partition),
			"params": document(s.Params), "whole": boolean(s.Whole), "started": stamp(s.Started)}))
		if err != nil {
			return err
		}
		id = row.Int(0)
		_, err = l.db.TryLock(ctx, runLock(id))
		return err
	})
	return id, err
}

// sweep says crashed of every running run whose lock is free.
func (l *Ledger) sweep(ctx context.Context, now time.Time) error {
	rows, err := l.db.Query(ctx, pgsql.Frag(db.Query("run_running")))
	if err != nil {
		return err
	}
	for _, r := range rows {
		free, err := l.db.TryLock(ctx, runLock(r.Int(0)))
		if err != nil {
			return err
		}
		if !free {
			continue
		}
		if _, err := l.db.Exec(ctx, pgsql.Fill(db.Query("run_crashed"), pgsql.Holes{"run": pgsql.Int(r.Int(0)), "ended": stamp(now)})); err != nil {
			return err
		}
		if err := l.db.Unlock(ctx, runLock(r.Int(0))); err != nil {
			return err
		}
	}
	return nil
}

func runLock(id int64) int64 { return pg.LockKey(fmt.Sprintf("run %d", id)) }

// Mark locks the run's row inside the publishing transaction. A run that was swept meanwhile must not publish.
func (l *Ledger) Mark(ctx context.Context, run int64) error {
	row, err := l.db.One(ctx, pgsql.Fill(db.Query("run_mark"), pgsql.Holes{"run": pgsql.Int(run)}))
	if err != nil {
		return err
	}
	if status := row.Text(0); status != string(report.Running) {
		return fmt.Errorf("run %d is recorded as %s and may not publish: apply again", run, status)
	}
	return nil
}

// Succeed records everything a run did, inside the publishing transaction.
func (l *Ledger) Succeed(ctx context.Context, r *report.Report, now time.Time) error {
	return l.end(ctx, r, report.Succeeded, now)
}

// Fail records a run that was refused or broke, in a transaction of its own, together with what else there is to keep of it.
func (l *Ledger) Fail(ctx context.Context, r *report.Report, now time.Time, also ...pgsql.Frag) error {
	return l.db.Transaction(ctx, func() error {
		for _, sql := range also {
			if _, err := l.db.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return l.end(ctx, r, report.Failed, now)
	})
}

func (l *Ledger) end(ctx context.Context, r *report.Report, status report.Status, now time.Time) error {
	steps := make([]pgsql.Frag, len(r.Steps))
	for i, s := range r.Steps {
		steps[i] = tuple(pgsql.Int(r.RunID), pgsql.Int(i), pgsql.Literal(s.Name), pgsql.Literal(s.Subject), pgsql.Int(s.Rows), pgsql.Int(s.DurationMS))
	}
	if err := l.insert(ctx, "run_step", steps); err != nil {
		return err
	}
	if err := l.rules(ctx, r); err != nil {
		return err
	}
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("run_end"), pgsql.Holes{"run": pgsql.Int(r.RunID), "status": pgsql.Literal(string(status)),
		"ended": stamp(now), "report": document(r)}))
	return err
}

// Status is how the ledger says a run ended: it settles a COMMIT whose answer was lost.
func (l *Ledger) Status(ctx context.Context, run int64) (report.Status, error) {
	row, err := l.db.One(ctx, pgsql.Fill(db.Query("run_status"), pgsql.Holes{"run": pgsql.Int(run)}))
	if err != nil {
		return "", err
	}
	return report.Status(row.Text(0)), nil
}

// insert adds rows with one statement; none is no statement.
func (l *Ledger) insert(ctx context.Context, query string, rows []pgsql.Frag) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query(query), pgsql.Holes{"rows": pgsql.Join(rows, ",\n")}))
	return err
}

func tuple(values ...pgsql.Frag) pgsql.Frag { return "(" + pgsql.Join(values, ", ") + ")" }

func date(s string) pgsql.Frag {
	if s == "" {
		return "NULL::date"
	}
	return pgsql.Typed(s, "date")
}

func stamp(t time.Time) pgsql.Frag {
	return pgsql.Typed(t.UTC().Format("2006-01-02 15:04:05.999999Z"), "timestamptz")
}

func boolean(b bool) pgsql.Frag {
	if b {
		return "true"
	}
	return "false"
}

// document writes a value as jsonb; nil lists become [].
func document(v any) pgsql.Frag {
	text, err := json.Marshal(v)
	if err != nil || string(text) == "null" {
		text = []byte("[]")
	}
	return pgsql.Typed(nul.ReplaceAllStringFunc(string(text), func(escape string) string {
		if escape == `\u0000` {
			return `\ufffd`
		}
		return escape
	}), "jsonb")
}

// nul finds the escape of NUL, which no jsonb can hold but a report may quote. It reads every escape, so that the end of an escaped
// backslash is not taken for the start of another.
var nul = regexp.MustCompile(`\\(u[0-9a-f]{4}|.)`)
