package online_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/online"
	"streamflow/runner/online/onlinetest"
)

func openPostgres(t *testing.T, url, schema string, project *model.Project) *online.Postgres {
	t.Helper()
	pool, err := pg.OpenPool(context.Background(), url, schema, pg.PoolOptions{Size: 4, Writes: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store, err := online.OnPostgres(pool, project)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// stores are those that there are, each as what makes empty ones. To add one is to add a line.
var stores = map[string]func(*testing.T) func(*testing.T, *model.Project) online.Store{"postgres": onPostgres}

// onPostgres makes every store in a schema of its own.
func onPostgres(t *testing.T) func(*testing.T, *model.Project) online.Store {
	url, n := pgtest.Database(t), 0
	return func(t *testing.T, p *model.Project) online.Store {
		n++
		return openPostgres(t, url, fmt.Sprintf("s%d", n), p)
	}
}

func TestStores(t *testing.T) {
	for name, opener := range stores {
		t.Run(name, func(t *testing.T) { onlinetest.Run(t, opener(t)) })
	}
}

// A table that is made, changed, made anew or dropped behind the store's back is read as it is.
func TestTablesChange(t *testing.T) {
	ctx := context.Background()
	url := pgtest.Database(t)
	db, err := pg.Open(ctx, url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	integer, text := typed(t, "integer"), typed(t, "text")
	view := &model.FeatureView{Name: "v", Online: true, Entity: &model.Entity{Name: "e", Key: []model.Column{{Name: "k", Type: text}}},
		Features: []model.Feature{{Name: "x", Type: integer}, {Name: "y", Type: text}}}
	project := &model.Project{FeatureViews: []*model.FeatureView{view}}
	store := openPostgres(t, url, "", project)
	set, err := feature.List(project, []string{"v"}, false)
	if err != nil {
		t.Fatal(err)
	}
	read := func() string {
		t.Helper()
		a, b := "a", "b"
		one, err := online.Answer(ctx, store, set, feature.Request{Keys: [][]*string{{&a}}})
		if err != nil {
			return "error: " + err.Error()
		}
		two, err := online.Answer(ctx, store, set, feature.Request{Keys: [][]*string{{&b, &a}}})
		if err != nil {
			return "error: " + err.Error()
		}
		out := ""
		for _, row := range []feature.Row{one.Rows[0], two.Rows[1]} {
			for _, v := range row.Values {
				out += string(v.Text) + " " + string(v.Status) + ", "
			}
		}
		return out
	}
	row := func(x, y string) []online.Row {
		return []online.Row{{Key: []string{"a"}, Values: []*string{&x, &y}, EventTime: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)}}
	}
	write := func(x, y string) string {
		w, err := store.Write(ctx, view, row(x, y))
		if err != nil {
			return "error: " + err.Error()
		}
		return fmt.Sprint(w.Inserted, w.Updated, w.Unchanged, w.Older)
	}
	twice := func(s string) string { return s + s }
	for _, c := range []struct {
		what, sql string
		write     string // before it is read
		want      string
	}{
		{"nothing yet", "", "", twice(" NOT_FOUND,  NOT_FOUND, ")},
		{"made by a write", "", "1 0 0 0", twice("1 PRESENT, one PRESENT, ")},
		{"dropped", "DROP TABLE online.v", "", twice(" NOT_FOUND,  NOT_FOUND, ")},
		{"written again", "", "1 0 0 0", twice("1 PRESENT, one PRESENT, ")},
		{"the schema is gone", "DROP SCHEMA online CASCADE", "", twice(" NOT_FOUND,  NOT_FOUND, ")},
		{"gone, and written", "", "1 0 0 0", twice("1 PRESENT, one PRESENT, ")},
		{"without a column", "ALTER TABLE online.v DROP y", "", twice("1 PRESENT,  NOT_FOUND, ")},
		{"the column comes back with a write", "", "0 1 0 0", twice("1 PRESENT, one PRESENT, ")},
		{"of a narrower type", "ALTER TABLE online.v ALTER x TYPE smallint", "", twice("1 PRESENT, one PRESENT, ")},
		{"of another type", "ALTER TABLE online.v ALTER x TYPE text USING 'no number'", "", twice(" NOT_FOUND, one PRESENT, ")},
		{"made anew", "CREATE TABLE online.n (k text PRIMARY KEY, x integer, y text, _event_time timestamptz NOT NULL, _created timestamptz, _revision bigint, _as_of date, _expires timestamptz, _pushed boolean);" +
			"INSERT INTO online.n VALUES ('a', 7, 'new', '2024-03-01', NULL, 1, '2024-02-29', NULL, false); DROP TABLE online.v; ALTER TABLE online.n RENAME TO v", "", twice("7 PRESENT, new PRESENT, ")},
		{"of another key", "ALTER TABLE online.v ALTER k TYPE varchar(5)", "", twice("7 PRESENT, new PRESENT, ")},
		{"of a key of another type", "ALTER TABLE online.v ALTER k TYPE integer USING 1", "", twice(" NOT_FOUND,  NOT_FOUND, ")},
	} {
		if c.sql != "" {
			if _, err := db.Exec(ctx, pgsql.Frag(c.sql)); err != nil {
				t.Fatal(err)
			}
		}
		if c.write != "" {
			if got := write("1", "one"); got != c.write {
				t.Errorf("%s: wrote %s, want %s", c.what, got, c.write)
			}
		}
		if got := read(); got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.what, got, c.want)
		}
		if c.what == "made anew" {
			asOfs(t, db, store, set)
		}
	}
	if got := write("1", "one"); !strings.Contains(got, `the online table of view "v" was made for another definition of it`) || !strings.Contains(got, "runner materialize --full v") {
		t.Errorf("got %s", got)
	}
}

// asOfs reads dates that a snapshot may have.
func asOfs(t *testing.T, db *pg.DB, store online.Store, set *feature.Set) {
	t.Helper()
	key := "a"
	for _, want := range []string{"1999-12-31", "2000-01-01", "2024-02-29", "infinity", "-infinity"} {
		if _, err := db.Exec(context.Background(), "UPDATE online.v SET _as_of = "+pgsql.Literal(want)); err != nil {
			t.Fatal(err)
		}
		records, err := store.Read(context.Background(), set, [][]*string{{&key, &key}})
		if err != nil || records[0][0].AsOf != want || records[0][1].AsOf != want {
			t.Errorf("%s: got %+v, %v", want, records[0][0], err)
		}
	}
}

// A view that is not there costs no failed statement: the log of the server would fill, and each costs a round trip.
func TestMissingTableIsNoError(t *testing.T) {
	ctx := context.Background()
	url := pgtest.Database(t)
	view := &model.FeatureView{Name: "v", Online: true, Entity: &model.Entity{Name: "e", Key: []model.Column{{Name: "k", Type: typed(t, "text")}}},
		Features: []model.Feature{{Name: "x", Type: typed(t, "text")}}}
	project := &model.Project{FeatureViews: []*model.FeatureView{view}}
	pool, err := pg.OpenPool(ctx, url, "", pg.PoolOptions{Size: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	store, err := online.OnPostgres(pool, project)
	if err != nil {
		t.Fatal(err)
	}
	set, err := feature.List(project, []string{"v"}, false)
	if err != nil {
		t.Fatal(err)
	}
	db, err := pg.Open(ctx, url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rolledBack := func() int64 {
		row, err := db.One(ctx, "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()")
		if err != nil {
			t.Fatal(err)
		}
		return row.Int(0)
	}
	before, key := rolledBack(), "a"
	for range 20 {
		records, err := store.Read(ctx, set, [][]*string{{&key}})
		if err != nil || records[0][0] != nil {
			t.Fatalf("got %v, %v", records, err)
		}
	}
	pool.Close() // sessions that end report what they have counted
	for others, end := int64(1), time.Now().Add(30*time.Second); others > 0; {
		if time.Now().After(end) {
			t.Fatalf("%d sessions do not end", others)
		}
		row, err := db.One(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		if err != nil {
			t.Fatal(err)
		}
		others = row.Int(0)
	}
	if after := rolledBack(); after != before {
		t.Errorf("%d statements failed", after-before)
	}
}

func typed(t testing.TB, name string) model.Type {
	t.Helper()
	out, err := model.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Several who push the same keys in different orders wait for each other, also where nothing is there yet.
func TestPushesOfTheSameKeys(t *testing.T) {
	view := &model.FeatureView{Name: "v", Online: true, Entity: &model.Entity{Name: "e", Key: []model.Column{{Name: "k", Type: typed(t, "integer")}}},
		Features: []model.Feature{{Name: "x", Type: typed(t, "integer")}}}
	url, project := pgtest.Database(t), &model.Project{FeatureViews: []*model.FeatureView{view}}
	store := openPostgres(t, url, "", project)
	other := openPostgres(t, url, "", project) // another process: both make the table
	const writers, keys, seed = 4, 1500, 7
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(w)))
			for n := range 5 {
				rows := make([]online.Row, keys)
				for i, k := range random.Perm(keys) {
					value := fmt.Sprint(w)
					rows[i] = online.Row{Key: []string{fmt.Sprint(k)}, Values: []*string{&value}, EventTime: begin.Add(time.Duration(n*writers+w) * time.Second)}
				}
				into := store
				if w%2 == 1 {
					into = other
				}
				if _, err := into.Write(context.Background(), view, rows); err != nil {
					t.Errorf("seed %d: %v", seed, err)
				}
			}
		})
	}
	all.Wait()
	set, err := feature.List(project, []string{"v"}, false)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]*string, keys)
	for i := range list {
		key := fmt.Sprint(i)
		list[i] = &key
	}
	records, err := store.Read(context.Background(), set, [][]*string{list})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range records[0] {
		if r == nil || string(r.Values[0]) != fmt.Sprint(writers-1) { // the newest of all
			t.Fatalf("key %d: %+v", i, r)
		}
	}
}

