package run_test

import (
	"strings"
	"testing"

	"streamflow/runner/model"
)

// The first batch meets an empty table; the second one is compared with the live rows by one join, which must see what a look at
// the batch alone would see.
func TestDuplicatesAreSeenBesideLiveRows(t *testing.T) {
	for name, feb := range map[string]string{
		"of a live key":  "id,n,s\na,1,x\nb,2,\na,1,x\n",
		"of a new key":   "id,n,s\na,1,x\nz,2,\nz,2,q\n",
		"of all, twice":  "id,n,s\na,1,x\nb,2,\nc,3,z\na,1,x\nb,2,\nc,3,z\n",
		"beside a gap":   "id,n,s\nb,2,\nb,2,\nc,3,z\n", // as many rows as live has
		"new for a live": "id,n,s\nb,2,\nz,2,\nz,2,\n",
	} {
		for _, composite := range []bool{false, true} {
			b := one(t, func(l *model.Load) {
				if composite {
					l.Table.PrimaryKey, l.Table.Columns[1].Nullable = []string{"id", "n"}, false
				}
			})
			b.config.Pipeline.Snapshots = nil
			b.apply(0, "2024-01-31")
			b.write("feb/items.csv", feb)
			rep := b.apply(1, "2024-02-29")
			if !strings.Contains(rep.Errors[0].Message, "2 rows have this key") {
				t.Errorf("%s, composite %v: got %q", name, composite, rep.Errors[0].Message)
			}
		}
	}
}

func TestCountsBesideLiveRows(t *testing.T) {
	for _, deletes := range []bool{false, true} {
		b := one(t, func(l *model.Load) { l.DeleteMissing = deletes })
		b.apply(0, "2024-01-31")
		b.write("feb/items.csv", "id,n,s\nb,2,\na,7,x\nd,4,\n")
		rep := b.apply(0, "2024-02-29")
		got := rep.Tables[0]
		want := [5]int64{1, 1, 1, 1, 0}
		if deletes {
			want[3], want[4] = 0, 1
		}
		if have := [5]int64{got.Inserted, got.Updated, got.Unchanged, got.Kept, got.Deleted}; have != want {
			t.Errorf("deletes %v: inserted, updated, unchanged, kept, deleted are %v, want %v", deletes, have, want)
		}
		if again := b.apply(0, "2024-02-29").Tables[0]; again.Unchanged != 3 || again.State != "published" {
			t.Errorf("again: %+v", again)
		}
	}
}
