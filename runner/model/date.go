package model

import (
	"fmt"
	"strings"
	"time"
)

// DateLayout is how a date is written as text everywhere: YYYY-MM-DD.
const DateLayout = time.DateOnly

// ParseDate reads YYYY-MM-DD; no other form is a date here.
func ParseDate(s string) (time.Time, error) {
	t, err := time.Parse(DateLayout, s)
	if err != nil || t.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q is not a date: write it as YYYY-MM-DD", s)
	}
	return t, nil
}

// FormatDate writes a YYYY-MM-DD date with a strftime pattern of %Y %m %d %y %j %b %B %%.
func FormatDate(pattern, date string) (string, error) {
	t, err := ParseDate(date)
	if err != nil {
		return "", err
	}
	layouts := map[byte]string{'Y': "2006", 'm': "01", 'd': "02", 'y': "06", 'j': "002", 'b': "Jan", 'B': "January"}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] != '%':
			b.WriteByte(pattern[i])
		case i+1 < len(pattern) && pattern[i+1] == '%':
			b.WriteByte('%')
			i++
		case i+1 < len(pattern) && layouts[pattern[i+1]] != "":
			b.WriteString(t.Format(layouts[pattern[i+1]]))
			i++
		default:
			return "", fmt.Errorf("date pattern %q: only %%Y %%m %%d %%y %%j %%b %%B %%%% are known", pattern)
		}
	}
	return b.String(), nil
}

// At returns the n-th date of the series, counted from its first. A first date at a month's end gives month ends.
func (e Every) At(n int) (string, error) {
	from, err := ParseDate(e.From)
	if err != nil {
		return "", err
	}
	switch e.Unit {
	case "day":
		return from.AddDate(0, 0, n).Format(DateLayout), nil
	case "week":
		return from.AddDate(0, 0, 7*n).Format(DateLayout), nil
	case "year":
		return addMonths(from, 12*n).Format(DateLayout), nil
	}
	return addMonths(from, n).Format(DateLayout), nil
}

// addMonths keeps a month-end a month-end and otherwise clamps the day to the length of the month, as Postgres does.
func addMonths(t time.Time, n int) time.Time {
	if n == 0 {
		return t
	}
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	day := min(t.Day(), last)
	if t.AddDate(0, 0, 1).Day() == 1 {
		day = last
	}
	return first.AddDate(0, 0, day-1)
}
