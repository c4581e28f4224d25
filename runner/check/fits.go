package check

import (
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// dateVerbs are the directives of a date_format that the reader knows.
const dateVerbs = "YmdyHMSfbBjpIzZ%"

// checkFits refuses options that a column says itself and that its type has no use for. Defaults speak to all columns, and are left
// out where they do not fit.
func (p *pass) checkFits(name spec.Str, r spec.Reading, typ model.Type) {
	if typ.Family == model.Array {
		typ = *typ.Elem
	}
	if typ.Family == model.NoFamily {
		return // reported as T303
	}
	number := typ.Family == model.Integer || typ.Family == model.Numeric || typ.Family == model.Float
	for _, o := range []struct {
		key   string
		given bool
		at    diag.Place
		fits  bool
		want  string
	}{
		{"true_values", r.TrueValues.Set, r.TrueValues.Place, typ.Family == model.Boolean, "boolean"},
		{"false_values", r.FalseValues.Set, r.FalseValues.Place, typ.Family == model.Boolean, "boolean"},
		{"date_format", r.DateFormat.Set, r.DateFormat.Place, isTime(typ), "date and time"},
		{"timezone", r.Timezone.Set, r.Timezone.Place, typ.Family == model.TimestampTZ, "timestamptz"},
		{"decimal", r.Decimal.Set, r.Decimal.Place, number, "number"},
		{"group", r.Group.Set, r.Group.Place, number, "number"},
	} {
		if o.given && !o.fits {
			p.fault("T310", o.at, "remove it, or change the type", "%s is for %s columns, and %q is %s", o.key, o.want, name.Value, typ.Name)
		}
	}
}

func isTime(typ model.Type) bool {
	switch typ.Family {
	case model.Date, model.Time, model.Timestamp, model.TimestampTZ:
		return true
	}
	return false
}

// checkDateFormat points at the first directive that the reader does not know.
func (p *pass) checkDateFormat(f spec.Str) {
	runes := []rune(f.Value)
	verbs := 0
	for i := 0; i < len(runes); i++ {
		if runes[i] != '%' {
			continue
		}
		verbs++
		if i++; i >= len(runes) || !strings.ContainsRune(dateVerbs, runes[i]) {
			p.fault("T310", f.At(i-1, i+1), "known are %Y %m %d %y %H %M %S %f %b %B %j %p %I %z %Z %%", "date_format %q has a directive that is not known", f.Value)
			return
		}
	}
	if verbs == 0 {
		p.fault("T310", f.Place, `write strftime directives, such as "%d.%m.%Y"`, "date_format %q reads no date", f.Value)
	}
}

// checkInside refuses a fixed text of a spec that leads a path out of the project.
func (p *pass) checkInside(text string, at diag.Place, what string) {
	switch {
	case strings.Contains(text, "://"):
		if _, rest, _ := strings.Cut(text, "://"); strings.Contains(rest, "@") {
			p.fault("R207", at, "a spec is committed: remove the password, and change it", "a password stands in %s", what)
			return
		}
		p.unsupported(at, "reading from a URL")
	case strings.HasPrefix(text, "/"), strings.HasPrefix(text, "~"), len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/'):
		p.fault("R207", at, "write a path relative to the project, or give the folder by a flag or the environment", "%s is the absolute path %q, which holds on one machine only", what, text)
	case leaves(text):
		p.fault("R207", at, "keep the files below the project, or give the folder by a flag or the environment", "%s is %q, which leaves the project", what, text)
	}
}

// checkFolders holds the values that the spec itself gives to the parameters of a path against the same rule as the path.
func (p *pass) checkFolders(pl *pipeline) {
	used := map[string]bool{}
	for _, t := range pl.tables {
		for _, name := range t.load.Source.Path.Params() {
			used[name] = true
		}
	}
	for _, e := range pl.spec.Params.Entries {
		if used[e.Key.Value] && e.Value.Default.Set {
			p.checkInside(e.Value.Default.Value, e.Value.Default.Place, "the default of "+e.Key.Value)
		}
	}
	for _, part := range pl.spec.Partitions.List {
		for _, v := range part.Values.Entries {
			if used[v.Key.Value] && v.Value.Set {
				p.checkInside(v.Value.Value, v.Value.Place, v.Key.Value+" of this partition")
			}
		}
	}
}
