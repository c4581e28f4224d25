package ledger

import (
	"context"
	"time"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
)

// Source is one file that a run read.
type Source struct {
	Table  string
	File   string
	Bytes  int64
	SHA256 string
	Rows   int64
}

// Sources records the files of a run and the hash of all of them.
func (l *Ledger) Sources(ctx context.Context, run int64, hash string, sources []Source) error {
	rows := make([]pgsql.Frag, len(sources))
	position := map[string]int{}
	for i, s := range sources {
		rows[i] = tuple(pgsql.Int(run), pgsql.Literal(s.Table), pgsql.Int(position[s.Table]), pgsql.Literal(s.File), pgsql.Int(s.Bytes),
			pgsql.Literal(s.SHA256), pgsql.Int(s.Rows))
		position[s.Table]++
	}
	if err := l.insert(ctx, "run_source", rows); err != nil {
		return err
	}
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("run_source_hash"), pgsql.Holes{"run": pgsql.Int(run), "hash": pgsql.Literal(hash)}))
	return err
}

// SameData returns another partition and its run that finished with exactly the same files for the tables of a schema, or "". It finds
// none for a partition that has finished with these files itself.
func (l *Ledger) SameData(ctx context.Context, schema, pipeline, partition, hash string) (other string, run int64, err error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("run_same_data"), pgsql.Holes{"schema": pgsql.Literal(schema), "pipeline": pgsql.Literal(pipeline),
		"partition": pgsql.Literal(partition), "hash": pgsql.Literal(hash)}))
	if err != nil || len(rows) == 0 {
		return "", 0, err
	}
	return rows[0].Text(0), rows[0].Int(1), nil
}

// Load is what a run did to one live table.
type Load struct {
	Table                                                   string
	AsOf, Partition                                         string
	RowsIn, Inserted, Updated, Unchanged, Deleted, Rejected int64
	State                                                   string
}

// Loads records what happened to the live tables of a schema.
func (l *Ledger) Loads(ctx context.Context, run int64, schema string, loads []Load) error {
	rows := make([]pgsql.Frag, len(loads))
	for i, x := range loads {
		rows[i] = tuple(pgsql.Int(run), pgsql.Literal(schema), pgsql.Literal(x.Table), date(x.AsOf), pgsql.Literal(x.Partition), pgsql.Int(x.RowsIn),
			pgsql.Int(x.Inserted), pgsql.Int(x.Updated), pgsql.Int(x.Unchanged), pgsql.Int(x.Deleted), pgsql.Int(x.Rejected), pgsql.Literal(x.State))
	}
	return l.insert(ctx, "run_load", rows)
}

// SetLive records what a live table speaks for from now on.
func (l *Ledger) SetLive(ctx context.Context, run int64, schema, table, pipeline, asOf string) error {
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("live_set"), pgsql.Holes{"schema": pgsql.Literal(schema), "table": pgsql.Literal(table),
		"pipeline": pgsql.Literal(pipeline), "as_of": date(asOf), "run": pgsql.Int(run)}))
	return err
}

// Freeze is one revision of one freeze, to be registered.
type Freeze struct {
	Schema, Snapshot, AsOf string
	Revision               int
	Columns                []string
	Rows                   int64
	Fingerprint            string
	Algorithm              int
	Delta                  bool
	Partial                bool // keys that were set aside are left out
	Reason                 string
	FrozenAt               time.Time
}

// AddFreeze registers a freeze.
func (l *Ledger) AddFreeze(ctx context.Context, run int64, f Freeze) error {
	reason := pgsql.Frag("NULL")
	if f.Reason != "" {
		reason = pgsql.Literal(f.Reason)
	}
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("freeze_add"), pgsql.Holes{"schema": pgsql.Literal(f.Schema), "snapshot": pgsql.Literal(f.Snapshot),
		"as_of": date(f.AsOf), "revision": pgsql.Int(f.Revision), "columns": document(f.Columns), "rows": pgsql.Int(f.Rows),
		"fingerprint": pgsql.Literal(f.Fingerprint), "algorithm": pgsql.Int(f.Algorithm), "partial": boolean(f.Partial), "delta": boolean(f.Delta), "reason": reason,
		"run": pgsql.Int(run), "frozen_at": stamp(f.FrozenAt)}))
	return err
}

// RenameFrozen follows the new name of a column in the registry of a snapshot.
func (l *Ledger) RenameFrozen(ctx context.Context, schema, snapshot, from, to string) error {
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("freeze_rename"), pgsql.Holes{"schema": pgsql.Literal(schema), "snapshot": pgsql.Literal(snapshot),
		"from": pgsql.Literal(from), "to": pgsql.Literal(to)}))
	return err
}

// RetypeFrozen gives a freeze the fingerprint that the same rows have under new types.
func (l *Ledger) RetypeFrozen(ctx context.Context, f Freeze, fingerprint string) error {
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("freeze_refingerprint"), pgsql.Holes{"schema": pgsql.Literal(f.Schema), "snapshot": pgsql.Literal(f.Snapshot),
		"as_of": date(f.AsOf), "revision": pgsql.Int(f.Revision), "fingerprint": pgsql.Literal(fingerprint)}))
	return err
}

// DropFrozen takes columns out of a freeze: its fingerprint is from now on that of the columns that it is registered with.
func (l *Ledger) DropFrozen(ctx context.Context, run int64, f Freeze, dropped []string) error {
	by := map[string]int64{}
	for _, c := range dropped {
		by[c] = run
	}
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("freeze_drop_columns"), pgsql.Holes{"schema": pgsql.Literal(f.Schema), "snapshot": pgsql.Literal(f.Snapshot),
		"as_of": date(f.AsOf), "revision": pgsql.Int(f.Revision), "fingerprint": pgsql.Literal(f.Fingerprint), "columns": document(f.Columns), "dropped": document(by)}))
	return err
}

// DropTable records that a run dropped a table or snapshot.
func (l *Ledger) DropTable(ctx context.Context, run int64, schema, table string) error {
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("table_dropped"), pgsql.Holes{"run": pgsql.Int(run), "schema": pgsql.Literal(schema), "table": pgsql.Literal(table)}))
	return err
}
