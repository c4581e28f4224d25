// Package report is the outcome of a run as data, and then as text.
//
// A half-finished run is a Report, not a log line: every command that works on a database returns one, whatever happened.
package report

import (
	"time"

	"streamflow/runner/internal/diag"
)

// Exit codes of every command.
const (
	ExitDone        = 0   // done
	ExitRefused     = 1   // the data was refused
	ExitSpec        = 2   // a spec or the usage is wrong
	ExitSurrounding = 3   // database, file or disk failed
	ExitLocked      = 4   // another run holds the lock
	ExitChanges     = 5   // plan --detailed-exitcode: there is something to do
	ExitInterrupted = 130 // Ctrl-C
)

// Status says how a run ended.
type Status string

// The statuses. Running and Crashed are seen in the ledger only.
const (
	Running   Status = "running"
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	Crashed   Status = "crashed"
	Locked    Status = "locked"
)

// Report is what one run did.
type Report struct {
	Status       Status            `json:"status"`
	RunID        int64             `json:"run_id"`
	Pipeline     string            `json:"pipeline"`
	Params       map[string]string `json:"params"`
	Target       string            `json:"target,omitempty"` // "prod  churn@db1:5432  role loader"
	Started      time.Time         `json:"started"`
	DurationMS   int64             `json:"duration_ms"`
	Tables       []Table           `json:"tables"`
	Snapshots    []Snapshot        `json:"snapshots"`
	Materialized []Materialized    `json:"materialized"` // views whose values were brought online
	Rules        []Rule            `json:"rules"`
	Errors       []Problem         `json:"errors"`
	Notes        []string          `json:"notes"`  // drift, partition choice, "live: not touched" and the like
	Steps        []Step            `json:"steps"`  // what took how long
	Changes      []Change          `json:"schema"` // DDL done (or, in a plan, to do)
	Losses       []Loss            `json:"destructive"`
	Features     []FeatureChange   `json:"features"` // that the changes of the schema would bring
	Training     *Training         `json:"training,omitempty"`
	Next         string            `json:"next,omitempty"`
	ExitCode     int               `json:"exit_code"`

	Declined bool `json:"-"` // who was asked whether to go on said no

	// Of a plan. They are part of its summary.
	SchemaOnly bool `json:"-"` // no data was looked at, because there is none
	Idle       bool `json:"-"` // nothing was looked at: every partition is done, and none was named
	Record     bool `json:"-"` // the partition is not noted as done yet, and apply would note it
	Unfinished bool `json:"-"` // it could not be made to its end, so that its counts say nothing
}

// Table is what happened to one live table.
type Table struct {
	Name       string   `json:"name"`
	RowsIn     int64    `json:"rows_in"`
	Inserted   int64    `json:"inserted"`
	Updated    int64    `json:"updated"`
	Unchanged  int64    `json:"unchanged"`
	Deleted    int64    `json:"deleted"`
	Rejected   int64    `json:"rejected"`
	Kept       int64    `json:"kept"`  // live rows that the batch does not hold, kept
	State      string   `json:"state"` // "published", "not touched", "staged", "refused"; in a plan "publish" where it would be
	DurationMS int64    `json:"duration_ms"`
	Files      []string `json:"files,omitempty"`

	Changed []ColumnDiff `json:"changed_columns,omitempty"` // in the updated rows, most changed first; in a plan only
}

// Snapshot is what happened to one snapshot. State is frozen, unchanged, completed, restated or refused; in a plan freeze, unchanged,
// complete, restate, conflict, or refused where the batch could not be read.
type Snapshot struct {
	Name       string `json:"name"`
	AsOf       string `json:"as_of"`
	Rows       int64  `json:"rows"`
	State      string `json:"state"`
	Revision   int    `json:"revision,omitempty"`
	LeftOut    int64  `json:"left_out,omitempty"` // quarantined keys that the freeze is without
	DurationMS int64  `json:"duration_ms"`
	Diff       *Diff  `json:"diff,omitempty"`
}

// Diff is how a batch differs from what was frozen.
type Diff struct {
	Added   int64        `json:"added"`
	Removed int64        `json:"removed"`
	Changed int64        `json:"changed"`
	Columns []ColumnDiff `json:"columns,omitempty"` // most changed first
	Samples []string     `json:"samples,omitempty"` // one line per key
}

// ColumnDiff counts the keys whose value differs in one column.
type ColumnDiff struct {
	Column string `json:"column"`
	Rows   int64  `json:"rows"`
}

// Verdict is the outcome of a rule.
type Verdict string

// The verdicts. Quarantined: the rows that failed were set aside, and the rest goes on. Skipped: nothing to compare with. Errored: the
// rule's SQL failed on these rows.
const (
	Pass        Verdict = "pass"
	Fail        Verdict = "fail"
	Quarantined Verdict = "quarantined"
	Skipped     Verdict = "skipped"
	Errored     Verdict = "error"
)

