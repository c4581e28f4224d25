package exports

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// FeastVersion is the first version of Feast whose client asks for all features of a request, with all keys, at once (its
// sdk/python/feast/infra/online_stores/remote.py). Older ones send the first key column only.
const FeastVersion = "0.64"

// FeastRepo is what a client of Feast needs to know of a project.
type FeastRepo struct {
	Files []File
	Notes []string // what is said otherwise than in the specs, or not at all
}

// Feast writes the definitions that a client of Feast needs to read the features of a project, by its name, from a server at a URL. Faults are
// names that Feast cannot have.
func Feast(project *model.Project, name, url string) (FeastRepo, diag.List) {
	if faults := feastNames(project); len(faults) > 0 {
		return FeastRepo{}, faults
	}
	f := &feast{python: python{taken: map[string]bool{}}, project: project, name: name, entities: map[*model.Entity][]string{}, views: map[*model.FeatureView]string{}}
	f.header()
	f.allEntities()
	f.allViews()
	f.allServices()
	return FeastRepo{Files: []File{{"feature_store.yaml", feastStore(name, url)}, {"features.py", f.String()}}, Notes: f.notes}, nil
}

// feastNames finds names with a colon or an @: Feast separates a view, its version and a feature by them.
func feastNames(project *model.Project) (faults diag.List) {
	refuse := func(what, name string, at diag.Place) {
		if strings.ContainsAny(name, ":@") {
			faults.Add(diag.Diagnostic{Place: at, Message: fmt.Sprintf("Feast has no name for %s %q: it separates names by : and @", what, name), Hint: "rename it"})
		}
	}
	for _, v := range project.FeatureViews {
		refuse("feature view", v.Name, v.Origin)
		for _, f := range v.Offers() {
			refuse("feature", f.Name, f.Origin)
		}
	}
	for _, s := range project.FeatureServices {
		refuse("feature service", s.Name, s.Origin)
	}
	return faults
}

// feastStore is feature_store.yaml. Feast checks the name of a project: letters, digits and _, not _ at first.
func feastStore(name, url string) string {
	name = strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < 128 && (r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, name), "_")
	if name == "" {
		name = "project"
	}
	cert := ""
	if strings.HasPrefix(url, "https:") {
		cert = "\n  # cert: server.crt    # the server's certificate, where no authority signed it"
	}
	return `# Written by runner export feast. After "feast apply" in this folder a client of Feast reads from runner serve.
project: ` + name + `
provider: local
registry: registry.db
online_store:
  type: remote
  path: ` + literal(url) + cert + `
entity_key_serialization_version: 3
# Where the server asks for a token, say which variable of the client's environment holds it (Feast 0.62 or newer):
# auth:
#   type: oidc
#   token_env_var: RUNNER_TOKEN
`
}

// feast is features.py under construction.
type feast struct {
	python
	project  *model.Project
	name     string
	entities map[*model.Entity][]string    // their variables, one for each key column
	views    map[*model.FeatureView]string // their variables
	notes    []string
}

// note is said in the file and to whoever exports.
func (f *feast) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	f.comment(text)
	f.notes = append(f.notes, text)
}

func (f *feast) header() {
	f.comment("Definitions of the project " + literal(f.name) + " for clients of Feast, written by: runner export feast")
	f.comment("They say what there is and of which type. The values come from runner serve, which also computes derived features, " +
		"and which alone reads the database: the file sources below are names, and nothing opens them.")
	f.line("from datetime import timedelta")
	f.line("")
	f.line("from feast import Entity, FeatureService, FeatureView, Field, FileSource, PushSource")
	f.line("from feast.types import Array, Bool, Float64, Int32, Int64, String, UnixTimestamp")
	f.line("from feast.value_type import ValueType")
}

// allEntities writes entities. One of Feast has one key column, so that one of several columns becomes several, all of which its views have.
func (f *feast) allEntities() {
	names := map[string]bool{}
	for _, e := range f.project.Entities {
		if len(e.Key) == 1 {
			names[strings.ToLower(e.Name)] = true
		}
	}
	for _, e := range f.project.Entities {
		f.line("")
		if len(e.Key) > 1 {
			f.comment(fmt.Sprintf("The key of %s has %d columns. Feast has one column in an entity, and these belong together.", literal(e.Name), len(e.Key)))
			f.comment("Clients older than " + FeastVersion + " send the first of them only, and are refused by the server.")
		}
		for _, k := range e.Key {
			name := e.Name
			if len(e.Key) > 1 {
				name = unique(names, e.Name+"__"+k.Name)
			}
			_, value := feastKey(k.Type)
			variable := f.variable("entity", name)
			f.entities[e] = append(f.entities[e], variable)
			f.call(variable, "Entity", "name="+literal(name), "join_keys="+literals([]string{k.Name}), "value_type=ValueType."+value,
				argument("description", e.Description), feastTags(e.Tags, k.PII), argument("owner", e.Owner))
		}
	}
}

