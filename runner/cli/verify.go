package cli

import (
	"github.com/spf13/cobra"

	"streamflow/runner/report"
	"streamflow/runner/run"
)

func verifyCommand(a *app) *cobra.Command {
	return describe(&cobra.Command{
		Use:   "verify",
		Short: "Recompute every freeze and compare it with the registry",
		Long: `Verify reads every frozen partition of every snapshot, computes its fingerprint anew and compares it with the one that the registry
kept when it was frozen. A difference means that somebody changed frozen rows by hand: exit code 1.`,
		Example: "runner verify\nrunner verify --format json",
		Args:    atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.work(c.Context(), "verify", nil, nil, report.VerifyKind, run.Verify)
		},
	}, needs{"yes", "no", "nothing"})
}
