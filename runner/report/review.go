package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// Review is what changed in the specs of a project since a commit, and what that breaks.
type Review struct {
	Ref     string // as it was typed
	Commit  string // the commit that the specs are compared with, in full
	Changes []ReviewChange
	Notes   []string // what could not be compared
}

// Danger says how much a change asks of whoever uses what is changed.
type Danger int

// The dangers, the greatest first.
const (
	Breaking Danger = iota // something that was there is gone or means something else: who uses it has to follow, or data is lost
	Risky                  // the data may change, or bad data may come in
	Safe
)

// Dangers are all of them, in order.
func Dangers() []Danger { return []Danger{Breaking, Risky, Safe} }

// String returns the word for it.
func (d Danger) String() string { return [...]string{"breaking", "risky", "safe"}[d] }

// MarshalText writes the word.
func (d Danger) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// ReviewChange is one change of the specs.
type ReviewChange struct {
	Kind      string // what it is, and what happened to it: "column_removed"
	Danger    Danger
	ID        string // of the check that finds it, or empty
	Object    string // its name: "payments.amount"
	Aspect    string // the key that changed; empty when it is the thing itself
	Before    string
	After     string
	Note      string     // what it means
	Place     diag.Place // in the specs of now, or when Old in those of the commit
	Old       bool
	Consumers []Consumer // who uses it
}

// Consumer is something of the project that uses something else.
type Consumer struct {
	Kind string `json:"kind"` // "feature_service"
	Name string `json:"name"`
}

// String names it: "service churn_v1".
func (c Consumer) String() string {
	return strings.TrimPrefix(strings.ReplaceAll(c.Kind, "_", " "), "feature ") + " " + c.Name
}

// Count returns how many changes have a danger.
func (r *Review) Count(d Danger) int {
	n := 0
	for _, c := range r.Changes {
		if c.Danger == d {
			n++
		}
	}
	return n
}

// Sort orders changes by danger, and those of one by where they are.
func (r *Review) Sort() {
	slices.SortStableFunc(r.Changes, func(a, b ReviewChange) int {
		return cmp.Or(cmp.Compare(a.Danger, b.Danger), cmp.Compare(a.Place.File, b.Place.File), cmp.Compare(a.Place.Line, b.Place.Line),
			cmp.Compare(a.Place.Col, b.Place.Col), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Aspect, b.Aspect))
	})
}

// Summary is the closing line; its form is part of the contract.
func (r *Review) Summary() string {
	return fmt.Sprintf("Review: %d breaking, %d risky, %d safe changes", r.Count(Breaking), r.Count(Risky), r.Count(Safe))
}

// Title is the change in words, without what was before and after.
func (c ReviewChange) Title() string {
	i := strings.LastIndex(c.Kind, "_")
	return strings.ReplaceAll(c.Kind[:max(i, 0)], "_", " ") + " " + c.Object + " " + c.Kind[i+1:]
}

// What says what was before and after, in one line: "at_least 0.99 -> 0.9". Of two texts that differ in their last operand only that is
// repeated.
func (c ReviewChange) What() string {
	switch {
	case c.Before == "" && c.After == "":
		return c.Aspect
	case strings.HasSuffix(c.Kind, "_added"):
		return c.After
	case strings.HasSuffix(c.Kind, "_removed"):
		return c.Before
	}
	after := c.After
	if c.Aspect != "value" { // the end of a calculation would read as the whole of it
		after = lastOperand(c.Before, after)
	}
	return strings.TrimSpace(c.Aspect + " " + orNothing(c.Before) + " -> " + orNothing(after))
}

// lastOperand is the end of after where only that differs from before: 1..20 of "age in 1..20" after "age in 1..10". Otherwise it is after.
func lastOperand(before, after string) string {
	a, b := strings.Split(before, " "), strings.Split(after, " ")
	same := 0
	for same < min(len(a), len(b))-1 && a[same] == b[same] {
		same++
	}
	for ; same > 0; same-- { // a list may begin alike
		if rest := strings.Join(b[same:], " "); operand(rest) && operand(strings.Join(a[same:], " ")) {
			return rest
		}
	}
	return after
}

