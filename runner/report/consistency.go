package report

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// Consistency is how the values of feature views that are served, or were, compare with those that the sources hold.
type Consistency struct {
	Target   string         `json:"target,omitempty"`
	At       time.Time      `json:"at"`               // the moment of the comparison
	Sample   int64          `json:"sample,omitempty"` // keys of each view that were asked for; 0 is all
	Seed     int64          `json:"seed,omitempty"`   // which sample
	Log      string         `json:"log,omitempty"`    // the file whose requests were replayed
	Requests int64          `json:"requests,omitempty"`
	Views    []ComparedView `json:"views"`
	Errors   []Problem      `json:"errors"`
	Notes    []string       `json:"notes"`
	ExitCode int            `json:"exit_code"`
}

// ComparedView is the comparison of one view, or of what a service derives from several.
type ComparedView struct {
	View      string            `json:"view,omitempty"`
	Service   string            `json:"service,omitempty"` // that was asked for; without a view its own derived features are compared
	Compared  int64             `json:"compared"`          // keys, or logged rows
	Equal     int64             `json:"equal"`
	Different int64             `json:"different"` // other values of the same moment
	Apart     []Apart           `json:"apart"`     // those that speak for different moments, by reason
	Features  []ComparedFeature `json:"features"`  // that differ
	Mend      string            `json:"mend,omitempty"`
}

// Apart counts what is not of the same moment on both sides, and so was not compared by value.
type Apart struct {
	Why     string    `json:"why"`   // "missing", "older", "gone" and so on
	Means   string    `json:"means"` // the same in a sentence
	Rows    int64     `json:"rows"`
	Stale   bool      `json:"stale"` // the online store is behind its source
	Samples [][]Value `json:"keys"`  // some of them
}

// ComparedFeature is a feature whose values differ.
type ComparedFeature struct {
	Feature string            `json:"feature"`
	Derived bool              `json:"derived,omitempty"`
	Rows    int64             `json:"rows"`
	Samples []FeatureMismatch `json:"samples"`
}

// FeatureMismatch is one value that differs. A nil text is NULL.
type FeatureMismatch struct {
	Key     []Value    `json:"key"`
	Time    *time.Time `json:"time,omitempty"` // of a logged request
	Served  *string    `json:"served"`
	Status  string     `json:"status"` // with which it was served
	Offline *string    `json:"offline"`
}

// Agrees tells whether all that was compared is equal, and nothing is stale.
func (v ComparedView) Agrees() bool {
	for _, a := range v.Apart {
		if a.Stale {
			return false
		}
	}
	return v.Different == 0
}

// ConsistencyJSON writes a comparison as one document.
func ConsistencyJSON(w io.Writer, c *Consistency) error {
	out := *c
	out.Views, out.Errors, out.Notes = list(c.Views), list(c.Errors), list(c.Notes)
	for i := range out.Views {
		v := &out.Views[i]
		v.Apart, v.Features = list(v.Apart), list(v.Features)
		for j := range v.Apart {
			v.Apart[j].Samples = list(v.Apart[j].Samples)
		}
		for j := range v.Features {
			v.Features[j].Samples = list(v.Features[j].Samples)
		}
	}
	return encode(w, out)
}

// ConsistencyText writes a comparison for people: a line for each view, then what differs, and what to do.
func ConsistencyText(w io.Writer, c *Consistency, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	if len(c.Views) > 0 {
		o.line("")
	}
	rows := make([][]string, len(c.Views))
	for i, v := range c.Views {
		apart := make([]string, len(v.Apart))
		for j, a := range v.Apart {
			apart[j] = thousands(a.Rows) + " " + a.Why
			if a.Stale {
				apart[j] = o.p.yellow(apart[j])
			}
		}
		rows[i] = []string{v.name(), thousands(v.Compared), thousands(v.Equal), o.bad(v.Different), strings.Join(apart, ", ")}
	}
	o.grid([]head{{"VIEW", false}, {"COMPARED", true}, {"EQUAL", true}, {"DIFFERENT", true}, {"", false}}, rows)
	for _, v := range c.Views {
		o.compared(v)
	}
	o.problems(&Report{Errors: c.Errors})
	o.notes(c.Notes)
	o.agreement(c)
	return o.err
}

func (v ComparedView) name() string {
	switch {
	case v.View == "":
		return v.Service
	case v.Service != "": // of a log: it may hold several
		return v.Service + ": " + v.View
	}
	return v.View
}

// compared shows what differs of one view.
func (o *printer) compared(v ComparedView) {
	if v.Different == 0 && len(v.Apart) == 0 {
		return
	}
	o.line("")
	o.line("%s", o.p.bold(v.name()))
	for _, f := range v.Features {
		name := f.Feature
		if f.Derived {
			name += o.p.dim(" (derived)")
		}
		o.line("  %s differs in %s", name, count(f.Rows, "row"))
		for _, s := range f.Samples {
			when := ""
			if s.Time != nil {
				when = "  at " + s.Time.UTC().Format(time.RFC3339)
			}
			status := ""
			if s.Status != "PRESENT" && s.Status != "NULL_VALUE" {
				status = " " + s.Status
			}
			o.line("    %s%s  %s", values(s.Key), when, o.p.dim("served ")+shownText(s.Served)+status+o.p.dim(", source ")+shownText(s.Offline))
		}
	}
	for _, a := range v.Apart {
		o.line("  %s %s%s", thousands(a.Rows), a.Means, o.suchAs(a.Samples))
	}
	if v.Mend != "" {
		o.line("  %s %s", o.p.cyan("hint:"), v.Mend)
	}
}

func (o *printer) suchAs(keys [][]Value) string {
	if len(keys) == 0 {
		return ""
	}
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = values(k)
	}
	return o.p.dim(", such as " + strings.Join(parts, "; "))
}

func shownText(s *string) string {
	if s == nil {
		return "NULL"
	}
	return Visible(*s)
}

// agreement is the closing line.
func (o *printer) agreement(c *Consistency) {
	if len(c.Views) == 0 || c.ExitCode > ExitRefused {
		return
	}
	var compared, different int64
	stale := 0
	for _, v := range c.Views {
		compared, different = compared+v.Compared, different+v.Different
		if v.Different == 0 && !v.Agrees() {
			stale++
		}
	}
	of := "keys of " + count(int64(len(c.Views)), "view")
	if c.Log != "" {
		of = "comparisons of " + count(c.Requests, "logged row")
	}
	o.line("")
	switch {
	case different > 0:
		o.line("%s", o.p.red(thousands(different)+" of "+thousands(compared)+" "+of+" differ"))
	case stale > 0:
		o.line("%s", o.p.yellow("no value differs, but "+strconv.Itoa(stale)+" of "+count(int64(len(c.Views)), "view")+noun(stale)+" behind"))
	default:
		o.line("%s", o.p.green(thousands(compared)+" "+of+": no difference"))
	}
}

func noun(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}
