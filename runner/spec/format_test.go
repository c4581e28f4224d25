package spec

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// formatted is what Format makes of a text that has no errors.
func formatted(t *testing.T, name, text string) string {
	t.Helper()
	out, faults := Format(name, []byte(text))
	if len(faults) > 0 {
		t.Fatalf("%v\n%s", faults, text)
	}
	return string(out)
}

// TestFormat holds testdata/format/NAME.txtar: a spec and the same one as it should be.
func TestFormat(t *testing.T) {
	for _, name := range glob(t, "testdata/format/*.txtar") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(text)
			got := formatted(t, archive.Files[0].Name, string(archive.Files[0].Data))
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(archive.Files[1].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			if again := formatted(t, archive.Files[0].Name, got); again != got {
				t.Errorf("formatted twice it is\n%s\nafter\n%s", again, got)
			}
		})
	}
}

// TestFormatKeeps lays out every spec that the tests of this project hold: what it says stays, twice is the same as once, and what has
// errors is left alone.
func TestFormatKeeps(t *testing.T) {
	tried, changed := 0, 0
	try := func(name, path, text string) {
		out, faults := Format(path, []byte(text))
		was := loadText(path, []byte(text))
		if was.list.HasErrors() {
			if string(out) != text || len(faults) == 0 {
				t.Errorf("%s %s has errors and was touched", name, path)
			}
			return
		}
		tried++
		is := loadText(path, out)
		if string(out) != text {
			changed++
		}
		if !was.saysTheSame(is) {
			t.Errorf("%s %s says something else:\n%s", name, path, out)
		}
		if again, _ := Format(path, out); string(again) != string(out) {
			t.Errorf("%s %s: formatted twice it is\n%s\nafter\n%s", name, path, again, out)
		}
		if is.file.text() != "" && !strings.HasSuffix(string(out), "\n") && strings.HasSuffix(text, "\n") {
			t.Errorf("%s %s does not end with a newline", name, path)
		}
	}
	for _, pattern := range []string{"testdata/*/*.yaml", "../explain/cases/*", "../check/testdata/*/*", "../explain/testdata/*.txtar", "../testdata/script/*.txtar"} {
		for _, name := range glob(t, pattern) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			switch filepath.Ext(name) {
			case ".yaml":
				try(name, "pipelines/x.yaml", string(text))
			case ".txtar":
				for _, f := range txtar.Parse(text).Files {
					if filepath.Ext(f.Name) == ".yaml" {
						try(name, f.Name, string(f.Data))
					}
				}
			}
		}
	}
	for _, dir := range []string{"pipelines", "expectations", "featureviews", "runner/scaffold/files/minimal"} {
		_ = fs.WalkDir(os.DirFS("../.."), dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) == ".yaml" {
				text, err := os.ReadFile(filepath.Join("../..", path))
				if err != nil {
					t.Fatal(err)
				}
				try("example", path, string(text))
				if out, _ := Format(path, text); string(out) != string(text) {
					t.Errorf("%s is shipped, and runner fmt would change it", path)
				}
			}
			return nil
		})
	}
	t.Logf("%d files, of which %d were changed", tried, changed)
	if tried < 100 {
		t.Errorf("only %d files were tried", tried)
	}
}
