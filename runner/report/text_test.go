package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamflow/runner/internal/diag"
)

var update = flag.Bool("update", false, "write testdata/*.out anew")

// golden compares with testdata/NAME.out; `go test ./runner/report -update` rewrites the files.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".out")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, d)
	}
}

func applied7() *Report {
	return &Report{
		Status: Succeeded, RunID: 1042, Pipeline: "monthly", Target: "embedded  shop@/var/lib/runner",
		Params:     map[string]string{"seed_dir": "data/month 1", "as_of": "2024-02-29"},
		Started:    time.Date(2024, 3, 1, 5, 6, 7, 0, time.UTC),
		DurationMS: 1234,
		Tables: []Table{
			{Name: "clients", RowsIn: 7043, Inserted: 7043, State: "published", DurationMS: 120},
			{Name: "orders", RowsIn: 1234567, Updated: 202, Unchanged: 1234365, Kept: 4, State: "published", DurationMS: 65000},
			{Name: "marks", RowsIn: 7043, State: "not touched", DurationMS: 90},
		},
		Snapshots: []Snapshot{
			{Name: "orders_snapshots", AsOf: "2024-02-29", Rows: 7043, State: "frozen", DurationMS: 40},
			{Name: "marks_snapshots", AsOf: "2024-02-29", Rows: 7039, State: "restated", Revision: 2, LeftOut: 4},
		},
		Rules: []Rule{
			{Table: "clients", Rule: "age >= 0", Severity: "error", Verdict: Pass, Judged: 7000, Unknown: 43, File: "expectations/clients.yaml", Line: 4},
			{Table: "clients", Rule: "row_count() >= 5000", Severity: "error", Verdict: Pass, Judged: 7043, File: "expectations/clients.yaml", Line: 5},
			{Table: "orders", Rule: "grows", Severity: "error", Verdict: Skipped, File: "expectations/orders.yaml", Line: 5},
			{Table: "marks", Rule: "varied", Severity: "warning", Verdict: Fail, Judged: 7043, Failed: 7043, File: "expectations/marks.yaml",
				Line: 9, Column: 5, Text: "count_distinct(mark) > 1", Measures: []Measure{{Text: "count_distinct(mark)", Value: "1"}}},
		},
		Notes: []string{"no parameters given: took the oldest partition that is not done", "drift: public.clients.extra is not declared"},
		Next:  "runner status",
	}
}

func refused() *Report {
	return &Report{
		Status: Failed, RunID: 7, Pipeline: "monthly", Params: map[string]string{"as_of": "2024-01-31"}, DurationMS: 420, ExitCode: ExitRefused,
		Tables: []Table{{Name: "clients", RowsIn: 3, Rejected: 2, State: "refused"}},
		Snapshots: []Snapshot{{Name: "clients_snapshots", AsOf: "2024-01-31", Rows: 3, State: "refused", Diff: &Diff{Added: 1, Changed: 2,
			Columns: []ColumnDiff{{"fee", 2}, {"name", 1}}, Samples: []string{"id=7  fee: 29.85 -> 29.86"}}}},
		Rules: []Rule{{Table: "clients", Rule: "fee_is_sane", Severity: "error", Verdict: Fail, Judged: 1200, Failed: 3, Unknown: 1,
			File: "expectations/clients.yaml", Line: 4, Column: 5, Text: "fee >= 0", AtLeast: "0.999", Samples: []Sample{
				{File: "data/clients.csv", Line: 2, Key: []Value{{Column: "id", Value: "7"}}, Values: []Value{{Column: "id", Value: "7"}, {Column: "fee", Value: "-1"}}},
				{File: "data/clients.csv", Line: 1200, Key: []Value{{Column: "id", Value: "1007"}}, Values: []Value{{Column: "fee", Value: "-20.5"}}}}},
			{Table: "clients", Rule: "1 / fee > 0", Severity: "error", Verdict: Errored, File: "expectations/clients.yaml", Line: 6, Reason: "division by zero"}},
		Errors: []Problem{
			{Place: diag.Place{File: "data/clients.csv", Line: 3, Col: 2}, Message: `since "31/13/2024" is not a date`, Hint: "write it as YYYY-MM-DD, or name its date_format"},
			{Place: diag.Place{File: "data/clients.csv", Line: 9}, Message: "key id=7 is there twice",
				Related: []diag.Related{{Place: diag.Place{File: "data/clients.csv", Line: 2}, Message: "the first one"}}},
		},
	}
}

