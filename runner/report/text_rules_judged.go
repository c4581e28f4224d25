package report

import (
	"io"
	"slices"
	"strconv"
	"strings"
)

// ValidationOptions says how a validation is written as text. Matrix shows rules by dates; Costs shows what each rule costs.
type ValidationOptions struct {
	TextOptions
	Matrix bool
	Costs  bool
	Batch  bool // what was judged is a batch and not live tables
}

// liveFlag leads runner failures to live tables.
const liveFlag = " --live"

// batchFlag leads runner failures to a batch that was judged and not loaded.
func batchFlag(r *Report) string {
	if d := r.Params["as_of"]; d != "" {
		return " --batch -p as_of=" + d
	}
	return " --batch"
}

// ValidationText writes what `runner validate` found: every rule with what was measured, also of those that passed, and those that failed
// once more with their rows.
func ValidationText(w io.Writer, r *Report, opts ValidationOptions) error {
	o := &printer{w: w, p: palette(opts.Colour), judged: liveFlag}
	if opts.Batch {
		o.judged = batchFlag(r)
	}
	if !opts.Titled && r.Target != "" {
		o.title(r.Target)
	}
	o.run(r, false)
	switch {
	case opts.Matrix && len(r.Rules) > 0:
		o.ruleMatrix(r.Rules)
	default:
		for _, t := range r.Tables {
			o.judgedRules(t.Name+"  "+o.p.dim(count(t.RowsIn, "row")), r.Rules, opts.Costs, func(x Rule) bool { return x.Table == t.Name && x.AsOf == "" })
		}
		for _, s := range r.Snapshots {
			o.judgedRules(s.Name+"  "+o.p.dim("of "+s.AsOf+", "+count(s.Rows, "row")), r.Rules, opts.Costs, func(x Rule) bool { return x.Snapshot == s.Name && x.AsOf == s.AsOf })
		}
		for _, x := range r.Rules {
			if x.Verdict == Fail || x.Verdict == Errored || x.Verdict == Quarantined {
				o.rule(x)
			}
		}
	}
	o.problems(r)
	o.notes(r.Notes)
	o.line("")
	o.judgedTotal(r)
	return o.err
}

// judgedRules lists the rules of one subject, one a line. With costs the dearest come first.
func (o *printer) judgedRules(title string, rules []Rule, costs bool, mine func(Rule) bool) {
	var list []Rule
	for _, x := range rules {
		if mine(x) {
			list = append(list, x)
		}
	}
	if len(list) == 0 {
		return
	}
	heads := []head{{"", false}, {"", false}, {"", false}, {"", false}}
	if costs {
		slices.SortStableFunc(list, func(a, b Rule) int {
			switch {
			case a.CostMS > b.CostMS:
				return -1
			case a.CostMS < b.CostMS:
				return 1
			}
			return 0
		})
		heads = append(heads, head{"", true})
	}
	o.line("")
	o.line("%s", title)
	rows := make([][]string, len(list))
	for i, x := range list {
		rows[i] = []string{"  " + o.word(x), shortName(x.Rule), measured(x), o.p.dim(unknownText(x))}
		if costs {
			rows[i] = append(rows[i], seconds(int64(x.CostMS+0.5)))
		}
	}
	o.grid(heads, rows)
}

// word is a verdict as it stands at the beginning of a line.
func (o *printer) word(r Rule) string {
	switch {
	case r.Verdict == Pass:
		return o.p.green("PASS")
	case r.Verdict == Skipped:
		return o.p.dim("SKIP")
	case r.Verdict == Quarantined:
		return o.p.yellow("ASIDE")
	case r.Severity != "error":
		return o.p.yellow("WARN")
	case r.Verdict == Errored:
		return o.p.red("ERROR")
	}
	return o.p.red("FAIL")
}

// longestRule is how many characters of a rule's name are shown in a list.
const longestRule = 60

func shortName(name string) string {
	if r := []rune(strings.Join(strings.Fields(name), " ")); len(r) > longestRule {
		return string(r[:longestRule-1]) + "…"
	}
	return strings.Join(strings.Fields(name), " ")
}

// measured is what a rule measured, in one line.
func measured(r Rule) string {
	switch {
	case r.Verdict == Skipped || r.Verdict == Errored:
		return strings.Split(r.Reason, "\n")[0]
	case len(r.Measures) > 0:
		parts := make([]string, len(r.Measures))
		for i, m := range r.Measures {
			parts[i] = m.Text + " = " + m.Shown()
		}
		return strings.Join(parts, ", ")
	case r.Query && r.Failed == 0:
		return "no row"
	case r.Query:
		return count(r.Failed, "row")
	case r.Judged == 0:
		return "judged no row"
	}
	s := thousands(r.Failed) + " of " + thousands(r.Judged)
	if r.Failed > 0 {
		s += " fail (" + percent(r.Failed, r.Judged) + allowed(r) + ")"
	}
	return s
}

