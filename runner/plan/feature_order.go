package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// ranking is the order among the rows that a view's source has for one key: which of them counts. It is the one place that says so, for
// training sets and for the online store.
//
// The newest event time comes first, then the newest created (NULL last), then the greatest primary key of the source, and of a source
// without a key the greatest values of its columns, in order. A revision ties nothing here: a snapshot table holds the newest of each
// as_of.
type ranking []ranked

// ranked is one expression of an order.
type ranked struct {
	sql      pgsql.Frag
	nullable bool
}

// rank is the ranking of a view's source under an alias. Rows that are still alike after it are alike in every column.
func rank(project *model.Project, view *model.FeatureView, alias pgsql.Frag) ranking {
	source := view.Source
	out := ranking{{sql: timeOrder(project, source, alias)}}
	same := append(slices.Clone(view.Keys), source.EventTime) // these are the same in all rows that tie
	if len(source.Key) > 0 && !slices.ContainsFunc(source.Key, func(k string) bool { return !slices.Contains(same, k) }) {
		return out
	}
	if source.CreatedTime != "" {
		out = append(out, ranked{pgsql.Column(alias, source.CreatedTime), true})
		same = append(same, source.CreatedTime)
	}
	last := source.Key
	if len(last) == 0 {
		last = model.Table{Columns: source.Columns}.ColumnNames()
	}
	for _, name := range last {
		if !slices.Contains(same, name) {
			out = append(out, valueOrder(columnOf(source, name), pgsql.Column(alias, name))...)
		}
	}
	return out
}

// timeOrder is the event time as rows are ordered by it: the column itself, which an index can give in order, unless the clocks of the zone
// could tell another order than time.
func timeOrder(project *model.Project, source model.FeatureSource, alias pgsql.Frag) pgsql.Frag {
	column := columnOf(source, source.EventTime)
	m := momentOf(project, alias, column, source.AtStart)
	if column.Type.Family == model.Timestamp && m.Zone != "" && m.Zone != "UTC" {
		return m.instant()
	}
	return m.Value
}

// valueOrder orders values of a column, text by its bytes; so are those that have no order of their own. Values that are equal and yet not the
// same, such as 1.0 and 1.00, come in the order of their texts.
func valueOrder(c model.Column, value pgsql.Frag) []ranked {
	self := ranked{value, c.Nullable}
	text := ranked{value + "::text COLLATE " + pgsql.Ident("C"), c.Nullable}
	switch c.Type.Family {
	case model.Boolean, model.Integer, model.Date, model.Time, model.Timestamp, model.TimestampTZ, model.UUID, model.Bytes, model.Network:
		return []ranked{self}
	case model.Float, model.Interval, model.Numeric:
		if c.Type.Precision > 0 {
			return []ranked{self}
		}
		return []ranked{self, text}
	}
	return []ranked{text}
}

// newestFirst is the list behind ORDER BY that puts the row that counts first.
func (r ranking) newestFirst() pgsql.Frag { return r.list(" DESC", " DESC NULLS LAST") }

// oldestFirst is the opposite order: the row that counts is the last one.
func (r ranking) oldestFirst() pgsql.Frag { return r.list("", " NULLS FIRST") }

func (r ranking) list(plain, nulls pgsql.Frag) pgsql.Frag {
	return pgsql.List(r, func(one ranked) pgsql.Frag {
		if one.nullable {
			return one.sql + nulls
		}
		return one.sql + plain
	})
}

func columnOf(source model.FeatureSource, name string) model.Column {
	for _, c := range source.Columns {
		if c.Name == name {
			return c
		}
	}
	return model.Column{Name: name}
}
