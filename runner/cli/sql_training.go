package cli

import (
	"github.com/spf13/cobra"

	"streamflow/runner/run"
)

func (a *app) sqlTraining() *cobra.Command {
	return describe(&cobra.Command{
		Use:   "training NAME",
		Short: "The query that builds a training set",
		Long: `Sql training prints the query that training build would send now: the rows of the spine with the features beside them, in the order of
the file. It looks into the database for what is frozen, and reads no rows.`,
		Example:           "runner sql training churn\nrunner sql training churn -p as_of=2024-01-31 | psql",
		Args:              exactly(1, "one training set"),
		ValidArgsFunction: a.completeTrainingSets,
		RunE: func(c *cobra.Command, args []string) error {
			w := run.Training{}
			p, rc, err := a.prepare("sql training", nil, nil)
			if err != nil {
				return err
			}
			if w.Set, err = p.trainingSet(args[0]); err != nil {
				return err
			}
			if rc.Params, err = a.params(paramsOf(w.Set), rc.Getenv); err != nil {
				return err
			}
			closing, err := a.connect(c.Context(), p, &rc)
			if err != nil {
				return err
			}
			defer closing()
			return a.showScript(run.ScriptTraining(c.Context(), rc, w))
		},
	}, needs{"yes", "no", "nothing"})
}
