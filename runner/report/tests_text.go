package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// TestsText writes the outcome of tests: a line for each, the verdicts that differ below those that failed, and one line that sums up.
func TestsText(w io.Writer, t *Tests, colour bool) error {
	o := &printer{w: w, p: palette(colour)}
	for _, test := range t.Tests {
		word := o.p.green("ok  ")
		if test.Verdict != Pass {
			word = o.p.red("FAIL")
		}
		o.line("%s %s  %s  %s", word, linePlace(test.Place), clean(test.Name), o.p.dim("("+milliseconds(test.DurationMS)+")"))
		for _, m := range test.Misses {
			o.line("     %s  %s", m.Place, missText(m))
			for _, more := range notEmpty(values(m.Values), m.Reason) {
				o.line("          %s", clean(more))
			}
		}
		for _, n := range test.NotTried {
			o.line("     %s  %s  %s", o.p.yellow("not tried"), clean(n.Rule), o.p.dim(clean(n.Reason)))
		}
	}
	if t.Coverage != nil {
		o.coverage(t.Coverage)
	}
	if len(t.Tests) > 0 {
		o.line("")
	}
	o.line("%s", t.summary())
	return o.err
}

// summary is the closing line: "4 tests: 3 ok, 1 failed". Rules that were not tried are never left out of it.
func (t *Tests) summary() string {
	if len(t.Tests) == 0 {
		return "no tests: write files called *_test.yaml, or examples: beside rules"
	}
	failed, skipped := t.Failed(), 0
	for _, test := range t.Tests {
		skipped += len(test.NotTried)
	}
	out := counted(len(t.Tests), "test") + ": " + strconv.Itoa(len(t.Tests)-failed) + " ok, " + strconv.Itoa(failed) + " failed"
	if skipped > 0 {
		out += ", " + counted(skipped, "rule") + " not tried"
	}
	return out
}

func linePlace(p diag.Place) string { return p.File + ":" + strconv.Itoa(p.Line) }

// milliseconds keeps one digit after the point: a test takes less than one.
func milliseconds(ms float64) string { return strconv.FormatFloat(ms, 'f', 1, 64) + " ms" }

// missText says of which row a rule says something else than it must: "id=7  fee_is_sane: expected fail, got pass".
func missText(m Miss) string {
	row := clean(m.Row)
	if row != "" {
		row += "  "
	}
	return fmt.Sprintf("%s%s: expected %s, got %s", row, clean(m.Rule), m.Expected, m.Actual)
}

// coverage lists the rules that nothing makes fail, and counts the others.
func (o *printer) coverage(c *Coverage) {
	if len(c.Untested) > 0 {
		o.line("")
		o.line("%s", o.p.dim("rules without a failing case"))
	}
	for _, u := range c.Untested {
		o.line("  %s  %s  %s", u.Place, clean(u.Rule), o.p.dim("in "+u.Table))
	}
	o.line("")
	o.line("%d of %s have a failing case", c.Covered, counted(c.Rules, "rule"))
}

// TestsJSON writes the outcome of tests as one document.
func TestsJSON(w io.Writer, t *Tests) error {
	out := *t
	out.Tests = list(t.Tests)
	for i := range out.Tests {
		out.Tests[i].Misses, out.Tests[i].NotTried = list(out.Tests[i].Misses), list(out.Tests[i].NotTried)
		for j := range out.Tests[i].Misses {
			out.Tests[i].Misses[j].Values = list(out.Tests[i].Misses[j].Values)
		}
	}
	if t.Coverage != nil {
		c := *t.Coverage
		c.Untested = list(c.Untested)
		out.Coverage = &c
	}
	return encode(w, out)
}

// TestsJUnit writes a case for each test, its class the file. A test whose rules were partly not tried says so as output.
func TestsJUnit(w io.Writer, t *Tests) error {
	suite := junitSuite{Name: "runner test"}
	for _, test := range t.Tests {
		c := junitCase{Name: test.Name, Class: test.File, File: test.File, Line: test.Line, Time: junitSeconds(test.DurationMS)}
		if test.Verdict != Pass {
			var lines []string
			for _, m := range test.Misses {
				lines = append(lines, m.Place.String()+"  "+strings.Join(notEmpty(missText(m), values(m.Values), m.Reason), "\n    "))
			}
			c.Failure = &junitText{Message: missText(test.Misses[0]), Type: "fail", Text: strings.Join(lines, "\n")}
		}
		var out []string
		for _, n := range test.NotTried {
			out = append(out, "not tried: "+n.Rule+" ("+n.Reason+")")
		}
		c.SystemOut = strings.Join(out, "\n")
		suite.Cases = append(suite.Cases, c)
	}
	return writeJUnit(w, t.DurationMS, suite)
}

// TestsGitHub writes an annotation for each verdict that differs, at its place in the test, and with coverage a notice for each rule that
// nothing makes fail.
func TestsGitHub(w io.Writer, t *Tests, prefix GitHubPrefix) error {
	var out []annotation
	for _, test := range t.Tests {
		for _, m := range test.Misses {
			out = append(out, annotation{severity: diag.Error, at: m.Place, title: test.Name,
				message: strings.Join(notEmpty(missText(m), values(m.Values), m.Reason), "\n")})
		}
	}
	if t.Coverage != nil {
		for _, u := range t.Coverage.Untested {
			out = append(out, annotation{severity: diag.Info, at: u.Place, title: "no failing case", message: u.Rule + " in " + u.Table})
		}
	}
	return writeGitHub(w, prefix, out, t.summary())
}
