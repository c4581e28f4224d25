package check

import (
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// TestNoFollowUps breaks sound specs so that a part of them is no YAML any more. Beside the break itself nothing may be found: what cannot be
// read is not called missing, unknown or unused.
func TestNoFollowUps(t *testing.T) {
	project := os.DirFS("../..")
	files := fstest.MapFS{}
	for _, pattern := range []string{"runner.yaml", "pipelines/*.yaml", "expectations/*.yaml"} {
		names, err := fs.Glob(project, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(project, name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	_, before := loadAll(files)
	known := map[string]bool{}
	for _, d := range before {
		known[d.Message] = true
	}
	tried := 0
	for name, file := range files {
		text := string(file.Data)
		for i := 0; i < len(text); i += 97 {
			for _, bad := range []string{`"`, "{", "@", ": [", "\n]"} {
				tried += follows(t, files, name, text[:i]+bad+text[i:], known)
			}
		}
		files[name] = file
	}
	if tried < 100 {
		t.Errorf("only %d breaks were tried", tried)
	}
}

func loadAll(files fstest.MapFS) (*spec.Tree, diag.List) {
	tree, list := spec.Load(files, nil)
	_, more := Check(tree)
	return tree, append(list, more...)
}

// follows returns 1 when the text of a file is no YAML, after it has reported what else is found far from where it is not.
func follows(t *testing.T, files fstest.MapFS, name, text string, known map[string]bool) int {
	whole := files[name]
	defer func() { files[name] = whole }()
	files[name] = &fstest.MapFile{Data: []byte(text)}
	_, list := loadAll(files)
	at := map[int]bool{}
	for _, d := range list {
		if d.ID == "Y101" {
			at[d.Line], at[d.Line+1], at[d.Line-1] = true, true, true
		}
	}
	if len(at) == 0 {
		return 0
	}
	for _, d := range list {
		if d.ID != "Y101" && !at[d.Line] && !known[d.Message] && d.Severity != diag.Info {
			t.Errorf("%s[%s]: %s follows from\n%s", d.ID, d.Severity, d.Error(), text)
			return 1
		}
	}
	return 1
}
