package report

import (
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// rules sums up the verdicts and shows every rule that did not pass as a block.
func (o *printer) rules(rules []Rule) {
	if len(rules) == 0 {
		return
	}
	var pass, warn, fail, skipped, aside int
	for _, r := range rules {
		switch {
		case r.Verdict == Pass:
			pass++
		case r.Verdict == Skipped:
			skipped++
		case r.Verdict == Quarantined:
			aside++
		case r.Severity == "error":
			fail++
		default:
			warn++
		}
	}
	o.line("")
	sum := "rules " + strconv.Itoa(pass) + " pass, "
	if aside > 0 {
		sum += o.tone(aside, o.p.yellow, "quarantined") + ", "
	}
	sum += o.tone(warn, o.p.yellow, "warn") + ", " + o.tone(fail, o.p.red, "fail")
	if skipped > 0 {
		sum += ", " + strconv.Itoa(skipped) + " skipped"
	}
	o.line("%s", sum)
	o.unknowns(rules)
	for _, r := range rules {
		if r.Verdict == Fail || r.Verdict == Errored || r.Verdict == Quarantined {
			o.rule(r)
		}
	}
}

func (o *printer) tone(n int, colour func(string) string, word string) string {
	s := strconv.Itoa(n) + " " + word
	if n > 0 {
		return colour(s)
	}
	return s
}

// unknowns counts what passing rules could not judge: a pass over nothing but NULLs must not look like a pass over values.
func (o *printer) unknowns(rules []Rule) {
	var rows [][]string
	for _, r := range rules {
		switch {
		case r.Verdict == Pass && r.Unknown > 0:
			rows = append(rows, []string{o.p.dim("      unknown"), thousands(r.Unknown), o.p.dim("of " + r.Table), o.p.dim(r.Rule)})
		case r.Verdict == Pass && r.Judged == 0 && !r.Query:
			rows = append(rows, []string{o.p.dim("      judged no row"), "", o.p.dim("of " + r.Table), o.p.dim(r.Rule)})
		case r.Verdict == Skipped:
			rows = append(rows, []string{o.p.dim("      skipped"), "", o.p.dim("of " + r.Table), o.p.dim(r.Rule), o.p.dim(r.Reason)})
		}
	}
	for i := range rows {
		rows[i] = append(rows[i], "")[:5]
	}
	o.grid([]head{{"", false}, {"", true}, {"", false}, {"", false}, {"", false}}, rows)
}

// rule shows one rule that failed: what, where it is written, how many rows, and some of them with their place in the source.
func (o *printer) rule(r Rule) {
	word := o.p.red("FAIL")
	switch {
	case r.Verdict == Quarantined:
		word = o.p.yellow("ASIDE")
	case r.Severity != "error":
		word = o.p.yellow("WARN")
	}
	o.line("")
	o.line("%s  %s  %s", word, o.p.bold(r.Rule), o.p.dim("in "+r.Table))
	if r.Text != "" && r.Text != r.Rule {
		o.line("      %s", strings.ReplaceAll(strings.TrimSpace(r.Text), "\n", "\n      "))
	}
	o.line("      %s", o.p.dim(position(r)))
	o.line("      %s", o.judgement(r))
	for _, m := range r.Measures {
		o.line("      %s = %s", m.Text, m.Shown())
	}
	if r.Message != "" {
		o.line("      %s", strings.ReplaceAll(r.Message, "\n", "\n      "))
	}
	if counts := valueCounts(r); counts != "" {
		o.line("      %s %s", o.p.dim("values"), counts)
	}
	if r.Verdict == Fail && r.Reason != "" {
		o.line("      %s", r.Reason)
	}
	o.samples(r)
	if r.SQL != "" {
		o.line("      %s %s", o.p.dim("sql:"), strings.ReplaceAll(r.SQL, "\n", "\n      "))
	}
}

// valueCounts are the values that fail most often, such as "-4.20 x9, -1.00 x3". Values that fail once each say nothing together.
func valueCounts(r Rule) string {
	if len(r.ValueCounts) == 0 || r.ValueCounts[0].Rows < 2 {
		return ""
	}
	shown := r.ValueCounts
	if len(shown[0].Values) > 1 { // they take more room
		shown = shown[:min(3, len(shown))]
	}
	parts := make([]string, len(shown))
	for i, c := range shown {
		texts := make([]string, len(c.Values))
		for j, v := range c.Values {
			texts[j] = v.Shown()
		}
		parts[i] = strings.Join(texts, ", ")
		if len(texts) > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
		parts[i] += " x" + strconv.FormatInt(c.Rows, 10)
	}
	return strings.Join(parts, ", ")
}

func position(r Rule) string {
	at := r.File
	if r.Line > 0 {
		at += ":" + strconv.Itoa(r.Line)
		if r.Column > 0 {
			at += ":" + strconv.Itoa(r.Column)
		}
	}
	return at
}

func (o *printer) judgement(r Rule) string {
	if r.Verdict == Errored {
		return strings.TrimRight("could not be judged: "+r.Reason, " ")
	}
	unknown := ""
	if r.Unknown > 0 {
		unknown = ", " + thousands(r.Unknown) + " unknown"
	}
	if len(r.Measures) > 0 && o.judged == liveFlag {
		return "over all rows" + unknown
	}
	if len(r.Measures) > 0 {
		return "over the whole batch" + unknown
	}
	if r.Query {
		s := "its query returns " + count(r.Failed, "row")
		if r.MaxFail != nil {
			s += "; at most " + thousands(*r.MaxFail) + " may come"
		}
		return s
	}
	s := thousands(r.Failed) + " of " + thousands(r.Judged) + " judged failed" + unknown
	if r.Verdict == Quarantined {
		s += ", set aside"
	}
	if r.AtLeast != "" && r.AtLeast != "1" && r.Judged > 0 {
		share := float64(r.Judged-r.Failed) / float64(r.Judged)
		s += "; " + strconv.FormatFloat(share, 'f', 4, 64) + " passed, at least " + r.AtLeast + " must"
	}
	if r.MaxFail != nil {
		s += "; at most " + thousands(*r.MaxFail) + " may"
	}
	return s
}

// warningSamples is how many rows of a warning are shown: it recurs with every run. JSON and the ledger hold all samples.
const warningSamples = 3

func (o *printer) samples(r Rule) {
	samples := r.Samples
	if r.Severity != "error" {
		samples = samples[:min(len(samples), warningSamples)]
	}
	rows := make([][]string, len(samples))
	for i, s := range samples {
		at := s.File
		if s.Line > 0 {
			at += ":" + strconv.FormatInt(s.Line, 10)
		}
		rows[i] = []string{"      " + at, values(s.Key), values(withoutKey(s))}
		if at == "" { // a row of a table has no place, and one of a query perhaps no key
			rows[i] = []string{"      " + values(s.Key), values(withoutKey(s)), ""}
			if len(s.Key) == 0 {
				rows[i] = []string{"      " + values(s.Values), "", ""}
			}
		}
	}
	o.grid([]head{{"", false}, {"", false}, {"", false}}, rows)
	if rest := r.Failed - int64(len(rows)); len(rows) > 0 && rest > 0 {
		more := "and " + count(rest, "more row")
		if r.ID != "" && r.Verdict != Errored {
			more += ": runner failures " + diag.Typed(r.ID) + o.failuresOf(r)
		}
		o.line("      %s", o.p.dim(more))
	}
}

// failuresOf are the flags with which runner failures looks at the same rows.
func (o *printer) failuresOf(r Rule) string {
	if r.AsOf != "" {
		return " --as-of " + r.AsOf
	}
	return o.judged
}

// withoutKey returns the values of a sample that its key does not show already.
func withoutKey(s Sample) []Value {
	var out []Value
	for _, v := range s.Values {
		known := false
		for _, k := range s.Key {
			known = known || k == v
		}
		if !known {
			out = append(out, v)
		}
	}
	return out
}

func values(vs []Value) string {
	parts := make([]string, len(vs))
	for i, v := range vs {
		parts[i] = v.Column + "=" + v.Shown()
	}
	return strings.Join(parts, "  ")
}
