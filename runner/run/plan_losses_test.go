package run_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// A role that may read and make temporary tables is enough, with and without a ledger, and with a schema that is not there.
func TestPlanOfARoleThatMayOnlyRead(t *testing.T) {
	for _, applied := range []bool{false, true} {
		b := two(t)
		url := pgtest.Database(t)
		owner, err := pg.Open(context.Background(), url, "")
		if err != nil {
			t.Fatal(err)
		}
		defer owner.Close()
		b.db, b.config.DB = owner, owner
		b.exec("DO $$ BEGIN CREATE ROLE plan_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; REVOKE CREATE ON SCHEMA public FROM public")
		if applied {
			b.apply(0, "2024-01-31")
			b.exec("GRANT USAGE ON SCHEMA runner TO plan_reader; GRANT SELECT ON ALL TABLES IN SCHEMA runner, public TO plan_reader")
		}
		reader := b.config
		if reader.DB, err = pg.Open(context.Background(), as(t, url, "plan_reader"), ""); err != nil {
			t.Fatal(err)
		}
		defer reader.DB.Close()
		row, err := reader.DB.One(context.Background(), "SELECT current_user")
		if err != nil || row.Text(0) != "plan_reader" {
			t.Fatalf("the role is %v %v", row, err)
		}
		before := b.query(everything)
		rep := run.Plan(context.Background(), reader)
		if rep.ExitCode != 0 || len(rep.Tables) != 2 {
			t.Fatalf("applied %v: %+v", applied, rep)
		}
		b.want(everything, before)
		sameAs(t, rep, b.apply(0, ""))
		b.exec("DROP OWNED BY plan_reader")
	}
}

