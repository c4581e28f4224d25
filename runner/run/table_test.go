package run_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// one is a project of one table with a whole number and a text.
func one(t *testing.T, change func(*model.Load)) *bench {
	t.Helper()
	l := load(t, "items", "id", "text", "n", "integer", "s", "text")
	if change != nil {
		change(l)
	}
	var snaps []*model.Snapshot
	if !l.Append {
		snaps = append(snaps, freeze(t, "items_snapshots", l))
	}
	b := newBench(t, []*model.Load{l}, snaps)
	b.write("jan/items.csv", "id,n,s\na,1,x\nb,2,\nc,3,z\n")
	b.write("feb/items.csv", "id,n,s\na,1,x\nb,5,\n")
	return b
}

func (b *bench) load() *model.Load { return b.config.Pipeline.Loads[0] }

// retype changes the declared type of a column, also in the snapshot.
func (b *bench) retype(column, name string) {
	b.load().Table.Column(column).Type = typ(b.t, name)
	for _, s := range b.config.Pipeline.Snapshots {
		s.Table.Column(column).Type = typ(b.t, name)
	}
}

func TestKeptAndDeleted(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	rep := b.apply(0, "2024-02-29")
	if rep.Tables[0].Kept != 1 || !strings.Contains(strings.Join(rep.Notes, "\n"), "items: 1 live row not in the file, kept") {
		t.Errorf("kept: %+v %v", rep.Tables[0], rep.Notes)
	}
	b.want("SELECT string_agg(id || n, ' ' ORDER BY id) FROM items", "a1 b5 c3")
	b.want("SELECT string_agg(id || n, ' ' ORDER BY as_of, id) FROM items_snapshots", "a1 b2 c3 a1 b5")

	b = one(t, func(l *model.Load) { l.DeleteMissing = true })
	b.apply(0, "2024-01-31")
	if rep := b.apply(0, "2024-02-29"); rep.Tables[0].Deleted != 1 {
		t.Errorf("deleted: %+v", rep.Tables[0])
	}
	b.want("SELECT string_agg(id || n, ' ' ORDER BY id) FROM items", "a1 b5")
}

func TestDeleteMissingNeedsAdoption(t *testing.T) {
	b := one(t, func(l *model.Load) { l.DeleteMissing = true })
	b.query("WITH x AS (SELECT 1) SELECT 1 FROM x")
	if _, err := b.db.Exec(context.Background(), "CREATE TABLE items (id text PRIMARY KEY, n integer, s text); INSERT INTO items VALUES ('old', 1, '')"); err != nil {
		t.Fatal(err)
	}
	rep := b.apply(1, "2024-01-31")
	if rep.Errors[0].Hint != "name it with --adopt items if that is what you want" {
		t.Errorf("got %+v", rep.Errors)
	}
	b.apply(0, "2024-01-31", func(c *run.Config) { c.Adopt = []string{"items"} })
	b.want("SELECT string_agg(id, ' ' ORDER BY id) FROM items", "a b c")
}

func TestDelta(t *testing.T) {
	b := one(t, func(l *model.Load) { l.Delivery = model.Delta })
	b.apply(0, "2024-01-31")
	b.apply(0, "2024-02-29")
	b.want("SELECT string_agg(id || n, ' ' ORDER BY as_of, id) FROM items_snapshots", "a1 b2 c3 a1 b5 c3")
	b.write("jan/items.csv", "id,n,s\na,9,x\nb,2,\nc,3,z\n")
	rep := b.apply(0, "2024-01-31", func(c *run.Config) { c.Restate, c.Reason = true, "late" })
	if !strings.Contains(strings.Join(rep.Notes, "\n"), "items_snapshots of 2024-02-29 was laid over earlier freezes and is now stale") {
		t.Errorf("notes: %v", rep.Notes)
	}
}

func TestAppend(t *testing.T) {
	b := one(t, func(l *model.Load) {
		l.Append = true
		l.Table.PrimaryKey = nil
		l.Table.Columns = append(l.Table.Columns, model.Column{Name: model.PartitionColumn, Type: typ(t, "text"), Nullable: true})
		l.Reading = append(l.Reading, model.Reading{Column: model.PartitionColumn, Value: &model.Value{SQL: "\x00_partition\x00"}})
	})
	b.apply(0, "2024-01-31")
	b.apply(0, "2024-02-29")
	b.want("SELECT string_agg(id || n, ' ' ORDER BY _partition, id) FROM items", "a1 b2 c3 a1 b5")
	before := b.query("SELECT string_agg(xmin::text || i::text, ' ' ORDER BY i::text) FROM items i")
	rep := b.apply(0, "2024-01-31")
	if rep.Tables[0].Unchanged != 3 || rep.Tables[0].Inserted != 0 {
		t.Errorf("again: %+v", rep.Tables[0])
	}
	b.want("SELECT string_agg(xmin::text || i::text, ' ' ORDER BY i::text) FROM items i", before)
	b.write("jan/items.csv", "id,n,s\na,7,x\n")
	b.apply(1, "2024-01-31")
	b.want("SELECT string_agg(xmin::text || i::text, ' ' ORDER BY i::text) FROM items i", before)
	b.apply(0, "2024-01-31", func(c *run.Config) { c.Restate, c.Reason = true, "x" })
	b.want("SELECT string_agg(id || n, ' ' ORDER BY _partition, id) FROM items", "a7 a1 b5")
}