// operand tells whether a text is one word, or words in brackets.
func operand(s string) bool {
	depth := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("([{", r):
			depth++
		case strings.ContainsRune(")]}", r):
			depth--
		case r == ' ' && depth == 0:
			return false
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0
}

func orNothing(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// where is the place, with the commit when the thing is gone.
func (r *Review) where(c ReviewChange) string {
	at := c.Place.String()
	if c.Old && at != "" {
		at += " at " + r.short()
	}
	return at
}

func (r *Review) short() string { return r.Commit[:min(len(r.Commit), 10)] }

func names(consumers []Consumer) string {
	out := make([]string, len(consumers))
	for i, c := range consumers {
		out[i] = c.String()
	}
	return strings.Join(out, ", ")
}

// ReviewText writes a review for people. The error is that of the writer.
func ReviewText(w io.Writer, r *Review, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	o.line("Specs since %s (%s)", clean(r.Ref), r.short())
	for _, d := range Dangers() {
		if r.Count(d) == 0 {
			continue
		}
		o.line("")
		title := strings.ToUpper(d.String()[:1]) + d.String()[1:]
		switch d {
		case Breaking:
			title = o.p.red(title)
		case Risky:
			title = o.p.yellow(title)
		}
		o.line("%s", title)
		for _, c := range r.Changes {
			if c.Danger == d {
				o.reviewChange(r, c)
			}
		}
	}
	if len(r.Changes) > 0 || len(r.Notes) > 0 {
		o.line("")
	}
	for _, n := range r.Notes {
		o.line("note: %s", clean(n))
	}
	o.line("%s", r.Summary())
	return o.err
}

func (o *printer) reviewChange(r *Review, c ReviewChange) {
	line := c.Title()
	if what := c.What(); what != "" {
		line += ": " + what
	}
	if c.ID != "" {
		line += "  [" + c.ID + "]"
	}
	o.line("  %s %s", sign(c), clean(line))
	if c.Note != "" {
		o.line("      %s", clean(c.Note))
	}
	if len(c.Consumers) > 0 {
		o.line("      used by %s", clean(names(c.Consumers)))
	}
	if at := r.where(c); at != "" {
		o.line("      %s", o.p.dim(clean(at)))
	}
}

// sign is +, - or ~.
func sign(c ReviewChange) string {
	switch {
	case strings.HasSuffix(c.Kind, "_added"):
		return "+"
	case strings.HasSuffix(c.Kind, "_removed"):
		return "-"
	}
	return "~"
}

// ReviewJSON writes a review as one document. Empty lists are [], never null.
func ReviewJSON(w io.Writer, r *Review) error {
	type change struct {
		Kind      string     `json:"kind"`
		Severity  Danger     `json:"severity"`
		ID        string     `json:"id,omitempty"`
		Object    string     `json:"object"`
		Aspect    string     `json:"aspect"`
		Before    string     `json:"before"`
		After     string     `json:"after"`
		Note      string     `json:"note"`
		Consumers []Consumer `json:"consumers"`
		At        string     `json:"at"`
		Place     diag.Place `json:"place"`
	}
	out := []change{}
	for _, c := range r.Changes {
		at := "now"
		if c.Old {
			at = "ref"
		}
		out = append(out, change{c.Kind, c.Danger, c.ID, c.Object, c.Aspect, c.Before, c.After, c.Note, list(c.Consumers), at, c.Place})
	}
	return encode(w, struct {
		Ref     string         `json:"ref"`
		Commit  string         `json:"commit"`
		Changes []change       `json:"changes"`
		Notes   []string       `json:"notes"`
		Summary map[string]int `json:"summary"`
		Line    string         `json:"line"`
	}{r.Ref, r.Commit, out, list(r.Notes), map[string]int{"breaking": r.Count(Breaking), "risky": r.Count(Risky), "safe": r.Count(Safe)}, r.Summary()})
}
