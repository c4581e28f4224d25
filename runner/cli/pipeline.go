package cli

import (
	"cmp"
	"os"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// choose returns the pipeline that an argument means: a name, or a path to the file that declares it. Without an argument it is the
// only pipeline of the project.
func (p *project) choose(verb string, args []string) (*model.Pipeline, error) {
	if len(args) == 0 {
		return p.only(verb)
	}
	word := args[0]
	if pl := p.model.Pipeline(word); pl != nil {
		return pl, nil
	}
	if _, err := os.Stat(word); err == nil || strings.ContainsAny(word, `/\`) || spec.IsFile(word) {
		return p.byPath(verb, word, err)
	}
	if d, ok := p.used(word); ok {
		return nil, usage(p.commands([]spec.Document{d}), "%s is %s, which is read when it is used", word, withArticle(kindWord(d.Kind)))
	}
	return nil, usage(cmp.Or(diag.DidYouMean(word, p.names()), "this project has "+strings.Join(p.names(), ", ")), "there is no pipeline %q", word)
}

func (p *project) names() []string {
	var out []string
	for _, pl := range p.model.Pipelines {
		out = append(out, pl.Name)
	}
	return out
}

func (p *project) only(verb string) (*model.Pipeline, error) {
	switch names := p.names(); len(names) {
	case 0:
		return nil, usage("write one in pipelines/", "this project has no pipeline")
	case 1:
		return p.model.Pipelines[0], nil
	default:
		return nil, usage("runner "+verb+" "+names[0], "which pipeline? This project has %s", strings.Join(names, ", "))
	}
}

// byPath finds the pipeline of a file. For files that hold something else it says which command was meant.
func (p *project) byPath(verb, path string, missing error) (*model.Pipeline, error) {
	if missing != nil {
		return nil, usage("name a pipeline ("+strings.Join(p.names(), ", ")+") or its file", "there is no file %s", path)
	}
	rel, err := inside(p.root, path)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, pl := range p.model.Pipelines {
		if below(pl.Origin.File, []string{rel}) {
			found = append(found, pl.Name)
		}
	}
	if len(found) == 1 {
		return p.model.Pipeline(found[0]), nil
	}
	if len(found) > 1 {
		return nil, usage("runner "+verb+" "+found[0], "%s holds several pipelines: %s", path, strings.Join(found, ", "))
	}
	return nil, p.notAPipeline(verb, path, rel)
}

// params are the parameters of a run: those of -p, else those of the variables that the pipeline names, in the environment or .env.
func (a *app) params(pl *model.Pipeline, getenv func(string) string) (map[string]string, error) {
	given, err := a.flags.given()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range pl.Params {
		names = append(names, p.Name)
		if _, there := given[p.Name]; there || p.Env == "" {
			continue
		}
		if v := getenv(p.Env); v != "" {
			given[p.Name] = v
		}
	}
	for name := range given {
		if !slices.Contains(names, name) {
			hint := diag.DidYouMean(name, names)
			if hint == "" {
				hint = pl.Name + " has " + strings.Join(names, ", ")
				if len(names) == 0 {
					hint = pl.Name + " has no parameters"
				}
			}
			return nil, usage(hint, "%s has no parameter %q", pl.Name, name)
		}
	}
	return given, nil
}
