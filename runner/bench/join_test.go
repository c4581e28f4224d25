package bench

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// spine makes a table of random keys and days, which end with the frozen dates.
func (s *store) spine(n, keys, dates int) {
	s.exec(fmt.Sprintf(`CREATE TABLE spine AS SELECT 'k' || lpad((1 + (i::bigint * 7919) %% %d)::text, 8, '0') AS id,
date '2023-03-01' + ((i::bigint * 104729) %% %d)::integer AS event_timestamp, i %% 2 = 0 AS label FROM generate_series(1, %d) i; ANALYZE spine`, keys, dates*30, n))
}

// feastJoin is a point-in-time join of the shape that Feast sends (sdk/python/feast/infra/offline_stores/contrib/postgres_offline_store): rows
// to fill get an id of key and time as text; each view is cut to their time, joined by key and time, ranked per id, and joined again with
// its newest rows; all views are joined to the rows at the end.
func (s *store) feastJoin() string {
	var with, selected, joins strings.Builder
	with.WriteString("WITH asked AS (SELECT *")
	for _, v := range s.views {
		fmt.Fprintf(&with, ", CAST(id AS varchar) || CAST(event_timestamp AS varchar) AS %s_row", v)
	}
	with.WriteString(" FROM spine)")
	for _, v := range s.views {
		var columns, plain []string
		for _, f := range s.features {
			columns = append(columns, v+"_"+f+" AS "+v+"__"+f)
			plain = append(plain, v+"__"+f)
		}
		list := strings.Join(plain, ", ")
		fmt.Fprintf(&with, `,
%[1]s_asked AS (SELECT id, event_timestamp, %[1]s_row FROM asked GROUP BY id, event_timestamp, %[1]s_row),
%[1]s_cut AS (SELECT as_of AS event_timestamp, id, %[2]s FROM %[1]s_monthly WHERE as_of <= (SELECT max(event_timestamp) FROM asked)),
%[1]s_base AS (SELECT c.*, a.event_timestamp AS asked_timestamp, a.%[1]s_row FROM %[1]s_cut c JOIN %[1]s_asked a ON c.event_timestamp <= a.event_timestamp AND c.id = a.id),
%[1]s_latest AS (SELECT event_timestamp, %[1]s_row FROM (SELECT *, row_number() OVER (PARTITION BY %[1]s_row ORDER BY event_timestamp DESC) AS place FROM %[1]s_base) ranked WHERE place = 1),
%[1]s_cleaned AS (SELECT b.* FROM %[1]s_base b JOIN %[1]s_latest l USING (%[1]s_row, event_timestamp))`, v, strings.Join(columns, ", "))
		selected.WriteString(", " + list)
		fmt.Fprintf(&joins, "\nLEFT JOIN (SELECT %[1]s_row, %[2]s FROM %[1]s_cleaned) %[1]s USING (%[1]s_row)", v, list)
	}
	return with.String() + "\nSELECT id, event_timestamp, label" + selected.String() + "\nFROM asked" + joins.String()
}

// streamed is what one query gave.
type streamed struct {
	wall time.Duration
	cpu  time.Duration // of the session's process; 0 where it cannot be read
	rows int
	sum  uint64 // of hashes of its rows, whatever their order
}

// stream lets a query run out to nowhere: its rows are looked at and forgotten.
func stream(b *testing.B, conn *pgconn.PgConn, seed maphash.Seed, sql string) streamed {
	b.Helper()
	var out streamed
	start, before := time.Now(), processor(conn.PID())
	w := &lines{each: func(line []byte) {
		out.rows++
		out.sum += maphash.Bytes(seed, line)
	}}
	if _, err := conn.CopyTo(context.Background(), w, "COPY ("+sql+") TO STDOUT"); err != nil {
		b.Fatalf("%v\n%s", err, sql)
	}
	out.wall, out.cpu = time.Since(start), processor(conn.PID())-before
	return out
}

// processor is the time of the processor that a process of this machine has taken, in steps of 10 ms: on a busy machine it says more than the clock.
// Of a process elsewhere it is 0.
func processor(pid uint32) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // from the third field on: see proc(5)
	var user, system int64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		return 0
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// lines cuts what is written to it into lines.
type lines struct {
	rest []byte
	each func([]byte)
}

