package cli

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
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
	allowDrop   []string
	wait        bool
	yes         bool

	planning bool             // --only may name sections too
	sections []report.Section // of a plan
}

func (s *selection) add(f *pflag.FlagSet) {
	f.StringArrayVar(&s.only, "only", nil, "only this table and the snapshots of it; may be repeated")
	f.BoolVar(&s.sameData, "same-data", false, "accept files that are identical to those of another as_of")
	f.BoolVar(&s.restate, "restate", false, "replace what is frozen for this partition; needs --reason")
	f.StringVar(&s.reason, "reason", "", "why it is restated; kept in the registry")
	f.StringArrayVar(&s.allowNarrow, "allow-narrow", nil, "allow a narrower type for this TABLE.COLUMN; may be repeated")
	f.StringArrayVar(&s.allowDrop, "allow-drop", nil, "drop this TABLE.COLUMN or TABLE, which no spec declares any more; may be repeated")
	f.StringArrayVar(&s.adopt, "adopt", nil, "let delete_missing work on this table, which runner did not make; may be repeated")
}

// check refuses flags that contradict each other or name what the pipeline does not have.
func (s *selection) check(pl *model.Pipeline) error {
	s.only = listed(pl, s.only)
	if s.planning {
		if err := s.chooseSections(pl); err != nil {
			return err
		}
	}
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
			return usage(cmp.Or(diag.DidYouMean(name, tables), pl.Name+" has "+strings.Join(tables, ", ")), "%s has no table %q", pl.Name, name)
		}
	}
	for _, name := range s.allowNarrow {
		if err := knownColumn(pl, name, tables); err != nil {
			return err
		}
	}
	return nil
}

// listed takes lists apart, as in --only users,labels. A table that has a comma in its name is named whole.
func listed(pl *model.Pipeline, words []string) []string {
	var out []string
	for _, word := range words {
		if pl.Load(word) != nil {
			out = append(out, word)
			continue
		}
		out = append(out, strings.Split(word, ",")...)
	}
	return out
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
nothing is published. On a terminal it shows what it would destroy, counted, and asks (--yes does not). Applying the same partition again changes nothing. Without parameters it takes the oldest partition that is
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
	c.Flags().BoolVarP(&s.yes, "yes", "y", false, "do not ask before something is destroyed")
	return c
}

// work runs one of the stages that take a pipeline and answer with a report.
func (a *app) work(ctx context.Context, verb string, args []string, s *selection, kind report.Kind,
	stage func(context.Context, run.Config) *report.Report) error {
	var formats []string
	if kind == report.ApplyKind {
		formats = ciFormats
	}
	p, c, err := a.prepare(verb, args, s, formats...)
	if err != nil {
		return err
	}
	if kind == report.ApplyKind {
		c.Confirm = a.asker(ctx, s.yes)
	}
	rep, err := a.perform(ctx, p, c, stage)
	if err != nil {
		return err
	}
	rep.Next = nextOf(kind, rep, c)
	return a.finish(rep, kind)
}

// prepare reads the project, and what the flags and the arguments say of a run. Without a selection there is no pipeline to choose.
func (a *app) prepare(verb string, args []string, s *selection, formats ...string) (*project, run.Config, error) {
	p, err := a.load(formats...)
	if err != nil {
		return nil, run.Config{}, err
	}
	getenv, err := a.variables(p.root)
	if err != nil {
		return nil, run.Config{}, err
	}
	c := run.Config{Root: p.root, Project: p.model, Getenv: getenv, Now: a.now}
	if s == nil {
		return p, c, nil
	}
	if c.Pipeline, err = p.choose(verb, args); err != nil {
		return nil, c, err
	}
	a.pipeline = c.Pipeline.Name
	if err = s.check(c.Pipeline); err != nil {
		return nil, c, err
	}
	c.SameData, c.Restate, c.Reason, c.Wait, c.Only = s.sameData, s.restate, s.reason, s.wait, s.only
	c.AllowNarrow, c.AllowDrop, c.Adopt = s.allowNarrow, s.allowDrop, s.adopt
	c.Params, err = a.params(c.Pipeline, getenv)
	return p, c, err
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
	if ask := c.Confirm; ask != nil {
		c.Confirm = func(rep *report.Report) bool {
			news.Close() // the question would be painted over
			return ask(rep)
		}
	}
	rep := stage(ctx, c)
	news.Close()
	return rep, nil
}

// finish shows a report and ends with its exit code. A plan that finds work is a success.
func (a *app) finish(rep *report.Report, kind report.Kind) error {
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

// asker is what asks on a terminal whether a run may destroy what its report names; nil where nobody can answer, or has said yes already.
// Elsewhere nothing is asked: each loss was named by a flag or by the spec.
func (a *app) asker(ctx context.Context, yes bool) func(*report.Report) bool {
	if yes || !terminal(a.stdin) || !terminal(a.stderr) {
		return nil
	}
	return func(rep *report.Report) bool {
		return asked(ctx, a.stdin, a.stderr, report.Losses(report.TextOptions{Colour: a.colour(a.stderr)}, rep))
	}
}

// asked shows what would be destroyed and waits for an answer, or for the end of ctx: nobody who types Ctrl-C wants to be waited for, and
// the run holds its locks meanwhile.
func asked(ctx context.Context, in io.Reader, out io.Writer, losses string) bool {
	if _, err := fmt.Fprintf(out, "%s\nThis destroys or rewrites what is there. Apply it? Type yes: ", losses); err != nil {
		return false
	}
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		return strings.TrimSpace(line) == "yes"
	case <-ctx.Done():
		_, _ = fmt.Fprintln(out)
		return false
	}
}
