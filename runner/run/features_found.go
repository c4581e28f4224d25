package run

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// apartness is a way in which two sides speak for different moments.
type apartness struct {
	why, means string
	stale      bool
}

// findings gathers what a comparison of a set of features finds.
type findings struct {
	set      *feature.Set
	out      report.ComparedView
	apart    map[string]*report.Apart
	features []*report.ComparedFeature // one for each of the set's; nil where nothing differs
	kinds    []apartness
}

// checkKinds are those of a comparison with the newest rows of the source.
var checkKinds = []apartness{
	{"missing", "not online yet", true},
	{"older", "older online than in the source", true},
	{"gone", "online, and in the source no more", true},
	{"pushed", "pushed, and newer than the source", false},
	{"moved", "written while they were compared, and so not compared", false},
}

func newFindings(set *feature.Set, kinds []apartness) *findings {
	return &findings{set: set, apart: map[string]*report.Apart{}, features: make([]*report.ComparedFeature, len(set.Features)), kinds: kinds}
}

// stand counts a key whose two sides speak for different moments.
func (f *findings) stand(why string, key pg.Row) {
	a := f.apart[why]
	if a == nil {
		a = &report.Apart{Why: why}
		f.apart[why] = a
	}
	a.Rows++
	if len(a.Samples) < shownKeys {
		a.Samples = append(a.Samples, shownKey(f.set.Keys, key))
	}
}

// mismatch is one value that differs. Time is that of the request, where there was one.
type mismatch struct {
	key     pg.Row
	time    time.Time
	served  feature.Value
	offline []byte
}

// differ counts a value that differs.
func (f *findings) differ(i int, m mismatch) {
	c := f.features[i]
	served := f.set.Features[i]
	if c == nil {
		c = &report.ComparedFeature{Feature: served.Name, Derived: served.View == nil || served.View.DerivedFeature(served.Feature) != nil}
		f.features[i] = c
	}
	c.Rows++
	if len(c.Samples) >= shownKeys {
		return
	}
	s := report.FeatureMismatch{Key: shownKey(f.set.Keys, m.key), Served: shownFeature(served, m.served.Text), Status: string(m.served.Status), Offline: shownFeature(served, m.offline)}
	if !m.time.IsZero() {
		s.Time = &m.time
	}
	c.Samples = append(c.Samples, s)
}

// done is what was found, in the order of the kinds and of the features.
func (f *findings) done(mend string) report.ComparedView {
	f.out.Mend = mend
	for _, k := range f.kinds {
		if a := f.apart[k.why]; a != nil {
			a.Means, a.Stale = k.means, k.stale
			f.out.Apart = append(f.out.Apart, *a)
		}
	}
	for _, c := range f.features {
		if c != nil {
			f.out.Features = append(f.out.Features, *c)
		}
	}
	return f.out
}

// shownKey is a key as a reader may see it.
func shownKey(columns []model.Column, key pg.Row) []report.Value {
	out := make([]report.Value, len(columns))
	for i, c := range columns {
		out[i] = report.Value{Column: c.Name, Value: "NULL", Null: key.Null(i)}
		switch {
		case key.Null(i):
		case c.PII:
			out[i].Value = model.Masked
		default:
			out[i].Value = key.Text(i)
		}
	}
	return out
}

// shownFeature is a value as a reader may see it.
func shownFeature(f model.Served, text []byte) *string {
	if text == nil {
		return nil
	}
	shown := string(text)
	switch {
	case f.PII:
		shown = model.Masked
	case f.Type.Family == model.Numeric || f.Type.Family == model.Float: // without digits that do not count
		shown = strings.Trim(string(feature.AppendJSON(nil, f.Type, text)), `"`)
	}
	return &shown
}

// sameValue tells whether two texts of Postgres are one value. Numbers may be written with another number of digits.
func sameValue(t model.Type, a, b []byte) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if bytes.Equal(a, b) {
		return true
	}
	switch t.Family {
	case model.Integer, model.Numeric, model.Float:
		x, y := rational(string(a)), rational(string(b))
		return x != nil && y != nil && x.Cmp(y) == 0
	}
	return false
}

// rational is a number, or nil of anything else. A log may hold anything, so that exponents are bounded by those that a column can have.
func rational(text string) *big.Rat {
	if _, exponent, _ := strings.Cut(strings.ToLower(text), "e"); len(exponent) > len("+16383") {
		return nil
	}
	out, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return out
}

// sameJSON tells whether a value that was logged as JSON is what history says.
func sameJSON(t model.Type, logged json.RawMessage, offline []byte) bool {
	want := feature.AppendJSON(nil, t, offline)
	if bytes.Equal(logged, want) {
		return true
	}
	var a, b bytes.Buffer
	if json.Compact(&a, logged) != nil || json.Compact(&b, want) != nil {
		return false
	}
	if bytes.Equal(a.Bytes(), b.Bytes()) {
		return true
	}
	var x, y string
	if json.Unmarshal(a.Bytes(), &x) == nil && json.Unmarshal(b.Bytes(), &y) == nil { // written with other escapes
		return offline != nil && string(logged) != "null" && x == y
	}
	return offline != nil && string(logged) != "null" && sameValue(t, a.Bytes(), b.Bytes())
}
