package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// Of a view of which only the newest freeze counts a key that this lacks is not there at its time: what is pushed of it for that time or
// before comes too late.
func TestPushBesideTheNewestFreeze(t *testing.T) {
	db, v := open(t), view(t)
	v.SnapshotOnly = true
	table := made(t, db, v)
	push := func(key string, at time.Time, want string) {
		t.Helper()
		rows := []plan.Pushed{{Key: []string{key, "1"}, Values: []*string{nil, nil}, EventTime: at}}
		row, err := db.One(context.Background(), plan.OnlinePush(v, table, time.UTC, rows))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d %d %d %d", row.Int(0), row.Int(1), row.Int(2), row.Int(3)); got != want {
			t.Errorf("%s at %s: got %s, want %s", key, at, got, want)
		}
	}
	push("before anything", at(1), "1 0 0 0")
	exec(t, db, `INSERT INTO online."we""ird" VALUES ('there', 1, 1, NULL, '2024-03-09', NULL, 1, '2024-03-08', NULL, false)`)
	push("gone", at(8), "0 0 0 1")
	push("gone", at(9), "0 0 0 1")
	push("gone", at(9).Add(time.Microsecond), "1 0 0 0")
	push("there", at(9), "0 0 0 1") // a freeze has a revision, and so is the newer of the two
	push("there", at(10), "0 1 0 0")
}

// Readers come to the tables of several views in the order in which a materialization takes them away.
func TestOneOrderOfTables(t *testing.T) {
	var reads []plan.OnlineRead
	var list []*plan.Materialization
	for _, name := range []string{"b", "c", "a"} {
		v := view(t)
		v.Name = name
		table := v.OnlineTable("public")
		reads = append(reads, plan.NewOnlineRead(v, "public", []string{"n"}, []int{0, 1}, &table))
		list = append(list, &plan.Materialization{Table: &plan.OnlineTable{View: v, Table: table}, After: []pgsql.Frag{"SELECT"}})
	}
	sql := string(plan.ReadOnline(view(t).Entity.Key, reads, false))
	a, b, c := strings.Index(sql, `JOIN "online"."a"`), strings.Index(sql, `JOIN "online"."b"`), strings.Index(sql, `JOIN "online"."c"`)
	if a < 0 || a > b || b > c {
		t.Errorf("readers come in another order:\n%s", sql)
	}
	list = append(list, &plan.Materialization{Table: &plan.OnlineTable{Table: model.Table{Name: "left alone"}}})
	if got := strings.TrimSpace(string(plan.Exchange(list))); got != `LOCK TABLE "online"."a", "online"."b", "online"."c" IN ACCESS EXCLUSIVE MODE` {
		t.Errorf("got %s", got)
	}
	if got := plan.Exchange(nil); got != "" {
		t.Errorf("got %s", got)
	}
}
