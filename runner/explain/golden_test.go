package explain

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"streamflow/runner/check"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
	"streamflow/runner/spec"
)

var update = flag.Bool("update", false, "write the outputs of the cases and docs/checks.md anew")

// TestCases compares what lint finds in every case with the output beside it. Those with a session need a database: package runner
// types them.
func TestCases(t *testing.T) {
	for _, c := range readCases(os.DirFS(".")) {
		if c.Session != "" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			fsys := c.project()
			list, out := lint(t, fsys)
			golden(t, "cases/"+c.Name+".out", out)
			if findingsOf(c.id(), out) == "" {
				t.Errorf("there is no finding %s:\n%s", c.id(), out)
			}
			placesHold(t, list, fsys)
		})
	}
}

// id is the check that the case is about.
func (c Case) id() string {
	id, _, _ := strings.Cut(c.Name, "-")
	return id
}

// project makes files of a case.
func (c Case) project() fstest.MapFS {
	if c.Language == "yaml" {
		return fstest.MapFS{"pipelines/example.yaml": {Data: []byte(c.Files)}}
	}
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(c.Files)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

// testProject makes files of the sections of an archive.
func testProject(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return Case{Files: string(text)}.project()
}

// lint reads and checks a project and returns the findings, and what lint would print.
func lint(t *testing.T, fsys fs.FS) (diag.List, string) {
	t.Helper()
	tree, list := spec.Load(fsys, nil)
	p, more := check.Check(tree)
	list = append(list, more...)
	if files, err := fs.Glob(fsys, "data/*"); p != nil && err == nil && len(files) > 0 { // the other cases have no data, as CI has none
		list = append(list, check.MissingFiles(p, func(pattern string) bool {
			found, err := fs.Glob(fsys, pattern)
			return err != nil || len(found) > 0
		})...)
		list = append(list, headers(t, fsys, p)...)
	}
	list.Sort()
	list, _ = check.Ignore(tree, list, Declared(), time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC))
	var out bytes.Buffer
	if err := report.Findings(&out, report.FormatTextAll, list, tree.Sources, len(tree.Sources), false); err != nil {
		t.Fatal(err)
	}
	return list, out.String()
}

// headers compares files of a case with its tables. Real ones are needed: packed and read ahead as in a run.
func headers(t *testing.T, fsys fs.FS, p *model.Project) diag.List {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, fsys); err != nil {
		t.Fatal(err)
	}
	return check.Headers(p, func(l *model.Load, path string) (out []check.Header) {
		for _, h := range run.Headers(t.Context(), root, p.Timezone, path, l) {
			out = append(out, check.Header{File: h.File, Missing: h.Missing, Unread: h.Unread, Faults: h.Faults})
		}
		return out
	})
}

// placesHold tests that every finding has a place in the text, and is one of the list.
func placesHold(t *testing.T, list diag.List, fsys fstest.MapFS) {
	t.Helper()
	for _, d := range list {
		if c, ok := Find(d.ID); !ok || c.Name != d.Name {
			t.Errorf("%s %s is not in the list: %s", d.ID, d.Name, d.Error())
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
		t.Fatalf("%v; write it with go test ./runner/explain -update", err)
	}
	if got != string(want) {
		t.Errorf("%s is not what lint prints now (compare, then -update). Got:\n%s", name, got)
	}
}

// pending are the checks that nothing shows yet. It must become empty.
var pending = []string{
	"Y111", // no key has been renamed yet
}

// TestEveryCheckIsExplained fails for a check that nothing shows, that says nothing of itself, or that could be taken for another.
func TestEveryCheckIsExplained(t *testing.T) {
	seen := map[string]bool{}
	shown := readCases(os.DirFS("."))
	for _, c := range All() {
		if seen[c.ID] || seen[c.Name] {
			t.Errorf("the id or the name of %s %s is used twice", c.ID, c.Name)
		}
		seen[c.ID], seen[c.Name] = true, true
		if c.Title == "" || c.Why == "" || c.Mend == "" {
			t.Errorf("%s %s has no title, no reason or no advice", c.ID, c.Name)
		}
		if has := len(casesOf(c.Check, shown)) > 0; has == slices.Contains(pending, c.ID) {
			t.Errorf("%s %s has no case runner/explain/cases/%s-%s.yaml or .txtar, or has one and is pending", c.ID, c.Name, c.ID, c.Name)
		}
	}
	advised := 0
	for _, g := range groups {
		advised += len(g.advice)
	}
	declared := len(spec.Checks) + len(check.Checks) + len(plan.Checks)
	if advised != len(All()) || declared != len(All()) {
		t.Errorf("%d checks are declared, %d are listed and %d are explained", declared, len(All()), advised)
	}
	for _, c := range shown {
		if !seen[c.id()] {
			t.Errorf("the case %s is about no check", c.Name)
		}
	}
}

// TestEveryIDIsListed reads the code for ids of findings: each of them is one of the list, and each of the list is used somewhere.
func TestEveryIDIsListed(t *testing.T) {
	id := regexp.MustCompile(`"([A-Z][1-9]\d\d)"(?:, "([a-z-]+)")?`)
	used := map[string]bool{}
	for _, name := range code(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllStringSubmatch(string(text), -1) {
			c, ok := Find(m[1])
			if !ok || m[2] != "" && m[2] != c.Name {
				t.Errorf("%s: %s is not a check of the list", name, m[0])
			}
			if path.Base(name) != "checks.go" {
				used[m[1]] = true
			}
		}
	}
	for _, c := range All() {
		if !used[c.ID] && !slices.Contains(pending, c.ID) {
			t.Errorf("%s %s is listed and never reported", c.ID, c.Name)
		}
	}
}

// code is every Go file of the program but tests and this package.
func code(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && d.Name() == "explain" {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			out = append(out, name)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("no code: %v", err)
	}
	return out
}

// TestDocs holds docs/checks.md against the list, or writes it with -update.
func TestDocs(t *testing.T) {
	golden(t, "../../docs/checks.md", documentation(groupsOf(os.DirFS("."))))
}
