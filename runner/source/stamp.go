package source

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones must mean the same on a machine without a zone database

	"streamflow/runner/model"
)

// stamp is a point in time as it is written, not yet tied to a zone.
type stamp struct {
	year, month, day            int
	hour, minute, second, micro int
	offset                      int // seconds east of UTC, when zoned
	timed, zoned                bool
}

// stamps reads dates, times and stamps: ISO 8601, or the strftime patterns of the column.
func stamps(t model.Type, rd model.Reading) (converter, error) {
	var zone *time.Location
	if t.Family == model.TimestampTZ {
		loc, err := time.LoadLocation(rd.Timezone)
		if err != nil || rd.Timezone == "Local" {
			return nil, fmt.Errorf("unknown timezone %q: name one such as Europe/Paris", rd.Timezone)
		}
		zone = loc
	}
	parse, err := stampParser(t.Family, rd.DateFormats)
	if err != nil {
		return nil, err
	}
	return func(dst, cell []byte) ([]byte, *bad) {
		st, b := parse(cell)
		if b == nil {
			b = st.suits(t.Family)
		}
		if b == nil && zone != nil && !st.zoned {
			b = st.locate(zone)
		}
		if b != nil {
			return dst, b
		}
		return st.append(dst, t.Family), nil
	}, nil
}

// stampParser returns the reader of one family's texts.
func stampParser(f model.Family, formats []string) (func([]byte) (stamp, *bad), error) {
	wrong := &bad{reason: "is not a " + f.String(), hint: map[model.Family]string{
		model.Date:        "write YYYY-MM-DD or give date_format",
		model.Time:        "write HH:MM:SS or give date_format",
		model.Timestamp:   "write YYYY-MM-DD HH:MM:SS or give date_format",
		model.TimestampTZ: "write YYYY-MM-DD HH:MM:SS+00:00 or give date_format",
	}[f]}
	if len(formats) == 0 {
		return func(cell []byte) (stamp, *bad) { return parseISO(cell, f, wrong) }, nil
	}
	var patterns []pattern
	for _, text := range formats {
		p, err := newPattern(text, f)
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, p)
	}
	wrong.hint = "expected " + strings.Join(formats, " or ")
	return func(cell []byte) (stamp, *bad) {
		for _, p := range patterns {
			if st, ok := p.match(cell); ok {
				return st, nil
			}
		}
		return stamp{}, wrong
	}, nil
}

// suits refuses what the type would drop without a word.
func (st stamp) suits(f model.Family) *bad {
	switch {
	case f == model.Date && (st.hour != 0 || st.minute != 0 || st.second != 0 || st.micro != 0):
		return &bad{reason: "has a time of day, which a date cannot hold", hint: "declare the column timestamp"}
	case f == model.Date && st.zoned:
		return &bad{reason: "has a zone, which a date cannot hold", hint: "declare the column timestamptz"}
	case (f == model.Timestamp || f == model.Time) && st.zoned:
		return &bad{reason: "has a zone, which " + f.String() + " cannot hold", hint: "declare the column timestamptz"}
	}
	return nil
}

// locate finds the offset of a local time. Times that a clock skips or shows twice are refused.
func (st *stamp) locate(zone *time.Location) *bad {
	st.zoned = true
	if zone == time.UTC {
		return nil
	}
	local := time.Date(st.year, time.Month(st.month), st.day, st.hour, st.minute, st.second, 0, time.UTC).Unix()
	_, before := time.Unix(local-86400, 0).In(zone).Zone()
	_, after := time.Unix(local+86400, 0).In(zone).Zone()
	fits := func(offset int) bool {
		_, o := time.Unix(local-int64(offset), 0).In(zone).Zone()
		return o == offset
	}
	hint := "write the zone behind it, such as +01:00"
	switch b, a := fits(before), fits(after); {
	case b && a && before != after:
		return &bad{reason: "is ambiguous in " + zone.String() + ", where the clock shows it twice", hint: hint}
	case b:
		st.offset = before
	case a:
		st.offset = after
	default:
		return &bad{reason: "does not exist in " + zone.String() + ", where the clock skips it", hint: hint}
	}
	return nil
}

// append writes the stamp as Postgres writes it in ISO style.
func (st stamp) append(dst []byte, f model.Family) []byte {
	if f != model.Time {
		dst = pad(dst, st.year/100, 0)
		dst = pad(dst, st.year%100, '-')
		dst = pad(dst, st.month, '-')
		dst = pad(dst, st.day, 0)
		if f == model.Date {
			return dst
		}
		dst = append(dst, ' ')
	}
	dst = pad(dst, st.hour, ':')
	dst = pad(dst, st.minute, ':')
	dst = pad(dst, st.second, 0)
	if st.micro > 0 {
		dst = append(dst, '.')
		for unit := 100000; unit > 0; unit /= 10 {
			dst = append(dst, byte('0'+st.micro/unit%10))
		}
	}
	if f != model.TimestampTZ {
		return dst
	}
	offset := st.offset
	if offset < 0 {
		dst, offset = append(dst, '-'), -offset
	} else {
		dst = append(dst, '+')
	}
	dst = pad(dst, offset/3600, ':')
	dst = pad(dst, offset/60%60, 0)
	if offset%60 != 0 { // local mean time, before zones
		dst = pad(append(dst, ':'), offset%60, 0)
	}
	return dst
}

// pad appends two digits and a mark, if there is one.
func pad(dst []byte, n int, mark byte) []byte {
	dst = append(dst, byte('0'+n/10), byte('0'+n%10))
	if mark != 0 {
		dst = append(dst, mark)
	}
	return dst
}

func validDate(year, month, day int) bool {
	return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
