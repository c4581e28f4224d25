package online

import (
	"context"

	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// State looks at the tables that there are and at what the ledger knows of their views. What other processes have pushed since a view was last
// materialized is not looked for: that would read whole tables.
func (s *Postgres) State(ctx context.Context, views []*model.FeatureView) ([]State, error) {
	out := make([]State, len(views))
	if len(views) == 0 {
		return out, nil
	}
	found, err := s.inspect(ctx)
	if err != nil {
		return nil, err
	}
	err = s.pool.Session(ctx, func(db *pg.DB) error {
		known, err := materialized(ctx, db)
		if err != nil {
			return err
		}
		for i, v := range views {
			table := found.Table(v.Name)
			if table == nil {
				continue
			}
			m := known[v.Name]
			out[i] = State{Exists: true, Newest: m.Newest, Materialized: m.At, Lacking: plan.OnlineLacks(v, db.Schema(), table)}
			if m.At.IsZero() {
				row, err := db.One(ctx, (&plan.OnlineTable{View: v, Table: v.OnlineTable(db.Schema())}).Newest())
				if err != nil {
					return err
				}
				out[i].Newest = row.Time(0)
			}
			s.mu.Lock()
			if s.pushed[v].After(out[i].Newest) {
				out[i].Newest = s.pushed[v]
			}
			s.mu.Unlock()
		}
		return nil
	})
	return out, err
}

// materialized asks the ledger, which may not be there yet.
func materialized(ctx context.Context, db *pg.DB) (map[string]ledger.Materialized, error) {
	l := ledger.Open(db)
	if there, err := l.HasMaterializations(ctx); err != nil || !there {
		return nil, err
	}
	return l.Materialized(ctx, db.Schema())
}