// A push that waits for a materialization does not keep it from exchanging the table, and goes into the new one.
func TestPushWhileATableIsExchanged(t *testing.T) {
	ctx := context.Background()
	view := &model.FeatureView{Name: "v", Online: true, Entity: &model.Entity{Name: "e", Key: []model.Column{{Name: "k", Type: typed(t, "integer")}}},
		Features: []model.Feature{{Name: "x", Type: typed(t, "integer")}}}
	url := pgtest.Database(t)
	store := openPostgres(t, url, "", &model.Project{FeatureViews: []*model.FeatureView{view}})
	push := func(key, value string) error {
		_, err := store.Write(ctx, view, []online.Row{{Key: []string{key}, Values: []*string{&value}, EventTime: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}})
		return err
	}
	if err := push("1", "1"); err != nil {
		t.Fatal(err)
	}
	db, err := pg.Open(ctx, url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do := func(sql pgsql.Frag) {
		t.Helper()
		if _, err := db.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	do("BEGIN; LOCK TABLE online.v IN SHARE ROW EXCLUSIVE MODE; CREATE TABLE online.w (LIKE online.v INCLUDING ALL)")
	done := make(chan error)
	go func() { done <- push("2", "2") }()
	for {
		row, err := db.One(ctx, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'online.v'::regclass")
		if err != nil {
			t.Fatal(err)
		}
		if row.Int(0) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	do("DROP TABLE online.v; ALTER TABLE online.w RENAME TO v; COMMIT")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if row, err := db.One(ctx, "SELECT string_agg(k::text, ' ') FROM online.v"); err != nil || row.Text(0) != "2" {
		t.Errorf("got %s, %v", row.Text(0), err)
	}
}
