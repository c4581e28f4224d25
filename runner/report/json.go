package report

import (
	"encoding/json"
	"io"
	"time"

	"streamflow/runner/internal/diag"
)

// document is a report in JSON. The order of the first nine keys is part of its contract; more may follow.
type document struct {
	Status       Status            `json:"status"`
	RunID        int64             `json:"run_id"`
	Pipeline     string            `json:"pipeline"`
	Params       map[string]string `json:"params"`
	DurationMS   int64             `json:"duration_ms"`
	Tables       []Table           `json:"tables"`
	Snapshots    []Snapshot        `json:"snapshots"`
	Rules        []Rule            `json:"rules"`
	Errors       []Problem         `json:"errors"`
	Notes        []string          `json:"notes"`
	Schema       []Change          `json:"schema"`
	Losses       []Loss            `json:"destructive"`
	Features     []FeatureChange   `json:"features"`
	Materialized []Materialized    `json:"materialized"`
	Training     *Training         `json:"training,omitempty"`
	Steps        []Step            `json:"steps"`
	Target       string            `json:"target,omitempty"`
	Started      *time.Time        `json:"started,omitempty"`
	Next         string            `json:"next,omitempty"`
	ExitCode     int               `json:"exit_code"`
	SchemaOnly   bool              `json:"schema_only,omitempty"`
	Unfinished   bool              `json:"unfinished,omitempty"`
	Summary      *Summary          `json:"summary,omitempty"` // of a plan
}

// JSON writes the report as one document, indented. Empty lists are [], never null.
func JSON(w io.Writer, r *Report) error { return encode(w, documentOf(r)) }

// PlanJSON writes the report of a plan as one document: that of JSON, and its summary.
func PlanJSON(w io.Writer, r *Report) error {
	d, s := documentOf(r), Summarize(r)
	d.SchemaOnly, d.Unfinished, d.Summary = r.SchemaOnly, r.Unfinished, &s
	return encode(w, d)
}

func documentOf(r *Report) document {
	d := document{Status: r.Status, RunID: r.RunID, Pipeline: r.Pipeline, Params: r.Params, DurationMS: r.DurationMS,
		Tables: list(r.Tables), Snapshots: list(r.Snapshots), Rules: list(r.Rules), Errors: list(r.Errors), Notes: list(r.Notes),
		Schema: list(r.Changes), Losses: lossesOf(r.Losses), Features: featuresOf(r.Features), Materialized: list(r.Materialized), Steps: list(r.Steps), Target: r.Target, Next: r.Next, ExitCode: r.ExitCode}
	d.Training = trainingOf(r.Training)
	if d.Params == nil {
		d.Params = map[string]string{}
	}
	if !r.Started.IsZero() {
		d.Started = &r.Started
	}
	for i := range d.Rules {
		d.Rules[i].Samples = samplesOf(d.Rules[i].Samples)
	}
	return d
}

func lossesOf(losses []Loss) []Loss {
	out := list(losses)
	for i := range out {
		out[i].Samples = list(out[i].Samples)
	}
	return out
}

func featuresOf(features []FeatureChange) []FeatureChange {
	out := list(features)
	for i := range out {
		out[i].Consumers = list(out[i].Consumers)
	}
	return out
}

func samplesOf(samples []Sample) []Sample {
	out := make([]Sample, len(samples))
	for i, s := range samples {
		s.Key, s.Values = list(s.Key), list(s.Values)
		out[i] = s
	}
	return out
}

// list copies a slice, so that nil becomes empty and the caller's own stays untouched.
func list[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }

// encode leaves <, > and & as they are: rules are full of them.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// MatrixJSON writes what `runner status` knows: one document with a list of pipelines.
func MatrixJSON(w io.Writer, matrices []*Matrix) error {
	out := make([]Matrix, 0, len(matrices))
	for _, m := range matrices {
		c := *m
		c.Columns, c.Rows, c.Notes = list(m.Columns), list(m.Rows), list(m.Notes)
		for i := range c.Rows {
			c.Rows[i].Cells = list(c.Rows[i].Cells)
			if c.Rows[i].Params == nil {
				c.Rows[i].Params = map[string]string{}
			}
		}
		out = append(out, c)
	}
	return encode(w, struct {
		Pipelines []Matrix `json:"pipelines"`
	}{out})
}

// RunsJSON writes a list of runs as one document.
func RunsJSON(w io.Writer, runs []Run) error {
	return encode(w, struct {
		Runs []Run `json:"runs"`
	}{list(runs)})
}

// Of makes a report of errors that kept a command from running at all, such as a database that does not answer.
func Of(pipeline string, exitCode int, problems ...diag.Diagnostic) *Report {
	return &Report{Status: Failed, Pipeline: pipeline, Errors: problems, ExitCode: exitCode}
}
