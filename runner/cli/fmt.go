package cli

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"streamflow/runner/fix"
	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

// fmtFlags are those of fmt.
type fmtFlags struct {
	check     bool
	diff      bool
	stdin     bool
	stdinName string
}

func fmtCommand(a *app) *cobra.Command {
	var f fmtFlags
	c := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Specs in one layout: keys in order, comments kept",
		Long: `Fmt lays out specs, or those in the files and folders that are named: keys in the order of the reference, names that you chose in
yours, two blanks of indentation, quotes where YAML would misread a text, one newline at the end. Comments, blank lines between groups,
anchors, block texts and short forms stay as they are, and what a spec says never changes. A spec with faults is left alone, with the
reason. Files that are laid out already are not written.

Exit code 2 means that a spec has faults, or with --check that a file would change.`,
		Example: "runner fmt\nrunner fmt --check\nrunner fmt --diff pipelines/monthly.yaml",
		RunE:    func(_ *cobra.Command, args []string) error { return a.fmt(args, f) },
	}
	c.Flags().BoolVar(&f.check, "check", false, "write nothing; end with exit code 2 when a file would change")
	c.Flags().BoolVar(&f.diff, "diff", false, "write nothing; show what would change")
	c.Flags().BoolVar(&f.stdin, "stdin", false, "read one spec from stdin and write it to stdout, for editors")
	c.Flags().StringVar(&f.stdinName, "stdin-filename", "", "the file that the text on stdin stands for")
	return describe(c, needs{"no", "no", "the specs, but with --check, --diff or --stdin"})
}

func (a *app) fmt(args []string, f fmtFlags) error {
	if err := a.flags.check(); err != nil {
		return err
	}
	switch {
	case f.stdin && (len(args) > 0 || a.flags.format == formatJSON):
		return usage("the text comes from stdin and goes to stdout", "--stdin takes no paths and no --format json")
	case !f.stdin && f.stdinName != "":
		return usage("give both, or only --stdin", "--stdin-filename goes with --stdin")
	case f.stdin:
		return a.fmtStdin(f)
	}
	root, err := a.lintRoot(args)
	if err != nil {
		return err
	}
	named, err := namedPaths(root, args)
	if err != nil {
		return err
	}
	if len(named) == 0 {
		named = specPaths(os.DirFS(root), nil)
	}
	a.root = root
	done, err := a.fmtFiles(root, named, f)
	if err != nil {
		return err
	}
	return a.fmtReport(done, f)
}

// fmtFiles lays out the specs below some paths.
func (a *app) fmtFiles(root string, paths []string, f fmtFlags) (report.Layout, error) {
	done := report.Layout{Written: !f.check && !f.diff}
	tree, unread := spec.Load(os.DirFS(root), paths)
	done.Files, done.Sources = len(tree.Sources), tree.Sources
	for _, d := range unread {
		if _, read := tree.Sources[d.File]; !read && d.Severity == diag.Error {
			done.Faults = append(done.Faults, d)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tree.Sources)) {
		text := tree.Sources[name]
		out, faults := spec.Format(name, text)
		done.Faults = append(done.Faults, faults...)
		if string(out) == string(text) {
			continue
		}
		done.Changed = append(done.Changed, name)
		if f.diff {
			done.Diffs = append(done.Diffs, fix.Diff(name, text, out))
		}
		if done.Written {
			if err := writeFile(filepath.Join(root, filepath.FromSlash(name)), func(w io.Writer) error {
				_, err := w.Write(out)
				return err
			}); err != nil {
				return done, surrounding("", err)
			}
		}
	}
	return done, nil
}

// fmtReport shows what was done, faults apart from it, and turns it into an exit code.
func (a *app) fmtReport(done report.Layout, f fmtFlags) error {
	err := a.result(func(w io.Writer, opts report.TextOptions) error {
		return report.LaidOut(w, a.flags.format == formatJSON, done, opts)
	})
	if len(done.Faults) > 0 && a.flags.format != formatJSON {
		err = errors.Join(err, report.Findings(a.stderr, formatText, done.Faults, done.Sources, done.Files, a.colour(a.stderr)))
	}
	if err == nil && (len(done.Faults) > 0 || f.check && len(done.Changed) > 0) {
		err = exitCode(report.ExitSpec)
	}
	return err
}

// fmtStdin lays out the text on stdin. A faulty one is not written at all, so that an editor keeps what it has.
func (a *app) fmtStdin(f fmtFlags) error {
	text, err := io.ReadAll(io.LimitReader(a.stdin, maxStdin))
	if err != nil {
		return surrounding("", err)
	}
	name := "stdin.yaml"
	if f.stdinName != "" {
		name = filepath.ToSlash(f.stdinName)
		if root, err := a.findRoot(filepath.Dir(f.stdinName)); err == nil {
			if below, err := inside(root, f.stdinName); err == nil {
				name = below
			}
		}
	}
	out, faults := spec.Format(name, text)
	if len(faults) > 0 {
		if err := report.Findings(a.stderr, formatText, faults, map[string][]byte{name: text}, 1, a.colour(a.stderr)); err != nil {
			return err
		}
		return exitCode(report.ExitSpec)
	}
	changed := string(out) != string(text)
	if f.diff {
		out = []byte(fix.Diff(name, text, out))
	}
	if !f.check || f.diff {
		if err := a.result(func(w io.Writer, _ report.TextOptions) error {
			_, err := w.Write(out)
			return err
		}); err != nil {
			return err
		}
	}
	if f.check && changed {
		return exitCode(report.ExitSpec)
	}
	return nil
}
