package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	pool, err := pg.OpenPool(ctx, d.url, d.schema, pg.PoolOptions{Size: 1})
	if err != nil {
		return surrounding("", err)
	}
	defer pool.Close()
	store, err := online.OnPostgres(pool, p.model)
	if err != nil {
		return surrounding("", err)
	}
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

func refsSet(p *model.Project, refs ...string) (*feature.Set, error) {
	set, err := feature.List(p, refs, false)
	var faults feature.Faults
	if errors.As(err, &faults) {
		hint := faults[0].Hint
		if slices.ContainsFunc(faults, func(f feature.Fault) bool { return f.Kind == feature.Collision }) {
			hint = "ask for them apart, or declare a feature_service with a prefix"
		}
		messages := make([]string, len(faults))
		for i, f := range faults {
			messages[i] = f.Message
		}
		return nil, usage(hint, "%s", strings.Join(messages, "; "))
	}
	return set, err
}

// serviceOf is the service of a name; without one the only one there is.
func serviceOf(p *model.Project, name string) (*model.FeatureService, error) {
	var names []string
	for _, s := range p.FeatureServices {
		names = append(names, s.Name)
	}
	switch service := p.FeatureService(name); {
	case service != nil:
		return service, nil
	case len(names) == 0:
		return nil, usage("ask for a view: --view NAME; or declare a feature_service", "there is no feature service")
	case name == "" && len(names) == 1:
		return p.FeatureServices[0], nil
	case name == "":
		return nil, usage("name one with --service, or a view with --view", "which features? There are the services %s", strings.Join(names, ", "))
	}
	hint := diag.DidYouMean(name, names)
	if hint == "" {
		hint = "there are " + strings.Join(names, ", ")
	}
	return nil, usage(hint, "there is no feature service %q", name)
}

// requestOf reads the arguments: NAME=VALUE of keys and inputs.
func requestOf(set *feature.Set, args []string) (r feature.Request, err error) {
	columns := slices.Concat(set.Keys, set.Inputs)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	given := make([][]*string, len(columns))
	for _, arg := range args {
		name, text, ok := strings.Cut(arg, "=")
		i := slices.Index(names, name)
		switch {
		case !ok:
			return r, usage("such as "+names[0]+"=7590-VHVEG", "%q is not NAME=VALUE", arg)
		case i < 0:
			hint := diag.DidYouMean(name, names)
			if hint == "" {
				hint = "it takes " + strings.Join(names, ", ")
			}
			return r, usage(hint, "%q is neither a key nor an input of what is asked for", name)
		}
		value, err := valueOf(columns[i], text, i < len(set.Keys))
		if err != nil {
			return r, usage("", "%s", err)
		}
		given[i] = append(given[i], value)
	}
	if given, err = filled(columns, given, len(set.Keys)); err != nil {
		return r, err
	}
	return feature.Request{Keys: given[:len(set.Keys)], Inputs: given[len(set.Keys):]}, nil
}

// valueOf reads one value. An input that is given as nothing is NULL where nothing is no value of its type.
func valueOf(c model.Column, text string, key bool) (*string, error) {
	if text == "" && !key && c.Type.Family != model.Text {
		return nil, nil
	}
	return feature.ReadText(c, text)
}

// filled wants every column as often as the first key. An input that is given once counts for all.
func filled(columns []model.Column, given [][]*string, keys int) ([][]*string, error) {
	rows := len(given[0])
	for i, c := range columns {
		for i >= keys && len(given[i]) == 1 && len(given[i]) < rows {
			given[i] = slices.Repeat(given[i], rows)
		}
		what := "the key has"
		if i >= keys {
			what = "an input is"
		}
		switch n := len(given[i]); {
		case n == 0:
			return nil, usage("add "+c.Name+"=VALUE", "%s %s, and it is not given", what, c.Name)
		case n != rows:
			return nil, usage("give each column of an entity", "%s is given %s, and %s %s", columns[0].Name, times(rows), c.Name, times(n))
		}
	}
	return given, nil
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
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
		parts[i] = k.Name + "=" + feature.Masked
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
