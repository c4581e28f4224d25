package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// materializing is the body of /materialize and /materialize-incremental (feast/feature_server.py).
type materializing struct {
	from, to string
	views    []string
	version  string
	restamp  bool
}

func readMaterializing(r io.Reader) (*materializing, error) {
	out := &materializing{}
	err := readObject(r, func(key string, d *json.Decoder) error {
		switch key {
		case "start_ts":
			return readField(d, key, &out.from)
		case "end_ts":
			return readField(d, key, &out.to)
		case "feature_views":
			return readField(d, key, &out.views)
		case "version":
			return readField(d, key, &out.version)
		case "disable_event_timestamp":
			return readField(d, key, &out.restamp)
		}
		return skip(d)
	})
	switch {
	case err != nil:
		return nil, err
	case out.version != "":
		return nil, bad("no_versions", "leave version out", "there is one version of each view, that of the specs")
	case out.restamp:
		return nil, bad("own_times", "leave disable_event_timestamp out", "values keep the event times that they have")
	}
	return out, nil
}

// materialize answers POST /materialize: what happened between two times, ends included.
func (s *Server) materialize(c *call) error {
	body, err := readMaterializing(c.Body)
	if err != nil {
		return err
	}
	if body.from == "" || body.to == "" {
		return bad("no_window", "give both", "start_ts and end_ts are required")
	}
	w := run.Materializing{Mode: plan.WindowedMode}
	if w.Window.From, err = s.bound("start_ts", body.from); err != nil {
		return err
	}
	if w.Window.To, err = s.bound("end_ts", body.to); err != nil {
		return err
	}
	if from, to := s.first(w.Window.From), s.first(w.Window.To); from.After(to) {
		return bad("no_window", "", "start_ts (%s) must be before end_ts (%s)", body.from, body.to)
	}
	return s.bringOnline(c, body, w)
}

// materializeIncremental answers POST /materialize-incremental: what is new. An end that lies behind us leaves out what came after it.
func (s *Server) materializeIncremental(c *call) error {
	body, err := readMaterializing(c.Body)
	if err != nil {
		return err
	}
	if body.to == "" {
		return malformed("missing", "Field required", "end_ts")
	}
	to, err := s.bound("end_ts", body.to)
	if err != nil {
		return err
	}
	w := run.Materializing{Mode: plan.Incremental}
	if s.first(to).Before(s.Now().Add(-ahead)) {
		w = run.Materializing{Mode: plan.WindowedMode, Window: plan.Window{To: to}}
	}
	return s.bringOnline(c, body, w)
}

// bound is one end of a window. Feast's client sends moments of UTC without a zone.
func (s *Server) bound(name, text string) (plan.Bound, error) {
	if _, err := model.ParseDate(text); err == nil {
		return plan.Bound{Date: text}, nil
	}
	at, err := moment(text)
	if err != nil {
		return plan.Bound{}, bad("bad_time", "", "%s: %s", name, err)
	}
	return plan.Bound{At: at}, nil
}

// first is the first instant of a bound.
func (s *Server) first(b plan.Bound) time.Time {
	if day, err := model.ParseDate(b.Date); err == nil {
		return model.OnClock(day, s.zone)
	}
	return b.At
}

// materializingAtOnce is how many requests bring views online at one time: each has a connection of its own, beside those of the pool.
const materializingAtOnce = 4

// bringOnline materializes the views of a body: at once, or with ?async=true after the answer.
func (s *Server) bringOnline(c *call, body *materializing, w run.Materializing) error {
	var err error
	if w.Views, err = s.named(body.views); err != nil {
		return err
	}
	leave, err := s.turn(c.Context(), s.materializings)
	if err != nil {
		return err
	}
	if c.URL.Query().Get("async") == "true" {
		names := make([]string, len(w.Views))
		for i, v := range w.Views {
			names[i] = v.Name
		}
		ctx := context.WithoutCancel(c.Context())
		s.jobs.Go(func() {
			defer leave()
			_ = s.doMaterialize(ctx, w)
		})
		return c.json(http.StatusAccepted, encoded(object{"status": "accepted", "feature_views": names}))
	}
	defer leave()
	if err := s.doMaterialize(c.Context(), w); err != nil {
		return err
	}
	return c.json(http.StatusOK, []byte("null"))
}

// named returns the views of a list of names, or all of those that are kept online.
func (s *Server) named(names []string) ([]*model.FeatureView, error) {
	if names == nil {
		return s.views, nil
	}
	var out []*model.FeatureView
	var all []string
	for _, v := range s.views {
		all = append(all, v.Name)
	}
	for _, name := range names {
		v := s.Project.FeatureView(name)
		switch {
		case v == nil:
			return nil, unknown("unknown_view", "FeatureViewNotFoundException", diag.DidYouMean(name, all), "there is no feature view %q", name)
		case !v.Online:
			return nil, bad("not_online", "take online: false away", "feature view %q is not kept online", name)
		}
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out, nil
}

// doMaterialize brings views online and logs what that did.
func (s *Server) doMaterialize(ctx context.Context, w run.Materializing) error {
	rep, err := s.Materialize(ctx, w)
	if err != nil {
		s.Log.Error("materialize", "error", err)
		return err
	}
	for _, v := range rep.Materialized {
		s.Log.Info("materialize", "view", v.View, "mode", v.Mode, "state", v.State, "inserted", v.Inserted, "updated", v.Updated,
			"unchanged", v.Unchanged, "deleted", v.Deleted, "older", v.Older)
	}
	for _, n := range rep.Notes {
		s.Log.Info("materialize", "note", n)
	}
	s.watch.forget()
	if f := refused(rep); f != nil {
		s.Log.Error("materialize", "error", f.message)
		return f
	}
	return nil
}

// refused is the fault of a report of what was not done, or nil.
func refused(rep *report.Report) *fault {
	if rep.ExitCode == report.ExitDone {
		return nil
	}
	var said, hints []string
	for _, p := range rep.Errors {
		said = append(said, p.Message)
		if p.Hint != "" && !slices.Contains(hints, p.Hint) {
			hints = append(hints, p.Hint)
		}
	}
	f := &fault{status: http.StatusBadRequest, code: "refused", message: said10(said), hint: said10(hints)}
	switch rep.ExitCode {
	case report.ExitLocked:
		f.status, f.code, f.hint = http.StatusConflict, "locked", "try again when that has ended"
	case report.ExitSurrounding:
		f.status, f.code = http.StatusServiceUnavailable, "unavailable"
	}
	return f
}

// moment reads a moment: with a zone, or without one in UTC.
func moment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no moment such as 2024-01-31T06:00:00Z", text)
}
