package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// TestIgnoredPlaces puts a comment into many places and looks at which lines it silences. The stand-in for a check finds something in every
// line.
func TestIgnoredPlaces(t *testing.T) {
	for _, c := range []struct{ name, text, silent string }{
		{"end of a line", "tables:\n  t: # @\n    source: x", "2"},
		{"next key and below", "# @\ntables:\n  t:\n    source: x\nowner: o", "1 2 3 4"},
		{"next item and below", "tags:\n  - a\n  # @\n  - b\n  - c", "3 4"},
		{"item of several keys", "tags:\n  # @\n  - a: 1\n    b: 2\n  - c: 3", "2 3 4"},
		{"over other comments and blank lines", "# @\n\n# note\na: 1\nb: 2", "1 2 3 4"},
		{"list as far left as its key", "# @\nr:\n- a\n- b\ns: 1", "1 2 3 4"},
		{"deeper than what follows", "a:\n  b: 1\n  # @\nc:\n  d: 1\ne: 2", "3 4 5"},
		{"block from its header", "r: | # @\n  a\n  b\nc: d", "1 2 3"},
		{"quoted text from its end", "r: \"a\n  b\" # @\nc: d", "1 2"},
		{"value on the next line", "r: # @\n  a\n  b\nc: d", "1 2 3"},
		{"in a block it is text", "r: |\n  # @\n  a\nc: d", ""},
		{"below a block it is not", "r: |\n  a\n# @\nc: d", "3 4"},
		{"in quotes it is text", "r: \"a # @\"\nc: d", ""},
		{"between brackets", "r: [a,\n  # @\n  b,\n  c]\nd: e", "2 3"},
		{"second document", "a: b\n---\n# @\nc: d\ne: f", "3 4"},
		{"first key of the next document", "a: b\n# @\n---\nc: d\ne: f", "2 3 4"},
		{"alias", "a: &x {b: c}\nd: *x # @\n", "2"},
		{"windows", "a: b # @\r\nc: d\r\n", "1"},
		{"byte order mark", "\ufeff# @\na: b\nc: d", "1 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.ReplaceAll(c.text, "@", "runner:ignore X455 -- why")
			tree, _ := spec.Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, []string{"x.yaml"})
			var all diag.List
			for n := range strings.Count(text, "\n") + 1 {
				all.Add(byID("X455").At(diag.Place{File: "x.yaml", Line: n + 1, Col: 1}, "found", ""))
			}
			_, suppressed := Ignore(tree, all, slices.Concat(spec.Checks, Checks), time.Time{})
			var lines []string
			for _, s := range suppressed {
				lines = append(lines, fmt.Sprint(s.Line))
				if s.Reason != "why" || s.By.Line == 0 || s.By.File != "x.yaml" {
					t.Errorf("suppressed by %+v for %q", s.By, s.Reason)
				}
			}
			if got := strings.Join(lines, " "); got != c.silent {
				t.Errorf("silent are %q, want %q:\n%s", got, c.silent, text)
			}
		})
	}
}

// TestIgnoredUntil holds the last day of a comment against the clock.
func TestIgnoredUntil(t *testing.T) {
	tree, _ := spec.Load(fstest.MapFS{"x.yaml": {Data: []byte("a: b # runner:ignore-until 2024-02-29 X455 -- why\n")}}, []string{"x.yaml"})
	found := diag.List{byID("X455").At(diag.Place{File: "x.yaml", Line: 1, Col: 1}, "found", "")}
	for day, want := range map[string]int{"2024-02-28": 1, "2024-02-29": 1, "2024-03-01": 0} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		kept, suppressed := Ignore(tree, found, slices.Concat(spec.Checks, Checks), now.Add(23*time.Hour))
		if len(suppressed) != want || want == 0 && len(kept) != 2 {
			t.Errorf("on %s: kept %v, suppressed %v", day, kept, suppressed)
		}
	}
}

// TestErrorsAreNotIgnored: whatever a comment says, an error stays, and so a run is refused.
func TestErrorsAreNotIgnored(t *testing.T) {
	tree, _ := spec.Load(fstest.MapFS{"x.yaml": {Data: []byte("# runner:ignore-file X455, E402 -- why\na: b\n")}}, []string{"x.yaml"})
	hard := byID("X455").At(diag.Place{File: "x.yaml", Line: 1, Col: 1}, "found", "")
	hard.Severity = diag.Error
	kept, suppressed := Ignore(tree, diag.List{hard, byID("E402").At(diag.Place{File: "x.yaml"}, "found", "")}, slices.Concat(spec.Checks, Checks), time.Time{})
	if len(suppressed) != 0 || kept.Count(diag.Error) != 2 || kept.Count(diag.Warning) != 2 {
		t.Errorf("kept %v, suppressed %v", kept, suppressed)
	}
}
