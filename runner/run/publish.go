package run

import (
	"context"
	"errors"
	"fmt"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// publish writes everything in one short transaction: live tables, freezes, and the ledger that says so.
func (r *runner) publish(ctx context.Context) error {
	err := r.timed("publish", "", func() (int64, error) {
		return 0, r.DB.Transaction(ctx, func() error { return r.publishAll(ctx) })
	})
	var lost *pg.CommitError
	if errors.As(err, &lost) {
		err = r.settle(ctx, err)
	}
	if err == nil {
		r.done = true
		return nil
	}
	r.unpublish()
	if pg.LimitFault(err) {
		return r.explainLimit(ctx, err)
	}
	if pg.IntegrityFault(err) {
		return refuse(diag.List{{Message: "the database refused a row: " + err.Error(), Hint: "a constraint of the database that the spec does not know stands against it"}})
	}
	return err
}

// explainLimit looks for the keys that are too long for an index, after the transaction that met them was rolled back.
func (r *runner) explainLimit(ctx context.Context, err error) error {
	var faults diag.List
	for _, t := range r.plan.Tables {
		if len(t.Live.PrimaryKey) == 0 {
			continue
		}
		rows, queryErr := r.DB.Query(ctx, t.LongKeys())
		if queryErr != nil {
			return err
		}
		for _, row := range rows {
			faults.Add(diag.Diagnostic{Place: r.batches[t.Load.Table.Name].place(row.Int(0), row.Int(1)),
				Message: fmt.Sprintf("the key of %s has %d bytes here, and an index of Postgres takes about 2,700", t.Load.Table.Name, row.Int(2)),
				Hint:    "is it really a key? Otherwise name a shorter column as primary_key"})
		}
	}
	if len(faults) == 0 {
		return err
	}
	return refuse(faults)
}

// settle asks the ledger whether a COMMIT without an answer was done.
func (r *runner) settle(ctx context.Context, lost error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), failureTimeout)
	defer cancel()
	db, err := r.DB.Reopen(ctx)
	if err != nil {
		return fmt.Errorf("%w; the database does not answer, so look at `runner runs %d` when it does", lost, r.rep.RunID)
	}
	defer db.Close()
	status, err := ledger.Open(db).Status(ctx, r.rep.RunID)
	if err != nil {
		return err
	}
	if status == report.Succeeded {
		r.note("the connection was lost while committing; the ledger says that the run succeeded")
		return nil
	}
	return lost
}

// unpublish takes back what the report says of a transaction that was rolled back.
func (r *runner) unpublish() {
	for i := range r.rep.Tables {
		t := &r.rep.Tables[i]
		t.State, t.Inserted, t.Updated, t.Unchanged, t.Deleted, t.Kept = refused, 0, 0, 0, 0, 0
	}
	for i := range r.rep.Snapshots {
		if s := &r.rep.Snapshots[i]; s.State != unchanged {
			s.State = refused
		}
	}
	for i, m := range r.rep.Materialized {
		r.rep.Materialized[i] = report.Materialized{View: m.View, Mode: m.Mode, State: refused}
	}
}

