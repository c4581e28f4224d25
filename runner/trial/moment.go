package trial

import (
	"math/big"
	"strings"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// epoch is where dates and stamps in memory are counted from.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// instant is what a date or a stamp means in a zone, so much later; ok is false of NULL. A date means the end of its day, or with atStart its
// beginning; months and days are added to a date before it is an instant, and to a stamp on the clocks of the zone.
func instant(d expression.Datum, t model.Type, atStart bool, zone *time.Location, later model.Period) (at time.Time, ok bool) {
	switch v := d.(type) {
	case expression.Date:
		if v.Infinite != 0 {
			return endless(v.Infinite), true
		}
		day := model.Period{Months: later.Months, Days: later.Days}.After(epoch.AddDate(0, 0, int(v.Days)))
		return model.Period{Hours: later.Hours}.After(model.DayInstant(day, atStart, zone)), true
	case expression.Stamp:
		if v.Infinite != 0 {
			return endless(v.Infinite), true
		}
		at := time.UnixMicro(epoch.UnixMicro() + v.Micros).UTC()
		if t.Family == model.Timestamp {
			at = model.OnClock(at, zone)
		}
		return later.After(at.In(zone)), true
	}
	return time.Time{}, false
}

// endless stands for the infinities of Postgres.
func endless(sign int) time.Time { return epoch.AddDate(sign*1900, 0, 0) }

// compare orders two values of a type: NULL is the least, numbers by their value, text by its bytes.
func compare(a, b expression.Datum, t model.Type) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	x, y := expression.FormatDatum(a, t), expression.FormatDatum(b, t)
	if at, ok := instant(a, t, true, time.UTC, model.Period{}); ok {
		other, _ := instant(b, t, true, time.UTC, model.Period{})
		return at.Compare(other)
	}
	if m, ok := new(big.Rat).SetString(x); ok {
		if n, ok := new(big.Rat).SetString(y); ok {
			return m.Cmp(n)
		}
	}
	return strings.Compare(x, y)
}
