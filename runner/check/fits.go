package check

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

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
