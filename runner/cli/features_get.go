package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/online"
	"streamflow/runner/report"
)

// featureWish is what features get is asked for.
type featureWish struct {
	service, view string
	features      []string
	curl          bool
}

func (a *app) featuresGet() *cobra.Command {
	w := &featureWish{}
	c := describe(&cobra.Command{
		Use:   "get KEY=VALUE...",
		Short: "What the online store says of an entity",
		Long: `Get reads the online store as the server does: the values of a service's features for one entity, each with its status and the date that it
speaks for. Derived features are computed; inputs of a service are given like keys. A key that is given several times asks for several
entities, and of a key of several columns each is given as often. --view asks for all features of a view instead, --features for a list
of VIEW:FEATURE and VIEW. With one service in the project, that is asked for.

An entity that no view knows is exit code 1. --curl prints the question to runner serve instead, and asks nothing.`,
		Example: `runner features get --service churn client=7590-VHVEG
runner features get --view usage client=7590-VHVEG client=5575-GNVDE
runner features get --features usage:minutes,profile client=7590-VHVEG --format json
runner features get --service credit client=7 loan_amount=1000 --curl`,
		RunE: func(c *cobra.Command, args []string) error { return a.getFeatures(c.Context(), w, args) },
	}, needs{"yes (--curl: no)", "no", "nothing"})
	c.Flags().StringVar(&w.service, "service", "", "the feature service")
	c.Flags().StringVar(&w.view, "view", "", "all features of this view")
	c.Flags().StringSliceVar(&w.features, "features", nil, "these features, as VIEW:FEATURE or VIEW, with commas between them")
	c.Flags().BoolVar(&w.curl, "curl", false, "print the question to runner serve, as a line for a shell")
	return c
}

func (a *app) getFeatures(ctx context.Context, w *featureWish, args []string) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	set, err := w.set(p.model)
	if err != nil {
		return err
	}
	request, err := requestOf(set, args)
	if err != nil {
		return err
	}
	request.Now = a.now()
	if w.curl {
		return a.result(func(out io.Writer, _ report.TextOptions) error {
			_, err := io.WriteString(out, w.curls(set, request))
			return err
		})
	}
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	defer d.db.Close()
	store, pool, err := d.openStore(ctx, p.model, pg.PoolOptions{Size: 1})
	if err != nil {
		return err
	}
	defer pool.Close()
	defer store.Close()
	answer, err := online.Answer(ctx, store, set, request)
	if err != nil {
		return surrounding("", err)
	}
	unknown, err := a.unknownEntities(ctx, store, answer, request)
	if err != nil {
		return err
	}
	if err := a.title(d); err != nil {
		return err
	}
	return a.showFeatures(answer, request, unknown)
}

// set compiles what is asked for.
func (w *featureWish) set(p *model.Project) (*feature.Set, error) {
	given := 0
	for _, is := range []bool{w.service != "", w.view != "", len(w.features) > 0} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, usage("give one of them", "--service, --view and --features each say what is asked for")
	case w.view != "":
		return refsSet(p, w.view)
	case len(w.features) > 0:
		return refsSet(p, w.features...)
	}
	service, err := serviceOf(p, w.service)
	if err != nil {
		return nil, err
	}
	set, err := feature.Of(service)
	if err != nil {
		return nil, usage("", "feature service %q cannot be asked: %s", service.Name, err)
	}
	return set, nil
}

// unknownEntities says which entities are in no view, and why that may be; nil when all are known.
func (a *app) unknownEntities(ctx context.Context, store online.Store, answer *feature.Answer, r feature.Request) (*fault, error) {
	var keys []string
	for i, row := range answer.Rows {
		if !row.Found() {
			keys = append(keys, entityOf(answer.Set, r, i))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	views := make([]*model.FeatureView, len(answer.Set.Reads))
	names := make([]string, len(views))
	for i, read := range answer.Set.Reads {
		views[i], names[i] = read.View, read.View.Name
	}
	states, err := store.State(ctx, views)
	if err != nil {
		return nil, surrounding("", err)
	}
	message := strings.Join(keys, "; ") + ": in none of " + strings.Join(names, ", ")
	hint := "check the key; what was materialized when is in runner.materializations"
	if !slices.ContainsFunc(states, func(s online.State) bool { return s.Exists }) {
		message, hint = "nothing is online of "+strings.Join(names, ", "), "runner materialize "+strings.Join(names, " ")
	}
	return &fault{report.ExitRefused, diag.Diagnostic{Message: message, Hint: hint}}, nil
}

// entityOf is the key of a row as one types it. Personal data is masked.
func entityOf(set *feature.Set, r feature.Request, row int) string {
	parts := make([]string, len(set.Keys))
	for i, k := range set.Keys {
		parts[i] = k.Name + "=" + model.Masked
		if !k.PII {
			parts[i] = k.Name + "=" + *r.Keys[i][row]
		}
	}
	return strings.Join(parts, " ")
}

// showFeatures writes the answer, and ends with what is not known.
func (a *app) showFeatures(answer *feature.Answer, r feature.Request, unknown *fault) error {
	answer, r = answer.Masked(r)
	err := a.result(func(w io.Writer, opts report.TextOptions) error {
		if a.flags.format == formatJSON {
			return answersJSON(w, answer, r)
		}
		opts.Titled = a.flags.output == ""
		return report.FeaturesText(w, entities(answer, r), opts)
	})
	if err != nil {
		return err
	}
	if unknown != nil {
		a.say(unknown) // the document is complete without it
		return exitCode(unknown.code)
	}
	return nil
}

// answersJSON writes one entity as GET /features does, and several as a list called rows.
func answersJSON(w io.Writer, answer *feature.Answer, r feature.Request) error {
	var text []byte
	for i := range answer.Rows {
		if i > 0 {
			text = append(text, ',')
		}
		text = answer.AppendRow(text, r, i)
	}
	if len(answer.Rows) > 1 {
		text = slices.Concat([]byte(`{"rows":[`), text, []byte(`]}`))
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err := out.WriteTo(w)
	return err
}

// entities are the rows that are known, to be printed.
func entities(answer *feature.Answer, r feature.Request) []report.Entity {
	var out []report.Entity
	for i, row := range answer.Rows {
		if !row.Found() {
			continue
		}
		e := report.Entity{Key: entityOf(answer.Set, r, i)}
		for j, f := range answer.Set.Features {
			v := report.FeatureValue{Feature: f.Name, Value: feature.Text(f.Type, row.Values[j].Text), Status: string(row.Values[j].Status)}
			if read := answer.Set.ReadOf(j); read >= 0 && row.Records[read] != nil {
				v.AsOf = row.Records[read].When()
			}
			e.Features = append(e.Features, v)
		}
		out = append(out, e)
	}
	return out
}
