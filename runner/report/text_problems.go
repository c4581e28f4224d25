package report

import (
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// problems prints every error as `place: message`, with the hint below it. What rules and diffs have shown already is left out.
func (o *printer) problems(r *Report) {
	problems, diffed := unseen(r)
	if len(problems) > 0 {
		o.line("")
	}
	for _, d := range problems {
		o.line("%s%s", o.lead(d), strings.ReplaceAll(d.Message, "\n", "\n      "))
		for _, r := range d.Related {
			switch at := r.Place.String(); {
			case at == "" && !diffed:
				o.line("      %s", r.Message)
			case at != "":
				o.line("      %s", strings.TrimSuffix(at+": "+r.Message, ": "))
			}
		}
		if d.Hint != "" {
			o.line("      %s %s", o.p.cyan("hint:"), strings.ReplaceAll(d.Hint, "\n", "\n      "))
		}
	}
}

// unseen returns the errors that are not just the short form of a failed rule, and whether diffs were shown.
func unseen(r *Report) (out []Problem, diffed bool) {
	rules := map[[2]any]bool{}
	for _, rule := range r.Rules {
		if rule.Verdict == Fail || rule.Verdict == Errored {
			rules[[2]any{rule.File, rule.Line}] = true
		}
	}
	for _, s := range r.Snapshots {
		diffed = diffed || s.Diff != nil
	}
	for _, d := range r.Errors {
		if d.File == "" || !rules[[2]any{d.File, d.Line}] {
			out = append(out, d)
		}
	}
	return out, diffed
}

// lead is what stands before a message: the place, which is enough to find the error, or the word where there is none. A finding of a check is
// called by its id and name, as lint calls it.
func (o *printer) lead(d Problem) string {
	word, paint := "error", o.p.red
	if d.Severity != diag.Error {
		word, paint = d.Severity.String(), o.p.yellow
	}
	if d.ID != "" {
		word += "[" + strings.TrimSpace(d.ID+" "+d.Name) + "]"
	}
	switch place := d.Place.String(); {
	case place == "":
		return paint(word) + ": "
	case d.Severity == diag.Error && d.ID == "":
		return o.p.red(place) + ": "
	default:
		return o.p.bold(place) + ": " + paint(word) + ": "
	}
}

// diffs shows for each refused or restated freeze how the batch differs from it.
func (o *printer) diffs(snapshots []Snapshot) {
	for _, s := range snapshots {
		if s.Diff == nil {
			continue
		}
		d := s.Diff
		o.line("")
		o.line("%s  %s of %s  %s", o.p.yellow("DIFF"), o.p.bold(s.Name), s.AsOf,
			o.p.dim("against what is frozen: ")+thousands(d.Added)+" added, "+thousands(d.Removed)+" removed, "+thousands(d.Changed)+" changed")
		rows := make([][]string, len(d.Columns))
		for i, c := range d.Columns {
			rows[i] = []string{"      " + c.Column, thousands(c.Rows), o.p.dim("rows differ")}
			if c.Rows == 1 {
				rows[i][2] = o.p.dim("row differs")
			}
		}
		o.grid([]head{{"", false}, {"", true}, {"", false}}, rows)
		for _, line := range d.Samples {
			o.line("      %s", line)
		}
	}
}

// total is the line that one reads when one reads only one.
func (o *printer) total(r *Report, kind Kind) {
	o.line("")
	took := "   " + o.p.dim(seconds(r.DurationMS))
	switch {
	case r.Status == Locked || r.ExitCode == ExitLocked:
		o.line("%s  nothing was %s%s", o.p.yellow("LOCKED"), kind.done(), took)
	case r.ExitCode == ExitInterrupted:
		o.line("%s  nothing was %s%s", o.p.yellow("INTERRUPTED"), kind.done(), took)
	case r.Status == Crashed, r.Status == Running:
		o.line("%s%s", o.p.yellow(strings.ToUpper(string(r.Status))), took)
	case r.Status == Failed || r.ExitCode != ExitDone && r.ExitCode != ExitChanges:
		o.line("%s  %s%s", o.p.red("FAILED"), failure(r, kind), took)
	case r.Training != nil:
		o.line("%s  %s%s", o.p.green("OK"), r.Training.summary(), took)
	case kind == VerifyKind:
		o.line("%s  %s verified%s", o.p.green("OK"), count(int64(len(r.Snapshots)), "freeze"), took)
	default:
		o.line("%s  %s%s", o.p.green("OK"), applied(r), took)
	}
}

// failure counts what was wrong. Problems that only repeat a failed rule are counted with it.
func failure(r *Report, kind Kind) string {
	rules := 0
	errors, _ := unseen(r)
	for _, rule := range r.Rules {
		if (rule.Verdict == Fail || rule.Verdict == Errored) && rule.Severity == "error" {
			rules++
		}
	}
	var parts []string
	if kind == ApplyKind || kind == TrainingKind {
		parts = append(parts, "nothing was "+kind.done())
	}
	if len(errors) > 0 {
		parts = append(parts, count(int64(len(errors)), "error"))
	}
	if rules > 0 {
		parts = append(parts, count(int64(rules), "rule")+" failed")
	}
	return strings.Join(parts, "   ")
}

func applied(r *Report) string {
	if len(r.Tables)+len(r.Snapshots) == 0 {
		return broughtOnline(r.Materialized)
	}
	var sum Table
	for _, t := range r.Tables {
		sum.Inserted += t.Inserted
		sum.Updated += t.Updated
		sum.Unchanged += t.Unchanged
		sum.Deleted += t.Deleted
		sum.Rejected += t.Rejected
	}
	s := count(int64(len(r.Tables)), "table") + "  inserted " + thousands(sum.Inserted) + "  updated " + thousands(sum.Updated) +
		"  unchanged " + thousands(sum.Unchanged) + "  deleted " + thousands(sum.Deleted) + "  rejected " + thousands(sum.Rejected)
	if len(r.Snapshots) > 0 {
		s += "   " + states(r.Snapshots)
	}
	if len(r.Materialized) > 0 {
		s += "   online " + broughtOnline(r.Materialized)
	}
	return s
}

// broughtOnline sums up what was written of some views.
func broughtOnline(views []Materialized) string {
	if len(views) == 0 {
		return "nothing to do"
	}
	var sum Materialized
	for _, v := range views {
		sum.Inserted, sum.Updated, sum.Deleted = sum.Inserted+v.Inserted, sum.Updated+v.Updated, sum.Deleted+v.Deleted
	}
	return count(int64(len(views)), "view") + "  inserted " + thousands(sum.Inserted) + "  updated " + thousands(sum.Updated) + "  deleted " + thousands(sum.Deleted)
}

// states counts snapshots by what happened to them, in the order in which the states first occur.
func states(snapshots []Snapshot) string {
	if len(snapshots) == 0 {
		return "no snapshots"
	}
	var order []string
	n := map[string]int{}
	for _, s := range snapshots {
		if n[s.State] == 0 {
			order = append(order, s.State)
		}
		n[s.State]++
	}
	parts := make([]string, len(order))
	for i, state := range order {
		parts[i] = strconv.Itoa(n[state]) + " " + state
	}
	return "snapshots " + strings.Join(parts, ", ")
}