func (l *lines) Write(p []byte) (int, error) {
	n := len(p)
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			l.rest = append(l.rest, p...)
			return n, nil
		}
		if len(l.rest) > 0 {
			l.rest = append(l.rest, p[:i]...)
			l.each(l.rest)
			l.rest = l.rest[:0]
		} else {
			l.each(p[:i])
		}
		p = p[i+1:]
	}
}

// join is the program's own query over the same rows.
func (s *store) join(keys, dates, n int) *plan.History {
	freezes, sizes := map[string][]plan.Freeze{}, map[string]int64{}
	for _, v := range s.project.FeatureViews {
		for m := range dates + 1 {
			day := time.Date(2023, time.Month(m+2), 0, 0, 0, 0, 0, time.UTC)
			freezes[v.Source.Name] = append(freezes[v.Source.Name], plan.Freeze{AsOf: day.Format(model.DateLayout), Revision: 1})
		}
		sizes[v.Source.Name] = int64(keys * dates)
	}
	set := s.project.TrainingSet("filled")
	label := model.Column{Name: "label", Type: set.Labels[0].Type}
	key := s.project.FeatureViews[0].Entity.Key[0]
	day, err := model.ParseType("date")
	if err != nil {
		s.Fatal(err)
	}
	spine := plan.Spine{Rows: pgsql.Ident("spine"), Columns: []model.Column{key, label}, Keys: map[string]string{key.Name: key.Name},
		Time: model.Column{Name: "event_timestamp", Type: day}, Count: int64(n)}
	return plan.NewHistory(s.project, "public", spine, plan.Want{Features: set.Features, Freezes: freezes, Sizes: sizes})
}

// BenchmarkJoin fills rows from four views as they were at the time of each: by the program's own query and by one of Feast's shape. Both
// read the rows from the same table, run in sessions with the same settings and are streamed out the same way, and both must give the same
// rows; ours are in order. The third is Feast's in a session without settings, as Feast has it.
func BenchmarkJoin(b *testing.B) {
	keys, dates, n := size(b, "RUNNER_BENCH_KEYS", 250_000), size(b, "RUNNER_BENCH_DATES", 10), size(b, "RUNNER_BENCH_SPINE", 1_000_000)
	s := newStore(b, 4, 4)
	s.fill(keys, dates)
	s.spine(n, keys, dates)
	seed := maphash.MakeSeed()
	history := s.join(keys, dates, n)
	for range b.N {
		plain := stream(b, s.conn.PgConn(), seed, s.feastJoin())
		s.exec(string(pg.Session("public")))
		feast := stream(b, s.conn.PgConn(), seed, s.feastJoin())
		ours := stream(b, s.conn.PgConn(), seed, string(history.Select()))
		s.exec("RESET ALL")
		if ours.rows != feast.rows || ours.sum != feast.sum {
			b.Errorf("the two give other rows: %d and %d", ours.rows, feast.rows)
		}
		b.Logf("%d rows to fill, 4 views of %d keys x %d dates, %s", n, keys, dates, methods(history))
		b.Logf("runner                       %8.2fs   processor %8.2fs", ours.wall.Seconds(), ours.cpu.Seconds())
		for _, f := range []struct {
			name string
			took streamed
		}{{"Feast's shape, our settings", feast}, {"Feast's shape, no settings", plain}} {
			b.Logf("%-28s %8.2fs   processor %8.2fs   ratios %.2f and %.2f", f.name, f.took.wall.Seconds(), f.took.cpu.Seconds(),
				f.took.wall.Seconds()/ours.wall.Seconds(), f.took.cpu.Seconds()/max(ours.cpu.Seconds(), 0.01))
		}
		b.ReportMetric(feast.wall.Seconds()/ours.wall.Seconds(), "feast/runner")
		b.ReportMetric(plain.wall.Seconds()/ours.wall.Seconds(), "feast-unset/runner")
	}
}

func methods(h *plan.History) string {
	var out []string
	for _, m := range h.Methods() {
		if text := m.Name + " (" + m.Reason + ")"; !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return "joined by " + strings.Join(out, "; ")
}
