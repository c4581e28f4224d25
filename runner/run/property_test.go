package run_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/run"
)

// TestAnyOrder applies random months in random order, some of them again, and compares the database with what three lines of
// arithmetic say: the live table is the upsert of all batches that were not older than it, and a frozen month is its batch.
func TestAnyOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 5 {
		deleting := random.IntN(2) == 0
		b := one(t, func(l *model.Load) { l.DeleteMissing = deleting; l.Source.ShrinkUnchecked = true })
		months := []string{"2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"}
		b.config.Pipeline.Partitions = nil
		batches := map[string]map[string]string{}
		for _, m := range months {
			batches[m] = randomBatch(random)
			b.config.Pipeline.Partitions = append(b.config.Pipeline.Partitions, model.Partition{Values: map[string]string{"as_of": m, "dir": m}})
			b.write(m+"/items.csv", csvOf(random, batches[m]))
		}
		order := append(slices.Clone(months), months[random.IntN(4)], months[random.IntN(4)])
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		live, liveAsOf := map[string]string{}, ""
		for _, m := range order {
			b.apply(0, m, func(c *run.Config) { c.SameData = true })
			if m < liveAsOf {
				continue
			}
			liveAsOf = m
			if deleting {
				live = map[string]string{}
			}
			for k, v := range batches[m] {
				live[k] = v
			}
		}
		b.same(order, "SELECT id || ':' || coalesce(n::text, '-') FROM items", live)
		for _, m := range months {
			b.same(order, "SELECT id || ':' || coalesce(n::text, '-') FROM items_snapshots WHERE as_of = '"+m+"'", batches[m])
		}
		if rep := run.Verify(context.Background(), b.config); rep.ExitCode != 0 {
			t.Errorf("verify: %+v", rep.Errors)
		}
	}
}

func randomBatch(random *rand.Rand) map[string]string {
	out := map[string]string{"k0": "1"}
	for k := range 8 {
		if random.IntN(3) > 0 {
			out[fmt.Sprintf("k%d", k)] = [...]string{"-", "1", "2", "-3"}[random.IntN(4)]
		}
	}
	return out
}

// csvOf writes a batch in any order of its rows.
func csvOf(random *rand.Rand, batch map[string]string) string {
	var lines []string
	for k, v := range batch {
		lines = append(lines, k+","+strings.TrimSuffix(v, "-")+",")
	}
	slices.Sort(lines)
	random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return "id,n,s\n" + strings.Join(lines, "\n") + "\n"
}

func (b *bench) same(order []string, sql string, want map[string]string) {
	b.t.Helper()
	rows, err := b.db.Query(context.Background(), pgsql.Frag(sql+" ORDER BY 1"))
	if err != nil {
		b.t.Fatal(err)
	}
	var got, wanted []string
	for _, r := range rows {
		got = append(got, r.Text(0))
	}
	for k, v := range want {
		wanted = append(wanted, k+":"+v)
	}
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		b.t.Errorf("after %v:\n%s\n got %v\nwant %v", order, sql, got, wanted)
	}
}
