package spec

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFaults holds each testdata/err/NAME.yaml against NAME.out, one finding a line.
func TestFaults(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range glob(t, "testdata/err/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found := loadOne(t, "x.yaml", string(text))
			var b strings.Builder
			for _, d := range found {
				seen[d.ID] = true
				b.WriteString(oneLine(d) + "\n")
			}
			golden := strings.TrimSuffix(file, ".yaml") + ".out"
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || string(want) != b.String() {
				t.Errorf("got:\n%swant:\n%s", b.String(), want)
			}
			if b.Len() == 0 {
				t.Error("no finding in a file that must have some")
			}
		})
	}
	for _, c := range Checks {
		if c.ID != "Y111" && !seen[c.ID] { // no key was renamed yet: see TestDeprecatedKey
			t.Errorf("no case in testdata/err makes %s %s", c.ID, c.Name)
		}
	}
}

// oneLine is the form of the golden files: line:col-endline:endcol severity[ID name]: message (hint).
func oneLine(d diag.Diagnostic) string {
	s := fmt.Sprintf("%d:%d-%d:%d %s[%s %s]: %s", d.Line, d.Col, d.EndLine, d.EndCol, d.Severity, d.ID, d.Name, d.Message)
	if d.Hint != "" {
		s += " (" + d.Hint + ")"
	}
	return s
}

// TestSound loads what must have no finding at all.
func TestSound(t *testing.T) {
	for _, file := range glob(t, "testdata/ok/*.yaml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{string(text), "\ufeff" + strings.ReplaceAll(string(text), "\n", "\r\n"), strings.TrimRight(string(text), "\n")} {
			for _, d := range loadOne(t, "x.yaml", form) {
				t.Errorf("%s: %s", file, oneLine(d))
			}
		}
	}
}

// TestExampleProject loads the specs that ship with the project.
func TestExampleProject(t *testing.T) {
	tree, found := Load(os.DirFS("../.."), nil)
	for _, d := range found {
		t.Error(d.Error())
	}
	if tree.Project == nil || tree.Project.Name.Value == "" || len(tree.Pipelines) == 0 || len(tree.Expectations) == 0 {
		t.Fatalf("got %+v", tree)
	}
	for _, e := range tree.Pipelines[0].Tables.Entries {
		if e.Value.Source == nil || len(e.Value.Source.Path.Template) == 0 || len(e.Value.Columns.Entries) == 0 || !e.Value.PrimaryKey.Set {
			t.Errorf("table %s is incomplete: %+v", e.Key.Value, e.Value)
		}
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v %v", pattern, files, err)
	}
	return files
}

// loadOne loads a text as the only file of a project and makes sure that every place lies inside it.
func loadOne(t testing.TB, name, text string) diag.List {
	t.Helper()
	tree, found := Load(fstest.MapFS{name: {Data: []byte(text)}}, []string{name})
	if tree == nil {
		t.Fatal("no tree")
	}
	f := newFile(name, text)
	for _, d := range found {
		inside(t, f, d.Place)
		for _, r := range d.Related {
			inside(t, f, r.Place)
		}
	}
	return found
}

// inside allows one column behind the end of a line, where what is missing is shown, and the line behind the last for an end.
func inside(t testing.TB, f *file, p diag.Place) {
	t.Helper()
	if p.Line == 0 {
		return
	}
	width := func(line int) int { return len([]rune(f.line(line))) }
	if p.File != f.path || p.Line < 1 || p.Line > len(f.lines) || p.Col < 1 || p.Col > width(p.Line)+1 ||
		p.EndLine < p.Line || p.EndLine > len(f.lines) || p.EndCol < 1 || p.EndCol > width(p.EndLine)+2 || after(p) {
		t.Errorf("place %+v is outside of the file of %d lines; the line is %q", p, len(f.lines), f.line(p.Line))
	}
}
