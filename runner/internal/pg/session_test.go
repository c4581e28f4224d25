package pg_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
)

// What a database or a role has set as its default changes neither the text of values nor what a check sees.
func TestSettingsOfTheDatabase(t *testing.T) {
	ctx := context.Background()
	url := pgtest.Database(t)
	owner, err := pg.Open(ctx, url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	row, err := owner.One(ctx, "SELECT current_database()")
	if err != nil {
		t.Fatal(err)
	}
	name := pgsql.Ident(row.Text(0))
	for _, set := range []pgsql.Frag{"client_encoding = 'LATIN1'", "default_transaction_isolation = 'serializable'", "array_nulls = off", "transform_null_equals = on",
		"timezone = 'Asia/Tokyo'", "datestyle = 'German, DMY'", "extra_float_digits = 0", "bytea_output = 'escape'", "intervalstyle = 'iso_8601'"} {
		if _, err := owner.Exec(ctx, "ALTER DATABASE "+name+" SET "+set); err != nil {
			t.Fatal(err)
		}
	}
	db, err := pg.Open(ctx, url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(ctx, "CREATE TEMP TABLE v (x text)"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Copy(ctx, "pg_temp.v", []string{"x"}, strings.NewReader("ü日\n")); err != nil {
		t.Fatal(err)
	}
	row, err = db.One(ctx, `SELECT char_length(x), '{NULL}'::int[]::text, NULL = NULL, '2024-01-02'::date, 0.1::float8 + 0.2, current_setting('transaction_isolation') FROM v`)
	if err != nil {
		t.Fatal(err)
	}
	if row.Int(0) != 2 || !row.Null(2) || row.Text(3) != "2024-01-02" || row.Text(4) != "0.30000000000000004" || row.Text(5) != "read committed" {
		t.Errorf("got %v %q %q %q", row.Int(0), row.Text(3), row.Text(4), row.Text(5))
	}
}

// When a session that was given up is closed, the server is not at work for it any more: its locks are free.
func TestCloseOfWhatWasGivenUp(t *testing.T) {
	url := pgtest.Database(t)
	other, err := pg.Open(context.Background(), url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for range 5 {
		ctx, cancel := context.WithCancel(context.Background())
		db, err := pg.Open(ctx, url, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(ctx, "SELECT pg_advisory_lock(7)"); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(50*time.Millisecond, cancel)
		if _, err := db.Exec(ctx, "SELECT pg_sleep(30)"); err == nil {
			t.Fatal("it was not given up")
		}
		db.Close()
		row, err := other.One(context.Background(), "SELECT pg_try_advisory_xact_lock(7)")
		if err != nil {
			t.Fatal(err)
		}
		if !row.Bool(0) {
			t.Fatal("the lock of a closed session is still held")
		}
	}
}