// planned1 is a plan that has something of everything, and much against it.
func planned1() *Report {
	at := func(line int) diag.Place { return diag.Place{File: "pipelines/m.yaml", Line: line, Col: 3} }
	return &Report{
		Status: Failed, Pipeline: "monthly", Target: "prod  shop@db1:5432  role loader", Params: map[string]string{"as_of": "2024-01-31"},
		Tables: []Table{
			{Name: "clients", RowsIn: 7043, Inserted: 112, Updated: 37, Unchanged: 6894, Kept: 4, Files: []string{"data/clients.csv"}, Changed: []ColumnDiff{{"fee", 37}, {"name", 1}}},
			{Name: "orders", RowsIn: 7043, Unchanged: 7043, Files: []string{"data/orders.csv"}},
			{Name: "log", RowsIn: 12, Inserted: 10, Rejected: 2, Files: []string{"data/a.csv", "data/b.csv"}},
		},
		Snapshots: []Snapshot{
			{Name: "clients_snapshots", AsOf: "2024-01-31", Rows: 7155, State: WouldFreeze},
			{Name: "orders_snapshots", AsOf: "2024-01-31", Rows: 7043, State: IsUnchanged},
			{Name: "log_snapshots", AsOf: "2024-01-31", Rows: 10, State: WouldConflict, Diff: &Diff{Changed: 2, Columns: []ColumnDiff{{"what", 2}}}},
		},
		Rules: []Rule{
			{Table: "clients", Rule: "age >= 0", Severity: "error", Verdict: Pass, Judged: 7000, File: "expectations/clients.yaml", Line: 4},
			{Table: "clients", Rule: "fee_is_sane", Severity: "error", Verdict: Fail, Judged: 1200, Failed: 3, File: "expectations/clients.yaml", Line: 5, Column: 5,
				Text: "fee >= 0 | name matches '^<*>'", Samples: []Sample{{File: "data/clients.csv", Line: 2, Key: []Value{{Column: "client_id", Value: "7"}}, Values: []Value{{Column: "fee", Value: "@all|#1"}}}}},
		},
		Changes: []Change{
			{Action: "create", Object: "public.log", Detail: "+ table with 3 columns", Origin: at(4)},
			{Action: "alter", Object: "public.orders", Detail: "+ column code text", Origin: at(9)},
			{Action: "drop", Object: "public.clients", Detail: "- column legacy_id", Origin: at(12)},
			{Action: "refused", Object: "public.orders", Detail: "~ column fee numeric -> integer: 12 values would be lost", Blocked: true, Hint: "allow it with --allow-narrow orders.fee"},
		},
		Errors: []Problem{
			{Place: at(20), ID: "D803", Message: "public.orders: ~ column fee numeric -> integer: 12 values would be lost", Hint: "allow it with --allow-narrow orders.fee"},
			{Place: diag.Place{File: "expectations/clients.yaml", Line: 5, Col: 5}, Message: "fee_is_sane: 3 of 1200 rows fail"},
			{Place: at(2), ID: "D807", Severity: diag.Warning, Message: "public.orders is rewritten"},
		},
		Losses: []Loss{
			{ID: "D802", Action: "drop column", Object: "public.clients.legacy_id", Rows: 7043, What: "non-null values", Allowed: true, Flag: "--allow-drop clients.legacy_id", Origin: at(12)},
			{ID: "D803", Action: "narrow column", Object: "public.orders.fee", Rows: 12, What: "values that do not fit", Samples: []string{"order_id=3  fee=1.5"}, Flag: "--allow-narrow orders.fee", Origin: at(20)},
			{ID: "D809", Action: "delete rows", Object: "public.log", Rows: 40, What: "rows that are not in the file", Allowed: true, Origin: at(4)},
		},
		Features: []FeatureChange{{View: "profile", Feature: "fee", Detail: "numeric -> integer", Breaking: true, Consumers: []string{"churn_v1", "churn"}, Origin: at(30)},
			{View: "profile", Feature: "age", Detail: "integer -> bigint", Origin: at(31)}},
		Notes:    []string{"drift: 1 column of clients not declared, left alone: legacy"},
		ExitCode: ExitRefused,
	}
}

