package run_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// everything is all that a plan must leave as it is: every row of every table with its place and its version, the catalogue of tables, and
// the ledger.
const everything = `SELECT md5(string_agg(x, '|' ORDER BY x)) FROM (
SELECT 'c ' || c.oid || c.relname || c.relfilenode || c.relhastriggers || c.relnatts || coalesce(c.relacl::text, '') AS x FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'runner')
UNION ALL SELECT 'n ' || nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'
UNION ALL SELECT 'a ' || attrelid || attname || atttypid || attnotnull FROM pg_attribute WHERE attrelid IN
    (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'runner'))
UNION ALL SELECT query_to_xml(format('SELECT ctid, xmin, xmax, t.* FROM %I.%I t ORDER BY ctid', n.nspname, c.relname), true, true, '')::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'runner') AND c.relkind = 'r') y`

// plan makes a plan and tests that nothing is touched.
func (b *bench) plan(code int, asOf string, change ...func(*run.Config)) *report.Report {
	b.t.Helper()
	c := b.config
	if asOf != "" {
		c.Params = map[string]string{"as_of": asOf}
	}
	for _, f := range change {
		f(&c)
	}
	before := b.query(everything)
	rep := run.Plan(context.Background(), c)
	if rep.ExitCode != code {
		b.t.Fatalf("exit %d, want %d: %+v", rep.ExitCode, code, rep.Errors)
	}
	b.want(everything, before)
	b.want("SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()", "0")
	b.want("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'", "0")
	return rep
}

// sameAs compares what a plan says of tables, snapshots and rules with what the apply after it reports.
func sameAs(t *testing.T, plan, applied *report.Report) {
	t.Helper()
	words := map[string]string{"publish": "published", "freeze": "frozen", "complete": "completed", "restate": "restated"}
	said := func(rep *report.Report) (out []any) {
		for _, x := range rep.Tables {
			if w := words[x.State]; w != "" {
				x.State = w
			}
			x.DurationMS, x.Changed = 0, nil
			out = append(out, x)
		}
		for _, x := range rep.Snapshots {
			if w := words[x.State]; w != "" {
				x.State = w
			}
			x.DurationMS = 0
			out = append(out, x)
		}
		for _, x := range rep.Rules {
			x.CostMS = 0
			out = append(out, x)
		}
		return out
	}
	if diff := cmp.Diff(said(plan), said(applied)); diff != "" {
		t.Errorf("planned and applied differ:\n%s", diff)
	}
}

func TestPlanOfASchemaThatIsNotThere(t *testing.T) {
	b := two(t)
	db, err := pg.Open(context.Background(), pgtest.Database(t), "raw")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b.db, b.config.DB = db, db
	rep := b.plan(0, "")
	if rep.Changes[0].Detail != "+ schema" || rep.Tables[0].Inserted != 2 {
		t.Errorf("got %+v %+v", rep.Changes, rep.Tables)
	}
	sameAs(t, rep, b.apply(0, ""))
	b.write("feb/people.csv", "id,city\na,Rom\nb,Oslo\nc,Bern\n")
	rep = b.plan(0, "")
	if fmt.Sprint(rep.Tables[0].Changed) != "[{city 2}]" {
		t.Errorf("got %+v", rep.Tables[0])
	}
	sameAs(t, rep, b.apply(0, ""))
}

// A freeze that left rows out is completed by the corrected file, of a table that is upserted as of one that is appended to.
func TestPlanCompletesWhatWasLeftOut(t *testing.T) {
	for _, appends := range []bool{false, true} {
		b := one(t, func(l *model.Load) {
			l.Rules = []model.Rule{{Name: "n", ID: "items.n", Text: "n > 0", Condition: `r."n" > 0`, Columns: []string{"n"}, Quarantine: true}}
			if appends {
				l.Append = true
				l.Table.Columns = append(l.Table.Columns, model.Column{Name: model.PartitionColumn, Type: typ(t, "text"), Nullable: true})
				l.Reading = append(l.Reading, model.Reading{Column: model.PartitionColumn, Value: &model.Value{SQL: pgsql.Param(model.PartitionColumn)}})
			}
		})
		b.write("jan/items.csv", "id,n,s\na,1,x\nb,-2,\nc,3,z\n")
		rep := b.plan(0, "2024-01-31")
		if x := rep.Tables[0]; x.Inserted != 2 || x.Rejected != 1 || !appends && rep.Snapshots[0].LeftOut != 1 {
			t.Errorf("got %+v %+v", x, rep.Snapshots)
		}
		sameAs(t, rep, b.apply(0, "2024-01-31"))
		b.write("jan/items.csv", "id,n,s\na,1,x\nb,2,\nc,3,z\n")
		rep = b.plan(0, "2024-01-31")
		if x := rep.Tables[0]; x.Inserted != 1 || x.Unchanged != 2 || !appends && (rep.Snapshots[0].State != "complete" || rep.Snapshots[0].Rows != 3) {
			t.Errorf("got %+v %+v", x, rep.Snapshots)
		}
		sameAs(t, rep, b.apply(0, "2024-01-31"))
	}
}

func TestPlanOfAnEmptyDatabase(t *testing.T) {
	b := two(t)
	rep := b.plan(0, "")
	if u := rep.Tables[1]; u.Inserted != 2 || u.State != "publish" || rep.Snapshots[0].State != "freeze" || rep.Snapshots[0].Rows != 2 {
		t.Errorf("got %+v %+v", rep.Tables, rep.Snapshots)
	}
	sameAs(t, rep, b.apply(0, ""))
	rep = b.plan(0, "")
	if u := rep.Tables[1]; u.Inserted != 1 || u.Updated != 1 || fmt.Sprint(u.Changed) != "[{hours 1}]" {
		t.Errorf("got %+v", u)
	}
	sameAs(t, rep, b.apply(0, ""))
}
