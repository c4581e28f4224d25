package ledger

import (
	"context"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/report"
)

// Waiting is a partition of a pipeline with rows that are set aside.
type Waiting struct {
	Pipeline  string
	AsOf      string // "" for none
	Partition string
	Params    map[string]string // of the newest run that set rows aside
	Tables    []WaitingTable
	Chosen    []WaitingTable // those of them that somebody has asked for
}

// WaitingTable is a table with rows that wait. All of one partition come from one run: the next run of the partition ends their wait.
type WaitingTable struct {
	Name string
	Run  int64
	Rows int64
}

// HasQuarantine tells whether the ledger has a place for rows that are set aside. One made by an earlier version may not.
func (l *Ledger) HasQuarantine(ctx context.Context) (bool, error) {
	row, err := l.db.One(ctx, pgsql.Frag(db.Query("quarantine_exists")))
	return err == nil && row.Bool(0), err
}

// Waiting returns the partitions with rows that wait for the tables of a schema, oldest first.
func (l *Ledger) Waiting(ctx context.Context, schema string) ([]Waiting, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("quarantine_waiting"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	if err != nil {
		return nil, err
	}
	out := make([]Waiting, len(rows))
	for i, r := range rows {
		out[i] = Waiting{Pipeline: r.Text(0), AsOf: r.Text(1), Partition: r.Text(2)}
		if err := r.JSON(3, &out[i].Params); err != nil {
			return nil, err
		}
		if err := r.JSON(4, &out[i].Tables); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Choice picks rows that were set aside. What is zero picks all.
type Choice struct {
	Runs   []int64
	IDs    []int64
	Table  string
	Closed bool // also those that no longer wait
	Limit  int  // 0 means no limit
}

func (c Choice) where(schema string) pgsql.Frag {
	out := "q.schema_name = " + pgsql.Literal(schema)
	if len(c.Runs) > 0 {
		out += " AND q.run_id IN (" + pgsql.List(c.Runs, pgsql.Int[int64]) + ")"
	}
	if len(c.IDs) > 0 {
		out += " AND q.id IN (" + pgsql.List(c.IDs, pgsql.Int[int64]) + ")"
	}
	if c.Table != "" {
		out += " AND q.table_name = " + pgsql.Literal(c.Table)
	}
	if !c.Closed {
		out += " AND q.state = 'waiting'"
	}
	return out
}

// Quarantine counts the rows that were set aside, by run, table and state, newest run first.
func (l *Ledger) Quarantine(ctx context.Context, schema string, c Choice) ([]report.Quarantine, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("quarantine_list"), pgsql.Holes{"which": c.where(schema)}))
	if err != nil {
		return nil, err
	}
	out := make([]report.Quarantine, len(rows))
	for i, r := range rows {
		out[i] = report.Quarantine{RunID: r.Int(0), Pipeline: r.Text(1), Table: r.Text(2), Partition: r.Text(3), State: r.Text(4), Rows: r.Int(5)}
		if err := r.JSON(6, &out[i].Rules); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Kept is one row that was set aside, with its values as text, in the order of their names. nil is NULL.
type Kept struct {
	report.Aside
	KeyValues, RowValues map[string]*string
}

// QuarantinedRows returns rows that were set aside, in the order of their source, and how many there are beyond the limit.
func (l *Ledger) QuarantinedRows(ctx context.Context, schema string, c Choice) ([]Kept, int64, error) {
	limit := pgsql.Frag("ALL")
	if c.Limit > 0 {
		limit = pgsql.Int(c.Limit)
	}
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("quarantine_show"), pgsql.Holes{"which": c.where(schema), "limit": limit}))
	if err != nil {
		return nil, 0, err
	}
	out := make([]Kept, len(rows))
	rest := int64(0)
	for i, r := range rows {
		k := Kept{Aside: report.Aside{ID: r.Int(0), RunID: r.Int(1), Pipeline: r.Text(2), Table: r.Text(3), Partition: r.Text(4), File: r.Text(6), Line: r.Int(7),
			State: r.Text(10), ClosedBy: r.Int(11), Message: r.Text(12)}}
		for at, into := range map[int]any{5: &k.Rules, 8: &k.KeyValues, 9: &k.RowValues} {
			if err := r.JSON(at, into); err != nil {
				return nil, 0, err
			}
		}
		out[i], rest = k, r.Int(13)-int64(len(rows))
	}
	return out, rest, nil
}
