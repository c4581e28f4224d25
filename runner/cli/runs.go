package cli

import (
	"context"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"streamflow/runner/report"
	"streamflow/runner/run"
)

func runsCommand(a *app) *cobra.Command {
	limit := 20
	c := describe(&cobra.Command{
		Use:     "runs [ID]",
		Short:   "The runs so far, newest first, or one run whole",
		Long:    "Runs lists what the ledger knows of past runs. With a number it shows that run whole: tables, snapshots, rules, errors and timings.",
		Example: "runner runs\nrunner runs 12 --format json",
		Args:    atMost(1, "one run"),
		RunE:    func(c *cobra.Command, args []string) error { return a.runs(c.Context(), args, limit) },
	}, needs{"yes", "no", "nothing"})
	c.Flags().IntVar(&limit, "limit", limit, "how many runs to list")
	return c
}

func (a *app) runs(ctx context.Context, args []string, limit int) error {
	id := int64(0)
	if len(args) > 0 {
		n, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil || n < 1 {
			return usage("runner runs lists them", "%q is not the number of a run", args[0])
		}
		id = n
	}
	if limit < 1 {
		return usage("such as --limit 100", "--limit must be 1 or more")
	}
	p, err := a.load()
	if err != nil {
		return err
	}
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	defer d.db.Close()
	list, err := run.Runs(ctx, d.db, id, limit)
	if err != nil {
		return surrounding("", err)
	}
	if id != 0 && len(list) == 0 {
		return usage("runner runs lists them", "there is no run %d", id)
	}
	if err := a.title(d); err != nil {
		return err
	}
	return a.result(func(w io.Writer, opts report.TextOptions) error { return a.showRuns(w, list, id != 0, opts) })
}

func (a *app) showRuns(w io.Writer, list []report.Run, one bool, opts report.TextOptions) error {
	asJSON := a.flags.format == formatJSON
	opts.Titled, opts.Whole = true, one
	switch {
	case one && asJSON:
		return report.WholeJSON(w, list[0])
	case one:
		return report.WholeText(w, list[0], opts)
	case asJSON:
		return report.RunsJSON(w, list)
	}
	return report.RunsText(w, list, opts)
}
