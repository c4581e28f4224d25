package model_test

import (
	"context"
	"fmt"
	"testing"

	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

func open(t *testing.T) *pg.DB {
	t.Helper()
	db, err := pg.Open(context.Background(), pgtest.Database(t), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// Every name and alias means to Postgres what the table of types says: the server itself prints the canonical name.
func TestTypeNamesAsPostgresPrintsThem(t *testing.T) {
	db := open(t)
	names := append(model.TypeNames(), "numeric(10)", "numeric(10,2)", "DECIMAL( 5 , 1 )", "dec(3)", "varchar(7)", "character varying (3)", "char", "character", "char(3)",
		"bpchar(2)", "int[]", "text[][]", "numeric(4,2)[]", "varchar(3)[]", "timestamptz[]", "  Double   Precision ", "BOOL")
	for _, name := range names {
		typ, err := model.ParseType(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sql := "CREATE TEMP TABLE x (a " + pgsql.Frag(name) + "); SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'x'::regclass AND attname = 'a'"
		row, err := db.One(context.Background(), sql)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if row.Text(0) != typ.Name {
			t.Errorf("%s is %s to Postgres and %s here", name, row.Text(0), typ.Name)
		}
		if again, err := model.ParseType(typ.Name); err != nil || again.Name != typ.Name {
			t.Errorf("%s is read again as %s (%v)", typ.Name, again.Name, err)
		}
		if _, err := db.Exec(context.Background(), "DROP TABLE x"); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []string{"", "txt", "numeric(0)", "numeric(1001)", "numeric(2,3)", "varchar(0)", "varchar(10485761)", "int()", "[]", "xml", "bpchar", "text; drop table x"} {
		if typ, err := model.ParseType(bad); err == nil {
			t.Errorf("%q is read as %s", bad, typ.Name)
		}
	}
}

// edges are the values of a type that a narrower one loses first.
var edges = map[string][]string{
	"smallint": {"-32768", "32767"}, "integer": {"-2147483648", "2147483647"}, "bigint": {"-9223372036854775808", "9223372036854775807", "9007199254740993"},
	"numeric(3,1)": {"99.9", "-0.1"}, "numeric(5,2)": {"999.99"}, "numeric(19,0)": {"9999999999999999999"}, "numeric(7,2)": {"99999.99"}, "numeric": {"1e30", "0.00000001"},
	"real": {"16777216", "3.4e38", "0.5"}, "double precision": {"9007199254740993", "1e300", "0.1"},
	"text": {"abcdef", "a  ", ""}, "character varying(3)": {"abc", "a  "}, "character varying(5)": {"abcde"}, "character varying": {"abcdef"}, "character(3)": {"abc", "a"},
	"date": {"2024-02-29"}, "timestamp without time zone": {"2024-02-29 10:11:12.123456"}, "timestamp with time zone": {"2024-02-29 10:11:12.123456+00"},
	"boolean": {"true"}, "uuid": {"00000000-0000-0000-0000-000000000001"}, "jsonb": {"{}"}, "integer[]": {"{1,2147483647}"}, "bigint[]": {"{9223372036854775807}"},
}

// What Holds promises is true on a server: the edges of the narrower type survive the way into the wider one and back.
func TestHoldsAsPostgresCasts(t *testing.T) {
	db := open(t)
	promised := 0
	for from, values := range edges {
		for to := range edges {
			a, errA := model.ParseType(from)
			b, errB := model.ParseType(to)
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			if !b.Holds(a) {
				continue
			}
			promised++
			for _, v := range values {
				sql := fmt.Sprintf("SELECT x::%[2]s::%[1]s::text = x::text FROM (SELECT %[3]s::%[1]s AS x) y", from, to, pgsql.Literal(v))
				row, err := db.One(context.Background(), pgsql.Frag(sql))
				if err != nil || !row.Bool(0) {
					t.Errorf("%s -> %s loses %s (%v)", from, to, v, err)
				}
			}
		}
	}
	if promised < 40 {
		t.Errorf("only %d pairs hold each other", promised)
	}
	for _, pair := range [][2]string{{"bigint", "integer"}, {"text", "character varying(3)"}, {"numeric", "numeric(5,2)"}, {"numeric(5,2)", "numeric(5,3)"}, {"bigint", "double precision"},
		{"integer", "real"}, {"integer", "numeric(10,1)"}, {"character(3)", "text"}, {"text", "date"}, {"bigint[]", "integer[]"}, {"date", "timestamp"}} {
		from, _ := model.ParseType(pair[0])
		to, _ := model.ParseType(pair[1])
		if to.Holds(from) {
			t.Errorf("%s is said to hold every %s", to.Name, from.Name)
		}
	}
}
