package serve_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/online"
	"streamflow/runner/report"
	"streamflow/runner/serve"
)

// raw sends bytes as they are and returns the first line of the answer, and the rest.
func raw(t *testing.T, address string, parts ...string) (first, rest string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, p := range parts {
		if _, err := io.WriteString(conn, p); err != nil {
			t.Fatal(err)
		}
	}
	in := bufio.NewReader(conn)
	first, _ = in.ReadString('\n')
	text, _ := io.ReadAll(in)
	return strings.TrimSpace(first), string(text)
}

// What is wrong with how a body comes is said of the body, and not of the database.
func TestBodiesThatDoNotArrive(t *testing.T) {
	s := start(t, nil)
	s.fill()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- s.serve.Listen(ctx, serve.Door{Listener: listener, Header: time.Minute, Read: 100 * time.Millisecond, Write: time.Minute, Idle: time.Minute, Grace: time.Minute})
	}()
	const head = "POST /get-online-features HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	for _, c := range []struct{ rest, status, says string }{
		{"Content-Length: 300\r\n\r\n{\"entities\":", "408", "did not arrive in time"},
		{"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400", "cannot be read"},
		{"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "422", "Field required"},
	} {
		first, rest := raw(t, listener.Addr().String(), head, c.rest)
		if !strings.HasPrefix(first, "HTTP/1.1 "+c.status) || !strings.Contains(rest, c.says) || strings.Contains(rest, "database") {
			t.Errorf("%q: got %s %s", c.rest, first, rest)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	status, body, _ := s.ask("POST", "/get-online-features", "\x1f\x8b", "Content-Encoding: gzip")
	if status != 415 || !strings.Contains(body, "Content-Encoding gzip") {
		t.Errorf("got %d %s", status, body)
	}
	for path, want := range map[string]string{"/health": "GET, HEAD", "/push": "POST"} {
		if status, _, header := s.ask("OPTIONS", path, ""); status != 405 || header.Get("Allow") != want {
			t.Errorf("%s: got %d %s", path, status, header.Get("Allow"))
		}
	}
}

// What one request may make the server keep, or look through, is bounded.
func TestHugeLists(t *testing.T) {
	s := start(t, func(c *serve.Config) { c.Limits.Body = 16 << 20 })
	s.fill()
	refs := func(n int, ref string) string { return `"` + ref + strings.Repeat(`","`+ref, n-1) + `"` }
	s.want("POST", "/get-online-features", `{"entities":{"client":["a"]},"features":[`+refs(9000, "visits_now:visits")+`]}`, 200,
		`{"metadata":{"feature_names":["client","visits"]},"results":[{"values":["a"],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},`+
			`{"values":[3],"statuses":["PRESENT"],"event_timestamps":["2024-03-02T08:00:00.123456Z"]}]}`)
	s.feastSays(`{"entities":{"client":["a"]},"features":[`+refs(10_001, "visits_now:visits")+`]}`, 413, "FeastError", "10001 features are more than 10000")
	_, body, _ := s.ask("POST", "/get-online-features", `{"entities":{"client":["a"]},"features":[`+refs(9000, "nope:x")+`]}`)
	if len(body) > 10_000 || !strings.Contains(body, "and 8990 more") {
		t.Errorf("%d bytes: %.300s", len(body), body)
	}
	var columns strings.Builder // looked for one in the other they would take minutes
	for i := range 400_000 {
		_, _ = fmt.Fprintf(&columns, `,"c%d":["a"]`, i)
	}
	done := make(chan int)
	go func() {
		status, _, _ := s.ask("POST", "/get-online-features", `{"entities":{"client":["a"]`+columns.String()+`},"features":["visits_now:visits"]}`)
		done <- status
	}()
	select {
	case status := <-done:
		if status != 200 {
			t.Errorf("got %d", status)
		}
	case <-time.After(time.Minute):
		t.Fatal("the columns of a body are looked through again and again")
	}
}

// A list that is not known is no other one, whatever stands in it.
func TestListsStayApart(t *testing.T) {
	s := start(t, nil)
	s.fill()
	for _, c := range []struct{ known, strange string }{
		{`"features":["visits_now:visits"],"full_feature_names":true`, `"features":["visits_now:visits",""]`},
		{`"features":["visits_now:visits","fees_now:fee"]`, `"features":["visits_now:visits\u0000fees_now:fee"]`},
	} {
		if status, text, _ := s.ask("POST", "/get-online-features", `{"entities":{"client":["a"]},`+c.known+`}`); status != 200 {
			t.Errorf("got %d %s", status, text)
		}
		if status, text, _ := s.ask("POST", "/get-online-features", `{"entities":{"client":["a"]},`+c.strange+`}`); status != 404 {
			t.Errorf("%s: got %d %s", c.strange, status, text)
		}
	}
}

// A name of another site that means this machine is not its own.
func TestOtherNames(t *testing.T) {
	for _, own := range []bool{true, false} {
		s := start(t, func(c *serve.Config) { c.OwnNames = own })
		s.fill()
		for host, want := range map[string]int{"127.0.0.1:6566": 200, "localhost": 200, "[::1]:80": 200, "[::1]": 200, "app.localhost:1": 200, "LOCALHOST.": 200,
			"evil.example:6566": 403, "127.0.0.1.evil.example": 403, "localhost.evil.example:6566": 403, "10.0.0.1": 403} {
			if !own {
				want = 200
			}
			r, err := http.NewRequest("GET", s.URL+"/features/a?service=churn", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if _ = answer.Body.Close(); answer.StatusCode != want {
				t.Errorf("%s: got %d, want %d", host, answer.StatusCode, want)
			}
		}
	}
}

// A client that does not read its history does not keep its place for ever, and that the answer is not whole is counted and logged.
func TestReadersThatStall(t *testing.T) {
	fails := false
	s := start(t, func(c *serve.Config) {
		c.Limits.Stall = 200 * time.Millisecond
		c.History = func(_ context.Context, _ serve.History, w io.Writer) (*report.Report, error) {
			line := strings.Repeat("x", 1<<16) + "\n"
			for range 1000 {
				if _, err := io.WriteString(w, line); err != nil {
					return nil, err
				}
				if fails {
					return nil, &pg.Error{Message: "out of memory", State: "53200"}
				}
			}
			return &report.Report{}, nil
		}
	})
	const row = `{"client":"a","event_timestamp":"2024-01-31"}`
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "POST /historical-features?service=churn HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(row), row)
	counted := func(code string) func() bool {
		return func() bool {
			_, text, _ := s.ask("GET", "/metrics", "")
			return strings.Contains(text, `runner_http_requests_total{code="`+code+`",method="POST",route="/historical-features"} 1`)
		}
	}
	await(t, counted("499"))
	fails = true
	answer, err := http.Post(s.URL+"/historical-features?service=churn", "", strings.NewReader(row))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("a part of an answer looks like the whole")
	}
	await(t, counted("503"))
	if log := s.log.text(); !strings.Contains(log, "out of memory") {
		t.Errorf("the log does not say why:\n%s", log)
	}
}

// Where all connections are at work, that is said, and not that the answer would take too long.
func TestNoConnectionIsFree(t *testing.T) {
	var pool *pg.Pool
	s := start(t, func(c *serve.Config) {
		var err error
		if pool, err = pg.OpenPool(context.Background(), pgtest.Database(t), "", pg.PoolOptions{Size: 1}); err != nil {
			t.Fatal(err)
		}
		if c.Store, err = online.OnPostgres(pool, c.Project); err != nil {
			t.Fatal(err)
		}
		c.Limits.Timeout = 300 * time.Millisecond
	})
	t.Cleanup(pool.Close)
	err := pool.Session(context.Background(), func(*pg.DB) error {
		s.feastSays(`{"entities":{"client":["a"]},"feature_service":"churn"}`, 503, "FeastError", "connections to the database are busy")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
