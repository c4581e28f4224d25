package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Mode is how much of a source a materialization looks at.
type Mode string

// The modes.
const (
	Incremental  Mode = "incremental" // what has come since the last one
	FullMode     Mode = "full"        // all of it
	WindowedMode Mode = "window"      // what happened between two times
)

// OnlineFound is what the database and the ledger say before a view is materialized.
type OnlineFound struct {
	Source Found              // tables of the project, and its freezes
	Online Found              // tables of the online store
	Seen   map[string]int64   // of each source: the last freeze of a snapshot, the last run that wrote a table
	Drops  map[string][]int64 // snapshot -> the runs that dropped it, or one of its columns
	Last   *Materialized      // nil when the view was never materialized
	Empty  bool               // the online table of the view holds no row
	Now    time.Time
	Zone   *time.Location // of the project

	Pending Pending // of a plan: rows that are not there yet
}

// Materialized is what the ledger remembers of the last materialization of a view.
type Materialized struct {
	Definition string
	Watermark  map[string]int64 // OnlineFound.Seen as it was
	Upcoming   time.Time        // of events: the earliest time that was still to come
	Newest     time.Time        // the newest event time in the store
}

// Materialization is the plan of bringing a view online: statements, in order, inside one transaction.
type Materialization struct {
	View       *model.FeatureView
	Table      *OnlineTable
	Mode       Mode
	Why        string // why it is a full one although it was not asked for
	Missing    string // the source that is not there yet, so that there is nothing to do
	UpToDate   bool   // nothing has come since the last one, so that there is nothing to do
	Before     []pgsql.Frag
	Writes     []pgsql.Frag // each answers as OnlineWrite does
	Deletes    []pgsql.Frag // each answers with the number of rows
	Whole      bool         // the writes look at all that the source says: where the store holds no other row, there is nothing to delete
	Ready      []pgsql.Frag // after the rows, while readers still have the old table
	After      []pgsql.Frag // for which readers wait: the table is exchanged, or loses columns
	Definition string
	Watermark  map[string]int64
	Upcoming   pgsql.Frag // asks for the earliest time that is still to come; "" where that is Expected
	Expected   time.Time  // the same, as it was known before

	source onlineSource
	found  OnlineFound
	into   model.Table // what is written: the online table, or the one that takes its place
	fresh  bool        // it takes its place
}

// Materialize plans the materialization of a view.
func Materialize(project *model.Project, view *model.FeatureView, schema string, found OnlineFound, table *OnlineTable, mode Mode, window Window) *Materialization {
	m := &Materialization{View: view, Table: table, Mode: mode, found: found, Watermark: map[string]int64{}, into: table.Table,
		source: newOnlineSource(project, view, schema, found.Source, found.Pending, found.Now)}
	m.Definition = definition(project, view, found)
	for _, name := range Reads(view) {
		m.Watermark[name] = found.Seen[name]
		if found.Source.Table(name) == nil && found.Pending[name] == "" {
			m.Missing = name
		}
	}
	if m.Missing != "" {
		return m
	}
	m.whole()
	if m.Mode == FullMode && !m.fresh {
		m.Ready = append(m.Ready, m.pushedHold(project))
	}
	if m.Mode == WindowedMode { // it has not seen what lies outside
		m.Watermark = map[string]int64{}
		if found.Last != nil {
			m.Watermark, m.Expected = found.Last.Watermark, found.Last.Upcoming
		}
	} else if !view.Source.Snapshot {
		m.Upcoming = m.upcoming()
	}
	switch freezes := found.Source.Freezes[view.Source.Name]; {
	case m.Mode == Incremental && m.upToDate():
		m.UpToDate = true
	case !view.Source.Snapshot:
		m.events(window)
	case view.SnapshotOnly:
		m.newest(freezes, window)
	case m.Mode == WindowedMode:
		m.write(slices.DeleteFunc(slices.Clone(freezes), func(f Freeze) bool { return !m.holds(window, f) }), NewerWins)
	case m.Mode == FullMode:
		m.sync(freezes, notPushed())
	default:
		m.since(freezes)
	}
	return m
}

// whole makes the materialization a full one where nothing less would do.
func (m *Materialization) whole() {
	last := m.found.Last
	switch {
	case m.Table.Rebuild != "":
		m.Mode, m.Why = FullMode, "its table has to be made anew ("+m.Table.Rebuild+")"
	case m.Mode == FullMode:
	case last != nil && m.Table.Found == nil:
		m.Mode, m.Why = FullMode, "its table was gone"
	case last != nil && last.Definition != m.Definition:
		m.Mode, m.Why = FullMode, "its definition has changed since the last time"
	case last == nil && m.Mode == Incremental:
		m.Mode = FullMode
	}
	if m.fresh = m.Mode == FullMode && (m.Table.Rebuild != "" || m.found.Empty); m.fresh {
		aside, create, key, replace := m.Table.aside()
		m.into, m.Before, m.Ready, m.After = aside, []pgsql.Frag{create}, []pgsql.Frag{key}, replace
		return
	}
	for _, c := range m.Table.Drops {
		m.After = append(m.After, c.SQL)
	}
}

