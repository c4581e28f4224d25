package serve

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"streamflow/runner/online"
	"streamflow/runner/report"
)

// seen is what was last found of the database.
type seen struct {
	at     time.Time
	states []online.State // of the views that are kept online, in order; nil when the database did not answer
	last   *report.Run
	err    error
}

const (
	fresh   = time.Second     // how long what was seen is taken for true: who asks often costs the database nothing
	patient = 2 * time.Second // how long the database may take
)

// watch asks the database how it is, for /health, the metrics and the page.
type watch struct {
	server *Server
	mu     sync.Mutex
	seen   seen
}

// look returns what is known, at most a second old. Several who ask at once wait for one answer.
func (w *watch) look() seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Since(w.seen.at) < fresh {
		return w.seen
	}
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	defer cancel()
	s := w.server
	var now seen
	now.states, now.err = s.Store.State(ctx, s.views)
	if now.err == nil && s.LastRun != nil {
		now.last, now.err = s.LastRun(ctx)
	}
	if now.err != nil {
		now.states = nil
		if w.seen.err == nil {
			s.Log.Error("the database does not answer", "error", now.err)
		}
	} else if w.seen.err != nil {
		s.Log.Info("the database answers again")
	}
	for i, state := range now.states {
		if len(state.Lacking) > 0 && (w.seen.states == nil || !slices.Equal(state.Lacking, w.seen.states[i].Lacking)) {
			s.Log.Warn("features are declared and not kept online: materialize, or start the server again when the specs have changed",
				"view", s.views[i].Name, "features", strings.Join(state.Lacking, ", "))
		}
	}
	now.at = time.Now()
	w.seen = now
	return now
}

// forget makes the next look a new one: what is there has changed.
func (w *watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen.at = time.Time{}
}
