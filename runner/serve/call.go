package serve

import (
	"net/http"
	"time"
)

// call is one request under way. It is the http.ResponseWriter of its answer.
type call struct {
	*http.Request
	w      http.ResponseWriter
	route  *route
	status int
	size   int64
	begun  time.Time

	about string // the service, for the log
	rows  int    // that were asked for
	err   error  // why it failed
}

// Header is that of the answer.
func (c *call) Header() http.Header { return c.w.Header() }

// WriteHeader keeps the status for metrics and the log.
func (c *call) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.w.WriteHeader(status)
}

// Write counts what is sent.
func (c *call) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.w.Write(b)
	c.size += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find what it needs.
func (c *call) Unwrap() http.ResponseWriter { return c.w }

// The types of bodies, as headers hold them.
var (
	typeJSON  = []string{"application/json"}
	typeLines = []string{"application/x-ndjson"}
	noStore   = []string{"no-store"} // values change, and may be personal
	typeHTML  = []string{"text/html; charset=utf-8"}
)

// send answers with a whole body. When the client has gone there is nobody left to tell.
func (c *call) send(status int, contentType []string, body []byte) error {
	h := c.Header()
	h["Content-Type"], h["Cache-Control"] = contentType, noStore
	c.WriteHeader(status)
	if _, err := c.Write(body); err != nil {
		c.err = err
	}
	return nil
}

func (c *call) json(status int, body []byte) error { return c.send(status, typeJSON, body) }

// fail tells the sender why there is no answer. When a part of one was sent, the connection is cut instead, so that nobody takes the part
// for the whole.
func (c *call) fail(f *fault) {
	if c.err == nil {
		c.err = f
	}
	if c.status != 0 {
		c.status = f.status // for metrics and the log: what was promised first was not kept
		panic(http.ErrAbortHandler)
	}
	h := c.Header()
	switch f.status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", retryAfter)
	case http.StatusUnauthorized:
		h["Www-Authenticate"] = []string{`Bearer realm="runner"`, `Basic realm="runner", charset="UTF-8"`}
	case http.StatusMethodNotAllowed:
		h.Set("Allow", f.allow)
	}
	s := ours
	if c.route != nil {
		s = c.route.style
	}
	_ = c.json(f.status, f.body(s))
}
