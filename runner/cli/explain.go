package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/explain"
	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
)

func explainCommand(a *app) *cobra.Command {
	return describe(&cobra.Command{
		Use:   "explain [CHECK...]",
		Short: "What a check finds, why, with an example, and how to mend it",
		Long: `Explain shows the page of a check, named by its id or its name: why it is a fault, an example with what is printed of it, and how
to mend it. Without a name it lists all checks. It works outside of a project too.`,
		Example: "runner explain R202\nrunner explain unknown-column expr-syntax\nrunner explain",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listChecks()
			}
			return a.explain(args)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return checkNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}, needs{"no", "no", "nothing"})
}

// listChecks shows every check in one line; runner lint --list does it as well.
func (a *app) listChecks() error {
	if err := a.flags.check(); err != nil {
		return err
	}
	return a.result(func(w io.Writer, _ report.TextOptions) error {
		if a.flags.format == formatJSON {
			return explain.JSON(w, explain.All(), false)
		}
		return explain.List(w, explain.All())
	})
}

func (a *app) explain(words []string) error {
	if err := a.flags.check(); err != nil {
		return err
	}
	var found []explain.Check
	for _, word := range words {
		c, ok := explain.Find(word)
		if !ok {
			return unknownCheck(word)
		}
		found = append(found, c)
	}
	return a.result(func(w io.Writer, _ report.TextOptions) error {
		if a.flags.format == formatJSON {
			return explain.JSON(w, found, true)
		}
		return explain.Text(w, found)
	})
}

func unknownCheck(word string) error {
	hint := diag.DidYouMean(word, checkNames())
	if hint == "" {
		hint = "runner explain lists them all"
	}
	return usage(hint, "there is no check %q", strings.TrimSpace(word))
}

// checkNames are the ids and the names of all checks.
func checkNames() []string {
	var out []string
	for _, c := range explain.All() {
		out = append(out, c.ID, c.Name)
	}
	return out
}
