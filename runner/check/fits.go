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