// pushedHold gives rows that were pushed, which a full materialization leaves as they are, the ttl that the view has now.
func (m *Materialization) pushedHold(project *model.Project) pgsql.Frag {
	table, expires := m.Table.Table, pgsql.Frag("NULL::timestamptz")
	if m.View.TTL != nil {
		expires = momentOf(project, "l", *table.Column(model.OnlineEventTime), false).after(*m.View.TTL)
	}
	return fill("online_pushed", pgsql.Holes{"table": table.SQL(), "column": pgsql.Ident(model.OnlineExpires), "expires": expires,
		"pushed": pgsql.Column("l", model.OnlinePushed), "held": pgsql.Column("l", model.OnlineExpires)})
}

// Reads are the tables and snapshots that a view reads.
func Reads(view *model.FeatureView) []string {
	if view.Source.Name != "" {
		return []string{view.Source.Name}
	}
	return view.Source.Reads
}

// definition is a hash of what the values online depend on beside the rows of the source.
func definition(project *model.Project, view *model.FeatureView, found OnlineFound) string {
	s := view.Source
	type column struct{ From, Name, Type string }
	var columns []column
	for i, k := range view.Entity.Key {
		columns = append(columns, column{view.Keys[i], k.Name, k.Type.Name})
	}
	for _, f := range view.Features {
		columns = append(columns, column{f.Column, f.Name, f.Type.Name})
	}
	ttl := ""
	if view.TTL != nil {
		ttl = view.TTL.Text
	}
	drops := map[string][]int64{}
	for _, name := range Reads(view) {
		if d := found.Drops[name]; len(d) > 0 {
			drops[name] = d
		}
	}
	return hashOf(s.Name, s.Snapshot, string(s.Query), s.Reads, columns, s.EventTime, columnOf(s, s.EventTime).Type.Name, s.CreatedTime,
		s.Key, s.AtStart, view.SnapshotOnly, ttl, project.Timezone, drops)
}

