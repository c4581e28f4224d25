package cli

import (
	"context"
	"fmt"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// liveLint is what lint --db adds: it holds the specs against the database.
type liveLint struct {
	app  *app
	root string
	err  error // why the database could not be asked
	done bool
}

// findings are those that only the database shows. They are looked for in a project without errors alone: of one with errors nothing can be
// planned.
func (l *liveLint) findings(ctx context.Context) func(*model.Project) diag.List {
	return func(m *model.Project) diag.List {
		if l.err != nil {
			return nil
		}
		list, err := l.look(ctx, m)
		l.done, l.err = true, err
		return list
	}
}

func (l *liveLint) look(ctx context.Context, m *model.Project) (diag.List, error) {
	a := l.app
	d, err := a.open(ctx, &project{root: l.root, model: m})
	if err != nil {
		return nil, err
	}
	defer d.db.Close()
	a.noteChoice(d)
	if err := report.Title(a.stderr, d.line, a.colour(a.stderr)); err != nil {
		return nil, a.writeFault(err)
	}
	getenv, err := a.variables(l.root)
	if err != nil {
		return nil, err
	}
	list, notes, err := run.Live(ctx, run.Config{DB: d.db, Root: l.root, Project: m, Getenv: getenv, Now: a.now})
	if err != nil {
		return nil, surrounding("", err)
	}
	for _, n := range notes {
		if _, err := fmt.Fprintln(a.stderr, "note  "+report.Visible(n)); err != nil {
			return nil, a.writeFault(err)
		}
	}
	return list, nil
}

// result is the error of a lint whose database could not be asked. One that was not asked, because the specs have errors, is said.
func (l *liveLint) result() error {
	if l != nil && l.err == nil && !l.done {
		_, _ = fmt.Fprintln(l.app.stderr, "note  the database was not asked: the specs have errors, and of those nothing can be planned")
	}
	if l == nil {
		return nil
	}
	return l.err
}