func TestSchemaChanges(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	l, s := b.load(), b.config.Pipeline.Snapshots[0]
	b.retype("n", "bigint")
	added := model.Column{Name: "extra", Type: typ(t, "numeric"), Nullable: true}
	l.Table.Columns = append(l.Table.Columns, added)
	l.Reading = append(l.Reading, model.Reading{Column: "extra", Optional: true, NullValues: []string{""}})
	s.Table.Columns, s.Columns = append(s.Table.Columns, added), append(s.Columns, "extra")
	rep := b.apply(0, "2024-01-31")
	if rep.Snapshots[0].State != "unchanged" || len(rep.Changes) != 4 {
		t.Errorf("a new column that is NULL is no difference: %+v", rep)
	}
	b.want("SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_name) FROM information_schema.columns WHERE table_name = 'items'",
		"extra numeric, id text, n bigint, s text")

	b.retype("n", "smallint")
	b.write("feb/items.csv", "id,n,s\na,1,x\nb,5,\n")
	if _, err := b.db.Exec(context.Background(), "UPDATE items SET n = 70000 WHERE id = 'c'"); err != nil {
		t.Fatal(err)
	}
	rep = b.apply(1, "2024-02-29")
	if want := "public.items: ~ column n bigint -> smallint: 1 value would be lost"; rep.Errors[0].Message != want {
		t.Errorf("got %q, want %q", rep.Errors[0].Message, want)
	}
	b.apply(0, "2024-02-29", func(c *run.Config) { c.AllowNarrow = []string{"items.n", "items_snapshots.n"} })
	b.want("SELECT string_agg(id || coalesce(n::text, '-'), ' ' ORDER BY id) FROM items", "a1 b5 c-")
}

func TestRename(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	for _, table := range []*model.Table{&b.load().Table, &b.config.Pipeline.Snapshots[0].Table} {
		c := table.Column("n")
		c.Name, c.RenamedFrom = "amount", "n"
	}
	b.load().Reading[1] = model.Reading{Column: "amount", From: []string{"n"}, NullValues: []string{""}}
	b.config.Pipeline.Snapshots[0].Columns[0] = "amount"
	rep := b.apply(0, "2024-01-31")
	if rep.Snapshots[0].State != "unchanged" {
		t.Errorf("a renamed column is no difference: %+v", rep.Snapshots[0])
	}
	b.apply(0, "2024-02-29")
	b.want("SELECT string_agg(id || amount, ' ' ORDER BY as_of, id) FROM items_snapshots", "a1 b2 c3 a1 b5")
	if rep := run.Verify(context.Background(), b.config); rep.ExitCode != 0 {
		t.Errorf("verify after a rename: %+v", rep.Errors)
	}
}

func TestKeyTooLongForAnIndex(t *testing.T) {
	b := one(t, nil)
	random, long := rand.New(rand.NewPCG(1, 2)), []byte{}
	for range 6000 { // letters without a pattern, which cannot be compressed away
		long = append(long, byte('a'+random.IntN(26)))
	}
	b.write("jan/items.csv", "id,n,s\na,1,x\n"+string(long)+",2,\n")
	rep := b.apply(1, "2024-01-31")
	if got := rep.Errors[0]; got.Line != 3 || got.Message != "the key of items has 6000 bytes here, and an index of Postgres takes about 2,700" {
		t.Errorf("got %+v", rep.Errors)
	}
}

