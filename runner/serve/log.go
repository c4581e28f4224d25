package serve

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// logCall writes what was asked and how it ended: every request where they are logged, and otherwise those that the server failed.
func (s *Server) logCall(c *call, took time.Duration) {
	level := slog.LevelInfo
	var f *fault
	switch {
	case c.status >= http.StatusInternalServerError && (s.Access || s.mayComplain(c.begun)):
		level = slog.LevelError
	case !s.Access:
		return
	}
	attrs := []slog.Attr{slog.String("method", c.Method), slog.String("path", c.shownPath()), slog.Int("status", c.status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("bytes", c.size), slog.String("from", c.RemoteAddr)}
	if c.about != "" {
		attrs = append(attrs, slog.String("service", c.about))
	}
	if c.rows > 0 {
		attrs = append(attrs, slog.Int("rows", c.rows))
	}
	switch {
	case errors.As(c.err, &f) && f.status < http.StatusInternalServerError: // its message may hold what was asked for
		attrs = append(attrs, slog.String("code", f.code))
	case c.err != nil:
		attrs = append(attrs, slog.String("error", c.err.Error()))
	}
	s.Log.LogAttrs(c.Context(), level, "request", attrs...)
}

// mayComplain tells whether a failed request is logged where others are not: one each second, because while the database is away all of them fail.
func (s *Server) mayComplain(at time.Time) bool {
	last := s.complained.Load()
	return at.Unix() != last && s.complained.CompareAndSwap(last, at.Unix())
}

// shownPath is the path of a request without the key in it: who was asked about does not belong into a log.
func (c *call) shownPath() string {
	if c.route != nil && c.route.path == keyed {
		return keyed
	}
	return c.URL.Path
}

func stack() string { return string(debug.Stack()) }
