package run_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// store is a project with a snapshot whose key is wider than the entity's, a table of events without a key, and views over them.
type store struct {
	*bench
	random *rand.Rand
	now    time.Time
	views  []*model.FeatureView
	items  map[string]map[string]string // month -> id|part -> n
	events map[string][]string          // month -> lines
	log    []string
}

var storeMonths = []string{"2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"}

func newStore(t *testing.T, random *rand.Rand) *store {
	items := load(t, "items", "id", "text", "part", "integer", "n", "integer")
	items.Table.PrimaryKey, items.Table.Columns[1].Nullable, items.Source.ShrinkUnchecked = []string{"id", "part"}, false, true
	events := load(t, "events", "id", "text", "n", "integer", "at", "timestamp without time zone", "made", "timestamp with time zone")
	events.Append, events.Table.PrimaryKey, events.EventTime, events.CreatedTime, events.Source.ShrinkUnchecked = true, nil, "at", "made", true
	columns := slices.Clone(events.Table.Columns)
	columns[0].Nullable = true
	events.Table.Columns = append(columns, model.Column{Name: model.PartitionColumn, Type: typ(t, "text"), Nullable: true})
	events.Reading = append(events.Reading, model.Reading{Column: model.PartitionColumn, Value: &model.Value{SQL: pgsql.Param(model.PartitionColumn)}})
	frozen := freeze(t, "items_months", items)
	s := &store{bench: newBench(t, []*model.Load{items, events}, []*model.Snapshot{frozen}), random: random, now: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		items: map[string]map[string]string{}, events: map[string][]string{}}
	s.config.Now = func() time.Time { return s.now }
	s.config.SameData = true
	s.config.Project.Timezone = "Europe/Paris"
	s.config.Pipeline.Partitions = nil
	for _, m := range storeMonths {
		s.config.Pipeline.Partitions = append(s.config.Pipeline.Partitions, model.Partition{Values: map[string]string{"as_of": m, "dir": m}})
	}
	ttl, _ := model.ParsePeriod("1mo")
	entity := &model.Entity{Name: "thing", Key: []model.Column{{Name: "thing", Type: typ(t, "text")}}}
	months := model.FeatureSource{Name: "items_months", Snapshot: true, Columns: frozen.Table.Columns, EventTime: model.AsOf, Key: []string{"id", "part"}}
	happened := model.FeatureSource{Name: "events", Columns: columns, EventTime: "at", CreatedTime: "made"}
	query := model.FeatureSource{Query: `SELECT id, count(*) AS n, max(at) AS at FROM events e JOIN items_months m USING (id) GROUP BY id`, Reads: []string{"events", "items_months"}, EventTime: "at",
		Columns: []model.Column{{Name: "id", Type: typ(t, "text"), Nullable: true}, {Name: "n", Type: typ(t, "integer"), Nullable: true}, columns[2]}}
	view := func(name string, source model.FeatureSource, change func(*model.FeatureView)) {
		v := &model.FeatureView{Name: name, Entity: entity, Source: source, Keys: []string{"id"}, TTL: &ttl, Online: true,
			Features: []model.Feature{{Name: "n", Column: "n", Type: typ(t, "integer")}}}
		change(v)
		s.views = append(s.views, v)
	}
	view("latest", months, func(*model.FeatureView) {})
	view("items", months, func(v *model.FeatureView) { v.SnapshotOnly, v.TTL = true, nil }) // it has the name of a table
	view("events", happened, func(*model.FeatureView) {})
	view("counted", query, func(*model.FeatureView) {})
	s.config.Project.FeatureViews = s.views
	if random.IntN(2) == 0 {
		s.config.Pipeline.Materialize = []*model.FeatureView{s.views[random.IntN(4)]}
		s.say("materialize: [%s]", s.config.Pipeline.Materialize[0].Name)
	}
	return s
}

func (s *store) say(format string, args ...any) { s.log = append(s.log, fmt.Sprintf(format, args...)) }

