package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamflow/runner/check"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// The benchmarks of the feature store compare with the statements that Feast 0.66 sends to Postgres, written anew from what is known of
// their shape. What Feast's Python does around them is not counted, so each ratio is a lower bound of what one gains.
//
// Sizes are those of the targets. They can be made smaller, and ratios of small sizes mean little:
//
//	RUNNER_BENCH_KEYS   keys of each view for the join (250000)
//	RUNNER_BENCH_DATES  frozen dates of each view (10)
//	RUNNER_BENCH_SPINE  rows to fill (1000000)
//	RUNNER_BENCH_ENTITIES  entities to bring online, and to read from there (1000000)
//	RUNNER_BENCH_REQUESTS  requests of each kind that are timed (3000)

// size is a number of the environment, or what is meant without it.
func size(b *testing.B, name string, otherwise int) int {
	b.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n := 0
	if _, err := fmt.Sscan(s, &n); err != nil || n < 1 {
		b.Fatalf("%s=%s is no size", name, s)
	}
	return n
}

// store is a project with views, its database, and the program.
type store struct {
	*testing.B
	bin, dir, url string
	views         []string // their snapshots are called NAME_monthly
	features      []string // of each view
	project       *model.Project
	conn          *pgx.Conn // a session as any client has it
}

// kinds are the types of the features of a view, in turn, and an expression over a key's number i and a date's number m for each.
var kinds = []struct{ typ, value string }{
	{"integer", "(i::bigint * 7919 + m * 31) % 1000"},
	{"numeric(10,2)", "((i::bigint * 104729 + m * 17) % 1000000) / 100.0"},
	{"boolean", "(i + m) % 3 = 0"},
	{"text", "'plan ' || (i + m) % 7"},
}

// newStore writes the specs of some views with so many features each, and applies a month of one row, which makes all tables.
func newStore(b *testing.B, views, features int) *store {
	b.Helper()
	s := &store{B: b, bin: build(b), dir: b.TempDir(), url: pgtest.Database(b)}
	for i := range features {
		s.features = append(s.features, fmt.Sprintf("f%d", i+1))
	}
	pipeline := "kind: pipeline\nname: months\nparams: {as_of: {type: date}}\npartitions: {every: month, from: 2023-01-31}\ntables:\n"
	snapshots := "snapshots:\n"
	about := "kind: entity\nname: client\nkey: {id: text}\n"
	for v := range views {
		name := fmt.Sprintf("view%d", v+1)
		s.views = append(s.views, name)
		pipeline += fmt.Sprintf("  %s_now:\n    source: first.csv\n    primary_key: id\n    columns:\n      id: text\n", name)
		for i, f := range s.features {
			pipeline += fmt.Sprintf("      %s_%s: %s\n", name, f, kinds[i%len(kinds)].typ)
		}
		snapshots += fmt.Sprintf("  %s_monthly: {from: %s_now}\n", name, name)
		about += fmt.Sprintf("---\nkind: feature_view\nname: %s\nentity: client\nsource: %s_monthly\nfeatures: all\n", name, name)
	}
	about += "---\nkind: feature_service\nname: all_views\nfeatures: [" + strings.Join(s.views, ", ") + "]\n"
	about += "---\nkind: training_set\nname: filled\nspine: asked_monthly\nlabel: label\nfeatures: all_views\noutput: filled.csv\n"
	pipeline += "  asked_now:\n    source: first.csv\n    primary_key: id\n    columns: {id: text, label: boolean}\n"
	snapshots += "  asked_monthly: {from: asked_now}\n"
	write(b, filepath.Join(s.dir, "pipelines", "months.yaml"), strings.Replace(pipeline, "tables:\n", "defaults: {source: {unknown_columns: ignore}}\ntables:\n", 1)+snapshots)
	write(b, filepath.Join(s.dir, "featureviews", "views.yaml"), about)
	write(b, filepath.Join(s.dir, "first.csv"), s.firstRow())
	timed(b, s.dir, s.env(), "", s.bin, "apply", "months", "-p", "as_of=2023-01-31")
	s.load()
	return s
}

// firstRow is a file that all tables can be loaded from.
func (s *store) firstRow() string {
	header, row := "id,label", "none,true"
	values := []string{"0", "0", "false", ""}
	for _, v := range s.views {
		for i, f := range s.features {
			header += "," + v + "_" + f
			row += "," + values[i%len(values)]
		}
	}
	return header + "\n" + row + "\n"
}

func (s *store) env() []string { return []string{"DATABASE_URL=" + s.url} }

// load reads the specs and opens a session.
func (s *store) load() {
	tree, faults := spec.Load(os.DirFS(s.dir), nil)
	project, more := check.Check(tree)
	if project == nil {
		s.Fatal(faults, more)
	}
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = conn.Close(context.Background()) })
	s.project, s.conn = project, conn
}

// exec runs statements in the client's session.
func (s *store) exec(sql string) {
	s.Helper()
	if _, err := s.conn.PgConn().Exec(context.Background(), sql).ReadAll(); err != nil {
		s.Fatalf("%v\n%s", err, sql)
	}
}

// open opens a session as the program has it.
func (s *store) open() *pg.DB {
	s.Helper()
	db, err := pg.Open(context.Background(), s.url, "")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(db.Close)
	return db
}

// fill freezes months from 2023-02-28 on: so many keys in each, of which every tenth is missing. Rows go straight into the snapshots and the
// registry, as if they had been loaded.
func (s *store) fill(keys, dates int) {
	for _, v := range s.views {
		columns, values := "id, as_of", "'k' || lpad(i::text, 8, '0'), d"
		for i, f := range s.features {
			columns += ", " + v + "_" + f
			values += ", " + kinds[i%len(kinds)].value
		}
		s.freeze(v+"_monthly", columns, values, keys, dates)
	}
}

// freeze fills one snapshot.
func (s *store) freeze(snapshot, columns, values string, keys, dates int) {
	days := fmt.Sprintf(`(SELECT m, (date '2023-02-01' + make_interval(months => m) - interval '1 day')::date AS d FROM generate_series(1, %d) m) months`, dates)
	s.exec(fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM %s, LATERAL generate_series(1, %d) i WHERE (i + m) %% 10 <> 0 ORDER BY 2, 1`, snapshot, columns, values, days, keys))
	s.exec(fmt.Sprintf(`INSERT INTO runner.freezes (schema_name, snapshot, as_of, revision, columns, row_count, fingerprint, algorithm, delta, run_id, frozen_at)
SELECT schema_name, snapshot, d, 1, columns, %d, 'filled by the benchmark', algorithm, delta, run_id, frozen_at FROM runner.freezes, %s WHERE snapshot = '%s' AND as_of = '2023-01-31'`, keys*9/10, days, snapshot))
	s.exec("VACUUM ANALYZE " + snapshot)
}
