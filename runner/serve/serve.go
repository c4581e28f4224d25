// Package serve answers requests for features over HTTP.
//
// A Server is an http.Handler over a few values that its caller gives it: a project, a store, a clock. What features mean is decided in
// package feature; here requests are read and answers written, in two forms: one of ours for people and scripts, and that of Feast's
// servers (feast/feature_server.py), which Feast's own client reads.
package serve

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"streamflow/runner/model"
	"streamflow/runner/online"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// Config is everything that a server needs from its caller.
type Config struct {
	Project *model.Project
	Store   online.Store
	Now     func() time.Time
	Log     *slog.Logger // of what goes wrong, and with Access of every request
	Access  bool
	Version string // of the program
	Specs   string // a hash of the specs, by which one sees which ones are served

	Token      string // that requests must bring; empty lets everybody in
	OwnNames   bool   // only requests to names of this machine are answered, for a server that no other reaches and that asks for no token
	AllowWrite bool
	Limits     Limits

	LastRun func(context.Context) (*report.Run, error) // the newest run that succeeded, or nil; may be nil itself
	// Materialize brings views online, where AllowWrite is set. What kept it from being done stands in the report.
	Materialize func(context.Context, run.Materializing) (*report.Report, error)

	// History joins what was known at the times of some rows and writes it as JSON lines. What kept it from being done stands in the report.
	History func(context.Context, History, io.Writer) (*report.Report, error)

	Pool   func() Pool // of connections to the store; may be nil
	Record *Recorder   // where answers are taken down; may be nil
}

// Limits bound what one request may cost.
type Limits struct {
	Body    int64         // bytes of a body
	Rows    int           // entities of one request
	Stall   time.Duration // how long a part of a long answer may wait to be taken; 0 is for ever
	Timeout time.Duration // until an answer is there; routes that read or write much take longer
}

// Pool is how many connections there are, and how many of them are at work.
type Pool struct {
	Open, Busy, Limit int
}

// Server answers requests. Its methods may be used by several goroutines.
type Server struct {
	Config
	*sets
	views   []*model.FeatureView // that are kept online
	zone    *time.Location       // of the project
	routes  table
	watch   *watch
	metrics *metrics
	ending  atomic.Bool
	jobs    sync.WaitGroup // that go on after their answer

	history   *model.Project // in which every view may be asked for
	histories chan struct{}  // one place for each request that reads it

	materializings chan struct{} // one place for each request that brings views online

	complained atomic.Int64 // the second in which a failed request was last logged

	document func() []byte // of OpenAPI
	origins  *http.CrossOriginProtection
}

// New makes a server. It reads nothing yet. The error is that the project's time zone is not known here.
func New(c Config) (*Server, error) {
	zone, err := time.LoadLocation(c.Project.Timezone)
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, zone: zone, sets: compiled(c.Project), routes: tableOf(routes()), origins: http.NewCrossOriginProtection()}
	for _, v := range c.Project.FeatureViews {
		if v.Online {
			s.views = append(s.views, v)
		}
	}
	s.history, s.histories = wholeHistory(c.Project), make(chan struct{}, historyAtOnce)
	s.materializings = make(chan struct{}, materializingAtOnce)
	s.watch = &watch{server: s}
	s.metrics = newMetrics(s)
	s.document = sync.OnceValue(s.describe)
	return s, nil
}

// End lets the server say from now on that it is about to end: /health answers 503, and connections are not kept.
func (s *Server) End() { s.ending.Store(true) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{Request: r, w: w, begun: time.Now()}
	s.metrics.flying.Inc()
	defer s.finish(c)
	if s.ending.Load() {
		w.Header().Set("Connection", "close")
	}
	var refused *fault
	if c.route, refused = s.routes.find(r); refused == nil {
		refused = s.admit(c)
	}
	if refused != nil {
		c.fail(refused)
		return
	}
	c.Body = &body{http.MaxBytesReader(w, c.Body, s.Limits.Body)}
	if c.route.long {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	} else {
		ctx, cancel := context.WithTimeout(r.Context(), s.Limits.Timeout)
		defer cancel()
		c.Request = r.WithContext(ctx)
	}
	if err := c.route.do(s, c); err != nil {
		c.err = err
		c.fail(faultOf(errors.Join(err, c.Context().Err()))) // the database says only that a statement was cancelled
	}
}

// finish counts a request and logs it. A panic of ours ends that request, and not the server; where a part of an answer was sent, the
// connection ends with it.
func (s *Server) finish(c *call) {
	s.metrics.flying.Dec()
	caught := recover()
	if caught != nil && caught != http.ErrAbortHandler {
		s.Log.Error("a request made the server panic", "path", c.shownPath(), "panic", caught, "stack", stack())
		if c.status == 0 {
			caught = nil
			c.fail(&fault{status: http.StatusInternalServerError, code: "internal", message: "the server met a fault of its own", hint: "its log says more"})
		}
	}
	took := time.Since(c.begun)
	s.metrics.count(c, took)
	s.logCall(c, took)
	if caught != nil {
		panic(http.ErrAbortHandler)
	}
}
