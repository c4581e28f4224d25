package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/plan"
)

// changeSchema runs the expanding changes in a transaction of their own, after every check and before any row.
func (r *runner) changeSchema(ctx context.Context) error {
	if r.plan == nil { // of a command that only brings views online
		r.plan = &plan.Plan{Pipeline: r.Pipeline, Schema: r.DB.Schema()}
	}
	if len(r.plan.Changes)+len(r.online.changes) == 0 {
		return nil
	}
	err := r.timed("schema", "", func() (int64, error) {
		return 0, r.DB.Transaction(ctx, func() error {
			sound, err := r.soundFreezes(ctx)
			if err != nil {
				return err
			}
			if err := r.makeChanges(ctx); err != nil {
				return err
			}
			if err := r.refreeze(ctx, sound); err != nil {
				return err
			}
			for _, c := range r.online.changes {
				if _, err := r.DB.Exec(ctx, c.SQL); err != nil {
					return fmt.Errorf("%s: %s: %w", c.Object, c.Detail, err)
				}
			}
			return nil
		})
	})
	for i := range r.rep.Changes {
		r.rep.Changes[i].Done = err == nil
	}
	return err
}

func (r *runner) makeChanges(ctx context.Context) error {
	for _, c := range r.plan.Changes {
		if _, err := r.DB.Exec(ctx, c.SQL); err != nil {
			return fmt.Errorf("%s: %s: %w", c.Object, c.Detail, err)
		}
		if c.Action == "drop" && c.Column == "" {
			if err := r.ledger.DropTable(ctx, r.rep.RunID, r.plan.Schema, c.Table); err != nil {
				return err
			}
		}
		if c.Rename[0] == "" {
			continue
		}
		// The registry names the columns under a fingerprint; their values, and so the fingerprint, stay.
		if err := r.ledger.RenameFrozen(ctx, r.plan.Schema, c.Table, c.Rename[0], c.Rename[1]); err != nil {
			return err
		}
	}
	return nil
}

// touches tells whether a change gives frozen rows another text: a new type, or a column less.
func touches(c plan.Change, f ledger.Registered) bool {
	return c.Table == f.Snapshot && (c.Retype || c.Action == "drop" && slices.Contains(f.Columns, c.Column))
}

// soundFreezes returns the freezes about to get another fingerprint that are what was frozen. Those that are not keep theirs, so that verify
// goes on saying so.
func (r *runner) soundFreezes(ctx context.Context) ([]ledger.Registered, error) {
	if !slices.ContainsFunc(r.plan.Changes, func(c plan.Change) bool { return c.Retype || c.Action == "drop" }) {
		return nil, nil
	}
	all, err := r.ledger.Freezes(ctx, r.plan.Schema)
	if err != nil {
		return nil, err
	}
	found, err := r.DB.Inspect(ctx, r.plan.Schema)
	if err != nil {
		return nil, err
	}
	var sound []ledger.Registered
	for _, f := range all {
		if !slices.ContainsFunc(r.plan.Changes, func(c plan.Change) bool { return touches(c, f) }) || f.Algorithm != plan.Algorithm {
			continue
		}
		row, err := r.fingerprint(ctx, f, plan.Found{Tables: found})
		if err != nil {
			return nil, err
		}
		if row != nil && row.Int(0) == f.Rows && row.Text(1) == f.Fingerprint {
			sound = append(sound, f)
		}
	}
	return sound, nil
}

// fingerprint is nil when the table or one of the columns is gone.
func (r *runner) fingerprint(ctx context.Context, f ledger.Registered, found plan.Found) (pg.Row, error) {
	table := found.Table(f.Snapshot)
	if table == nil || len(missingColumns(table, f.Columns)) > 0 {
		return nil, nil
	}
	return r.DB.One(ctx, plan.Fingerprint(*table, f.AsOf, f.Columns))
}

// refreeze registers the fingerprints that the same rows have after the changes.
func (r *runner) refreeze(ctx context.Context, sound []ledger.Registered) error {
	if len(sound) == 0 {
		return nil
	}
	found, err := r.DB.Inspect(ctx, r.plan.Schema)
	if err != nil {
		return err
	}
	now, err := r.ledger.Freezes(ctx, r.plan.Schema) // with the names that columns have now
	if err != nil {
		return err
	}
	for _, f := range now {
		if !slices.ContainsFunc(sound, func(s ledger.Registered) bool { return s.Sequence == f.Sequence }) {
			continue
		}
		if err := r.registerAnew(ctx, f, plan.Found{Tables: found}); err != nil {
			return err
		}
	}
	r.note(fmt.Sprintf("frozen columns were changed: %s registered anew", plural(int64(len(sound)), "fingerprint")))
	return nil
}

func (r *runner) registerAnew(ctx context.Context, f ledger.Registered, found plan.Found) error {
	gone := func(column string) bool {
		return slices.ContainsFunc(r.plan.Changes, func(c plan.Change) bool { return c.Action == "drop" && c.Table == f.Snapshot && c.Column == column })
	}
	var kept, dropped []string
	for _, c := range f.Columns {
		if gone(c) {
			dropped = append(dropped, c)
		} else {
			kept = append(kept, c)
		}
	}
	f.Columns = kept
	row, err := r.fingerprint(ctx, f, found)
	if err != nil || row == nil {
		return err
	}
	if f.Fingerprint = row.Text(1); len(dropped) > 0 {
		return r.ledger.DropFrozen(ctx, r.rep.RunID, f.Freeze, dropped)
	}
	return r.ledger.RetypeFrozen(ctx, f.Freeze, f.Fingerprint)
}
