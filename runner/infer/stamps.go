package infer

import (
	"time"

	"streamflow/runner/model"
)

// units are those of stamps, from the greatest to the smallest that is told apart.
var units = [...]time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second, time.Millisecond}

// finest is the index of the greatest unit of which a stamp, YYYY-MM-DD hh:mm:ss.f, is a multiple. Zones are left out of account.
func finest(stamp []byte) int {
	part := func(from int) bool { return len(stamp) >= from+2 && string(stamp[from:from+2]) != "00" }
	switch {
	case len(stamp) > 19 && stamp[19] == '.':
		return 4
	case len(stamp) > 16 && stamp[16] == ':' && part(17):
		return 3
	case part(14):
		return 2
	case part(11):
		return 1
	}
	return 0
}

// span is how many stamps there may be between the first and the last, in the unit of which all are multiples.
func (f *field) span() int64 {
	first, err1 := time.Parse(time.DateOnly, f.minimum[:min(len(f.minimum), 10)])
	last, err2 := time.Parse(time.DateOnly, f.maximum[:min(len(f.maximum), 10)])
	if err1 != nil || err2 != nil {
		return 0
	}
	return int64(last.Sub(first)/units[0]+1) * int64(units[0]/units[f.finest])
}

// tellsTime tells whether a field holds stamps, or whole numbers that by their name are.
func (f *field) tellsTime() bool {
	switch f.typ.Family {
	case model.Timestamp, model.TimestampTZ:
		return true
	case model.Integer:
		return timeNames.last(f.name)
	}
	return false
}
