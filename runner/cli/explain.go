package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/explain"
	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

func explainCommand(a *app) *cobra.Command {
	return describe(&cobra.Command{
		Use:   "explain [CHECK|KEY...]",
		Short: "What a check finds, why, with an example, and how to mend it; or what a key of a spec means",
		Long: `Explain shows the page of a check, named by its id or its name: why it is a fault, an example with what is printed of it, and how
to mend it. A kind of spec, or a key of one, is explained as well: table, table.delivery. Without a name it lists all checks. It works outside of a project too.`,
		Example: "runner explain R202\nrunner explain unknown-column expr-syntax\nrunner explain table.delivery\nrunner explain",
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
	var keys []string // what is said of keys of specs
	for _, word := range words {
		if text, ok := spec.Describe(word); ok {
			keys = append(keys, text)
			continue
		}
		c, ok := explain.Find(word)
		if !ok {
			return unknownCheck(word)
		}
		found = append(found, c)
	}
	if len(keys) > 0 && a.flags.format == formatJSON {
		return usage("runner schema writes all keys as JSON", "keys are explained as text only")
	}
	return a.result(func(w io.Writer, _ report.TextOptions) error {
		if a.flags.format == formatJSON {
			return explain.JSON(w, found, true)
		}
		for _, text := range keys {
			if _, err := fmt.Fprintln(w, text); err != nil {
				return err
			}
		}
		return explain.Text(w, found)
	})
}

func unknownCheck(word string) error {
	return usage(cmp.Or(diag.DidYouMean(word, checkNames()), "runner explain lists them all"), "there is no check %q", strings.TrimSpace(word))
}

// checkNames are the ids and the names of all checks.
func checkNames() []string {
	var out []string
	for _, c := range explain.All() {
		out = append(out, c.ID, c.Name)
	}
	return out
}
