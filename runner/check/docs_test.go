package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

const docsHead = `# What lint finds

<!-- Written by go test ./runner/check -update; edit the cases in runner/check/testdata/err or runner/check/advice.go instead. -->

Every finding of ` + "`runner lint`" + ` has an id that never changes, a name and a severity. Errors end with exit code 2, and
` + "`runner apply`" + ` refuses specs that have any; information is shown with ` + "`--format json`" + ` only. Some findings come milder than listed where less is at
stake. Each example below is run by the tests, and its output is what lint prints.

| id | severity | about |
|---|---|---|
`

// TestDocs holds docs/checks.md against the golden cases, or writes it with -update.
func TestDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(docsHead)
	for _, f := range All() {
		fmt.Fprintf(&b, "| [%s](#%s-%s) | %s | %s |\n", f.ID, strings.ToLower(f.ID), f.Name, f.Severity, f.Title)
	}
	b.WriteString("\n")
	for _, f := range All() {
		if f.Why == "" || f.Fix == "" || f.Title == "" {
			t.Errorf("%s %s has no title, no reason or no advice", f.ID, f.Name)
		}
		fmt.Fprintf(&b, "## %s %s\n\n%s: %s.\n\n%s\n\n", f.ID, f.Name, capital(f.Severity.String()), f.Title, f.Why)
		if name := caseOf(t, f.ID); name != "" {
			writeExample(t, &b, f, name)
		}
		fmt.Fprintf(&b, "To mend it: %s\n\n", f.Fix)
	}
	if len(advices) != len(All()) {
		t.Errorf("there is advice for %d findings, and there are %d", len(advices), len(All()))
	}
	golden(t, "../../docs/checks.md", strings.TrimRight(b.String(), "\n")+"\n")
}

// writeExample shows a case and its findings, without information about something else.
func writeExample(t *testing.T, b *strings.Builder, f Finding, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := lint(t, project(t, name))
	var own diag.List
	for _, d := range list {
		if d.ID == f.ID {
			own = append(own, d)
		}
	}
	fsys := project(t, name)
	sources := map[string][]byte{}
	for path, file := range fsys {
		sources[path] = file.Data
	}
	out := printed(t, own, sources)
	out = out[:max(strings.LastIndex(strings.TrimRight(out, "\n"), "\n\n"), 0)]
	lang := strings.TrimPrefix(filepath.Ext(name), ".")
	fmt.Fprintf(b, "```%s\n%s```\n\n```text\n%s\n```\n\n", lang, text, out)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
