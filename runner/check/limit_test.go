package check

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// TestLimit: what a file has too much of is left out with a word about it, and never an error for a warning.
func TestLimit(t *testing.T) {
	var list diag.List
	for n := range 3 * MostFindings {
		d := byID("Y106").At(diag.Place{File: "x.yaml", Line: n + 1, Col: 1}, "found", "")
		if n >= 2*MostFindings && n%2 == 0 {
			d.Severity = diag.Error
		}
		list.Add(d)
	}
	list.Add(byID("Y106").At(diag.Place{File: "y.yaml", Line: 1, Col: 1}, "found", ""))
	got := Limit(list)
	if len(got) != MostFindings+2 || got.Count(diag.Error) != MostFindings/2+1 || got[0].Message != fmt.Sprintf("has %d findings; %d are shown, errors first", 3*MostFindings, MostFindings) {
		t.Errorf("kept %d, %d of them errors, first %v", len(got), got.Count(diag.Error), got[0])
	}
	if again := Limit(list[:MostFindings]); len(again) != MostFindings {
		t.Errorf("kept %d of %d", len(again), MostFindings)
	}
}

// TestManyRules checks a table of very many rules, equal ones among them: one that compares each with all others would not end.
func TestManyRules(t *testing.T) {
	var b strings.Builder
	b.WriteString("kind: pipeline\nname: p\ntables:\n  t: {source: t.csv, primary_key: a, columns: {a: text, b: numeric}}\n---\nkind: expectations\ntable: t\nrules:\n")
	for n := range maxRules + 7 {
		fmt.Fprintf(&b, "  - b > %d\n", n/2)
	}
	tree, list := spec.Load(fstest.MapFS{"x.yaml": {Data: []byte(b.String())}}, []string{"x.yaml"})
	_, more := Check(tree)
	repeated, tooMany := 0, 0
	for _, d := range append(list, more...) {
		if d.ID == "X453" {
			repeated++
		}
		if d.ID == "Y109" {
			tooMany++
		}
	}
	if repeated != maxRules/2 || tooMany != 1 {
		t.Errorf("%d of %d repeated rules were found, and too many %d times", repeated, maxRules/2, tooMany)
	}
}
