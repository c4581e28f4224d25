package run_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// bench is a project made by hand in a folder of its own, on a database of its own.
type bench struct {
	t      *testing.T
	db     *pg.DB
	config run.Config
}

func typ(t *testing.T, name string) model.Type {
	t.Helper()
	typ, err := model.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// load declares a table by pairs of column name and type; the first column is the key.
func load(t *testing.T, name string, columns ...string) *model.Load {
	t.Helper()
	l := &model.Load{Table: model.Table{Name: name, PrimaryKey: columns[:1]}, Source: model.Source{Path: model.Template{{Param: "dir"}, {Text: "/" + name + ".csv"}}, MaxErrors: 100}}
	for i := 0; i < len(columns); i += 2 {
		l.Table.Columns = append(l.Table.Columns, model.Column{Name: columns[i], Type: typ(t, columns[i+1]), Nullable: i > 0})
		l.Reading = append(l.Reading, model.Reading{Column: columns[i], NullValues: []string{""}})
	}
	return l
}

// freeze declares a snapshot of all columns of a load.
func freeze(t *testing.T, name string, l *model.Load) *model.Snapshot {
	t.Helper()
	s := &model.Snapshot{Name: name, From: l.Table.Name, Table: model.Table{Name: name}}
	for _, c := range l.Table.Keys() {
		s.Table.Columns = append(s.Table.Columns, c)
		s.Table.PrimaryKey = append(s.Table.PrimaryKey, c.Name)
	}
	s.Table.Columns = append(s.Table.Columns, model.Column{Name: model.AsOf, Type: typ(t, "date")})
	s.Table.PrimaryKey = append(s.Table.PrimaryKey, model.AsOf)
	for _, c := range l.Table.Rest() {
		s.Columns = append(s.Columns, c.Name)
		s.Table.Columns = append(s.Table.Columns, c)
	}
	return s
}

func newBench(t *testing.T, loads []*model.Load, snapshots []*model.Snapshot) *bench {
	t.Helper()
	db, err := pg.Open(context.Background(), pgtest.Database(t), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	pl := &model.Pipeline{Name: "monthly", Loads: loads, Snapshots: snapshots,
		Params: []model.Param{{Name: "as_of", Kind: model.DateParam}, {Name: "dir"}},
		Partitions: []model.Partition{{Values: map[string]string{"as_of": "2024-01-31", "dir": "jan"}},
			{Values: map[string]string{"as_of": "2024-02-29", "dir": "feb"}}}}
	b := &bench{t: t, db: db}
	b.config = run.Config{DB: db, Root: t.TempDir(), Project: &model.Project{Name: "p", Timezone: "UTC", Pipelines: []*model.Pipeline{pl}}, Pipeline: pl,
		Params: map[string]string{}, Getenv: func(string) string { return "" }, Now: time.Now}
	return b
}

func (b *bench) write(file, text string) {
	b.t.Helper()
	path := filepath.Join(b.config.Root, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// apply runs one partition and checks the exit code.
func (b *bench) apply(code int, asOf string, change ...func(*run.Config)) *report.Report {
	b.t.Helper()
	c := b.config
	if asOf != "" {
		c.Params = map[string]string{"as_of": asOf}
	}
	for _, f := range change {
		f(&c)
	}
	rep := run.Apply(context.Background(), c)
	if rep.ExitCode != code {
		b.t.Fatalf("exit %d, want %d: %+v", rep.ExitCode, code, rep.Errors)
	}
	return rep
}

// query returns the single text of a query.
func (b *bench) query(sql string) string {
	b.t.Helper()
	row, err := b.db.One(context.Background(), pgsql.Frag(sql))
	if err != nil {
		b.t.Fatal(err)
	}
	return row.Text(0)
}

func (b *bench) want(sql, want string) {
	b.t.Helper()
	if got := b.query(sql); got != want {
		b.t.Errorf("%s\n got %s\nwant %s", sql, got, want)
	}
}

func two(t *testing.T) *bench {
	people := load(t, "people", "id", "text", "city", "text")
	use := load(t, "use", "id", "text", "hours", "numeric")
	use.References = []model.Reference{{Columns: []string{"id"}, Table: "people", Keys: []string{"id"}}}
	use.Rules = []model.Rule{{Name: "hours", Text: "hours >= 0", Condition: `r."hours" >= 0`, Columns: []string{"hours"}, Origin: diag.Place{File: "e.yaml", Line: 3, Col: 5}}}
	b := newBench(t, []*model.Load{use, people}, []*model.Snapshot{freeze(t, "use_snapshots", use)})
	b.write("jan/people.csv", "id,city\na,Rome\nb,\n")
	b.write("jan/use.csv", "id,hours\na,1.50\nb,2\n")
	b.write("feb/people.csv", "id,city\na,Rome\nb,Oslo\nc,Bern\n")
	b.write("feb/use.csv", "id,hours\na,1.5\nb,3\nc,4\n")
	return b
}

const contents = `SELECT md5(coalesce(string_agg(x, '|' ORDER BY x), '')) FROM (
SELECT xmin::text || p::text AS x FROM people p UNION ALL SELECT xmin::text || u::text FROM use u UNION ALL SELECT xmin::text || s::text FROM use_snapshots s) y`

func TestTwoMonthsAndAgain(t *testing.T) {
	b := two(t)
	rep := b.apply(0, "")
	if rep.Params["as_of"] != "2024-01-31" || rep.Tables[0].Name != "people" || rep.Tables[1].Inserted != 2 || rep.Snapshots[0].State != "frozen" {
		t.Fatalf("first month: %+v", rep)
	}
	rep = b.apply(0, "")
	if u := rep.Tables[1]; u.Inserted != 1 || u.Updated != 1 || u.Unchanged != 1 {
		t.Errorf("second month: %+v", u)
	}
	before := b.query(contents)
	rep = b.apply(0, "2024-01-31")
	if rep.Snapshots[0].State != "unchanged" || rep.Tables[1].State != "not touched" {
		t.Errorf("January again: %+v", rep)
	}
	rep = b.apply(0, "2024-02-29")
	if u := rep.Tables[1]; u.Unchanged != 3 || rep.Snapshots[0].State != "unchanged" {
		t.Errorf("February again: %+v", rep)
	}
	b.want(contents, before)
	b.want("SELECT string_agg(id || hours, ' ' ORDER BY as_of, id) FROM use_snapshots", "a1.50 b2 a1.5 b3 c4")
	if rep := b.apply(0, ""); len(rep.Tables) != 0 {
		t.Errorf("nothing was left to do: %+v", rep)
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	b := two(t)
	b.apply(0, "2024-02-29")
	rep := b.apply(0, "2024-01-31")
	if rep.Snapshots[0].Rows != 2 || rep.Snapshots[0].State != "frozen" {
		t.Errorf("January after February: %+v", rep.Snapshots)
	}
	b.want("SELECT string_agg(id || hours, ' ' ORDER BY as_of, id) FROM use_snapshots", "a1.50 b2 a1.5 b3 c4")
	b.want("SELECT string_agg(id || hours, ' ' ORDER BY id) FROM use", "a1.5 b3 c4")
}

func TestRefusalChangesNothing(t *testing.T) {
	cases := map[string]struct{ file, text, says string }{
		"negative":  {"feb/use.csv", "id,hours\na,-1\nb,3\nc,4\n", `rule "hours" of use failed for 1 of 3 rows`},
		"duplicate": {"feb/use.csv", "id,hours\na,1\na,3\nc,4\n", "id=a is also in line 2: 2 rows have this key"},
		"orphan":    {"feb/use.csv", "id,hours\na,1\nx,3\nc,4\n", "id=x is not in people"},
		"number":    {"feb/use.csv", "id,hours\na,one\n", `hours "one" is not a number`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := two(t)
			b.apply(0, "2024-01-31")
			before := b.query(contents)
			b.write(c.file, c.text)
			rep := b.apply(1, "2024-02-29")
			if rep.Errors[0].Message != c.says {
				t.Errorf("got %q, want %q", rep.Errors[0].Message, c.says)
			}
			b.want(contents, before)
			b.want("SELECT status FROM runner.runs ORDER BY run_id DESC LIMIT 1", "failed")
		})
	}
}

func TestFrozenMonth(t *testing.T) {
	b := two(t)
	b.apply(0, "2024-01-31")
	b.write("jan/use.csv", "id,hours\na,9\nb,2.0\n")
	before := b.query(contents)
	rep := b.apply(1, "2024-01-31")
	want := "use_snapshots of 2024-01-31 is frozen and this batch differs: 1 key changed (hours 1)"
	if rep.Errors[0].Message != want || rep.Errors[0].Related[0].Message != "id=a changed: hours 1.50 -> 9" {
		t.Errorf("got %+v", rep.Errors[0])
	}
	b.want(contents, before)
	rep = b.apply(0, "2024-01-31", func(c *run.Config) { c.Restate, c.Reason = true, "wrong hours" })
	if rep.Snapshots[0].State != "restated" || rep.Snapshots[0].Revision != 2 {
		t.Errorf("restated: %+v", rep.Snapshots[0])
	}
	b.want("SELECT reason FROM runner.freezes ORDER BY revision DESC LIMIT 1", "wrong hours")
	b.want("SELECT row ->> 'hours' FROM runner.superseded", "1.50")
	if rep := run.Verify(context.Background(), b.config); rep.ExitCode != 0 {
		t.Errorf("verify: %+v", rep.Errors)
	}
	b.query("WITH u AS (UPDATE use_snapshots SET hours = 8 WHERE id = 'a' RETURNING 1) SELECT count(*) FROM u")
	if rep := run.Verify(context.Background(), b.config); rep.ExitCode != 1 {
		t.Errorf("verify did not see the change: %+v", rep)
	}
}
