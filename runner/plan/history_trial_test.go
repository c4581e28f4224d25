package plan

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/model"
	"streamflow/runner/trial"
)

// datum reads a text of a row.
func datum(t *testing.T, text string, typ model.Type) expression.Datum {
	t.Helper()
	if text == null {
		return nil
	}
	d, err := expression.ParseDatum(text, typ)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tried is a test of a view as somebody would write it: the rows of its source, and for every row of the spine what the oracle says.
func (w *world) tried(t *testing.T, i int) *trial.ViewTest {
	v, o := w.views[i], w.reads[i]
	out := &trial.ViewTest{Name: v.Name, View: v, Zone: w.loc}
	var frozen []string
	for _, e := range o.rows {
		if o.Snapshot && !slices.Contains(o.freezes, e.at) {
			continue
		}
		frozen = append(frozen, e.at)
		row := expression.Row{}
		for k, text := range append(slices.Clone(e.keys), e.at, e.created) {
			row[o.Columns[k].Name] = datum(t, text, o.Columns[k].Type)
		}
		for name, text := range map[string]string{"id": e.id, "n": e.n, "s": e.s} {
			if c := (model.Table{Columns: o.Columns}).Column(name); c != nil {
				row[name] = datum(t, text, c.Type)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	o.freezes = slices.DeleteFunc(o.freezes, func(d string) bool { return !slices.Contains(frozen, d) }) // a test knows of none without rows
	for _, e := range w.rows {
		a := trial.Asked{Time: datum(t, e.at, w.spine.Time.Type), Type: w.spine.Time.Type}
		for k, text := range e.keys {
			a.Keys = append(a.Keys, datum(t, text, w.keys[k].Type))
		}
		best := &event{n: null, s: null}
		if e.at != null {
			if got := o.best(e.keys, told(e.at, w.spine.Time.Type, false, w.loc, model.Period{}), v); got != nil {
				best = got
			}
		}
		for k, text := range []string{best.n, best.s} {
			a.Expect = append(a.Expect, trial.Cell{Name: v.Features[k].Name, Type: v.Features[k].Type, Value: datum(t, text, v.Features[k].Type)})
		}
		out.Asked = append(out.Asked, a)
	}
	return out
}

// TestTrialsAgree holds the tests of views, which need no database, against the same oracle as the join itself.
func TestTrialsAgree(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 7))
	values := 0
	for range 30 {
		w := newWorld(t, r)
		for i := range w.views {
			try := w.tried(t, i)
			for _, a := range try.Asked {
				for _, c := range a.Expect {
					if c.Value != nil {
						values++
					}
				}
			}
			for _, m := range try.Try().Misses {
				t.Fatalf("%s of %+v in %s: %s %s: the oracle says %s, the test %s (%s)", w.views[i].Name, w.reads[i].FeatureSource, w.zone, m.Row, m.Rule, m.Expected, m.Actual, m.Reason)
			}
		}
	}
	if values < 100 {
		t.Errorf("%d values were compared: the test is about nothing", values)
	}
}