// Rule is the outcome of one expectation.
type Rule struct {
	Table       string       `json:"table"`
	Snapshot    string       `json:"snapshot,omitempty"` // what was judged in place of the table's rows, with its as_of
	AsOf        string       `json:"as_of,omitempty"`
	Rule        string       `json:"rule"`
	ID          string       `json:"id,omitempty"`
	Severity    string       `json:"severity"` // error or warn, as the spec says it
	Verdict     Verdict      `json:"verdict"`
	Looked      int64        `json:"looked,omitempty"` // rows that where selects
	Judged      int64        `json:"judged"`
	Failed      int64        `json:"failed"`
	Unknown     int64        `json:"unknown"`
	File        string       `json:"file"`
	Line        int          `json:"line"`
	Column      int          `json:"column,omitempty"`
	Text        string       `json:"expression,omitempty"`
	Query       bool         `json:"query,omitempty"` // Text is SQL
	Where       string       `json:"where,omitempty"`
	AtLeast     string       `json:"at_least,omitempty"`
	MaxFail     *int64       `json:"max_fail,omitempty"`
	Measures    []Measure    `json:"measured,omitempty"`
	Samples     []Sample     `json:"samples,omitempty"`
	ValueCounts []ValueCount `json:"value_counts,omitempty"`
	SQL         string       `json:"sql,omitempty"`     // the query that shows the failing rows of a table or snapshot
	Message     string       `json:"message,omitempty"` // the rule's own words, when it failed
	Reason      string       `json:"reason,omitempty"`  // why it was skipped, or could not be judged
	Description string       `json:"description,omitempty"`
	Owner       string       `json:"owner,omitempty"`
	Tags        []string     `json:"tags,omitempty"`
	CostMS      float64      `json:"cost_ms"` // its share of the scans that it shared, and its own queries
}

// Measure is a value that an aggregate rule compared.
type Measure struct {
	Text  string `json:"text"`
	Value string `json:"value"` // as Postgres prints it; "NULL" when there is none
	Key   string `json:"-"`     // what the ledger calls it; "" when it was not measured on the judged rows
	Null  bool   `json:"-"`
}

// ValueCount is how many failing rows have certain values.
type ValueCount struct {
	Values []Value `json:"values"`
	Rows   int64   `json:"rows"`
}

// Sample is one failing row: where it stood in the source, its key, and the values that the rule looked at. Values of columns that
// hold personal data are masked.
type Sample struct {
	File   string  `json:"file"`
	Line   int64   `json:"line"`
	Key    []Value `json:"key"`
	Values []Value `json:"values"`
}

// Value is one named value as text.
type Value struct {
	Column string `json:"column"`
	Value  string `json:"value"`          // "NULL" when there is none
	Null   bool   `json:"null,omitempty"` // a missing value, and not the text NULL
}

// Problem is one error of a run. It carries the same fields as a finding of lint.
type Problem = diag.Diagnostic

// Step is one timed piece of work.
type Step struct {
	Name       string `json:"name"` // "stage", "check", "publish" ...
	Subject    string `json:"subject,omitempty"`
	Rows       int64  `json:"rows,omitempty"`
	DurationMS int64  `json:"duration_ms"`
}

// Change is one change to the schema.
type Change struct {
	Action  string     `json:"action"` // "create", "alter", "drop", "refused"
	Object  string     `json:"object"` // "public.t" or "public.t.c"
	Detail  string     `json:"detail"` // "+ column promo_code text"
	Origin  diag.Place `json:"origin"`
	SQL     string     `json:"sql,omitempty"`
	Blocked bool       `json:"blocked,omitempty"`
	ID      string     `json:"id,omitempty"` // of the check that it falls under (D802)
	Done    bool       `json:"done"`         // made by this run; false in a plan and in a run that was refused before
	Hint    string     `json:"hint,omitempty"`
}

// Loss is what a run destroys or rewrites, or would: values, rows, or a frozen month, of which the ledger keeps what it was. Rows is exact: it
// was counted on the data.
type Loss struct {
	ID      string     `json:"id"`             // of the check: D801 to D809
	Action  string     `json:"action"`         // "drop column", "narrow column", "delete rows", "restate"
	Object  string     `json:"object"`         // public.t or public.t.c
	Rows    int64      `json:"rows"`           // how many
	What    string     `json:"what"`           // of what: "non-null values", "rows that do not fit"
	Samples []string   `json:"samples"`        // some of them, one line each; values of personal data are masked
	Allowed bool       `json:"allowed"`        // the caller named it, or the spec declares it
	Flag    string     `json:"flag,omitempty"` // what allows it: "--allow-drop t.c"
	Origin  diag.Place `json:"origin"`
}

// FeatureChange is a feature whose type or column the run would change.
type FeatureChange struct {
	View      string     `json:"view"`
	Feature   string     `json:"feature"`
	Detail    string     `json:"detail"` // "integer -> numeric(10,2)"
	Breaking  bool       `json:"breaking"`
	Consumers []string   `json:"consumers"` // services and training sets that use it, by name
	Origin    diag.Place `json:"origin"`
}
