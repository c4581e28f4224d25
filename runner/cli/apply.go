package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// selection are the flags that apply and plan share.
type selection struct {
	only        []string
	sameData    bool
	restate     bool
	reason      string
	allowNarrow []string
	adopt       []string
	wait        bool
	yes         bool
}

func (s *selection) add(f *pflag.FlagSet) {
	f.StringArrayVar(&s.only, "only", nil, "only this table and the snapshots of it; may be repeated")
	f.BoolVar(&s.sameData, "same-data", false, "accept files that are identical to those of another as_of")
	f.BoolVar(&s.restate, "restate", false, "replace what is frozen for this partition; needs --reason")
	f.StringVar(&s.reason, "reason", "", "why it is restated; kept in the registry")
	f.StringArrayVar(&s.allowNarrow, "allow-narrow", nil, "allow a narrower type for this TABLE.COLUMN; may be repeated")
	f.StringArrayVar(&s.adopt, "adopt", nil, "let delete_missing work on this table, which runner did not make; may be repeated")
}

// check refuses flags that contradict each other or name what the pipeline does not have.
func (s *selection) check(pl *model.Pipeline) error {
	if s.restate && strings.TrimSpace(s.reason) == "" {
		return usage(`such as --restate --reason "the export was corrected"`, "--restate needs --reason")
	}
	if s.reason != "" && !s.restate {
		return usage("add --restate, or leave --reason out", "--reason says why a month is restated, and --restate is not given")
	}
	var tables []string
	for _, l := range pl.Loads {
		tables = append(tables, l.Table.Name)
	}
	for _, name := range append(append([]string{}, s.only...), s.adopt...) {
		if pl.Load(name) == nil {
			hint := diag.DidYouMean(name, tables)
			if hint == "" {
				hint = pl.Name + " has " + strings.Join(tables, ", ")
			}
			return usage(hint, "%s has no table %q", pl.Name, name)
		}
	}
	for _, name := range s.allowNarrow {
		if err := knownColumn(pl, name, tables); err != nil {
			return err
		}
	}
	return nil
}

func knownColumn(pl *model.Pipeline, name string, tables []string) error {
	table, column, ok := strings.Cut(name, ".")
	if !ok {
		return usage("such as --allow-narrow TABLE.COLUMN", "--allow-narrow %q is not TABLE.COLUMN", name)
	}
	for _, s := range pl.Snapshots {
		if s.Name == table && s.Table.Column(column) != nil {
			return nil
		}
	}
	l := pl.Load(table)
	if l == nil {
		return usage(diag.DidYouMean(table, tables), "%s has no table %q", pl.Name, table)
	}
	if l.Table.Column(column) == nil {
		return usage(diag.DidYouMean(column, l.Table.ColumnNames()), "table %s has no column %q", table, column)
	}
	return nil
}

func applyCommand(a *app) *cobra.Command {
	s := &selection{}
	c := describe(&cobra.Command{
		Use:     "apply [PIPELINE]",
		Aliases: []string{"run"},
		Short:   "Load one partition: stage, check everything, publish at once, freeze",
		Long: `Apply loads one partition of a pipeline. Everything is staged and checked first; when anything is wrong, all of it is shown and
nothing is published. Applying the same partition again changes nothing. Without parameters it takes the oldest partition that is
not done, and says which. PIPELINE is a name or a file; a project with a single pipeline needs none.`,
		Example: `runner apply monthly
runner apply monthly -p as_of=2024-02-29
runner apply monthly -p as_of=2024-01-31 --restate --reason "the export was corrected"`,
		Args:              atMost(1, "one pipeline"),
		ValidArgsFunction: a.completePipelines,
		RunE: func(c *cobra.Command, args []string) error {
			return a.work(c.Context(), "apply", args, s, report.ApplyKind, run.Apply)
		},
	}, needs{"yes", "yes", "live tables, snapshots and the ledger, in one transaction"})
	s.add(c.Flags())
	c.Flags().BoolVar(&s.wait, "wait", false, "wait while another run holds a table, instead of exit code 4")
	c.Flags().BoolVarP(&s.yes, "yes", "y", false, "accepted for scripts: apply never asks")
	return c
}

// work runs one of the stages that take a pipeline and answer with a report.
func (a *app) work(ctx context.Context, verb string, args []string, s *selection, kind report.Kind,
	stage func(context.Context, run.Config) *report.Report) error {
	var formats []string
	if kind == report.ApplyKind {
		formats = ciFormats
	}
	p, err := a.load(formats...)
	if err != nil {
		return err
	}
	getenv, err := a.variables(p.root)
	if err != nil {
		return err
	}
	c := run.Config{Root: p.root, Project: p.model, Getenv: getenv, Now: a.now,
		SameData: s.sameData, Restate: s.restate, Reason: s.reason, AllowNarrow: s.allowNarrow, Adopt: s.adopt, Wait: s.wait, Only: s.only}
	if kind != report.VerifyKind {
		if c.Pipeline, err = p.choose(verb, args); err != nil {
			return err
		}
		a.pipeline = c.Pipeline.Name
		if err = s.check(c.Pipeline); err != nil {
			return err
		}
		if c.Params, err = a.params(c.Pipeline, getenv); err != nil {
			return err
		}
	}
	rep, err := a.perform(ctx, p, c, stage)
	if err != nil {
		return err
	}
	return a.finish(rep, kind)
}

// perform opens the database, names it, and runs the stage with its news on stderr.
func (a *app) perform(ctx context.Context, p *project, c run.Config, stage func(context.Context, run.Config) *report.Report) (*report.Report, error) {
	d, err := a.open(ctx, p)
	if err != nil {
		return nil, err
	}
	defer d.db.Close()
	c.DB, c.Target = d.db, d.line
	if err := a.title(d); err != nil {
		return nil, err
	}
	news := a.progress()
	defer news.Close()
	c.Events = news.Event
	rep := stage(ctx, c)
	news.Close()
	return rep, nil
}

// finish shows a report and ends with its exit code. A plan that finds work is a success.
func (a *app) finish(rep *report.Report, kind report.Kind) error {
	rep.Next = nextOf(kind, rep)
	err := a.result(func(w io.Writer, opts report.TextOptions) error {
		switch a.flags.format {
		case formatJSON:
			return report.JSON(w, rep)
		case formatJUnit:
			return report.JUnit(w, rep)
		case formatGitHub:
			return report.GitHub(w, rep, a.gitHubPrefix())
		}
		opts.Kind, opts.Titled = kind, a.flags.output == ""
		return report.Text(w, rep, opts)
	})
	if err != nil {
		return err
	}
	return ended(rep.ExitCode)
}
