package online

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// rowsAtOnce is how many rows one statement writes.
const rowsAtOnce = 1000

// Write writes rows in one transaction. It makes the table of a view that has none yet; one that was made for another definition of the view
// is left to materialize.
func (s *Postgres) Write(ctx context.Context, view *model.FeatureView, rows []Row) (out Written, err error) {
	pushed, err := checked(view, rows)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	// All who write lock rows in one order.
	slices.SortStableFunc(pushed, func(a, b plan.Pushed) int { return slices.Compare(a.Key, b.Key) })
	err = s.pool.Write(ctx, func(db *pg.DB) error {
		known := s.takes(view)
		if !known {
			if err := s.prepare(ctx, db, view); err != nil {
				return err
			}
		}
		if out, err = s.write(ctx, db, view, pushed); known && pg.StatementFault(err) { // the table is not what it was
			if err := s.prepare(ctx, db, view); err != nil {
				return err
			}
			out, err = s.write(ctx, db, view, pushed)
		}
		return err
	})
	if err != nil {
		return Written{}, err
	}
	s.remember(view, rows)
	return out, nil
}

func (s *Postgres) write(ctx context.Context, db *pg.DB, view *model.FeatureView, rows []plan.Pushed) (out Written, err error) {
	table := view.OnlineTable(db.Schema())
	err = db.Transaction(ctx, func() error {
		if _, err := db.Exec(ctx, plan.LockPush(table)); err != nil {
			return err
		}
		for from := 0; from < len(rows); from += rowsAtOnce {
			row, err := db.One(ctx, plan.OnlinePush(view, table, s.zone, rows[from:min(from+rowsAtOnce, len(rows))]))
			if err != nil {
				return err
			}
			out.Inserted, out.Updated, out.Unchanged, out.Older = out.Inserted+row.Int(0), out.Updated+row.Int(1), out.Unchanged+row.Int(2), out.Older+row.Int(3)
		}
		return nil
	})
	return out, err
}

// takes tells whether the table of a view is known to take its rows.
func (s *Postgres) takes(view *model.FeatureView) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tables[view]
}

// prepare makes the table of a view fit for its rows, in a transaction of its own. Another process may be doing the same: what it was first
// with is there when one looks again.
func (s *Postgres) prepare(ctx context.Context, db *pg.DB, view *model.FeatureView) error {
	s.preparing.Lock()
	defer s.preparing.Unlock()
	err := s.change(ctx, db, view)
	for n := 1; n < prepareTries && err != nil && pg.StatementFault(err); n++ {
		err = s.change(ctx, db, view)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables[view] = err == nil
	return err
}

// prepareTries is how often the table of a view is looked at: the schema and the table may both be made by somebody else meanwhile.
const prepareTries = 4

func (s *Postgres) change(ctx context.Context, db *pg.DB, view *model.FeatureView) error {
	schema := model.OnlineSchema(db.Schema())
	var statements []pgsql.Frag
	there, err := db.HasSchema(ctx, schema)
	if err != nil {
		return err
	}
	if !there {
		statements = append(statements, plan.OnlineSchemaChange(db.Schema()).SQL)
	}
	found := plan.Found{}
	if found.Tables, err = db.Inspect(ctx, schema); err != nil {
		return err
	}
	if found.Others, err = db.Others(ctx, schema); err != nil {
		return err
	}
	table, fault := plan.NewOnlineTable(view, db.Schema(), found)
	switch {
	case fault != nil:
		return fault
	case table.Rebuild != "":
		return diag.Diagnostic{Message: fmt.Sprintf("the online table of view %q was made for another definition of it: %s", view.Name, table.Rebuild),
			Hint: "runner materialize --full " + view.Name}
	}
	for _, c := range table.Changes {
		statements = append(statements, c.SQL)
	}
	return db.Transaction(ctx, func() error {
		for _, sql := range statements {
			if sql == "" {
				continue
			}
			if _, err := db.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

// remember keeps the newest event time of what was written.
func (s *Postgres) remember(view *model.FeatureView, rows []Row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range rows {
		if r.EventTime.After(s.pushed[view]) {
			s.pushed[view] = r.EventTime
		}
	}
}

// RowError says what is wrong with a row that was to be written.
type RowError struct {
	Row int // from 0
	Err error
}

// Faults are the rows that keep a write from being done: all of them.
type Faults []RowError

// mostSaid is how many faults an error tells of.
const mostSaid = 10

// Error tells the first of them, with the number of each row from 1 on.
func (f Faults) Error() string {
	out := ""
	for i, one := range f {
		if i == mostSaid {
			return fmt.Sprintf("%s; and %d more", out, len(f)-i)
		}
		if i > 0 {
			out += "; "
		}
		out += fmt.Sprintf("row %d: %v", one.Row+1, one.Err)
	}
	return out
}

// checked reads the values of rows for the types of their columns, so that none is refused by the database. The error is of type Faults.
func checked(view *model.FeatureView, rows []Row) ([]plan.Pushed, error) {
	if !view.Online {
		return nil, diag.Diagnostic{Message: fmt.Sprintf("feature view %q is not kept online", view.Name), Hint: "take online: false away"}
	}
	var faults Faults
	out := make([]plan.Pushed, len(rows))
	for i, r := range rows {
		bad := func(format string, args ...any) { faults = append(faults, RowError{i, fmt.Errorf(format, args...)}) }
		p := plan.Pushed{EventTime: r.EventTime, Created: r.Created, Revision: r.Revision, Key: make([]string, len(r.Key)), Values: make([]*string, len(r.Values))}
		if len(r.Key) != len(view.Entity.Key) || len(r.Values) != len(view.Features) {
			bad("%d key columns and %d features, where view %q has %d and %d", len(r.Key), len(r.Values), view.Name, len(view.Entity.Key), len(view.Features))
			continue
		}
		if r.EventTime.IsZero() {
			bad("it has no event time")
		}
		for j, k := range view.Entity.Key {
			if text, err := feature.ReadText(k, r.Key[j]); err != nil {
				bad("%w", err)
			} else {
				p.Key[j] = *text
			}
		}
		for j, f := range view.Features {
			if r.Values[j] == nil {
				continue
			}
			text, err := feature.ReadText(model.Column{Name: f.Name, Type: f.Type, PII: f.PII}, *r.Values[j])
			if err != nil {
				bad("%w", err)
			}
			p.Values[j] = text
		}
		out[i] = p
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

var _ Store = (*Postgres)(nil)
