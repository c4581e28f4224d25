package ledger

import (
	"context"
	"errors"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/report"
)

// Live returns what the ledger knows of the live tables of a schema: name -> live_as_of, "" when it has no date.
func (l *Ledger) Live(ctx context.Context, schema string) (map[string]string, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("live_get"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	out := map[string]string{}
	for _, r := range rows {
		out[r.Text(0)] = r.Text(1)
	}
	return out, err
}

// Registered is the latest revision of one freeze.
type Registered struct {
	Freeze
	Sequence int64
	Dropped  map[string]int64 // columns that it was frozen with and that were dropped on purpose since -> the run that did it
}

// DroppedSnapshot is one that was dropped on purpose, whole.
type DroppedSnapshot struct {
	Name  string
	Dates int64 // that were frozen
	Run   int64 // that dropped it
}

// DroppedSnapshots lists the snapshots of a schema that were dropped on purpose.
func (l *Ledger) DroppedSnapshots(ctx context.Context, schema string) ([]DroppedSnapshot, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("freeze_dropped"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	out := make([]DroppedSnapshot, len(rows))
	for i, r := range rows {
		out[i] = DroppedSnapshot{Name: r.Text(0), Dates: r.Int(1), Run: r.Int(2)}
	}
	return out, err
}

// Freezes returns the latest revision of every freeze of a schema, by snapshot, oldest as_of first. Those of dropped snapshots are left out.
func (l *Ledger) Freezes(ctx context.Context, schema string) ([]Registered, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("freeze_list"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	if err != nil {
		return nil, err
	}
	out := make([]Registered, len(rows))
	for i, r := range rows {
		out[i] = Registered{Sequence: r.Int(1), Freeze: Freeze{Schema: schema, Snapshot: r.Text(0), AsOf: r.Text(2), Revision: int(r.Int(3)),
			Rows: r.Int(5), Fingerprint: r.Text(6), Algorithm: int(r.Int(7)), Delta: r.Bool(8), Partial: r.Bool(9)}}
		if err := errors.Join(r.JSON(4, &out[i].Columns), r.JSON(10, &out[i].Dropped)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Previous returns, for each table of a schema, the rows of its newest successful batch before an as_of.
func (l *Ledger) Previous(ctx context.Context, schema, asOf string) (map[string]int64, error) {
	out := map[string]int64{}
	if asOf == "" {
		return out, nil
	}
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("load_previous"), pgsql.Holes{"schema": pgsql.Literal(schema), "as_of": date(asOf)}))
	for _, r := range rows {
		out[r.Text(0)] = r.Int(1)
	}
	return out, err
}

// Done returns the partitions of a pipeline that a whole run finished for the tables of a schema.
func (l *Ledger) Done(ctx context.Context, schema, pipeline string) (map[string]bool, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("run_done"), pgsql.Holes{"schema": pgsql.Literal(schema), "pipeline": pgsql.Literal(pipeline)}))
	out := map[string]bool{}
	for _, r := range rows {
		out[r.Text(0)] = true
	}
	return out, err
}

// Runs lists runs, newest first, or the one run of an id with its report.
func (l *Ledger) Runs(ctx context.Context, id int64, limit int) ([]report.Run, error) {
	which, text := pgsql.Frag("true"), pgsql.Frag("NULL")
	if id != 0 {
		which, text = "run_id = "+pgsql.Int(id), "report"
	}
	return l.list(ctx, which, text, limit)
}

// LastSuccess returns the newest run that succeeded, or nil.
func (l *Ledger) LastSuccess(ctx context.Context) (*report.Run, error) {
	runs, err := l.list(ctx, "status = "+pgsql.Literal(string(report.Succeeded)), "NULL", 1)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	return &runs[0], nil
}

// PipelineRuns lists the runs of a pipeline, newest first.
func (l *Ledger) PipelineRuns(ctx context.Context, pipeline string, limit int) ([]report.Run, error) {
	return l.list(ctx, "pipeline = "+pgsql.Literal(pipeline), "NULL", limit)
}

func (l *Ledger) list(ctx context.Context, which, text pgsql.Frag, limit int) ([]report.Run, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("run_list"), pgsql.Holes{"which": which, "report": text, "limit": pgsql.Int(limit)}))
	if err != nil {
		return nil, err
	}
	out := make([]report.Run, len(rows))
	for i, r := range rows {
		run := report.Run{ID: r.Int(0), Pipeline: r.Text(1), Status: report.Status(r.Text(3)), Started: r.Time(4), Errors: int(r.Int(6)), Message: r.Text(7)}
		if err := r.JSON(2, &run.Params); err != nil {
			return nil, err
		}
		if !r.Null(5) {
			ended := r.Time(5)
			run.Ended, run.DurationMS = &ended, ended.Sub(run.Started).Milliseconds()
		}
		if !r.Null(8) {
			run.Report = &report.Report{}
			if err := r.JSON(8, run.Report); err != nil {
				return nil, err
			}
		}
		out[i] = run
	}
	return out, nil
}

// Loaded is what the newest successful run of a partition brought to a table.
type Loaded struct {
	Partition, Table string
	Rows             int64
	State            string
	Run              int64
}

// LoadedRows returns what was loaded, by partition and table.
func (l *Ledger) LoadedRows(ctx context.Context, schema, pipeline string) ([]Loaded, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("status_loads"), pgsql.Holes{"schema": pgsql.Literal(schema), "pipeline": pgsql.Literal(pipeline)}))
	out := make([]Loaded, len(rows))
	for i, r := range rows {
		out[i] = Loaded{Partition: r.Text(0), Table: r.Text(1), Rows: r.Int(2), State: r.Text(3), Run: r.Int(4)}
	}
	return out, err
}