// A plan waits for nobody who writes, and nobody who writes waits for it: it is made while another session holds every lock that reading
// goes together with.
func TestPlanDoesNotWaitForWriters(t *testing.T) {
	b := two(t)
	b.apply(0, "2024-01-31")
	writer, err := b.db.Reopen(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	b.exec("SET lock_timeout = '2s'")
	err = writer.Transaction(context.Background(), func() error {
		_, err := writer.Exec(context.Background(), `LOCK TABLE people, use, use_snapshots, runner.runs, runner.freezes, runner.live, runner.loads IN EXCLUSIVE MODE`)
		if err == nil {
			b.plan(0, "2024-02-29")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A plan waits for no other run, and says that there is one.
func TestPlanNotesARunAtWork(t *testing.T) {
	b := two(t)
	b.apply(0, "2024-01-31")
	other, err := b.db.Reopen(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	noted := func() bool {
		return slices.ContainsFunc(b.plan(0, "2024-02-29").Notes, func(n string) bool {
			return strings.HasPrefix(n, "another run is at work on these tables: runner apply x")
		})
	}
	if noted() {
		t.Error("nobody is at work")
	}
	if err := other.Announce(context.Background(), "runner apply x"); err != nil {
		t.Fatal(err)
	}
	if held, _, err := other.LockAll(context.Background(), []pg.Lock{{Name: "public.people"}}, false, nil); held != "" || err != nil {
		t.Fatal(held, err)
	}
	if !noted() {
		t.Error("the plan does not say that a run is at work")
	}
}

// as makes every statement of a URL's sessions one of a role.
func as(t *testing.T, database, role string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("options", "-c role="+role)
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String()
}

// loss finds a loss of a check in a report.
func loss(t *testing.T, rep *report.Report, id string) report.Loss {
	t.Helper()
	i := slices.IndexFunc(rep.Losses, func(l report.Loss) bool { return l.ID == id })
	if i < 0 {
		t.Fatalf("no %s in %+v", id, rep.Losses)
	}
	return rep.Losses[i]
}

func warning(rep *report.Report, id string) string {
	for _, d := range rep.Errors {
		if d.ID == id && d.Severity == diag.Warning {
			return d.Message + " (" + d.Hint + ")"
		}
	}
	return fmt.Sprintf("no %s in %+v", id, rep.Errors)
}

func TestPlanCountsWhatChangesOfTheSchemaLose(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		change func(*bench)
		id     string
		says   string // object, rows, what, samples, flag
		error  string
	}{
		"narrow": {"UPDATE items SET n = 70000 WHERE id = 'b'", func(b *bench) { b.load().Table.Column("n").Type = typ(t, "smallint") }, "D803",
			"public.items.n 1 value would be lost [id=b, n=70000] --allow-narrow items.n", "public.items: ~ column n integer -> smallint: 1 value would be lost"},
		"narrow by another name": {"UPDATE items SET n = 70000 WHERE id = 'b'", func(b *bench) {
			b.rename(b.load(), "n", "m")
			b.load().Table.Column("m").Type = typ(t, "smallint")
		}, "D803", "public.items.m 1 value would be lost [id=b, m=70000] --allow-narrow items.m", "public.items: ~ column m integer -> smallint: 1 value would be lost"},
		"not null": {"", func(b *bench) { b.load().Table.Column("s").Nullable = false }, "D804", "public.items.s 1 NULL is there [id=b, s=NULL] ",
			"public.items: ~ column s set not null: 1 NULL is there"},
		"a required column": {"ALTER TABLE items DROP COLUMN s", func(b *bench) { b.load().Table.Column("s").Nullable = false }, "D804",
			"public.items.s 3 rows there have no value for it [] ", "public.items: + column s text not null: 3 rows there have no value for it"},
		"a key": {"ALTER TABLE items DROP CONSTRAINT items_pkey; INSERT INTO items VALUES ('a', 4, NULL)", func(*bench) {}, "D805",
			"public.items 1 row there has no key or repeats one [id=a: 2 rows] ", "public.items: + primary key (id): 1 row there has no key or repeats one"},
		"a unique index": {"UPDATE items SET n = 1", func(b *bench) { b.load().Table.Indexes = []model.Index{{Columns: []string{"n"}, Unique: true}} }, "D805",
			"public.items 2 rows there repeat another [n=1: 3 rows] ", "public.items: + unique index (n): 2 rows there repeat another"},
		"a personal value": {"UPDATE items SET n = 70000 WHERE id = 'b'", func(b *bench) {
			b.load().Table.Column("n").Type, b.load().Table.Column("n").PII = typ(t, "smallint"), true
		}, "D803", "public.items.n 1 value would be lost [id=b, n=***] --allow-narrow items.n", "public.items: ~ column n integer -> smallint: 1 value would be lost"},
	} {
		t.Run(name, func(t *testing.T) {
			b := one(t, nil)
			b.config.Pipeline.Snapshots = nil
			b.apply(0, "2024-01-31")
			if c.before != "" {
				b.exec(c.before)
			}
			c.change(b)
			for _, only := range []bool{true, false} {
				rep := b.plan(1, "2024-02-29", func(c *run.Config) { c.SchemaOnly = only })
				l := loss(t, rep, c.id)
				if got := fmt.Sprint(l.Object, " ", l.Rows, " ", l.What, " ", l.Samples, " ", l.Flag); got != c.says || l.Allowed {
					t.Errorf("got %q, want %q", got, c.says)
				}
				if d := rep.Errors[0]; d.ID != c.id || d.Message != c.error || len(d.Related) != len(l.Samples) {
					t.Errorf("got %+v", d)
				}
			}
			if rep := b.apply(1, "2024-02-29"); rep.Errors[0].Message != c.error || len(rep.Losses) > 0 {
				t.Errorf("apply says %+v", rep.Errors[0])
			}
		})
	}
}

func TestPlanOfANarrowingThatIsAllowed(t *testing.T) {
	b := one(t, nil)
	b.config.Pipeline.Snapshots = nil
	b.apply(0, "2024-01-31")
	b.exec("UPDATE items SET n = 70000 WHERE id = 'b'; UPDATE items SET n = 80000 WHERE id = 'a'")
	b.retype("n", "smallint")
	b.write("feb/items.csv", "id,n,s\na,1,x\nb,,\n") // what is lost of b is what the file says
	named := func(c *run.Config) { c.AllowNarrow = []string{"items.n"} }
	rep := b.plan(0, "2024-02-29", named)
	if l := loss(t, rep, "D803"); !l.Allowed || l.Rows != 2 {
		t.Errorf("got %+v", l)
	}
	if rep.Tables[0].Updated != 1 {
		t.Errorf("got %+v", rep.Tables[0])
	}
	applied := b.apply(0, "2024-02-29", named)
	sameAs(t, rep, applied)
	if l := loss(t, applied, "D803"); l.Rows != 2 {
		t.Errorf("apply says %+v", l)
	}
}

func TestPlanWarns(t *testing.T) {
	b := one(t, func(l *model.Load) { l.DeleteMissing = true })
	var rows strings.Builder
	for i := range 20 {
		fmt.Fprintf(&rows, "k%02d,%d,x\n", i, i)
	}
	b.write("jan/items.csv", "id,n,s\n"+rows.String())
	b.write("feb/items.csv", "id,n,s\n"+strings.ReplaceAll(rows.String(), ",x", ",y"))
	if rep := b.plan(0, "2024-01-31"); len(rep.Errors) > 0 {
		t.Errorf("got %+v", rep.Errors)
	}
	b.apply(0, "2024-01-31")
	if rep := b.plan(0, "2024-02-29"); len(rep.Errors) > 0 { // one column of two: as sums do every month
		t.Errorf("got %+v", rep.Errors)
	}
	b.write("feb/items.csv", "id,n,s\n"+strings.ReplaceAll(rows.String(), ",", ",9"))
	rep := b.plan(0, "2024-02-29")
	if got := warning(rep, "D809"); got != "20 of 20 rows of items would change, most in n (20) (is it the file of another table, month or unit?)" {
		t.Error(got)
	}
	b.load().Source.MaxShrink = new(float64)
	*b.load().Source.MaxShrink = 0.9
	b.write("feb/items.csv", "id,n,s\nk00,0,x\nk01,1,x\n")
	rep = b.plan(0, "2024-02-29")
	if got := warning(rep, "D809"); got != "items has 2 rows and the partition before had 20 (is the export whole?)" {
		t.Error(got)
	}
	if l := loss(t, rep, "D809"); l.Rows != 18 || l.Action != "delete rows" || !l.Allowed {
		t.Errorf("got %+v", l)
	}
	if got := rep.Errors[1].Message; got != "18 of 20 rows of items would be deleted" {
		t.Error(got)
	}

	b.rename(b.load(), "s", "word")
	b.load().Table.Column("word").RenamedFrom = ""
	b.config.Pipeline.Snapshots = nil
	if got := warning(b.plan(0, "2024-02-29"), "D806"); got != `column "word" of "items" is new, and s of the same type (text) is declared no more: its values would stay behind (if it is the same column, say so: renamed_from: s)` {
		t.Error(got)
	}
	b.exec("INSERT INTO items SELECT 'm' || g, g FROM generate_series(1, 100000) g")
	b.retype("n", "bigint")
	february := func() *report.Report {
		c := b.config
		c.Params = map[string]string{"as_of": "2024-02-29"}
		return run.Plan(context.Background(), c)
	}
	if got := warning(february(), "D807"); !strings.HasPrefix(got, "public.items: ~ column n integer -> bigint: a rewrite, which keeps readers and writers waiting, of 100020 rows") {
		t.Error(got)
	}
	b.load().Table.Column("n").Type = typ(t, "integer")
	b.load().Table.Column("word").RenamedFrom = "s"
	b.load().Table.Column("word").Type = typ(t, "character varying")
	if got := warning(february(), "D807"); !strings.HasPrefix(got, "no D807") {
		t.Error("no row is written anew: " + got)
	}
}

func TestPlanCountsDrift(t *testing.T) {
	b := one(t, nil)
	b.apply(0, "2024-01-31")
	b.exec("ALTER TABLE items ADD COLUMN extra text; UPDATE items SET extra = 'e' WHERE id = 'a'; CREATE TABLE theirs (x integer)")
	rep := b.plan(0, "2024-02-29", func(c *run.Config) { c.SchemaOnly = true })
	want := []string{"drift: 1 table in schema public not declared, left alone: theirs",
		"drift: public.items.extra is not declared, left alone: 1 non-null value; --allow-drop items.extra drops it"}
	if !slices.Equal(rep.Notes, want) {
		t.Errorf("got %q", rep.Notes)
	}
}

func TestConfirmIsAskedBeforeAnythingIsLost(t *testing.T) {
	b := one(t, func(l *model.Load) { l.DeleteMissing = true })
	asked := 0
	no := func(c *run.Config) { c.Confirm = func(*report.Report) bool { asked++; return false } }
	b.apply(0, "2024-01-31", no)
	if asked > 0 {
		t.Error("asked where nothing is lost")
	}
	before := b.query("SELECT md5(string_agg(xmin::text || i::text, '|' ORDER BY id)) FROM items i")
	rep := b.apply(1, "2024-02-29", no)
	if l := loss(t, rep, "D809"); asked != 1 || l.Rows != 1 || rep.Errors[0].Message != "not confirmed: nothing was written" {
		t.Errorf("asked %d: %+v", asked, rep)
	}
	b.want("SELECT md5(string_agg(xmin::text || i::text, '|' ORDER BY id)) FROM items i", before)
	b.apply(0, "2024-02-29", func(c *run.Config) { c.Confirm = func(*report.Report) bool { return true } })
	b.write("jan/items.csv", "id,n,s\na,9,x\n")
	rep = b.apply(1, "2024-01-31", no, func(c *run.Config) { c.Restate, c.Reason, c.SameData = true, "wrong", true })
	if l := loss(t, rep, "D808"); l.Rows != 3 || !l.Allowed {
		t.Errorf("got %+v", l)
	}
}
