package cli

import (
	"cmp"
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

const formatCSV = "csv"

func failuresCommand(a *app) *cobra.Command {
	j := &judging{}
	f := run.FailuresOf{}
	c := describe(&cobra.Command{
		Use:   "failures RULE",
		Short: "All rows that a rule fails, as a table, CSV or JSON",
		Long: `Failures shows every row that a rule fails. RULE is its id, its name, or the place where it is written, as FILE:LINE. It reads the
batch of the newest run that judged the rule once more; --run names another run. With --live it looks at the live table, with
--as-of at what the snapshots hold of a date, and with --batch at the batch of the parameters. Any number of rows goes through in
constant memory. Personal data is masked.`,
		Example: `runner failures clients.fee_positive
runner failures expectations/clients.yaml:12 --live --format csv --output failures.csv
runner failures fee_positive --batch -p as_of=2024-02-29 --limit 100`,
		Args: exactly(1, "one rule"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := j.check(false); err != nil {
				return err
			}
			if f.Live && (j.asOf != "" || j.batch) || f.Run != 0 && (f.Live || j.asOf != "" || j.batch) {
				return usage("name one of them", "--run, --live, --as-of and --batch each name other rows")
			}
			if f.Limit < 0 || f.Run < 0 {
				return usage("such as --limit 100", "--limit and --run are not negative")
			}
			f.AsOf, f.Batch = j.asOf, j.batch
			return a.failures(c.Context(), args[0], f)
		},
	}, needs{"yes", "unless --live or --as-of is given", "nothing"})
	j.add(c.Flags(), false)
	c.Flags().BoolVar(&f.Live, "live", false, "the live table")
	c.Flags().Int64Var(&f.Run, "run", 0, "the batch of this run, by its number")
	c.Flags().IntVar(&f.Limit, "limit", 0, "at most so many rows")
	return c
}

// exactly refuses another number of arguments.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < n {
			return usage("see "+c.CommandPath()+" --help", "%s takes %s", c.CommandPath(), what)
		}
		return atMost(n, what)(c, args)
	}
}

func (a *app) failures(ctx context.Context, word string, f run.FailuresOf) error {
	p, err := a.load(formatCSV)
	if err != nil {
		return err
	}
	pl, table, rule, err := p.rule(word)
	if err != nil {
		return err
	}
	c := run.Config{Root: p.root, Project: p.model, Now: a.now, Pipeline: onlyRule(pl, table, rule)}
	if c.Getenv, err = a.variables(p.root); err != nil {
		return err
	}
	a.pipeline, f.Table, f.Rule = pl.Name, table, rule.ID
	if c.Params, err = a.params(pl, c.Getenv); err != nil {
		return err
	}
	var rep *report.Report
	err = a.result(func(w io.Writer, opts report.TextOptions) error {
		out := report.FailuresText(w, opts.Colour)
		switch a.flags.format {
		case formatJSON:
			out = report.FailuresJSON(w)
		case formatCSV:
			out = report.FailuresCSV(w, a.stderr)
		}
		f.Begin, f.Row = out.Begin, out.Row
		if rep, err = a.perform(ctx, p, c, func(ctx context.Context, c run.Config) *report.Report { return run.Failures(ctx, c, f) }); err != nil {
			return err
		}
		return out.End(rep)
	})
	if err != nil {
		return err
	}
	return ended(rep.ExitCode)
}

// rule finds the rule that a word means.
func (p *project) rule(word string) (*model.Pipeline, string, model.Rule, error) {
	type place struct {
		pl    *model.Pipeline
		table string
		rule  model.Rule
	}
	var found []place
	var names []string
	for _, pl := range p.model.Pipelines {
		for _, l := range pl.Loads {
			for _, r := range l.Rules {
				names = append(names, r.ID, r.Name)
				if plan.Names(word, l.Table.Name, r) {
					found = append(found, place{pl, l.Table.Name, r})
				}
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0].pl, found[0].table, found[0].rule, nil
	case 0:
		return nil, "", model.Rule{}, usage(cmp.Or(diag.DidYouMean(word, names), "runner validate lists the rules with their places"), "there is no rule %q", word)
	}
	var ids []string
	for _, f := range found {
		ids = append(ids, f.rule.ID)
	}
	return nil, "", model.Rule{}, usage("name one of "+strings.Join(ids, ", "), "%d rules answer to %q", len(found), word)
}

// onlyRule is a pipeline with one rule.
func onlyRule(pl *model.Pipeline, table string, rule model.Rule) *model.Pipeline {
	out := *pl
	out.Loads = nil
	for _, l := range pl.Loads {
		load := *l
		load.Rules = nil
		for _, r := range l.Rules {
			if l.Table.Name == table && r.ID == rule.ID {
				load.Rules = append(load.Rules, r)
			}
		}
		out.Loads = append(out.Loads, &load)
	}
	return &out
}
