package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/check"
	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/git"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/review"
	"streamflow/runner/spec"
)

func reviewCommand(a *app) *cobra.Command {
	failOn := ""
	c := describe(&cobra.Command{
		Use:   "review REF",
		Short: "What changed in the specs since REF, and what it breaks",
		Long: `Review compares the specs with what they were where the work left REF (a branch, tag or commit of git) and says of every change
whether it is breaking, risky or safe, where it is, and which snapshots, views, services and training sets use what changed: columns that
are gone or narrower, rules that became looser, features that somebody still asks for. Formatting, order and the names of files are no
change. Changes that are not committed count as well.

The exit code is 0 whatever is found; with --fail-on it is 1 for changes of that weight. The last line has always the same form.`,
		Example: "runner review origin/main\nrunner review HEAD~1 --format markdown\nrunner review v1.2 --fail-on breaking",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("such as runner review origin/main", "review takes one branch, tag or commit")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.review(args[0], failOn) },
	}, needs{"no", "no", "nothing"})
	c.Flags().StringVar(&failOn, "fail-on", "", "exit code 1 for changes of this weight: `breaking`, or risky for both")
	return c
}

func (a *app) review(ref, failOn string) error {
	if !slices.Contains([]string{"", "breaking", "risky"}, failOn) {
		return usage("write breaking or risky", "--fail-on %s is no weight of a change", failOn)
	}
	now, err := a.load(report.FormatMarkdown)
	if err != nil {
		return err
	}
	base, err := git.Base(now.root, ref)
	if err != nil {
		return gitFault(err)
	}
	fsys, err := git.At(now.root, base)
	if err != nil {
		return gitFault(err)
	}
	tree, findings := spec.Load(fsys, specPaths(fsys, nil))
	before, more := check.Partial(tree)
	findings = append(findings, more...)
	out := &report.Review{Ref: ref, Commit: base, Notes: faultsThen(findings, ref)}
	if len(tree.Documents()) == 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("there were no specs at %s: everything is new", ref))
	}
	out.Changes = review.Compare(review.Side{Project: before}, review.Side{Project: now.model, Env: ruleEnvs(now.tree)})
	if err := a.result(func(w io.Writer, opts report.TextOptions) error {
		switch a.flags.format {
		case formatJSON:
			return report.ReviewJSON(w, out)
		case report.FormatMarkdown:
			return report.ReviewMarkdown(w, out)
		}
		return report.ReviewText(w, out, opts)
	}); err != nil {
		return err
	}
	if failOn != "" && out.Count(report.Breaking) > 0 || failOn == "risky" && out.Count(report.Risky) > 0 {
		return exitCode(report.ExitRefused)
	}
	return nil
}

// ruleEnvs gives what rules about a table may mention; specs are resolved when it is first asked.
func ruleEnvs(tree *spec.Tree) func(table string) (expression.Env, bool) {
	var envs func(string) (expression.Env, model.Table, bool)
	return func(table string) (expression.Env, bool) {
		if envs == nil {
			envs = check.Envs(tree)
		}
		env, _, ok := envs(table)
		return env, ok
	}
}

// faultsThen says that the specs of the past had errors, so that some of what they said is not known.
func faultsThen(findings diag.List, ref string) []string {
	var errors []string
	for _, d := range findings {
		if d.Severity == diag.Error {
			errors = append(errors, d.Error())
		}
	}
	if len(errors) == 0 {
		return nil
	}
	const most = 3
	more := ""
	if len(errors) > most {
		more = fmt.Sprintf(" and %d more", len(errors)-most)
	}
	return []string{fmt.Sprintf("the specs at %s had errors, and what they left open shows as new or gone: %s%s", ref, strings.Join(errors[:min(most, len(errors))], "; "), more)}
}
