package serve_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamflow/runner/report"
	"streamflow/runner/serve"
)

// Rows of JSON become the same spine however they are sent, and what is wrong with one is said before anything is answered.
func TestHistoricalFeatures(t *testing.T) {
	var got serve.History
	var spine string
	rep := &report.Report{}
	s := start(t, func(c *serve.Config) {
		c.History = func(_ context.Context, h serve.History, w io.Writer) (*report.Report, error) {
			text, err := os.ReadFile(h.Spine)
			if got, spine = h, string(text); err != nil || rep.ExitCode != 0 {
				return rep, err
			}
			_, err = fmt.Fprintln(w, `{"client":"a"}`)
			return rep, err
		}
	})
	const want = "client,offer,day,event_timestamp,label,note\na,1.50,2024-01-01,2024-01-31,true,\"\"\n\"b,c\",2.00,,2024-02-29,,\"[1, 2]\"\n"
	rows := []string{`{"client":"a","offer":1.50,"day":"2024-01-01","event_timestamp":"2024-01-31","note":"","label":true}`,
		`{"event_timestamp":"2024-02-29","client":"b,c","note":[1, 2],"offer":"2","day":null}`}
	for _, body := range []string{strings.Join(rows, "\n"), strings.Join(rows, "\n") + "\n\n", " [" + strings.Join(rows, ",\n") + "] "} {
		status, text, header := s.ask("POST", "/historical-features?service=offers", body)
		if status != 200 || text != "{\"client\":\"a\"}\n" || header.Get("Content-Type") != "application/x-ndjson" {
			t.Errorf("got %d %s %v", status, text, header)
		}
		if spine != want {
			t.Errorf("got %q\nwant %q", spine, want)
		}
		if got.Service.Name != "offers" || len(got.Service.Derived) != 1 || got.FullNames {
			t.Errorf("got %+v", got)
		}
	}
	if _, err := os.Stat(got.Spine); err == nil {
		t.Error("the spine stayed behind")
	}
	for _, c := range []struct{ query, row, says string }{
		{"features=kept_offline:sum,tills_now&full_feature_names=true", `{"shop":"a","till":1,"event_timestamp":"2024-01-31T10:00:00"}`, ""},
		{"service=never", `{"shop":"a","till":"1","event_timestamp":"2024-01-31T10:00:00Z"}`, ""},
		{"service=churn", ``, ""}, {"service=churn", `[]`, ""},
		{"", `{}`, "which service?"}, {"service=x", `{}`, "does not exist"}, {"service=churn&features=x", `{}`, "each say"}, {"servise=x", `{}`, "did you mean"}, {"features=x:y", `{}`, "no feature view"},
		{"service=churn", `{"client":"a"}`, "has no event_timestamp"}, {"service=churn", `{"event_timestamp":"2024-01-31"}`, "has no client"},
		{"service=churn", `{"client":"a","event_timestamp":5}`, "is no time"}, {"service=churn", `{"client":"a","event_timestamp":"soon"}`, "is no time"},
		{"service=churn", rows[0] + `{"client":"a"}`, "row 2 has no event_timestamp"}, {"service=churn", rows[0] + `{"client":"a","event_timestamp":"2024-01-31","x":1}`, "row 2: x is not in the first row"},
		{"service=churn", rows[0] + `{"client":"a","event_timestamp":null}`, "row 2: event_timestamp is null"}, {"service=churn", rows[0] + `{"client":"a","event_timestamp":"2024-01-31T10:00:00"}`, "row 2: event_timestamp"},
		{"service=churn", `5`, "row 1 is no object"}, {"service=churn", `{`, "JSON"}, {"service=churn", `[{}`, ""}, {"service=churn", rows[0] + `x`, "JSON"},
		{"service=tills_all", `{"shop":"a","till":"x","event_timestamp":"2024-01-31"}`, "not of type integer"},
	} {
		status, text, _ := s.ask("POST", "/historical-features?"+c.query, c.row)
		if c.says == "" && c.row != `[{}` {
			if status != 200 {
				t.Errorf("%s %s: got %d %s", c.query, c.row, status, text)
			}
		} else if status/100 != 4 || !strings.Contains(text, c.says) || !strings.HasPrefix(text, `{"error":`) {
			t.Errorf("%s %s: got %d %s, want %s", c.query, c.row, status, text, c.says)
		}
	}
	rep = &report.Report{ExitCode: report.ExitRefused, Errors: []report.Problem{{Message: "one"}, {Message: "two", Hint: "mend it"}}}
	s.want("POST", "/historical-features?service=churn", rows[0], 400, `{"error":{"code":"refused","message":"one; two","hint":"mend it"}}`)
}

// Rows that find no room on the disk are no fault of the database.
func TestHistoricalWithoutRoom(t *testing.T) {
	s := start(t, nil)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	status, text, _ := s.ask("POST", "/historical-features?service=offers", `{"client":"a","offer":1,"day":null,"event_timestamp":"2024-01-31"}`)
	if status != 500 || !strings.Contains(text, `"code":"internal","message":"a file of the server`) || strings.Contains(text, "none") {
		t.Errorf("got %d %s", status, text)
	}
}
