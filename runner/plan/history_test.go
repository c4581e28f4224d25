package plan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// null is the text that stands for NULL in the rows of these tests.
const null = "NULL"

// event is a row of a source, as texts.
type event struct {
	keys        []string
	at, created string
	id          string
	n, s        string
}

// origin is a source of random rows.
type origin struct {
	model.FeatureSource
	zone    *time.Location
	rows    []event
	freezes []string
}

// told says which instant a text of the source's event time means, so much later.
func (o origin) after(at string, p model.Period) time.Time {
	return told(at, columnOf(o.FeatureSource, o.EventTime).Type, o.AtStart, o.zone, p)
}

// best is the oracle: of all rows of a key that are known when a spine row asks, the one that counts, unless it is too old.
func (o origin) best(keys []string, asked time.Time, v *model.FeatureView) *event {
	newest := ""
	for _, d := range o.freezes {
		if d > newest && !o.after(d, o.KnownAfter).After(asked) {
			newest = d
		}
	}
	var best *event
	for i, row := range o.rows {
		if row.at == null || !slices.Equal(row.keys, keys) || slices.Contains(keys, null) || o.after(row.at, o.KnownAfter).After(asked) ||
			o.Snapshot && !slices.Contains(o.freezes, row.at) || v.SnapshotOnly && row.at != newest {
			continue
		}
		if best == nil || o.beats(row, *best) {
			best = &o.rows[i]
		}
	}
	if best == nil || v.TTL != nil && o.after(best.at, *v.TTL).Before(asked) {
		return nil
	}
	return best
}

