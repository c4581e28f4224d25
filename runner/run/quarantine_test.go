package run_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// quarantining is a rule that sets rows aside whose n is below a limit.
func quarantining(limit int) model.Rule {
	return model.Rule{Name: "n_is_enough", Condition: pgsql.Frag(fmt.Sprintf(`r."n" >= %d`, limit)), Columns: []string{"n"}, Quarantine: true}
}

// TestQuarantine applies random months in random order with rows that are set aside, some of them again, with the faults mended in the
// file or in the rule, and compares with what arithmetic says. What is published and what is set aside make up the batch, what is frozen
// is what was published, and when all faults are mended nothing tells the database from one that never had any.
func TestQuarantine(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	for range 4 {
		deleting := random.IntN(2) == 0
		b := one(t, func(l *model.Load) {
			l.DeleteMissing, l.Source.ShrinkUnchecked, l.Rules = deleting, true, []model.Rule{quarantining(0)}
		})
		load := b.config.Pipeline.Loads[0]
		months := []string{"2024-01-31", "2024-02-29", "2024-03-31"}
		b.config.Pipeline.Partitions = nil
		right := map[string]map[string]string{}
		for _, m := range months {
			right[m] = randomBatch(random)
			for k, v := range right[m] {
				right[m][k] = strings.TrimPrefix(v, "-") // -3 would be a fault, and - is NULL, which is none
				if right[m][k] == "" {
					right[m][k] = "-"
				}
			}
			b.config.Pipeline.Partitions = append(b.config.Pipeline.Partitions, model.Partition{Values: map[string]string{"as_of": m, "dir": m}})
		}
		order := []int{0, 1, 2, random.IntN(3), random.IntN(3)}
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		live, liveAsOf, loose := map[string]string{}, "", random.IntN(2) == 0
		aside := map[string]map[string]bool{}
		for _, i := range order {
			m := months[i]
			if aside[m] == nil {
				aside[m] = randomFaults(random, right[m])
			}
			batch := maps.Clone(right[m])
			for k := range aside[m] {
				batch[k] = "-7"
			}
			b.write(m+"/items.csv", csvOf(random, batch))
			rep := b.apply(0, m, sameData)
			if out := rep.Tables[0]; out.Rejected != int64(len(aside[m])) || out.RowsIn != int64(len(batch)) ||
				out.State == "published" && out.Inserted+out.Updated+out.Unchanged+out.Rejected != out.RowsIn {
				t.Errorf("%d rows with %d faults: %+v", len(batch), len(aside[m]), out)
			}
			published := maps.Clone(batch)
			maps.DeleteFunc(published, func(k, _ string) bool { return aside[m][k] })
			b.same([]string{m}, "SELECT id || ':' || coalesce(n::text, '-') FROM items_snapshots WHERE as_of = '"+m+"'", published)
			if got := rep.Snapshots[0]; got.LeftOut != int64(len(aside[m])) {
				t.Errorf("left out %d, want %d", got.LeftOut, len(aside[m]))
			}
			if m >= liveAsOf {
				if liveAsOf = m; deleting {
					maps.DeleteFunc(live, func(k, _ string) bool { _, ok := batch[k]; return !ok })
				}
				maps.Copy(live, published)
			}
			b.same([]string{m}, "SELECT id || ':' || coalesce(n::text, '-') FROM items", live)
			if again := b.apply(0, m, sameData); again.Snapshots[0].State != "unchanged" || again.Tables[0].Inserted+again.Tables[0].Updated != 0 {
				t.Errorf("again: %+v %+v", again.Tables, again.Snapshots)
			}
			b.want("SELECT count(*) FROM runner.quarantine WHERE state = 'waiting' AND as_of = '"+m+"'", fmt.Sprint(len(aside[m])))
		}
		if loose { // the rule was wrong, not the files
			load.Rules = []model.Rule{quarantining(-9)}
			for m, keys := range aside {
				for k := range keys {
					right[m][k] = "-7"
				}
			}
			b.replay()
		} else {
			for _, i := range random.Perm(3) {
				b.write(months[i]+"/items.csv", csvOf(random, right[months[i]]))
				b.apply(0, months[i], sameData)
			}
		}
		for _, m := range months {
			b.same(months, "SELECT id || ':' || coalesce(n::text, '-') FROM items_snapshots WHERE as_of = '"+m+"'", right[m])
			if liveAsOf == m {
				maps.Copy(live, right[m])
			}
		}
		b.same(months, "SELECT id || ':' || coalesce(n::text, '-') FROM items", live)
		b.want("SELECT count(*) FROM runner.quarantine WHERE state = 'waiting'", "0")
		b.want("SELECT count(*) FROM (SELECT DISTINCT ON (as_of) partial FROM runner.freezes ORDER BY as_of, revision DESC) f WHERE partial", "0")
		if rep := run.Verify(context.Background(), b.config); rep.ExitCode != 0 {
			t.Errorf("verify: %+v", rep.Errors)
		}
		if n := len(b.replay()); n != 0 {
			t.Errorf("%d replays of nothing", n)
		}
	}
}

