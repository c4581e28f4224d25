// Package online keeps the newest values of feature views, to be read by key.
//
// A store stands behind one small interface. To add one is to add a file and a test that gives it to onlinetest.Run.
package online

import (
	"context"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// Store keeps one row for each view and key. It may be used by several goroutines. A newer row is never overwritten by an older one: rows
// are ordered by event time, then by when they were created, then by revision.
type Store interface {
	// Read answers for each of the set's Reads with one record for each row of keys, nil where there is none; of a view that was never
	// materialized or written all are nil. keys holds one list for each of the set's Keys, as in feature.Request. All records of one view
	// are those of one moment, and it costs one round trip.
	Read(ctx context.Context, set *feature.Set, keys [][]*string) ([][]*feature.Record, error)
	// Write puts rows of a view into the store, all or none. Of several rows of one key the newest is kept, of equal ones the last. Values
	// that are not of their types are Faults.
	Write(ctx context.Context, view *model.FeatureView, rows []Row) (Written, error)
	// State says what each view holds, in the order of views.
	State(ctx context.Context, views []*model.FeatureView) ([]State, error)
	// Close ends it.
	Close()
}

// Row is one row to write.
type Row = plan.Pushed

// Written counts the rows of a write.
type Written struct {
	Inserted, Updated, Unchanged int64
	Older                        int64 // left out, because the store holds newer ones
}

// State is what a store says of one view.
type State struct {
	Exists       bool      // it was materialized or written at least once
	Newest       time.Time // the newest event time
	Materialized time.Time // when it was last materialized; zero when never
	Lacking      []string  // features that it does not keep, or not as they are declared: the specs have changed since, or the store has
}
