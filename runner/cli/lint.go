package cli

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"streamflow/runner/explain"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/git"
	"streamflow/runner/report"
)

// lintFlags are the flags of lint.
type lintFlags struct {
	failLevel    string
	changedSince string
	stdin        bool
	stdinName    string
	list         bool
	db           bool
	fix          bool
	diff         bool
}

func lintCommand(a *app) *cobra.Command {
	var l lintFlags
	c := describe(&cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Every fault of every spec, without a database",
		Long: `Lint reads all specs of the project and shows every fault at once, each with its line and what to do. With paths (files or
folders) it shows the faults of those only; names are still looked up in the whole project.

With --changed-since it shows what a change brings, as of a pull request: the findings in files that differ from where the work left
REF, and those elsewhere that were not there before.

With --db it asks the database too, read-only: tables that differ from their specs, and every statement that a run would send, prepared
by the server and not run. A role that may SELECT is enough. What could not be prepared yet is said on stderr.

With --fix it mends what can be mended for certain: a name that is near a single one that exists, a key that has a new name, a value
that needs quotes. Each change is held against lint before it is written; one that would not make the project better is left out.`,
		Example: "runner lint\nrunner lint pipelines/monthly.yaml --format json\nrunner lint --format text --format sarif=lint.sarif\n" +
			"runner lint --changed-since origin/main --fail-level warning\nrunner lint --fix --diff",
		RunE: func(c *cobra.Command, args []string) error {
			if l.list {
				return a.listOnly(c, args)
			}
			if c.Flags().Changed("changed-since") && l.changedSince == "" {
				return usage("name a branch, tag or commit", "--changed-since is empty")
			}
			return a.lint(c.Context(), args, l)
		},
	}, needs{"no; with --db yes", "no (a missing file is a warning)", "nothing; with --fix the specs"})
	f := c.Flags()
	f.StringVar(&l.failLevel, "fail-level", "error", "the least `LEVEL` of a finding that makes the exit code 2: error, warning or info")
	f.StringVar(&l.changedSince, "changed-since", "", "only what changed since the work left this branch, tag or commit (`REF`) of git")
	f.BoolVar(&l.stdin, "stdin", false, "read the text of one spec from stdin, for editors; needs --stdin-filename")
	f.StringVar(&l.stdinName, "stdin-filename", "", "the file of the project that the text on stdin stands for; only its findings are shown")
	f.BoolVar(&l.fix, "fix", false, "write the fixes of the findings into the files, and show what is left")
	f.BoolVar(&l.diff, "diff", false, "with --fix: print what it would change as a patch, and change nothing")
	f.BoolVar(&l.db, "db", false, "also hold the specs against the database: tables that differ, and statements that it does not take")
	f.BoolVar(&l.list, "list", false, "list every check instead: id, name, severity and what it is about")
	return c
}

// listOnly is lint --list, which stands alone: what is about a project would be passed over.
func (a *app) listOnly(c *cobra.Command, args []string) error {
	beside := args
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && f.Name != "list" {
			beside = append(beside, "--"+f.Name)
		}
	})
	if len(beside) > 0 {
		return usage("leave the rest out", "--list lists every check, and does not go together with %s", strings.Join(beside, ", "))
	}
	if a.flags.format != formatText && a.flags.format != formatJSON {
		return usage("choose text or json", "--list has no --format %s", a.flags.format)
	}
	return a.listChecks()
}

// linted is a project with the findings that are to be shown, and the files that those are about.
type linted struct {
	*project
	named   []string // the paths that are meant; none are all
	shown   diag.List
	sources map[string][]byte
	live    *liveLint // nil without --db
}

// Texts are the files that were read, for fixes.
func (l *linted) Texts() map[string][]byte { return l.tree.Sources }

// Findings are all that were found.
func (l *linted) Findings() diag.List { return l.findings }

// Wanted are the findings whose fixes are asked for: those that are shown.
func (l *linted) Wanted() diag.List { return l.shown }

func (a *app) lint(ctx context.Context, args []string, l lintFlags) error {
	if !l.diff { // a patch has one form
		a.chooseFormat()
	}
	wishes, err := a.flags.checkSeveral(lintFormats...)
	if err != nil {
		return err
	}
	if err := l.check(args); err != nil {
		return err
	}
	if l.diff && (len(wishes) > 1 || wishes[0].format != formatText) {
		return usage("leave out --format", "--diff prints a patch, not --format %s", a.flags.wished())
	}
	read, err := a.lintReader(ctx, args, l)
	if err != nil {
		return err
	}
	p, err := read(nil)
	if err != nil {
		return err
	}
	if err = p.namedHold(); err != nil {
		return err
	}
	if l.fix {
		if p, err = a.fixLinted(p, read, l.diff); err != nil {
			return err
		}
	}
	unasked := p.live.result()
	for _, w := range wishes {
		if l.diff {
			break // it was the result
		}
		if unasked != nil && w.format == formatJSON && w.file == a.flags.output {
			continue // the fault is a document itself
		}
		if err := a.writeFindings(w, p.shown, p.meantSuppressed(), p.sources, l.level() == diag.Info); err != nil {
			return err
		}
	}
	if unasked != nil {
		return unasked
	}
	if slices.ContainsFunc(p.shown, func(d diag.Diagnostic) bool { return d.Severity <= l.level() }) {
		return exitCode(report.ExitSpec)
	}
	return nil
}

