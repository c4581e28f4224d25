package model_test

import (
	"testing"
	"time"

	"streamflow/runner/model"
)

func TestPeriod(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct{ period, from, after, before string }{
		{"36h", "2024-02-28 12:00", "2024-03-01 00:00", "2024-02-27 00:00"},
		{"62d", "2024-01-31 00:00", "2024-04-02 00:00", "2023-11-30 00:00"},
		{"2w", "2024-02-29 06:00", "2024-03-14 06:00", "2024-02-15 06:00"},
		{"1mo", "2024-02-29 00:00", "2024-03-31 00:00", "2024-01-31 00:00"},
		{"1mo", "2024-03-30 10:30", "2024-04-30 10:30", "2024-02-29 10:30"},
		{"0d", "2024-03-30 10:30", "2024-03-30 10:30", "2024-03-30 10:30"},
	} {
		p, err := model.ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.After(at(c.from)); !got.Equal(at(c.after)) {
			t.Errorf("%s after %s is %s, want %s", c.period, c.from, got, c.after)
		}
		if got := p.Before(at(c.from)); !got.Equal(at(c.before)) {
			t.Errorf("%s before %s is %s, want %s", c.period, c.from, got, c.before)
		}
	}
	for _, bad := range []string{"", "7", "d", "1.5d", "-1d", "1m", "1M", "1 d", "1d 2h", "1y"} {
		if p, err := model.ParsePeriod(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, p)
		}
	}
	week, _ := model.ParsePeriod("1w")
	days, _ := model.ParsePeriod("7d")
	month, _ := model.ParsePeriod("1mo")
	if week.Compare(days) != 0 || week.Compare(month) >= 0 || !(model.Period{Text: "0d"}).IsZero() || week.IsZero() {
		t.Error("periods are not in order")
	}
}

// A day ends when the clocks of the zone show midnight; where they show it twice, the second time, as in Postgres.
func TestDayInstant(t *testing.T) {
	for _, c := range []struct {
		zone, day, begins, ends string
	}{
		{"UTC", "2024-02-28", "2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"Europe/Berlin", "2024-03-31", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"},
		{"America/Havana", "2024-11-02", "2024-11-02T04:00:00Z", "2024-11-03T05:00:00Z"}, // back from 01:00 to midnight
		{"Africa/Cairo", "2024-04-25", "2024-04-24T22:00:00Z", "2024-04-25T22:00:00Z"},   // on from midnight to 01:00
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, err := model.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		begins, ends := model.DayInstant(day, true, zone).UTC().Format(time.RFC3339), model.DayInstant(day, false, zone).UTC().Format(time.RFC3339)
		if begins != c.begins || ends != c.ends {
			t.Errorf("%s in %s: %s to %s, want %s to %s", c.day, c.zone, begins, ends, c.begins, c.ends)
		}
	}
}
