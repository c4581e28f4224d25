package plan

import (
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Window bounds event times. Both ends belong to it.
type Window struct{ From, To Bound }

// Bound is one end of a window: a day, which belongs to it whole, or an instant. The zero value leaves that end open.
type Bound struct {
	Date string // YYYY-MM-DD
	At   time.Time
}

// IsZero tells whether the window holds everything.
func (w Window) IsZero() bool { return w.From.open() && w.To.open() }

func (b Bound) open() bool { return b.Date == "" && b.At.IsZero() }

// holds tells whether the window holds a date, as of a snapshot. zone is the project's.
func (w Window) holds(date string, atStart bool, zone *time.Location) bool {
	day, err := model.ParseDate(date)
	if err != nil {
		return false
	}
	at := model.DayInstant(day, atStart, zone)
	return (w.From.Date == "" || w.From.Date <= date) && (w.To.Date == "" || date <= w.To.Date) &&
		(w.From.At.IsZero() || !at.Before(w.From.At)) && (w.To.At.IsZero() || !at.After(w.To.At))
}

// conditions are those of a time to lie in the window.
func (w Window) conditions(m moment) []pgsql.Frag {
	var out []pgsql.Frag
	dates := m.Type.Family == model.Date
	day := func(date string, end bool) pgsql.Frag {
		value := pgsql.Typed(date, "date")
		if dates {
			return value
		}
		return moment{Value: value, Type: model.Type{Family: model.Date}, AtStart: !end, Zone: m.Zone}.instant()
	}
	value := m.Value
	if !dates {
		value = m.instant()
	}
	if w.From.Date != "" {
		out = append(out, value+" >= "+day(w.From.Date, false))
	}
	switch {
	case w.To.Date != "" && dates:
		out = append(out, value+" <= "+day(w.To.Date, true))
	case w.To.Date != "":
		out = append(out, value+" < "+day(w.To.Date, true))
	}
	if !w.From.At.IsZero() {
		out = append(out, m.instant()+" >= "+instant(w.From.At))
	}
	if !w.To.At.IsZero() {
		out = append(out, m.instant()+" <= "+instant(w.To.At))
	}
	return out
}