func sameData(c *run.Config) { c.SameData = true }

func randomFaults(random *rand.Rand, batch map[string]string) map[string]bool {
	out := map[string]bool{}
	for k := range batch {
		if random.IntN(3) == 0 {
			out[k] = true
		}
	}
	return out
}

// replay replays everything that waits, twice: the second time nothing may change.
func (b *bench) replay() []*report.Report {
	b.t.Helper()
	var out []*report.Report
	list, err := run.Replays(context.Background(), b.config, run.Replayed{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, w := range list {
		rep := run.Replay(context.Background(), b.config, w)
		if rep.ExitCode != 0 {
			b.t.Fatalf("replay of %s: %+v", w.Partition, rep.Errors)
		}
		out = append(out, rep)
	}
	return out
}

// A row keeps every digit, element and letter on its way into the ledger and back.
func TestReplayKeepsValues(t *testing.T) {
	types := []string{"k", "text", "n", "integer", "num", "numeric", "f", "double precision", "f4", "real", "d", "date", "ts", "timestamptz", "j", "json", "jb", "jsonb",
		"a", "text[]", "ia", "integer[]", "by", "bytea", "u", "uuid", "iv", "interval", "tm", "time", "b", "boolean"}
	l := load(t, "items", types...)
	l.Rules = []model.Rule{quarantining(0)}
	b := newBench(t, []*model.Load{l}, nil)
	const values = `,1.500,0.1,NaN,-0044-03-15,2024-01-31T23:59:59.123456Z,"{""b"": 1,  ""a"": [1.0]}","{""a"": 1.50}","{""x,y"",NULL,""q\""""}","{1,2}",\x00ff,` +
		`6f1b2c3d-0000-4000-8000-000000000001,1 mon 2 days,23:59:59.5,true` + "\n"
	head := ""
	for i := 0; i < len(types); i += 2 {
		head += "," + types[i]
	}
	values2 := strings.Replace(values, "-0044-03-15", "0044-03-15", 1)
	b.write("jan/items.csv", head[1:]+"\nü \U0001F642,-1"+values2+"good,1"+values2)
	b.apply(0, "2024-01-31")
	l.Rules = nil
	if reps := b.replay(); len(reps) != 1 || reps[0].Tables[0].Inserted != 1 {
		t.Fatalf("got %+v", reps)
	}
	b.want("SELECT k FROM items WHERE n = -1", "ü \U0001F642")
	row := "(SELECT string_agg(v, '|' ORDER BY o) FROM (VALUES (1, num::text), (2, f::text), (3, f4::text), (4, d::text), (5, ts::text), (6, j::text), (7, jb::text), (8, a::text), (9, ia::text), (10, \"by\"::text), (11, u::text), (12, iv::text), (13, tm::text), (14, b::text)) x (o, v))"
	b.want("SELECT count(DISTINCT "+row+") FROM items", "1")
	list, _, err := run.QuarantinedRows(context.Background(), b.config, ledger.Choice{Closed: true})
	if err != nil || len(list) != 1 || list[0].State != "replayed" {
		t.Errorf("got %+v (%v)", list, err)
	}
}
