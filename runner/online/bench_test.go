package online_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/online"
)

// benchmarkRows is how many keys each view has.
const benchmarkRows = 20_000

// BenchmarkRead reads four views of five features for one key and for a hundred, beside one prepared SELECT by primary key of one of the tables.
// p50 is in microseconds.
func BenchmarkRead(b *testing.B) {
	ctx := context.Background()
	url := pgtest.Database(b)
	project := &model.Project{}
	user := &model.Entity{Name: "e", Key: []model.Column{{Name: "k", Type: typed(b, "text")}}}
	refs := []string{}
	db, err := pg.Open(ctx, url, "")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(ctx, "CREATE SCHEMA online"); err != nil {
		b.Fatal(err)
	}
	for i := range 4 {
		v := &model.FeatureView{Name: fmt.Sprintf("v%d", i), Entity: user, Online: true}
		for j, typ := range []string{"integer", "numeric(10,2)", "boolean", "text", "double precision"} {
			v.Features = append(v.Features, model.Feature{Name: fmt.Sprintf("f%d", j), Type: typed(b, typ)})
		}
		project.FeatureViews, refs = append(project.FeatureViews, v), append(refs, v.Name)
		sql := pgsql.Fill(`CREATE TABLE {t} (k text PRIMARY KEY, f0 integer, f1 numeric(10,2), f2 boolean, f3 text, f4 double precision,
			_event_time timestamptz NOT NULL, _created timestamptz, _revision bigint, _as_of date, _expires timestamptz, _pushed boolean);
			INSERT INTO {t} SELECT 'k' || n, n, n / 7.0, n % 2 = 0, 'text ' || n, n / 3.0, '2024-03-01', NULL, 1, '2024-02-29', NULL, false FROM generate_series(1, {n}) n;
			ANALYZE {t}`, pgsql.Holes{"t": v.OnlineTable("").SQL(), "n": pgsql.Int(benchmarkRows)})
		if _, err := db.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	pool, err := pg.OpenPool(ctx, url, "", pg.PoolOptions{Size: 4})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	store, err := online.OnPostgres(pool, project)
	if err != nil {
		b.Fatal(err)
	}
	one, err := feature.List(project, refs[:1], true)
	if err != nil {
		b.Fatal(err)
	}
	four, err := feature.List(project, refs, true)
	if err != nil {
		b.Fatal(err)
	}
	bare := pg.NewStatement("SELECT f0, f1, f2, f3, f4 FROM online.v0 WHERE k = $1", 5, func(int) bool { return false })
	n := 0
	key := func() *string { n++; k := fmt.Sprintf("k%d", n*7919%benchmarkRows+1); return &k }
	answer := func(set *feature.Set, rows int) func() error {
		return func() error {
			keys := make([]*string, rows)
			for i := range keys {
				keys[i] = key()
			}
			a, err := online.Answer(ctx, store, set, feature.Request{Keys: [][]*string{keys}, Now: time.Now()})
			if err == nil && a.Rows[rows-1].Values[0].Status != feature.Present {
				return fmt.Errorf("%s was not found", *keys[rows-1])
			}
			return err
		}
	}
	for _, c := range []struct {
		name string
		ask  func() error
	}{
		{"bare select", func() error {
			return pool.Query(ctx, bare, [][]byte{[]byte(*key())}, func(pg.Row) error { return nil })
		}},
		{"1 view", answer(one, 1)}, {"4 views", answer(four, 1)}, {"1 view of 100", answer(one, 100)}, {"4 views of 100", answer(four, 100)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			for b.Loop() {
				from := time.Now()
				if err := c.ask(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(from))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, "p50-us")
		})
	}
}