func (o origin) beats(a, b event) bool {
	if ta, tb := o.after(a.at, model.Period{}), o.after(b.at, model.Period{}); !ta.Equal(tb) {
		return ta.After(tb)
	}
	known := func(text string) string { return strings.Replace(text, null, "", 1) } // NULL is the least
	if (o.CreatedTime != "" || len(o.Key) == 0) && a.created != b.created {
		return known(a.created) > known(b.created)
	}
	if len(o.Key) > 0 {
		return number(a.id) > number(b.id)
	}
	if number(a.n) != number(b.n) {
		return number(a.n) > number(b.n)
	}
	return known(a.s) > known(b.s)
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// world is a spine, sources and views of random shape.
type world struct {
	r        *rand.Rand
	zone     string
	loc      *time.Location
	keys     []model.Column // of the entity
	origins  []*origin
	views    []*model.FeatureView
	reads    []*origin // of each view
	spine    Spine
	want     Want
	rows     []event  // of the spine: keys, time, n is its input, s its label
	instants []string // that are worth asking for, as timestamptz
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func newWorld(t *testing.T, r *rand.Rand) *world {
	w := &world{r: r, zone: pick(r, "UTC", "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo")}
	var err error
	if w.loc, err = time.LoadLocation(w.zone); err != nil {
		t.Fatal(err)
	}
	for i := range 1 + r.IntN(2) {
		w.keys = append(w.keys, model.Column{Name: fmt.Sprintf("k%d", i), Type: typ(t, pick(r, "text", "integer", "character varying(5)", "bigint", "text", "character(4)"))})
	}
	entity := &model.Entity{Name: "e", Key: w.keys}
	for i := range 2 {
		w.origins = append(w.origins, w.origin(t, i))
	}
	periods := []model.Period{{Months: 1}, {Days: 10}, {Hours: 36}, {Days: 45}, {Months: 2}}
	for i := range 3 {
		o := w.origins[i/2]
		v := &model.FeatureView{Name: fmt.Sprintf("view%d", i), Entity: entity, Source: o.FeatureSource, SnapshotOnly: o.Snapshot && r.IntN(3) == 0,
			Features: []model.Feature{{Name: "f_n", Column: "n", Type: typ(t, "integer")}, {Name: "f_s", Column: "s", Type: typ(t, "text")}},
			Derived:  []model.Derived{{Name: "more", SQL: `coalesce(r."f_n", 0) + 1`, Uses: []string{"f_n"}, Type: typ(t, "integer")}}}
		for k := range w.keys {
			v.Keys = append(v.Keys, fmt.Sprintf("the k%d", k))
		}
		if r.IntN(2) == 0 {
			ttl := pick(r, periods...)
			v.TTL = &ttl
		}
		w.views, w.reads = append(w.views, v), append(w.reads, o)
		for _, f := range v.Offers() {
			f.Name = v.Name + "_" + f.Name
			w.want.Features = append(w.want.Features, f)
		}
	}
	if r.IntN(2) == 0 {
		w.want.Horizon = pick(r, periods...)
	}
	w.want.Inputs = []model.Column{{Name: "in", Type: typ(t, "integer")}}
	w.want.Derived = []model.Derived{{Name: "sum", SQL: `r."view0_f_n" + r."view2_more" + r."in"`, Uses: []string{"view0_f_n", "view2_more", "in"}, Type: typ(t, "integer")}}
	w.want.Freezes = map[string][]Freeze{}
	for _, o := range w.origins {
		for _, d := range o.freezes {
			w.want.Freezes[o.Name] = append(w.want.Freezes[o.Name], Freeze{AsOf: d})
		}
	}
	w.makeSpine(t)
	return w
}

var someDays = []string{"2024-01-30", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-30", "2024-03-31", "2024-04-30", "2024-10-26", "2024-10-27"}

// text draws a time of a type.
func (w *world) text(typ model.Type) string {
	if typ.Family == model.TimestampTZ && len(w.instants) > 0 && w.r.IntN(2) == 0 {
		return pick(w.r, w.instants...)
	}
	day := pick(w.r, someDays...)
	switch typ.Family {
	case model.Date:
		return day
	case model.Timestamp:
		return day + " " + pick(w.r, "00:00:00", "02:30:00", "03:15:00", "12:00:00", "23:30:00")
	}
	return day + " " + pick(w.r, "00:00:00", "00:30:00", "22:00:00", "23:30:00") + "+00"
}

func (w *world) key() string { return pick(w.r, "1", "11", "2", "7") }

// rare draws NULL now and then.
func (w *world) rare(text string) string {
	if w.r.IntN(12) == 0 {
		return null
	}
	return text
}

func (w *world) origin(t *testing.T, i int) *origin {
	r := w.r
	o := &origin{zone: w.loc}
	o.Name, o.EventTime, o.Snapshot = fmt.Sprintf("source %d", i), "at", r.IntN(2) == 0
	timeType, created := typ(t, pick(r, "date", "timestamp", "timestamptz")), typ(t, "timestamptz")
	if o.Snapshot {
		o.EventTime, timeType = model.AsOf, typ(t, "date")
		o.KnownAfter = pick(r, model.Period{}, model.Period{}, model.Period{Days: 3}, model.Period{Months: 1}, model.Period{Hours: 30})
	}
	o.AtStart = timeType.Family == model.Date && r.IntN(2) == 0
	for k, c := range w.keys {
		alike := map[string][]string{"text": {"text", "character varying(4)", "character(3)"}, "integer": {"integer", "bigint"}, "bigint": {"bigint", "integer"}}
		name := c.Type.Name
		if a := alike[name]; a != nil {
			name = pick(r, a...)
		}
		o.Columns = append(o.Columns, model.Column{Name: fmt.Sprintf("the k%d", k), Type: typ(t, name), Nullable: !o.Snapshot})
	}
	o.Columns = append(o.Columns, model.Column{Name: o.EventTime, Type: timeType, Nullable: !o.Snapshot}, model.Column{Name: "written", Type: created, Nullable: true},
		model.Column{Name: "id", Type: typ(t, "integer")}, model.Column{Name: "n", Type: typ(t, "integer"), Nullable: true}, model.Column{Name: "s", Type: typ(t, "text"), Nullable: true})
	switch {
	case o.Snapshot:
		for k := range w.keys {
			o.Key = append(o.Key, fmt.Sprintf("the k%d", k))
		}
	case r.IntN(2) == 0:
		o.Key = []string{"id"}
	default:
		o.Columns = slices.DeleteFunc(o.Columns, func(c model.Column) bool { return c.Name == "id" })
	}
	if !o.Snapshot && r.IntN(2) == 0 {
		o.CreatedTime = "written"
	}
	w.fillOrigin(o, timeType)
	if !o.Snapshot && r.IntN(3) == 0 {
		o.FeatureSource.Query = "SELECT * FROM " + pgsql.Ident(o.Name) + " -- a query"
	}
	return o
}

func (w *world) fillOrigin(o *origin, timeType model.Type) {
	seen := map[string]bool{}
	for i := range 60 {
		e := event{at: w.text(timeType), created: w.rare(w.text(model.Type{Family: model.TimestampTZ})), id: strconv.Itoa(i), n: w.rare(strconv.Itoa(w.r.IntN(4))), s: w.rare(pick(w.r, "a", "B", "é"))}
		for range w.keys {
			e.keys = append(e.keys, w.key())
		}
		if !o.Snapshot {
			e.at, e.keys[0] = w.rare(e.at), w.rare(e.keys[0])
		}
		if one := fmt.Sprint(e.keys, e.at); o.Snapshot && seen[one] {
			continue
		} else {
			seen[one] = true
		}
		o.rows = append(o.rows, e)
	}
	for _, d := range someDays {
		if o.Snapshot && w.r.IntN(4) > 0 {
			o.freezes = append(o.freezes, d)
		}
	}
	for _, e := range o.rows[:20] { // the instants at which an answer changes
		if e.at != null {
			for _, p := range []model.Period{{}, o.KnownAfter, {Months: 1}, {Days: 10}, {Hours: 36}} {
				edge := o.after(e.at, p).Add(time.Duration(w.r.IntN(3)-1) * time.Second)
				w.instants = append(w.instants, edge.UTC().Format("2006-01-02 15:04:05+00"))
			}
		}
	}
}

func (w *world) makeSpine(t *testing.T) {
	timeType := typ(t, pick(w.r, "date", "timestamp", "timestamptz", "timestamptz"))
	w.spine = Spine{Rows: `"spine"`, Keys: map[string]string{}, Time: model.Column{Name: "asked", Type: timeType}, AtStart: timeType.Family == model.Date && w.r.IntN(2) == 0, Count: -1}
	for k, c := range w.keys {
		w.spine.Keys[c.Name] = fmt.Sprintf("s%d", k)
		w.spine.Columns = append(w.spine.Columns, model.Column{Name: fmt.Sprintf("s%d", k), Type: c.Type, Nullable: true})
	}
	w.spine.Columns = append(w.spine.Columns, model.Column{Name: "label", Type: typ(t, "text"), Nullable: true}, model.Column{Name: "in", Type: typ(t, "integer"), Nullable: true})
	for range 80 {
		e := event{at: w.rare(w.text(timeType)), n: w.rare(strconv.Itoa(w.r.IntN(3))), s: w.rare(pick(w.r, "yes", "no"))}
		for range w.keys {
			e.keys = append(e.keys, w.rare(pick(w.r, w.key(), w.key(), "404")))
		}
		w.rows = append(w.rows, e)
		if w.r.IntN(8) == 0 {
			w.rows = append(w.rows, e) // twice is twice
		}
	}
}

func literal(text string, typ model.Type) pgsql.Frag {
	if text == null {
		return "NULL"
	}
	return pgsql.Typed(text, pgsql.Frag(typ.Name))
}

// create makes the tables and fills them.
func (w *world) create(ctx context.Context, db *pg.DB) error {
	sql := pgsql.Frag("")
	add := func(name string, columns []model.Column, rows [][]string) {
		sql += "DROP TABLE IF EXISTS " + pgsql.Ident(name) + ";\nCREATE TABLE " + pgsql.Ident(name) + " (" +
			pgsql.List(columns, func(c model.Column) pgsql.Frag { return pgsql.Ident(c.Name) + " " + pgsql.Frag(c.Type.Name) }) + ");\n"
		for _, row := range rows {
			i := -1
			sql += "INSERT INTO " + pgsql.Ident(name) + " VALUES (" + pgsql.List(row, func(text string) pgsql.Frag { i++; return literal(text, columns[i].Type) }) + ");\n"
		}
	}
	for _, o := range w.origins {
		var rows [][]string
		for _, e := range o.rows {
			row := append(slices.Clone(e.keys), e.at, e.created)
			if columnOf(o.FeatureSource, "id").Type.Name != "" {
				row = append(row, e.id)
			}
			rows = append(rows, append(row, e.n, e.s))
		}
		add(o.Name, o.Columns, rows)
		if o.Query != "" {
			o.Name = ""
		}
	}
	for i, v := range w.views {
		v.Source = w.reads[i].FeatureSource
	}
	var rows [][]string
	for _, e := range w.rows {
		rows = append(rows, append(slices.Clone(e.keys), e.s, e.n, e.at))
	}
	add("spine", append(slices.Clone(w.spine.Columns), w.spine.Time), rows)
	_, err := db.Exec(ctx, sql)
	return err
}

// expected are the rows of the answer by the oracle, sorted as texts.
func (w *world) expected() []string {
	var out []string
	for _, e := range w.rows {
		var answers []string
		n := map[string]string{}
		for i, v := range w.views {
			got := []string{null, null, null}
			if e.at != null {
				asked := told(e.at, w.spine.Time.Type, w.spine.AtStart, w.loc, model.Period{Months: -w.want.Horizon.Months, Days: -w.want.Horizon.Days, Hours: -w.want.Horizon.Hours})
				if best := w.reads[i].best(e.keys, asked, v); best != nil {
					got = []string{best.n, best.s, strconv.Itoa(max(number(best.n), 0) + 1)}
				}
			}
			n[v.Name+"n"], n[v.Name+"more"] = got[0], got[2]
			answers = append(answers, got...)
		}
		sum := null
		if a, b, in := number(n["view0n"]), number(n["view2more"]), number(e.n); a >= 0 && b >= 0 && in >= 0 {
			sum = strconv.Itoa(a + b + in)
		}
		out = append(out, strings.Join(slices.Concat(e.keys, []string{e.at, e.s, e.n}, answers, []string{sum}), "|"))
	}
	slices.Sort(out)
	return out
}

// rowsOf runs the join and returns its rows, sorted as texts.
func rowsOf(ctx context.Context, db *pg.DB, h *History, loc *time.Location) ([]string, error) {
	rows, err := db.Query(ctx, h.Select())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, row := range rows {
		var cells []string
		for i, c := range h.Columns() {
			switch {
			case row.Null(i):
				cells = append(cells, null)
			case c.Type.Padded:
				cells = append(cells, strings.TrimRight(row.Text(i), " "))
			default:
				cells = append(cells, row.Text(i))
			}
		}
		out = append(out, strings.Join(cells, "|"))
	}
	slices.Sort(out)
	return out, nil
}

// TestHistoryAgrees holds every method against the oracle, over random worlds: ties, gaps, duplicates, late rows, NULLs in keys and times, edges
// of ttl, keys whose parts could be run together, all types of time, zones, horizons and delays.
func TestHistoryAgrees(t *testing.T) {
	ctx, db := context.Background(), openTest(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	worlds := 25
	for n := range worlds {
		w := newWorld(t, rand.New(rand.NewPCG(seed, uint64(n))))
		if err := w.create(ctx, db); err != nil {
			t.Fatal(err)
		}
		want := w.expected()
		for _, method := range append([]string{""}, JoinMethods()...) {
			w.want.Method = method
			h := NewHistory(&model.Project{Timezone: w.zone}, "public", w.spine, w.want)
			got, err := rowsOf(ctx, db, h, w.loc)
			if err != nil {
				t.Fatalf("world %d, %s: %v\n%s", n, method, err, h.Select())
			}
			if !slices.Equal(got, want) {
				t.Errorf("world %d in %s, method %q:\n%s\n%s", n, w.zone, method, differing(want, got), h.Select())
				return
			}
		}
	}
}

// differing are the first lines that only one of two sorted lists has.
func differing(want, got []string) string {
	var out []string
	count := map[string]int{}
	for _, line := range want {
		count[line]++
	}
	for _, line := range got {
		count[line]--
	}
	for _, line := range slices.Sorted(func(yield func(string) bool) {
		for line := range count {
			if !yield(line) {
				return
			}
		}
	}) {
		switch n := count[line]; {
		case n > 0:
			out = append(out, "wanted "+line)
		case n < 0:
			out = append(out, "got    "+line)
		}
	}
	return strings.Join(out[:min(len(out), 12)], "\n")
}

// timeOf reads one of the instants of a world.
func timeOf(text string) (time.Time, error) { return time.Parse("2006-01-02 15:04:05Z07", text) }
