package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// materializeFlags are the flags of materialize.
type materializeFlags struct {
	from, to    string
	incremental bool
	full        bool
	wait        bool
}

func materializeCommand(a *app) *cobra.Command {
	f := &materializeFlags{}
	c := describe(&cobra.Command{
		Use:   "materialize [VIEW...]",
		Short: "Bring the newest values of feature views online",
		Long: `Materialize writes the newest values of each key into the online store, one table for each view in schema online. It looks at what was
frozen or loaded since the last time; --full looks at everything, and --from and --to at what happened between two days, both included.
Newer values are never overwritten by older ones, whatever the order, and rows that are the same are not written: to do it again changes
nothing. All views change at once, or none. Without VIEW it takes every view that is online.`,
		Example: `runner materialize
runner materialize usage --full
runner materialize --from 2024-01-01 --to 2024-01-31`,
		ValidArgsFunction: a.completeViews,
		RunE:              func(c *cobra.Command, args []string) error { return a.materialize(c.Context(), args, f) },
	}, needs{"yes", "no", "the online store and the ledger, in one transaction"})
	c.Flags().StringVar(&f.from, "from", "", "only what happened on this day or later, as YYYY-MM-DD")
	c.Flags().StringVar(&f.to, "to", "", "only what happened on this day or before, as YYYY-MM-DD")
	c.Flags().BoolVar(&f.incremental, "incremental", false, "what has come since the last time (this is the default)")
	c.Flags().BoolVar(&f.full, "full", false, "look at everything that is frozen or loaded")
	c.Flags().BoolVar(&f.wait, "wait", false, "wait while another run holds a view or what it reads, instead of exit code 4")
	return c
}

func (a *app) materialize(ctx context.Context, args []string, f *materializeFlags) error {
	p, c, err := a.prepare("materialize", nil, nil)
	if err != nil {
		return err
	}
	c.Wait = f.wait
	var w run.Materializing
	if w.Mode, w.Window, err = f.mode(); err != nil {
		return err
	}
	if w.Views, err = p.views(args); err != nil {
		return err
	}
	rep, err := a.perform(ctx, p, c, func(ctx context.Context, c run.Config) *report.Report { return run.Materialize(ctx, c, w) })
	if err != nil {
		return err
	}
	rep.Next = nextOfMaterialize(p.model, rep, args)
	return a.finish(rep, report.MaterializeKind)
}

// mode reads the flags that say how much is looked at.
func (f *materializeFlags) mode() (plan.Mode, plan.Window, error) {
	windowed := f.from != "" || f.to != ""
	for _, one := range []struct {
		a, b    bool
		message string
	}{{f.full, f.incremental, "--full and --incremental contradict each other"}, {f.full, windowed, "--full looks at everything, and --from and --to do not"},
		{f.incremental, windowed, "--incremental looks at what has come since the last time, whenever it happened, and --from and --to bound that"}} {
		if one.a && one.b {
			return "", plan.Window{}, usage("give one of them", "%s", one.message)
		}
	}
	for _, date := range []struct{ flag, value string }{{"--from", f.from}, {"--to", f.to}} {
		if _, err := model.ParseDate(date.value); date.value != "" && err != nil {
			return "", plan.Window{}, usage("such as "+date.flag+" 2024-01-31", "%s: %v", date.flag, err)
		}
	}
	switch {
	case windowed && f.from != "" && f.to != "" && f.from > f.to:
		return "", plan.Window{}, usage("exchange them", "--from %s is after --to %s", f.from, f.to)
	case windowed:
		return plan.WindowedMode, plan.Window{From: plan.Bound{Date: f.from}, To: plan.Bound{Date: f.to}}, nil
	case f.full:
		return plan.FullMode, plan.Window{}, nil
	}
	return plan.Incremental, plan.Window{}, nil
}

// views finds the feature views of some names; without names all that are online.
func (p *project) views(names []string) ([]*model.FeatureView, error) {
	all := p.model.ViewNames()
	var out []*model.FeatureView
	for _, v := range p.model.FeatureViews {
		if v.Online {
			out = append(out, v)
		}
	}
	if len(all) == 0 {
		return nil, usage("write one in featureviews/", "this project has no feature view")
	}
	if len(names) == 0 && len(out) == 0 {
		return nil, usage("leave online: false out of those that are to be served", "no feature view of this project is online: it has %s", strings.Join(all, ", "))
	}
	if len(names) == 0 {
		return out, nil
	}
	out = nil
	seen := map[string]bool{}
	for _, name := range names {
		v := p.model.FeatureView(name)
		if v == nil {
			return nil, usage(cmp.Or(p.isAnother(name), diag.DidYouMean(name, all), "this project has "+strings.Join(all, ", ")), "there is no feature view %q", name)
		}
		if !v.Online {
			return nil, usage("leave online: false out of it", "feature view %s is not kept online", name)
		}
		if !seen[name] {
			out = append(out, v)
		}
		seen[name] = true
	}
	return out, nil
}

// nextOfMaterialize shows how values are read that have just come online.
func nextOfMaterialize(m *model.Project, rep *report.Report, args []string) string {
	if rep.ExitCode == report.ExitLocked {
		words := []string{"runner materialize"}
		for _, name := range args {
			words = append(words, diag.Typed(name))
		}
		return strings.Join(words, " ") + " --wait"
	}
	if rep.ExitCode != report.ExitDone || len(rep.Materialized) == 0 {
		return ""
	}
	view := m.FeatureView(rep.Materialized[0].View)
	next := "runner features get"
	if len(m.FeatureServices) > 0 {
		next += " --service " + diag.Typed(m.FeatureServices[0].Name)
		view = m.FeatureServices[0].Features[0].View
	}
	for _, k := range view.Entity.Key {
		next += " " + diag.Typed(k.Name) + "=..."
	}
	return next
}
