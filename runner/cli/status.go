package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

func statusCommand(a *app) *cobra.Command {
	return describe(&cobra.Command{
		Use:   "status [PIPELINE]",
		Short: "Which partition is in which table and snapshot, with gaps marked",
		Long: `Status shows each pipeline as a matrix: partitions beside tables and snapshots, with the rows that each brought. A partition that is
missing before a later one is a GAP. Tables also show how many rows they hold now, and which as_of wrote them last.`,
		Example:           "runner status\nrunner status monthly --format json",
		Args:              atMost(1, "one pipeline"),
		ValidArgsFunction: a.completePipelines,
		RunE:              func(c *cobra.Command, args []string) error { return a.status(c.Context(), args) },
	}, needs{"yes", "no", "nothing"})
}

func (a *app) status(ctx context.Context, args []string) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	pipelines := p.model.Pipelines
	if len(args) > 0 {
		pl, err := p.choose("status", args)
		if err != nil {
			return err
		}
		pipelines = []*model.Pipeline{pl}
	}
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	defer d.db.Close()
	if err := a.title(d); err != nil {
		return err
	}
	var all []*report.Matrix
	for _, pl := range pipelines {
		m, err := run.Status(ctx, run.Config{DB: d.db, Root: p.root, Project: p.model, Pipeline: pl, Getenv: a.getenv, Now: a.now, Target: d.line})
		if err != nil {
			return surrounding("", err)
		}
		all = append(all, m)
	}
	return a.result(func(w io.Writer, opts report.TextOptions) error {
		if a.flags.format == formatJSON {
			return report.MatrixJSON(w, all)
		}
		for i, m := range all {
			m.Next = nextOfMatrix(m)
			opts.Titled = i > 0 || a.flags.output == ""
			if err := report.MatrixText(w, m, opts); err != nil {
				return err
			}
		}
		return nil
	})
}
