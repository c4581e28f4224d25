package run

import (
	"strings"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
)

// moment says why a view's row may be another one than history knows: "" where both are of the same moment.
func (g *replayGroup) moment(v *model.FeatureView, l *feature.Logged, row pg.Row, column int) string {
	then, now := l.AsOf[v.Name], row[column]
	frozen := g.p.frozen[v.Source.Name]
	known := func(asOf string) bool { return !frozen[asOf].First.After(l.Time) }
	switch {
	case then == nil && now == nil:
		return ""
	case then != nil && v.Source.Snapshot && strings.Contains(*then, "T"):
		return "pushed"
	case then == nil:
		if v.Source.Snapshot && !known(string(now)) {
			return "late"
		}
		return "older"
	case now == nil:
		return "early"
	}
	order := g.p.momentOf(v.Source, *then).Compare(g.p.eventInstant(v.Source, string(now)))
	switch {
	case order > 0:
		return "early"
	case order < 0 && v.Source.Snapshot && !known(string(now)):
		return "late"
	case order < 0:
		return "older"
	case g.p.restated(v.Source, *then, l.Time):
		return "restated"
	}
	return ""
}

// restated tells whether a date of a snapshot was frozen anew after a time.
func (p *replayer) restated(source model.FeatureSource, asOf string, since time.Time) bool {
	f := p.frozen[source.Name][asOf]
	return source.Snapshot && f.Last.After(f.First) && f.Last.After(since)
}

// momentOf is the instant that a logged as_of means: the date of a freeze, or an event time.
func (p *replayer) momentOf(source model.FeatureSource, asOf string) time.Time {
	if source.Snapshot {
		return p.eventInstant(source, asOf)
	}
	at, _ := time.Parse(time.RFC3339Nano, asOf) // the line was refused otherwise
	return at
}

// eventInstant is the instant that the event time of a source means, as Postgres prints it.
func (p *replayer) eventInstant(source model.FeatureSource, text string) time.Time {
	if day, err := model.ParseDate(text); err == nil {
		return model.DayInstant(day, source.AtStart, p.zone)
	}
	if shown, err := time.Parse("2006-01-02 15:04:05.999999", text); err == nil {
		return model.OnClock(shown, p.zone)
	}
	return pg.Row{[]byte(text)}.Time(0)
}
