package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/report"
)

// stop is a run that ends early on purpose, with an exit code and the reasons.
type stop struct {
	code int
	list diag.List
}

func (s *stop) Error() string {
	if len(s.list) == 0 {
		return "refused"
	}
	return s.list[0].Error()
}

// refuse ends a run because of its data.
func refuse(list diag.List) error { return &stop{code: report.ExitRefused, list: list} }

// finish writes the end of the report, and records a run that did not publish.
func (r *runner) finish(ctx context.Context, err error) {
	r.rep.DurationMS = r.Now().Sub(r.rep.Started).Milliseconds()
	defer r.release()
	if err == nil {
		r.rep.Status, r.rep.ExitCode = report.Succeeded, report.ExitDone
		return
	}
	r.rep.Status = report.Failed
	var s *stop
	switch {
	case errors.As(err, &s):
		r.rep.ExitCode = s.code
		r.rep.Errors = append(r.rep.Errors, s.list...)
		if s.code == report.ExitLocked {
			r.rep.Status = report.Locked
		}
	case ctx.Err() != nil:
		r.rep.ExitCode = report.ExitInterrupted
		r.rep.Errors = append(r.rep.Errors, diag.Diagnostic{Message: "interrupted; everything was rolled back, no table or snapshot has changed"})
	default:
		r.rep.ExitCode = report.ExitSurrounding
		r.rep.Errors = append(r.rep.Errors, r.problem(err))
	}
	if r.rep.RunID != 0 && !r.done {
		r.recordFailure(ctx)
	}
}

// failureTimeout bounds the last words of a run whose database may be gone.
const failureTimeout = 10 * time.Second

func (r *runner) recordFailure(ctx context.Context) {
	if r.recordRejects(ctx) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), failureTimeout)
	defer cancel()
	l := r.ledger
	if !r.DB.Alive() {
		db, err := r.DB.Reopen(ctx)
		if err != nil {
			return // the next run will find this one dead and say so
		}
		defer db.Close()
		l = ledger.Open(db)
	}
	if err := l.Fail(ctx, r.rep, r.Now()); err != nil {
		r.note("the ledger could not record this failure: " + err.Error())
	}
}

// release gives back locks and staged rows, so that the connection can serve another run.
func (r *runner) release() {
	ctx, cancel := context.WithTimeout(context.Background(), failureTimeout)
	defer cancel()
	if r.rep.RunID == 0 || !r.DB.Alive() {
		return
	}
	for _, b := range r.batches {
		_, _ = r.DB.Exec(ctx, b.table.DropStage())
	}
	_ = r.DB.UnlockAll(ctx)
}

func (r *runner) event(e report.Event) { r.Events(e) }

func (r *runner) note(text string) {
	if !slices.Contains(r.rep.Notes, text) {
		r.rep.Notes = append(r.rep.Notes, text)
		r.event(report.Event{Phase: "note", Text: text})
	}
}

// timed runs one step and records how long it took.
func (r *runner) timed(name, subject string, f func() (int64, error)) error {
	started := r.Now()
	r.event(report.Event{Phase: name, Subject: subject})
	rows, err := f()
	r.rep.Steps = append(r.rep.Steps, report.Step{Name: name, Subject: subject, Rows: rows, DurationMS: r.Now().Sub(started).Milliseconds()})
	if err == nil {
		r.event(report.Event{Phase: name, Subject: subject, Rows: rows, Ended: true})
	}
	return err
}

func plural(n int64, word string) string { return fmt.Sprintf("%d %s", n, noun(n, word)) }

func noun(n int64, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func joined(parts []string) string { return strings.Join(parts, ", ") }