func (r *runner) publishAll(ctx context.Context) error {
	if err := r.ledger.Mark(ctx, r.rep.RunID); err != nil {
		return err
	}
	if err := r.lockTables(ctx); err != nil {
		return err
	}
	var faults diag.List
	for _, t := range r.plan.Tables {
		list, err := r.checkReferences(ctx, r.batches[t.Load.Table.Name], true)
		if err != nil {
			return err
		}
		faults = append(faults, list...)
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	for _, t := range r.plan.Tables {
		if err := r.publishTable(ctx, r.batches[t.Load.Table.Name]); err != nil {
			return err
		}
	}
	for i := len(r.plan.Tables) - 1; i >= 0; i-- { // children before parents
		if err := r.deleteMissing(ctx, r.batches[r.plan.Tables[i].Load.Table.Name]); err != nil {
			return err
		}
	}
	for i, s := range r.plan.Snapshots {
		if err := r.freeze(ctx, s, &r.rep.Snapshots[i]); err != nil {
			return err
		}
	}
	if err := r.recordLoads(ctx); err != nil {
		return err
	}
	if err := r.noteStaleFeatures(ctx); err != nil {
		return err
	}
	if err := r.materializeAll(ctx); err != nil {
		return err
	}
	return r.recordSuccess(ctx)
}

// lockTables takes the locks of what is going to be written.
func (r *runner) lockTables(ctx context.Context) error {
	return r.execAll(ctx, plan.LocksOf(r.plan.Tables, r.written()))
}

// written are the snapshots that this run freezes.
func (r *runner) written() []*plan.Snapshot {
	var out []*plan.Snapshot
	for i, s := range r.plan.Snapshots {
		if r.rep.Snapshots[i].State != unchanged {
			out = append(out, s)
		}
	}
	return out
}

func (r *runner) publishTable(ctx context.Context, b *batch) error {
	t, out := b.table, &r.rep.Tables[b.report]
	if !t.Touch {
		r.leaveLive(b, out)
		return nil
	}
	started := r.Now()
	r.event(report.Event{Phase: "publish", Subject: t.Load.Table.Name})
	if t.Load.Append && (r.Restate || b.completes) && t.Found != nil {
		row, err := r.DB.One(ctx, t.DeletePartition())
		if err != nil {
			return err
		}
		out.Deleted = row.Int(0)
	}
	out.State = published
	if b.diff == nil || b.diff.New+b.diff.Changed > 0 {
		row, err := r.DB.One(ctx, t.Publish(b.absent))
		if err != nil {
			return fmt.Errorf("%s: %w", t.Load.Table.Name, err)
		}
		out.Inserted, out.Updated = row.Int(0), row.Int(1)
	}
	if b.completes { // the rows that were there are written again as they were
		out.Inserted, out.Deleted = out.Inserted-out.Deleted, 0
	}
	out.Unchanged = b.rows - out.Inserted - out.Updated
	if t.KeyLater {
		if err := r.execAll(ctx, t.After); err != nil {
			return fmt.Errorf("%s: %w", t.Load.Table.Name, err)
		}
	} else if err := r.countKept(ctx, b, out); err != nil {
		return err
	}
	out.DurationMS += r.Now().Sub(started).Milliseconds()
	r.event(report.Event{Phase: "publish", Subject: t.Load.Table.Name, Rows: out.Inserted + out.Updated, Ended: true})
	return nil
}

// leaveLive says of a batch that the live table is newer, or that an append table holds it already.
func (r *runner) leaveLive(b *batch, out *report.Table) {
	t := b.table
	out.State, out.Unchanged = notTouched, b.rows
	if !t.Load.Append {
		out.Unchanged = 0
		r.note(fmt.Sprintf("%s: live: not touched, %s is newer", t.Load.Table.Name, t.LiveAsOf))
	}
}

// countKept counts live rows that a full batch does not hold. They stay, and that is said.
func (r *runner) countKept(ctx context.Context, b *batch, out *report.Table) error {
	t := b.table
	if t.Load.Append || t.Load.Delivery == model.Delta || t.Load.DeleteMissing {
		return nil
	}
	if b.diff != nil {
		out.Kept = b.diff.Lacking
	} else {
		row, err := r.DB.One(ctx, t.CountLive())
		if err != nil {
			return err
		}
		out.Kept = row.Int(0) - b.rows
		if b.aside > 0 {
			if row, err = r.DB.One(ctx, t.CountAsideLive()); err != nil {
				return err
			}
			out.Kept -= row.Int(0)
		}
	}
	r.noteKept(b, out)
	return nil
}

func (r *runner) noteKept(b *batch, out *report.Table) {
	if out.Kept > 0 {
		r.note(fmt.Sprintf("%s: %s not in the file, kept", b.table.Load.Table.Name, plural(out.Kept, "live row")))
	}
}

func (r *runner) deleteMissing(ctx context.Context, b *batch) error {
	if !b.table.Load.DeleteMissing || !b.table.Touch || b.table.Found == nil || b.diff != nil && b.diff.Lacking == 0 {
		return nil
	}
	row, err := r.DB.One(ctx, b.table.DeleteMissing())
	if err != nil {
		return err
	}
	r.rep.Tables[b.report].Deleted = row.Int(0)
	return nil
}

// recordLoads writes what the live tables say now, and what was set aside, into the ledger.
func (r *runner) recordLoads(ctx context.Context) error {
	loads := make([]ledger.Load, len(r.plan.Tables))
	for i, t := range r.plan.Tables {
		if err := r.recordQuarantine(ctx, r.batches[t.Load.Table.Name]); err != nil {
			return err
		}
		out := r.rep.Tables[r.batches[t.Load.Table.Name].report]
		loads[i] = ledger.Load{Table: out.Name, AsOf: r.sel.AsOf, Partition: r.sel.Partition, RowsIn: out.RowsIn, Inserted: out.Inserted,
			Updated: out.Updated, Unchanged: out.Unchanged, Deleted: out.Deleted, Rejected: out.Rejected, State: out.State}
		if !t.Touch {
			continue
		}
		asOf := max(r.sel.AsOf, t.LiveAsOf)
		if err := r.ledger.SetLive(ctx, r.rep.RunID, r.plan.Schema, out.Name, r.Pipeline.Name, asOf); err != nil {
			return err
		}
	}
	if r.replay != nil { // what a partition brought is what its files held, not the few rows that came back
		return nil
	}
	return r.ledger.Loads(ctx, r.rep.RunID, r.plan.Schema, loads)
}

// recordSuccess writes the end of the run into the ledger, inside the publishing transaction.
func (r *runner) recordSuccess(ctx context.Context) error {
	now := r.Now()
	final := *r.rep
	final.Status, final.DurationMS = report.Succeeded, now.Sub(r.rep.Started).Milliseconds()
	return r.ledger.Succeed(ctx, &final, now)
}

// analyze lets the planner know tables that were filled for the first time. A failure only costs speed.
func (r *runner) analyze(ctx context.Context) {
	for _, t := range r.plan.Tables {
		if t.KeyLater {
			_, _ = r.DB.Exec(ctx, t.AnalyzeLive())
		}
	}
	for _, s := range r.plan.Snapshots {
		if s.KeyLater {
			_, _ = r.DB.Exec(ctx, s.Analyze())
		}
	}
	for _, o := range r.online.tables {
		if o.Found == nil || o.Rebuild != "" {
			_, _ = r.DB.Exec(ctx, o.Analyze())
		}
	}
}
