package run

import (
	"context"

	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// find asks the database and the ledger for everything a plan needs. It reads only.
func (r *runner) find(ctx context.Context) (plan.Found, error) {
	schema := r.DB.Schema()
	found := plan.Found{Empty: map[string]bool{}, Unlisted: map[string]bool{}}
	exists, err := r.DB.HasSchema(ctx, schema)
	if err != nil {
		return found, err
	}
	found.NoSchema = !exists
	if found.Tables, err = r.DB.Inspect(ctx, schema); err != nil {
		return found, err
	}
	if found.Others, err = r.DB.Others(ctx, schema); err != nil {
		return found, err
	}
	if len(r.AllowDrop) > 0 {
		list, err := r.DB.Dependents(ctx, schema)
		if err != nil {
			return found, err
		}
		for _, d := range list {
			found.Dependents = append(found.Dependents, plan.Dependent(d))
		}
	}
	if err := r.findLedger(ctx, schema, &found); err != nil {
		return found, err
	}
	for _, t := range found.Tables {
		if len(t.PrimaryKey) > 0 || !r.declares(t.Name) {
			continue
		}
		row, err := r.DB.One(ctx, plan.HasAnyRow(t))
		if err != nil {
			return found, err
		}
		found.Empty[t.Name] = !row.Bool(0)
	}
	return found, r.findUnlisted(ctx, &found)
}

func (r *runner) declares(table string) bool {
	for _, s := range r.Pipeline.Snapshots {
		if s.Name == table {
			return true
		}
	}
	return r.Pipeline.Load(table) != nil
}

func (r *runner) findLedger(ctx context.Context, schema string, found *plan.Found) error {
	exists, err := r.ledger.Exists(ctx)
	if err != nil || !exists {
		return err
	}
	if found.Live, err = r.ledger.Live(ctx, schema); err != nil {
		return err
	}
	if found.Previous, err = r.ledger.Previous(ctx, schema, r.sel.AsOf); err != nil {
		return err
	}
	found.Freezes, err = r.registered(ctx, schema)
	return err
}

// registered are the latest revisions of what is frozen, by snapshot, oldest first.
func (r *runner) registered(ctx context.Context, schema string) (map[string][]plan.Freeze, error) {
	list, err := r.ledger.Freezes(ctx, schema)
	out := map[string][]plan.Freeze{}
	for _, f := range list {
		out[f.Snapshot] = append(out[f.Snapshot], plan.Freeze{Sequence: f.Sequence, AsOf: f.AsOf, Revision: f.Revision,
			Columns: f.Columns, Rows: f.Rows, Fingerprint: f.Fingerprint, Algorithm: f.Algorithm, Delta: f.Delta, Partial: f.Partial})
	}
	return out, err
}

// findUnlisted looks for rows of this as_of that no freeze accounts for.
func (r *runner) findUnlisted(ctx context.Context, found *plan.Found) error {
	for _, s := range r.Pipeline.Snapshots {
		live := found.Table(s.Name)
		if live == nil || live.Column(model.AsOf) == nil || r.sel.AsOf == "" {
			continue
		}
		row, err := r.DB.One(ctx, plan.HasRows(*live, r.sel.AsOf))
		if err != nil {
			return err
		}
		found.Unlisted[s.Name] = row.Bool(0)
	}
	return nil
}
