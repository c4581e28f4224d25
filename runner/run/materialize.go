package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Materializing says what is to be brought online, and how much of it is looked at.
type Materializing struct {
	Views  []*model.FeatureView
	Mode   plan.Mode
	Window plan.Window // of plan.WindowedMode
}

// online is what a run knows of the views that it brings online.
type online struct {
	mode    plan.Mode
	window  plan.Window
	tables  []*plan.OnlineTable
	changes []plan.Change // of the schema
}

// Materialize brings the newest values of views online: all of them in one transaction, or none. It takes the locks of the views, and waits for
// nothing to be loaded meanwhile.
func Materialize(ctx context.Context, c Config, w Materializing) *report.Report {
	c.Pipeline = &model.Pipeline{Materialize: w.Views}
	r := newRunner(c)
	r.online.mode, r.online.window = w.Mode, w.Window
	r.finish(ctx, r.materializeNow(ctx))
	return r.rep
}

func (r *runner) materializeNow(ctx context.Context) error {
	r.event(report.Event{Phase: "start", Text: r.Target})
	if err := r.ledger.Migrate(ctx); err != nil {
		return err
	}
	if err := r.lock(ctx); err != nil {
		return err
	}
	defer r.unlock()
	if err := r.prepareOnline(ctx); err != nil {
		return err
	}
	if err := r.changeSchema(ctx); err != nil {
		return err
	}
	err := r.timed("materialize", "", func() (int64, error) {
		return 0, r.DB.Transaction(ctx, func() error { return r.materializeAll(ctx) })
	})
	if err != nil {
		r.unpublish()
		return err
	}
	r.analyze(ctx)
	return nil
}

// unlock frees the locks of a command that the ledger keeps no run of.
func (r *runner) unlock() {
	ctx, cancel := context.WithTimeout(context.Background(), failureTimeout)
	defer cancel()
	if r.DB.Alive() {
		_ = r.DB.UnlockAll(ctx)
	}
}

// prepareOnline compares the online tables of the views with those that are there.
func (r *runner) prepareOnline(ctx context.Context) error {
	if len(plan.MaterializedViews(r.Pipeline, r.Only)) == 0 {
		return nil
	}
	schema := model.OnlineSchema(r.DB.Schema())
	exists, err := r.DB.HasSchema(ctx, schema)
	if err != nil {
		return err
	}
	found := plan.Found{}
	if found.Tables, err = r.DB.Inspect(ctx, schema); err != nil {
		return err
	}
	if found.Others, err = r.DB.Others(ctx, schema); err != nil {
		return err
	}
	return r.compareOnline(r.DB.Schema(), exists, found)
}