// hashOf is a hash of texts, numbers and lists of them.
func hashOf(parts ...any) string {
	text, err := json.Marshal(parts)
	if err != nil {
		panic("plan: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// upToDate tells whether nothing has come since the last materialization, and no time of an event either.
func (m *Materialization) upToDate() bool {
	last := m.found.Last
	pending := slices.ContainsFunc(Reads(m.View), func(name string) bool { return m.found.Pending[name] != "" })
	return last != nil && !pending && maps.Equal(last.Watermark, m.Watermark) && len(m.After) == 0 &&
		(last.Upcoming.IsZero() || last.Upcoming.After(m.found.Now))
}

// Newest is the newest event time that the store held after the last materialization; nil where there was none.
func (m *Materialization) Newest() *time.Time {
	if m.found.Last == nil || m.found.Last.Newest.IsZero() {
		return nil
	}
	return &m.found.Last.Newest
}

func (m *Materialization) holds(w Window, f Freeze) bool {
	return w.holds(f.AsOf, m.View.Source.AtStart, m.found.Zone)
}

func (m *Materialization) upcoming() pgsql.Frag {
	return fill("online_upcoming", pgsql.Holes{"instant": m.source.time().instant(), "rows": m.source.rows, "now": instant(m.found.Now)})
}

// write brings the rows of some freezes online, the newest of each key.
func (m *Materialization) write(freezes []Freeze, guard Guard, more ...pgsql.Frag) {
	if len(freezes) == 0 && m.View.Source.Snapshot {
		return
	}
	source := m.source.whole(freezes, more...)
	if m.fresh {
		m.Writes = append(m.Writes, onlineFill(m.into, source))
		return
	}
	m.Writes = append(m.Writes, OnlineWrite(m.into, source, guard))
}

// sync makes the online table what the source says. may are the rows that go when the source does not have their keys.
func (m *Materialization) sync(freezes []Freeze, may pgsql.Frag) {
	if m.write(freezes, SourceWins); m.fresh {
		return
	}
	m.Whole, m.Deletes = true, append(m.Deletes, m.source.lacking(freezes, may))
}

func notPushed() pgsql.Frag { return "NOT " + pgsql.Column("l", model.OnlinePushed) }

// since brings online what was frozen since the last time. Of a date that was restated keys may have gone: what the store still has of them
// is looked for in the earlier dates.
func (m *Materialization) since(freezes []Freeze) {
	seen := int64(0)
	if m.found.Last != nil {
		seen = m.found.Last.Watermark[m.View.Source.Name]
	}
	fresh := slices.DeleteFunc(slices.Clone(freezes), func(f Freeze) bool { return f.Sequence <= seen })
	m.write(fresh, NewerWins)
	restated := slices.DeleteFunc(fresh, func(f Freeze) bool { return f.Revision == 1 })
	if len(restated) == 0 {
		return
	}
	table := m.Table.Table
	stale := fill("online_stale", pgsql.Holes{"pushed": pgsql.Column("l", model.OnlinePushed), "date": pgsql.Column("l", model.OnlineAsOf),
		"dates": pgsql.List(restated, func(f Freeze) pgsql.Frag { return pgsql.Typed(f.AsOf, "date") }),
		"rows":  m.source.rows, "as_of": pgsql.Column("k", model.AsOf), "match": match("l", table.PrimaryKey, "k", m.View.Keys)})
	keys := pgsql.List(m.View.Keys, func(k string) pgsql.Frag { return pgsql.Column("r", k) })
	m.write(freezes, SourceWins, "("+keys+") IN (SELECT "+pgsql.List(table.PrimaryKey, func(k string) pgsql.Frag { return pgsql.Column("l", k) })+
		" FROM "+table.SQL()+" l WHERE "+stale+")")
	m.Deletes = append(m.Deletes, fill("online_delete", pgsql.Holes{"table": table.SQL(), "where": stale}))
}

// newest makes the online table what the newest freeze says: a key that it lacks has no row. A window that ends before the newest one that
// is online changes nothing.
func (m *Materialization) newest(freezes []Freeze, window Window) {
	var last *Freeze
	for i := range freezes {
		if m.Mode != WindowedMode || m.holds(window, freezes[i]) {
			last = &freezes[i]
		}
	}
	if m.Mode == WindowedMode && (last == nil || last.AsOf != freezes[len(freezes)-1].AsOf && m.found.Last != nil && m.found.Last.Watermark[m.View.Source.Name] > 0) {
		return
	}
	if last == nil {
		m.sync(nil, notPushed())
		return
	}
	m.sync([]Freeze{*last}, m.goneFrom(*last))
}

// goneFrom are the rows that go when the only freeze that counts lacks their keys: also pushed ones, unless they are newer.
func (m *Materialization) goneFrom(last Freeze) pgsql.Frag {
	at := moment{Value: pgsql.Typed(last.AsOf, "date"), Type: model.Type{Family: model.Date}, AtStart: m.View.Source.AtStart, Zone: m.source.project.Timezone}
	return "(" + notPushed() + " OR " + pgsql.Column("l", model.OnlineEventTime) + " <= " + at.instant() + ")"
}

// events resolves a source without freezes whole, because any of its rows may have come or gone.
func (m *Materialization) events(window Window) {
	if m.Mode == WindowedMode {
		m.write(nil, NewerWins, window.conditions(m.source.time())...)
		return
	}
	m.sync(nil, notPushed())
}

// MaterializedViews are the views that a run brings online: those that the pipeline names, and of a run of some tables those that read one of them.
func MaterializedViews(pipeline *model.Pipeline, only []string) []*model.FeatureView {
	var out []*model.FeatureView
	for _, v := range pipeline.Materialize {
		if len(only) == 0 || slices.ContainsFunc(Reads(v), func(name string) bool { return fills(pipeline, only, name) }) {
			out = append(out, v)
		}
	}
	return out
}

func fills(pipeline *model.Pipeline, only []string, name string) bool {
	return contains(only, name) || slices.ContainsFunc(pipeline.Snapshots, func(s *model.Snapshot) bool { return s.Name == name && contains(only, s.From) })
}

// ViewLocks are the locks of bringing views online, sorted by name: alone the views, and shared what they read, so that nothing is loaded
// meanwhile.
func ViewLocks(schema string, views []*model.FeatureView) []Lock {
	shared := map[string]bool{}
	for _, v := range views {
		shared[model.OnlineSchema(schema)+"."+v.Name] = false
		for _, name := range Reads(v) {
			if _, ok := shared[schema+"."+name]; !ok {
				shared[schema+"."+name] = true
			}
		}
	}
	var out []Lock
	for name, s := range shared {
		out = append(out, Lock{Name: name, Shared: s})
	}
	slices.SortFunc(out, func(a, b Lock) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
