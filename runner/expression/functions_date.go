package expression

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// validDate matches the dates of the years 1 to 9999 and nothing else. It holds no {n}, which templates would take for arguments.
const validDate = `^(?!0000)(` +
	`[0-9][0-9][0-9][0-9]-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|` +
	`[0-9][0-9][0-9][0-9]-(0[469]|11)-(0[1-9]|[12][0-9]|30)|` +
	`[0-9][0-9][0-9][0-9]-02-(0[1-9]|1[0-9]|2[0-8])|` +
	`([0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$`

// The classes of moments.
var (
	dayArg  = []model.Family{model.Date}
	timeArg = []model.Family{model.Timestamp, model.TimestampTZ}
	anyTime = []model.Family{model.Date, model.Timestamp, model.TimestampTZ}
)

func dayArgument(name string) Parameter {
	return Parameter{Name: name, Accepts: dayArg, As: model.Date}
}

func timeArgument(name string) Parameter {
	return Parameter{Name: name, Accepts: timeArg, As: model.Timestamp}
}

// Limits of what is added to a date, so that the result is one too.
const (
	maxShiftMonths = 24_000
	maxShiftDays   = 1_000_000
)

// dateFunctions take dates and times; a time with a zone counts as its time at UTC. Dates outside of the years 1 to 9999, infinite ones
// among them, count as nil, except in date().
func dateFunctions() []Function {
	text := []Parameter{textArgument("text")}
	day := []Parameter{{Name: "date", Accepts: anyTime, As: model.Date}}
	clock := []Parameter{timeArgument("time")}
	days := []Parameter{{Name: "from", Accepts: anyTime, As: model.Date}, {Name: "to", Accepts: anyTime, As: model.Date}}
	times := []Parameter{{Name: "from", Accepts: anyTime, As: model.Timestamp}, {Name: "to", Accepts: anyTime, As: model.Timestamp}}
	part := func(name, field, doc, example string, get func(Date) int) Function {
		return Function{Name: name, Parameters: day, Result: model.Integer, SQL: `extract(` + field + ` FROM {0})`, Go: func(a []Datum) Datum { return whole(int64(get(a[0].(Date)))) }, Doc: doc, Example: example}
	}
	hand := func(name string, unit, most int64, doc, example string) Function {
		return Function{Name: name, Parameters: clock, Result: model.Integer, SQL: `trunc(extract(` + name + ` FROM {0}))`, Go: clockPart(unit, most), Doc: doc, Example: example}
	}
	return []Function{
		{Name: "date", Parameters: text, Result: model.Date, SQL: `(CASE WHEN {0} COLLATE "C" ~ '` + validDate + `' THEN ({0})::date END)`, Go: goDateOfText, Doc: "the date that the text is, written YYYY-MM-DD, or nil", Example: `day >= date("2024-01-31")`},
		{Name: "date", Parameters: append(text[:1:1], textArgument("format")), Result: model.Date, Constant: dateOf, Doc: "the date that the text is, written in a format of strftime, or nil", Example: `date(code, "%d.%m.%Y") == day`},
		{Name: "date", Parameters: []Parameter{{Name: "time", Accepts: []model.Family{model.Date, model.Timestamp}}}, Result: model.Date, SQL: `({0})::date`, Go: goDateOfTime, Doc: "the day of a time without a zone", Example: `date(at) == day`},
		{Name: "date", Parameters: []Parameter{{Name: "time", Accepts: []model.Family{model.TimestampTZ}}}, Result: model.Date, SQL: `({0} AT TIME ZONE 'UTC')::date`, Go: goDateOfTime, Doc: "the day of a time with a zone, at UTC", Example: `date(seen) == day`},
		part("year", "year", "the year", `year(day) == 2024`, func(d Date) int { y, _, _ := civil(d.Days); return y }),
		part("quarter", "quarter", "the quarter, 1 to 4", `quarter(day) == 1`, func(d Date) int { _, m, _ := civil(d.Days); return (m + 2) / 3 }),
		part("month", "month", "the month, 1 to 12", `month(day) in 1..6`, func(d Date) int { _, m, _ := civil(d.Days); return m }),
		part("day", "day", "the day of the month", `day(day) == 31`, func(d Date) int { _, _, n := civil(d.Days); return n }),
		part("weekday", "isodow", "the day of the week, from 1 for Monday to 7 for Sunday (ISO 8601)", `weekday(day) <= 5`, weekdayOf),
		part("day_of_year", "doy", "the day of the year, from 1", `day_of_year(day) > 200`, func(d Date) int { y, _, _ := civil(d.Days); return int(d.Days-daysOf(y, 1, 1)) + 1 }),
		hand("hour", 3_600_000_000, 24, "the hour, 0 to 23", `hour(at) < 12`),
		hand("minute", 60_000_000, 60, "the minute", `minute(at) == 0`),
		hand("second", 1_000_000, 60, "the second, without its fraction", `second(seen) == 0`),
		{Name: "days_between", Parameters: days, Result: model.Integer, SQL: `({1} - {0})`, Go: func(a []Datum) Datum { return dateDiff(a[1], a[0]) }, Doc: "days from the first date to the second; of times the dates count", Example: `days_between(day, at) <= 30`},
		{Name: "months_between", Parameters: times, Result: model.Integer, SQL: `(12 * extract(year FROM age({1}, {0})) + extract(month FROM age({1}, {0})))`, Go: func(a []Datum) Datum { return whole(int64(monthsBetween(a[0].(Stamp), a[1].(Stamp)))) }, Doc: "whole months from the first to the second: from January 31st to February 29th there is none", Example: `months_between(day, seen) < 12`},
		{Name: "years_between", Parameters: times, Result: model.Integer, SQL: `extract(year FROM age({1}, {0}))`, Go: func(a []Datum) Datum { return whole(int64(monthsBetween(a[0].(Stamp), a[1].(Stamp)) / 12)) }, Doc: "whole years from the first to the second", Example: `years_between(day, at) >= 18`},
		{Name: "hours_between", Parameters: times, Result: model.Integer, Digits: 10, SQL: `div(extract(epoch FROM {1}) - extract(epoch FROM {0}), 3600)`, Go: func(a []Datum) Datum { return whole((a[1].(Stamp).Micros - a[0].(Stamp).Micros) / 3_600_000_000) }, Doc: "whole hours from the first to the second", Example: `hours_between(at, seen) < 24`},
		{Name: "seconds_between", Parameters: times, Result: model.Numeric, Digits: 13, SQL: `(extract(epoch FROM {1}) - extract(epoch FROM {0}))`, Go: goSecondsBetween, Doc: "seconds from the first to the second, with their fraction", Example: `seconds_between(at, seen) >= 0`},
		{Name: "add_days", Parameters: shifted(dayArgument("date")), Result: model.Date, SQL: `(CASE WHEN {1} BETWEEN -1000000 AND 1000000 THEN {0} + {1} END)`, Go: shiftDays, Doc: "the date so many days later; nil for more than 1,000,000", Example: `add_days(day, 30) >= date(at)`},
		{Name: "add_days", Parameters: shifted(timeArgument("time")), Result: model.Timestamp, SQL: `(CASE WHEN {1} BETWEEN -1000000 AND 1000000 THEN {0} + make_interval(days => {1}) END)`, Go: shiftDays, Doc: "the time so many days later", Example: `add_days(at, 1) > at`},
		{Name: "add_months", Parameters: shifted(dayArgument("date")), Result: model.Date, SQL: `(CASE WHEN {1} BETWEEN -24000 AND 24000 THEN ({0} + make_interval(months => {1}))::date END)`, Go: shiftMonths(1), Doc: "the date so many months later; a day that the month does not have becomes its last one. Nil for more than 24,000", Example: `add_months(day, 1) > day`},
		{Name: "add_months", Parameters: shifted(timeArgument("time")), Result: model.Timestamp, SQL: `(CASE WHEN {1} BETWEEN -24000 AND 24000 THEN {0} + make_interval(months => {1}) END)`, Go: shiftMonths(1), Doc: "the time so many months later", Example: `add_months(seen, -1) < at`},
		{Name: "add_years", Parameters: shifted(dayArgument("date")), Result: model.Date, SQL: `(CASE WHEN {1} BETWEEN -2000 AND 2000 THEN ({0} + make_interval(years => {1}))::date END)`, Go: shiftMonths(12), Doc: "the date so many years later; February 29th becomes the 28th where there is none. Nil for more than 2,000", Example: `add_years(day, 18) <= date(at)`},
		{Name: "add_years", Parameters: shifted(timeArgument("time")), Result: model.Timestamp, SQL: `(CASE WHEN {1} BETWEEN -2000 AND 2000 THEN {0} + make_interval(years => {1}) END)`, Go: shiftMonths(12), Doc: "the time so many years later", Example: `add_years(at, 1) > at`},
		{Name: "month_start", Parameters: day, Result: model.Date, SQL: `({0} - extract(day FROM {0})::integer + 1)`, Go: monthEdge(0), Doc: "the first day of the month", Example: `month_start(day) == date("2024-02-01")`},
		{Name: "month_end", Parameters: day, Result: model.Date, SQL: `({0} - extract(day FROM {0})::integer + 1 + interval '1 month' - interval '1 day')::date`, Go: monthEdge(1), Doc: "the last day of the month", Example: `day == month_end(day)`},
	}
}

