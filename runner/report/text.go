package report

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// Kind says which command a report belongs to; it decides the words of the closing line.
type Kind int

// The kinds of reports.
const (
	ApplyKind Kind = iota
	PlanKind
	VerifyKind
	MaterializeKind
	TrainingKind
	TrainingVerifyKind
)

// TextOptions says how a report is written as text. Terminal adds the closing `Next:` line. Titled means that the target line has
// been printed before the work began. Whole adds what a live run has no use for: status, start and steps.
type TextOptions struct {
	Kind     Kind
	Colour   bool
	Terminal bool
	Titled   bool
	Whole    bool

	All      bool      // of a plan: also what does not change
	Sections []Section // of a plan: only these; empty means all
}

// Title writes the first line of every command that works on a database: the target.
func Title(w io.Writer, target string, colour bool) error {
	o := &printer{w: w, p: palette(colour)}
	o.title(target)
	return o.err
}

// Text writes the report for people: what happened per table and snapshot, what failed and where, and one line that sums it up.
// The error is that of the writer.
func Text(w io.Writer, r *Report, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	if !opts.Titled && r.Target != "" {
		o.title(r.Target)
	}
	if opts.Kind == PlanKind {
		o.planText(r, opts)
	} else {
		o.outcome(r, opts)
	}
	if opts.Terminal && r.Next != "" {
		o.next(r.Next)
	}
	return o.err
}

// outcome is what has happened.
func (o *printer) outcome(r *Report, opts TextOptions) {
	o.run(r, opts.Whole)
	o.schema(r.Changes, false)
	o.tables(r.Tables)
	o.snapshots(r.Snapshots)
	o.materialized(r.Materialized)
	o.training(r.Training, r.Params)
	if opts.Whole {
		o.timings(r.Steps)
	}
	o.rules(r.Rules)
	o.diffs(r.Snapshots)
	o.problems(r)
	o.notes(r.Notes)
	if r.Status == Succeeded { // otherwise nothing was lost
		o.losses(r.Losses)
	}
	o.total(r, opts.Kind)
}

func (o *printer) title(target string) { o.line("%s  %s", o.p.dim("target"), target) }

func (o *printer) next(command string) { o.line("%s %s", o.p.dim("Next:"), o.p.cyan(command)) }

// run names the run: its number, pipeline and parameters.
func (o *printer) run(r *Report, whole bool) {
	if r.Pipeline != "" {
		number := ""
		if r.RunID != 0 {
			number = "  " + o.p.dim("run "+strconv.FormatInt(r.RunID, 10))
		}
		o.line("%s  %s%s", o.p.dim("load  "), strings.TrimSpace(r.Pipeline+"  "+paramText(r.Params)), number)
	}
	if whole && !r.Started.IsZero() {
		o.line("%s  %s  %s", o.p.dim("when  "), r.Started.UTC().Format("2006-01-02 15:04:05 UTC"), seconds(r.DurationMS))
	}
}

// paramText writes parameters as they would be typed after -p, as_of first.
func paramText(params map[string]string) string {
	names := slices.Sorted(maps.Keys(params))
	slices.SortStableFunc(names, func(a, b string) int {
		return btoi(b == "as_of") - btoi(a == "as_of")
	})
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n + "=" + diag.Typed(params[n])
	}
	return strings.Join(parts, "  ")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (o *printer) tables(tables []Table) {
	if len(tables) == 0 {
		return
	}
	rows := make([][]string, len(tables))
	for i, t := range tables {
		rows[i] = []string{t.Name, thousands(t.RowsIn), o.some(t.Inserted), o.some(t.Updated), thousands(t.Unchanged),
			o.some(t.Deleted), o.bad(t.Rejected), seconds(t.DurationMS), o.tableState(t)}
	}
	o.line("")
	o.grid([]head{{"TABLE", false}, {"ROWS IN", true}, {"INSERTED", true}, {"UPDATED", true}, {"UNCHANGED", true},
		{"DELETED", true}, {"REJECTED", true}, {"TIME", true}, {"", false}}, rows)
}

// some makes a count that changed something stand out, bad one that should be zero.
func (o *printer) some(n int64) string {
	if n == 0 {
		return "0"
	}
	return o.p.bold(thousands(n))
}

func (o *printer) bad(n int64) string {
	if n == 0 {
		return "0"
	}
	return o.p.red(thousands(n))
}

// tableState says only what the counts do not.
func (o *printer) tableState(t Table) string {
	switch t.State {
	case "", "published", "staged", WouldPublish:
		return ""
	case "refused":
		return o.p.red(t.State)
	}
	return o.p.yellow(t.State)
}

func (o *printer) snapshots(snapshots []Snapshot) {
	if len(snapshots) == 0 {
		return
	}
	rows := make([][]string, len(snapshots))
	for i, s := range snapshots {
		rows[i] = []string{s.Name, s.AsOf, thousands(s.Rows), seconds(s.DurationMS), o.snapshotState(s)}
	}
	o.line("")
	o.grid([]head{{"SNAPSHOT", false}, {"AS OF", false}, {"ROWS", true}, {"TIME", true}, {"STATE", false}}, rows)
}

func (o *printer) snapshotState(s Snapshot) string {
	state := s.State
	switch s.State {
	case "frozen", "verified":
		state = o.p.green(state)
	case "restated", "completed":
		state = o.p.yellow(state)
	case "refused", "changed":
		state = o.p.red(state)
	}
	if s.Revision > 1 {
		state += o.p.dim(", revision " + thousands(int64(s.Revision)))
	}
	if s.LeftOut > 0 {
		state += o.p.yellow(", left out " + thousands(s.LeftOut))
	}
	return state
}

// timings lists the steps of a finished run.
func (o *printer) timings(steps []Step) {
	rows := make([][]string, len(steps))
	for i, s := range steps {
		n := ""
		if s.Rows > 0 {
			n = thousands(s.Rows)
		}
		rows[i] = []string{s.Name, s.Subject, n, seconds(s.DurationMS)}
	}
	if len(rows) > 0 {
		o.line("")
		o.grid([]head{{"STEP", false}, {"OF", false}, {"ROWS", true}, {"TIME", true}}, rows)
	}
}

func (o *printer) notes(notes []string) {
	if len(notes) > 0 {
		o.line("")
	}
	for _, n := range notes {
		o.line("%s  %s", o.p.yellow("note"), strings.ReplaceAll(n, "\n", "\n      "))
	}
}
