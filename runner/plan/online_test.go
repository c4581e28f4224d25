package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// view is one of a composite key with a feature that has no equality of its own.
func view(t *testing.T) *model.FeatureView {
	t.Helper()
	typ := func(name string) model.Type {
		out, err := model.ParseType(name)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ttl, _ := model.ParsePeriod("1mo")
	return &model.FeatureView{Name: `we"ird`, TTL: &ttl, Entity: &model.Entity{Name: "e", Key: []model.Column{{Name: "a", Type: typ("text")}, {Name: "B", Type: typ("integer")}}},
		Features: []model.Feature{{Name: "n", Type: typ("numeric")}, {Name: "doc", Type: typ("json")}}}
}

func open(t *testing.T) *pg.DB {
	t.Helper()
	db, err := pg.Open(context.Background(), pgtest.Database(t), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func exec(t *testing.T, db *pg.DB, sql pgsql.Frag) {
	t.Helper()
	if _, err := db.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%v in\n%s", err, sql)
	}
}

// compared makes the online table of a view as it is wanted, from what is there.
func compared(t *testing.T, db *pg.DB, v *model.FeatureView) *plan.OnlineTable {
	t.Helper()
	ctx := context.Background()
	found := plan.Found{}
	var err error
	if found.Tables, err = db.Inspect(ctx, "online"); err != nil {
		t.Fatal(err)
	}
	if found.Others, err = db.Others(ctx, "online"); err != nil {
		t.Fatal(err)
	}
	o, fault := plan.NewOnlineTable(v, "public", found)
	if fault != nil {
		t.Fatal(fault)
	}
	return o
}

func made(t *testing.T, db *pg.DB, v *model.FeatureView) model.Table {
	t.Helper()
	exec(t, db, plan.OnlineSchemaChange("public").SQL)
	o := compared(t, db, v)
	for _, c := range o.Changes {
		exec(t, db, c.SQL)
	}
	return o.Table
}

func at(day int) time.Time { return time.Date(2024, 3, day, 0, 0, 0, 0, time.UTC) }

func text(s string) *string { return &s }

func TestOnlineWrite(t *testing.T) {
	db, v := open(t), view(t)
	table := made(t, db, v)
	push := func(rows ...plan.Pushed) string {
		t.Helper()
		row, err := db.One(context.Background(), plan.OnlineWrite(table, plan.PushedRows(v, table, time.UTC, rows), plan.NewerWins))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("inserted %d updated %d unchanged %d older %d", row.Int(0), row.Int(1), row.Int(2), row.Int(3))
	}
	row := func(key, n string, day int) plan.Pushed {
		return plan.Pushed{Key: []string{key, "1"}, Values: []*string{text(n), text(`{"n":` + n + `}`)}, EventTime: at(day)}
	}
	created := func(r plan.Pushed, day int, revision int64) plan.Pushed {
		r.Created, r.Revision = at(day), revision
		return r
	}
	for _, c := range []struct {
		what string
		rows []plan.Pushed
		want string
	}{
		{"first", []plan.Pushed{row("x", "1.50", 5), row("y", "2", 5)}, "inserted 2 updated 0 unchanged 0 older 0"},
		{"again", []plan.Pushed{row("x", "1.50", 5), row("y", "2", 5)}, "inserted 0 updated 0 unchanged 2 older 0"},
		{"older", []plan.Pushed{row("x", "9", 4)}, "inserted 0 updated 0 unchanged 0 older 1"},
		{"other values of the same time", []plan.Pushed{row("x", "3", 5), row("y", "2", 5)}, "inserted 0 updated 1 unchanged 1 older 0"},
		{"newer", []plan.Pushed{row("x", "4", 6)}, "inserted 0 updated 1 unchanged 0 older 0"},
		{"created later", []plan.Pushed{created(row("x", "5", 6), 7, 0)}, "inserted 0 updated 1 unchanged 0 older 0"},
		{"created at no known time", []plan.Pushed{row("x", "6", 6)}, "inserted 0 updated 0 unchanged 0 older 1"},
		{"a revision later", []plan.Pushed{created(row("x", "7", 6), 7, 1)}, "inserted 0 updated 1 unchanged 0 older 0"},
		{"a revision earlier", []plan.Pushed{created(row("x", "8", 6), 7, 0)}, "inserted 0 updated 0 unchanged 0 older 1"},
		{"the newest of a key", []plan.Pushed{row("z", "1", 3), row("z", "2", 4), row("z", "3", 2)}, "inserted 1 updated 0 unchanged 0 older 0"},
		{"no values", []plan.Pushed{{Key: []string{"z", "1"}, Values: []*string{nil, nil}, EventTime: at(9)}}, "inserted 0 updated 1 unchanged 0 older 0"},
		{"the other key", []plan.Pushed{{Key: []string{"x", "2"}, Values: []*string{nil, nil}, EventTime: at(1)}}, "inserted 1 updated 0 unchanged 0 older 0"},
	} {
		if got := push(c.rows...); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
	got, err := db.One(context.Background(), `SELECT string_agg(l::text, ' ' ORDER BY a, "B") FROM online."we""ird" l`)
	want := `(x,1,7,"{""n"":7}","2024-03-06 00:00:00+00","2024-03-07 00:00:00+00",1,,"2024-04-06 00:00:00+00",t)` +
		` (x,2,,,"2024-03-01 00:00:00+00",,0,,"2024-04-01 00:00:00+00",t)` +
		` (y,1,2,"{""n"":2}","2024-03-05 00:00:00+00",,0,,"2024-04-05 00:00:00+00",t)` +
		` (z,1,,,"2024-03-09 00:00:00+00",,0,,"2024-04-09 00:00:00+00",t)`
	if err != nil || got.Text(0) != want {
		t.Errorf("the store holds\n%s\nwant\n%s (%v)", got.Text(0), want, err)
	}
}

// What the source says replaces rows that came from it, newer or not, and leaves pushed ones that are newer.
func TestOnlineWriteOfAWholeSource(t *testing.T) {
	db, v := open(t), view(t)
	table := made(t, db, v)
	exec(t, db, `INSERT INTO online."we""ird" VALUES ('source', 1, 1, NULL, '2024-03-09', NULL, 1, '2024-03-08', NULL, false), ('pushed', 1, 1, NULL, '2024-03-09', NULL, 0, NULL, NULL, true),
		('older', 1, 1, NULL, '2024-03-01', NULL, 0, NULL, NULL, true)`)
	source := pgsql.Frag(`SELECT a, 1 AS "B", 2::numeric AS n, NULL::json AS doc, '2024-03-05'::timestamptz AS _event_time, NULL::timestamptz AS _created, 1::bigint AS _revision, '2024-03-04'::date AS _as_of,
		NULL::timestamptz AS _expires, false AS _pushed FROM (VALUES ('source'), ('pushed'), ('older')) AS k (a)`)
	row, err := db.One(context.Background(), plan.OnlineWrite(table, source, plan.SourceWins))
	if err != nil || row.Int(1) != 2 || row.Int(3) != 1 {
		t.Fatalf("got %s updated, %s older (%v)", row.Text(1), row.Text(3), err)
	}
	row, err = db.One(context.Background(), `SELECT string_agg(a || n, ' ' ORDER BY a) FROM online."we""ird"`)
	if err != nil || row.Text(0) != "older2 pushed1 source2" {
		t.Errorf("got %s (%v)", row.Text(0), err)
	}
}

func TestOnlineTable(t *testing.T) {
	db, v := open(t), view(t)
	made(t, db, v)
	exec(t, db, `INSERT INTO online."we""ird" VALUES ('x', 1, 1.5, '{}', '2024-03-09', NULL, 1, '2024-03-08', NULL, false)`)
	integer, _ := model.ParseType("integer")
	bigint, _ := model.ParseType("bigint")
	say := func(o *plan.OnlineTable) string {
		var out []string
		for _, c := range append(append([]plan.Change{}, o.Changes...), o.Drops...) {
			out = append(out, c.Detail)
		}
		if o.Rebuild != "" {
			out = append(out, "rebuild")
		}
		return strings.Join(out, "; ")
	}
	for _, c := range []struct {
		what   string
		change func(*model.FeatureView)
		want   string
	}{
		{"the same", func(*model.FeatureView) {}, ""},
		{"new and gone", func(v *model.FeatureView) { v.Features[1].Name = "paper" }, "+ column paper json; - column doc"},
		{"narrower", func(v *model.FeatureView) { v.Features[0].Type = integer }, "rebuild"},
		{"another kind", func(v *model.FeatureView) { v.Features[0].Type = v.Features[1].Type }, "rebuild"},
		{"a wider key", func(v *model.FeatureView) {
			e := *v.Entity
			e.Key = []model.Column{e.Key[0], {Name: "B", Type: bigint}}
			v.Entity = &e
		}, "~ column B integer -> bigint"},
		{"another key", func(v *model.FeatureView) {
			e := *v.Entity
			e.Key = e.Key[:1]
			v.Entity = &e
		}, "rebuild"},
	} {
		changed := *v
		changed.Features = append([]model.Feature{}, v.Features...)
		c.change(&changed)
		o := compared(t, db, &changed)
		if got := say(o); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
		exec(t, db, "BEGIN")
		for _, change := range append(o.Changes, o.Drops...) {
			exec(t, db, change.SQL)
		}
		exec(t, db, "ROLLBACK")
	}
	exec(t, db, `DROP TABLE online."we""ird"; CREATE VIEW online."we""ird" AS SELECT 1`)
	others, err := db.Others(context.Background(), "online")
	if err != nil {
		t.Fatal(err)
	}
	if _, fault := plan.NewOnlineTable(v, "public", plan.Found{Others: others}); fault == nil || !strings.Contains(fault.Message, "is a view") {
		t.Errorf("a view in the place of the table: %v", fault)
	}
}
