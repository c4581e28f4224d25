package report

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// The elements of a JUnit report, as the schema of Jenkins and the readers of GitLab and others have them. All text is cleaned before
// it gets here: XML 1.0 cannot hold most control characters, not even escaped.
type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"` // seconds
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Cases []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Class     string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Time      string        `xml:"time,attr,omitempty"`
	Failure   *junitText    `xml:"failure,omitempty"`
	Error     *junitText    `xml:"error,omitempty"`
	Skipped   *junitMessage `xml:"skipped,omitempty"`
	SystemOut string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes suites as one document. It counts the cases itself.
func writeJUnit(w io.Writer, ms float64, suites ...junitSuite) error {
	doc := junitSuites{junitCounts: junitCounts{Time: junitSeconds(ms)}}
	for _, s := range suites {
		s.junitCounts = junitCounts{Time: s.Time}
		for i, c := range s.Cases {
			s.Tests++
			switch {
			case c.Failure != nil:
				s.Failures++
			case c.Error != nil:
				s.Errors++
			case c.Skipped != nil:
				s.Skipped++
			}
			s.Cases[i] = cleanCase(c)
		}
		if s.Time == "" {
			s.Time = junitSeconds(ms)
		}
		doc.Tests, doc.Failures, doc.Errors, doc.Skipped = doc.Tests+s.Tests, doc.Failures+s.Failures, doc.Errors+s.Errors, doc.Skipped+s.Skipped
		doc.Suites = append(doc.Suites, s)
	}
	out, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(out)+"\n")
	return err
}

func junitSeconds(ms float64) string { return strconv.FormatFloat(ms/1000, 'f', 3, 64) }

// cleanCase makes every text of a case one that XML can hold.
func cleanCase(c junitCase) junitCase {
	c.Name, c.Class, c.File, c.SystemOut = xmlText(c.Name), xmlText(c.Class), xmlText(c.File), xmlText(c.SystemOut)
	for _, t := range []**junitText{&c.Failure, &c.Error} {
		if *t != nil {
			*t = &junitText{Message: xmlText((*t).Message), Type: (*t).Type, Text: xmlText((*t).Text)}
		}
	}
	if c.Skipped != nil {
		c.Skipped = &junitMessage{xmlText(c.Skipped.Message)}
	}
	return c
}

// xmlText replaces what XML 1.0 forbids (its section 2.2) and bytes that are no UTF-8 by U+FFFD, and hides passwords.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 {
			return r
		}
		return '\ufffd'
	}, maskPasswords(s))
}

// findingsJUnit makes a case of every error and warning, and one that passes of every file without any. A warning does not fail: it is
// told as output.
func findingsJUnit(list diag.List, sources []string) junitSuite {
	suite := junitSuite{Name: "runner lint"}
	faulty := map[string]bool{}
	for _, d := range shown(list, false) {
		faulty[d.File] = true
		name := strings.TrimSpace(d.ID + " " + d.Name)
		if at := d.Place.String(); at != "" {
			name = strings.TrimSpace(at + " " + name)
		}
		c := junitCase{Name: name, Class: d.File, File: d.File, Line: d.Line}
		if text := detail(d); d.Severity == diag.Error {
			c.Failure = &junitText{Message: d.Message, Type: d.ID, Text: text}
		} else {
			c.SystemOut = d.Severity.String() + ": " + text
		}
		suite.Cases = append(suite.Cases, c)
	}
	for _, file := range sources {
		if !faulty[file] {
			suite.Cases = append(suite.Cases, junitCase{Name: file, Class: file, File: file})
		}
	}
	return suite
}

// detail is a finding without its place: message, hint and what is related, one a line.
func detail(d diag.Diagnostic) string {
	lines := []string{d.Message}
	if d.Hint != "" {
		lines = append(lines, "hint: "+d.Hint)
	}
	for _, r := range d.Related {
		at := r.Place.String()
		if at != "" {
			at += ": "
		}
		lines = append(lines, "see: "+at+r.Message)
	}
	return strings.Join(lines, "\n")
}

// JUnit writes a run for CI: one case for each rule, its class the table, and one for each error that is not just the short form of a failed rule. A rule of severity
// warn does not fail its case; what it found is told as output. A run without rules and without errors is one case that passes.
func JUnit(w io.Writer, r *Report) error {
	suite := junitSuite{Name: suiteName(r)}
	for _, rule := range r.Rules {
		suite.Cases = append(suite.Cases, ruleCase(rule))
	}
	problems, _ := unseen(r)
	for _, p := range problems {
		name := p.Place.String()
		if name == "" {
			name = "run"
		}
		suite.Cases = append(suite.Cases, junitCase{Name: name, Class: "runner." + suite.Name, File: p.File, Line: p.Line,
			Error: &junitText{Message: p.Message, Type: p.ID, Text: detail(p)}})
	}
	if len(suite.Cases) == 0 {
		suite.Cases = []junitCase{{Name: "run", Class: "runner." + suite.Name}}
	}
	return writeJUnit(w, float64(r.DurationMS), suite)
}

// suiteName names a run after its pipeline and parameters, without which two months would look alike.
func suiteName(r *Report) string {
	name := r.Pipeline
	if name == "" {
		name = "runner"
	}
	if p := paramText(r.Params); p != "" {
		name += " " + p
	}
	return name
}

func ruleCase(r Rule) junitCase {
	c := junitCase{Name: r.Rule, Class: r.Table, File: r.File, Line: r.Line}
	if r.Snapshot != "" {
		c.Class = r.Snapshot + " of " + r.AsOf
	}
	headline, text := ruleFailure(r)
	switch {
	case r.Verdict == Skipped:
		if headline = r.Reason; headline == "" {
			headline = "there is nothing to compare with"
		}
		c.Skipped = &junitMessage{headline}
	case r.Verdict == Pass:
	case r.Severity != diag.Error.String() || r.Verdict == Quarantined:
		c.SystemOut = "warning: " + text
	case r.Verdict == Errored:
		c.Error = &junitText{Message: headline, Type: "error", Text: text}
	default:
		c.Failure = &junitText{Message: headline, Type: "fail", Text: text}
	}
	return c
}

// ruleFailure tells what a rule found: in one line, and with the expression, its place, the measured values and the sample rows.
func ruleFailure(r Rule) (headline, text string) {
	headline = (&printer{}).judgement(r)
	lines := []string{headline}
	if r.Text != "" && r.Text != r.Rule {
		lines = append(lines, r.Text)
	}
	lines = append(lines, "at "+position(r))
	for _, m := range r.Measures {
		lines = append(lines, m.Text+" = "+m.Shown())
	}
	for _, s := range r.Samples {
		at := s.File
		if s.Line > 0 {
			at += ":" + strconv.FormatInt(s.Line, 10)
		}
		lines = append(lines, strings.Join(notEmpty(at, values(s.Key), values(withoutKey(s))), "  "))
	}
	if rest := r.Failed - int64(len(r.Samples)); len(r.Samples) > 0 && rest > 0 {
		lines = append(lines, "and "+count(rest, "more row"))
	}
	return headline, strings.Join(lines, "\n")
}

func notEmpty(parts ...string) (out []string) {
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}
