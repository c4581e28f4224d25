package serve_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/model"
	"streamflow/runner/online"
	"streamflow/runner/serve"
)

// four are four views of one entity.
func four() string {
	var b strings.Builder
	b.WriteString("kind: pipeline\nname: shop\nparams: {p: {type: string}}\npartitions: [{p: a}]\ntables:\n")
	for i := range 4 {
		fmt.Fprintf(&b, "  t%d: {source: t.csv, mode: append, event_time: at, columns: {client: text, a: integer, b: \"numeric(10,2)\", c: boolean, d: text, at: timestamptz}}\n", i)
	}
	b.WriteString("---\nkind: entity\nname: customer\nkey: {client: text}\n")
	for i := range 4 {
		fmt.Fprintf(&b, "---\nkind: feature_view\nname: v%d\nentity: customer\nsource: t%d\nfeatures: [{name: a%d, from: a}, {name: b%d, from: b}, {name: c%d, from: c}, {name: d%d, from: d}]\n", i, i, i, i, i, i)
	}
	b.WriteString("---\nkind: feature_service\nname: all\nfeatures: [v0, v1, v2, v3]\n")
	return b.String()
}

const clients = 20_000

// fillFour writes the same rows into all views.
func fillFour(b *testing.B, store online.Store, project *model.Project) {
	b.Helper()
	rows := make([]online.Row, clients)
	text := func(s string) *string { return &s }
	for i := range rows {
		rows[i] = online.Row{Key: []string{fmt.Sprintf("k%d", i)}, EventTime: now.Add(-time.Hour), Values: []*string{text(fmt.Sprint(i)), text("29.85"), text("t"), text("DSL")}}
	}
	for _, v := range project.FeatureViews {
		if _, err := store.Write(context.Background(), v, rows); err != nil {
			b.Fatal(err)
		}
	}
}

// bare is what a Go programmer would write by hand: one prepared SELECT by key over the same tables, and encoding of what comes.
func bare(b *testing.B, url string) http.Handler {
	b.Helper()
	pool, err := pgxpool.New(context.Background(), url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rows, err := pool.Query(r.Context(), "SELECT * FROM online.v0 WHERE client = $1", strings.TrimPrefix(r.URL.Path, "/features/"))
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		defer rows.Close()
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				http.Error(w, err.Error(), 500)
				return
			}
			_, _ = fmt.Fprint(w, values...)
		}
	})
}

// BenchmarkServe measures an answer of four views against that of a bare handler that reads one row of one table. Run it with -benchtime 3000x;
// the lasting comparison is in package bench.
func BenchmarkServe(b *testing.B) {
	url := pgtest.Database(b)
	project := readProject(b, four())
	store := storeOf(b, url, project)
	fillFour(b, store, project)
	server, err := serve.New(serve.Config{Project: project, Store: store, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		Limits: serve.Limits{Body: 1 << 20, Rows: 1000, Timeout: 10 * time.Second}})
	if err != nil {
		b.Fatal(err)
	}
	ours, plain := httptest.NewServer(server), httptest.NewServer(bare(b, url))
	defer ours.Close()
	defer plain.Close()
	batch := `{"feature_service":"all","entities":{"client":["` + strings.Repeat(`k1","`, 99) + `k2"]}}`
	get := func(url string) func(int) (*http.Response, error) {
		return func(i int) (*http.Response, error) {
			return http.Get(fmt.Sprintf("%s/features/k%d", url, i*7919%clients))
		}
	}
	post := func(body func(int) string) func(int) (*http.Response, error) {
		return func(i int) (*http.Response, error) {
			return http.Post(ours.URL+"/get-online-features", "application/json", strings.NewReader(body(i)))
		}
	}
	asks := []func(int) (*http.Response, error){get(plain.URL), get(ours.URL),
		post(func(i int) string {
			return fmt.Sprintf(`{"feature_service":"all","entities":{"client":["k%d"]}}`, i*7919%clients)
		}),
		post(func(int) string { return batch })}
	b.Run("four", func(b *testing.B) {
		times := make([][]time.Duration, len(asks))
		for i := range b.N {
			for j, ask := range asks { // by turns, so that what else the machine does hits all of them
				times[j] = append(times[j], took(b, i, ask))
			}
		}
		for j, name := range []string{"bare", "get", "feast1", "feast100"} {
			slices.Sort(times[j])
			b.ReportMetric(float64(times[j][len(times[j])/2].Microseconds()), name+"-p50-us")
		}
		b.ReportMetric(float64(times[1][len(times[1])/2])/float64(times[0][len(times[0])/2]), "get/bare")
	})
}

// took is how long a whole answer takes.
func took(b *testing.B, i int, ask func(int) (*http.Response, error)) time.Duration {
	began := time.Now()
	answer, err := ask(i)
	if err != nil || answer.StatusCode != 200 {
		b.Fatal(answer, err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return time.Since(began)
}