// namedHold refuses a path that was named and holds no spec: that it has no fault would be true of anything.
func (p *linted) namedHold() error {
	for _, path := range p.named {
		at := func(file string) bool { return below(file, []string{path}) }
		read := slices.ContainsFunc(slices.Collect(maps.Keys(p.tree.Sources)), at)
		if !read && !slices.ContainsFunc(p.findings, func(d diag.Diagnostic) bool { return at(d.File) }) { // one that cannot be read is a finding
			return usage("specs are files called *.yaml or *.yml", "%s holds no spec", path)
		}
	}
	return nil
}

// chooseFormat takes annotations in GitHub Actions (which sets GITHUB_ACTIONS), when nothing else was asked for.
func (a *app) chooseFormat() {
	if len(a.flags.wishes) == 0 && a.flags.output == "" && a.getenv("GITHUB_ACTIONS") == "true" {
		a.flags.format = formatGitHub
	}
}

// level is the least severity that fails.
func (l lintFlags) level() diag.Severity {
	return map[string]diag.Severity{"warning": diag.Warning, "info": diag.Info}[l.failLevel]
}

func (l lintFlags) check(args []string) error {
	if err := oneOf("--fail-level", l.failLevel, "error", "warning", "info"); err != nil {
		return err
	}
	switch {
	case l.stdin && l.stdinName == "":
		return usage("name the file that the text stands for", "--stdin needs --stdin-filename")
	case !l.stdin && l.stdinName != "":
		return usage("give both, or neither", "--stdin-filename goes with --stdin")
	case l.stdin && len(args) > 0:
		return usage("only the findings of that file are shown", "--stdin takes no paths")
	case l.stdin && l.changedSince != "":
		return usage("give one of the two", "--stdin and --changed-since do not go together")
	case l.stdin && l.db:
		return usage("give one of the two", "--stdin and --db do not go together")
	case l.fix && l.db:
		return usage("fix the specs first, and then ask the database", "--fix and --db do not go together")
	case l.diff && !l.fix:
		return usage("write --fix --diff", "--diff goes with --fix")
	case l.fix && l.stdin && !l.diff:
		return usage("write --fix --diff, and apply the patch", "--fix cannot write what comes from stdin")
	}
	return nil
}

// choose takes the findings of the paths that are meant.
func choose(p *project, named []string) *linted {
	out := &linted{project: p, named: named, shown: p.findings, sources: p.tree.Sources}
	if len(named) > 0 {
		out.keep(func(d diag.Diagnostic) bool { return below(d.File, named) }, func(file string) bool { return below(file, named) })
	}
	return out
}

// keep leaves out the findings and files that are not meant. A finding without a file is about all of them.
func (l *linted) keep(meant func(diag.Diagnostic) bool, file func(string) bool) {
	l.shown = slices.DeleteFunc(slices.Clone(l.shown), func(d diag.Diagnostic) bool { return d.File != "" && !meant(d) })
	l.sources = maps.Clone(l.sources)
	maps.DeleteFunc(l.sources, func(f string, _ []byte) bool { return !file(f) })
}

// meantSuppressed are the suppressed findings of the files that are meant.
func (l *linted) meantSuppressed() []diag.Suppressed {
	return slices.DeleteFunc(slices.Clone(l.suppressed), func(d diag.Suppressed) bool { _, ok := l.sources[d.File]; return !ok })
}

// showFindings writes findings as the result of a command; sources are the files that were read.
func (a *app) showFindings(list diag.List, sources map[string][]byte) error {
	return a.writeFindings(wish{a.flags.format, a.flags.output}, list, nil, sources, false)
}

// writeFindings writes findings in one format; info adds what only informs, where a format leaves that out. Sources are the files that
// were read.
func (a *app) writeFindings(to wish, list diag.List, suppressed []diag.Suppressed, sources map[string][]byte, info bool) error {
	return a.resultTo(to.file, func(w io.Writer, opts report.TextOptions) error {
		switch {
		case to.format == formatGitHub:
			return report.GitHubFindings(w, list, info, len(sources), a.gitHubPrefix())
		case to.format == formatSARIF:
			return report.WriteSARIF(w, list, report.SARIF{Suppressed: suppressed, Version: thisBuild().Version, Rules: sarifRules(), Prefix: a.repositoryPrefix(), Sources: sources})
		}
		format := to.format
		if all, ok := map[string]string{formatText: report.FormatTextAll, formatOneline: report.FormatLineAll}[format]; ok && info {
			format = all
		}
		return report.Findings(w, format, list, sources, len(sources), opts.Colour)
	})
}

func sarifRules() []report.SARIFRule {
	var out []report.SARIFRule
	for _, g := range explain.Groups() {
		for _, c := range g.Checks {
			out = append(out, report.SARIFRule{Check: c.Check, Help: c.Why + "\n\n" + c.Mend})
		}
	}
	return out
}

// repositoryPrefix is where the project lies in its repository, as GitHub Actions or git say.
func (a *app) repositoryPrefix() report.GitHubPrefix {
	if prefix := a.gitHubPrefix(); prefix != "" || a.root == "" {
		return prefix
	}
	return report.GitHubPrefix(git.Prefix(a.root))
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
