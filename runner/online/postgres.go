package online

import (
	"cmp"
	"context"
	"sync"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
)

// Postgres keeps values in wide tables of a schema of their own, one row for each key of a view (model.FeatureView.OnlineTable).
type Postgres struct {
	pool *pg.Pool
	zone *time.Location // of the project: by its clock a ttl is counted

	learning sync.Mutex // one looks at the tables at a time: many requests find out together that they have changed

	preparing sync.Mutex // one makes tables at a time

	mu       sync.Mutex
	readings map[string]*reading              // by the ID of a set
	tables   map[*model.FeatureView]bool      // those that take rows, as far as is known
	pushed   map[*model.FeatureView]time.Time // the newest event time that this store has written
}

// mostReadings bounds what is kept prepared; clients may ask for any list of features.
const mostReadings = 256

// OnPostgres is the store in the database of a pool, for the tables of its schema. It must outlive the store, and is not closed with it.
func OnPostgres(pool *pg.Pool, project *model.Project) (*Postgres, error) {
	zone, err := time.LoadLocation(project.Timezone)
	if err != nil {
		return nil, err
	}
	return &Postgres{pool: pool, zone: zone, readings: map[string]*reading{}, tables: map[*model.FeatureView]bool{}, pushed: map[*model.FeatureView]time.Time{}}, nil
}

// Close does nothing: the pool belongs to somebody else.
func (s *Postgres) Close() {}

// Read reads all views by one statement, of one row by its key and of several by joining them.
func (s *Postgres) Read(ctx context.Context, set *feature.Set, keys [][]*string) ([][]*feature.Record, error) {
	if len(keys) == 0 || len(keys[0]) == 0 {
		return make([][]*feature.Record, len(set.Reads)), nil
	}
	r, err := s.reading(ctx, set)
	if err != nil {
		return nil, err
	}
	out, changed, err := r.read(ctx, s.pool, set, keys)
	if err == nil && !changed || err != nil && !pg.StatementFault(err) {
		return out, err
	}
	// The tables are not what they were: they were made, dropped or changed. What still fails then is a fault of something else.
	again, learnt := s.learn(ctx, set, r)
	if learnt != nil || err != nil && again.same(r) {
		return nil, cmp.Or(err, learnt)
	}
	out, _, err = again.read(ctx, s.pool, set, keys)
	return out, err
}
