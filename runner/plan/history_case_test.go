package plan

import (
	"context"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// joined is a join of one view, written down shortly.
type joined struct {
	key    string // columns of the entity, the source and the spine, with types
	source model.FeatureSource
	setup  pgsql.Frag // makes the tables source and spine
	time   string     // type of the column t of the spine
	zone   string
	edit   func(*model.FeatureView, *Want)
}

// lines joins with every method, which must agree, and gives the rows as psql would, in the order of the answer.
func (j joined) lines(t *testing.T, db *pg.DB) []string {
	t.Helper()
	ctx := context.Background()
	if _, err := db.Exec(ctx, "DROP TABLE IF EXISTS source, spine; "+j.setup); err != nil {
		t.Fatal(err)
	}
	entity := &model.Entity{Name: "e", Key: table(t, "e: "+j.key).Columns}
	v := &model.FeatureView{Name: "v", Entity: entity, Source: j.source, Features: []model.Feature{{Name: "x", Column: "x", Type: typ(t, "integer")}}}
	if v.Source.Query == "" {
		v.Source.Name = "source"
	}
	spine := Spine{Rows: `"spine"`, Columns: entity.Key, Keys: map[string]string{}, Time: model.Column{Name: "t", Type: typ(t, j.time)}}
	for _, k := range entity.Key {
		v.Keys = append(v.Keys, k.Name)
		spine.Keys[k.Name] = k.Name
	}
	want := Want{Features: v.Offers()}
	if j.edit != nil {
		j.edit(v, &want)
	}
	var first []string
	for i, method := range JoinMethods() {
		want.Method = method
		h := NewHistory(&model.Project{Timezone: j.zone}, "public", spine, want)
		rows, err := db.Query(ctx, h.Select())
		if err != nil {
			t.Fatalf("%s: %v\n%s", method, err, h.Select())
		}
		var out []string
		for _, row := range rows {
			var cells []string
			for c := range row {
				if row.Null(c) {
					cells = append(cells, "")
				} else {
					cells = append(cells, row.Text(c))
				}
			}
			out = append(out, strings.Join(cells, "|"))
		}
		if i == 0 {
			first = out
		} else if !slices.Equal(out, first) {
			t.Errorf("%s gives\n%s\nand %s\n%s", JoinMethods()[0], strings.Join(first, "\n"), method, strings.Join(out, "\n"))
		}
	}
	return first
}

func expectLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Feast gives a row of the spine twice where two rows of a view have one time and no created column (measured with its template of 0.66).
func TestTiedRowsDoNotDuplicate(t *testing.T) {
	j := joined{key: "k text", time: "timestamptz", source: model.FeatureSource{EventTime: "at", Columns: table(t, "s: k text, at timestamptz, x int").Columns},
		setup: `CREATE TABLE source (k text, at timestamptz, x int); INSERT INTO source VALUES ('a', '2024-01-01', 10), ('a', '2024-01-01', 11), ('b', '2024-01-01', 5);
			CREATE TABLE spine AS SELECT * FROM (VALUES ('a', timestamptz '2024-01-02'), ('b', '2024-01-02')) v(k, t)`}
	expectLines(t, j.lines(t, openTest(t)), "a|2024-01-02 00:00:00+00|11", "b|2024-01-02 00:00:00+00|5")
}

// Feast joins rows by their keys run together, and takes ('1', '11') for ('11', '1').
func TestCompositeKeysStayApart(t *testing.T) {
	j := joined{key: "a text, b text", time: "timestamptz", source: model.FeatureSource{EventTime: "at", Columns: table(t, "s: a text, b text, at timestamptz, x int").Columns},
		setup: `CREATE TABLE source (a text, b text, at timestamptz, x int); INSERT INTO source VALUES ('1', '11', '2024-01-01', 111), ('11', '1', '2024-01-01', 222);
			CREATE TABLE spine AS SELECT * FROM (VALUES ('1', '11', timestamptz '2024-01-02'), ('11', '1', '2024-01-02')) v(a, b, t)`}
	expectLines(t, j.lines(t, openTest(t)), "1|11|2024-01-02 00:00:00+00|111", "11|1|2024-01-02 00:00:00+00|222")
}

// Both ends of the time in which a row holds belong to it.
func TestEdgesOfTTL(t *testing.T) {
	j := joined{key: "k text", time: "timestamptz", source: model.FeatureSource{EventTime: "at", Columns: table(t, "s: k text, at timestamptz, x int").Columns},
		setup: `CREATE TABLE source (k text, at timestamptz, x int); INSERT INTO source VALUES ('a', '2024-01-01', 1);
			CREATE TABLE spine AS SELECT 'a' AS k, t FROM (VALUES (timestamptz '2023-12-31 23:59:59'), ('2024-01-01'), ('2024-01-11'), ('2024-01-11 00:00:01')) v(t)`,
		edit: func(v *model.FeatureView, _ *Want) { v.TTL = &model.Period{Days: 10} }}
	expectLines(t, j.lines(t, openTest(t)), "a|2023-12-31 23:59:59+00|", "a|2024-01-01 00:00:00+00|1", "a|2024-01-11 00:00:00+00|1", "a|2024-01-11 00:00:01+00|")
}

// A date says how its day ended: what was seen in the morning of 31 January does not know it, and a spine of dates does.
func TestDatesAreEndsOfDays(t *testing.T) {
	source := model.FeatureSource{Snapshot: true, EventTime: "as_of", Key: []string{"k"}, Columns: table(t, "s: k text!, as_of date!, x int").Columns}
	setup := pgsql.Frag(`CREATE TABLE source (k text, as_of date, x int); INSERT INTO source VALUES ('a', '2023-12-31', 1), ('a', '2024-01-31', 2), ('a', '2024-02-29', 3);`)
	edit := func(v *model.FeatureView, w *Want) {
		w.Freezes = map[string][]Freeze{"source": {{AsOf: "2023-12-31"}, {AsOf: "2024-01-31"}, {AsOf: "2024-02-29"}}}
	}
	j := joined{key: "k text", time: "timestamptz", source: source, edit: edit,
		setup: setup + `CREATE TABLE spine AS SELECT 'a' AS k, t FROM (VALUES (timestamptz '2024-01-31 09:00'), ('2024-02-01 00:00')) v(t)`}
	db := openTest(t)
	expectLines(t, j.lines(t, db), "a|2024-01-31 09:00:00+00|1", "a|2024-02-01 00:00:00+00|2")
	j.time, j.setup = "date", setup+`CREATE TABLE spine AS SELECT 'a' AS k, t FROM (VALUES (date '2024-01-31'), ('2024-02-29')) v(t)`
	expectLines(t, j.lines(t, db), "a|2024-01-31|2", "a|2024-02-29|3")
	j.edit = func(v *model.FeatureView, w *Want) { edit(v, w); w.Horizon = model.Period{Months: 1} } // a month-end stays a month-end
	expectLines(t, j.lines(t, db), "a|2024-01-31|1", "a|2024-02-29|2")
	j.edit = func(v *model.FeatureView, w *Want) { edit(v, w); v.Source.KnownAfter = model.Period{Days: 5} }
	expectLines(t, j.lines(t, db), "a|2024-01-31|1", "a|2024-02-29|2")
	j.edit = func(v *model.FeatureView, w *Want) { edit(v, w); w.Freezes = nil }
	expectLines(t, j.lines(t, db), "a|2024-01-31|", "a|2024-02-29|")
	j.edit = func(v *model.FeatureView, w *Want) { edit(v, w); w.FullNames = true }
	j.lines(t, db)
}

// The rows come by key, text by its bytes, then by time. Twice is twice, and rows without a key or with an unknown one keep their places.
func TestOrderOfTheAnswer(t *testing.T) {
	j := joined{key: "k text", time: "date", source: model.FeatureSource{Columns: table(t, "s: k text, at date, x int").Columns, EventTime: "at", Query: "SELECT k, at, x FROM source -- all of it"},
		setup: `CREATE TABLE source (k text, at date, x int); INSERT INTO source VALUES ('b', '2024-01-01', 1), (NULL, '2024-01-01', 2), ('b', NULL, 3);
			CREATE TABLE spine AS SELECT * FROM (VALUES ('b', date '2024-01-03'), ('b', '2024-01-02'), ('b', '2024-01-02'), ('B', '2024-01-02'), (NULL, '2024-01-02'), ('b', NULL)) v(k, t)`}
	expectLines(t, j.lines(t, openTest(t)), "B|2024-01-02|", "b|2024-01-02|1", "b|2024-01-02|1", "b|2024-01-03|1", "b||", "|2024-01-02|")
}

// TestFutureDoesNotLeak changes everything that is known only after the last row asks, and adds to it: not a value may change.
func TestFutureDoesNotLeak(t *testing.T) {
	ctx, db := context.Background(), openTest(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for n := range 12 {
		w := newWorld(t, rand.New(rand.NewPCG(seed, uint64(n))))
		cut, _ := timeOf(pick(w.r, w.instants...))
		w.rows = slices.DeleteFunc(w.rows, func(e event) bool {
			return e.at != null && told(e.at, w.spine.Time.Type, w.spine.AtStart, w.loc, model.Period{}).After(cut)
		})
		h := func() []string {
			if err := w.create(ctx, db); err != nil {
				t.Fatal(err)
			}
			got, err := rowsOf(ctx, db, NewHistory(&model.Project{Timezone: w.zone}, "public", w.spine, w.want), w.loc)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		before := h()
		for i, o := range w.origins {
			if o.Name == "" {
				o.Name = []string{"source 0", "source 1"}[i]
			}
			for i, e := range o.rows {
				if e.at != null && o.after(e.at, o.KnownAfter).After(cut) {
					o.rows[i].n, o.rows[i].s = "77", "changed"
				}
			}
			o.rows = append(o.rows, event{keys: make([]string, len(w.keys)), at: "2030-01-01", created: null, id: "1000", n: "88", s: "added"})
			for k := range w.keys {
				o.rows[len(o.rows)-1].keys[k] = "1"
			}
			if o.Snapshot {
				w.want.Freezes[o.Name] = append(w.want.Freezes[o.Name], Freeze{AsOf: "2030-01-01"})
			}
		}
		if after := h(); !slices.Equal(before, after) {
			t.Errorf("world %d: what came after %s changed\n%s", n, cut, differing(before, after))
		}
	}
}

// TestMethods are the choices, with reasons that a user can act on.
func TestMethods(t *testing.T) {
	events := &model.Load{Table: table(t, "events: k text, at timestamptz, x int")}
	indexed := &model.Load{Table: table(t, "indexed: k text, at timestamptz, x int")}
	indexed.Table.Indexes = []model.Index{{Columns: []string{"k", "at"}}}
	project := &model.Project{Pipelines: []*model.Pipeline{{Loads: []*model.Load{events, indexed}}}}
	entity := &model.Entity{Name: "e", Key: table(t, "e: k text!").Columns}
	view := func(name string, s model.FeatureSource, only bool) *model.FeatureView {
		return &model.FeatureView{Name: name, Entity: entity, Source: s, SnapshotOnly: only, Keys: []string{"k"}, Features: []model.Feature{{Name: "x", Column: "x"}}}
	}
	snapshot := func(name string) model.FeatureSource {
		return model.FeatureSource{Name: name, Snapshot: true, EventTime: "as_of", Key: []string{"k"}, Columns: table(t, "s: k text!, as_of date!, x int").Columns}
	}
	tableOf := func(l *model.Load) model.FeatureSource {
		return model.FeatureSource{Name: l.Table.Name, EventTime: "at", Columns: l.Table.Columns}
	}
	want := Want{Sizes: map[string]int64{"large": 1_000_000, "small": 1000}, Freezes: map[string][]Freeze{"large": {{AsOf: "2024-01-31"}}, "small": {{AsOf: "2024-01-31"}}}}
	for _, v := range []*model.FeatureView{view("large", snapshot("large"), false), view("small", snapshot("small"), false), view("only", snapshot("small"), true), view("none", snapshot("none"), false),
		view("events", tableOf(events), false), view("indexed", tableOf(indexed), false), view("query", model.FeatureSource{Query: "SELECT 1", EventTime: "at", Columns: events.Table.Columns}, false)} {
		want.Features = append(want.Features, v.Offers()...)
	}
	var got []string
	for _, m := range NewHistory(project, "", Spine{Columns: entity.Key, Keys: map[string]string{"k": "k"}, Time: table(t, "s: t date").Columns[0], Count: 5000}, want).Methods() {
		got = append(got, m.View+" "+m.Source+" "+m.Name+": "+m.Reason)
	}
	expectLines(t, got,
		"large large index: 5000 rows to fill, and the source has 1000000",
		"small small ranges: 5000 rows to fill, and the snapshot has 1000: it is read once",
		"only small freezes: only the newest freeze of each time counts",
		"none none nothing: nothing is frozen",
		"events events merge: no index over k, at",
		"indexed indexed index: it has an index over key and time",
		"query query merge: no index over k, at")
}

// TestHistoryStatement shows the whole statement of a small join: views over one source share it, whatever their ttl, and derived features see
// what is left of it.
func TestHistoryStatement(t *testing.T) {
	entity := &model.Entity{Name: "client", Key: table(t, "e: id text!").Columns}
	months := model.FeatureSource{Name: "usage_months", Snapshot: true, EventTime: "as_of", Key: []string{"id"}, KnownAfter: model.Period{Days: 3}, Columns: table(t, "s: id text!, as_of date!, hours numeric, plan text").Columns}
	usage := &model.FeatureView{Name: "usage", Entity: entity, Source: months, Keys: []string{"id"}, Features: []model.Feature{{Name: "hours", Column: "hours"}},
		Derived: []model.Derived{{Name: "twice", SQL: `r."hours" * 2`, Uses: []string{"hours"}}}}
	plan := &model.FeatureView{Name: "plan", Entity: entity, Source: months, TTL: &model.Period{Months: 1}, Keys: []string{"id"}, Features: []model.Feature{{Name: "plan", Column: "plan"}}}
	orders := &model.FeatureView{Name: "orders", Entity: entity, Source: model.FeatureSource{Name: "orders", EventTime: "at", CreatedTime: "written", Columns: table(t, "o: client text, at timestamp, written timestamptz, amount numeric(10,2)").Columns},
		Keys: []string{"client"}, Features: []model.Feature{{Name: "amount", Column: "amount"}}}
	want := Want{Horizon: model.Period{Months: 1}, Freezes: map[string][]Freeze{"usage_months": {{AsOf: "2024-01-31"}, {AsOf: "2024-02-29"}}},
		Inputs: table(t, "i: offer numeric").Columns, Derived: []model.Derived{{Name: "share", SQL: `r."offer" / r."amount"`, Uses: []string{"offer", "amount"}}}}
	for _, v := range []*model.FeatureView{usage, plan, orders} {
		want.Features = append(want.Features, v.Offers()...)
	}
	spine := Spine{Rows: `"shop"."answers"`, Columns: table(t, "s: id text!, gone boolean, offer numeric").Columns, Keys: map[string]string{"id": "id"}, Time: table(t, "s: day date").Columns[0], Count: -1}
	got := ""
	for _, method := range []string{"", JoinRanges} {
		want.Method = method
		got += string(NewHistory(&model.Project{Timezone: "Europe/Paris"}, "shop", spine, want).Select()) + ";\n\n"
	}
	file := "testdata/history.sql"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for what, bad := range map[string]*regexp.Regexp{"a lateral join with a table": regexp.MustCompile(`LATERAL \(\s*SELECT [^()]* FROM "`), "now() or a like": regexp.MustCompile(`(?i)\bnow\b|current_`),
		"NOT EXISTS": regexp.MustCompile("NOT EXISTS"), "a bind parameter": regexp.MustCompile(`\$\d`), "LIMIT": regexp.MustCompile("LIMIT")} {
		for _, method := range []string{JoinRanges, JoinMerge} {
			want.Method = method
			if sql := string(NewHistory(&model.Project{}, "shop", spine, want).Select()); bad.MatchString(sql) {
				t.Errorf("%s has %s, which does not suit Citus:\n%s", method, what, sql)
			}
		}
	}
	if wanted, err := os.ReadFile(file); err != nil || got != string(wanted) {
		t.Errorf("%s is not what the plan says now; look at the difference after go test ./runner/plan -update (%v)", file, err)
	}
}

// Keys are compared by the = of the entity's type: no text is shortened, and blanks at the end count unless the type says that they do not.
func TestKeysOfAlikeTypes(t *testing.T) {
	db := openTest(t)
	rows := func(typ pgsql.Frag) pgsql.Frag {
		return "CREATE TABLE source (k " + typ + ", at timestamptz, x int); INSERT INTO source VALUES ('abcd', '2024-01-01', 1), ('a ', '2024-01-01', 2);" +
			`CREATE TABLE spine AS SELECT k, timestamptz '2024-01-02' AS t FROM (VALUES ('a'), ('abc'), ('abcd')) v(k)`
	}
	for _, c := range []struct {
		entity, source string
		a              string
	}{
		{"text", "text", ""}, {"text", "character varying(5)", ""}, {"text", "character(5)", "2"}, {"character varying(3)", "text", ""}, {"character(3)", "text", "2"},
	} {
		j := joined{key: "k " + c.entity, time: "timestamptz", setup: rows(pgsql.Frag(c.source)), source: model.FeatureSource{EventTime: "at", Columns: table(t, "s: k "+c.source+", at timestamptz, x int").Columns}}
		expectLines(t, j.lines(t, db), "a|2024-01-02 00:00:00+00|"+c.a, "abc|2024-01-02 00:00:00+00|", "abcd|2024-01-02 00:00:00+00|1")
	}
}

// Of times that clocks skipped, the instants that they mean are in order, and not what was written.
func TestSkippedHour(t *testing.T) {
	j := joined{key: "k text", time: "timestamptz", zone: "Europe/Berlin", source: model.FeatureSource{EventTime: "at", Columns: table(t, "s: k text, at timestamp, x int").Columns},
		setup: `CREATE TABLE source (k text, at timestamp, x int); INSERT INTO source VALUES ('a', '2024-03-31 02:30', 1), ('a', '2024-03-31 03:15', 2);
			CREATE TABLE spine AS SELECT 'a' AS k, t FROM (VALUES (timestamptz '2024-03-31 01:15+00'), ('2024-03-31 01:30+00')) v(t)`}
	expectLines(t, j.lines(t, openTest(t)), "a|2024-03-31 01:15:00+00|2", "a|2024-03-31 01:30:00+00|1")
}