func unknownText(r Rule) string {
	if r.Unknown == 0 {
		return ""
	}
	return thousands(r.Unknown) + " unknown"
}

func percent(part, whole int64) string {
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 2, 64) + "%"
}

// allowed says how many rows may fail.
func allowed(r Rule) string {
	var parts []string
	if share, err := strconv.ParseFloat(r.AtLeast, 64); err == nil && share < 1 {
		parts = append(parts, strconv.FormatFloat(100*(1-share), 'g', 4, 64)+"%")
	}
	if r.MaxFail != nil {
		parts = append(parts, count(*r.MaxFail, "row"))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", allowed " + strings.Join(parts, " and ")
}

// mostDates is how many dates the matrix shows; the newest ones count.
const mostDates = 12

// ruleMatrix shows for each rule how many rows failed at each date, and at how many dates it failed.
func (o *printer) ruleMatrix(rules []Rule) {
	var dates, names []string
	cells := map[string]map[string]Rule{}
	for _, r := range rules {
		name := r.Snapshot + "\x00" + r.Rule
		if cells[name] == nil {
			cells[name] = map[string]Rule{}
			names = append(names, name)
		}
		cells[name][r.AsOf] = r
		if !slices.Contains(dates, r.AsOf) {
			dates = append(dates, r.AsOf)
		}
	}
	slices.Sort(dates)
	shown := dates[max(0, len(dates)-mostDates):]
	heads := []head{{"SNAPSHOT", false}, {"RULE", false}, {"FAILED", true}}
	for _, d := range shown {
		heads = append(heads, head{d, true})
	}
	rows := make([][]string, len(names))
	for i, name := range names {
		failed, judged := 0, 0
		for _, r := range cells[name] {
			if r.Verdict != Skipped {
				judged++
			}
			if r.Verdict == Fail || r.Verdict == Errored {
				failed++
			}
		}
		snapshot, rule, _ := strings.Cut(name, "\x00")
		rows[i] = []string{snapshot, shortName(rule), strconv.Itoa(failed) + " of " + strconv.Itoa(judged)}
		for _, d := range shown {
			rows[i] = append(rows[i], o.dateCell(cells[name], d))
		}
	}
	o.line("")
	o.grid(heads, rows)
	if len(shown) < len(dates) {
		o.line("%s", o.p.dim("the newest "+strconv.Itoa(len(shown))+" of "+strconv.Itoa(len(dates))+" dates; --format json has all"))
	}
}

// dateCell is one rule at one date: nothing failed, so many rows failed, or what an aggregate measured first.
func (o *printer) dateCell(byDate map[string]Rule, date string) string {
	r, ok := byDate[date]
	tone := o.p.red
	if r.Severity != "error" {
		tone = o.p.yellow
	}
	switch {
	case !ok:
		return ""
	case r.Verdict == Skipped:
		return o.p.dim("skipped")
	case r.Verdict == Errored:
		return tone("error")
	}
	text := thousands(r.Failed)
	if len(r.Measures) > 0 {
		text = r.Measures[0].Shown()
	}
	if r.Verdict == Pass {
		return text
	}
	return tone(text + " !")
}

// judgedTotal is the last line.
func (o *printer) judgedTotal(r *Report) {
	n := map[string]int{}
	for _, x := range r.Rules {
		switch {
		case x.Verdict == Fail && x.Severity != "error":
			n["warn"]++
		default:
			n[string(x.Verdict)]++
		}
	}
	s := count(int64(len(r.Tables)+len(r.Snapshots)), "table") + "   " + count(int64(len(r.Rules)), "rule") + ": " + strconv.Itoa(n["pass"]) + " pass"
	if len(r.Snapshots) > 0 {
		s = strings.Replace(s, "table", "freeze", 1)
	}
	for _, word := range []string{"quarantined", "warn", "fail", "error", "skipped"} {
		if n[word] > 0 {
			s += ", " + strconv.Itoa(n[word]) + " " + word
		}
	}
	result := o.p.green("OK")
	if r.ExitCode != ExitDone {
		result = o.p.red("FAILED")
	}
	o.line("%s  %s   %s", result, s, seconds(r.DurationMS))
}
