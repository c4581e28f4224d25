package expression

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Days and times as Postgres has them: the Gregorian calendar for all times, from 4713 BC on. A year before Christ is written with BC;
// inside, 1 BC is the year 0.

const microsPerDay = 24 * 3600 * 1_000_000

// The ends of what a date and a timestamp can hold.
var (
	firstDay       = daysOf(-4713, 11, 24)
	lastDay        = daysOf(5874897, 12, 31)
	lastStampDay   = daysOf(294276, 12, 31)
	firstShiftable = daysOf(1, 1, 1) // what a date must lie between to be shifted
	lastShiftable  = daysOf(9999, 12, 31)
)

// daysOf counts the days from 2000-01-01. Years begin in March here, so that the leap day is the last of one.
func daysOf(year, month, day int) int64 {
	y, m := int64(year), int64(month)
	if m <= 2 {
		y, m = y-1, m+12
	}
	cycle := floorDiv(y, 400)
	y -= cycle * 400
	return cycle*146097 + y*365 + y/4 - y/100 + (153*(m-3)+2)/5 + int64(day) - 1 - 730425
}

// civil is the reverse of daysOf.
func civil(days int64) (year, month, day int) {
	days += 730425
	cycle := floorDiv(days, 146097)
	days -= cycle * 146097
	y := (days - days/1460 + days/36524 - days/146096) / 365
	days -= y*365 + y/4 - y/100
	m := (5*days + 2) / 153
	day = int(days-(153*m+2)/5) + 1
	y += cycle * 400
	if m >= 10 {
		return int(y) + 1, int(m) - 9, day
	}
	return int(y), int(m) + 3, day
}

// monthLength is the number of days of a month.
func monthLength(year, month int) int {
	if month == 12 {
		return 31
	}
	return int(daysOf(year, month+1, 1) - daysOf(year, month, 1))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// day is the day of a moment.
func (s Stamp) day() Date {
	if s.Infinite != 0 {
		return Date{Infinite: s.Infinite}
	}
	return Date{Days: floorDiv(s.Micros, microsPerDay)}
}

// cmp compares days.
func (d Date) cmp(e Date) int {
	if d.Infinite != 0 || e.Infinite != 0 {
		return d.Infinite - e.Infinite
	}
	return compareInts(d.Days, e.Days)
}

// cmp compares moments.
func (s Stamp) cmp(t Stamp) int {
	if s.Infinite != 0 || t.Infinite != 0 {
		return s.Infinite - t.Infinite
	}
	return compareInts(s.Micros, t.Micros)
}

// cmpDate compares a moment with the midnight of a day, which may be beyond all moments.
func (s Stamp) cmpDate(d Date) int {
	if out := s.day().cmp(d); out != 0 || s.Infinite != 0 {
		return out
	}
	return compareInts(s.Micros, d.Days*microsPerDay)
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// String writes a date as Postgres does with the ISO style.
func (d Date) String() string {
	if d.Infinite != 0 {
		return infiniteMoment(d.Infinite)
	}
	text, bc := isoDay(d.Days)
	return text + bc
}

// String writes a moment as Postgres does with the ISO style, without a zone.
func (s Stamp) String() string { return s.text("") }

func (s Stamp) text(zone string) string {
	if s.Infinite != 0 {
		return infiniteMoment(s.Infinite)
	}
	days := floorDiv(s.Micros, microsPerDay)
	day, bc := isoDay(days)
	return day + " " + clock(s.Micros-days*microsPerDay) + zone + bc
}

func isoDay(days int64) (text, bc string) {
	y, m, d := civil(days)
	if y <= 0 {
		y, bc = 1-y, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d), bc
}

// clock writes the time of a day with as many digits of a second as it needs.
func clock(micros int64) string {
	seconds, fraction := micros/1_000_000, micros%1_000_000
	out := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if fraction != 0 {
		out += strings.TrimRight(fmt.Sprintf(".%06d", fraction), "0")
	}
	return out
}

func infiniteMoment(sign int) string {
	if sign < 0 {
		return "-infinity"
	}
	return "infinity"
}

var (
	momentText = regexp.MustCompile(`^(\d{1,7})-(\d{1,2})-(\d{1,2})(?:[ Tt]+([\d:.]+))?\s*([Zz]|UTC|utc|[-+][\d:]+)?(?:\s+(BC|bc|AD|ad))?$`)
	clockText  = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?$`)
	zoneText   = regexp.MustCompile(`^([-+])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$`)
)

// parseMoment reads a day with or without a time and a zone, in ISO's order. Micros are those of the day, offset those of the zone.
func parseMoment(text string) (days, micros, offset int64, infinite int, ok bool) {
	text = strings.TrimSpace(text)
	switch strings.ToLower(text) {
	case "infinity", "+infinity":
		return 0, 0, 0, 1, true
	case "-infinity":
		return 0, 0, 0, -1, true
	}
	m := momentText.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, 0, 0, false
	}
	year, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	if strings.EqualFold(m[6], "BC") {
		year = 1 - year
	} else if year == 0 {
		return 0, 0, 0, 0, false
	}
	if month < 1 || month > 12 || day < 1 || day > monthLength(year, month) {
		return 0, 0, 0, 0, false
	}
	ok = true
	if m[4] != "" {
		micros, ok = parseClock(m[4])
	}
	if z := zoneText.FindStringSubmatch(m[5]); z != nil && ok {
		offset, ok = parseZone(z)
	}
	days = daysOf(year, month, day)
	return days, micros, offset, 0, ok && days >= firstDay && days <= lastDay
}

// parseClock reads HH:MM:SS.ffffff up to 24:00; what is finer than a microsecond is rounded.
func parseClock(text string) (int64, bool) {
	m := clockText.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	hour, _ := strconv.ParseInt(m[1], 10, 64)
	minute, _ := strconv.ParseInt(m[2], 10, 64)
	second, _ := strconv.ParseInt("0"+m[3], 10, 64)
	fraction, _ := parseNumber("0." + m[4] + "0")
	micros, _ := fraction.mul(whole(1_000_000)).round(0).int64()
	out := ((hour*60+minute)*60+second)*1_000_000 + micros
	return out, minute < 60 && second <= 60 && out <= microsPerDay
}

// parseZone reads how far a zone is before or behind UTC.
func parseZone(m []string) (int64, bool) {
	hours, _ := strconv.ParseInt(m[2], 10, 64)
	minutes, _ := strconv.ParseInt("0"+m[3], 10, 64)
	seconds, _ := strconv.ParseInt("0"+m[4], 10, 64)
	out := ((hours*60+minutes)*60 + seconds) * 1_000_000
	if m[1] == "-" {
		out = -out
	}
	return out, hours < 16 && minutes < 60 && seconds < 60
}

// stampOf puts a day and a time of it together.
func stampOf(days, micros int64) (Stamp, bool) {
	if days < firstDay || days > lastStampDay+1 {
		return Stamp{}, false
	}
	s := Stamp{Micros: days*microsPerDay + micros}
	return s, s.Micros >= firstDay*microsPerDay && s.Micros < (lastStampDay+1)*microsPerDay
}
