package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"streamflow/runner/check"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

func evalCommand(a *app) *cobra.Command {
	var table, where, asOf string
	c := describe(&cobra.Command{
		Use:   "eval EXPR --table TABLE",
		Short: "Try an expression on real rows: how many are true, false, unknown",
		Long: `Eval compiles an expression as a rule of a table would be, and tries it on the rows of the live table, or with --as-of on what a
snapshot holds of a date. It counts the verdicts of the whole and of each condition that it is made of, and shows some rows of each.
Of an expression that is no condition it shows how the values are spread. Personal data is masked.`,
		Example: `runner eval 'fee > 0 and age < 99' --table clients
runner eval 'fee / months' --table clients --where 'months > 0' --as-of 2024-01-31
runner eval 'count_distinct(fee) > 1' --table clients`,
		Args: exactly(1, "one expression"),
		RunE: func(c *cobra.Command, args []string) error {
			j := judging{asOf: asOf}
			if err := j.check(false); err != nil {
				return err
			}
			return a.eval(c.Context(), args[0], where, run.Trial{Table: table, AsOf: asOf})
		},
	}, needs{"yes", "no", "nothing"})
	c.Flags().StringVar(&table, "table", "", "the table whose rows are looked at")
	c.Flags().StringVar(&where, "where", "", "only rows for which this is true")
	c.Flags().StringVar(&asOf, "as-of", "", "what a snapshot holds of this date, instead of the live table")
	return c
}

func (a *app) eval(ctx context.Context, text, where string, t run.Trial) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	pl, err := p.tableOf(t.Table)
	if err != nil {
		return err
	}
	tried, faults := check.Try(p.tree, t.Table, text, where)
	if faults.HasErrors() {
		if a.flags.format == formatJSON {
			return a.finish(report.Of(pl.Name, report.ExitSpec, faults...), report.VerifyKind)
		}
		sources := map[string][]byte{"expression": []byte(text + "\n"), "where": []byte(where + "\n")}
		if err := report.Findings(a.stderr, formatText, faults, sources, 1, a.colour(a.stderr)); err != nil {
			return a.writeFault(err)
		}
		return exitCode(report.ExitSpec)
	}
	t.Whole, t.Parts, t.Type, t.IsValue, t.Ordered = tried.Whole, tried.Parts, tried.Type, tried.IsValue, tried.Ordered
	c := run.Config{Root: p.root, Project: p.model, Now: a.now, Pipeline: pl}
	if c.Getenv, err = a.variables(p.root); err != nil {
		return err
	}
	a.pipeline = pl.Name
	if c.Params, err = a.params(pl, c.Getenv); err != nil {
		return err
	}
	var e *report.Evaluation
	if _, err = a.perform(ctx, p, c, func(ctx context.Context, c run.Config) *report.Report { e = run.Evaluate(ctx, c, t); return nil }); err != nil {
		return err
	}
	err = a.result(func(w io.Writer, opts report.TextOptions) error {
		if a.flags.format == formatJSON {
			return report.EvaluationJSON(w, e)
		}
		return report.EvaluationText(w, e, opts)
	})
	if err != nil {
		return err
	}
	return ended(e.ExitCode)
}

// tableOf returns the pipeline that loads a table.
func (p *project) tableOf(table string) (*model.Pipeline, error) {
	var names []string
	for _, pl := range p.model.Pipelines {
		if pl.Load(table) != nil {
			return pl, nil
		}
		for _, s := range pl.Snapshots {
			if s.Name == table {
				return nil, usage("name its table and a date: --table "+s.From+" --as-of DATE", "%q is a snapshot", table)
			}
		}
		for _, l := range pl.Loads {
			names = append(names, l.Table.Name)
		}
	}
	hint := diag.DidYouMean(table, names)
	if hint == "" {
		hint = "name one with --table, such as " + names[0]
	}
	if table == "" {
		return nil, usage(hint, "which table? An expression is tried on the rows of one")
	}
	return nil, usage(hint, "no table %q is declared", table)
}
