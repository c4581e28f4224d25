package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// MatrixText writes the matrix of one pipeline. A wide matrix is turned, so that tables and snapshots become lines: names are long
// and partitions few at first, and twelve months still fit beside each other.
func MatrixText(w io.Writer, m *Matrix, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	if !opts.Titled && m.Target != "" {
		o.title(m.Target)
	}
	o.line("")
	o.line("%s", o.p.bold(m.Pipeline))
	for from := 0; from == 0 || from < len(m.Rows); from += partitionsAcross {
		o.matrix(m, from, min(from+partitionsAcross, len(m.Rows)))
	}
	o.legend(m)
	o.notes(m.Notes)
	if opts.Terminal && m.Next != "" {
		o.line("")
		o.next(m.Next)
	}
	return o.err
}

// partitionsAcross is how many partitions stand beside each other before the matrix continues below.
const partitionsAcross = 6

func (o *printer) matrix(m *Matrix, from, to int) {
	heads := []head{{"", false}}
	for _, r := range m.Rows[from:to] {
		heads = append(heads, head{partitionName(r), true})
	}
	heads = append(heads, head{"LIVE", true}, head{"LIVE AS OF", false})
	rows := make([][]string, 0, len(m.Columns)+1)
	for i, c := range m.Columns {
		row := []string{c.Name}
		for _, r := range m.Rows[from:to] {
			text := ""
			if i < len(r.Cells) {
				text = o.cell(r.Cells[i])
			}
			row = append(row, text)
		}
		rows = append(rows, append(row, o.live(c)...))
	}
	row := []string{o.p.dim("last run")}
	for _, r := range m.Rows[from:to] {
		row = append(row, o.lastRun(r))
	}
	o.line("")
	o.grid(heads, append(rows, append(row, "", "")))
}

// partitionName is the as_of, or all parameters of a partition without one. A star marks one that the spec does not list.
func partitionName(r MatrixRow) string {
	name := r.AsOf
	if name == "" {
		name = paramText(r.Params)
	}
	if !r.Declared {
		name += "*"
	}
	return strings.ToUpper(name)
}

func (o *printer) live(c MatrixColumn) []string {
	if c.Kind != TableColumn {
		return []string{"", ""}
	}
	n := o.p.dim("-")
	if c.LiveRows >= 0 {
		n = thousands(c.LiveRows)
	}
	return []string{n, c.LiveAsOf}
}

func (o *printer) cell(c Cell) string {
	switch c.State {
	case Loaded, Frozen:
		s := thousands(c.Rows)
		if c.Revision > 1 {
			s += o.p.yellow(" r" + strconv.Itoa(c.Revision))
		}
		return s
	case Partial:
		return o.p.yellow(thousands(c.Rows) + " partial")
	case Refused:
		return o.p.red("refused")
	case Gap:
		return o.p.red("GAP")
	}
	return o.p.dim("-")
}

func (o *printer) lastRun(r MatrixRow) string {
	if r.RunID == 0 {
		return o.p.dim("never")
	}
	return o.status(r.Status) + o.p.dim(" #"+strconv.FormatInt(r.RunID, 10))
}

func (o *printer) status(s Status) string {
	switch s {
	case Succeeded:
		return o.p.green(string(s))
	case Failed:
		return o.p.red(string(s))
	}
	return o.p.yellow(string(s))
}

// legend explains only the marks that occur.
func (o *printer) legend(m *Matrix) {
	seen := map[CellState]bool{}
	restated, undeclared := false, false
	for _, r := range m.Rows {
		undeclared = undeclared || !r.Declared
		for _, c := range r.Cells {
			seen[c.State] = true
			restated = restated || c.Revision > 1
		}
	}
	var parts []string
	add := func(there bool, text string) {
		if there {
			parts = append(parts, text)
		}
	}
	add(seen[Gap], "GAP missing before a later one")
	add(seen[Missing], "- not loaded yet")
	add(seen[Partial], "partial: frozen without quarantined keys")
	add(restated, "r2 restated once")
	add(undeclared, "* not listed in the spec")
	if len(parts) > 0 {
		o.line("")
		o.line("%s", o.p.dim(strings.Join(parts, "   ")))
	}
}

// RunsText writes the list of runs, newest first. Times are UTC.
func RunsText(w io.Writer, runs []Run, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	if len(runs) == 0 {
		o.line("no runs yet")
		return o.err
	}
	rows := make([][]string, len(runs))
	for i, r := range runs {
		took := seconds(r.DurationMS)
		if r.Ended == nil {
			took = "-"
		}
		rows[i] = []string{strconv.FormatInt(r.ID, 10), r.Pipeline, r.Started.UTC().Format("2006-01-02 15:04:05"), took,
			o.status(r.Status), paramText(r.Params), o.p.dim(errorText(r))}
	}
	if opts.Titled {
		o.line("")
	}
	o.grid([]head{{"RUN", true}, {"PIPELINE", false}, {"STARTED (UTC)", false}, {"TIME", true}, {"STATUS", false},
		{"PARAMETERS", false}, {"", false}}, rows)
	if opts.Terminal {
		o.line("")
		o.next(fmt.Sprintf("runner runs %d", runs[0].ID))
	}
	return o.err
}

func errorText(r Run) string {
	if r.Errors == 0 && r.Message == "" {
		return ""
	}
	first, _, _ := strings.Cut(r.Message, "\n")
	if runes := []rune(first); len(runes) > 60 {
		first = string(runes[:59]) + "…"
	}
	if r.Errors > 1 {
		return count(int64(r.Errors), "error") + ": " + first
	}
	return first
}

// WholeText writes one run whole. Runs whose report was not kept (they died) are shown with what the ledger has.
func WholeText(w io.Writer, r Run, opts TextOptions) error {
	return Text(w, whole(r), opts)
}

// WholeJSON writes one run whole, in the shape of `runner apply --format json`.
func WholeJSON(w io.Writer, r Run) error { return JSON(w, whole(r)) }

func whole(r Run) *Report {
	rep := &Report{Pipeline: r.Pipeline, Params: r.Params, DurationMS: r.DurationMS}
	if r.Report != nil {
		c := *r.Report
		rep = &c
	}
	rep.RunID, rep.Status, rep.Started, rep.Next = r.ID, r.Status, r.Started.UTC().Truncate(time.Microsecond), ""
	if r.Message != "" && len(rep.Errors) == 0 && len(rep.Rules) == 0 {
		rep.Errors = []Problem{{Message: r.Message}}
	}
	return rep
}