// load applies a month with random content; one that was applied before is restated.
func (s *store) load() {
	m := storeMonths[s.random.IntN(len(storeMonths))]
	items, lines := map[string]string{}, []string{}
	for k := range 5 {
		for part := range 2 {
			if s.random.IntN(3) > 0 {
				items[fmt.Sprintf("k%d,%d", k, part)] = [...]string{"", "1", "2"}[s.random.IntN(3)]
			}
		}
		for range s.random.IntN(3) {
			at := time.Date(2024, 1, 1+s.random.IntN(150), s.random.IntN(3), 0, 0, 0, time.UTC)
			lines = append(lines, fmt.Sprintf("%s,%d,%s,%s", [...]string{"", fmt.Sprintf("k%d", k)}[min(1, s.random.IntN(9))], s.random.IntN(3), at.Format("2006-01-02 15:04:05"),
				[...]string{"", "2024-01-01 00:00:00Z", "2024-01-02 00:00:00Z"}[s.random.IntN(3)]))
		}
	}
	items["k0,0"], lines = "1", append(lines, "k0,1,2024-01-05 00:00:00,")
	s.items[m], s.events[m] = items, lines
	text := "id,part,n\n"
	for key, n := range items {
		text += key + "," + n + "\n"
	}
	s.write(m+"/items.csv", text)
	s.write(m+"/events.csv", "id,n,at,made\n"+strings.Join(lines, "\n")+"\n")
	s.say("load %s items %v events %v", m, items, lines)
	restate := func(c *run.Config) { c.Restate, c.Reason = true, "corrected" }
	planned, applied := s.plan(0, m, restate), s.apply(0, m, restate)
	for i, p := range planned.Materialized {
		if a := applied.Materialized[i]; p.Inserted != a.Inserted || p.Updated != a.Updated || p.Deleted != a.Deleted {
			s.t.Errorf("after\n%s\nplanned %+v\napplied %+v", strings.Join(s.log, "\n"), p, a)
		}
	}
}

func (s *store) bring(mode plan.Mode, w plan.Window) *report.Report {
	s.t.Helper()
	rep := run.Materialize(context.Background(), s.config, run.Materializing{Views: s.views, Mode: mode, Window: w})
	if rep.ExitCode != 0 {
		s.t.Fatalf("%s: %+v\n%s", mode, rep.Errors, strings.Join(s.log, "\n"))
	}
	return rep
}

// push writes a row that no source has. Its second is odd, so that it ties with nothing.
func (s *store) push() {
	v := s.views[s.random.IntN(len(s.views))]
	table := v.OnlineTable("public")
	if s.query("SELECT to_regclass('online."+v.Name+"') IS NULL") == "t" {
		return
	}
	n := "9"
	row := plan.Pushed{Key: []string{fmt.Sprintf("k%d", s.random.IntN(7))}, Values: []*string{&n}, EventTime: time.Date(2024, 1, 1+s.random.IntN(150), 0, 0, 1, 0, time.UTC)}
	if v.SnapshotOnly && s.query("SELECT EXISTS (SELECT FROM online."+v.Name+" WHERE NOT _pushed)") == "f" { // nothing says that it is too old
		return
	}
	zone, err := time.LoadLocation(s.config.Project.Timezone) // as a store counts a ttl
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.db.One(context.Background(), plan.OnlinePush(v, table, zone, []plan.Pushed{row})); err != nil {
		s.t.Fatal(err)
	}
	s.say("push %s %+v", v.Name, row)
}

func (s *store) step() {
	switch s.random.IntN(6) {
	case 0, 1, 2:
		s.load()
	case 3:
		s.say("incremental")
		s.bring(plan.Incremental, plan.Window{})
	case 4:
		from, to := s.random.IntN(4), s.random.IntN(4)
		w := plan.Window{From: plan.Bound{Date: storeMonths[min(from, to)]}, To: plan.Bound{Date: storeMonths[max(from, to)]}}
		if s.random.IntN(3) == 0 {
			w.From = plan.Bound{}
		}
		s.say("window %+v", w)
		s.bring(plan.WindowedMode, w)
	case 5:
		s.push()
	}
	s.now = s.now.AddDate(0, 0, s.random.IntN(20))
}

// online is what the store holds.
func (s *store) online() string {
	var out []string
	for _, v := range s.views {
		out = append(out, v.Name+": "+s.query(`SELECT coalesce(string_agg(o::text, ' ' ORDER BY thing), '') FROM online."`+v.Name+`" o`))
	}
	return strings.Join(out, "\n")
}

