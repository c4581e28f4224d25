package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/dataset"
	"streamflow/runner/feature"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
	"streamflow/runner/source"
)

// historyFlags are the flags of features history.
type historyFlags struct {
	spine, event  string
	full, explain bool
}

func (a *app) featuresHistory() *cobra.Command {
	f := &historyFlags{}
	c := describe(&cobra.Command{
		Use:   "history SPEC",
		Short: "Features as they were known at the times of rows in a file",
		Long: `History reads rows from a CSV or Parquet file and puts features beside them, each as it was known at the time of its row. SPEC is a feature
service, a view, a list of VIEW and VIEW.FEATURE with commas between them, or the file of a spec with one service. The file needs the keys
of the entities, the inputs of the service and a column that says when (event_timestamp, or --event-time); everything else passes through.

The rows go to stdout as CSV (--format jsonl: a JSON object for each), or to the file of --output as its ending says. They are ordered by key
and time. Rows without a time are dropped and counted; an unknown key has no values.`,
		Example: `runner features history churn --spine asked.csv
runner features history usage,profile.plan --spine asked.parquet --output filled.parquet
runner features history churn --spine asked.csv --event-time asked_at --format jsonl`,
		Args:              exactly(1, "one service, view or list of features"),
		ValidArgsFunction: a.completeServices,
		RunE:              func(c *cobra.Command, args []string) error { return a.history(c.Context(), args[0], f) },
	}, needs{"yes", "the file of the rows", "nothing but the file of --output"})
	c.Flags().StringVar(&f.spine, "spine", "", "the file with the rows to fill, .csv or .parquet")
	c.Flags().StringVar(&f.event, "event-time", "", "the column that says at what time each row asks (default event_timestamp)")
	c.Flags().BoolVar(&f.full, "full-names", false, "call features VIEW__FEATURE")
	c.Flags().BoolVar(&f.explain, "explain", false, "also show how each view is joined and why, and the SQL")
	return c
}

func (a *app) history(ctx context.Context, spec string, f *historyFlags) error {
	p, c, err := a.prepare("features history", nil, nil, formatJSONL)
	if err != nil {
		return err
	}
	w := run.HistoryRequest{FullNames: f.full, EventTime: f.event, Explain: f.explain, Format: dataset.CSV}
	if err := a.historyOutput(&w); err != nil {
		return err
	}
	if err := p.historyOf(spec, &w); err != nil {
		return err
	}
	if f.spine == "" {
		return usage("such as --spine rows.csv", "features history needs --spine, the file with the rows to fill")
	}
	info, err := os.Stat(f.spine)
	if err != nil {
		return surrounding("check the path", err)
	}
	w.Spine = source.File{Name: filepath.ToSlash(f.spine), Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(f.spine) }}
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	defer d.db.Close()
	c.DB, c.Target = d.db, d.line
	news := a.progress()
	defer news.Close()
	c.Events = news.Event
	if w.Path != "" {
		if err := a.title(d); err != nil {
			return err
		}
	}
	rep := run.History(ctx, c, w)
	news.Close()
	if w.Path != "" {
		return a.finish(rep, report.TrainingKind)
	}
	if err := report.TrainingText(a.stderr, rep, a.colour(a.stderr)); err != nil {
		return a.writeFault(err)
	}
	return ended(rep.ExitCode)
}

// historyOutput decides where the rows go. --output names the file of the rows, not of the report.
func (a *app) historyOutput(w *run.HistoryRequest) error {
	w.Path, a.flags.output = a.flags.output, ""
	if w.Path == "" {
		switch a.flags.format {
		case formatJSON:
			return usage("add --output FILE, or say --format jsonl for the rows", "--format json is the report, and the rows go to stdout as well")
		case formatJSONL:
			w.Format = dataset.JSONLines
		}
		w.Out = a.stdout
		return nil
	}
	var known bool
	if w.Format, known = dataset.FormatOf(w.Path); !known {
		return usage("let it end in .csv, .parquet or .jsonl", "the ending of %s does not tell its format", w.Path)
	}
	if a.flags.format == formatJSONL {
		if w.Format.Name != dataset.JSONLines.Name {
			return usage("let the file end in .jsonl", "--format jsonl and --output %s contradict each other", w.Path)
		}
		a.flags.format = formatText
	}
	return folderOf("--output", w.Path)
}

// historyOf finds what is asked for: a service, the file of one, or a list of views and features.
func (p *project) historyOf(spec string, w *run.HistoryRequest) error {
	w.Name = spec
	service := p.model.FeatureService(spec)
	if service == nil && strings.ContainsAny(spec, `/\`) || strings.HasSuffix(spec, ".yaml") || strings.HasSuffix(spec, ".yml") {
		var err error
		if service, err = p.serviceIn(spec); err != nil {
			return err
		}
	}
	if service != nil {
		w.Name, w.Features, w.Inputs, w.Derived = service.Name, service.Features, service.Inputs, service.Derived
		return nil
	}
	refs := strings.Split(spec, ",")
	set, err := feature.List(p.model, refs, w.FullNames)
	if err != nil {
		return refsFault(err, func(all feature.Faults) string {
			if len(refs) == 1 && all[0].Kind == feature.UnknownView {
				return p.whatToName()
			}
			return ""
		})
	}
	w.Features, w.FullNames = set.Features, false // the names of the list are full already
	return nil
}

// whatToName says what features may be asked for.
func (p *project) whatToName() string {
	if names := p.model.ServiceNames(); len(names) > 0 {
		return "name a service (" + strings.Join(names, ", ") + "), a view, or VIEW.FEATURE"
	}
	return "name a view, or VIEW.FEATURE: there is no service"
}

// serviceIn is the one service of a spec's file.
func (p *project) serviceIn(path string) (*model.FeatureService, error) {
	rel, err := inside(p.root, path)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(p.model.FeatureServices), func(s *model.FeatureService) bool { return !below(s.Origin.File, []string{rel}) })
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, usage(p.whatToName(), "%s holds no feature service", path)
	}
	var names []string
	for _, s := range found {
		names = append(names, s.Name)
	}
	return nil, usage("name one of them", "%s holds several feature services: %s", path, strings.Join(names, ", "))
}
