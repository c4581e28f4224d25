package run

import (
	"context"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

// stageSpine reads a spine that comes from a file.
func (t *training) stageSpine(ctx context.Context) error {
	b, err := t.openSpine()
	if err != nil || b == nil {
		return err
	}
	return t.stageFile(ctx, b)
}

// openSpine finds the file of the spine; nil when it comes from a table.
func (t *training) openSpine() (*batch, error) {
	s := t.w.Set.Spine
	if s.Path == nil {
		return nil, nil
	}
	path, err := s.Path.Fill(t.sel.Values, t.Getenv)
	if err != nil {
		return nil, &stop{code: report.ExitSpec, list: diag.List{{Place: s.Origin, Message: err.Error()}}}
	}
	files, fault := SourceFiles(t.Root, path, "the spine")
	if fault != nil {
		fault.Place = s.Origin
		return nil, &stop{code: report.ExitSurrounding, list: diag.List{*fault}}
	}
	columns := slices.Clone(s.Columns)
	for i := range columns {
		columns[i].Nullable = true // a row without a time or a label is dropped, and counted
	}
	b := t.fileBatch("spine of "+t.w.Set.Name, columns, model.Source{Origin: s.Origin, IgnoreUnknown: true}, files)
	t.stage = b.table.Stage
	return b, nil
}

// spineLook looks at a spine for its columns, and at how its times are written.
type spineLook struct {
	event   string
	at      int // which column it is
	names   []string
	stamped bool // some have a time of day
	zoned   bool // some have a zone
}

// columns are those of a file. What is wrong with its form is refused.
func (l *spineLook) columns(ctx context.Context, f source.File) ([]model.Column, error) {
	var out []model.Column
	if source.IsParquet(f.Name) {
		var err error
		if out, err = source.ParquetColumns(f); err != nil {
			return nil, &stop{code: report.ExitRefused, list: diag.List{{Place: diag.Place{File: f.Name}, Message: err.Error()}}}
		}
		i := slices.IndexFunc(out, func(c model.Column) bool { return c.Name == l.event })
		if i < 0 || out[i].Type.Family != model.Text {
			return out, nil
		}
	}
	scanned, err := source.Scan(ctx, source.ScanRequest{File: f, Header: func(names []string) error {
		l.names, l.at = names, slices.Index(names, l.event)
		return nil
	}, Row: l.row})
	if err != nil {
		return nil, err
	}
	if len(scanned.Faults) > 0 {
		return nil, refuse(scanned.Faults)
	}
	if out == nil {
		for _, n := range l.names {
			out = append(out, model.Column{Name: n, Type: model.Type{Name: "text", Family: model.Text}, Nullable: true})
		}
	}
	if l.at >= 0 {
		out[l.at].Type = l.timeType()
	}
	return out, nil
}

// row looks at the time of a row. A zone stands behind the clock: Z, +hh or -hh:mm.
func (l *spineLook) row(cells []source.Cell) {
	if l.at < 0 || l.at >= len(cells) {
		return
	}
	text := cells[l.at].Text
	if len(text) <= len("2006-01-02") {
		return
	}
	l.stamped = true
	l.zoned = l.zoned || strings.ContainsAny(string(text[len("2006-01-02"):]), "Zz+-")
}

// timeType is the type that holds all times: a date only where none has a time of day.
func (l *spineLook) timeType() model.Type {
	switch {
	case l.zoned:
		return model.Type{Name: "timestamp with time zone", Family: model.TimestampTZ}
	case l.stamped:
		return model.Type{Name: "timestamp without time zone", Family: model.Timestamp}
	}
	return model.Type{Name: "date", Family: model.Date}
}
