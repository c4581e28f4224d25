package serve_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"streamflow/runner/report"
	"streamflow/runner/run"
	"streamflow/runner/serve"
)

// Whatever is sent, an answer is JSON, never a fault of the server, and the server goes on.
func TestAnyBody(t *testing.T) {
	s := start(t, func(c *serve.Config) {
		c.Materialize = func(context.Context, run.Materializing) (*report.Report, error) { return &report.Report{}, nil }
	})
	s.fill()
	bodies := map[string]string{
		"/get-online-features":             `{"features":["visits_now:visits","fees_now:tags"],"entities":{"client":["a",null,1.5e3]},"full_feature_names":false}`,
		"/push":                            `{"push_source_name":"fees_now","df":{"client":["a"],"fee":[1.5],"share":[2],"seen":["2024-01-01T00:00:00Z"],"since":["2024-01-01"],"tags":[["x"]],"more":[{}],"open":[true],"mail":[null],"event_timestamp":["2024-03-01"]}}`,
		"/materialize":                     `{"start_ts":"2024-01-01","end_ts":"2024-02-01","version":"v1"}`,
		"/historical-features?service=x":   `[{"client":"a","event_timestamp":"2024-01-31"}]`,
		"/write-to-online-store":           `{"feature_view_name":"tills_now","df":{"shop":["a"],"till":[1],"total":[2],"event_timestamp":["2024-03-01"]}}`,
		"/get-online-features?async=false": `{"feature_service":"offers","entities":{"client":["a"],"offer":[1],"day":[19000]}}`,
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	pieces := []string{"{", "}", "[", "]", ",", ":", `"`, "null", "1e999", "-", "true", "\x00", "é", "\xff", `\u0000`, `"client"`, "99999999999999999999", " "}
	for range 1500 {
		for path, body := range bodies {
			b := []byte(body)
			for range 1 + random.IntN(3) {
				at, piece := random.IntN(len(b)+1), pieces[random.IntN(len(pieces))]
				end := min(len(b), at+random.IntN(4))
				b = append(append(append([]byte{}, b[:at]...), piece...), b[end:]...)
			}
			status, text, _ := s.ask("POST", path, string(b))
			if status >= 500 || status < 200 || text != "" && !json.Valid([]byte(text)) {
				t.Fatalf("%s %q: %d %s", path, b, status, text)
			}
		}
	}
}

// A fault of the program ends one request.
func TestPanic(t *testing.T) {
	broken := false
	s := start(t, func(c *serve.Config) {
		c.Now = func() time.Time {
			if broken {
				panic("broken")
			}
			return now
		}
	})
	s.fill()
	broken = true
	s.want("GET", "/features/a?service=churn", "", 500, `{"error":{"code":"internal","message":"the server met a fault of its own","hint":"its log says more"}}`)
	broken = false
	if status, _, _ := s.ask("GET", "/features/a?service=churn", ""); status != 200 || !strings.Contains(s.log.text(), "panic=broken") {
		t.Errorf("got %d, log %s", status, s.log.text())
	}
}
