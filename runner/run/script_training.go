package run

import (
	"context"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/report"
)

// ScriptTraining writes what BuildTraining would send to the database now, as a script for psql: the rows of a spine that comes from a file,
// and the query whose answer is written.
func ScriptTraining(ctx context.Context, c Config, w Training) *report.Script {
	t := newTraining(c, w)
	s := &script{runner: t.runner, out: &report.Script{Title: "runner sql training " + w.Set.Name, Target: c.Target, Statements: []report.Statement{}, Errors: []diag.Diagnostic{}}}
	s.end(ctx, t.script(ctx, s))
	return s.out
}

func (t *training) script(ctx context.Context, s *script) error {
	if err := t.chooseParams(ctx); err != nil {
		return err
	}
	b, err := t.openSpine()
	if err != nil {
		return err
	}
	s.step = report.SessionStep
	s.add("", "values print and compare the same everywhere", pg.Session(t.DB.Schema()))
	if b != nil {
		if err := t.stageFile(ctx, b); err != nil {
			return err
		}
		s.step = report.StageStep
		s.add(t.w.Set.Name, "the rows of the spine", b.table.CreateStage())
		if err := s.inline(ctx, b); err != nil {
			return err
		}
	}
	return t.DB.Snapshot(ctx, func() error {
		h, err := t.prepareJoin(ctx)
		if err == nil {
			s.step = report.JoinStep
			s.add(t.w.Set.Name, "the training set", h.Select())
		}
		return err
	})
}
