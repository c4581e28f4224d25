package serve

import (
	"net/http"
	"time"
)

// healthBody is the answer of /health.
type healthBody struct {
	Status   string                 `json:"status"`   // "ok", or why not: "unavailable", "ending"
	Database string                 `json:"database"` // "ok" or "unavailable"
	LastRun  *lastRun               `json:"last_run,omitempty"`
	Views    map[string]*healthView `json:"views,omitempty"`
	Specs    string                 `json:"specs,omitempty"`
	Version  string                 `json:"version,omitempty"`
}

type lastRun struct {
	Run      int64             `json:"run"`
	Pipeline string            `json:"pipeline"`
	Params   map[string]string `json:"params"`
	Ended    *time.Time        `json:"ended"`
}

// healthView is what the store holds of a view. Without anything there is no time and no age.
type healthView struct {
	Filled       bool       `json:"filled"`                // it was materialized or pushed to at least once
	Newest       *time.Time `json:"newest,omitempty"`      // the newest event time
	Age          *float64   `json:"age_seconds,omitempty"` // since then
	Materialized *time.Time `json:"materialized,omitempty"`
	Lacking      []string   `json:"lacking,omitempty"` // features that the store does not keep, and that are NOT_FOUND therefore
}

// health says whether requests can be answered.
func (s *Server) health(c *call) error {
	now := s.watch.look()
	h, status := healthBody{Status: "ok", Database: "ok"}, http.StatusOK
	switch {
	case now.err != nil:
		h.Status, h.Database, status = "unavailable", "unavailable", http.StatusServiceUnavailable
		c.Header().Set("Retry-After", retryAfter)
	case s.ending.Load():
		h.Status, status = "ending", http.StatusServiceUnavailable
	}
	if s.trusts(c.Request) {
		s.tell(&h, now)
	}
	return c.json(status, append(encoded(h), '\n'))
}

// tell completes what is said to those who are let in.
func (s *Server) tell(h *healthBody, now seen) {
	h.Specs, h.Version = s.Specs, s.Version
	if now.last != nil && now.last.Ended != nil {
		h.LastRun = &lastRun{now.last.ID, now.last.Pipeline, now.last.Params, instant(*now.last.Ended)}
	}
	h.Views = map[string]*healthView{}
	for i, state := range now.states {
		v := &healthView{Filled: state.Exists, Lacking: state.Lacking}
		if age, ok := s.age(state.Newest); ok {
			v.Newest, v.Age = instant(state.Newest), &age
		}
		v.Materialized = instant(state.Materialized)
		h.Views[s.views[i].Name] = v
	}
}

// age is how long ago something was, in seconds with three digits; false when it never was.
func (s *Server) age(t time.Time) (float64, bool) {
	if t.IsZero() {
		return 0, false
	}
	return s.Now().Sub(t).Round(time.Millisecond).Seconds(), true
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