func shifted(moment Parameter) []Parameter { return []Parameter{moment, placeArgument("n", maxPlace)} }

// The times within which functions know a moment: the years 1 to 9999.
const (
	firstCivil = "0001-01-01"
	lastCivil  = "9999-12-31"
	afterCivil = "10000-01-01"
)

// civil is a date or time as a function of dates takes it: at UTC, as a date or a timestamp, and NULL outside of the years 1 to 9999.
func (e *emitter) civil(n *Node, as model.Family) pgsql.Frag {
	v := e.value(n)
	if n.Type.Family == model.TimestampTZ {
		v = "(" + v + " AT TIME ZONE 'UTC')"
	}
	cast := pgsql.Frag("")
	if n.Type.Family == model.Date && as == model.Timestamp {
		cast = "::timestamp"
	}
	if n.Type.Family != model.Date && as == model.Date {
		cast = "::date"
	}
	switch {
	case n.Kind == Literal:
		return v + cast
	case n.Type.Family == model.Date:
		return "(CASE WHEN " + v + " BETWEEN '" + firstCivil + "' AND '" + lastCivil + "' THEN " + v + cast + " END)"
	}
	return "(CASE WHEN " + v + " >= '" + firstCivil + "' AND " + v + " < '" + afterCivil + "' THEN " + v + cast + " END)"
}