// plannedNothing is a plan of a finished month.
func plannedNothing() *Report {
	return &Report{Status: Succeeded, Pipeline: "monthly", Tables: []Table{{Name: "orders", RowsIn: 7, Unchanged: 7}},
		Snapshots: []Snapshot{{Name: "orders_snapshots", AsOf: "2024-01-31", Rows: 7, State: IsUnchanged}}}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		name string
		rep  *Report
		opts TextOptions
	}{
		{"apply", applied7(), TextOptions{}},
		{"apply-terminal", applied7(), TextOptions{Terminal: true, Colour: true, Titled: true}},
		{"refused", refused(), TextOptions{}},
		{"plan", planned1(), TextOptions{Kind: PlanKind}},
		{"plan-all", planned1(), TextOptions{Kind: PlanKind, All: true}},
		{"plan-destructive", planned1(), TextOptions{Kind: PlanKind, Sections: []Section{DestructiveSection}}},
		{"plan-nothing", plannedNothing(), TextOptions{Kind: PlanKind}},
		{"plan-idle", &Report{Status: Succeeded, Pipeline: "monthly", Idle: true}, TextOptions{Kind: PlanKind}},
		{"plan-record", &Report{Status: Succeeded, Pipeline: "monthly", Record: true, Tables: []Table{{Name: "orders", RowsIn: 7, Unchanged: 7}}}, TextOptions{Kind: PlanKind}},
		{"plan-schema", &Report{Status: Succeeded, Pipeline: "monthly", SchemaOnly: true}, TextOptions{Kind: PlanKind}},
		{"plan-failed", &Report{Status: Failed, ExitCode: ExitSurrounding, Unfinished: true, Tables: []Table{{Name: "orders", State: "refused"}}, Errors: []Problem{{Message: "data/clients.csv is not there"}}}, TextOptions{Kind: PlanKind}},
		{"verify", &Report{Status: Succeeded, Snapshots: []Snapshot{{Name: "s", AsOf: "2024-01-31", Rows: 3, State: "unchanged"}}}, TextOptions{Kind: VerifyKind}},
		{"locked", &Report{Status: Locked, ExitCode: ExitLocked, Pipeline: "monthly", Errors: []Problem{{Message: "run 6 holds clients", Hint: "wait with --wait"}}}, TextOptions{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Text(&b, c.rep, c.opts); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, b.String())
			if strings.Contains(b.String(), "\x1b") != c.opts.Colour {
				t.Error("colours do not follow the option")
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if strings.TrimRight(line, " ") != line {
					t.Errorf("blanks at the end of %q", line)
				}
			}
		})
	}
}

func TestJSONShape(t *testing.T) {
	for _, rep := range []*Report{applied7(), refused(), {Status: Failed}, {Rules: []Rule{{Samples: []Sample{{}}}}}} {
		var b bytes.Buffer
		if err := JSON(&b, rep); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "null") {
			t.Errorf("null in\n%s", b.String())
		}
		keys := topLevelKeys(t, b.Bytes())
		want := []string{"status", "run_id", "pipeline", "params", "duration_ms", "tables", "snapshots", "rules", "errors"}
		if d := cmp.Diff(want, keys[:len(want)]); d != "" {
			t.Error(d)
		}
	}
}

// topLevelKeys returns the keys of an object in the order in which they are written, and fails on anything after it.
func topLevelKeys(t *testing.T, doc []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(doc))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for d.More() {
		k, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k.(string))
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	if rest := bytes.TrimSpace(doc[d.InputOffset():]); len(rest) > 0 {
		t.Errorf("more than one document: %s", rest)
	}
	return keys
}

