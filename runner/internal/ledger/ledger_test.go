package ledger_test

import (
	"context"
	"sync"
	"testing"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
)

// Several first commands on an empty database all find a ledger, whoever makes it.
func TestMigrateAtOnce(t *testing.T) {
	ctx := context.Background()
	for range 3 {
		url := pgtest.Database(t)
		dbs := make([]*pg.DB, 6)
		for i := range dbs {
			db, err := pg.Open(ctx, url, "")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			dbs[i] = db
		}
		var wg sync.WaitGroup
		for _, db := range dbs {
			wg.Go(func() {
				if err := ledger.Open(db).Migrate(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}
