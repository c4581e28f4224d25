package run_test

import (
	"context"
	"testing"

	"streamflow/runner/internal/pg"
	"streamflow/runner/run"
)

// A table that is only referred to is locked too, so that nobody deletes a parent while its children are published; readers of one
// parent do not wait for each other.
func TestParentsAreLockedShared(t *testing.T) {
	ctx := context.Background()
	only := func(c *run.Config) { c.Only = []string{"use"} }
	for _, c := range []struct {
		deletes, shared bool
		child, whole    int
	}{{true, false, 4, 4}, {true, true, 0, 4}, {false, false, 0, 4}} {
		b := two(t)
		b.config.Pipeline.Loads[1].DeleteMissing = c.deletes
		b.apply(0, "2024-01-31")
		b.write("feb/use.csv", "id,hours\na,1.5\nb,3\n")
		other, err := b.db.Reopen(ctx)
		if err != nil {
			t.Fatal(err)
		}
		held, _, err := other.LockAll(ctx, []pg.Lock{{Name: "public.people", Shared: c.shared}}, false, nil)
		if held != "" || err != nil {
			t.Fatal(held, err)
		}
		b.apply(c.child, "2024-02-29", only)
		b.apply(c.whole, "2024-02-29")
		other.Close()
	}
}
