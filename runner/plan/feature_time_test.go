package plan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

func openTest(t *testing.T) *pg.DB {
	t.Helper()
	db, err := pg.Open(context.Background(), pgtest.Database(t), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func typ(t testing.TB, name string) model.Type {
	t.Helper()
	out, err := model.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// zones have summer times in both hemispheres, one of half an hour, clocks that change at midnight, and a day that never was.
var zones = []string{"UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"}

// told is what a text of a type means, by the words of the documentation and model.Period alone.
func told(text string, typ model.Type, atStart bool, zone *time.Location, p model.Period) time.Time {
	switch typ.Family {
	case model.Date:
		day, _ := time.Parse(time.DateOnly, text)
		day = model.Period{Months: p.Months, Days: p.Days}.After(day)
		if !atStart {
			day = day.AddDate(0, 0, 1)
		}
		return model.OnClock(day, zone).Add(time.Duration(p.Hours) * time.Hour)
	case model.Timestamp:
		shown, _ := time.Parse(time.DateTime, text)
		shown = model.Period{Months: p.Months, Days: p.Days}.After(shown)
		return model.OnClock(shown, zone).Add(time.Duration(p.Hours) * time.Hour)
	}
	instant, _ := time.Parse("2006-01-02 15:04:05Z07", text)
	return p.After(instant.In(zone))
}

// TestTimesAgree holds what a time means, and what lies before and after it, in SQL against the same in Go.
func TestTimesAgree(t *testing.T) {
	db := openTest(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	types := []model.Type{typ(t, "date"), typ(t, "timestamp"), typ(t, "timestamptz")}
	// the edges first: month ends, leap days, clocks that go forth and back, the day that was skipped
	days := []string{"2024-01-31", "2024-02-29", "2023-02-28", "2024-02-28", "2024-03-30", "2024-03-31", "2024-10-27", "2024-03-10", "2024-11-03", "2018-11-04", "2018-02-18", "2011-12-29", "2011-12-30", "2024-04-07", "2024-12-31"}
	hours := []string{"00:00:00", "01:30:00", "02:00:00", "02:30:00", "03:00:00", "23:30:00", "23:59:59"}
	for range 60 {
		days = append(days, time.Date(2000+r.IntN(30), 1, 1+r.IntN(366), 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	periods := []model.Period{{}, {Months: 1}, {Months: 12}, {Days: 1}, {Days: 30}, {Hours: 24}, {Hours: 36}, {Months: 1, Days: 1, Hours: 1}}
	type one struct {
		says string
		want time.Time
	}
	var asked []one
	var columns []pgsql.Frag
	for range 4000 {
		typ, zone, p := types[r.IntN(3)], zones[r.IntN(len(zones))], periods[r.IntN(len(periods))]
		text := days[r.IntN(len(days))]
		if typ.Family != model.Date {
			text += " " + hours[r.IntN(len(hours))]
		}
		if typ.Family == model.TimestampTZ {
			text += "+00"
		}
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		m := moment{Value: pgsql.Typed(text, pgsql.Frag(typ.Name)), Type: typ, AtStart: r.IntN(2) == 0, Zone: zone}
		sql, sign := m.after(p), p
		if r.IntN(2) == 0 {
			sql, sign = m.before(p), model.Period{Months: -p.Months, Days: -p.Days, Hours: -p.Hours}
		}
		asked = append(asked, one{fmt.Sprintf("%s %s in %s, start %t, by %+v", typ.Name, text, zone, m.AtStart, sign), told(text, typ, m.AtStart, loc, sign)})
		columns = append(columns, "("+pgsql.Int(len(columns))+", "+sql+")")
	}
	rows, err := db.Query(context.Background(), "SELECT v.t AT TIME ZONE 'UTC' FROM (VALUES "+pgsql.Join(columns, ",\n")+") v(n, t) ORDER BY v.n")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if want := asked[i].want.UTC().Format(time.DateTime); row.Text(0) != want {
			t.Errorf("%s is %s in SQL and %s in Go", asked[i].says, row.Text(0), want)
		}
	}
}

// TestTimes are the meanings as a reader would put them.
func TestTimes(t *testing.T) {
	db := openTest(t)
	for _, c := range []struct {
		text, typ, zone string
		atStart         bool
		after, before   model.Period
		want            string
	}{
		{text: "2024-01-31", typ: "date", want: "2024-02-01 00:00:00"},
		{text: "2024-01-31", typ: "date", atStart: true, want: "2024-01-31 00:00:00"},
		{text: "2024-01-31", typ: "date", zone: "Europe/Berlin", want: "2024-01-31 23:00:00"},
		{text: "2024-02-29", typ: "date", before: model.Period{Months: 1}, want: "2024-02-01 00:00:00"},
		{text: "2024-01-31", typ: "date", after: model.Period{Months: 1}, want: "2024-03-01 00:00:00"},
		{text: "2024-01-31", typ: "date", after: model.Period{Hours: 6}, want: "2024-02-01 06:00:00"},
		{text: "2024-01-31 12:00", typ: "timestamp", zone: "Asia/Kolkata", want: "2024-01-31 06:30:00"},
		{text: "2024-03-30 12:00+00", typ: "timestamptz", zone: "Europe/Berlin", after: model.Period{Days: 1}, want: "2024-03-31 11:00:00"},
		{text: "2024-03-30 12:00+00", typ: "timestamptz", zone: "Europe/Berlin", after: model.Period{Hours: 24}, want: "2024-03-31 12:00:00"},
		{text: "2024-02-29 23:30+00", typ: "timestamptz", zone: "Europe/Berlin", before: model.Period{Months: 1}, want: "2024-01-31 23:30:00"},
	} {
		m := moment{Value: pgsql.Typed(c.text, pgsql.Frag(c.typ)), Type: typ(t, c.typ), AtStart: c.atStart, Zone: c.zone}
		sql := m.after(c.after)
		if !c.before.IsZero() {
			sql = m.before(c.before)
		}
		row, err := db.One(context.Background(), "SELECT "+sql+" AT TIME ZONE 'UTC'")
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		if row.Text(0) != c.want {
			t.Errorf("%+v is %s by %s", c, row.Text(0), sql)
		}
	}
}
