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
