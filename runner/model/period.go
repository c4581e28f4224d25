package model

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Period is a length of time as specs write it: so many hours, days, weeks or months. The zero value is no time at all.
type Period struct {
	Text   string // as written
	Months int
	Days   int // weeks included
	Hours  int
}

var period = regexp.MustCompile(`^(\d{1,6})(h|d|w|mo)$`)

// ParsePeriod reads a whole number with a unit: 36h, 62d, 8w, 3mo.
func ParsePeriod(text string) (Period, error) {
	m := period.FindStringSubmatch(text)
	if m == nil {
		return Period{}, fmt.Errorf("%q is not a length of time: write a whole number with h, d, w or mo, such as 62d", text)
	}
	n, _ := strconv.Atoi(m[1])
	out := Period{Text: text}
	switch m[2] {
	case "h":
		out.Hours = n
	case "d":
		out.Days = n
	case "w":
		out.Days = 7 * n
	case "mo":
		out.Months = n
	}
	return out, nil
}

// IsZero tells whether it is no time at all.
func (p Period) IsZero() bool { return p.Months == 0 && p.Days == 0 && p.Hours == 0 }

// After is the time that lies so long after another. Months and days move what the clocks of t's location show, and keep a month-end a
// month-end; hours pass as they do.
func (p Period) After(t time.Time) time.Time {
	if p.Months != 0 || p.Days != 0 {
		shown := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		t = OnClock(addMonths(shown, p.Months).AddDate(0, 0, p.Days), t.Location())
	}
	return t.Add(time.Duration(p.Hours) * time.Hour)
}

// Before is the time that lies so long before another: 2024-02-29 less 1mo is 2024-01-31.
func (p Period) Before(t time.Time) time.Time {
	return Period{Months: -p.Months, Days: -p.Days, Hours: -p.Hours}.After(t)
}

// Compare orders two periods by the time they take from the first day of a year on; 0 means that they are the same for all practical
// purposes.
func (p Period) Compare(o Period) int {
	from := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	return p.After(from).Compare(o.After(from))
}

// DayInstant is what a date means in a zone: the instant at which its day ends, or with atStart that at which it begins.
func DayInstant(day time.Time, atStart bool, zone *time.Location) time.Time {
	if !atStart {
		day = day.AddDate(0, 0, 1)
	}
	return OnClock(day, zone)
}

// OnClock is the instant at which the clocks of a zone show what another time shows. Where they show it twice, or skip it, it is the later
// of the two instants that could be meant, as Postgres has it (its DetermineTimeZoneOffset).
func OnClock(shown time.Time, zone *time.Location) time.Time {
	shown = time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), shown.Second(), shown.Nanosecond(), time.UTC)
	at := func(near time.Duration) (t time.Time, shows bool) {
		_, offset := shown.Add(near).In(zone).Zone()
		t = shown.Add(-time.Duration(offset) * time.Second).In(zone)
		_, real := t.Zone()
		return t, real == offset
	}
	before, beforeShows := at(-24 * time.Hour)
	after, afterShows := at(24 * time.Hour)
	if beforeShows == afterShows && after.After(before) || afterShows && !beforeShows {
		return after
	}
	return before
}