// TestMaterializeAnyHistory loads, restates, pushes and materializes at random. What incremental materializations make of it is what a full one
// makes of it, which is what a few lines of Go say, and to do it again writes nothing.
func TestMaterializeAnyHistory(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 6 {
		s := newStore(t, random)
		for range 4 + random.IntN(14) {
			s.step()
		}
		if random.IntN(2) == 0 {
			s.load()
		}
		s.bring(plan.Incremental, plan.Window{})
		got, written := s.online(), s.query(writtenOnline)
		for _, m := range s.bring(plan.Incremental, plan.Window{}).Materialized {
			if m.State != report.UpToDate && m.State != report.NothingYet {
				t.Errorf("again: %+v", m)
			}
		}
		for _, m := range s.bring(plan.FullMode, plan.Window{}).Materialized {
			if m.Inserted+m.Updated+m.Deleted > 0 {
				t.Errorf("a full one changes something: %+v", m)
			}
		}
		if want := s.online(); got != want || s.query(writtenOnline) != written {
			t.Errorf("after\n%s\nincremental gives\n%s\nfull gives\n%s", strings.Join(s.log, "\n"), got, want)
		}
		s.oracle()
		if t.Failed() {
			return
		}
	}
}

const writtenOnline = `SELECT md5(coalesce(string_agg(x, ' ' ORDER BY x), '')) FROM (SELECT xmin::text || o::text AS x FROM online.latest o UNION ALL SELECT xmin::text || o::text FROM online.items o
UNION ALL SELECT xmin::text || o::text FROM online.events o UNION ALL SELECT xmin::text || o::text FROM online.counted o) y`

// oracle holds the rows that were not pushed against what was loaded.
func (s *store) oracle() {
	s.t.Helper()
	newest := map[string]string{} // id -> month part n
	last := ""
	for m, items := range s.items {
		last = max(last, m)
		for key, n := range items {
			id, part, _ := strings.Cut(key, ",")
			if row := m + " " + part + " " + n; row > newest[id] {
				newest[id] = row
			}
		}
	}
	hold := func(view string, want map[string]string) {
		rows, err := s.db.Query(context.Background(), pgsql.Frag("SELECT thing, _as_of, n, _pushed FROM online."+view))
		if err != nil {
			s.t.Fatal(err)
		}
		pushed := map[string]bool{}
		for _, r := range rows {
			if r.Bool(3) {
				pushed[r.Text(0)] = true
				continue
			}
			month, rest, _ := strings.Cut(want[r.Text(0)], " ")
			if _, n, _ := strings.Cut(rest, " "); month != r.Text(1) || n != r.Text(2) {
				s.t.Errorf("after\n%s\n%s of %s is %s of %s, want %s", strings.Join(s.log, "\n"), r.Text(0), view, r.Text(2), r.Text(1), want[r.Text(0)])
			}
		}
		for id := range want {
			if !pushed[id] && !slices.ContainsFunc(rows, func(r pg.Row) bool { return r.Text(0) == id }) {
				s.t.Errorf("after\n%s\n%s is not in %s", strings.Join(s.log, "\n"), id, view)
			}
		}
	}
	hold("latest", newest)
	for id, row := range newest {
		if !strings.HasPrefix(row, last) {
			delete(newest, id)
		}
	}
	hold("items", newest)
}

// An event of later comes online when its time has come, without any load.
func TestEventsToCome(t *testing.T) {
	s := newStore(t, rand.New(rand.NewPCG(1, 1)))
	s.config.Pipeline.Materialize = nil
	s.views = s.views[2:3] // of events
	month := storeMonths[0]
	s.write(month+"/items.csv", "id,part,n\nk0,0,1\n")
	s.write(month+"/events.csv", "id,n,at,made\nk0,1,2023-12-01 00:00:00,\nk0,2,2024-01-10 01:00:00,\nk1,3,2024-02-01 00:00:00,\n") // by the clock of Paris
	if rep := s.apply(0, month, func(*run.Config) {}); rep.ExitCode != 0 {
		t.Fatalf("%+v", rep.Errors)
	}
	for _, c := range []struct{ now, state, want string }{
		{"2024-01-09T00:00:00Z", report.Online, "k0=1"},
		{"2024-01-09T23:59:59Z", report.UpToDate, "k0=1"},
		{"2024-01-10T00:00:00Z", report.Online, "k0=2"},
		{"2024-01-10T00:00:01Z", report.UpToDate, "k0=2"},
		{"2024-03-01T00:00:00Z", report.Online, "k0=2 k1=3"},
		{"2025-03-01T00:00:00Z", report.UpToDate, "k0=2 k1=3"},
	} {
		s.now, _ = time.Parse(time.RFC3339, c.now)
		state := s.bring(plan.Incremental, plan.Window{}).Materialized[0].State
		if got := s.query("SELECT string_agg(thing || '=' || n, ' ' ORDER BY thing) FROM online.events"); got != c.want || state != c.state {
			t.Errorf("%s: got %s (%s), want %s (%s)", c.now, got, state, c.want, c.state)
		}
	}
}