// civilMoment is the same in memory.
func civilMoment(d Datum, as model.Family) Datum {
	var day Date
	switch v := d.(type) {
	case Date:
		day = v
	case Stamp:
		day = v.day()
	}
	if d == nil || day.Infinite != 0 || day.Days < firstShiftable || day.Days > lastShiftable {
		return nil
	}
	stamp, isStamp := d.(Stamp)
	switch {
	case as == model.Date:
		return day
	case isStamp:
		return stamp
	}
	return Stamp{Micros: day.Days * microsPerDay}
}

// weekdayOf counts from Monday; 2000-01-01 was a Saturday.
func weekdayOf(d Date) int {
	days := d.Days + 5
	return int(days-7*floorDiv(days, 7)) + 1
}

// clockPart is how many units of so many microseconds a time has, modulo the most that there are.
func clockPart(unit, most int64) func([]Datum) Datum {
	return func(a []Datum) Datum {
		micros := a[0].(Stamp).Micros
		micros -= floorDiv(micros, microsPerDay) * microsPerDay
		return whole(micros / unit % most)
	}
}

// monthsBetween counts whole months, as Postgres's age does: a month is whole when day and time of day are reached.
func monthsBetween(from, to Stamp) int {
	if to.cmp(from) < 0 {
		return -monthsBetween(to, from)
	}
	y1, m1, d1 := civil(from.day().Days)
	y2, m2, d2 := civil(to.day().Days)
	out := 12*(y2-y1) + m2 - m1
	clock1, clock2 := from.Micros-from.day().Days*microsPerDay, to.Micros-to.day().Days*microsPerDay
	if d2 < d1 || d2 == d1 && clock2 < clock1 {
		out--
	}
	return out
}

func goSecondsBetween(a []Datum) Datum {
	out := whole(a[1].(Stamp).Micros - a[0].(Stamp).Micros)
	out.scale = 6
	return out
}

func shiftDays(a []Datum) Datum {
	n := placeOf(a[1])
	if n < -maxShiftDays || n > maxShiftDays {
		return nil
	}
	switch v := a[0].(type) {
	case Date:
		return Date{Days: v.Days + int64(n)}
	case Stamp:
		return Stamp{Micros: v.Micros + int64(n)*microsPerDay}
	}
	return nil
}

// shiftMonths adds units of so many months. A day that the month does not have becomes its last one.
func shiftMonths(unit int) func([]Datum) Datum {
	return func(a []Datum) Datum {
		n := placeOf(a[1])
		if n < -maxShiftMonths/unit || n > maxShiftMonths/unit {
			return nil
		}
		switch v := a[0].(type) {
		case Date:
			return Date{Days: monthsLater(v.Days, n*unit)}
		case Stamp:
			days := v.day().Days
			return Stamp{Micros: v.Micros + (monthsLater(days, n*unit)-days)*microsPerDay}
		}
		return nil
	}
}

func monthsLater(days int64, months int) int64 {
	y, m, d := civil(days)
	total := int64(y)*12 + int64(m-1) + int64(months)
	year := int(floorDiv(total, 12))
	month := int(total-int64(year)*12) + 1
	return daysOf(year, month, min(d, monthLength(year, month)))
}

// monthEdge is the first day of a month, or the last one for 1.
func monthEdge(edge int) func([]Datum) Datum {
	return func(a []Datum) Datum {
		y, m, _ := civil(a[0].(Date).Days)
		first := daysOf(y, m, 1)
		if edge == 1 {
			return Date{Days: first + int64(monthLength(y, m)) - 1}
		}
		return Date{Days: first}
	}
}
