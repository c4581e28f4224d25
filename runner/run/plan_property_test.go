package run_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// TestPlanIsWhatApplyDoes makes random states: parents and children, full deliveries and changes, tables that delete and tables that append;
// months in any order, some again and some restated; rows that are new, changed, gone, set aside or refused; columns that are renamed, widened,
// narrowed, absent or new. What a plan counts and refuses is what the apply after it reports, and the plan leaves everything as it was.
func TestPlanIsWhatApplyDoes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	exits := map[int]int{}
	for range 5 {
		s := newStates(t, random)
		for step := range 8 {
			exits[s.step()]++
			if t.Failed() {
				t.Fatalf("seed %d: %s, step %d", seed, s.kind, step)
			}
		}
	}
	if exits[0] == 0 {
		t.Errorf("no state could be applied: %v", exits)
	}
	t.Logf("exit codes %v", exits)
}

// states is a project that changes at random.
type states struct {
	*bench
	random *rand.Rand
	kind   string
	months []string
	parent *model.Load
	child  *model.Load
}

func newStates(t *testing.T, random *rand.Rand) *states {
	s := &states{random: random, months: []string{"2024-01-31", "2024-02-29", "2024-03-31"}}
	s.parent, s.child = load(t, "people", "id", "text", "n", "integer"), load(t, "items", "id", "text", "n", "integer", "s", "text")
	s.child.References = []model.Reference{{Columns: []string{"id"}, Table: "people", Keys: []string{"id"}, Warn: random.IntN(2) == 0}}
	s.child.Reading[2].Optional, s.child.Reading[2].WhenAbsent = true, []string{"keep", "null"}[random.IntN(2)]
	for _, l := range []*model.Load{s.parent, s.child} {
		l.Source.ShrinkUnchecked, l.Source.IdenticalKeys = true, random.IntN(2) == 0
		switch random.IntN(4) {
		case 0:
			l.DeleteMissing = true
		case 1:
			l.Delivery = model.Delta
		case 2:
			if l == s.child {
				l.Append = true
				l.Table.Columns = append(l.Table.Columns, model.Column{Name: model.PartitionColumn, Type: typ(t, "text"), Nullable: true})
				l.Reading = append(l.Reading, model.Reading{Column: model.PartitionColumn, Value: &model.Value{SQL: pgsql.Param(model.PartitionColumn)}})
			}
		}
		if random.IntN(2) == 0 {
			l.Rules = []model.Rule{{Name: "n", ID: l.Table.Name + ".n", Text: "n > 0", Condition: `r."n" > 0`, Columns: []string{"n"}, Quarantine: random.IntN(2) == 0,
				Origin: diag.Place{File: "e.yaml", Line: 3, Col: 5}}}
		}
		s.kind += fmt.Sprintf(" %s deletes=%v delta=%v append=%v rules=%v", l.Table.Name, l.DeleteMissing, l.Delivery == model.Delta, l.Append, len(l.Rules))
	}
	snapshots := []*model.Snapshot{freeze(t, "people_snapshots", s.parent)}
	if !s.child.Append {
		snapshots = append(snapshots, freeze(t, "items_snapshots", s.child))
	}
	s.bench = newBench(t, []*model.Load{s.child, s.parent}, snapshots)
	s.config.Pipeline.Partitions = nil
	for _, m := range s.months {
		s.config.Pipeline.Partitions = append(s.config.Pipeline.Partitions, model.Partition{Values: map[string]string{"as_of": m, "dir": m}})
		s.files(m)
	}
	return s
}

// files writes the batches of a month. Some rows refer to nobody, some repeat another.
func (s *states) files(month string) {
	for _, l := range []*model.Load{s.parent, s.child} {
		withS := l == s.child && s.random.IntN(4) > 0
		head, lines := "id,n", []string{"k0,1"}
		for k := range 7 {
			if k > 0 && (s.random.IntN(4) > 0 || l == s.parent && s.random.IntN(4) > 0) {
				n := [...]string{"", "1", "2", "3", "2"}[s.random.IntN(5)]
				if quarantines := len(l.Rules) > 0 && l.Rules[0].Quarantine; s.random.IntN(40) == 0 || quarantines && s.random.IntN(4) == 0 {
					n = "-3"
				}
				lines = append(lines, fmt.Sprintf("k%d,%s", k, n))
			}
		}
		if s.random.IntN(12) == 0 {
			lines = append(lines, lines[0])
		}
		for i := range lines {
			if withS {
				lines[i] += "," + [...]string{"", "x", "y"}[s.random.IntN(3)]
			}
		}
		if withS {
			head += ",s"
		}
		s.write(month+"/"+l.Table.Name+".csv", head+"\n"+strings.Join(lines, "\n")+"\n")
	}
}

