package cli

import (
	"context"

	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/online"
)

// openStore opens the online store of a project, on connections of its own, which are closed after it.
func (d *database) openStore(ctx context.Context, p *model.Project, o pg.PoolOptions) (online.Store, *pg.Pool, error) {
	pool, err := pg.OpenPool(ctx, d.url, d.schema, o)
	if err != nil {
		return nil, nil, surrounding("", err)
	}
	store, err := online.OnPostgres(pool, p)
	if err != nil {
		pool.Close()
		return nil, nil, surrounding("", err)
	}
	return store, pool, nil
}
