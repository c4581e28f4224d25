package serve_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/online"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
	"streamflow/runner/serve"
)

// While versions of a view are written one after the other, every answer is of one of them.
func TestOneMaterializationPerAnswer(t *testing.T) {
	s := start(t, nil)
	const keys, versions = 40, 60
	view := s.model.FeatureView("visits_now")
	write := func(version int) {
		rows := make([]online.Row, keys)
		for i := range rows {
			n := fmt.Sprint(version)
			rows[i] = online.Row{Key: []string{fmt.Sprintf("k%02d", i)}, Values: []*string{&n}, EventTime: now.Add(time.Duration(version-versions) * time.Minute)}
		}
		if _, err := s.store.Write(context.Background(), view, rows); err != nil {
			t.Error(err)
		}
	}
	write(0)
	names := make([]string, keys)
	for i := range names {
		names[i] = fmt.Sprintf("k%02d", i)
	}
	list, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	body := `{"features":["visits_now:visits"],"entities":{"client":` + string(list) + `}}`
	var done atomic.Bool
	var readers sync.WaitGroup
	seen := sync.Map{}
	for range 4 {
		readers.Go(func() {
			for !done.Load() {
				status, text, _ := s.ask("POST", "/get-online-features", body)
				var answer struct{ Results []struct{ Values []any } }
				if err := json.Unmarshal([]byte(text), &answer); err != nil || status != 200 {
					t.Errorf("%d %v %.200s", status, err, text)
					return
				}
				for _, v := range answer.Results[1].Values {
					if v != answer.Results[1].Values[0] {
						t.Errorf("a mix: %v", answer.Results[1].Values)
						return
					}
				}
				seen.Store(answer.Results[1].Values[0], true)
			}
		})
	}
	for v := 1; v < versions; v++ {
		write(v)
	}
	done.Store(true)
	readers.Wait()
	n := 0
	seen.Range(func(any, any) bool { n++; return true })
	if n < 2 {
		t.Errorf("only %d versions were seen: nothing was tried", n)
	}
}

// listen serves on a port of its own until end is called, which returns how it ended.
func (s *server) listen(d serve.Door) (url string, end func() error) {
	s.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	d.Listener, d.Header, d.Read, d.Write, d.Idle = listener, time.Minute, time.Minute, time.Minute, time.Minute
	go func() { ended <- s.serve.Listen(ctx, d) }()
	return listener.Addr().String(), func() error { cancel(); return <-ended }
}

func TestTLS(t *testing.T) {
	s := start(t, nil)
	s.fill()
	other := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate, and a client that trusts it
	defer other.Close()
	at, end := s.listen(serve.Door{TLS: other.TLS.Clone(), Grace: time.Minute})
	answer, err := other.Client().Get("https://" + at + "/features/a?service=churn")
	if err != nil || answer.StatusCode != 200 {
		t.Fatal(answer, err)
	}
	_ = answer.Body.Close()
	if answer, err := http.Get("http://" + at + "/health"); err == nil && answer.StatusCode != 400 {
		t.Errorf("plain HTTP is answered: %d", answer.StatusCode)
	}
	other.Client().CloseIdleConnections()
	if err := end(); err != nil {
		t.Error(err)
	}
}

// busy is a server whose materializing waits to be let go.
func busy(t *testing.T) (s *server, began chan run.Materializing, release chan *report.Report) {
	began, release = make(chan run.Materializing, 10), make(chan *report.Report)
	return start(t, func(c *serve.Config) {
		c.Materialize = func(_ context.Context, w run.Materializing) (*report.Report, error) {
			began <- w
			return <-release, nil
		}
	}), began, release
}

// What is not done after the grace is cut off, and that is an error.
func TestGraceEnds(t *testing.T) {
	s, began, release := busy(t)
	at, end := s.listen(serve.Door{Grace: 20 * time.Millisecond})
	failed := make(chan error, 1)
	go func() {
		_, err := http.Post("http://"+at+"/materialize-incremental", "", strings.NewReader(`{"end_ts":"2100-01-01"}`))
		failed <- err
	}()
	<-began
	if err := end(); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("got %v", err)
	}
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
	close(release)
}

