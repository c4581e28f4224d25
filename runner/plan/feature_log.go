package plan

import (
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// LoggedRow is a row that was asked for once, and is asked for again of history. Values are as Postgres reads them; nil is NULL.
type LoggedRow struct {
	At     time.Time
	Keys   []*string
	Inputs []*string
}

// Logged asks history what it knows of rows that were served: the features as they were known at the time of each. Inputs are columns of the
// rows.
type Logged struct {
	Keys     []model.Column
	Inputs   []model.Column
	Features []model.Served
	Derived  []model.Derived // of the service
	Freezes  map[string][]Freeze
}

// logLine is the column that says which row it is, logTime the one that says when it was served.
const (
	logLine = "#line"
	logTime = "#time"
)

// History is the point-in-time join over some of the rows. Its answer has the number of the row in column Line, counted from 0; the event
// time of each view's row, as its source writes it and whatever its ttl, in columns Moment; and the features under their names.
func (l Logged) History(project *model.Project, schema string, rows []LoggedRow) *History {
	bigint := model.Type{Name: "bigint", Family: model.Integer, Bits: 64}
	at := model.Column{Name: logTime, Type: model.Type{Name: "timestamp with time zone", Family: model.TimestampTZ}}
	spine := Spine{Columns: append([]model.Column{}, l.Keys...), Keys: map[string]string{}, Time: at, Count: int64(len(rows)), Rows: l.rows(rows, at)}
	for _, k := range l.Keys {
		spine.Keys[k.Name] = k.Name
	}
	spine.Columns = append(append(spine.Columns, model.Column{Name: logLine, Type: bigint}), l.Inputs...)
	features := append([]model.Served{}, l.Features...)
	for _, v := range model.Views(l.Features) {
		features = append(features, momentOfView(v))
	}
	return NewHistory(project, schema, spine, Want{Features: features, Inputs: l.Inputs, Derived: l.Derived, Freezes: l.Freezes})
}

// Line is the column of the answer that numbers the rows.
func (l Logged) Line() string { return logLine }

// Moment is the column of the answer that holds the event time of a view's row.
func (l Logged) Moment(v *model.FeatureView) string { return "#moment " + v.Name }

// momentOfView serves the event time of a view's source from a view of its own, in which it holds for ever.
func momentOfView(v *model.FeatureView) model.Served {
	own := *v
	own.TTL, own.Derived = nil, nil
	own.Name = "#moment " + v.Name
	typ := columnOf(v.Source, v.Source.EventTime).Type
	own.Features = []model.Feature{{Name: own.Name, Column: v.Source.EventTime, Type: typ}}
	return model.Served{Name: own.Name, View: &own, Feature: own.Name, Type: typ}
}

// Of asks for one view as it was at given moments, whether or not it was known then or is too old.
func (l Logged) Of(v *model.FeatureView) Logged {
	own := *v
	own.TTL, own.Source.KnownAfter = nil, model.Period{}
	out := Logged{Keys: l.Keys, Freezes: l.Freezes}
	for _, f := range l.Features {
		if f.View == v {
			f.View = &own
			out.Features = append(out.Features, f)
		}
	}
	return out
}

func (l Logged) rows(rows []LoggedRow, at model.Column) pgsql.Frag {
	names := []pgsql.Frag{pgsql.Ident(logLine), pgsql.Ident(at.Name)}
	tuples := make([]pgsql.Frag, len(rows))
	for i, r := range rows {
		values := []pgsql.Frag{pgsql.Int(i) + "::bigint", instant(r.At)}
		for j, c := range l.Keys {
			values = append(values, typedText(r.Keys[j], c.Type))
		}
		for j, c := range l.Inputs {
			values = append(values, typedText(r.Inputs[j], c.Type))
		}
		tuples[i] = "(" + pgsql.Join(values, ", ") + ")"
	}
	for _, c := range append(append([]model.Column{}, l.Keys...), l.Inputs...) {
		names = append(names, pgsql.Ident(c.Name))
	}
	return "(" + fill("feature_log", pgsql.Holes{"rows": pgsql.Join(tuples, ",\n"), "columns": pgsql.Join(names, ", ")}) + ")"
}

// typedText is a text, or NULL, as a value of a type.
func typedText(text *string, t model.Type) pgsql.Frag {
	if text == nil {
		return "NULL::" + pgsql.Frag(t.Name)
	}
	return pgsql.Typed(*text, pgsql.Frag(t.Name))
}
