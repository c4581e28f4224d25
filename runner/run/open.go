package run

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/plan"
	"streamflow/runner/source"
)

// open finds the files of a table's source, in name order. A path of a spec is relative to the project; one that a parameter
// brings may be absolute.
func (r *runner) open(t *plan.Table) ([]source.File, *diag.Diagnostic) {
	at := t.Load.Source.Origin
	path, err := t.Load.Source.Path.Fill(r.sel.Values, r.Getenv)
	if err != nil {
		return nil, &diag.Diagnostic{Place: at, Message: err.Error()}
	}
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(r.Root, filepath.FromSlash(path))
	}
	names := []string{full}
	if strings.ContainsAny(path, "*?[") {
		if names, err = filepath.Glob(full); err != nil {
			return nil, &diag.Diagnostic{Place: at, Message: fmt.Sprintf("%q is not a pattern of file names: %v", path, err)}
		}
		if len(names) == 0 {
			return nil, &diag.Diagnostic{Place: at, Message: fmt.Sprintf("no file matches %s", path), Hint: "check the parameters and the folder"}
		}
		slices.Sort(names)
	}
	out := make([]source.File, len(names))
	for i, name := range names {
		info, err := os.Stat(name)
		if err != nil || info.IsDir() {
			return nil, &diag.Diagnostic{Place: at, Message: fmt.Sprintf("the source of %s is not there: %s", t.Load.Table.Name, r.shown(name)),
				Hint: "check the parameters and the folder"}
		}
		out[i] = source.File{Name: r.shown(name), Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(name) }}
	}
	return out, nil
}

// shown is a path as a reader wants to see it: inside the project without the project's own path.
func (r *runner) shown(name string) string {
	if rel, err := filepath.Rel(r.Root, name); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return name
}