func TestWarningsShowFewSamples(t *testing.T) {
	for severity, want := range map[string]int{"error": 5, "warning": 3} {
		rule := Rule{Rule: "x", Severity: severity, Verdict: Fail, Failed: 5, Judged: 5}
		for line := range int64(5) {
			rule.Samples = append(rule.Samples, Sample{File: "a.csv", Line: line + 1})
		}
		var b bytes.Buffer
		if err := Text(&b, &Report{Rules: []Rule{rule}}, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "a.csv:"); got != want {
			t.Errorf("%s: %d samples, want %d\n%s", severity, got, want, b.String())
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567", 100000: "100,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for ms, want := range map[int64]string{0: "0ms", 99: "99ms", 149: "0.1s", 59900: "59.9s", 245000: "4m05s", 7800000: "2h10m", -5: "0ms"} {
		if got := seconds(ms); got != want {
			t.Errorf("%d: %s, want %s", ms, got, want)
		}
	}
}

func TestPlanMarkdown(t *testing.T) {
	for name, rep := range map[string]*Report{"plan-markdown": planned1(), "plan-nothing-markdown": plannedNothing(),
		"plan-failed-markdown": {Status: Failed, ExitCode: ExitSpec, Unfinished: true, Tables: []Table{{Name: "orders", State: "refused"}}, Errors: []Problem{{Message: "unknown key"}, {Severity: diag.Warning, Message: "long"}}}} {
		var b bytes.Buffer
		if err := PlanMarkdown(&b, rep, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.String())
	}
}

// Many tables of which the same is said take one line.
func TestPlanNotesAreFolded(t *testing.T) {
	same := func(n int) (out []string) {
		for i := range n {
			out = append(out, "t"+strconv.Itoa(i)+": left alone: code")
		}
		return out
	}
	notes := append(append([]string{"no parameters given: as_of=1"}, same(4)...), "t9: kept", "without a name")
	want := []string{"no parameters given: as_of=1", "t0 and 3 more: left alone: code", "t9: kept", "without a name"}
	if d := cmp.Diff(want, planNotes(notes, false)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(notes, planNotes(notes, true)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(same(3), planNotes(same(3), false)); d != "" {
		t.Error(d)
	}
}

// What stands in a cell of a table is shown as it is (CommonMark 0.31, code spans and backslash escapes; a pipe is escaped in code too).
func TestMarkdownShowsTextsAsTheyAre(t *testing.T) {
	for text, want := range map[string][2]string{
		"a_b|*c*": {`a\_b\|\*c\*`, "`a_b\\|*c*`"},
		"a`b":     {"a\\`b", "`` a`b ``"},
		"a``b`":   {"a\\`\\`b\\`", "``` a``b` ```"},
		"<b>&lt;": {"&lt;b&gt;&amp;lt;", "`<b>&lt;`"},
		"a\nb":    {"a b", "`a b`"},
	} {
		if got := [2]string{markdownText(text), markdownCode(text)}; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestSummary holds the closing line: scripts may read it.
func TestSummary(t *testing.T) {
	for want, rep := range map[string]*Report{
		"Plan: 1 to create, 1 to alter, 1 to drop | 122 to insert, 37 to update, 0 to delete, 13,937 same, 2 rejected | 1 to freeze, 1 in conflict | 1 rule fails | 1 schema change refused | 1 error": planned1(),
		"Plan: 0 to create, 0 to alter, 0 to drop | 0 to insert, 0 to update, 0 to delete, 7 same, 0 rejected | 0 to freeze, 0 in conflict":                                                            plannedNothing(),
		"Plan: 0 to create, 0 to alter, 0 to drop | data not looked at": {SchemaOnly: true},
	} {
		if got := Summarize(rep).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if Summarize(plannedNothing()).Changes() || !Summarize(planned1()).Changes() {
		t.Error("Changes does not tell whether there is something to do")
	}
}
