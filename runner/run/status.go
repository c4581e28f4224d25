package run

import (
	"context"
	"sort"

	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Runs lists the newest runs of a database, or the one run of an id with its whole report. An unknown id is an empty list.
func Runs(ctx context.Context, db *pg.DB, id int64, limit int) ([]report.Run, error) {
	l := ledger.Open(db)
	exists, err := l.Exists(ctx)
	if err != nil || !exists {
		return nil, err
	}
	return l.Runs(ctx, id, limit)
}

// LastSuccess returns the newest run of a database that succeeded, or nil.
func LastSuccess(ctx context.Context, db *pg.DB) (*report.Run, error) {
	l := ledger.Open(db)
	exists, err := l.Exists(ctx)
	if err != nil || !exists {
		return nil, err
	}
	return l.LastSuccess(ctx)
}

// runsShown bounds how far back status looks for the newest run of a partition.
const runsShown = 10000

// Status says for every partition of a pipeline what was loaded and frozen. It only reads.
func Status(ctx context.Context, c Config) (*report.Matrix, error) {
	r := newRunner(c)
	m := &report.Matrix{Pipeline: c.Pipeline.Name, Target: c.Target, Notes: []string{}, Columns: []report.MatrixColumn{}, Rows: []report.MatrixRow{}}
	s := &status{runner: r, matrix: m, frozen: map[string]map[string]plan.Freeze{}, loaded: map[string]map[string]ledger.Loaded{}, runs: map[string]report.Run{}}
	if err := s.read(ctx); err != nil {
		return nil, err
	}
	if err := s.columns(ctx); err != nil {
		return nil, err
	}
	s.rows()
	s.markGaps()
	return m, nil
}

// status is the work of Status under way.
type status struct {
	*runner
	matrix *report.Matrix
	found  plan.Found
	frozen map[string]map[string]plan.Freeze   // snapshot -> as_of
	loaded map[string]map[string]ledger.Loaded // partition -> table
	runs   map[string]report.Run               // partition -> newest run
}

func (s *status) read(ctx context.Context) error {
	var err error
	schema := s.DB.Schema()
	if s.found.Tables, err = s.DB.Inspect(ctx, schema); err != nil {
		return err
	}
	exists, err := s.ledger.Exists(ctx)
	if err != nil || !exists {
		return err
	}
	if err := s.findLedger(ctx, schema, &s.found); err != nil {
		return err
	}
	for name, list := range s.found.Freezes {
		s.frozen[name] = map[string]plan.Freeze{}
		for _, f := range list {
			s.frozen[name][f.AsOf] = f
		}
	}
	loads, err := s.ledger.LoadedRows(ctx, schema, s.Pipeline.Name)
	if err != nil {
		return err
	}
	for _, l := range loads {
		if s.loaded[l.Partition] == nil {
			s.loaded[l.Partition] = map[string]ledger.Loaded{}
		}
		s.loaded[l.Partition][l.Table] = l
	}
	runs, err := s.ledger.PipelineRuns(ctx, s.Pipeline.Name, runsShown)
	for _, run := range runs {
		key := partitionOf(run.Params)
		if _, ok := s.runs[key]; !ok {
			s.runs[key] = run
		}
	}
	return err
}

func partitionOf(values map[string]string) string {
	if d := values[model.AsOf]; d != "" {
		return d
	}
	return plan.Pairs(values)
}

func (s *status) columns(ctx context.Context) error {
	for _, l := range s.Pipeline.Loads {
		c := report.MatrixColumn{Name: l.Table.Name, Kind: report.TableColumn, LiveAsOf: s.found.Live[l.Table.Name], LiveRows: -1}
		if t := s.found.Table(l.Table.Name); t != nil {
			row, err := s.DB.One(ctx, plan.CountRows(*t))
			if err != nil {
				return err
			}
			c.LiveRows = row.Int(0)
		}
		s.matrix.Columns = append(s.matrix.Columns, c)
	}
	for _, sn := range s.Pipeline.Snapshots {
		s.matrix.Columns = append(s.matrix.Columns, report.MatrixColumn{Name: sn.Name, Kind: report.SnapshotColumn, LiveRows: -1})
	}
	return nil
}

// rows lists the declared partitions up to today, and those that were loaded without being declared.
func (s *status) rows() {
	seen := map[string]bool{}
	for _, p := range plan.Partitions(s.Pipeline, s.Now().UTC().Format(model.DateLayout)) {
		seen[partitionOf(p.Values)] = true
		s.row(p.Values, true)
	}
	for key, run := range s.runs {
		if !seen[key] {
			s.row(run.Params, false)
		}
	}
	sort.SliceStable(s.matrix.Rows, func(i, j int) bool { return s.matrix.Rows[i].AsOf < s.matrix.Rows[j].AsOf })
}

func (s *status) row(values map[string]string, declared bool) {
	key := partitionOf(values)
	run := s.runs[key]
	out := report.MatrixRow{AsOf: key, Params: values, Declared: declared, RunID: run.ID, Status: run.Status}
	nothing := report.Missing
	if run.Status == report.Failed {
		nothing = report.Refused
	}
	for _, l := range s.Pipeline.Loads {
		cell := report.Cell{State: nothing}
		if x, ok := s.loaded[key][l.Table.Name]; ok {
			cell = report.Cell{State: report.Loaded, Rows: x.Rows}
		}
		out.Cells = append(out.Cells, cell)
	}
	for _, sn := range s.Pipeline.Snapshots {
		cell := report.Cell{State: nothing}
		if f, ok := s.frozen[sn.Name][key]; ok {
			cell = report.Cell{State: report.Frozen, Rows: f.Rows, Revision: f.Revision}
			if f.Partial {
				cell.State = report.Partial
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	s.matrix.Rows = append(s.matrix.Rows, out)
}

// markGaps tells a partition that is only not there yet from one that a later partition has overtaken.
func (s *status) markGaps() {
	for col := range s.matrix.Columns {
		later := false
		for i := len(s.matrix.Rows) - 1; i >= 0; i-- {
			cell := &s.matrix.Rows[i].Cells[col]
			switch {
			case cell.Rows > 0 || cell.State == report.Loaded || cell.State == report.Frozen || cell.State == report.Partial:
				later = true
			case later && cell.State == report.Missing:
				cell.State = report.Gap
			}
		}
	}
}
