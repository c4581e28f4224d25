package cli

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamflow/runner/check"
	"streamflow/runner/explain"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

func lintCommand(a *app) *cobra.Command {
	var list bool
	c := describe(&cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Every fault of every spec, without a database",
		Long: `Lint reads all specs of the project and shows every fault at once, each with its line and what to do. With paths (files or
folders) it shows the faults of those only; names are still looked up in the whole project.`,
		Example: "runner lint\nrunner lint pipelines/monthly.yaml --format json",
		RunE: func(c *cobra.Command, args []string) error {
			if list {
				return a.listChecks()
			}
			return a.lint(c.Context(), args)
		},
	}, needs{"no", "no (a missing file is a warning)", "nothing"})
	c.Flags().BoolVar(&list, "list", false, "list every check instead: id, name, severity and what it is about")
	return c
}

func (a *app) lint(ctx context.Context, args []string) error {
	if err := a.flags.check(ciFormats...); err != nil {
		return err
	}
	root, err := a.lintRoot(args)
	if err != nil {
		return err
	}
	named, err := namedPaths(root, args)
	if err != nil {
		return err
	}
	a.root = root
	p := readProject(root, named, a.now(), headerFindings(ctx, root))
	list, sources := p.findings, p.tree.Sources
	if len(named) > 0 {
		list = slices.DeleteFunc(slices.Clone(list), func(d diag.Diagnostic) bool { return d.File != "" && !below(d.File, named) })
		sources = maps.Clone(sources)
		maps.DeleteFunc(sources, func(f string, _ []byte) bool { return !below(f, named) })
	}
	if err = a.showFindings(list, sources); err == nil && list.HasErrors() {
		err = exitCode(report.ExitSpec)
	}
	return err
}

// showFindings writes findings as the result of a command; sources are the files that were read.
func (a *app) showFindings(list diag.List, sources map[string][]byte) error {
	return a.result(func(w io.Writer, opts report.TextOptions) error {
		if a.flags.format == formatGitHub {
			return report.GitHubFindings(w, list, len(sources), a.gitHubPrefix())
		}
		return report.Findings(w, a.flags.format, list, sources, len(sources), opts.Colour)
	})
}

// lintRoot also takes a file that lies in no project, for an editor that shows a single one.
func (a *app) lintRoot(args []string) (string, error) {
	root, err := a.findRoot(".")
	if err == nil || len(args) == 0 || a.flags.project != "" {
		return root, err
	}
	info, statErr := os.Stat(args[0])
	if statErr != nil {
		return "", usage("give a file or folder that exists", "there is no %s", args[0])
	}
	dir := args[0]
	if !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	if root, err := a.findRoot(dir); err == nil {
		return root, nil
	}
	return filepath.Abs(dir)
}

// readProject reads and checks the specs of a project; named are paths beside the usual ones. Comments that ignore findings until some day
// are held against now. More are checks that only lint makes, of a project without errors.
func readProject(root string, named []string, now time.Time, more ...func(*model.Project) diag.List) *project {
	tree, findings := spec.Load(os.DirFS(root), specPaths(root, named))
	checked, faults := check.Check(tree)
	findings = append(findings, faults...)
	if checked != nil && !findings.HasErrors() { // of a tree with errors no model may be used
		findings = append(findings, check.MissingFiles(checked, existing(root))...)
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
