package check

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

var update = flag.Bool("update", false, "write the golden files and docs/checks.md anew")

// lint reads and checks a project and returns what lint would print.
func lint(t *testing.T, fsys fs.FS) (diag.List, string) {
	t.Helper()
	tree, list := spec.Load(fsys, nil)
	p, more := Check(tree)
	list = append(list, more...)
	if files, err := fs.Glob(fsys, "data/*"); p != nil && err == nil && len(files) > 0 { // the other cases have no data, as CI has none
		list = append(list, MissingFiles(p, func(pattern string) bool {
			found, err := fs.Glob(fsys, pattern)
			return err != nil || len(found) > 0
		})...)
	}
	list.Sort()
	return list, printed(t, list, tree.Sources)
}

// printed is a list as lint prints it.
func printed(t *testing.T, list diag.List, sources map[string][]byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Findings(&out, report.FormatTextAll, list, sources, len(sources), false); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// project makes files of a golden case: the sections of a txtar archive, or one file of several documents.
func project(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	if filepath.Ext(name) != ".txtar" {
		fsys["pipelines/example.yaml"] = &fstest.MapFile{Data: text}
		return fsys
	}
	for _, f := range txtar.Parse(text).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

func cases(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("testdata", dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(name string) bool { return filepath.Ext(name) == ".out" })
}

// golden compares a text with a file, or writes the file with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; write it with go test ./runner/check -update", err)
	}
	if got != string(want) {
		t.Errorf("%s is not what lint prints now (compare, then -update). Got:\n%s", name, got)
	}
}

// TestErr compares the findings of every faulty project with its golden file. A case is called after the finding it is about.
func TestErr(t *testing.T) {
	for _, name := range cases(t, "err") {
		base := strings.TrimSuffix(name, filepath.Ext(name))
		t.Run(filepath.Base(base), func(t *testing.T) {
			list, out := lint(t, project(t, name))
			golden(t, base+".out", out)
			id, _, _ := strings.Cut(filepath.Base(base), "-")
			if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.ID == id }) {
				t.Errorf("there is no finding %s:\n%s", id, out)
			}
			placesHold(t, list, project(t, name))
		})
	}
}

// placesHold tests that every finding has a place in the text, and is one that All lists.
func placesHold(t *testing.T, list diag.List, fsys fstest.MapFS) {
	t.Helper()
	for _, d := range list {
		if !slices.ContainsFunc(All(), func(f Finding) bool { return f.ID == d.ID && f.Name == d.Name }) {
			t.Errorf("%s %s is not in All: %s", d.ID, d.Name, d.Error())
		}
		file := fsys[d.File]
		if file == nil {
			t.Errorf("%s is in no file: %v", d.ID, d.Place)
			continue
		}
		lines := strings.Split(strings.ReplaceAll(string(file.Data), "\r\n", "\n"), "\n")
		if d.Line > len(lines) || d.Line > 0 && (d.Col < 1 || d.Col > len([]rune(lines[d.Line-1]))+1) {
			t.Errorf("%s points outside of the text: %v", d.ID, d.Place)
		}
	}
}

// TestEveryFindingHasACase fails for a finding that nothing tests.
func TestEveryFindingHasACase(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range All() {
		if seen[f.ID] {
			t.Errorf("id %s is listed twice", f.ID)
		}
		seen[f.ID] = true
		if caseOf(t, f.ID) == "" && !elsewhere[f.ID] {
			t.Errorf("%s %s has no testdata/err/%s-*.yaml", f.ID, f.Name, f.ID)
		}
	}
}

// elsewhere are the findings without a case here: no key has been renamed yet (Y111).
var elsewhere = map[string]bool{"Y111": true}

// caseOf returns the case that is called after a finding, or else the first one about it, or "".
func caseOf(t *testing.T, id string) string {
	t.Helper()
	first := ""
	for _, name := range cases(t, "err") {
		base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
		switch {
		case base == id+"-"+checkOf(id).Name:
			return name
		case first == "" && strings.HasPrefix(base, id+"-"):
			first = name
		}
	}
	return first
}

func checkOf(id string) Finding {
	for _, f := range All() {
		if f.ID == id {
			return f
		}
	}
	return Finding{}
}

// TestEveryIDIsListed reads the code for ids of findings: each of them is one that All lists, and each that All lists is used somewhere.
func TestEveryIDIsListed(t *testing.T) {
	id := regexp.MustCompile(`"([A-Z][1-9]\d\d)"(?:, "([a-z-]+)")?`)
	used := map[string]bool{"Y111": true} // reported by its kind's deprecated names
	var files []string
	for _, dir := range []string{"spec", "check", "expression", "cli", "plan", "run", "source"} {
		more, err := filepath.Glob("../" + dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "advice.go") {
			continue
		}
		for _, m := range id.FindAllStringSubmatch(string(text), -1) {
			f := checkOf(m[1])
			if f.ID == "" || m[2] != "" && m[2] != f.Name {
				t.Errorf("%s: %s is not a finding that All lists", name, m[0])
			}
			if !strings.HasSuffix(name, "checks.go") {
				used[m[1]] = true
			}
		}
	}
	for _, f := range All() {
		if !used[f.ID] {
			t.Errorf("%s %s is listed and never reported", f.ID, f.Name)
		}
	}
}

// TestOK holds that lint has nothing against these, not even a warning.
func TestOK(t *testing.T) {
	for _, name := range cases(t, "ok") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			list, out := lint(t, project(t, name))
			if list.Count(diag.Error)+list.Count(diag.Warning) > 0 {
				t.Error(out)
			}
		})
	}
}

// TestExampleProject holds the specs that are shipped against their own lint.
func TestExampleProject(t *testing.T) {
	list, out := lint(t, os.DirFS("../.."))
	// One snapshot leaves columns out on purpose, and the tests are there to show how tests are written, not to try every rule.
	if len(slices.DeleteFunc(list, func(d diag.Diagnostic) bool { return d.ID == "S503" || d.ID == "X456" })) > 0 {
		t.Error(out)
	}
	tree, _ := spec.Load(os.DirFS("../.."), nil)
	p, _ := Check(tree)
	if p == nil || len(p.Pipelines) != 1 || len(p.Pipelines[0].Loads) != 6 || len(p.Pipelines[0].Snapshots) != 5 {
		t.Errorf("the example is not one pipeline of 6 tables and 5 snapshots: %+v", p)
	}
}
