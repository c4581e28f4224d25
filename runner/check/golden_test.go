package check

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

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
	list, _ = Ignore(tree, list, slices.Concat(spec.Checks, Checks), time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC))
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

// cases are the projects of a folder.
func cases(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return slices.DeleteFunc(all, func(name string) bool { return filepath.Ext(name) == ".out" })
}

// placesHold tests that every finding has a place in the text.
func placesHold(t *testing.T, list diag.List, fsys fstest.MapFS) {
	t.Helper()
	for _, d := range list {
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

// TestOK holds that lint has nothing against these, not even a warning.
func TestOK(t *testing.T) {
	for _, name := range cases(t, "testdata/ok") {
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
