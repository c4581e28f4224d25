package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// judging are the flags that say which rows are looked at.
type judging struct {
	asOf  string
	batch bool
}

func (j *judging) add(f *pflag.FlagSet, all bool) {
	text := "what the snapshots hold of this date, instead of the live tables"
	if all {
		text = "what the snapshots hold of this date, or of every date with `all`, instead of the live tables"
	}
	f.StringVar(&j.asOf, "as-of", "", strings.ReplaceAll(text, "`", ""))
	f.BoolVar(&j.batch, "batch", false, "the batch that apply would read, staged and dropped again; takes the parameters of apply")
}

// check refuses flags that contradict each other, and dates that are none.
func (j *judging) check(all bool) error {
	if j.asOf != "" && j.batch {
		return usage("name the batch with -p as_of=DATE", "--as-of looks at what is frozen, and --batch at what is read from files")
	}
	if j.asOf == "" || all && j.asOf == run.AllDates {
		return nil
	}
	if _, err := model.ParseDate(j.asOf); err != nil {
		return usage("such as --as-of 2024-01-31", "--as-of %q is not a date", j.asOf)
	}
	return nil
}

func validateCommand(a *app) *cobra.Command {
	j, explain := &judging{}, false
	var tags, rules []string
	c := describe(&cobra.Command{
		Use:   "validate [PIPELINE|TABLE]",
		Short: "Judge the rules alone: on live tables, snapshots or a batch",
		Long: `Validate judges the rules of a pipeline, or of one table, and publishes nothing. It looks at the live tables; with --as-of at what the
snapshots hold of a date; with --as-of all at every date that is frozen, which tells how often a new rule would have failed; and
with --batch at the files that apply would read. A rule that needs what is not there is skipped, with the reason. The exit code is
1 when a rule of severity error fails.`,
		Example: `runner validate monthly
runner validate clients --as-of 2024-01-31
runner validate clients --as-of all --rules clients.fee_positive
runner validate monthly --batch -p as_of=2024-02-29 --format junit --output rules.xml`,
		Args:              atMost(1, "one pipeline or table"),
		ValidArgsFunction: a.completePipelines,
		RunE: func(c *cobra.Command, args []string) error {
			if err := j.check(true); err != nil {
				return err
			}
			return a.validate(c.Context(), args, plan.Choice{Tags: tags, Rules: rules}, run.Judged{AsOf: j.asOf, Batch: j.batch, Explain: explain})
		},
	}, needs{"yes", "with --batch", "nothing"})
	j.add(c.Flags(), true)
	c.Flags().StringArrayVar(&tags, "tags", nil, "only rules with this tag; may be repeated, and any of them will do")
	c.Flags().StringArrayVar(&rules, "rules", nil, "only this rule, by name, id or FILE:LINE; may be repeated")
	c.Flags().BoolVar(&explain, "explain", false, "ask every rule alone too, and show what each costs")
	return c
}

func (a *app) validate(ctx context.Context, args []string, choice plan.Choice, j run.Judged) error {
	p, err := a.load(ciFormats...)
	if err != nil {
		return err
	}
	choice.Tags, choice.Rules = split(choice.Tags), split(choice.Rules)
	c, err := a.judged(p, "validate", args, choice)
	if err != nil {
		return err
	}
	rep, err := a.perform(ctx, p, c, func(ctx context.Context, c run.Config) *report.Report { return run.Validate(ctx, c, j) })
	if err != nil {
		return err
	}
	err = a.result(func(w io.Writer, opts report.TextOptions) error {
		switch a.flags.format {
		case formatJSON:
			return report.JSON(w, rep)
		case formatJUnit:
			return report.JUnit(w, rep)
		case formatGitHub:
			return report.GitHub(w, rep, a.gitHubPrefix())
		}
		opts.Titled = a.flags.output == ""
		return report.ValidationText(w, rep, report.ValidationOptions{TextOptions: opts, Matrix: j.AsOf == run.AllDates, Costs: j.Explain, Batch: j.Batch})
	})
	if err != nil {
		return err
	}
	return ended(rep.ExitCode)
}

// split takes values apart that were given as one, as in --tags a,b.
func split(values []string) []string {
	var out []string
	for _, v := range values {
		out = append(out, strings.Split(v, ",")...)
	}
	return out
}

// judged is the configuration of a command that looks at the rows of a pipeline, or of one of its tables or snapshots, by the chosen rules.
func (a *app) judged(p *project, verb string, args []string, choice plan.Choice) (run.Config, error) {
	c := run.Config{Root: p.root, Project: p.model, Now: a.now}
	var err error
	if c.Getenv, err = a.variables(p.root); err != nil {
		return c, err
	}
	if c.Pipeline, choice.Table, err = p.chooseTable(verb, args); err != nil {
		return c, err
	}
	a.pipeline = c.Pipeline.Name
	if c.Params, err = a.params(c.Pipeline, c.Getenv); err != nil {
		return c, err
	}
	restricted, faults := choice.Restrict(c.Pipeline)
	if len(faults) > 0 {
		return c, usage(faults[0].Hint, "%s", faults[0].Message)
	}
	c.Pipeline = restricted
	return c, nil
}

// chooseTable returns the pipeline that an argument means, and the table when it is the name of one, or of a snapshot of it.
func (p *project) chooseTable(verb string, args []string) (*model.Pipeline, string, error) {
	if len(args) == 0 || p.model.Pipeline(args[0]) != nil {
		pl, err := p.choose(verb, args)
		return pl, "", err
	}
	var names []string
	for _, pl := range p.model.Pipelines {
		if pl.Load(args[0]) != nil {
			return pl, args[0], nil
		}
		for _, l := range pl.Loads {
			names = append(names, l.Table.Name)
		}
		for _, s := range pl.Snapshots {
			if s.Name == args[0] {
				return pl, s.From, nil
			}
		}
	}
	if _, other := p.used(args[0]); other {
		pl, err := p.choose(verb, args)
		return pl, "", err
	}
	if hint := diag.DidYouMean(args[0], append(names, p.names()...)); hint != "" && !strings.ContainsAny(args[0], `/\.`) {
		return nil, "", usage(hint, "there is no pipeline or table %q", args[0])
	}
	pl, err := p.choose(verb, args)
	return pl, "", err
}
