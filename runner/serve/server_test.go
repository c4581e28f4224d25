package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/report"
	"streamflow/runner/serve"
)

func TestToken(t *testing.T) {
	s := start(t, func(c *serve.Config) { c.Token = "s3cret" })
	s.fill()
	for _, c := range []struct {
		path, header string
		want         int
	}{
		{"/features/a?service=churn", "", 401}, {"/features/a?service=churn", "Authorization: Bearer wrong", 401}, {"/features/a?service=churn", "Authorization: s3cret", 401},
		{"/features/a?service=churn", "Authorization: Bearer s3cret", 200}, {"/features/a?service=churn", "Authorization: bearer s3cret", 200},
		{"/", "", 401}, {"/", "Authorization: Basic eDpzM2NyZXQ=", 200}, {"/", "Authorization: Basic eDp3cm9uZw==", 401}, {"/metrics", "", 401}, {"/openapi.json", "", 401},
	} {
		headers := []string{}
		if c.header != "" {
			headers = append(headers, c.header)
		}
		status, body, header := s.ask("GET", c.path, "", headers...)
		if status != c.want || status == 401 && (header.Get("Www-Authenticate") == "" || !strings.Contains(body, `"unauthorized"`)) || strings.Contains(body, "s3cret") {
			t.Errorf("%s %s: got %d %s", c.path, c.header, status, body)
		}
	}
	s.feastSays(`{"entities":{"client":["a"]},"feature_service":"churn"}`, 401, "FeastPermissionError", "asks for a token")
	// Health is for those who watch the server: without the token it says whether it is well, and nothing else.
	s.want("GET", "/health", "", 200, `{"status":"ok","database":"ok"}`)
	s.token = "s3cret"
	if _, body, _ := s.ask("GET", "/health", ""); !strings.Contains(body, `"views"`) {
		t.Errorf("got %s", body)
	}
}

func TestReadOnly(t *testing.T) {
	s := start(t, func(c *serve.Config) { c.AllowWrite = false })
	for _, path := range []string{"/push", "/write-to-online-store", "/materialize", "/materialize-incremental"} {
		status, body, _ := s.ask("POST", path, `{}`)
		if status != 403 || !strings.Contains(body, "FeastPermissionError") || !strings.Contains(body, "--allow-write") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// A page of another site that a browser shows may not write here.
func TestOtherSites(t *testing.T) {
	s := start(t, nil)
	status, body, _ := s.ask("POST", "/push", `{}`, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site")
	if status != 403 || !strings.Contains(body, "another site") {
		t.Errorf("got %d %s", status, body)
	}
}

func TestHealth(t *testing.T) {
	ended := now.Add(-time.Hour)
	down := false
	s := start(t, func(c *serve.Config) {
		c.LastRun = func(context.Context) (*report.Run, error) {
			if down {
				return nil, fmt.Errorf("gone")
			}
			return &report.Run{ID: 7, Pipeline: "shop", Params: map[string]string{"p": "a"}, Ended: &ended}, nil
		}
	})
	s.write("visits_now", now.Add(-90*time.Second), []string{"a"}, "1")
	s.want("GET", "/health", "", 200, `{"status":"ok","database":"ok","last_run":{"run":7,"pipeline":"shop","params":{"p":"a"},"ended":"2024-03-05T09:00:00Z"},`+
		`"views":{"fees_now":{"filled":false},"tills_now":{"filled":false},"visits_now":{"filled":true,"newest":"2024-03-05T09:58:30Z","age_seconds":90}},"specs":"abc123","version":"v1"}`)
	_, metrics, _ := s.ask("GET", "/metrics", "")
	for _, line := range []string{`runner_feature_age_seconds{view="visits_now"} 90`, `runner_database_up 1`, `runner_build_info{specs="abc123",version="v1"} 1`,
		`runner_http_requests_total{code="200",method="GET",route="/health"} 1`, `runner_http_request_duration_seconds_count{route="/health"} 1`} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("%s is not in the metrics:\n%s", line, metrics)
		}
	}
	down = true
	await(t, func() bool { status, _, _ := s.ask("GET", "/health", ""); return status == 503 })
	status, body, header := s.ask("GET", "/health", "")
	if status != 503 || header.Get("Retry-After") == "" || !strings.Contains(body, `"status":"unavailable","database":"unavailable"`) {
		t.Errorf("got %d %s", status, body)
	}
	down = false
	await(t, func() bool { status, _, _ := s.ask("GET", "/health", ""); return status == 200 })
	s.serve.End()
	for _, path := range []string{"/health", "/ready"} {
		if status, body, _ := s.ask("GET", path, ""); status != 503 || !strings.Contains(body, `"status":"ending"`) {
			t.Errorf("%s: got %d %s", path, status, body)
		}
	}
}

// await asks again until it is so.
func await(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if so() {
			return
		}
	}
	t.Fatal("waited in vain")
}

