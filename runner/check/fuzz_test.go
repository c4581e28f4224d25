package check

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

// FuzzLint feeds any bytes to all that lint does: it must return, twice the same, and every place must lie inside the file. Its seeds are
// the cases of all checks. (The corpus of Go holds what was once found.)
func FuzzLint(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.yaml", "../explain/testdata/*.txtar", "../spec/testdata/*/*.yaml", "../explain/cases/*.yaml", "../explain/cases/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			if filepath.Ext(name) == ".yaml" {
				f.Add(text)
				continue
			}
			var all [][]byte
			for _, file := range txtar.Parse(text).Files {
				all = append(all, file.Data)
			}
			f.Add(bytes.Join(all, []byte("---\n")))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		first, list := rendered(t, text)
		if second, _ := rendered(t, text); !bytes.Equal(first, second) {
			t.Errorf("twice the same file gives\n%s\nand\n%s", first, second)
		}
		lines := bytes.Split(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\n"))
		for _, d := range list {
			if d.Line == 0 {
				continue
			}
			if d.Line < 0 || d.Line > len(lines) || d.Col < 1 || d.Col > len([]rune(string(lines[d.Line-1])))+1 || d.EndLine < d.Line || d.EndLine > len(lines) {
				t.Errorf("%s %s is outside of the file: %+v", d.ID, d.Error(), d.Place)
			}
		}
	})
}

// rendered is what lint prints of a file, in all forms.
func rendered(t *testing.T, text []byte) ([]byte, diag.List) {
	tree, list := spec.Load(fstest.MapFS{"x.yaml": {Data: text}}, []string{"x.yaml"})
	_, more := Check(tree)
	list, suppressed := Ignore(tree, append(list, more...), append(spec.Checks, Checks...), time.Time{})
	var out bytes.Buffer
	for _, format := range []string{report.FormatTextAll, report.FormatOneline, report.FormatJSON, report.FormatJUnit} {
		if err := report.Findings(&out, format, list, tree.Sources, 1, format == report.FormatTextAll); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range suppressed {
		out.WriteString(s.Error())
	}
	return out.Bytes(), list
}