func (f *feast) allViews() {
	sources := map[string]bool{}
	for _, v := range f.project.FeatureViews {
		sources[strings.ToLower(v.Name)] = true
	}
	for _, v := range f.project.FeatureViews {
		f.line("")
		source := f.source(v, sources)
		f.line("")
		online := "True"
		if !v.Online {
			f.note("Feature view %s is not kept online: the server has no values of it.", literal(v.Name))
			online = "False"
		}
		months := ""
		if v.TTL != nil && v.TTL.Months > 0 {
			months = "# " + v.TTL.Text + " in the specs; the server counts real months"
		}
		f.views[v] = f.variable("view", v.Name)
		f.call(f.views[v], "FeatureView", "name="+literal(v.Name), "entities=["+strings.Join(f.entities[v.Entity], ", ")+"]", months, "ttl="+feastTTL(v.TTL),
			"schema="+feastSchema(v), "source="+source, "online="+online, argument("description", v.Description), feastTags(v.Tags, false),
			argument("owner", v.Owner))
	}
}

// source writes the source of a view, which one can push to by the name of the view, and returns its variable.
func (f *feast) source(v *model.FeatureView, names map[string]bool) string {
	from := v.Source.Name
	if from == "" {
		from = "a query"
	}
	f.comment("The rows of " + literal(v.Name) + " come from " + from + ".")
	batch, push := f.variable("source", v.Name), f.variable("push", v.Name)
	f.call(batch, "FileSource", "name="+literal(unique(names, v.Name+"_rows")), "path="+literal("runner/"+v.Name), `timestamp_field="event_timestamp"`)
	f.call(push, "PushSource", "name="+literal(v.Name), "batch_source="+batch)
	return push
}

// feastSchema lists the fields of a view: its key, and then its features.
func feastSchema(v *model.FeatureView) string {
	var b strings.Builder
	b.WriteString("[\n")
	field := func(name, dtype, description, tags string) {
		args := []string{"name=" + literal(name), "dtype=" + dtype}
		if description != "" {
			args = append(args, argument("description", description))
		}
		if tags != "" {
			args = append(args, tags)
		}
		fmt.Fprintf(&b, "        Field(%s),\n", strings.Join(args, ", "))
	}
	for _, k := range v.Entity.Key {
		dtype, _ := feastKey(k.Type)
		field(k.Name, dtype, k.Description, feastTags(nil, k.PII))
	}
	for _, x := range v.Features {
		field(x.Name, feastType(x.Type), x.Description, feastTags(x.Tags, x.PII))
	}
	for _, d := range v.Derived {
		about := "computed: " + d.Text
		if d.Description != "" {
			about = d.Description + " (" + about + ")"
		}
		field(d.Name, feastType(d.Type), about, feastTags(d.Tags, d.PII))
	}
	return b.String() + "    ]"
}

// allServices writes feature services. What of them Feast cannot say is noted.
func (f *feast) allServices() {
	for _, s := range f.project.FeatureServices {
		f.line("")
		f.serviceNotes(s)
		var features []string
		for _, v := range model.Views(s.Features) {
			var names []string
			for _, x := range s.Features {
				if x.View == v {
					names = append(names, x.Feature)
				}
			}
			features = append(features, f.views[v]+"["+literals(names)+"]")
		}
		f.call(f.variable("service", s.Name), "FeatureService", "name="+literal(s.Name), "features=[\n        "+strings.Join(features, ",\n        ")+",\n    ]",
			argument("description", s.Description), feastTags(s.Tags, false), argument("owner", s.Owner))
	}
}

func (f *feast) serviceNotes(s *model.FeatureService) {
	var derived, inputs []string
	for _, d := range s.Derived {
		derived = append(derived, literal(d.Name))
	}
	for _, in := range s.Inputs {
		inputs = append(inputs, literal(in.Name))
	}
	if len(derived)+len(inputs) > 0 {
		var parts []string
		if len(derived) > 0 {
			parts = append(parts, "the derived "+strings.Join(derived, ", "))
		}
		if len(inputs) > 0 {
			parts = append(parts, "the inputs "+strings.Join(inputs, ", "))
		}
		f.note("Feature service %s: %s are known to the server alone. A client of Feast %s or newer that asks for the service gets them, and gives inputs beside the keys.",
			literal(s.Name), strings.Join(parts, " and "), FeastVersion)
	}
	if slices.ContainsFunc(s.Features, func(x model.Served) bool { return x.Name != x.Feature }) {
		f.note("Feature service %s: its prefixes are known to the server alone. A client older than Feast %s gets the names without them.", literal(s.Name), FeastVersion)
	}
}

// argument is a named argument with a text, or nothing where the text is empty.
func argument(name, text string) string {
	if text == "" {
		return ""
	}
	return name + "=" + literal(text)
}
