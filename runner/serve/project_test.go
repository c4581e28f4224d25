package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"streamflow/runner/check"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/online"
	"streamflow/runner/serve"
	"streamflow/runner/spec"
)

// shop is a project of three entities: of one key, of two, and of one whose name is that of a field of answers.
const shop = `
kind: pipeline
name: shop
tables:
  fees:
    source: fees.csv
    mode: append
    event_time: at
    columns: {client: text, fee: "numeric(10,2)", share: real, seen: timestamptz, since: date, tags: "text[]", more: jsonb, open: boolean, at: timestamptz, mail: {type: text, pii: true}}
  visits:
    source: visits.csv
    mode: append
    event_time: at
    columns: {client: text, visits: integer, at: timestamptz}
  tills:
    source: tills.csv
    mode: append
    event_time: at
    columns: {shop: text, till: integer, total: bigint, at: timestamptz}
params: {p: {type: string}}
partitions: [{p: a}]
---
kind: entity
name: customer
key: {client: text}
---
kind: entity
name: till
key: {shop: text, till: integer}
---
kind: feature_view
name: fees_now
description: What a client <b>pays</b>.
entity: customer
source: fees
ttl: 30d
features: [fee, share, seen, since, tags, more, open, mail]
derived: {double: fee * 2}
---
kind: feature_view
name: visits_now
entity: customer
source: visits
features: [visits]
---
kind: feature_view
name: tills_now
entity: till
source: tills
features: [total]
---
kind: feature_view
name: kept_offline
entity: till
source: tills
online: false
features: [{name: sum, from: total}]
---
kind: feature_service
name: churn
description: What the "churn" model is asked with.
features: [fees_now.fee, fees_now.double, visits_now]
---
kind: feature_service
name: offers
features: [fees_now.fee]
inputs: {offer: "numeric(10,2)", day: date}
derived: {offer_share: offer / fee}
---
kind: feature_service
name: tills_all
features: [tills_now]
---
kind: feature_service
name: never
features: [kept_offline]
`

// now is when requests are answered.
var now = time.Date(2024, 3, 5, 10, 0, 0, 0, time.UTC)

// server is a server under test, with a store on a database of its own.
type server struct {
	*testing.T
	*httptest.Server
	serve *serve.Server
	store online.Store
	model *model.Project
	log   *logged
	token string // that requests bring
}

// logged is what the server logged.
type logged struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

func readProject(t testing.TB, texts string) *model.Project {
	t.Helper()
	files := fstest.MapFS{"runner.yaml": {Data: []byte("name: shop\n")}, "pipelines/a.yaml": {Data: []byte(texts)}}
	tree, faults := spec.Load(files, nil)
	project, more := check.Check(tree)
	for _, f := range append(faults, more...) {
		if f.Severity == 0 {
			t.Fatal(f)
		}
	}
	return project
}

func storeOf(t testing.TB, url string, project *model.Project) online.Store {
	t.Helper()
	pool, err := pg.OpenPool(context.Background(), url, "", pg.PoolOptions{Size: 4, Writes: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store, err := online.OnPostgres(pool, project)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// start makes a server over the project shop. change may be nil.
func start(t *testing.T, change func(*serve.Config)) *server {
	t.Helper()
	s := &server{T: t, model: readProject(t, shop), log: &logged{}}
	s.store = storeOf(t, pgtest.Database(t), s.model)
	c := serve.Config{Project: s.model, Store: s.store, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Specs: "abc123", Version: "v1", AllowWrite: true, Limits: serve.Limits{Body: 1 << 20, Rows: 100, Timeout: 20 * time.Second}}
	if change != nil {
		change(&c)
	}
	var err error
	if s.serve, err = serve.New(c); err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(s.serve)
	t.Cleanup(s.Close)
	return s
}

// fill puts rows into the store: two clients, one of whose fees are too old, and two tills whose keys are one text when put together.
func (s *server) fill() {
	s.Helper()
	day := func(d int) time.Time { return time.Date(2024, 3, d, 8, 0, 0, 0, time.UTC) }
	s.write("fees_now", day(1), []string{"a"}, "29.85", "0.1", "2024-02-29 23:30:00.5+00", "2024-01-31", `{x,"y z",NULL}`, `{"n": [1, 2.50]}`, "t", "a@b.c")
	s.write("fees_now", time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), []string{"old"}, "1.00", "1", "", "", "", "", "f", "")
	s.write("visits_now", day(2).Add(123456*time.Microsecond), []string{"a"}, "3")
	s.write("visits_now", day(2), []string{"x/y z"}, "")
	s.write("tills_now", day(1), []string{"1", "11"}, "111")
	s.write("tills_now", day(1), []string{"11", "1"}, "222")
}

func (s *server) write(view string, at time.Time, key []string, values ...string) {
	s.Helper()
	row := online.Row{Key: key, EventTime: at}
	for _, v := range values {
		if v == "" {
			row.Values = append(row.Values, nil)
			continue
		}
		row.Values = append(row.Values, &v)
	}
	if _, err := s.store.Write(context.Background(), s.model.FeatureView(view), []online.Row{row}); err != nil {
		s.Fatal(err)
	}
}

// ask sends a request and returns what came back.
func (s *server) ask(method, path, body string, headers ...string) (int, string, http.Header) {
	s.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

// want sends a request and wants exactly this status and this body.
func (s *server) want(method, path, body string, status int, want string) {
	s.Helper()
	got, text, _ := s.ask(method, path, body)
	if got != status || strings.TrimSpace(text) != strings.TrimSpace(want) {
		s.Errorf("%s %s %s\n got %d %s\nwant %d %s", method, path, body, got, text, status, want)
	}
}

// feastSays wants an error in the form that Feast's client reads: a JSON string that holds JSON.
func (s *server) feastSays(body string, status int, class, message string) {
	s.Helper()
	got, text, _ := s.ask("POST", "/get-online-features", body)
	var inner string
	var said struct{ Module, Class, Message string }
	if err := json.Unmarshal([]byte(text), &inner); err != nil {
		s.Errorf("%s: %d %s: %v", body, got, text, err)
		return
	}
	if err := json.Unmarshal([]byte(inner), &said); err != nil {
		s.Errorf("%s: %s: %v", body, inner, err)
	}
	if got != status || said.Module != "feast.errors" || said.Class != class || !strings.Contains(said.Message, message) {
		s.Errorf("%s\n got %d %+v\nwant %d %s %s", body, got, said, status, class, message)
	}
}
