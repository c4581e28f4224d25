package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

// project is what was read of a project's folder. The model is nil when a spec is faulty.
type project struct {
	root     string // absolute
	tree     *spec.Tree
	model    *model.Project
	findings diag.List

	suppressed []diag.Suppressed // findings that comments in the specs ask not to show
}

// standard are the places of a project that hold specs.
var standard = [...]string{"runner.yaml", "runner.yml", "pipelines", "expectations", "featureviews"}

// findRoot returns the folder of the project: --project, or the nearest folder from start upwards that holds runner.yaml or pipelines/.
func (a *app) findRoot(start string) (string, error) {
	if dir := a.flags.project; dir != "" {
		root, err := filepath.Abs(dir)
		if err != nil {
			return "", surrounding("", err)
		}
		if !isProject(root) {
			return "", usage("name the folder that holds runner.yaml or pipelines/", "--project %s is no project", dir)
		}
		return root, nil
	}
	start, err := filepath.Abs(start)
	if err != nil {
		return "", surrounding("", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if isProject(dir) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", usage("go to the project's folder, or name it with --project DIR",
				"no project here: neither runner.yaml nor pipelines/ in %s or above it", start)
		}
	}
}

func isProject(dir string) bool {
	for _, name := range []string{"runner.yaml", "runner.yml"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	info, err := os.Stat(filepath.Join(dir, "pipelines"))
	return err == nil && info.IsDir()
}

// load finds the project, reads all of its specs and refuses faulty ones: findings are printed as lint prints them, exit 2. Formats are
// those that the command has beside text and json.
func (a *app) load(formats ...string) (*project, error) {
	if err := a.flags.check(formats...); err != nil {
		return nil, err
	}
	root, err := a.findRoot(".")
	if err != nil {
		return nil, err
	}
	a.root = root
	p := readProject(root, nil, a.now())
	if !p.findings.HasErrors() {
		return p, nil
	}
	return nil, a.refuse(p)
}

// refuse prints the findings of a faulty project.
func (a *app) refuse(p *project) error {
	a.faults = p.findings
	if a.flags.format == formatJUnit || a.flags.format == formatGitHub {
		if err := a.showFindings(p.findings, p.tree.Sources); err != nil {
			return err
		}
		return exitCode(report.ExitSpec)
	}
	if a.flags.format == formatJSON {
		return a.finish(report.Of("", report.ExitSpec, p.findings...), report.ApplyKind)
	}
	err := report.Findings(a.stderr, formatText, p.findings, p.tree.Sources, len(p.tree.Sources), a.colour(a.stderr))
	if err != nil {
		return a.writeFault(err)
	}
	return exitCode(report.ExitSpec)
}

// inside turns a path that was typed into one relative to the project, with slashes.
func inside(root, path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", surrounding("", err)
	}
	rel, err := filepath.Rel(root, abs)
	if real, e := filepath.EvalSymlinks(abs); (err != nil || outside(rel)) && e == nil {
		if base, e := filepath.EvalSymlinks(root); e == nil {
			rel, err = filepath.Rel(base, real)
		}
	}
	if err != nil || outside(rel) {
		return "", usage("specs lie inside their project", "%s is outside of the project %s", path, root)
	}
	return filepath.ToSlash(rel), nil
}

func outside(rel string) bool {
	return rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// below tells whether a file is one of the paths or lies in one of them.
func below(file string, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return p == "." || file == p || strings.HasPrefix(file, p+"/") })
}

// specPaths are a project's usual places that exist, and what was named beside them. A named file that is there only in memory is found by
// its name alone.
func specPaths(fsys fs.FS, named []string) []string {
	var out []string
	for _, name := range standard {
		if _, err := fs.Stat(fsys, name); !errors.Is(err, fs.ErrNotExist) {
			out = append(out, name)
		}
	}
	usual := slices.Clone(out)
	for _, n := range named {
		_, err := fs.Stat(fsys, n)
		if n != "." && !errors.Is(err, fs.ErrNotExist) && (spec.IsFile(n) || !below(n, usual)) {
			out = append(out, n)
		}
	}
	return out
}

// projectName is the name in runner.yaml, or that of the folder. Faults of the specs do not matter here.
func projectName(root string) string {
	tree, _ := spec.Load(os.DirFS(root), specPaths(os.DirFS(root), nil))
	if tree.Project != nil && tree.Project.Name.Value != "" {
		return tree.Project.Name.Value
	}
	return filepath.Base(root)
}
