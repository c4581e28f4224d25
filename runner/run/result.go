package run

import (
	"context"
	"errors"
	"fmt"
	"io"

	"streamflow/runner/dataset"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

// resultRows is rows that are streamed from the database into a file.
type resultRows struct {
	name    string
	query   pgsql.Frag
	columns []model.Column
	format  dataset.Format
	rules   []model.Rule
	// subject is what rules are judged on, given the staged answer; nil without rules.
	subject func(plan.StagedAnswer) *plan.Subject
}

// writeAnswer writes the rows, within the transaction that is open, and returns how many there are and how many NULLs each column has. The columns
// are changed to the types of the file. With rules, or where a format needs to know its numbers first, the answer is kept in a temporary
// table and looked at before the first byte is written. A failed rule refuses.
func (r *runner) writeAnswer(ctx context.Context, a *resultRows, w io.Writer) (rows int64, nulls []int64, err error) {
	query := a.query
	unmeasured := a.format.Unmeasured(a.columns)
	if len(a.rules)+len(unmeasured) > 0 {
		staged := plan.StageAnswer(a.name, a.columns)
		if _, err := r.DB.Exec(ctx, staged.Create(a.query)); err != nil {
			return 0, nil, err
		}
		if err := r.judgeAnswer(ctx, a, staged); err != nil {
			return 0, nil, err
		}
		if err := r.measure(ctx, a, staged, unmeasured); err != nil {
			return 0, nil, err
		}
		query = staged.Select()
	}
	out := dataset.NewWriter(a.format, w, a.columns)
	nulls = make([]int64, len(a.columns))
	err = r.DB.Stream(ctx, query, func(_ []string, row pg.Row) error {
		rows++
		for i := range row {
			if row[i] == nil {
				nulls[i]++
			}
		}
		if rows%eventRows == 0 {
			r.event(report.Event{Phase: "fill", Subject: a.name, Rows: rows})
		}
		return out.Write(row)
	})
	var unfit *dataset.ValueError
	if errors.As(err, &unfit) {
		return rows, nulls, refuse(diag.List{{Message: unfit.Error()}})
	}
	if err == nil {
		err = out.Close()
	}
	return rows, nulls, err
}

func resultColumns(columns []model.Column, nulls []int64, rows int64, role func(string) string) []report.TrainingColumn {
	out := make([]report.TrainingColumn, len(columns))
	for i, c := range columns {
		out[i] = report.TrainingColumn{Name: c.Name, Type: c.Type.Name, Role: role(c.Name), Nulls: nulls[i], NullShare: report.Share(nulls[i], rows)}
	}
	return out
}

// eventRows is after how many rows progress is told.
const eventRows = 1 << 14

// judgeAnswer judges the rules of an answer. Those of severity error that fail refuse it.
func (r *runner) judgeAnswer(ctx context.Context, a *resultRows, staged plan.StagedAnswer) error {
	if len(a.rules) == 0 {
		return nil
	}
	faults, err := r.judge(ctx, a.subject(staged), a.rules, nil)
	if err != nil {
		return err
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	return nil
}

// measure finds a precision and a scale for each numeric that has none.
func (r *runner) measure(ctx context.Context, a *resultRows, staged plan.StagedAnswer, columns []int) error {
	if len(columns) == 0 {
		return nil
	}
	row, err := r.DB.One(ctx, staged.Measure(columns))
	if err != nil {
		return err
	}
	for n, i := range columns {
		fitted, note := dataset.Measure{Greatest: row.Text(2 * n), Scale: int(row.Int(2*n + 1))}.Fit(a.columns[i])
		if a.columns[i] = fitted; note != "" {
			r.note(note)
		}
	}
	return nil
}

// fileBatch is a batch of files that are only read.
func (r *runner) fileBatch(name string, columns []model.Column, s model.Source, files []source.File) *batch {
	t := plan.FileTable(name, columns, s)
	return &batch{table: t, request: source.Request{Files: files, Table: t.Load.Table, Source: s, Reading: t.Load.Reading, Timezone: r.Project.Timezone}}
}

// stageFile reads a file of declared columns into a temporary table. All bad cells are refused at once.
func (r *runner) stageFile(ctx context.Context, b *batch) error {
	return r.timed("stage", b.table.Load.Table.Name, func() (int64, error) {
		if err := r.createStage(ctx, b.table); err != nil {
			return 0, err
		}
		copied, err := r.copy(ctx, b)
		if err != nil {
			return 0, err
		}
		b.rows = copied
		faults := b.read.Faults
		if b.read.Truncated {
			faults = append(faults, diag.Diagnostic{Place: diag.Place{File: joined(b.files())}, Message: fmt.Sprintf("reading stopped after %s: there are more", plural(int64(len(faults)), "fault"))})
		}
		if len(faults) > 0 {
			return copied, refuse(faults)
		}
		_, err = r.DB.Exec(ctx, b.table.Analyze())
		return copied, err
	})
}