// A month is compared over the columns that were frozen, also when the spec freezes fewer now.
func TestGivenUpColumn(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	s := b.config.Pipeline.Snapshots[0]
	s.Columns, s.Table.Columns = s.Columns[:1], s.Table.Columns[:3]
	b.load().Table.Column("s").PII = true
	if rep := b.apply(0, "2024-01-31"); rep.Snapshots[0].State != "unchanged" {
		t.Errorf("fewer columns are no difference: %+v", rep.Snapshots[0])
	}
	b.write("jan/items.csv", "id,n,s\na,1,y\nb,2,\nc,3,z\n")
	rep := b.apply(1, "2024-01-31")
	if want := "items_snapshots of 2024-01-31 is frozen and this batch differs: 1 key changed (s 1)"; rep.Errors[0].Message != want {
		t.Errorf("got %q, want %q", rep.Errors[0].Message, want)
	}
	if got := rep.Snapshots[0].Diff.Samples[0]; strings.Contains(got, "x") || strings.Contains(got, "y") {
		t.Errorf("a masked value is shown: %s", got)
	}
	b.apply(0, "2024-01-31", func(c *run.Config) { c.Restate, c.Reason = true, "s does not matter" })
	if rep := b.apply(0, "2024-01-31"); rep.Snapshots[0].State != "unchanged" {
		t.Errorf("after the restatement only the new columns count: %+v", rep.Snapshots[0])
	}
	if rep := run.Verify(context.Background(), b.config); rep.ExitCode != 0 {
		t.Errorf("verify: %+v", rep.Errors)
	}
}

func TestAbsentColumn(t *testing.T) {
	b := one(t, func(l *model.Load) { l.Reading[2].Optional = true })
	b.apply(0, "2024-01-31")
	b.write("feb/items.csv", "id,n\na,1\nb,5\nc,3\n")
	rep := b.apply(1, "2024-02-29")
	if want := `the optional column "s" is not in the file, and 2 live rows of items hold a value for it`; rep.Errors[0].Message != want {
		t.Errorf("got %q", rep.Errors[0].Message)
	}
	b.load().Reading[2].WhenAbsent = "keep"
	b.apply(0, "2024-02-29")
	b.want("SELECT string_agg(id || n || coalesce(s, '-'), ' ' ORDER BY id) FROM items", "a1x b5- c3z")
	b.load().Reading[2].WhenAbsent = "null"
	b.apply(0, "2024-02-29")
	b.want("SELECT string_agg(id || n || coalesce(s, '-'), ' ' ORDER BY id) FROM items", "a1- b5- c3-")
}

func TestSizes(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	b.write("feb/items.csv", "id,n,s\na,1,x\n")
	rep := b.apply(1, "2024-02-29")
	if !strings.Contains(rep.Errors[0].Message, "items has 1 row and the partition before had 3: more than 50% of them are gone") {
		t.Errorf("got %q", rep.Errors[0].Message)
	}
	limit := 0.9
	b.load().Source.MaxShrink = &limit
	b.apply(0, "2024-02-29")
}

func TestSameData(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	b.write("feb/items.csv", "id,n,s\na,1,x\nb,2,\nc,3,z\n")
	rep := b.apply(1, "2024-02-29")
	if !strings.Contains(rep.Errors[0].Message, "every file is identical to those of 2024-01-31 (run 1)") {
		t.Errorf("got %q", rep.Errors[0].Message)
	}
	b.apply(0, "2024-02-29", func(c *run.Config) { c.SameData = true })
}

func TestLockedAndSwept(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	other, err := b.db.Reopen(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Announce(context.Background(), "runner apply other"); err != nil {
		t.Fatal(err)
	}
	if ok, err := other.TryLock(context.Background(), pg.LockKey("public.items")); !ok || err != nil {
		t.Fatal(ok, err)
	}
	rep := b.apply(4, "2024-02-29")
	if rep.Status != report.Locked || !strings.Contains(rep.Errors[0].Message, "public.items is locked by another run: runner apply other") {
		t.Errorf("got %+v", rep.Errors)
	}
	if _, err := b.db.Exec(context.Background(), "INSERT INTO runner.runs (pipeline, partition, params, whole, status, started) VALUES ('monthly', '', '{}', true, 'running', now())"); err != nil {
		t.Fatal(err)
	}
	other.Close()
	b.apply(0, "2024-02-29", func(c *run.Config) { c.Wait = true })
	b.want("SELECT string_agg(status, ' ' ORDER BY run_id) FROM runner.runs", "succeeded crashed succeeded")
}

func TestPlanTouchesNothing(t *testing.T) {
	b := one(t, nil)
	rep := run.Plan(context.Background(), b.config)
	if rep.ExitCode != 0 || len(rep.Changes) != 2 || len(rep.Steps) == 0 {
		t.Errorf("plan: %+v", rep)
	}
	b.want("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'runner')", "0")
}

func TestPIIIsMasked(t *testing.T) {
	b := one(t, func(l *model.Load) {
		l.Table.Columns[0].PII = true
		l.Rules = []model.Rule{{Name: "small", Text: "n < 3", Condition: `r."n" < 3`, Columns: []string{"n"}}}
	})
	rep := b.apply(1, "2024-01-31")
	if got := rep.Rules[0].Samples[0].Key[0].Value; got != "***" {
		t.Errorf("the key is shown: %q", got)
	}
	b.want("SELECT count(*) FROM runner.runs WHERE report::text LIKE '%\"c\"%'", "0")
}
