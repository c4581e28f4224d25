package cli

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"streamflow/runner/check"
	"streamflow/runner/explain"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/git"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// readProject reads and checks the specs of a project; named are paths beside the usual ones. Comments that ignore findings until some day
// are held against now. More are checks that only lint makes, of a project without errors.
func readProject(root string, named []string, now time.Time, more ...func(*model.Project) diag.List) *project {
	return readSpecs(root, os.DirFS(root), named, existing(root), now, more...)
}

// readSpecs is readProject with a file system that stands for that of root; exists tells whether a source has a file.
func readSpecs(root string, fsys fs.FS, named []string, exists func(pattern string) bool, now time.Time, more ...func(*model.Project) diag.List) *project {
	tree, findings := spec.Load(fsys, specPaths(fsys, named))
	checked, faults := check.Check(tree)
	findings = append(findings, faults...)
	if checked != nil && !findings.HasErrors() { // of a tree with errors no model may be used
		findings = append(findings, check.MissingFiles(checked, exists)...)
		for _, look := range more {
			findings = append(findings, look(checked)...)
		}
	}
	findings.Sort()
	kept, suppressed := check.Ignore(tree, findings, explain.Declared(), now)
	return &project{root: root, tree: tree, model: checked, findings: kept, suppressed: suppressed}
}

// existing tells whether a path of a source, or a pattern, has a file. A pattern that cannot be read is not judged here.
func existing(root string) func(pattern string) bool {
	return func(pattern string) bool {
		full := filepath.FromSlash(pattern)
		if !filepath.IsAbs(full) {
			full = filepath.Join(root, full)
		}
		if strings.ContainsAny(pattern, "*?[") {
			found, err := filepath.Glob(full)
			return err != nil || len(found) > 0
		}
		_, err := os.Stat(full)
		return !os.IsNotExist(err)
	}
}

// maxStdin is far more than a spec may have; that it is too large is found by reading it as one.
const maxStdin = 64 << 20

// readStdin reads the project with the text on stdin in place of a file, which need not be there yet.
func (a *app) readStdin(ctx context.Context, name string) (*linted, error) {
	root, err := a.findRoot(filepath.Dir(name))
	if err != nil && a.flags.project == "" {
		if root, err = filepath.Abs(filepath.Dir(name)); err != nil {
			return nil, surrounding("", err)
		}
	}
	if err != nil {
		return nil, err
	}
	file, err := inside(root, name)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(a.stdin, maxStdin))
	if err != nil {
		return nil, surrounding("", err)
	}
	a.root = root
	fsys := overlay{os.DirFS(root), map[string][]byte{file: text}}
	p := readSpecs(root, fsys, []string{file}, existing(root), a.now(), headerFindings(ctx, root))
	return choose(p, []string{file}), nil
}

// onlySince leaves what a change brings: findings in files that changed since the work left REF, findings that name a place in one, and
// those that the specs did not have there. The last are in files that nobody touched, such as a rule about a table that is gone.
func (l *linted) onlySince(ref string, now time.Time, more ...func(*model.Project) diag.List) error {
	base, err := git.Base(l.root, ref)
	if err != nil {
		return gitFault(err)
	}
	changed, err := git.Changed(l.root, ref)
	if err != nil {
		return gitFault(err)
	}
	fsys, err := git.At(l.root, base)
	if err != nil {
		return gitFault(err)
	}
	there := existing(l.root)
	before := readSpecs(l.root, fsys, l.named, func(pattern string) bool { return there(pattern) || matches(changed, pattern) }, now, more...)
	old := map[identity]bool{}
	for _, d := range before.findings {
		old[identityOf(d)] = true
	}
	touched := func(file string) bool { return slices.Contains(changed, file) }
	news := map[string]bool{}
	l.keep(func(d diag.Diagnostic) bool {
		keep := touched(d.File) || slices.ContainsFunc(d.Related, func(r diag.Related) bool { return touched(r.File) }) ||
			!old[identityOf(d)] && (before.judged() || d.ID != "R204" && d.ID != "T304")
		news[d.File] = news[d.File] || keep
		return keep
	}, func(file string) bool { return touched(file) || news[file] })
	return nil
}

// judged tells whether the files of sources were looked at.
func (p *project) judged() bool { return p.model != nil && !p.findings.HasErrors() }

// identity is what tells a finding from the others of its project, whatever else is said of it. In a file that did not change it stays
// where it was.
type identity struct {
	file      string
	line, col int
	id        string
	message   string
}

func identityOf(d diag.Diagnostic) identity { return identity{d.File, d.Line, d.Col, d.ID, d.Message} }

// matches tells whether a path or a pattern stands for one of the files.
func matches(files []string, pattern string) bool {
	return slices.ContainsFunc(files, func(f string) bool {
		ok, err := path.Match(pattern, f)
		return f == pattern || ok && err == nil
	})
}

func gitFault(err error) error {
	fault, ok := err.(*git.Error)
	if ok && fault.Usage {
		return usage(fault.Hint, "%s", fault.Message)
	}
	if ok {
		return surrounding(fault.Hint, &git.Error{Message: fault.Message})
	}
	return surrounding("", err)
}