// change does something at random to the project, its files or its tables.
func (s *states) change(month string) {
	n := s.child.Table.Column("n")
	switch s.random.IntN(8) {
	case 0, 1:
		s.files(month)
	case 2:
		if n != nil {
			s.types(n, "bigint")
		}
	case 3:
		if n != nil && n.Type.Name == "bigint" {
			s.types(n, "integer")
		}
	case 4:
		if n != nil && s.query("SELECT count(*) FROM pg_class WHERE relname = 'items'") == "1" && len(s.child.Rules) == 0 {
			s.rename(s.child, "n", "m")
		}
	case 5:
		if s.query("SELECT count(*) FROM pg_class WHERE relname = 'items'") == "1" {
			s.exec("ALTER TABLE items ALTER s TYPE varchar")
		}
	}
}

func (s *states) types(c *model.Column, name string) {
	c.Type = typ(s.t, name)
	for _, snap := range s.config.Pipeline.Snapshots {
		if snap.From == "items" {
			snap.Table.Column(c.Name).Type = c.Type
		}
	}
}

// step plans and applies a month and compares the two. It returns the exit code.
func (s *states) step() int {
	month := s.months[s.random.IntN(len(s.months))]
	s.change(month)
	c := s.config
	c.Params, c.SameData = map[string]string{"as_of": month}, true
	if s.random.IntN(3) > 0 {
		c.Restate, c.Reason = true, "it was wrong"
	}
	if s.random.IntN(4) > 0 {
		c.AllowNarrow = []string{"items.n", "items_snapshots.n", "items.m", "items_snapshots.m"}
	}
	if s.random.IntN(4) == 0 {
		c.Only = []string{[]string{"people", "items"}[s.random.IntN(2)]}
	}
	before, now := s.query(everything), s.query(held)
	planned := run.Plan(context.Background(), c)
	s.want(everything, before)
	applied := run.Apply(context.Background(), c)
	if planned.ExitCode != applied.ExitCode {
		s.t.Fatalf("%s: the plan ends with %d and apply with %d:\n%+v\n%+v", month, planned.ExitCode, applied.ExitCode, planned.Errors, applied.Errors)
	}
	if applied.ExitCode == 0 {
		sameAs(s.t, planned, applied)
		if sum := report.Summarize(planned); !sum.Changes() {
			s.want(held, now)
		}
		s.settled(c)
		return 0
	}
	for _, d := range applied.Errors { // a plan may know more
		if !slices.ContainsFunc(planned.Errors, func(p report.Problem) bool { return cmp.Equal(p, d) }) {
			s.t.Errorf("%s: apply refuses and the plan does not: %+v\nthe plan: %+v", month, d, planned.Errors)
		}
	}
	return applied.ExitCode
}

// held is what a plan without changes says that an apply leaves as it is: every row and column, and which partitions are done.
const held = `SELECT md5(string_agg(x, '|' ORDER BY x)) FROM (
SELECT 'a ' || attrelid || attname || atttypid || attnotnull AS x FROM pg_attribute WHERE attrelid IN
    (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public')
UNION ALL SELECT query_to_xml(format('SELECT ctid, xmin, t.* FROM %I.%I t ORDER BY ctid', n.nspname, c.relname), true, true, '')::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'
UNION ALL SELECT query_to_xml('SELECT DISTINCT partition FROM runner.runs WHERE status = ''succeeded'' AND whole ORDER BY 1', true, true, '')::text
    WHERE to_regclass('runner.runs') IS NOT NULL) y`

// settled plans what has just been applied: there is nothing left to do but to set aside the same rows again.
func (s *states) settled(c run.Config) {
	rep := run.Plan(context.Background(), c)
	sum := report.Summarize(rep)
	sum.Reject = 0
	if rep.ExitCode != 0 || sum.Changes() {
		s.t.Errorf("after apply there is still something to do: %s %+v %+v %+v", sum, rep.Errors, rep.Tables, rep.Snapshots)
	}
}