// Clients that ask without a pause on connections that they keep lose no request when the server ends.
func TestNoRequestIsLost(t *testing.T) {
	for range 5 {
		s := start(t, nil)
		s.fill()
		at, end := s.listen(serve.Door{Grace: time.Minute})
		var clients sync.WaitGroup
		var answered atomic.Int64
		for range 8 {
			clients.Go(func() {
				conn, err := net.Dial("tcp", at)
				for err == nil {
					in, last := bufio.NewReader(conn), false
					for !last {
						if _, err := io.WriteString(conn, "GET /features/a?service=churn HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
							t.Errorf("a request was not taken: %v", err)
							return
						}
						answer, err := http.ReadResponse(in, nil)
						if err != nil {
							t.Errorf("a request was not answered: %v", err)
							return
						}
						_, _ = io.Copy(io.Discard, answer.Body)
						last = answer.Close
						answered.Add(1)
					}
					_ = conn.Close()
					conn, err = net.Dial("tcp", at) // refused in the end
				}
			})
		}
		await(t, func() bool { return answered.Load() > 200 })
		if err := end(); err != nil {
			t.Error(err)
		}
		clients.Wait()
	}
}

// What goes on after its answer is waited for.
func TestJobsAreFinished(t *testing.T) {
	s, began, release := busy(t)
	at, end := s.listen(serve.Door{Grace: time.Minute})
	answer, err := http.Post("http://"+at+"/materialize-incremental?async=true", "", strings.NewReader(`{"end_ts":"2100-01-01","feature_views":["visits_now"]}`))
	if err != nil || answer.StatusCode != 202 {
		t.Fatal(answer, err)
	}
	_ = answer.Body.Close()
	<-began
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	release <- &report.Report{}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Only so many materialize at one time; who comes beside them is told to come again.
func TestManyMaterialize(t *testing.T) {
	began, release := make(chan bool, 10), make(chan bool)
	s := start(t, func(c *serve.Config) {
		c.Limits.Timeout = 100 * time.Millisecond
		c.Materialize = func(context.Context, run.Materializing) (*report.Report, error) {
			began <- true
			<-release
			return &report.Report{}, nil
		}
	})
	const body = `{"end_ts":"2024-03-05T09:59:00Z"}`
	for range 4 {
		if status, text, _ := s.ask("POST", "/materialize-incremental?async=true", body); status != 202 {
			t.Errorf("got %d %s", status, text)
		}
		<-began
	}
	for _, path := range []string{"/materialize-incremental", "/materialize-incremental?async=true"} {
		if status, text, header := s.ask("POST", path, body); status != 503 || header.Get("Retry-After") == "" || !strings.Contains(text, "as many requests") {
			t.Errorf("%s: got %d %s", path, status, text)
		}
	}
	close(release)
	await(t, func() bool { status, _, _ := s.ask("POST", "/materialize-incremental", body); return status == 200 })
}

func TestMaterializeBodies(t *testing.T) {
	var got []run.Materializing
	rep := &report.Report{}
	s := start(t, func(c *serve.Config) {
		c.Materialize = func(_ context.Context, w run.Materializing) (*report.Report, error) {
			got = append(got, w)
			return rep, nil
		}
	})
	utc := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		path, body string
		status     int
		want       string
		mode       plan.Mode
		window     plan.Window
	}{
		{"/materialize", `{"start_ts":"2024-01-01T00:00:00","end_ts":"2024-02-01T00:00:00+01:00"}`, 200, "null", plan.WindowedMode,
			plan.Window{From: plan.Bound{At: utc("2024-01-01T00:00:00Z")}, To: plan.Bound{At: utc("2024-01-31T23:00:00Z")}}},
		{"/materialize", `{"start_ts":"2024-01-01","end_ts":"2024-01-31","feature_views":["fees_now","fees_now"],"disable_event_timestamp":false,"version":null}`, 200, "null", plan.WindowedMode,
			plan.Window{From: plan.Bound{Date: "2024-01-01"}, To: plan.Bound{Date: "2024-01-31"}}},
		{"/materialize-incremental", `{"end_ts":"2024-03-05T09:58:00"}`, 200, "null", plan.Incremental, plan.Window{}},
		{"/materialize-incremental", `{"end_ts":"2024-03-01T00:00:00"}`, 200, "null", plan.WindowedMode, plan.Window{To: plan.Bound{At: utc("2024-03-01T00:00:00Z")}}},
		{"/materialize", `{"end_ts":"2024-03-01T00:00:00"}`, 400, "start_ts and end_ts are required", "", plan.Window{}},
		{"/materialize", `{"start_ts":"x","end_ts":"2024-03-01T00:00:00"}`, 400, "is no moment", "", plan.Window{}},
		{"/materialize", `{"start_ts":"2024-03-02","end_ts":"2024-03-01","disable_event_timestamp":true}`, 400, "keep the event times", "", plan.Window{}},
		{"/materialize", `{"start_ts":"2024-03-02","end_ts":"2024-03-01"}`, 400, "must be before", "", plan.Window{}},
		{"/materialize-incremental", `{}`, 422, `"end_ts"`, "", plan.Window{}},
		{"/materialize-incremental", `{"end_ts":"2024-03-05","version":"v2"}`, 400, "one version", "", plan.Window{}},
		{"/materialize-incremental", `{"end_ts":"2024-03-05","feature_views":["kept_offline"]}`, 400, "not kept online", "", plan.Window{}},
		{"/materialize-incremental", `{"end_ts":"2024-03-05","feature_views":"fees_now"}`, 422, `"feature_views"`, "", plan.Window{}},
	} {
		got = nil
		status, body, _ := s.ask("POST", c.path, c.body)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s: got %d %s", c.path, c.body, status, body)
		}
		switch {
		case status != 200 && len(got) > 0, status == 200 && len(got) != 1:
			t.Errorf("%s %s: materialized %d times", c.path, c.body, len(got))
		case status == 200:
			w := got[0]
			same := w.Window.From.At.Equal(c.window.From.At) && w.Window.To.At.Equal(c.window.To.At) && w.Window.From.Date == c.window.From.Date && w.Window.To.Date == c.window.To.Date
			if w.Mode != c.mode || !same || len(w.Views) != 3 && !strings.Contains(c.body, `["fees_now","fees_now"]`) {
				t.Errorf("%s %s: got %+v", c.path, c.body, w)
			}
		}
	}
	rep = &report.Report{ExitCode: report.ExitLocked, Errors: []report.Problem{{Message: "held"}}}
	if status, body, _ := s.ask("POST", "/materialize-incremental", `{"end_ts":"2024-03-05"}`); status != 409 || !strings.Contains(body, "held") {
		t.Errorf("got %d %s", status, body)
	}
}

// An answer that takes too long is given up, and the next one is answered again.
func TestTimeout(t *testing.T) {
	url := pgtest.Database(t)
	s := start(t, func(c *serve.Config) { c.Store, c.Limits.Timeout = storeOf(t, url, c.Project), 300*time.Millisecond })
	s.store = storeOf(t, url, s.model)
	s.fill()
	db, err := pg.Open(context.Background(), url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	await(t, func() bool { status, _, _ := s.ask("GET", "/features/a?service=churn", ""); return status == 200 })
	if _, err := db.Exec(context.Background(), "BEGIN; LOCK TABLE online.visits_now"); err != nil {
		t.Fatal(err)
	}
	if status, body, _ := s.ask("GET", "/features/a?service=churn", ""); status != 504 || !strings.Contains(body, `"timeout"`) {
		t.Errorf("got %d %s", status, body)
	}
	s.feastSays(`{"entities":{"client":["a"]},"feature_service":"churn"}`, 504, "FeastError", "took too long")
	if _, err := db.Exec(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { status, _, _ := s.ask("GET", "/features/a?service=churn", ""); return status == 200 })
}
