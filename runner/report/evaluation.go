package report

import (
	"io"
	"strconv"
	"strings"
)

// Evaluation is what an expression gives on the rows of a table or a freeze.
type Evaluation struct {
	Expression string         `json:"expression"`
	Where      string         `json:"where,omitempty"`
	Type       string         `json:"type"`
	Table      string         `json:"table"`
	Snapshot   string         `json:"snapshot,omitempty"`
	AsOf       string         `json:"as_of,omitempty"`
	Rows       int64          `json:"rows"`  // that where selects
	Parts      []VerdictCount `json:"parts"` // of a condition: the whole first
	Samples    []Verdicts     `json:"samples"`
	Spread     *Spread        `json:"values,omitempty"` // of a value
	Measures   []Measure      `json:"measured,omitempty"`
	Errors     []Problem      `json:"errors"`
	Notes      []string       `json:"notes"`
	ExitCode   int            `json:"exit_code"`
}

// VerdictCount counts the rows of each verdict of a condition. A Reason says why there are none.
type VerdictCount struct {
	Expression string `json:"expression"`
	True       int64  `json:"true"`
	False      int64  `json:"false"`
	Unknown    int64  `json:"unknown"`
	Reason     string `json:"reason,omitempty"`
}

// Verdicts are some rows of one verdict.
type Verdicts struct {
	Verdict string   `json:"verdict"` // true, false or unknown
	Rows    []Sample `json:"rows"`
}

// Spread is how the values of an expression are spread.
type Spread struct {
	Null     int64        `json:"null"`
	Distinct int64        `json:"distinct"`
	Min      string       `json:"min,omitempty"`
	Max      string       `json:"max,omitempty"`
	Frequent []ValueCount `json:"frequent"`
}

// EvaluationJSON writes an evaluation as one document.
func EvaluationJSON(w io.Writer, e *Evaluation) error {
	out := *e
	out.Parts, out.Samples, out.Errors, out.Notes = list(e.Parts), list(e.Samples), list(e.Errors), list(e.Notes)
	for i := range out.Samples {
		out.Samples[i].Rows = samplesOf(out.Samples[i].Rows)
	}
	return encode(w, out)
}

// EvaluationText writes an evaluation for people.
func EvaluationText(w io.Writer, e *Evaluation, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	subject := e.Table
	if e.Snapshot != "" {
		subject = e.Snapshot + " of " + e.AsOf
	}
	if e.ExitCode == ExitDone {
		o.line("")
		o.line("%s  %s", subject, o.p.dim(count(e.Rows, "row")+", type "+e.Type))
	}
	o.parts(e.Parts)
	for _, m := range e.Measures {
		o.line("  %s = %s", m.Text, m.Shown())
	}
	if e.Spread != nil {
		o.spread(e.Spread, e.Rows)
	}
	for _, v := range e.Samples {
		o.line("")
		o.line("%s", v.Verdict)
		rows := make([][]string, len(v.Rows))
		for i, s := range v.Rows {
			rows[i] = []string{"  " + values(s.Key), values(withoutKey(s))}
			if len(s.Key) == 0 {
				rows[i] = []string{"  " + values(s.Values), ""}
			}
		}
		o.grid([]head{{"", false}, {"", false}}, rows)
	}
	o.problems(&Report{Errors: e.Errors})
	o.notes(e.Notes)
	return o.err
}

// parts is a table of verdicts: the whole, and what it is made of.
func (o *printer) parts(parts []VerdictCount) {
	rows := make([][]string, len(parts))
	for i, p := range parts {
		name := "  " + strings.Join(strings.Fields(p.Expression), " ")
		if i > 0 {
			name = "  " + name
		}
		rows[i] = []string{name, o.some(p.True), o.some(p.False), o.some(p.Unknown), p.Reason}
	}
	o.grid([]head{{"", false}, {"TRUE", true}, {"FALSE", true}, {"UNKNOWN", true}, {"", false}}, rows)
}

func (o *printer) spread(s *Spread, rows int64) {
	o.line("  NULL in %s, %s", count(s.Null, "row"), count(s.Distinct, "different value"))
	if s.Min != "" || s.Max != "" {
		o.line("  from %s to %s", Visible(s.Min), Visible(s.Max))
	}
	lines := make([][]string, len(s.Frequent))
	for i, f := range s.Frequent {
		lines[i] = []string{"  " + f.Values[0].Shown(), thousands(f.Rows), strconv.FormatFloat(100*float64(f.Rows)/float64(max(1, rows)), 'f', 2, 64) + "%"}
	}
	o.grid([]head{{"  VALUE", false}, {"ROWS", true}, {"", true}}, lines)
}