func TestValuesAreCounted(t *testing.T) {
	s := start(t, nil)
	s.fill()
	s.ask("POST", "/get-online-features", `{"entities":{"client":["a","old","nobody"]},"feature_service":"churn"}`)
	s.ask("GET", "/features/unheard-of?service=churn", "")
	s.ask("GET", "/secret/unheard-of", "")
	_, metrics, _ := s.ask("GET", "/metrics", "")
	for _, line := range []string{`runner_feature_values_total{status="PRESENT",view="fees_now"} 2`, `runner_feature_values_total{status="OUTSIDE_MAX_AGE",view="fees_now"} 2`,
		`runner_feature_values_total{status="NOT_FOUND",view="fees_now"} 4`, `runner_feature_values_total{status="NOT_FOUND",view="visits_now"} 3`, `runner_feature_rows_total 4`,
		`runner_http_requests_total{code="404",method="GET",route="/features/{key}"} 1`, `runner_http_requests_total{code="404",method="other",route="other"} 1`} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("%s is not in the metrics", line)
		}
	}
	if strings.Contains(metrics, "unheard-of") {
		t.Error("a key stands in the metrics")
	}
}

// The log says what was asked and how it ended, and no key.
func TestAccessLog(t *testing.T) {
	s := start(t, func(c *serve.Config) { c.Access = true })
	s.ask("GET", "/features/0001?service=churn", "")
	await(t, func() bool { return strings.Contains(s.log.text(), "msg=request") })
	text := s.log.text()
	for _, says := range []string{"method=GET", "path=/features/{key}", "status=404", "service=churn", "rows=1", "code=unknown_entity"} {
		if !strings.Contains(text, says) {
			t.Errorf("%s is not in %s", says, text)
		}
	}
	if strings.Contains(text, "0001") {
		t.Errorf("a key stands in the log: %s", text)
	}
}

func TestLoopback(t *testing.T) {
	for addr, want := range map[string]bool{"127.0.0.1:1": true, "localhost:1": true, "[::1]:1": true, "127.9.9.9:1": true, ":1": false, "0.0.0.0:1": false, "10.0.0.1:1": false, "example.org:1": false, "x": false} {
		if serve.Loopback(addr) != want {
			t.Errorf("%s: %v", addr, !want)
		}
	}
}

// What is served is taken down line by line, and all of it is there when the recorder has ended.
func TestRecorder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "served.jsonl")
	recorder, err := serve.NewRecorder(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *serve.Config) { c.Record = recorder })
	s.fill()
	const rounds = 50
	for range rounds {
		s.ask("POST", "/get-online-features", `{"entities":{"client":["a","nobody"]},"features":["fees_now:fee","fees_now:mail"]}`)
	}
	if lost := recorder.Close(); lost != 0 {
		t.Errorf("%d lines were lost", lost)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	if len(lines) != 2*rounds {
		t.Fatalf("%d lines", len(lines))
	}
	logged, err := feature.ReadLog(lines[0])
	if err != nil || string(logged.Features["fee"]) != "29.85" || !feature.IsMasked(logged.Features["mail"]) || string(logged.Keys["client"]) != `"a"` {
		t.Errorf("%s: %+v %v", lines[0], logged, err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

// When the disk is full requests are answered, and what was lost is counted and told.
func TestRecorderOnAFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this machine has no /dev/full")
	}
	log := &logged{}
	recorder, err := serve.NewRecorder("/dev/full", slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *serve.Config) { c.Record = recorder })
	s.fill()
	if status, _, _ := s.ask("GET", "/features/a?service=churn", ""); status != 200 {
		t.Errorf("got %d", status)
	}
	await(t, func() bool {
		_, metrics, _ := s.ask("GET", "/metrics", "")
		return strings.Contains(metrics, `runner_feature_log_lines_total{outcome="lost"} 1`)
	})
	if lost := recorder.Close(); lost != 1 || !strings.Contains(log.text(), "no space left") {
		t.Errorf("lost %d, log %s", lost, log.text())
	}
}

// A server that ends answers everything that it has begun: as many whole answers arrive as it has counted.
func TestGracefulEnd(t *testing.T) {
	s := start(t, nil)
	s.fill()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- s.serve.Listen(ctx, serve.Door{Listener: listener, Header: time.Minute, Read: time.Minute, Write: time.Minute, Idle: time.Minute, Grace: time.Minute})
	}()
	var whole, broken atomic.Int64
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			for {
				answer, err := client.Post("http://"+listener.Addr().String()+"/get-online-features", "application/json",
					strings.NewReader(`{"entities":{"client":["a","b","c"]},"feature_service":"churn"}`))
				if err != nil {
					return // not accepted any more
				}
				body, err := io.ReadAll(answer.Body)
				_ = answer.Body.Close()
				if err != nil || answer.StatusCode != 200 || !json.Valid(body) {
					broken.Add(1)
				} else {
					whole.Add(1)
				}
			}
		})
	}
	await(t, func() bool { return whole.Load() > 200 })
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	clients.Wait()
	_, metrics, _ := s.ask("GET", "/metrics", "")
	want := fmt.Sprintf(`runner_http_requests_total{code="200",method="POST",route="/get-online-features"} %d`, whole.Load())
	if broken.Load() > 0 || !strings.Contains(metrics, want+"\n") {
		t.Errorf("%d whole, %d broken; metrics:\n%s", whole.Load(), broken.Load(), metrics)
	}
}
