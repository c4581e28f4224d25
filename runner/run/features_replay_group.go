package run

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"streamflow/runner/feature"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// replayKinds are the ways in which an answer can be of another moment than what history knows of its time.
var replayKinds = []apartness{
	{"older", "served older than history: the online store was behind", false},
	{"late", "history knows more, which was frozen after they were served", false},
	{"early", "served newer than history: known later than its time says (known_after), or ahead of it", false},
	{"pushed", "served from a push, which the source does not have", false},
	{"restated", "of a date that was restated since", false},
}

// errMasked says that a logged row cannot be asked for again.
var errMasked = errors.New("a key is masked")

// replayGroup are the logged answers to one service or one list of features.
type replayGroup struct {
	p       *replayer
	name    string
	service *model.FeatureService
	set     *feature.Set
	ask     plan.Logged
	views   []*findings // one for each of the set's Reads
	own     *findings   // of what the service derives; nil when it derives nothing
	waiting []replayRow
	apart   [][]apartRow    // of those that wait, for each of the set's Reads
	missing map[string]bool // features that some line does not have
}

type replayRow struct {
	plan.LoggedRow
	logged *feature.Logged
}

func (p *replayer) newGroup(service string, set *feature.Set) *replayGroup {
	g := &replayGroup{p: p, name: service, set: set, missing: map[string]bool{},
		ask: plan.Logged{Keys: set.Keys, Inputs: set.Inputs, Freezes: p.freezes}}
	for _, f := range set.Features {
		if f.View != nil {
			g.ask.Features = append(g.ask.Features, f)
		}
	}
	for _, r := range set.Reads {
		f := newFindings(set, replayKinds)
		f.out.View = r.View.Name
		g.views = append(g.views, f)
	}
	if service == "" {
		g.name = "a list of features"
		return g
	}
	g.service = p.Project.FeatureService(service)
	if g.ask.Derived = g.service.Derived; len(g.ask.Derived) > 0 {
		g.own = newFindings(set, replayKinds)
	}
	return g
}

// results are the comparisons of the group.
func (g *replayGroup) results() []report.ComparedView {
	var out []report.ComparedView
	for _, f := range g.views {
		v := f.done("")
		if g.service != nil {
			v.Service = g.service.Name
		}
		out = append(out, v)
	}
	if g.own != nil {
		v := g.own.done("")
		v.Service = g.service.Name
		out = append(out, v)
	}
	return out
}

// read makes a logged answer a row to ask for.
func (g *replayGroup) read(l *feature.Logged) (row plan.LoggedRow, err error) {
	row.At = l.Time
	for _, k := range g.set.Keys {
		if k.PII && feature.IsMasked(l.Keys[k.Name]) {
			return row, errMasked
		}
	}
	if row.Keys, err = given(g.set.Keys, l.Keys); err == nil {
		row.Inputs, err = given(g.set.Inputs, l.Inputs)
	}
	for _, f := range g.set.Features {
		if _, there := l.Features[f.Name]; !there {
			g.missing[f.Name] = true
		}
	}
	return row, err
}

// given reads the values of columns. What is masked is not known.
func given(columns []model.Column, values map[string]json.RawMessage) ([]*string, error) {
	out := make([]*string, len(columns))
	for i, c := range columns {
		raw, there := values[c.Name]
		switch {
		case !there:
			return nil, errors.New("has no " + c.Name)
		case c.PII && feature.IsMasked(raw):
			continue
		}
		text, err := feature.ReadJSON(c, raw)
		if err != nil {
			return nil, err
		}
		out[i] = text
	}
	return out, nil
}

// masked are the features that a log does not hold, and those derived from inputs that it does not hold.
func (g *replayGroup) masked() []string {
	var out []string
	for _, f := range g.set.Features {
		if f.PII || g.blind(f) {
			out = append(out, f.Name)
		}
	}
	return out
}

// blind tells whether a feature is derived from an input that is masked.
func (g *replayGroup) blind(f model.Served) bool {
	if f.View != nil || g.service == nil {
		return false
	}
	for _, d := range g.service.Derived {
		for _, in := range g.set.Inputs {
			if d.Name == f.Name && in.PII && slices.Contains(d.Uses, in.Name) {
				return true
			}
		}
	}
	return false
}

func (g *replayGroup) unlogged() []string { return slices.Sorted(maps.Keys(g.missing)) }

// compare asks history for the rows that wait, and holds each against what was served. Of those that were served of another moment it asks
// once more, what the source says of that moment.
func (g *replayGroup) compare(ctx context.Context) error {
	g.apart = make([][]apartRow, len(g.set.Reads))
	rows := make([]plan.LoggedRow, len(g.waiting))
	for i, w := range g.waiting {
		rows[i] = w.LoggedRow
	}
	err := g.history(ctx, g.ask, rows, func(i int, row pg.Row, at map[string]int) { g.hold(i, row, at) })
	for i, list := range g.apart {
		if err == nil && len(list) > 0 {
			err = g.holdApart(ctx, i, list)
		}
	}
	return err
}

