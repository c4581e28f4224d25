package pgsql_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
)

// Names and values come back from a real server as they went in, under both settings of standard_conforming_strings.
func TestQuotingOnAServer(t *testing.T) {
	ctx := context.Background()
	db, err := pg.Open(ctx, pgtest.Database(t), "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	awkward := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune(`'"\{}$;-/*%`+"\n\té日")), rapid.Rune()))
	for _, setting := range []pgsql.Frag{"on", "off"} {
		if _, err := db.Exec(ctx, "SET standard_conforming_strings = "+setting+"; SET escape_string_warning = off"); err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			value := awkward.Draw(t, "value")
			name := awkward.Filter(func(s string) bool { return strings.Trim(s, "\x00") != "" && len(s) < 60 }).Draw(t, "name")
			sql := pgsql.Fill("SELECT {value} AS {name}, x.{name}, length({value}) FROM (SELECT 7 AS {name}) x",
				pgsql.Holes{"value": pgsql.Typed(value, "text"), "name": pgsql.Ident(name)})
			row, err := db.One(ctx, sql)
			if err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			want := strings.ReplaceAll(value, "\x00", "")
			if row.Text(0) != want || row.Text(1) != "7" || row.Int(2) != int64(utf8.RuneCountInString(want)) {
				t.Fatalf("%q came back as %q, %q", want, row.Text(0), row.Text(1))
			}
		})
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want pgsql.Frag }{
		{pgsql.Ident(`we"ird`), `"we""ird"`},
		{pgsql.Qualified("", "t"), `"t"`},
		{pgsql.Qualified("s", `t"`), `"s"."t"""`},
		{pgsql.Column("l", "a"), `l."a"`},
		{pgsql.Literal(`it's`), `'it''s'`},
		{pgsql.Literal(`a\'b`), ` E'a\\''b'`},
		{pgsql.Typed("1", "date"), `('1')::date`},
		{pgsql.Int(int16(-3)), `-3`},
		{pgsql.List([]string{"a", "b"}, pgsql.Ident), `"a", "b"`},
		{pgsql.List(nil, pgsql.Ident), ``},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestFill(t *testing.T) {
	if got := pgsql.Fill("{a} {b} {a}", pgsql.Holes{"a": "{b}", "b": "2"}); got != "{b} 2 {b}" {
		t.Errorf("a filled hole was read again: %s", got)
	}
	for template, holes := range map[string]pgsql.Holes{"{a}": {}, "a": {"a": "1"}, "{a} {c}": {"a": "1", "b": "2"}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q with %v did not panic", template, holes)
				}
			}()
			pgsql.Fill(template, holes)
		}()
	}
}

func TestBind(t *testing.T) {
	f := "a > " + pgsql.Param("as_of") + " AND b = " + pgsql.Param("x") + pgsql.Param("as_of")
	got, err := f.Bind(map[string]pgsql.Frag{"as_of": "1", "x": "'\x00y\x00'", "unused": "2"})
	if err != nil || got != "a > 1 AND b = '\x00y\x00'1" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := f.Bind(nil); err == nil || err.Error() != "no value for parameter as_of, x, as_of" {
		t.Errorf("got %v", err)
	}
}
