package plan_test

import (
	"context"
	"fmt"
	"testing"
	"time"

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
