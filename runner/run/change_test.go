package run_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/run"
)

func (b *bench) exec(sql string) {
	b.t.Helper()
	if _, err := b.db.Exec(context.Background(), pgsql.Frag(sql)); err != nil {
		b.t.Fatal(err)
	}
}

// rename declares another name for a column of a load and of every snapshot of it. The file keeps the old one.
func (b *bench) rename(l *model.Load, from, to string) {
	tables := []*model.Table{&l.Table}
	for _, s := range b.config.Pipeline.Snapshots {
		if s.From == l.Table.Name {
			tables = append(tables, &s.Table)
			for i := range s.Columns {
				s.Columns[i] = strings.ReplaceAll(s.Columns[i], from, to)
			}
		}
	}
	for _, t := range tables {
		c := t.Column(from)
		c.Name, c.RenamedFrom = to, from
		for i := range t.PrimaryKey {
			if t.PrimaryKey[i] == from {
				t.PrimaryKey[i] = to
			}
		}
	}
	for i := range l.Reading {
		if l.Reading[i].Column == from {
			l.Reading[i].Column, l.Reading[i].From = to, []string{from}
		}
	}
}

// family is two people and what they used; a person who is missing from a delivery is deleted.
func family(t *testing.T) *bench {
	b := two(t)
	b.config.Pipeline.Loads[1].DeleteMissing = true
	b.write("feb/people.csv", "id,city\nb,Oslo\n")
	b.write("feb/use.csv", "id,hours\nb,3\n")
	return b
}

func TestOrphansAreSeenThroughARename(t *testing.T) {
	for _, only := range [][]string{nil, {"people"}} {
		b := family(t)
		b.apply(0, "2024-01-31")
		use, people := b.config.Pipeline.Loads[0], b.config.Pipeline.Loads[1]
		b.rename(people, "id", "person")
		b.rename(use, "id", "who")
		use.References = []model.Reference{{Columns: []string{"who"}, Table: "people", Keys: []string{"person"}}}
		rep := b.apply(1, "2024-02-29", func(c *run.Config) { c.Only = only })
		if want := "1 row of use would be left without their row in people, which delete_missing removes"; rep.Errors[0].Message != want {
			t.Errorf("only %v: got %q", only, rep.Errors[0].Message)
		}
	}
}

func TestAChildIsCheckedBeforeItsParentIsRenamed(t *testing.T) {
	b := two(t)
	b.apply(0, "2024-01-31")
	b.rename(b.config.Pipeline.Loads[1], "id", "person")
	b.config.Pipeline.Loads[0].References[0].Keys = []string{"person"}
	only := func(c *run.Config) { c.Only = []string{"use"} }
	b.write("feb/use.csv", "id,hours\na,1\nx,2\n")
	if rep := b.apply(1, "2024-02-29", only); rep.Errors[0].Message != "id=x is not in people" {
		t.Errorf("got %+v", rep.Errors)
	}
	b.write("feb/use.csv", "id,hours\na,1\nb,2\n")
	b.apply(0, "2024-02-29", only)
}

func TestARenamedColumnThatIsAbsent(t *testing.T) {
	b := one(t, func(l *model.Load) { l.Reading[2].Optional = true })
	b.apply(0, "2024-01-31")
	b.rename(b.load(), "s", "word")
	b.write("feb/items.csv", "id,n\na,1\nb,5\n")
	rep := b.apply(1, "2024-02-29")
	if want := `the optional column "word" is not in the file, and 2 live rows of items hold a value for it`; rep.Errors[0].Message != want {
		t.Errorf("got %q", rep.Errors[0].Message)
	}
}

func TestIndexesAreMadeOnce(t *testing.T) {
	const indexes = "SELECT count(*) FROM pg_indexes WHERE tablename = 'items' AND indexdef NOT LIKE '%UNIQUE%'"
	b := one(t, func(l *model.Load) { l.Table.Indexes = []model.Index{{Columns: []string{"n"}}} })
	b.apply(0, "2024-01-31")
	b.rename(b.load(), "n", "amount")
	b.load().Table.Indexes[0].Columns = []string{"amount"}
	b.apply(0, "2024-01-31")
	b.want(indexes, "1")

	b = one(t, func(l *model.Load) { l.Table.Indexes = []model.Index{{Columns: []string{"n"}}} })
	b.exec("CREATE TABLE items (id text NOT NULL, n integer, s text); CREATE INDEX ON items (n)")
	b.apply(0, "2024-01-31")
	b.want(indexes, "1")
}

