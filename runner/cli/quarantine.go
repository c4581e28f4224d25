package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

func quarantineCommand(a *app) *cobra.Command {
	c := describe(&cobra.Command{
		Use:   "quarantine COMMAND",
		Short: "The rows that rules have set aside: list, show, replay",
		Long: `A rule with on_fail: quarantine keeps the rows that fail it out of what a run publishes. They wait in the ledger until a later run of
their partition brings them in order, or until they are replayed under rules that they pass.`,
	}, needs{"yes", "no", "see its commands"})
	return group(c, a.quarantineList(), a.quarantineShow(), a.quarantineReplay())
}

func (a *app) quarantineList() *cobra.Command {
	choice, runID := ledger.Choice{}, int64(0)
	c := describe(&cobra.Command{
		Use:     "list",
		Short:   "How many rows wait, by run and table",
		Long:    "List counts the rows that wait, by run and table. With --all it counts those too that wait no more, and says what became of them.",
		Example: "runner quarantine list\nrunner quarantine list --run 12 --all --format json",
		Args:    atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("run") {
				choice.Runs = []int64{runID}
			}
			return a.listQuarantine(c.Context(), choice)
		},
	}, needs{"yes", "no", "nothing"})
	c.Flags().Int64Var(&runID, "run", 0, "only rows that this run set aside")
	c.Flags().StringVar(&choice.Table, "table", "", "only rows of this table")
	c.Flags().BoolVar(&choice.Closed, "all", false, "also rows that wait no more")
	return c
}

func (a *app) listQuarantine(ctx context.Context, choice ledger.Choice) error {
	return a.readQuarantine(ctx, choice, func(c run.Config) (func(io.Writer, report.TextOptions) error, error) {
		list, err := run.Quarantine(ctx, c, choice)
		return func(w io.Writer, opts report.TextOptions) error {
			if a.flags.format == formatJSON {
				return report.QuarantineJSON(w, list)
			}
			return report.QuarantineText(w, list, opts)
		}, err
	})
}

func (a *app) quarantineShow() *cobra.Command {
	choice := ledger.Choice{Limit: 100, Closed: true}
	c := describe(&cobra.Command{
		Use:   "show [RUN...]",
		Short: "The rows that runs set aside, with their values and lines",
		Long: `Show prints rows that were set aside: where each stood in its file, the rules that it failed, its values, and what became of it. Without
a run it shows all rows that wait. Values of columns with pii: true are masked.`,
		Example: "runner quarantine show 12\nrunner quarantine show --id 7\nrunner quarantine show --table orders --format json",
		RunE: func(c *cobra.Command, args []string) error {
			for _, arg := range args {
				id, err := runNumber(arg)
				if err != nil {
					return err
				}
				choice.Runs = append(choice.Runs, id)
			}
			if choice.Limit < 0 {
				return usage("such as --limit 1000; 0 shows all", "--limit may not be negative")
			}
			choice.Closed = len(choice.Runs)+len(choice.IDs) > 0
			return a.showQuarantine(c.Context(), choice)
		},
	}, needs{"yes", "no", "nothing"})
	c.Flags().Int64SliceVar(&choice.IDs, "id", nil, "only the row of this id; may be repeated")
	c.Flags().StringVar(&choice.Table, "table", "", "only rows of this table")
	c.Flags().IntVar(&choice.Limit, "limit", choice.Limit, "how many rows to show; 0 shows all")
	return c
}

func runNumber(arg string) (int64, error) {
	n, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || n < 1 {
		return 0, usage("runner quarantine list names them", "%q is not the number of a run", arg)
	}
	return n, nil
}

func (a *app) showQuarantine(ctx context.Context, choice ledger.Choice) error {
	return a.readQuarantine(ctx, choice, func(c run.Config) (func(io.Writer, report.TextOptions) error, error) {
		rows, rest, err := run.QuarantinedRows(ctx, c, choice)
		return func(w io.Writer, opts report.TextOptions) error {
			if a.flags.format == formatJSON {
				return report.AsideJSON(w, rows, rest)
			}
			return report.AsideText(w, rows, rest, opts)
		}, err
	})
}

