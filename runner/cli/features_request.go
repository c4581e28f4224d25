package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

func refsSet(p *model.Project, refs ...string) (*feature.Set, error) {
	set, err := feature.List(p, refs, false)
	return set, refsFault(err, func(all feature.Faults) string {
		if slices.ContainsFunc(all, func(f feature.Fault) bool { return f.Kind == feature.Collision }) {
			return "ask for them apart, or declare a feature_service with a prefix"
		}
		return ""
	})
}

// refsFault tells all that is wrong with a list of references, with the hint of the first unless there is a better one; other errors stay what
// they are.
func refsFault(err error, better func(feature.Faults) string) error {
	var all feature.Faults
	if !errors.As(err, &all) {
		return err
	}
	messages := make([]string, len(all))
	for i, f := range all {
		messages[i] = f.Message
	}
	return usage(cmp.Or(better(all), all[0].Hint), "%s", strings.Join(messages, "; "))
}

// serviceOf is the service of a name; without one the only one there is.
func serviceOf(p *model.Project, name string) (*model.FeatureService, error) {
	names := p.ServiceNames()
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
	return nil, usage(cmp.Or(diag.DidYouMean(name, names), "there are "+strings.Join(names, ", ")), "there is no feature service %q", name)
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
			return r, usage(cmp.Or(diag.DidYouMean(name, names), "it takes "+strings.Join(names, ", ")), "%q is neither a key nor an input of what is asked for", name)
		}
		read := feature.ReadText
		if i >= len(set.Keys) {
			read = feature.ReadInput
		}
		value, err := read(columns[i], text)
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

// filled wants every column as often as the first key. An input that is given once counts for all.
func filled(columns []model.Column, given [][]*string, keys int) ([][]*string, error) {
	rows := len(given[0])
	for i, c := range columns {
		if i >= keys && len(given[i]) == 1 && rows > 1 {
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
