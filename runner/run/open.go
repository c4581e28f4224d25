package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/plan"
	"streamflow/runner/source"
)

// open finds the files of a table's source.
func (r *runner) open(t *plan.Table) ([]source.File, *diag.Diagnostic) {
	path, err := t.Load.Source.Path.Fill(r.sel.Values, r.Getenv)
	if err != nil {
		return nil, &diag.Diagnostic{Place: t.Load.Source.Origin, Message: err.Error()}
	}
	files, fault := SourceFiles(r.Root, path, t.Load.Table.Name)
	if fault != nil {
		fault.Place = t.Load.Source.Origin
	}
	return files, fault
}

// SourceFiles finds the files that a path stands for, in name order. A path of a spec is relative to the project; one that a parameter
// brings may be absolute. The fault, which has no place, says why there are none for the table.
func SourceFiles(root, path, table string) ([]source.File, *diag.Diagnostic) {
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(root, filepath.FromSlash(path))
	}
	names := []string{full}
	if _, err := os.Stat(full); err != nil && strings.ContainsAny(path, "*?[") { // a file of just this name is no pattern
		if names, err = matching(full); err != nil {
			return nil, &diag.Diagnostic{Message: fmt.Sprintf("%q is not a pattern of file names: %v", path, err)}
		}
		if len(names) == 0 {
			return nil, &diag.Diagnostic{Message: fmt.Sprintf("no file matches %s", path), Hint: "check the parameters and the folder"}
		}
	}
	out := make([]source.File, len(names))
	for i, name := range names {
		info, err := os.Stat(name)
		if why, hint := unreadable(info, err); why != "" {
			return nil, &diag.Diagnostic{Message: fmt.Sprintf("the source of %s %s: %s", table, why, shown(root, name)), Hint: hint}
		}
		out[i] = source.File{Name: shown(root, name), Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(name) }}
	}
	return out, nil
}

// matching returns the files that match a pattern, in name order. Folders between them are passed over. A folder that is there is
// taken by its name, so that a project may stand in one with brackets in its name.
func matching(pattern string) ([]string, error) {
	base, parts := "", strings.Split(filepath.ToSlash(pattern), "/")
	for len(parts) > 1 {
		next := base + parts[0] + "/"
		if info, err := os.Stat(filepath.FromSlash(next)); err != nil || !info.IsDir() {
			break
		}
		base, parts = next, parts[1:]
	}
	found, err := fs.Glob(os.DirFS(filepath.FromSlash(base)), strings.Join(parts, "/"))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range found {
		full := filepath.Join(filepath.FromSlash(base), filepath.FromSlash(name))
		if info, err := os.Stat(full); err == nil && info.IsDir() {
			continue
		}
		out = append(out, full)
	}
	slices.Sort(out)
	return out, nil
}

// unreadable says why a file cannot be read, and what to do; "" when it can.
func unreadable(info os.FileInfo, err error) (why, hint string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is not there", "check the parameters and the folder"
	case err != nil:
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return "cannot be read (" + err.Error() + ")", "check the file, and the rights of its folders"
	case info.IsDir():
		return "is a folder, not a file", "name the file, or all of them with a pattern such as folder/*.csv"
	}
	return "", ""
}

// shown is a path as a reader wants to see it: inside the project without the project's own path.
func shown(root, name string) string {
	if rel, err := filepath.Rel(root, name); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return name
}
