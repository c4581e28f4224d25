package ledger

import (
	"context"
	"time"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/report"
)

// Materialized is what is remembered of bringing a view online.
type Materialized struct {
	Schema     string // of the tables that the view reads
	View       string
	Definition string           // a hash of what the values depend on
	Watermark  map[string]int64 // of each source the last freeze (a sequence number) or, of a table, the last run that was seen
	Upcoming   time.Time        // of events: the earliest time that was still to come; zero for none
	Newest     time.Time        // the newest event time in the store; zero for none
	At         time.Time        // when it was done; set on those that are read
}

// HasMaterializations tells whether the ledger has a place for materializations. One made by an earlier version may not.
func (l *Ledger) HasMaterializations(ctx context.Context) (bool, error) {
	row, err := l.db.One(ctx, pgsql.Frag(db.Query("materialize_exists")))
	return err == nil && row.Bool(0), err
}

// Materialized returns the last materialization of each view over the tables of a schema.
func (l *Ledger) Materialized(ctx context.Context, schema string) (map[string]Materialized, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("materialize_last"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	out := map[string]Materialized{}
	for _, r := range rows {
		m := Materialized{Schema: schema, View: r.Text(0), Definition: r.Text(1), Upcoming: r.Time(3), Newest: r.Time(4), At: r.Time(5)}
		if err := r.JSON(2, &m.Watermark); err != nil {
			return nil, err
		}
		out[m.View] = m
	}
	return out, err
}

// AddMaterialized remembers a materialization with its counts. run is 0 when it was not a step of a run.
func (l *Ledger) AddMaterialized(ctx context.Context, run int64, m Materialized, counts report.Materialized, at time.Time) error {
	optional := func(t time.Time) pgsql.Frag {
		if t.IsZero() {
			return "NULL"
		}
		return stamp(t)
	}
	of := pgsql.Frag("NULL")
	if run != 0 {
		of = pgsql.Int(run)
	}
	_, err := l.db.Exec(ctx, pgsql.Fill(db.Query("materialize_add"), pgsql.Holes{"schema": pgsql.Literal(m.Schema), "view": pgsql.Literal(m.View),
		"definition": pgsql.Literal(m.Definition), "mode": pgsql.Literal(counts.Mode), "watermark": document(m.Watermark), "upcoming": optional(m.Upcoming),
		"newest": optional(m.Newest), "inserted": pgsql.Int(counts.Inserted), "updated": pgsql.Int(counts.Updated), "unchanged": pgsql.Int(counts.Unchanged),
		"deleted": pgsql.Int(counts.Deleted), "older": pgsql.Int(counts.Older), "run": of, "duration": pgsql.Int(counts.DurationMS), "at": stamp(at)}))
	return err
}

// Seen returns what is new of the tables and snapshots of a schema: the last freeze of a snapshot, the last run that wrote a table. And of
// snapshots the runs that dropped them, or columns of them.
func (l *Ledger) Seen(ctx context.Context, schema string) (seen map[string]int64, drops map[string][]int64, err error) {
	seen, drops = map[string]int64{}, map[string][]int64{}
	holes := pgsql.Holes{"schema": pgsql.Literal(schema)}
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("materialize_seen"), holes))
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		seen[r.Text(0)] = r.Int(1)
	}
	if rows, err = l.db.Query(ctx, pgsql.Fill(db.Query("materialize_drops"), holes)); err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		drops[r.Text(0)] = append(drops[r.Text(0)], r.Int(1))
	}
	return seen, drops, nil
}
