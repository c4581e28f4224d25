// Package explain is every check as one list: what it finds, why that is a fault, how to mend it, and a case that shows it together with
// what is printed. The list makes docs/checks.md and answers "runner explain".
//
// To add a check:
//
//  1. Declare it in the list of the stage that finds it: spec.Checks (the text of a spec), check.Checks (its meaning) or plan.Checks (what
//     only a database or a plan shows).
//  2. Say why it is a fault and how to mend it: one line in the file of its group here (yaml.go, tables.go, databases.go ...).
//  3. Show it. What lint finds without a database: cases/ID-name.yaml, or .txtar for several files; the output is written beside it by
//     go test ./runner/explain -update. What needs a database: cases/ID-name.txtar that begins with a session (see Case.Session), which
//     go test ./runner -run Cases/ID -update types and completes.
//
// Then docs/checks.md is written by go test ./runner/explain -update.
package explain

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"streamflow/runner/check"
	"streamflow/runner/internal/diag"
	"streamflow/runner/plan"
	"streamflow/runner/spec"
)

// Check is one kind of finding with all there is to say of it.
type Check struct {
	diag.Check
	Why   string // sentences in Markdown
	Mend  string // the same
	Page  string // where it is in the documentation
	Cases []Case // the first is the one to show
}

// Group is the checks of one letter, in order of id.
type Group struct {
	Letter string
	Title  string
	Checks []Check
}

// group is what is written here of the checks of one letter.
type group struct {
	Letter, Title string
	advice        map[string]advice // by id
}

// advice says of a finding why it is one, and how to mend what it is about. Both are sentences in Markdown.
type advice struct{ why, mend string }

// groups are in the order in which a project is read.
var groups = []group{yaml, references, tables, rules, expectations, snapshots, features, pipelines, databases}

//go:embed cases
var cases embed.FS

// Declared returns every check as its stage declares it.
func Declared() []diag.Check { return slices.Concat(spec.Checks, check.Checks, plan.Checks) }

// Groups returns every check by its group; a group without any is left out.
func Groups() []Group { return groupsOf(cases) }

// groupsOf is Groups with the cases of a folder.
func groupsOf(fsys fs.FS) []Group {
	declared := Declared()
	slices.SortStableFunc(declared, func(a, b diag.Check) int { return strings.Compare(a.ID, b.ID) })
	shown := readCases(fsys)
	var out []Group
	for _, g := range groups {
		made := Group{Letter: g.Letter, Title: g.Title}
		for _, c := range declared {
			if strings.HasPrefix(c.ID, g.Letter) {
				a := g.advice[c.ID]
				made.Checks = append(made.Checks, Check{Check: c, Why: a.why, Mend: a.mend, Page: page(c), Cases: casesOf(c, shown)})
			}
		}
		if len(made.Checks) > 0 {
			out = append(out, made)
		}
	}
	return out
}

// All returns every check, group by group.
func All() []Check {
	var out []Check
	for _, g := range Groups() {
		out = append(out, g.Checks...)
	}
	return out
}

// Find returns the check of an id or a name, whatever its case.
func Find(word string) (Check, bool) {
	for _, c := range All() {
		if strings.EqualFold(word, c.ID) || strings.EqualFold(word, c.Name) {
			return c, true
		}
	}
	return Check{}, false
}

// page is the place of a check in the documentation.
func page(c diag.Check) string {
	return "docs/checks.md#" + strings.ToLower(c.ID) + "-" + c.Name
}
