package run

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"streamflow/runner/dataset"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

// HistoryRequest asks for features as they were known at the times of rows that somebody brings.
type HistoryRequest struct {
	Name      string // what is asked for: a service, or a list of features
	Features  []model.Served
	Inputs    []model.Column  // of a service
	Derived   []model.Derived // of a service
	FullNames bool            // features are called view__feature

	// Spine is the file with the rows: CSV, or Parquet by its name. Columns of entities' keys and inputs have their types. That of the time is a
	// date or a timestamp, as it is written. All others pass through, as text where the file has no types.
	Spine     source.File
	EventTime string // the column that says when; empty means event_timestamp

	Format  dataset.Format
	Path    string    // the file that is written
	Out     io.Writer // where the rows go without a Path
	Explain bool      // the report has the SQL
}

// History fills the rows of a spine and writes them: its keys and time, its other columns, features. Rows without a time are dropped and counted.
// All of it is read as of one moment, and nothing is written to the database but temporary tables. The report's Training says what was
// written; bad cells of the spine are among its errors, all of them, with exit code 1.
func History(ctx context.Context, c Config, w HistoryRequest) *report.Report {
	set := &model.TrainingSet{Name: w.Name, Features: w.Features, Inputs: w.Inputs, Derived: w.Derived, Keys: map[string]string{}}
	t := newTraining(c, Training{Set: set, Explain: w.Explain})
	t.fullNames, t.format, t.path = w.FullNames, w.Format, w.Path
	t.out.Format, t.out.Output = w.Format.Name, w.Path
	t.finish(ctx, t.history(ctx, w))
	return t.rep
}

func (t *training) history(ctx context.Context, w HistoryRequest) error {
	t.event(report.Event{Phase: "start", Text: t.Target})
	if err := t.typeSpine(ctx, w); err != nil {
		return err
	}
	s := t.w.Set
	b := t.fileBatch("spine", s.Spine.Columns, model.Source{}, []source.File{w.Spine})
	t.stage = b.table.Stage
	if err := t.stageFile(ctx, b); err != nil {
		return err
	}
	defer t.drop(b)
	t.to = w.Out
	defer func() { t.file.discard() }()
	if err := t.fill(ctx); err != nil {
		return err
	}
	t.out.State = report.TrainingWritten
	if w.Path == "" {
		return nil
	}
	return t.file.keep()
}

// drop frees what was staged, so that the connection can serve another request.
func (t *training) drop(b *batch) {
	ctx, cancel := context.WithTimeout(context.Background(), failureTimeout)
	defer cancel()
	if t.DB.Alive() {
		_, _ = t.DB.Exec(ctx, b.table.DropStage())
	}
}

// typeSpine finds the columns of the spine and their types.
func (t *training) typeSpine(ctx context.Context, w HistoryRequest) error {
	s := t.w.Set
	s.Spine.EventTime = w.EventTime
	if s.Spine.EventTime == "" {
		s.Spine.EventTime = model.EventTimestamp
	}
	look := &spineLook{event: s.Spine.EventTime, at: -1}
	columns, err := look.columns(ctx, w.Spine)
	if err != nil {
		return err
	}
	declared := map[string]model.Type{}
	for _, in := range w.Inputs {
		declared[in.Name] = in.Type
	}
	for _, v := range model.Views(w.Features) {
		for _, k := range v.Entity.Key {
			declared[k.Name], s.Keys[k.Name] = k.Type, k.Name
		}
	}
	for i, c := range columns {
		if typ, ok := declared[c.Name]; ok {
			columns[i].Type = typ
		}
		if _, isKey := s.Keys[c.Name]; !isKey && c.Name != s.Spine.EventTime && !slices.ContainsFunc(w.Inputs, func(in model.Column) bool { return in.Name == c.Name }) {
			s.Keep = append(s.Keep, columns[i])
		}
	}
	s.Spine.Columns = columns
	if faults := t.checkSpine(w); len(faults) > 0 {
		return &stop{code: report.ExitRefused, list: faults}
	}
	return nil
}

// checkSpine holds the columns of a spine against what the features need, and against the names of what is put beside them.
func (t *training) checkSpine(w HistoryRequest) diag.List {
	s := t.w.Set
	var faults diag.List
	names := (model.Table{Columns: s.Spine.Columns}).ColumnNames()
	add := func(hint, format string, args ...any) {
		faults.Add(diag.Diagnostic{Place: diag.Place{File: w.Spine.Name}, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
	suggest := func(name string) string {
		return cmp.Or(diag.DidYouMean(name, names), "its columns are "+joined(names))
	}
	for _, v := range model.Views(w.Features) {
		for _, k := range v.Entity.Key {
			if message := fmt.Sprintf("the spine has no column %q, which is the key of entity %s", k.Name, v.Entity.Name); !slices.Contains(names, k.Name) &&
				!slices.ContainsFunc(faults, func(d diag.Diagnostic) bool { return d.Message == message }) {
				add(suggest(k.Name), "%s", message)
			}
		}
	}
	for _, in := range w.Inputs {
		if !slices.Contains(names, in.Name) {
			add(suggest(in.Name), "the spine has no column %q, which is an input of %s", in.Name, w.Name)
		}
	}
	if !slices.Contains(names, s.Spine.EventTime) {
		add("name the column that says when with --event-time; "+suggest(s.Spine.EventTime), "the spine has no column %q, which says at what time each row asks", s.Spine.EventTime)
	}
	taken := map[string]bool{}
	for _, c := range t.resultNames() {
		if taken[c] {
			add("rename it in the spine, or ask for full names", "two columns of the result would be called %q", c)
		}
		taken[c] = true
	}
	return faults
}

// resultNames are those of the columns of the result.
func (t *training) resultNames() []string {
	keys, rest := t.w.Set.Carried()
	out := append(model.Table{Columns: slices.Concat(keys, rest)}.ColumnNames(), model.EventTimestamp)
	for _, f := range t.w.Set.Features {
		if t.fullNames {
			out = append(out, f.FullName())
		} else {
			out = append(out, f.Name)
		}
	}
	for _, d := range t.w.Set.Derived {
		out = append(out, d.Name)
	}
	return out
}
