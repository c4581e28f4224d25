package online_test

import (
	"context"
	"fmt"
	"testing"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/online"
	"streamflow/runner/online/onlinetest"
)

func openPostgres(t *testing.T, url, schema string, project *model.Project) *online.Postgres {
	t.Helper()
	pool, err := pg.OpenPool(context.Background(), url, schema, pg.PoolOptions{Size: 4, Writes: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store, err := online.OnPostgres(pool, project)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// stores are those that there are, each as what makes empty ones. To add one is to add a line.
var stores = map[string]func(*testing.T) func(*testing.T, *model.Project) online.Store{"postgres": onPostgres}

// onPostgres makes every store in a schema of its own.
func onPostgres(t *testing.T) func(*testing.T, *model.Project) online.Store {
	url, n := pgtest.Database(t), 0
	return func(t *testing.T, p *model.Project) online.Store {
		n++
		return openPostgres(t, url, fmt.Sprintf("s%d", n), p)
	}
}

func TestStores(t *testing.T) {
	for name, opener := range stores {
		t.Run(name, func(t *testing.T) { onlinetest.Run(t, opener(t)) })
	}
}