func TestArraysAreWidened(t *testing.T) {
	b := one(t, nil)
	b.retype("n", "integer[]")
	b.write("jan/items.csv", "id,n,s\na,\"{1,2}\",x\n")
	b.apply(0, "2024-01-31")
	b.retype("n", "bigint[]")
	if rep := b.apply(0, "2024-01-31"); rep.Snapshots[0].State != "unchanged" {
		t.Errorf("got %+v", rep.Snapshots[0])
	}
	b.want("SELECT pg_typeof(n) || n::text FROM items", "bigint[]{1,2}")
}

// wide is a table of more columns than a function of Postgres takes arguments.
func TestWideTables(t *testing.T) {
	columns, head, jan, feb := []string{"id", "text"}, "id", "a", "a"
	for i := range 150 {
		columns = append(columns, fmt.Sprintf("c%03d", i), "integer")
		head, jan, feb = head+fmt.Sprintf(",c%03d", i), jan+",1", feb+",2"
	}
	l := load(t, "wide", columns...)
	b := newBench(t, []*model.Load{l}, []*model.Snapshot{freeze(t, "wide_snapshots", l)})
	b.write("jan/wide.csv", head+"\n"+jan+"\n")
	b.apply(0, "2024-01-31")
	b.write("jan/wide.csv", head+"\n"+feb+"\n")
	rep := b.apply(1, "2024-01-31")
	if !strings.Contains(rep.Errors[0].Related[0].Message, "c149 1 -> 2") {
		t.Errorf("got %+v", rep.Errors[0])
	}
	b.apply(0, "2024-01-31", func(c *run.Config) { c.Restate, c.Reason = true, "wide" })
	b.want("SELECT key::text || (row ->> 'c149') || (SELECT count(*) FROM jsonb_object_keys(row)) FROM runner.superseded", `{"id": "a"}1151`)
}

// What was frozen can be made again from the snapshot and what was superseded, also when columns were renamed or left out since.
func TestSupersededRowsAreWhole(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	s := b.config.Pipeline.Snapshots[0]
	s.Columns, s.Table.Columns = s.Columns[:1], s.Table.Columns[:3]
	b.write("jan/items.csv", "id,n,s\na,7,x\nb,2,\nd,4,d\n")
	b.apply(0, "2024-01-31", func(c *run.Config) { c.Restate, c.Reason = true, "corrected" })
	b.rename(b.load(), "n", "amount")
	b.apply(0, "2024-01-31")
	b.want("SELECT string_agg(key::text || coalesce(row::text, '-'), ' ' ORDER BY key) FROM runner.superseded",
		`{"id": "a"}{"s": "x", "id": "a", "amount": 1} {"id": "c"}{"s": "z", "id": "c", "amount": 3} {"id": "d"}-`)
}

// A narrowing that is allowed by name turns what does not fit into NULL, unless the column cannot hold that.
func TestNarrowingOfARequiredColumn(t *testing.T) {
	b := one(t, func(l *model.Load) { l.Table.Columns[1].Nullable = false })
	b.config.Pipeline.Snapshots = nil
	b.write("jan/items.csv", "id,n,s\na,1,x\nb,70000,\n")
	b.apply(0, "2024-01-31")
	b.retype("n", "smallint")
	named := func(c *run.Config) { c.AllowNarrow = []string{"items.n"} }
	rep := b.apply(1, "2024-02-29", named)
	if !strings.HasPrefix(rep.Errors[0].Hint, "they would become NULL, which this column cannot hold") {
		t.Errorf("got %+v", rep.Errors)
	}
	b.load().Table.Columns[1].Nullable = true
	b.apply(0, "2024-02-29", named)
	b.want("SELECT string_agg(id || coalesce(n::text, '-'), ' ' ORDER BY id) FROM items", "a1 b5")
}

func TestDeltaNeedsWhatItIsLaidOver(t *testing.T) {
	b := one(t, func(l *model.Load) { l.Delivery = model.Delta })
	b.apply(0, "2024-01-31")
	b.exec("DROP TABLE items_snapshots")
	rep := b.apply(1, "2024-02-29")
	if want := `"items_snapshots" of 2024-02-29 would be laid over 2024-01-31, and the table that held it is gone`; rep.Errors[0].Message != want {
		t.Errorf("got %+v", rep.Errors)
	}
	again := func(c *run.Config) { c.Restate, c.Reason = true, "it was dropped" }
	b.apply(0, "2024-01-31", again)
	b.apply(0, "2024-02-29")
	b.want("SELECT string_agg(id || n, ' ' ORDER BY as_of, id) FROM items_snapshots", "a1 b2 c3 a1 b5 c3")
}
