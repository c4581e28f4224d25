package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

// awkward is every kind of character that a format could trip over.
const awkward = "100% of a,b:c <x> & \"q\"\r\nsecond\x00\x1b[31m line ]]> \xff é"

func lintFindings() diag.List {
	return diag.List{
		{Place: diag.Place{File: "pipelines/a.yaml", Line: 2, Col: 3, EndLine: 2, EndCol: 13}, ID: "Y103", Name: "unknown-key", Message: `unknown key "primay_key"`,
			Hint: `did you mean "primary_key"?`, Related: []diag.Related{{Place: diag.Place{File: "pipelines/a.yaml", Line: 1, Col: 1}, Message: "in this table"}}},
		{Place: diag.Place{File: "pipelines/a.yaml", Line: 7, Col: 5, EndLine: 9, EndCol: 2}, Severity: diag.Warning, ID: "R204", Name: "missing-data-file", Message: awkward},
		{Place: diag.Place{File: "pipelines/a.yaml", Line: 7, Col: 5}, Severity: diag.Info, ID: "S503", Name: "snapshot-partial", Message: "for information"},
		{Place: diag.Place{File: "odd,name:100%.yaml"}, ID: "Y109", Name: "bad-file", Message: "has a password: postgres://me:secret@h/x"},
	}
}

func tried() *Tests {
	at := func(line int) diag.Place {
		return diag.Place{File: "expectations/clients_test.yaml", Line: line, Col: 11, EndLine: line, EndCol: 15}
	}
	return &Tests{DurationMS: 1.25, ExitCode: ExitRefused, Tests: []Test{
		{Name: "a negative fee is caught", Place: at(3), Verdict: Fail, DurationMS: 0.4, Misses: []Miss{
			{Place: at(9), Row: "id=7  nr=1", Rule: "fee_is_sane", Expected: "fail", Actual: "pass", Values: []Value{{Column: "fee", Value: "1"}, {Column: "paid", Value: "NULL"}}, Reason: "true: fee >= 0"},
			{Place: at(10), Rule: "row_count() > 1", Expected: "fail", Actual: "unknown"}}},
		{Name: awkward, Place: at(12), Verdict: Pass, NotTried: []NotTried{{Rule: "grows", Reason: "it needs a database"}}},
	}, Coverage: &Coverage{Rules: 3, Covered: 2, Untested: []Untested{{Table: "clients", Rule: "grows", Place: diag.Place{File: "expectations/clients.yaml", Line: 4, Col: 5}}}}}
}

func TestFormatsForCI(t *testing.T) {
	sources := map[string][]byte{"pipelines/a.yaml": nil, "expectations/b.yaml": nil, "odd,name:100%.yaml": nil}
	for name, write := range map[string]func(w io.Writer) error{
		"lint.junit":    func(w io.Writer) error { return Findings(w, FormatJUnit, lintFindings(), sources, 3, false) },
		"lint.github":   func(w io.Writer) error { return GitHubFindings(w, lintFindings(), false, 3, "jobs/shop") },
		"apply.junit":   func(w io.Writer) error { return JUnit(w, applied7()) },
		"apply.github":  func(w io.Writer) error { return GitHub(w, applied7(), "") },
		"refused.junit": func(w io.Writer) error { return JUnit(w, refused()) },
		"refused.github": func(w io.Writer) error {
			return GitHub(w, refused(), "jobs/shop")
		},
		"tests.text":      func(w io.Writer) error { return TestsText(w, tried(), false) },
		"tests.json":      func(w io.Writer) error { return TestsJSON(w, tried()) },
		"tests.junit":     func(w io.Writer) error { return TestsJUnit(w, tried()) },
		"tests.github":    func(w io.Writer) error { return TestsGitHub(w, tried(), "jobs") },
		"tests-none.text": func(w io.Writer) error { return TestsText(w, &Tests{}, false) },
		"locked.junit": func(w io.Writer) error {
			return JUnit(w, Of("monthly", ExitLocked, Problem{Message: "run 6 holds clients", Hint: "wait with --wait"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.String())
			if strings.HasSuffix(name, "junit") {
				readJUnit(t, b.Bytes())
			}
			if strings.Contains(b.String(), "secret") {
				t.Error("a password is shown")
			}
		})
	}
}

// readJUnit reads the document as another program would: it must be XML, and its counts those of its cases.
func readJUnit(t *testing.T, text []byte) {
	t.Helper()
	var doc junitSuites
	if err := xml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var failures, errors, cases int
	for _, s := range doc.Suites {
		for _, c := range s.Cases {
			cases++
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errors++
			}
			if c.Name == "" || c.Class == "" {
				t.Errorf("a case without a name or a class: %+v", c)
			}
		}
	}
	if cases == 0 || doc.Tests != cases || doc.Failures != failures || doc.Errors != errors {
		t.Errorf("%d cases, %d failures, %d errors, and the head says %+v", cases, failures, errors, doc.junitCounts)
	}
}

// Whatever a message holds, it stays one command: a line feed would end it, and the rest could be a command of its own.
// Rows that were set aside fail nothing: the run went on without them.
func TestQuarantinedFailsNothing(t *testing.T) {
	rep := &Report{Pipeline: "shop", Rules: []Rule{{Table: "clients", Rule: "of_age", Severity: "error", Verdict: Quarantined, Judged: 3, Failed: 1, File: "e.yaml", Line: 2}}}
	var junit, github bytes.Buffer
	if err := JUnit(&junit, rep); err != nil || strings.Contains(junit.String(), "<failure") || !strings.Contains(junit.String(), "1 of 3 judged failed, set aside") {
		t.Errorf("%v\n%s", err, junit.String())
	}
	if err := GitHub(&github, rep, ""); err != nil || !strings.HasPrefix(github.String(), "::warning file=e.yaml") {
		t.Errorf("%v\n%s", err, github.String())
	}
}

func TestGitHubIsOneLine(t *testing.T) {
	var b bytes.Buffer
	d := diag.Diagnostic{Place: diag.Place{File: "a,line=9::b%.yaml", Line: 1, Col: 2}, Message: "one\n::error::two\r\n::warning::100%"}
	if err := GitHubFindings(&b, diag.List{d}, false, 1, ""); err != nil {
		t.Fatal(err)
	}
	want := "::error file=a%2Cline=9%3A%3Ab%25.yaml,line=1,col=2::one%0A::error::two%0D%0A::warning::100%25\n1 error in 1 file\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestXMLText(t *testing.T) {
	if got := xmlText("a\x00b\x1bc\ufffe\ud7ff\U0001F600\t\n"); got != "a\ufffdb\ufffdc\ufffd\ud7ff\U0001F600\t\n" {
		t.Errorf("%q", got)
	}
}
