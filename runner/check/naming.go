package check

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/spec"
)

// snakeCase is what Postgres takes for a name without quotes.
var snakeCase = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// checkNames holds names against the patterns of runner.yaml, and without one those of tables, columns and snapshots against what SQL takes
// without quotes (P702).
func (p *pass) checkNames() {
	n := naming{pass: p, patterns: map[string]*regexp.Regexp{}}
	if s := p.tree.Project; s != nil && s.Lint != nil && s.Lint.Naming != nil {
		for _, e := range s.Lint.Naming.Patterns() {
			n.compile(e.Key.Value, e.Value)
		}
	}
	for _, pl := range p.tree.Pipelines {
		n.hold("pipeline", pl.Name)
		for _, e := range pl.Params.Entries {
			n.hold("param", e.Key)
		}
		for _, t := range pl.Tables.Entries {
			n.hold("table", t.Key)
			for _, c := range t.Value.Columns.Entries {
				n.hold("column", c.Key)
			}
		}
		for _, e := range pl.Snapshots.Entries {
			n.hold("snapshot", e.Key)
		}
	}
	for _, e := range p.tree.Expectations {
		for _, r := range slices.Concat(e.Rules, e.Warnings) {
			n.hold("rule", r.Name)
		}
	}
	for _, d := range p.tree.Documents() {
		switch d.Kind {
		case "entity", "feature_view", "feature_service", "training_set":
			n.hold(d.Kind, d.Name)
		}
	}
}

type naming struct {
	*pass
	patterns map[string]*regexp.Regexp // by what they are for
}

// compile reads a pattern, which a whole name has to match.
func (n *naming) compile(what string, s spec.Str) {
	_, err := regexp.Compile(s.Value)
	re, whole := regexp.Compile(`^(?:` + s.Value + `)$`)
	if err != nil || whole != nil {
		n.fault("P702", s.Place, "write a pattern such as [a-z][a-z0-9_]*", "the pattern for a %s is no regular expression: %s", what, reason(cmp.Or(err, whole)))
		n.list[len(n.list)-1].Severity = diag.Error
		return
	}
	n.patterns[what] = re
}

// reason is what is wrong with a regular expression, without the words around it.
func reason(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

func (n *naming) hold(what string, name spec.Str) {
	if !name.Set || name.Value == "" {
		return
	}
	word := strings.ReplaceAll(what, "_", " ")
	if re := n.patterns[what]; re != nil {
		if !re.MatchString(name.Value) {
			pattern := strings.TrimSuffix(strings.TrimPrefix(re.String(), "^(?:"), ")$")
			n.fault("P702", name.Place, "runner.yaml asks for "+pattern, "the %s %q is not named as this project names them", word, name.Value)
		}
		return
	}
	if what != "table" && what != "column" && what != "snapshot" {
		return
	}
	said := ""
	switch {
	case pgsql.Reserved(name.Value):
		said = "is a reserved word of SQL"
	case !snakeCase.MatchString(name.Value):
		said = "is more than a-z, 0-9 and _"
	default:
		return
	}
	hint := "runner does so; others may forget it"
	if what == "column" {
		hint += ". A column of another name still reads it with from:"
	}
	n.fault("P702", name.Place, hint, "the %s %q %s: SQL needs quotes around it", word, name.Value, said)
	n.list[len(n.list)-1].Severity = diag.Info
}

// checkRequired asks for what runner.yaml says every document has (P703). An owner of a pipeline is that of its tables and snapshots too.
func (p *pass) checkRequired() {
	s := p.tree.Project
	if s == nil || s.Lint == nil {
		return
	}
	asked := s.Lint.Require.Strings()
	want := func(key, what string, name spec.Str, whole diag.Place, given ...spec.Str) {
		has := slices.ContainsFunc(given, func(g spec.Str) bool { return strings.TrimSpace(g.Value) != "" })
		if slices.Contains(asked, key) && !has {
			p.fault("P703", place(name.Place, whole), "write "+key+": ...", "the %s has no %s, which runner.yaml asks for", called(what, name), key)
		}
	}
	for _, pl := range p.tree.Pipelines {
		want("owner", "pipeline", pl.Name, pl.Place, pl.Owner)
		want("description", "pipeline", pl.Name, pl.Place, pl.Description)
		for _, e := range pl.Tables.Entries {
			want("owner", "table", e.Key, e.Value.Place, e.Value.Owner, pl.Owner, defaultOwner(pl.Defaults), defaultOwner(s.Defaults))
			want("description", "table", e.Key, e.Value.Place, e.Value.Description)
		}
		for _, e := range pl.Snapshots.Entries {
			want("owner", "snapshot", e.Key, e.Value.Place, e.Value.Owner, pl.Owner)
			want("description", "snapshot", e.Key, e.Value.Place, e.Value.Description)
		}
	}
	for _, d := range p.featureAbout() {
		want("owner", d.what, d.name, d.at, d.Owner)
		want("description", d.what, d.name, d.at, d.Description)
	}
}

// described is a document of the feature store and what it says of itself.
type described struct {
	spec.About
	what string
	name spec.Str
	at   diag.Place
}

func (p *pass) featureAbout() []described {
	var out []described
	for _, d := range p.tree.Entities {
		out = append(out, described{d.About, "entity", d.Name, d.Place})
	}
	for _, d := range p.tree.FeatureViews {
		out = append(out, described{d.About, "feature view", d.Name, d.Place})
	}
	for _, d := range p.tree.FeatureServices {
		out = append(out, described{d.About, "feature service", d.Name, d.Place})
	}
	for _, d := range p.tree.TrainingSets {
		out = append(out, described{d.About, "training set", d.Name, d.Place})
	}
	return out
}

func defaultOwner(d *spec.Defaults) spec.Str {
	if d == nil {
		return spec.Str{}
	}
	return d.Owner
}

// called is what a message calls a thing that may have no name.
func called(what string, name spec.Str) string {
	if name.Value == "" {
		return what
	}
	return what + ` "` + name.Value + `"`
}
