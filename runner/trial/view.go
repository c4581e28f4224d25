package trial

import (
	"cmp"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// ViewTest is a test of a feature view: rows of its source, and what the view must give for keys at times.
type ViewTest struct {
	Name     string
	Place    diag.Place // of its name
	View     *model.FeatureView
	Zone     *time.Location
	Rows     []expression.Row // of the source, by its columns
	Asked    []Asked
	Programs map[string]*expression.Program // of derived features
}

// Asked is a key at a time, and the features that must be there.
type Asked struct {
	Keys   []expression.Datum // in the order of the entity's key
	Time   expression.Datum
	Type   model.Type // of the time
	Expect []Cell
}

// Cell is one feature and the value that it must have.
type Cell struct {
	Name  string
	Type  model.Type
	Value expression.Datum
	Place diag.Place
}

// Try answers for each key as a training set would.
func (t *ViewTest) Try() report.Test {
	out := report.Test{Name: t.Name, Place: t.Place, Verdict: report.Pass}
	for _, a := range t.Asked {
		values, why, failed := t.answer(a)
		for _, c := range a.Expect {
			got, ok := values[c.Name]
			switch {
			case failed[c.Name] != nil:
				out.NotTried = append(out.NotTried, report.NotTried{Rule: c.Name, Reason: failed[c.Name].Error()})
			case !ok || compare(got, c.Value, c.Type) != 0:
				out.Misses = append(out.Misses, report.Miss{Place: c.Place, Row: t.called(a), Rule: c.Name, Expected: expression.FormatDatum(c.Value, c.Type),
					Actual: expression.FormatDatum(got, c.Type), Reason: why})
			}
		}
	}
	if len(out.Misses) > 0 {
		out.Verdict = report.Fail
	}
	return out
}

// called names a key at a time: "id=7  event_timestamp=2024-01-31".
func (t *ViewTest) called(a Asked) string {
	var key []report.Value
	for i, k := range t.View.Entity.Key {
		key = append(key, report.Value{Column: k.Name, Value: expression.FormatDatum(a.Keys[i], k.Type)})
	}
	return keyText(append(key, report.Value{Column: model.EventTimestamp, Value: expression.FormatDatum(a.Time, a.Type)}))
}

// answer are the features for a key at a time, and which row they come from. Features without a row that counts are NULL.
func (t *ViewTest) answer(a Asked) (values expression.Row, why string, failed map[string]error) {
	row, why := t.counts(a)
	values, failed = expression.Row{}, map[string]error{}
	for _, f := range t.View.Features {
		values[f.Name] = row[f.Column]
	}
	inputs := values
	values = expression.Row{}
	for name, v := range inputs {
		values[name] = v
	}
	for _, d := range t.View.Derived {
		program := t.Programs[d.Name]
		if values[d.Name] = nil; row == nil {
			continue
		}
		if program == nil {
			failed[d.Name] = errDatabase
			continue
		}
		v, err := program.Compute(inputs, expression.World{})
		if values[d.Name] = v; err != nil {
			failed[d.Name] = reason(err)
		}
	}
	return values, why, failed
}

// counts is the row of the source that counts for a key at a time, or nil.
func (t *ViewTest) counts(a Asked) (expression.Row, string) {
	s := t.View.Source
	asked, ok := instant(a.Time, a.Type, false, t.Zone, model.Period{})
	if !ok {
		return nil, "it is asked for at no time"
	}
	newest := t.newestFreeze(asked)
	var best expression.Row
	for _, row := range t.Rows {
		known, ok := t.at(row, s.KnownAfter)
		if !ok || known.After(asked) || !t.isOf(row, a) || t.View.SnapshotOnly && compare(row[s.EventTime], newest, t.time()) != 0 {
			continue
		}
		if best == nil || t.beats(row, best) {
			best = row
		}
	}
	if best == nil && t.View.SnapshotOnly && newest != nil {
		return nil, "the key is not in the newest freeze known then, " + expression.FormatDatum(newest, t.time())
	}
	if best == nil {
		return nil, "no row of the key is known then"
	}
	which := "the row of " + expression.FormatDatum(best[s.EventTime], t.time())
	if ttl := t.View.TTL; ttl != nil {
		if end, _ := t.at(best, *ttl); end.Before(asked) {
			return nil, which + " is older than ttl " + ttl.Text
		}
	}
	return best, which + " counts"
}

// newestFreeze is the greatest date of a snapshot that is known at an instant, or nil.
func (t *ViewTest) newestFreeze(asked time.Time) (newest expression.Datum) {
	for _, row := range t.Rows {
		if known, ok := t.at(row, t.View.Source.KnownAfter); ok && !known.After(asked) && compare(row[t.View.Source.EventTime], newest, t.time()) > 0 {
			newest = row[t.View.Source.EventTime]
		}
	}
	return newest
}

// time is the type of the source's event time.
func (t *ViewTest) time() model.Type { return t.typeOf(t.View.Source.EventTime) }

func (t *ViewTest) typeOf(column string) model.Type {
	if c := (model.Table{Columns: t.View.Source.Columns}).Column(column); c != nil {
		return c.Type
	}
	return model.Type{}
}

// at is the instant of a row of the source, so much later.
func (t *ViewTest) at(row expression.Row, later model.Period) (time.Time, bool) {
	return instant(row[t.View.Source.EventTime], t.time(), t.View.Source.AtStart, t.Zone, later)
}

func (t *ViewTest) isOf(row expression.Row, a Asked) bool {
	for i, column := range t.View.Keys {
		if row[column] == nil || a.Keys[i] == nil || compare(row[column], a.Keys[i], t.typeOf(column)) != 0 {
			return false
		}
	}
	return true
}

// beats tells whether a row counts rather than another of the same key: by time, then by when it was written, then by the source's key, and
// where it has none by its columns in order.
func (t *ViewTest) beats(a, b expression.Row) bool {
	s := t.View.Source
	x, _ := t.at(a, model.Period{})
	y, _ := t.at(b, model.Period{})
	if !x.Equal(y) {
		return x.After(y)
	}
	order := s.Key
	if len(order) == 0 {
		order = model.Table{Columns: s.Columns}.ColumnNames()
	}
	if s.CreatedTime != "" {
		order = append([]string{s.CreatedTime}, order...)
	}
	for _, column := range order {
		if n := compare(a[column], b[column], t.typeOf(column)); n != 0 {
			return n > 0
		}
	}
	return false
}

// Reads tells what the rows of a view are called in a test: its source, and of a query the view itself.
func Reads(v *model.FeatureView) string {
	return cmp.Or(v.Source.Name, v.Name)
}
