package run_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// TestPlanIsWhatApplyDoes makes random states: months in any order, some again, rows that are new, changed, gone or set aside, columns that
// are renamed, widened or come, with and without keys in the way. What a plan counts is what the apply after it reports.
func TestPlanIsWhatApplyDoes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 6 {
		kind := random.IntN(4)
		b := one(t, func(l *model.Load) {
			l.Source.ShrinkUnchecked = true
			switch kind {
			case 1:
				l.DeleteMissing = true
			case 2:
				l.Delivery = model.Delta
			}
			if random.IntN(2) == 0 {
				l.Rules = []model.Rule{{Name: "n", Text: "n > 0", Condition: `r."n" > 0`, Columns: []string{"n"}, Quarantine: true, ID: "items.n"}}
			}
		})
		if random.IntN(2) == 0 && kind != 2 {
			b.config.Pipeline.Snapshots = nil
		}
		months := []string{"2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"}
		b.config.Pipeline.Partitions = nil
		for _, m := range months {
			b.config.Pipeline.Partitions = append(b.config.Pipeline.Partitions, model.Partition{Values: map[string]string{"as_of": m, "dir": m}})
			b.write(m+"/items.csv", csvOf(random, randomBatch(random)))
		}
		for step := range 8 {
			m := months[random.IntN(4)]
			switch random.IntN(6) {
			case 0:
				b.write(m+"/items.csv", csvOf(random, randomBatch(random)))
			case 1:
				if b.load().Table.Column("n") != nil && b.load().Table.Column("n").Type.Name == "integer" {
					b.retype("n", "bigint")
				}
			case 2:
				if b.load().Table.Column("s") != nil && step > 2 {
					b.rename(b.load(), "s", "word")
				}
			}
			how := func(c *run.Config) { c.SameData = true }
			if random.IntN(3) == 0 {
				how = func(c *run.Config) { c.SameData, c.Restate, c.Reason = true, true, "it was wrong" }
			}
			c := b.config
			c.Params = map[string]string{"as_of": m}
			how(&c)
			code := 0
			before := b.query(everything)
			plan := run.Plan(context.Background(), c)
			b.want(everything, before)
			code = plan.ExitCode
			applied := b.apply(code, m, how)
			if code == 0 {
				sameAs(t, plan, applied)
			} else if diff := cmp.Diff(plan.Errors, applied.Errors); diff != "" {
				t.Errorf("planned and applied refuse differently:\n%s", diff)
			}
			if t.Failed() {
				t.Fatalf("kind %d, step %d, %s", kind, step, m)
			}
		}
	}
}
