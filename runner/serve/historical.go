package serve

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// History asks for features as they were known at the times of some rows.
type History struct {
	Service   *model.FeatureService // what is asked for
	FullNames bool
	Spine     string // a file of the rows: keys, inputs, model.EventTimestamp, and others, which go through as text
}

// historyAtOnce is how many such requests are answered at one time: each may read a great deal.
const historyAtOnce = 2

// historical answers POST /historical-features: rows with keys and event_timestamp in, as JSON lines or a list, and the same rows with their
// features out, as JSON lines. They come in the order of their keys and times.
func (s *Server) historical(c *call) error {
	query, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		return bad("bad_query", "", "the query of the address cannot be read: %s", err)
	}
	h := History{FullNames: query.Get("full_feature_names") == "true"}
	if h.Service, err = s.historyOf(query, h.FullNames); err != nil {
		return err
	}
	c.about = h.Service.Name
	leave, err := s.turn(c.Context(), s.histories)
	if err != nil {
		return err
	}
	defer leave()
	file, err := os.CreateTemp("", "runner-spine-*.csv")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	defer func() { _ = file.Close() }()
	r := &spineReader{in: bufio.NewReader(c.Body), service: h.Service}
	if err := r.spool(file); err != nil {
		return err
	}
	h.Spine, c.rows = file.Name(), r.rows
	to := &lines{call: c, stall: s.Limits.Stall}
	out := bufio.NewWriterSize(to, 64<<10)
	if r.rows > 0 {
		rep, err := s.History(c.Context(), h, out)
		if err = errors.Join(to.failed, err); err != nil {
			return err
		}
		if f := refused(rep); f != nil {
			return f
		}
	}
	if err := out.Flush(); err != nil || c.status != 0 {
		return err
	}
	return c.send(http.StatusOK, typeLines, nil)
}

// turn waits for a place among those that are answered, and not for ever: who has gone meanwhile is not noticed before the body is read.
func (s *Server) turn(ctx context.Context, places chan struct{}) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, s.Limits.Timeout)
	defer cancel()
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, &fault{status: http.StatusServiceUnavailable, code: "busy", message: "as many requests of this kind are being answered as may be", hint: "try again when they have ended"}
	}
}

// lines is an answer of JSON lines, which says so as soon as there is something to say: until then it may still become an error. Who does not
// take a part of it for some time is cut off: others wait for the place.
type lines struct {
	*call
	stall  time.Duration
	failed error
}

// Write sends lines.
func (l *lines) Write(b []byte) (int, error) {
	if l.status == 0 {
		l.Header()["Content-Type"] = typeLines
	}
	if l.stall > 0 {
		_ = http.NewResponseController(l.w).SetWriteDeadline(time.Now().Add(l.stall))
	}
	n, err := l.call.Write(b)
	if err != nil {
		l.failed = &fault{status: statusClosed, code: "closed", message: "the client has gone, or does not read"}
		return n, l.failed
	}
	return n, nil
}

// historyOf returns what a query asks for, as a service. Views that are not kept online have a history as well.
func (s *Server) historyOf(query url.Values, full bool) (*model.FeatureService, error) {
	if err := strangers(query, []string{"service", "features", "full_feature_names"}); err != nil {
		return nil, err
	}
	switch service, refs, err := askedBy(query); {
	case err != nil:
		return nil, err
	case refs != nil:
		set, err := feature.List(s.history, refs, full)
		if err != nil {
			return nil, refsFault(err)
		}
		out := &model.FeatureService{}
		for _, f := range set.Features {
			f.View = s.Project.FeatureView(f.View.Name)
			out.Features = append(out.Features, f)
		}
		return out, nil
	case service != "":
		if svc := s.Project.FeatureService(service); svc != nil {
			return svc, nil
		}
		_, err := s.service(service)
		return nil, err
	case len(s.Project.FeatureServices) == 1:
		return s.Project.FeatureServices[0], nil
	}
	_, err := s.only()
	return nil, err
}

// wholeHistory is a project whose views may all be asked for.
func wholeHistory(p *model.Project) *model.Project {
	out := *p
	out.FeatureViews = nil
	for _, v := range p.FeatureViews {
		one := *v
		one.Online = true
		out.FeatureViews = append(out.FeatureViews, &one)
	}
	return &out
}
