package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/report"
	"streamflow/runner/run"
)

func sqlCommand(a *app) *cobra.Command {
	c := describe(&cobra.Command{
		Use:   "sql COMMAND",
		Short: "The SQL that would run, with its values, ready for psql",
		Long: `Sql prints what other commands send to the database, made by the same code, with all values in it and a comment at each statement.
Nothing is run.`,
	}, needs{"see its commands", "see its commands", "nothing"})
	return group(c, a.sqlApply(), a.sqlRule(), a.sqlTraining())
}

func (a *app) sqlApply() *cobra.Command {
	s, w, empty := &selection{}, run.Scripted{}, false
	c := describe(&cobra.Command{
		Use:   "apply [PIPELINE]",
		Short: "What apply would send now, in order, as a script for psql",
		Long: `Sql apply prints the statements that apply would send now for a partition: stage, check, change the schema, publish and freeze, in the
transactions that apply has. It takes the parameters and flags of apply. A check that apply would refuse ends the script with a
message, before anything is published. Files that psql reads as runner does are loaded with \copy; of others a comment says what
runner does with them, and --inline writes the rows themselves into the script.

The script does not record the run in the ledger, so runner does not know of what it did: use it to read, to review or on a copy.
Type it from the folder of the project: runner sql apply monthly | psql`,
		Example: `runner sql apply monthly -p as_of=2024-02-29 --output february.sql
runner sql apply monthly --step publish --step freeze
runner sql apply monthly --empty --inline | psql postgres:///scratch`,
		Args:              atMost(1, "one pipeline"),
		ValidArgsFunction: a.completePipelines,
		RunE: func(c *cobra.Command, args []string) error {
			for _, step := range w.Steps {
				if err := oneOf("--step", step, report.Steps()...); err != nil {
					return err
				}
			}
			return a.scriptApply(c.Context(), args, s, w, empty)
		},
	}, needs{"unless --empty is given", "yes: the headers of the files (with --inline all of them; with --empty what is there)", "nothing"})
	s.add(c.Flags())
	c.Flags().StringArrayVar(&w.Steps, "step", nil, "only this step: "+strings.Join(report.Steps(), ", ")+"; may be repeated")
	c.Flags().BoolVar(&empty, "empty", false, "for an empty database; none is asked")
	c.Flags().BoolVar(&w.Inline, "inline", false, "write the rows into the script, as runner reads them")
	return c
}

func (a *app) scriptApply(ctx context.Context, args []string, s *selection, w run.Scripted, empty bool) error {
	p, c, err := a.prepare("sql apply", args, s)
	if err != nil {
		return err
	}
	if empty {
		if w.Schema, err = a.schemaOf(p); err != nil {
			return err
		}
	} else {
		closing, err := a.connect(ctx, p, &c)
		if err != nil {
			return err
		}
		defer closing()
	}
	script := run.Script(ctx, c, w)
	script.Title = "runner sql apply " + c.Pipeline.Name
	return a.showScript(script)
}

// schemaOf is the schema of the chosen target, of which nothing else is used.
func (a *app) schemaOf(p *project) (string, error) {
	choice, err := a.chooseDatabase(p)
	if err != nil && a.flags.target != "" {
		return "", err
	}
	if choice.Schema == "" {
		return "public", nil
	}
	return choice.Schema, nil
}

// connect opens the database of a script.
func (a *app) connect(ctx context.Context, p *project, c *run.Config) (closing func(), err error) {
	d, err := a.open(ctx, p)
	if err != nil {
		return nil, err
	}
	a.noteChoice(d)
	c.DB, c.Target = d.db, d.line
	return d.db.Close, nil
}

// noteChoice says on stderr what was set and not used; the script itself names the database.
func (a *app) noteChoice(d *database) {
	for _, n := range d.notes {
		_, _ = fmt.Fprintln(a.stderr, "note  "+strings.TrimSpace(n))
	}
}

// showScript writes a script, or says why there is none.
func (a *app) showScript(s *report.Script) error {
	if a.flags.format != formatJSON && s.ExitCode != report.ExitDone {
		for _, d := range s.Errors {
			a.complain(&fault{s.ExitCode, d})
		}
		return ended(s.ExitCode)
	}
	err := a.result(func(w io.Writer, _ report.TextOptions) error {
		if a.flags.format == formatJSON {
			return report.ScriptJSON(w, s)
		}
		return report.ScriptText(w, s)
	})
	if err != nil {
		return err
	}
	return ended(s.ExitCode)
}

func (a *app) sqlRule() *cobra.Command {
	j, live := &judging{}, false
	c := describe(&cobra.Command{
		Use:   "rule RULE",
		Short: "The queries that judge a rule and find the rows that fail it",
		Long: `Sql rule prints the query that judges a rule and the one that finds the rows which fail it. RULE is its id (TABLE.NAME), its name, or the
place where it is written, as FILE:LINE. They look at the live table; with --as-of at what the snapshots hold of a date; with
--batch at the batch that apply would read, with the statements that stage it. Personal data is masked in what the second one finds.`,
		Example: `runner sql rule clients.fee_positive
runner sql rule clients.fee_positive --as-of 2024-01-31 | psql
runner sql rule fee_positive --batch -p as_of=2024-02-29`,
		Args: exactly(1, "one rule"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := j.check(false); err != nil {
				return err
			}
			if live && (j.asOf != "" || j.batch) {
				return usage("name one of them", "--live, --as-of and --batch each name other rows")
			}
			return a.scriptRule(c.Context(), args[0], run.FailuresOf{Judged: run.Judged{AsOf: j.asOf, Batch: j.batch}, Live: !j.batch && j.asOf == ""})
		},
	}, needs{"yes", "with --batch: the headers of the files", "nothing"})
	j.add(c.Flags(), false)
	c.Flags().BoolVar(&live, "live", false, "the live table, which is also meant without a flag")
	return c
}

func (a *app) scriptRule(ctx context.Context, word string, f run.FailuresOf) error {
	p, c, err := a.prepare("", nil, nil)
	if err != nil {
		return err
	}
	pl, table, rule, err := p.rule(word)
	if err != nil {
		return err
	}
	a.pipeline, c.Pipeline, f.Table, f.Rule = pl.Name, onlyRule(pl, table, rule), table, rule.ID
	if c.Params, err = a.params(pl, c.Getenv); err != nil {
		return err
	}
	closing, err := a.connect(ctx, p, &c)
	if err != nil {
		return err
	}
	defer closing()
	script := run.RuleScript(ctx, c, f)
	script.Title = "runner sql rule " + rule.ID
	return a.showScript(script)
}
