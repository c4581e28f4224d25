package report

import (
	"io"
	"strconv"
	"strings"
)

// Quarantine counts the rows of one table that one run set aside and that are in one state.
type Quarantine struct {
	RunID     int64    `json:"run_id"`
	Pipeline  string   `json:"pipeline"`
	Table     string   `json:"table"`
	Partition string   `json:"partition"`
	Rows      int64    `json:"rows"`
	State     string   `json:"state"` // waiting, refused, resolved, repeated, gone or replayed
	Rules     []string `json:"rules"` // names of the rules that they failed
}

// Aside is one row that was set aside. Values of columns that hold personal data are masked.
type Aside struct {
	ID        int64    `json:"id"`
	RunID     int64    `json:"run_id"`
	Pipeline  string   `json:"pipeline"`
	Table     string   `json:"table"`
	Partition string   `json:"partition"`
	Rules     []string `json:"rules"`
	File      string   `json:"file"`
	Line      int64    `json:"line"`
	Key       []Value  `json:"key"`
	Row       []Value  `json:"row"` // all of its columns
	State     string   `json:"state"`
	ClosedBy  int64    `json:"closed_by,omitempty"` // the run that ended its wait
	Message   string   `json:"message,omitempty"`   // why the last replay left it
}

// QuarantineText lists what is set aside.
func QuarantineText(w io.Writer, groups []Quarantine, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	o.line("")
	if len(groups) == 0 {
		o.line("no row is set aside")
		return o.err
	}
	rows := make([][]string, len(groups))
	waiting := int64(0)
	for i, q := range groups {
		rows[i] = []string{strconv.FormatInt(q.RunID, 10), q.Table, q.Partition, thousands(q.Rows), o.asideState(q.State), o.p.dim(strings.Join(q.Rules, ", "))}
		if q.State == "waiting" {
			waiting += q.Rows
		}
	}
	o.grid([]head{{"RUN", true}, {"TABLE", false}, {"PARTITION", false}, {"ROWS", true}, {"STATE", false}, {"RULES", false}}, rows)
	if opts.Terminal && waiting > 0 {
		o.line("")
		o.next("runner quarantine show " + strconv.FormatInt(groups[0].RunID, 10))
	}
	return o.err
}

func (o *printer) asideState(state string) string {
	switch state {
	case "waiting":
		return o.p.yellow(state)
	case "resolved", "replayed":
		return o.p.green(state)
	case "refused":
		return o.p.red(state)
	}
	return state
}

// AsideText shows rows that are set aside: where each stood, the rules that it failed, and its values. rest is how many more there are.
func AsideText(w io.Writer, rows []Aside, rest int64, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	if len(rows) == 0 {
		o.line("")
		o.line("no row is set aside")
	}
	for _, a := range rows {
		state := o.asideState(a.State)
		if a.ClosedBy != 0 {
			state += o.p.dim(" by run " + strconv.FormatInt(a.ClosedBy, 10))
		}
		o.line("")
		o.line("%s  %s %s of run %d  %s  %s", o.p.bold(a.File+":"+strconv.FormatInt(a.Line, 10)), a.Table, a.Partition, a.RunID, state, o.p.dim("id "+strconv.FormatInt(a.ID, 10)))
		o.line("      %s %s", o.p.dim("fails"), strings.Join(a.Rules, ", "))
		if a.Message != "" {
			o.line("      %s %s", o.p.dim("replay left it:"), a.Message)
		}
		o.line("      %s", values(a.Row))
	}
	if rest > 0 {
		o.line("")
		o.line("%s", o.p.dim("and "+count(rest, "more row")+": --limit 0 shows all"))
	}
	return o.err
}

// QuarantineJSON writes what is set aside as one document.
func QuarantineJSON(w io.Writer, groups []Quarantine) error {
	return encode(w, struct {
		Quarantine []Quarantine `json:"quarantine"`
	}{list(groups)})
}

// AsideJSON writes rows that are set aside as one document.
func AsideJSON(w io.Writer, rows []Aside, rest int64) error {
	return encode(w, struct {
		Rows []Aside `json:"rows"`
		More int64   `json:"more"`
	}{list(rows), rest})
}

// ReplaysJSON writes what each replay did as one document.
func ReplaysJSON(w io.Writer, reports []*Report) error {
	docs := []document{}
	for _, r := range reports {
		docs = append(docs, documentOf(r))
	}
	return encode(w, struct {
		Replays []document `json:"replays"`
	}{docs})
}
