package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestCases types the sessions of the checks that need a database: explain/cases/*.txtar that begin with commands. Each has a folder with
// the files of its archive and an empty database, as a page of the documentation has. A line "$ COMMAND" is followed by what it prints,
// a line "# $ COMMAND" is typed unseen and must succeed. The id of the check must be printed. One case: go test ./runner -run Cases/D803;
// with -update its output is written.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("explain/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		session := strings.TrimSpace(string(archive.Comment))
		if !strings.HasPrefix(session, "$ ") && !strings.Contains(session, "\n$ ") {
			continue // lint needs no database for it: the package explain tests it
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			p := &page{T: t, path: file}
			for _, f := range archive.Files {
				p.start()
				p.write(f.Name, string(f.Data))
			}
			typed := p.session(strings.Split(session, "\n"))
			if id, _, _ := strings.Cut(filepath.Base(file), "-"); !strings.Contains(typed, id) {
				t.Errorf("%s is not printed:\n%s", id, typed)
			}
			if *update && typed != session {
				archive.Comment = []byte(typed + "\n")
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// session types the lines of a case and returns them as they should be.
func (p *page) session(lines []string) string {
	for i := 0; i < len(lines); {
		line := lines[i]
		if command, ok := strings.CutPrefix(line, "# $ "); ok {
			if out := p.run(command); p.exit != 0 {
				p.Fatalf("%s:%d: exit code %d\n%s", p.path, i+1, p.exit, out)
			}
		}
		if strings.HasPrefix(line, "# ") || line == "" {
			p.out = append(p.out, line)
			i++
			continue
		}
		end := i + 1
		if next := slices.IndexFunc(lines[end:], func(l string) bool { return strings.HasPrefix(l, "# ") }); next >= 0 {
			end += next
		} else {
			end = len(lines)
		}
		p.console(lines[i:end], i+1)
		i = end
	}
	return strings.Join(p.out, "\n")
}