// compareOnline plans the changes of the online tables; exists says that their schema is there.
func (r *runner) compareOnline(schema string, exists bool, found plan.Found) error {
	var faults diag.List
	views := plan.MaterializedViews(r.Pipeline, r.Only)
	if len(views) > 0 && !exists {
		r.online.changes = append(r.online.changes, plan.OnlineSchemaChange(schema))
	}
	for _, v := range views {
		t, fault := plan.NewOnlineTable(v, schema, found)
		if fault != nil {
			faults.Add(*fault)
		}
		r.online.tables, r.online.changes = append(r.online.tables, t), append(r.online.changes, t.Changes...)
		if !r.SchemaOnly {
			r.rep.Materialized = append(r.rep.Materialized, report.Materialized{View: v.Name, Mode: string(r.online.mode), State: refused})
		}
	}
	for _, c := range r.online.changes {
		r.rep.Changes = append(r.rep.Changes, report.Change{Action: c.Action, Object: c.Object, Detail: c.Detail, Origin: c.Origin, SQL: string(c.SQL)})
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	return nil
}

// materializeAll brings every view online, inside the transaction that publishes.
func (r *runner) materializeAll(ctx context.Context) error {
	if len(r.online.tables) == 0 {
		return nil
	}
	found, last, err := r.findOnline(ctx)
	if err != nil {
		return err
	}
	plans := make([]*plan.Materialization, len(r.online.tables))
	for i, t := range r.online.tables {
		if plans[i], err = r.lockedPlan(ctx, t, found, last); err == nil {
			err = r.materialize(ctx, plans[i], &r.rep.Materialized[i])
		}
		if err != nil {
			return r.viewFault(t.View, err)
		}
	}
	if sql := plan.Exchange(plans); sql != "" { // readers wait for a table that is exchanged, so that is done when all is ready
		if _, err := r.DB.Exec(ctx, sql); err != nil {
			return err
		}
	}
	for i, m := range plans {
		if err := r.settleOnline(ctx, m, &r.rep.Materialized[i]); err != nil {
			return r.viewFault(m.View, err)
		}
	}
	return nil
}

// lockedPlan plans the materialization of a view whose table nobody else writes any more.
func (r *runner) lockedPlan(ctx context.Context, t *plan.OnlineTable, found plan.OnlineFound, last map[string]ledger.Materialized) (*plan.Materialization, error) {
	if _, err := r.DB.Exec(ctx, t.Lock()); err != nil {
		return nil, err
	}
	row, err := r.DB.One(ctx, plan.HasAnyRow(t.Table))
	if err != nil {
		return nil, err
	}
	found.Empty = !row.Bool(0)
	return r.planOnline(t, found, last), nil
}

// viewFault says of an error which view met it. What the server does not take of a query, or of a value in it, is the view's fault.
func (r *runner) viewFault(view *model.FeatureView, err error) error {
	var server *pg.Error
	if !errors.As(err, &server) || !pg.StatementFault(err) {
		return fmt.Errorf("%s: %w", view.Name, err)
	}
	d := r.problem(err)
	d.Place, d.Message = view.Origin, fmt.Sprintf("%s cannot be brought online: %s", view.Name, d.Message)
	if server.State == noRight { // neither the rows nor the specs are to blame
		return &stop{code: report.ExitSurrounding, list: diag.List{d}}
	}
	return refuse(diag.List{d})
}

// findOnline asks for what materializing needs to know: what is frozen and loaded, and what was brought online before.
func (r *runner) findOnline(ctx context.Context) (plan.OnlineFound, map[string]ledger.Materialized, error) {
	out := plan.OnlineFound{Now: r.Now().UTC()}
	var err error
	if out.Zone, err = time.LoadLocation(r.Project.Timezone); err != nil {
		return out, nil, err
	}
	schema := r.DB.Schema()
	if out.Source.Tables, err = r.DB.Inspect(ctx, schema); err != nil {
		return out, nil, err
	}
	exists, err := r.ledger.HasMaterializations(ctx)
	if err != nil {
		return out, nil, err
	}
	var last map[string]ledger.Materialized
	if exists {
		if last, err = r.ledger.Materialized(ctx, schema); err != nil {
			return out, nil, err
		}
	}
	if exists, err = r.ledger.Exists(ctx); err != nil || !exists {
		return out, last, err
	}
	if out.Source.Freezes, err = r.registered(ctx, schema); err != nil {
		return out, nil, err
	}
	out.Seen, out.Drops, err = r.ledger.Seen(ctx, schema)
	return out, last, err
}

func (r *runner) planOnline(t *plan.OnlineTable, found plan.OnlineFound, last map[string]ledger.Materialized) *plan.Materialization {
	found.Last = lastOnline(last, t.View)
	return plan.Materialize(r.Project, t.View, t.Schema, found, t, r.online.mode, r.online.window)
}

// lastOnline is what is remembered of a view's last materialization; nil when there was none.
func lastOnline(last map[string]ledger.Materialized, view *model.FeatureView) *plan.Materialized {
	was, ok := last[view.Name]
	if !ok {
		return nil
	}
	return &plan.Materialized{Definition: was.Definition, Watermark: was.Watermark, Upcoming: was.Upcoming, Newest: was.Newest}
}

// materialize writes what the plan of one view says.
func (r *runner) materialize(ctx context.Context, m *plan.Materialization, out *report.Materialized) error {
	out.Mode = string(m.Mode)
	switch {
	case m.Missing != "":
		out.State = report.NothingYet
		r.note(fmt.Sprintf("%s: nothing to bring online yet: %s is not there", m.View.Name, m.Missing))
		return nil
	case m.UpToDate:
		out.State, out.Newest = report.UpToDate, m.Newest()
		return nil
	}
	if m.Why != "" {
		r.note(fmt.Sprintf("%s: a full materialization, because %s", m.View.Name, m.Why))
	}
	started := r.Now()
	r.event(report.Event{Phase: "materialize", Subject: m.View.Name})
	err := r.writeOnline(ctx, m, out)
	out.State, out.DurationMS = report.Online, r.Now().Sub(started).Milliseconds()
	r.event(report.Event{Phase: "materialize", Subject: m.View.Name, Rows: out.Inserted + out.Updated + out.Deleted, Ended: true})
	return err
}

// settleOnline ends the materialization of a view that something was done for, and remembers it.
func (r *runner) settleOnline(ctx context.Context, m *plan.Materialization, out *report.Materialized) error {
	if out.State != report.Online {
		return nil
	}
	started := r.Now()
	if err := r.execAll(ctx, m.After); err != nil {
		return err
	}
	remembered := ledger.Materialized{Schema: r.DB.Schema(), View: m.View.Name, Definition: m.Definition, Watermark: m.Watermark, Upcoming: m.Expected}
	if m.Upcoming != "" {
		row, err := r.DB.One(ctx, m.Upcoming)
		if err != nil {
			return err
		}
		remembered.Upcoming = row.Time(0)
	}
	row, err := r.DB.One(ctx, m.Table.Newest())
	if err != nil {
		return err
	}
	if remembered.Newest = row.Time(0); !remembered.Newest.IsZero() {
		out.Newest = &remembered.Newest
	}
	out.DurationMS += r.Now().Sub(started).Milliseconds()
	return r.ledger.AddMaterialized(ctx, r.rep.RunID, remembered, *out, r.Now())
}

// writeOnline writes the rows of a view, and counts them.
func (r *runner) writeOnline(ctx context.Context, m *plan.Materialization, out *report.Materialized) error {
	if gains, sql := m.Table.Gains(), m.Table.CountPushed(); (m.Table.Rebuild != "" || len(gains) > 0) && sql != "" {
		row, err := r.DB.One(ctx, sql)
		if err != nil {
			return err
		}
		switch n := row.Int(0); {
		case n > 0 && m.Table.Rebuild != "":
			r.note(fmt.Sprintf("%s: %s that had been pushed went with the old table", m.View.Name, plural(n, "row")))
		case n > 0:
			r.note(fmt.Sprintf("%s: %s that had been pushed: what is newer than the source has no %s until it is pushed again", m.View.Name, plural(n, "row"), joined(gains)))
		}
	}
	if err := r.execAll(ctx, m.Before); err != nil {
		return err
	}
	for _, sql := range m.Writes {
		row, err := r.DB.One(ctx, sql)
		if err != nil {
			return err
		}
		out.Inserted, out.Updated, out.Unchanged, out.Older = out.Inserted+row.Int(0), out.Updated+row.Int(1), out.Unchanged+row.Int(2), out.Older+row.Int(3)
	}
	if err := r.execAll(ctx, m.Ready); err != nil {
		return err
	}
	if m.Whole {
		row, err := r.DB.One(ctx, plan.CountRows(m.Table.Table))
		if err != nil || row.Int(0) == out.Inserted+out.Updated+out.Unchanged+out.Older {
			return err
		}
	}
	for _, sql := range m.Deletes {
		row, err := r.DB.One(ctx, sql)
		if err != nil {
			return err
		}
		out.Deleted += row.Int(0)
	}
	return nil
}
