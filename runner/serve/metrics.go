package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"streamflow/runner/feature"
)

// metrics are what Prometheus reads.
type metrics struct {
	page     http.Handler
	flying   prometheus.Gauge
	requests *prometheus.CounterVec   // route, method, code
	took     *prometheus.HistogramVec // route
	values   *prometheus.CounterVec   // view, status
	rows     prometheus.Counter
	pushed   *prometheus.CounterVec // view, outcome
}

// buckets reach from a read that meets everything in memory to one that runs into the time limit, in seconds.
func buckets() []float64 {
	return []float64{.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 10}
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		flying: prometheus.NewGauge(prometheus.GaugeOpts{Name: "runner_http_requests_in_flight", Help: "Requests that are being answered."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "runner_http_requests_total", Help: "Requests that were answered."},
			[]string{"route", "method", "code"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "runner_http_request_duration_seconds",
			Help: "How long answers took.", Buckets: buckets()}, []string{"route"}),
		values: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "runner_feature_values_total",
			Help: "Values that were served, by their status. What a service derives itself has no view."}, []string{"view", "status"}),
		pushed: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "runner_pushed_rows_total",
			Help: "Rows that were pushed: written, unchanged, or older than what was there."}, []string{"view", "outcome"}),
		rows: prometheus.NewCounter(prometheus.CounterOpts{Name: "runner_feature_rows_total", Help: "Entities that were asked for."}),
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(m.flying, m.requests, m.took, m.values, m.rows, m.pushed, &observed{s}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.page = promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
	return m
}

// count takes note of an answered request.
func (m *metrics) count(c *call, took time.Duration) {
	path, method := "other", "other" // whatever is asked for, there are only so many series
	if c.route != nil {
		path, method = c.route.path, c.route.method
	}
	m.requests.WithLabelValues(path, method, strconv.Itoa(c.status)).Inc()
	m.took.WithLabelValues(path).Observe(took.Seconds())
}

// tally counts the values of an answer by view and status.
func (m *metrics) tally(a *feature.Answer) {
	m.rows.Add(float64(len(a.Rows)))
	var counts [4]int
	view := ""
	flush := func() {
		for i, n := range counts {
			if n > 0 {
				m.values.WithLabelValues(view, string(statuses[i])).Add(float64(n))
			}
		}
		counts = [4]int{}
	}
	for j, f := range a.Set.Features {
		name := ""
		if f.View != nil {
			name = f.View.Name
		}
		if name != view {
			flush()
			view = name
		}
		for i := range a.Rows {
			counts[place(a.Rows[i].Values[j].Status)]++
		}
	}
	flush()
}

// statuses are all there are.
var statuses = [4]feature.Status{feature.Present, feature.NullValue, feature.NotFound, feature.OutsideMaxAge}

func place(s feature.Status) int {
	for i, o := range statuses {
		if s == o {
			return i
		}
	}
	return 0
}

// metricsPage is what Prometheus scrapes.
func (s *Server) metricsPage(c *call) error {
	s.metrics.page.ServeHTTP(c, c.Request)
	return nil
}

// observed are metrics that are looked up when they are read: of the database, the views and the pool.
type observed struct{ server *Server }

var (
	buildDesc  = prometheus.NewDesc("runner_build_info", "1; the version of the program and the hash of the specs that it serves.", []string{"version", "specs"}, nil)
	upDesc     = prometheus.NewDesc("runner_database_up", "1 when the database answers.", nil, nil)
	ageDesc    = prometheus.NewDesc("runner_feature_age_seconds", "How long ago the newest event time of a view was.", []string{"view"}, nil)
	filledDesc = prometheus.NewDesc("runner_feature_materialized_age_seconds", "How long ago a view was last materialized.", []string{"view"}, nil)
	linesDesc  = prometheus.NewDesc("runner_feature_log_lines_total", "Lines of the log of features: written, or lost because the disk did not take them.", []string{"outcome"}, nil)
	poolDesc   = prometheus.NewDesc("runner_store_connections", "Connections to the online store: open, busy, and how many there may be.", []string{"state"}, nil)
)

// Describe names them.
func (o *observed) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{buildDesc, upDesc, ageDesc, filledDesc, linesDesc, poolDesc} {
		ch <- d
	}
}

// Collect reads them.
func (o *observed) Collect(ch chan<- prometheus.Metric) {
	s := o.server
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	now := s.watch.look()
	up := 1.0
	if now.err != nil {
		up = 0
	}
	gauge(buildDesc, 1, s.Version, s.Specs)
	gauge(upDesc, up)
	for i, state := range now.states {
		if age, ok := s.age(state.Newest); ok {
			gauge(ageDesc, age, s.views[i].Name)
		}
		if age, ok := s.age(state.Materialized); ok {
			gauge(filledDesc, age, s.views[i].Name)
		}
	}
	if s.Record != nil {
		written, lost := s.Record.counts()
		ch <- prometheus.MustNewConstMetric(linesDesc, prometheus.CounterValue, float64(written), "written")
		ch <- prometheus.MustNewConstMetric(linesDesc, prometheus.CounterValue, float64(lost), "lost")
	}
	if s.Pool != nil {
		p := s.Pool()
		gauge(poolDesc, float64(p.Open), "open")
		gauge(poolDesc, float64(p.Busy), "busy")
		gauge(poolDesc, float64(p.Limit), "limit")
	}
}