// history asks for some rows; each is called with the number of the row.
func (g *replayGroup) history(ctx context.Context, ask plan.Logged, rows []plan.LoggedRow, each func(i int, row pg.Row, at map[string]int)) error {
	history := ask.History(g.p.Project, g.p.DB.Schema(), rows)
	at := map[string]int{}
	for i, c := range history.Columns() {
		at[c.Name] = i
	}
	return g.p.DB.Read(ctx, history.Select(), func(_ []string, row pg.Row) error {
		each(int(row.Int(at[ask.Line()])), row, at)
		return nil
	})
}

// apartRow is an answer that was of another moment than history would say.
type apartRow struct {
	row int // of those that wait
	why string
}

// hold judges one row: each view by itself, and what the service derives where all views agree.
func (g *replayGroup) hold(i int, row pg.Row, at map[string]int) {
	served, agree := g.waiting[i], true
	for n, r := range g.set.Reads {
		differing := g.differing(served, row, at, func(f int) bool { return g.set.ReadOf(f) == n })
		why := g.moment(r.View, served.logged, row, at[g.ask.Moment(r.View)])
		agree = agree && len(differing) == 0
		if len(differing) > 0 && slices.Contains([]string{"older", "late", "early"}, why) && served.logged.AsOf[r.View.Name] != nil {
			g.apart[n] = append(g.apart[n], apartRow{i, why})
			continue
		}
		g.judge(g.views[n], served, row, at, why, differing)
	}
	if g.own != nil && agree {
		g.judge(g.own, served, row, at, "", g.differing(served, row, at, func(f int) bool { return g.set.ReadOf(f) < 0 }))
	}
}

// holdApart judges answers of other moments by what the source says of those.
func (g *replayGroup) holdApart(ctx context.Context, n int, list []apartRow) error {
	view := g.set.Reads[n].View
	rows := make([]plan.LoggedRow, len(list))
	for i, a := range list {
		served := g.waiting[a.row]
		rows[i] = plan.LoggedRow{Keys: served.Keys, At: g.p.momentOf(view.Source, *served.logged.AsOf[view.Name])}
	}
	return g.history(ctx, g.ask.Of(view), rows, func(i int, row pg.Row, at map[string]int) {
		served := g.waiting[list[i].row]
		differing := g.differing(served, row, at, func(f int) bool {
			return g.set.ReadOf(f) == n && served.logged.Status[g.set.Features[f].Name] != feature.OutsideMaxAge
		})
		switch asOf := *served.logged.AsOf[view.Name]; {
		case len(differing) == 0:
			g.views[n].out.Compared++
			g.views[n].stand(list[i].why, keyOf(served))
		case g.p.restated(view.Source, asOf, served.logged.Time):
			g.judge(g.views[n], served, row, at, "restated", differing)
		default:
			g.judge(g.views[n], served, row, at, "", differing)
		}
	})
}

// differing are the features whose logged values are others than those of a row.
func (g *replayGroup) differing(served replayRow, row pg.Row, at map[string]int, mine func(int) bool) []int {
	var out []int
	for i, f := range g.set.Features {
		if !mine(i) || f.PII || g.blind(f) {
			continue
		}
		if raw, there := served.logged.Features[f.Name]; there && !sameJSON(f.Type, raw, row[at[f.Name]]) {
			out = append(out, i)
		}
	}
	return out
}

// judge counts an answer. Values that are equal agree, of whatever moment they are; why says why others may differ.
func (g *replayGroup) judge(f *findings, served replayRow, row pg.Row, at map[string]int, why string, differing []int) {
	f.out.Compared++
	switch {
	case len(differing) == 0:
		f.out.Equal++
	case why != "":
		f.stand(why, keyOf(served))
	default:
		f.out.Different++
		for _, i := range differing {
			one := g.set.Features[i]
			f.differ(i, mismatch{key: keyOf(served), time: served.logged.Time, served: loggedValue(served.logged, one), offline: row[at[one.Name]]})
		}
	}
}

func keyOf(served replayRow) pg.Row {
	key := make(pg.Row, len(served.Keys))
	for i, text := range served.Keys {
		if text != nil {
			key[i] = []byte(*text)
		}
	}
	return key
}

// loggedValue is a value as it was logged. A text is shown without its quotes.
func loggedValue(l *feature.Logged, f model.Served) feature.Value {
	out := feature.Value{Status: l.Status[f.Name]}
	var text string
	switch raw := l.Features[f.Name]; {
	case string(raw) == "null":
	case json.Unmarshal(raw, &text) == nil:
		out.Text = []byte(text)
	default:
		out.Text = raw
	}
	return out
}
