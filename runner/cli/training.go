package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

func trainingCommand(a *app) *cobra.Command {
	c := describe(&cobra.Command{
		Use:   "training COMMAND",
		Short: "Training sets: features beside what is to be learnt, as they were known at the time",
		Long: `Training builds what the documents of kind training_set declare: rows with what is to be learnt of them, and beside each the features as they were
known at its time. The same rows and specs give the same file, byte for byte.`,
	}, needs{"see its commands", "see its commands", "see its commands"})
	return group(c, a.trainingBuild(), a.trainingVerify())
}

func (a *app) trainingBuild() *cobra.Command {
	w := run.Training{}
	c := describe(&cobra.Command{
		Use:   "build NAME",
		Short: "Build a training set and write it to its file",
		Long: `Build finds the rows of a training set, joins its features to them and writes the result to the file that its spec names, as CSV, Parquet or
lines of JSON by the ending of the file; a manifest beside it says what it was built from. Without -p as_of it takes every date of the
spine. Expectations about the training set are judged before anything is written. A file that is there and holds something else is left
alone without --replace; one that holds the same is not written again.`,
		Example: `runner training build churn
runner training build churn -p as_of=2024-01-31 --output january.parquet
runner training build churn --explain`,
		Args:              exactly(1, "one training set"),
		ValidArgsFunction: a.completeTrainingSets,
		RunE:              func(c *cobra.Command, args []string) error { return a.buildTraining(c.Context(), args[0], w) },
	}, needs{"yes", "no", "the file, its manifest and the ledger"})
	c.Flags().BoolVar(&w.Replace, "replace", false, "write over a file that holds something else")
	c.Flags().BoolVar(&w.Explain, "explain", false, "also show how each view is joined and why, and the SQL")
	return c
}

func (a *app) buildTraining(ctx context.Context, name string, w run.Training) error {
	p, c, err := a.prepareTraining("training build", name, &w)
	if err != nil {
		return err
	}
	rep, err := a.perform(ctx, p, c, func(ctx context.Context, c run.Config) *report.Report { return run.BuildTraining(ctx, c, w) })
	if err != nil {
		return err
	}
	if rep.ExitCode == report.ExitDone {
		rep.Next = a.trainingAgain("runner training verify", w)
	}
	return a.finish(rep, report.TrainingKind)
}

// prepareTraining reads the project and finds the training set. --output names the file of the rows, not of the report.
func (a *app) prepareTraining(verb, name string, w *run.Training) (*project, run.Config, error) {
	p, c, err := a.prepare(verb, nil, nil)
	if err != nil {
		return nil, c, err
	}
	w.Output, a.flags.output = a.flags.output, ""
	if err := folderOf("--output", w.Output); err != nil {
		return nil, c, err
	}
	if w.Set, err = p.trainingSet(name); err != nil {
		return nil, c, err
	}
	c.Params, err = a.params(paramsOf(w.Set), c.Getenv)
	return p, c, err
}

// paramsOf are the parameters of a training set as those of a pipeline.
func paramsOf(t *model.TrainingSet) *model.Pipeline {
	return &model.Pipeline{Name: "training set " + t.Name, Params: t.Params}
}

// trainingAgain is a command about the same training set with the same parameters.
func (a *app) trainingAgain(command string, w run.Training) string {
	words := []string{command, diag.Typed(w.Set.Name)}
	for _, p := range a.flags.params {
		words = append(words, "-p", diag.Typed(p))
	}
	if w.Output != "" {
		words = append(words, "--output", diag.Typed(w.Output))
	}
	return strings.Join(words, " ")
}

// trainingSet finds a training set by its name.
func (p *project) trainingSet(name string) (*model.TrainingSet, error) {
	if t := p.model.TrainingSet(name); t != nil {
		return t, nil
	}
	names := p.model.TrainingSetNames()
	hint := cmp.Or(p.isAnother(name), diag.DidYouMean(name, names))
	switch {
	case len(names) == 0:
		hint = "this project declares none"
	case hint == "":
		hint = "it has " + strings.Join(names, ", ")
	}
	return nil, usage(hint, "there is no training set %q", name)
}

func (a *app) trainingVerify() *cobra.Command {
	w := run.Training{}
	return describe(&cobra.Command{
		Use:   "verify NAME",
		Short: "Build a training set again, to nowhere, and compare it with its file",
		Long: `Verify builds a training set again without writing it, and compares the result with the manifest and with the file. A difference is
exit code 1, with its cause as far as that can be told: a month that was restated, a spec that was changed, a file that was edited.`,
		Example:           "runner training verify churn",
		Args:              exactly(1, "one training set"),
		ValidArgsFunction: a.completeTrainingSets,
		RunE: func(c *cobra.Command, args []string) error {
			p, rc, err := a.prepareTraining("training verify", args[0], &w)
			if err != nil {
				return err
			}
			rep, err := a.perform(c.Context(), p, rc, func(ctx context.Context, rc run.Config) *report.Report { return run.VerifyTraining(ctx, rc, w) })
			if err != nil {
				return err
			}
			if rep.ExitCode == report.ExitRefused {
				rep.Next = a.trainingAgain("runner training build", w) + " --replace"
			}
			return a.finish(rep, report.TrainingVerifyKind)
		},
	}, needs{"yes", "the file that was built", "nothing"})
}
