package cli

import (
	"context"
	"io"
	"io/fs"
	"maps"
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
	return &project{root: root, tree: tree, model: checked, findings: check.Limit(kept), suppressed: suppressed}
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

// lintReader finds the project and returns what reads it and chooses the findings; texts stand for files that were changed in memory.
func (a *app) lintReader(ctx context.Context, args []string, l lintFlags) (func(texts map[string][]byte) (*linted, error), error) {
	root, named, given, err := a.lintInput(args, l)
	if err != nil {
		return nil, err
	}
	a.root = root
	now, headers := a.now(), headerFindings(ctx, root)
	onlySince := func(*linted) {}
	if l.changedSince != "" {
		if onlySince, err = changesSince(root, named, l.changedSince, now, headers); err != nil {
			return nil, err
		}
	}
	return func(texts map[string][]byte) (*linted, error) {
		fsys := os.DirFS(root)
		if len(given)+len(texts) > 0 {
			all := maps.Clone(given)
			maps.Copy(all, texts)
			fsys = overlay{fsys, all}
		}
		more := []func(*model.Project) diag.List{headers}
		var live *liveLint
		if l.db {
			live = &liveLint{app: a, root: root}
			more = append(more, live.findings(ctx))
		}
		out := choose(readSpecs(root, fsys, named, existing(root), now, more...), named)
		out.live = live
		onlySince(out)
		return out, nil
	}, nil
}

// lintInput is the project, the paths that are meant (none are all), and the text on stdin by the file that it stands for, which need not be
// there yet.
func (a *app) lintInput(args []string, l lintFlags) (root string, named []string, given map[string][]byte, err error) {
	given = map[string][]byte{}
	if !l.stdin {
		if root, err = a.lintRoot(args); err == nil {
			named, err = namedPaths(root, args)
		}
		return root, named, given, err
	}
	folder := filepath.Dir(l.stdinName)
	if root, err = a.findRoot(folder); err != nil && a.flags.project == "" {
		root, err = filepath.Abs(folder)
	}
	if err != nil {
		return "", nil, nil, err
	}
	file, err := inside(root, l.stdinName)
	if err != nil {
		return "", nil, nil, err
	}
	text, err := io.ReadAll(io.LimitReader(a.stdin, maxStdin))
	if err != nil {
		return "", nil, nil, surrounding("", err)
	}
	given[file] = text
	return root, []string{file}, given, nil
}

// changesSince returns what leaves of a project the findings that a change brings: in files that changed since the work left REF, that name a
// place in one, or that the specs did not have there. The last are in files that nobody touched, such as a rule about a table that is gone.
func changesSince(root string, named []string, ref string, now time.Time, more ...func(*model.Project) diag.List) (func(*linted), error) {
	base, err := git.Base(root, ref)
	if err != nil {
		return nil, gitFault(err)
	}
	changed, err := git.Changed(root, ref)
	if err != nil {
		return nil, gitFault(err)
	}
	fsys, err := git.At(root, base)
	if err != nil {
		return nil, gitFault(err)
	}
	there := existing(root)
	before := readSpecs(root, fsys, named, func(pattern string) bool { return there(pattern) || matches(changed, pattern) }, now, more...)
	old := map[diag.Identity]bool{}
	for _, d := range before.findings {
		old[d.Identity()] = true
	}
	touched := func(file string) bool { return slices.Contains(changed, file) }
	return func(l *linted) {
		news := map[string]bool{}
		l.keep(func(d diag.Diagnostic) bool {
			keep := touched(d.File) || slices.ContainsFunc(d.Related, func(r diag.Related) bool { return touched(r.File) }) ||
				!old[d.Identity()] && (before.judged() || d.ID != "R204" && d.ID != "T304")
			news[d.File] = news[d.File] || keep
			return keep
		}, func(file string) bool { return touched(file) || news[file] })
	}, nil
}

// judged tells whether the files of sources were looked at.
func (p *project) judged() bool { return p.model != nil && !p.findings.HasErrors() }

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
