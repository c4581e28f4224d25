package scaffold

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestFiles holds what every example promises: paths inside of the folder, no name twice, a schema for each spec, and the given name.
func TestFiles(t *testing.T) {
	for _, e := range Examples() {
		for folder, name := range map[string]string{"shop": "shop", "007": "007", "no": "no", "a: b": "a--b", `quo"te`: "quo-te", "日本": "project", "": "project", "#x.y": "x.y"} {
			seen := map[string]bool{}
			for _, f := range e.Files(folder) {
				if seen[f.Path] || strings.HasPrefix(f.Path, "/") || strings.Contains(f.Path, "..") {
					t.Errorf("%s: a bad path, or one that is there twice: %q", e.Name, f.Path)
				}
				seen[f.Path] = true
				spec := strings.HasSuffix(f.Path, ".yaml") && !strings.HasPrefix(f.Path, ".")
				if spec && !strings.HasPrefix(string(f.Content), "# yaml-language-server: $schema="+strings.Repeat("../", strings.Count(f.Path, "/"))+Schema+"\n") {
					t.Errorf("%s: %s does not begin with the modeline", e.Name, f.Path)
				}
				if f.Path != "runner.yaml" {
					continue
				}
				var project struct{ Name any }
				if err := yaml.Unmarshal(f.Content, &project); err != nil || project.Name != name {
					t.Errorf("%s: the name %q is %v in runner.yaml (%v)", e.Name, name, project.Name, err)
				}
			}
			if !seen["runner.yaml"] || !seen["pipelines/monthly.yaml"] || !seen[".vscode/settings.json"] {
				t.Errorf("%s: files are missing: %v", e.Name, seen)
			}
		}
	}
}

// TestNobodysData holds the data of the examples against the real export, where that is at hand: it has no licence, so beside the header and
// the one customer whose facts are public no line of it may be given away.
func TestNobodysData(t *testing.T) {
	const real = "../../../shared/data/streamflow"
	if _, err := os.Stat(real); err != nil {
		t.Skip("the real export is not here")
	}
	for _, e := range Examples() {
		for _, f := range e.Files("x") {
			at, ok := strings.CutPrefix(f.Path, "data/seeds/")
			if !ok {
				continue
			}
			text, err := os.ReadFile(filepath.Join(real, at))
			if err != nil {
				t.Fatal(err)
			}
			lines := map[string]bool{}
			for line := range strings.Lines(string(text)) {
				lines[strings.TrimSpace(line)] = true
			}
			same := 0
			for line := range strings.Lines(string(f.Content)) {
				if lines[strings.TrimSpace(line)] {
					same++
				}
			}
			if same > 2 {
				t.Errorf("%s of %s shares %d lines with the real export", f.Path, e.Name, same)
			}
		}
	}
}
