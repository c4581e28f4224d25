package report

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// Progress shows the news of a run while it goes on. Event is what a run's Events want; Close ends the display, and is safe to call
// more than once.
type Progress interface {
	Event(Event)
	Close()
}

// Plain writes one line per finished phase and subject, and at once what a run waits for. It is for files, pipes and CI logs.
func Plain(w io.Writer, now func() time.Time) Progress {
	return &plain{w: w, watch: newWatch(now)}
}

type plain struct {
	w io.Writer
	watch
}

func (p *plain) Event(e Event) {
	took := p.see(e)
	switch {
	case e.Ended:
		_, _ = fmt.Fprintln(p.w, strings.TrimRight(fmt.Sprintf("%-11s %-32s %s", e.Phase, e.Subject, outcome(e, took)), " "))
	case e.Text != "" && e.Phase != "start" && e.Phase != "note": // the title and the report say those
		_, _ = fmt.Fprintln(p.w, e.Phase+"  "+e.Text)
	}
}

func (p *plain) Close() {}

// outcome says what a finished phase did: rows and time, or its own text.
func outcome(e Event, took time.Duration) string {
	var parts []string
	if e.Rows > 0 {
		parts = append(parts, count(e.Rows, "row"))
	}
	if e.Text != "" {
		parts = append(parts, e.Text)
	}
	return strings.Join(append(parts, seconds(took.Milliseconds())), "  ")
}

// JSONLog writes one JSON object per event, in the form of log/slog, with the level and the time in UTC.
func JSONLog(w io.Writer, now func() time.Time) Progress {
	utc := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			a.Value = slog.TimeValue(now().UTC())
		}
		return a
	}
	return &jsonLog{log: slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: utc})), watch: newWatch(now)}
}

type jsonLog struct {
	log *slog.Logger
	watch
}

func (p *jsonLog) Event(e Event) {
	took := p.see(e)
	attrs := []any{"phase", e.Phase}
	if e.Subject != "" {
		attrs = append(attrs, "subject", e.Subject)
	}
	if e.Total > 0 {
		attrs = append(attrs, "done", e.Done, "total", e.Total)
	}
	if e.Rows > 0 {
		attrs = append(attrs, "rows", e.Rows)
	}
	if e.Ended {
		attrs = append(attrs, "ended", true, "duration_ms", took.Milliseconds())
	}
	message := e.Text
	if message == "" {
		message = strings.TrimSpace(e.Phase + " " + e.Subject)
	}
	p.log.Info(message, attrs...)
}

func (p *jsonLog) Close() {}

// watch measures from the first event of a phase and subject.
type watch struct {
	now   func() time.Time
	since map[[2]string]time.Time
}

func newWatch(now func() time.Time) watch { return watch{now, map[[2]string]time.Time{}} }

func (w watch) see(e Event) time.Duration {
	key, now := [2]string{e.Phase, e.Subject}, w.now()
	if _, known := w.since[key]; !known {
		w.since[key] = now
	}
	return now.Sub(w.since[key])
}
