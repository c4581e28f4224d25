package plan

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// moment is a value that tells a time: a column, or a literal. Its methods are the one place that says in SQL what a time means and what lies
// a length of time before and after it; model.Period and model.OnClock say the same in Go.
//
// A date is the instant its day ends in the zone, or with AtStart that its day begins. A timestamp is what the clocks of the zone show. NULL
// stays NULL.
type moment struct {
	Value   pgsql.Frag
	Type    model.Type // date, timestamp or timestamptz
	AtStart bool
	Zone    string // IANA name; empty is UTC
}

// momentOf is a column that tells a time, under an alias.
func momentOf(project *model.Project, alias pgsql.Frag, c model.Column, atStart bool) moment {
	return moment{Value: pgsql.Column(alias, c.Name), Type: c.Type, AtStart: atStart, Zone: project.Timezone}
}

// instant is the value as a timestamptz.
func (m moment) instant() pgsql.Frag { return m.after(model.Period{}) }

// after is the instant that lies so long after the value. Months and days move the date, or what the clocks of the zone show; a month-end
// stays a month-end. Hours pass as they do.
func (m moment) after(p model.Period) pgsql.Frag {
	var out pgsql.Frag
	switch calendar := p.Months != 0 || p.Days != 0; {
	case m.Type.Family == model.Date:
		day := addDays(addMonths(m.Value, p.Months, "1", "::date"), p.Days)
		if !m.AtStart {
			day = "(" + day + " + 1)"
		}
		out = m.onClock(day + "::timestamp")
	case m.Type.Family != model.TimestampTZ:
		out = m.onClock(addInterval(addMonths(m.Value, p.Months, "interval '1 day'", ""), p.Days, "days"))
	case calendar:
		shown := "(" + m.Value + " AT TIME ZONE " + m.zone() + ")"
		out = m.onClock(addInterval(addMonths(shown, p.Months, "interval '1 day'", ""), p.Days, "days"))
	default:
		out = m.Value
	}
	return addInterval(out, p.Hours, "hours")
}

// before is the instant that lies so long before the value.
func (m moment) before(p model.Period) pgsql.Frag {
	return m.after(model.Period{Months: -p.Months, Days: -p.Days, Hours: -p.Hours})
}

func (m moment) zone() pgsql.Frag {
	if m.Zone == "" {
		return pgsql.Literal("UTC")
	}
	return pgsql.Literal(m.Zone)
}

// onClock is the instant at which the clocks of the zone show a timestamp.
func (m moment) onClock(shown pgsql.Frag) pgsql.Frag {
	return "(" + shown + " AT TIME ZONE " + m.zone() + ")"
}

// addMonths keeps a month-end a month-end: the day after it is the first of a month, and stays one. day is one day in the value's
// arithmetic, back the cast to its type.
func addMonths(value pgsql.Frag, n int, day, back pgsql.Frag) pgsql.Frag {
	if n == 0 {
		return value
	}
	months := " + interval '" + pgsql.Int(n) + " months')" + back
	return "CASE WHEN extract(day FROM " + value + " + " + day + ") = 1 THEN ((" + value + " + " + day + ")" + months + " - " + day + " ELSE (" + value + months + " END"
}

func addDays(date pgsql.Frag, n int) pgsql.Frag {
	switch {
	case n > 0:
		return "(" + date + " + " + pgsql.Int(n) + ")"
	case n < 0:
		return "(" + date + " - " + pgsql.Int(-n) + ")"
	}
	return date
}

func addInterval(value pgsql.Frag, n int, unit pgsql.Frag) pgsql.Frag {
	if n == 0 {
		return value
	}
	return "(" + value + " + interval '" + pgsql.Int(n) + " " + unit + "')"
}
