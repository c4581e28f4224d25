package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// sampling are the flags that say how much is compared.
type sampling struct {
	keys, seed int64
	all        bool
}

func (a *app) featuresCheck() *cobra.Command {
	s, service := &sampling{}, ""
	c := describe(&cobra.Command{
		Use:   "check [VIEW...]",
		Short: "Compare the values that are served with those of the sources",
		Long: `Check asks the online store for the values of some keys, the way the server does, and compares them with the newest rows of the sources,
as they are now. Derived features are computed by the server's code on one side and by the database on the other, so that a disagreement of the
two shows. Keys that are not online, or are online with an older row, are counted apart, with the command that mends it; so are pushed values,
which are newer than the source on purpose.

Each view is compared by a sample of its keys, always the same for the same --seed, or with --all by all of them. Without VIEW all views are
compared that are online, and with --service those of a service together with what it derives from them. Exit code 1 says that a value differs
or that a view is behind its source. Personal data is masked.`,
		Example: `runner features check
runner features check usage --all
runner features check --service churn --sample 5000 --seed 7 --format json`,
		ValidArgsFunction: a.completeViews,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.check(c); err != nil {
				return err
			}
			return a.checkFeatures(c.Context(), args, service, s)
		},
	}, needs{"yes", "no", "nothing"})
	c.Flags().StringVar(&service, "service", "", "the views of this feature service, and what it derives")
	c.Flags().Int64Var(&s.keys, "sample", 1000, "how many keys of each view")
	c.Flags().Int64Var(&s.seed, "seed", 1, "which keys: another number, another sample")
	c.Flags().BoolVar(&s.all, "all", false, "all keys")
	return c
}

// check refuses flags that contradict each other. All is a sample of zero keys.
func (s *sampling) check(c *cobra.Command) error {
	switch {
	case s.all && (c.Flags().Changed("sample") || c.Flags().Changed("seed")):
		return usage("give one of them", "--all takes everything, and --sample and --seed choose some")
	case s.keys < 1:
		return usage("such as --sample 1000, or --all", "--sample is a positive number")
	case s.all:
		s.keys = 0
	}
	return nil
}

func (a *app) checkFeatures(ctx context.Context, args []string, service string, s *sampling) error {
	p, c, err := a.prepare("check", nil, nil)
	if err != nil {
		return err
	}
	w := run.FeatureCheck{Sample: plan.Sample{Keys: s.keys, Seed: s.seed}}
	if w.Views, w.Service, err = p.checked(args, service); err != nil {
		return err
	}
	return a.consistency(ctx, p, c, func(ctx context.Context, c run.Config, d *database) (*report.Consistency, error) {
		store, pool, err := d.openStore(ctx, p.model, pg.PoolOptions{Size: 1})
		if err != nil {
			return nil, err
		}
		defer pool.Close()
		defer store.Close()
		w.Store = store
		return run.CheckFeatures(ctx, c, w), nil
	})
}

// consistency opens the database, lets compare compare with its news on stderr, and shows what was found.
func (a *app) consistency(ctx context.Context, p *project, c run.Config, compare func(context.Context, run.Config, *database) (*report.Consistency, error)) error {
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	defer d.db.Close()
	c.DB, c.Target = d.db, d.line
	if err := a.title(d); err != nil {
		return err
	}
	news := a.progress()
	defer news.Close()
	c.Events = news.Event
	found, err := compare(ctx, c, d)
	news.Close()
	if err != nil {
		return err
	}
	err = a.result(func(w io.Writer, opts report.TextOptions) error {
		if a.flags.format == formatJSON {
			return report.ConsistencyJSON(w, found)
		}
		return report.ConsistencyText(w, found, opts)
	})
	if err != nil {
		return err
	}
	return ended(found.ExitCode)
}

// checked are the views that are meant, and the service whose derived features are.
func (p *project) checked(views []string, service string) ([]*model.FeatureView, *model.FeatureService, error) {
	if service == "" {
		list, err := p.views(views)
		return list, nil, err
	}
	if len(views) > 0 {
		return nil, nil, usage("give one of them", "views and --service each say what is compared")
	}
	s, err := serviceOf(p.model, service)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, v := range model.Views(s.Features) {
		names = append(names, v.Name)
	}
	list, err := p.views(names)
	return list, s, err
}
