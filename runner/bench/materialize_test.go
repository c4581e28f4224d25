package bench

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// feastOnline makes a table of the shape of Feast's online store in Postgres (sdk/python/feast/infra/online_stores/postgres_online_store): a
// row for each entity and feature, the key and the value as bytes, with a second index on the key.
const feastOnline = `CREATE TABLE %[1]s (entity_key bytea, feature_name text, value bytea, value_text text, event_ts timestamptz, created_ts timestamptz,
PRIMARY KEY (entity_key, feature_name)); CREATE INDEX %[1]s_entity_key ON %[1]s (entity_key)`

// feastUpsert is how one row gets there.
const feastUpsert = `INSERT INTO %[1]s (entity_key, feature_name, value, event_ts, created_ts) %[2]s
ON CONFLICT (entity_key, feature_name) DO UPDATE SET value = EXCLUDED.value, event_ts = EXCLUDED.event_ts, created_ts = EXCLUDED.created_ts`

// newest are the newest rows of a view's snapshot, one for each key.
func (s *store) newest(view string) string {
	return fmt.Sprintf(`SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY as_of DESC) AS place FROM %s_monthly) ranked WHERE place = 1`, view)
}

// feastServerSide brings the newest rows into Feast's layout by one statement. Feast itself pulls the rows into Python and sends them
// back one by one, so this is less than the least that it needs.
func (s *store) feastServerSide() time.Duration {
	s.exec(fmt.Sprintf(feastOnline, "feast_online"))
	return s.feastAgain()
}

// feastAgain does so into a table that may hold values already.
func (s *store) feastAgain() time.Duration {
	var values []string
	for _, f := range s.features {
		column := s.views[0] + "_" + f
		values = append(values, fmt.Sprintf("('%s', convert_to(n.%s::text, 'UTF8'))", f, column))
	}
	rows := fmt.Sprintf(`SELECT convert_to(n.id, 'UTF8'), v.name, v.value, n.as_of::timestamptz, NULL FROM (%s) n, LATERAL (VALUES %s) v (name, value)`,
		s.newest(s.views[0]), strings.Join(values, ", "))
	start := time.Now()
	s.exec(fmt.Sprintf(feastUpsert, "feast_online", rows))
	return time.Since(start)
}

// feastRowByRow sends rows of a share of the entities as Feast does: one INSERT for each entity and feature, in pipelined batches of one
// transaction each. It returns the time for all entities, taken in proportion; the table stays small, which is in Feast's favour.
func (s *store) feastRowByRow(entities, share int) time.Duration {
	s.exec(fmt.Sprintf(feastOnline, "feast_single"))
	ctx, insert := context.Background(), fmt.Sprintf(feastUpsert, "feast_single", "VALUES ($1, $2, $3, $4, $5)")
	const batch = 1000
	start := time.Now()
	for first := 0; first < entities/share; first += batch {
		var b pgx.Batch
		for i := first; i < min(first+batch, entities/share); i++ {
			for _, f := range s.features {
				b.Queue(insert, fmt.Appendf(nil, "k%08d", i), f, []byte("12345.67"), start, nil)
			}
		}
		if err := s.conn.SendBatch(ctx, &b).Close(); err != nil {
			s.Fatal(err)
		}
	}
	return time.Since(start) * time.Duration(share)
}

// BenchmarkMaterialize brings the newest values of a view of ten features online, from two frozen months: by the program, which is timed
// whole, from its start to its end, and into Feast's layout. Then a third month is brought in: the program looks at that month alone, where
// Feast writes every row again.
func BenchmarkMaterialize(b *testing.B) {
	entities := size(b, "RUNNER_BENCH_ENTITIES", 1_000_000)
	s := newStore(b, 1, 10)
	s.fill(entities, 2)
	for range b.N {
		s.exec("DROP TABLE IF EXISTS feast_online, feast_single; DROP SCHEMA IF EXISTS online CASCADE; DELETE FROM runner.freezes WHERE as_of = '2023-04-30'; DELETE FROM view1_monthly WHERE as_of = '2023-04-30'")
		server := s.feastServerSide()
		single := s.feastRowByRow(entities, 50)
		ours := timed(b, s.dir, s.env(), "", s.bin, "materialize")
		s.exec("CREATE TEMP TABLE before AS SELECT * FROM " + s.views[0] + "_monthly WHERE as_of = '2023-03-31'")
		s.exec("UPDATE before SET as_of = '2023-04-30'; INSERT INTO view1_monthly SELECT * FROM before; DROP TABLE before")
		s.exec("INSERT INTO runner.freezes (schema_name, snapshot, as_of, revision, columns, row_count, fingerprint, algorithm, delta, run_id, frozen_at) SELECT schema_name, snapshot, '2023-04-30', 1, columns, row_count, fingerprint, algorithm, delta, run_id, frozen_at FROM runner.freezes WHERE snapshot = 'view1_monthly' AND as_of = '2023-03-31'")
		next := timed(b, s.dir, s.env(), "", s.bin, "materialize")
		again := s.feastAgain()
		b.Logf("%d entities x %d features", entities, len(s.features))
		b.Logf("runner materialize                 %8.2fs   peak memory %d MB", ours.wall.Seconds(), ours.peak>>20)
		b.Logf("Feast's layout, one statement      %8.2fs   ratio %.1f (a lower bound: Feast sends each row by itself)", server.Seconds(), server.Seconds()/ours.wall.Seconds())
		b.Logf("Feast's layout, row by row         %8.2fs   ratio %.1f (of 1 entity in 50, in proportion)", single.Seconds(), single.Seconds()/ours.wall.Seconds())
		b.Logf("the next month: runner             %8.2fs", next.wall.Seconds())
		b.Logf("Feast's layout, one statement      %8.2fs   ratio %.1f", again.Seconds(), again.Seconds()/next.wall.Seconds())
		b.ReportMetric(server.Seconds()/ours.wall.Seconds(), "feast-server/runner")
		b.ReportMetric(single.Seconds()/ours.wall.Seconds(), "feast-rows/runner")
		b.ReportMetric(again.Seconds()/next.wall.Seconds(), "next-month")
		b.ReportMetric(float64(ours.peak>>20), "peak-MB")
	}
}
