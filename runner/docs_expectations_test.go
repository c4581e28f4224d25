package main

import (
	"fmt"
	"strings"
	"testing"

	"streamflow/runner/imports"
)

// expectationRules is a table of each expectation of Great Expectations and the rule of its example.
func expectationRules(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| expectation | such as | the rule |\n|---|---|---|\n")
	for _, e := range imports.Expectations() {
		rule, ok, err := e.Example()
		if err != nil {
			t.Error(err)
		}
		written := "none: " + e.Why
		if ok {
			written = rule.String()
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", e.Name, cell(code(e.Kwargs)), cell(written))
	}
	return b.String()
}

// expectationDetails is a table of the parameters of each expectation, what is worth knowing, and rows to try it on; imports judges them.
func expectationDetails(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| expectation | parameters | the rule of an example | passes | fails |\n|---|---|---|---|---|\n")
	for _, e := range imports.Expectations() {
		rule, ok, err := e.Example()
		if err != nil {
			t.Error(err)
		}
		name, written := "`"+e.Name+"`", "none: "+e.Why
		if e.Later {
			name += " (1.x)"
		}
		if ok {
			written = rule.String()
		}
		if ok && e.Doc != "" {
			written += "; " + e.Doc
		}
		var parameters []string
		for _, p := range e.Parameters {
			parameters = append(parameters, "`"+p+"`")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, strings.Join(parameters, " "), cell(written), cell(code(e.Pass)), cell(code(e.Fail)))
	}
	return b.String()
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