// readQuarantine opens the database for a command that only looks, and shows what it found.
func (a *app) readQuarantine(ctx context.Context, choice ledger.Choice, read func(run.Config) (func(io.Writer, report.TextOptions) error, error)) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	if err := p.hasTable(choice.Table); err != nil {
		return err
	}
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	defer d.db.Close()
	if err := knownRuns(ctx, d.db, choice.Runs...); err != nil {
		return err
	}
	show, err := read(run.Config{DB: d.db, Project: p.model})
	if err != nil {
		return surrounding("", err)
	}
	if err := a.title(d); err != nil {
		return err
	}
	return a.result(show)
}

// knownRuns refuses the number of a run that the ledger does not have.
func knownRuns(ctx context.Context, db *pg.DB, ids ...int64) error {
	for _, id := range ids {
		list, err := run.Runs(ctx, db, id, 1)
		if err != nil {
			return surrounding("", err)
		}
		if id == 0 || len(list) == 0 {
			return usage("runner runs lists them", "there is no run %d", id)
		}
	}
	return nil
}

// hasTable refuses a name that no pipeline loads.
func (p *project) hasTable(table string) error {
	if table == "" {
		return nil
	}
	var names []string
	for _, pl := range p.model.Pipelines {
		if pl.Load(table) != nil {
			return nil
		}
		for _, l := range pl.Loads {
			names = append(names, l.Table.Name)
		}
	}
	return usage(diag.DidYouMean(table, names), "this project has no table %q", table)
}

func (a *app) quarantineReplay() *cobra.Command {
	choice, wait := run.Replayed{}, false
	c := describe(&cobra.Command{
		Use:   "replay [RUN]",
		Short: "Judge the rows that wait by the rules of now, and publish those that pass",
		Long: `Replay takes the rows that wait, judges them by the rules, keys and references of the specs as they are now, and publishes those that pass:
into the live table, unless that speaks for a later date, and into the snapshots that were frozen without them. The others go on
waiting, each with the reason. Every partition is a run of its own, all or nothing; replaying again changes nothing.`,
		Example: "runner quarantine replay\nrunner quarantine replay 12 --table orders",
		Args:    atMost(1, "one run"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				id, err := runNumber(args[0])
				if err != nil {
					return err
				}
				choice.Run = id
			}
			return a.replayQuarantine(c.Context(), choice, wait)
		},
	}, needs{"yes", "no", "live tables, snapshots and the ledger, in one transaction for each partition"})
	c.Flags().StringVar(&choice.Table, "table", "", "only rows of this table")
	c.Flags().BoolVar(&wait, "wait", false, "wait while another run holds a table, instead of exit code 4")
	return c
}

func (a *app) replayQuarantine(ctx context.Context, choice run.Replayed, wait bool) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	if err := p.hasTable(choice.Table); err != nil {
		return err
	}
	getenv, err := a.variables(p.root)
	if err != nil {
		return err
	}
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	defer d.db.Close()
	if choice.Run != 0 {
		if err := knownRuns(ctx, d.db, choice.Run); err != nil {
			return err
		}
	}
	c := run.Config{DB: d.db, Root: p.root, Project: p.model, Getenv: getenv, Now: a.now, Target: d.line, Wait: wait}
	list, err := run.Replays(ctx, c, choice)
	if err != nil {
		return surrounding("", err)
	}
	if err := a.title(d); err != nil {
		return err
	}
	news := a.progress()
	defer news.Close()
	c.Events = news.Event
	var reports []*report.Report
	for _, w := range list {
		if c.Pipeline = p.model.Pipeline(w.Pipeline); c.Pipeline == nil {
			reports = append(reports, report.Of(w.Pipeline, report.ExitSpec, diag.Diagnostic{Message: fmt.Sprintf("rows of %s wait, and this project has no pipeline %q any more", w.Partition, w.Pipeline)}))
			continue
		}
		reports = append(reports, run.Replay(ctx, c, w))
	}
	news.Close()
	return a.finishReplays(reports)
}

// finishReplays shows what each replay did, and ends with the first exit code that is none of success.
func (a *app) finishReplays(reports []*report.Report) error {
	code := report.ExitDone
	for _, r := range reports {
		if code == report.ExitDone {
			code = r.ExitCode
		}
	}
	err := a.result(func(w io.Writer, opts report.TextOptions) error {
		if a.flags.format == formatJSON {
			return report.ReplaysJSON(w, reports)
		}
		if len(reports) == 0 {
			return report.QuarantineText(w, nil, opts)
		}
		opts.Titled = a.flags.output == ""
		for _, r := range reports {
			if err := report.Text(w, r, opts); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return ended(code)
}
