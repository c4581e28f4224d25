package run

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// values reads a json array of texts as named values, masked where the column holds personal data. NULL is shown as NULL.
func values(row pg.Row, i int, table model.Table, columns []string) ([]report.Value, error) {
	var texts []*string
	if err := json.Unmarshal([]byte(row.Text(i)), &texts); err != nil {
		return nil, err
	}
	out := make([]report.Value, len(texts))
	for j, text := range texts {
		v := report.Value{Column: columns[j], Value: "NULL", Null: text == nil}
		switch c := table.Column(columns[j]); {
		case text == nil:
		case c != nil && c.PII:
			v.Value = model.Masked
		default:
			v.Value = *text
		}
		out[j] = v
	}
	return out, nil
}

// shownValues reads a json array of texts as what is shown of a row.
func shownValues(row pg.Row, i int, shown []plan.Shown) ([]report.Value, error) {
	table := model.Table{Columns: make([]model.Column, len(shown))}
	names := make([]string, len(shown))
	for j, s := range shown {
		table.Columns[j], names[j] = model.Column{Name: s.Name, PII: s.PII}, s.Name
	}
	return values(row, i, table, names)
}

// pairs writes named values as a=1, b=2.
func pairs(values []report.Value) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = v.Column + "=" + v.Shown()
	}
	return strings.Join(parts, ", ")
}

// compareLive finds out by one join whether the keys of a full batch are unique and what there is to publish. It runs before the
// tables are locked: the run's own lock keeps other runs out, and what somebody else writes to a row from here on stays, as if
// written just after this run.
func (r *runner) compareLive(ctx context.Context, b *batch) error {
	if !b.table.Diffs() {
		return nil
	}
	sql, columns := b.table.Diff(b.absent), []string(nil)
	if r.dry != nil {
		sql, columns = b.table.DiffByColumn(b.absent)
	}
	row, err := r.DB.One(ctx, sql)
	if err != nil {
		return err
	}
	b.diff, b.changed = plan.NewDiff(b.rows, row.Int(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4)), mostChanged(row, 5, columns)
	return nil
}

// dropIdentical removes repeated rows that are equal in every column, and counts again.
func (r *runner) dropIdentical(ctx context.Context, b *batch) (pg.Row, error) {
	gone, err := r.DB.One(ctx, b.table.DropIdentical())
	if err != nil {
		return nil, err
	}
	if n := gone.Int(0); n > 0 {
		b.rows -= n
		r.note(fmt.Sprintf("%s: %s dropped, equal to another in every column", b.table.Load.Table.Name, plural(n, "row")))
	}
	return r.DB.One(ctx, b.table.CountKeys())
}

// duplicate names a key that several rows have, with the lines of the first and the second.
func (r *runner) duplicate(b *batch, row pg.Row) (diag.Diagnostic, error) {
	key, err := values(row, 0, b.table.Live, b.table.Live.PrimaryKey)
	if err != nil {
		return diag.Diagnostic{}, err
	}
	var places [][2]int64
	if err := row.JSON(2, &places); err != nil {
		return diag.Diagnostic{}, err
	}
	first, second := b.place(places[0][0], places[0][1]), b.place(places[1][0], places[1][1])
	return diag.Diagnostic{Place: second, Message: fmt.Sprintf("%s is also in line %d%s: %s have this key", pairs(key), first.Line, in(first, second), plural(row.Int(1), "row")),
		Hint: "a batch holds each key once", Related: []diag.Related{{Place: first, Message: "the first row with this key"}}}, nil
}

func in(first, second diag.Place) string {
	if first.File == second.File {
		return ""
	}
	return " of " + first.File
}
