package run

import (
	"context"
	"slices"
	"strings"

	"streamflow/runner/internal/ledger"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// Quarantine counts the rows of a choice that were set aside, by run and table. A database without a ledger has none.
func Quarantine(ctx context.Context, c Config, choice ledger.Choice) ([]report.Quarantine, error) {
	l := ledger.Open(c.DB)
	exists, err := l.HasQuarantine(ctx)
	if err != nil || !exists {
		return nil, err
	}
	return l.Quarantine(ctx, c.DB.Schema(), choice)
}

// QuarantinedRows returns the rows of a choice that were set aside, and how many there are beyond its limit. Values of columns of personal
// data are masked, and so are those of columns that no spec declares any more: nobody knows what they are.
func QuarantinedRows(ctx context.Context, c Config, choice ledger.Choice) ([]report.Aside, int64, error) {
	l := ledger.Open(c.DB)
	exists, err := l.HasQuarantine(ctx)
	if err != nil || !exists {
		return nil, 0, err
	}
	kept, rest, err := l.QuarantinedRows(ctx, c.DB.Schema(), choice)
	out := make([]report.Aside, len(kept))
	for i, k := range kept {
		table := declared(c.Project, k.Table)
		out[i] = k.Aside
		out[i].Key, out[i].Row = shownInOrder(table, k.KeyValues), shownInOrder(table, k.RowValues)
		if out[i].Message != "" {
			out[i].Message = report.Visible(out[i].Message)
		}
	}
	return out, rest, err
}

// declared is a table as its spec declares it; without one it has no columns.
func declared(p *model.Project, table string) model.Table {
	for _, pl := range p.Pipelines {
		if l := pl.Load(table); l != nil {
			return l.Table
		}
	}
	return model.Table{}
}

// shownInOrder returns values as a reader may see them, in the declared order of their columns; those of others follow by name.
func shownInOrder(table model.Table, texts map[string]*string) []report.Value {
	place := func(name string) int {
		i := slices.IndexFunc(table.Columns, func(c model.Column) bool { return c.Name == name })
		if i < 0 {
			return len(table.Columns)
		}
		return i
	}
	out := []report.Value{}
	for name, text := range texts {
		v := report.Value{Column: name, Value: "NULL", Null: text == nil}
		if c := table.Column(name); text != nil {
			v.Value = *text
			if c == nil || c.PII {
				v.Value = model.Masked
			}
		}
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b report.Value) int {
		if d := place(a.Column) - place(b.Column); d != 0 {
			return d
		}
		return strings.Compare(a.Column, b.Column)
	})
	return out
}
