package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/report"
	"streamflow/runner/run"
)

func planCommand(a *app) *cobra.Command {
	s := &selection{}
	detailed := false
	c := describe(&cobra.Command{
		Use:   "plan [PIPELINE]",
		Short: "What apply would do: schema changes and steps",
		Long: `Plan compares the declared tables with those of the database and shows every change that apply would make to them, and the steps
it would take for the partition. It takes the same parameters and flags as apply.`,
		Example:           "runner plan monthly\nrunner plan monthly -p as_of=2024-02-29 --detailed-exitcode",
		Args:              atMost(1, "one pipeline"),
		ValidArgsFunction: a.completePipelines,
		RunE: func(c *cobra.Command, args []string) error {
			return a.work(c.Context(), "plan", args, s, report.PlanKind, func(ctx context.Context, config run.Config) *report.Report {
				rep := run.Plan(ctx, config)
				if detailed && rep.ExitCode == report.ExitDone && workToDo(rep) {
					rep.ExitCode = report.ExitChanges
				}
				return rep
			})
		},
	}, needs{"yes", "no", "nothing"})
	s.add(c.Flags())
	c.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit code 5 when there is something to do")
	return c
}

// workToDo tells whether apply would change anything that a plan can see: the schema, or a snapshot that is not frozen yet. A pipeline
// without snapshots always has work until all of its partitions are done, when a plan has no steps.
func workToDo(rep *report.Report) bool {
	for _, c := range rep.Changes {
		if c.Action != "drift" {
			return true
		}
	}
	freezes := 0
	for _, s := range rep.Steps {
		if s.Name != "freeze" {
			continue
		}
		freezes++
		if strings.HasSuffix(s.Subject, ": new") {
			return true
		}
	}
	return freezes == 0 && len(rep.Steps) > 0
}
