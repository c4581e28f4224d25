package source

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamflow/runner/internal/devpg/pgtest"
)

// TestPostgresTakesWhatWePass copies accepted cells of every family into real columns. Each row of cells is compared, by Postgres, with
// the literal beside it.
func TestPostgresTakesWhatWePass(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "set time zone 'Asia/Tokyo'"); err != nil { // nothing may depend on it
		t.Fatal(err)
	}
	for typ, cells := range map[string][][2]string{
		"boolean":       {{"True", "true"}, {"n", "false"}, {"1", "true"}},
		"smallint":      {{"-32768", "-32768"}, {"0007", "7"}},
		"integer":       {{"-2147483648", "-2147483648"}, {"-0", "0"}},
		"bigint":        {{"9223372036854775807", "9223372036854775807"}, {"00000000000000000000001", "1"}},
		"numeric":       {{"29.14104464084511", "29.14104464084511"}, {"1e5", "100000"}, {".5", "0.5"}, {"5.", "5"}, {"-1.50E-3", "-0.00150"}, {"0." + strings.Repeat("0", 16382) + "1", "1e-16383"}, {strings.Repeat("9", 131072), strings.Repeat("9", 131072)}},
		"numeric(10,2)": {{"12345678.90", "12345678.90"}, {"1.5000", "1.5"}, {"1e7", "10000000"}, {"123e-2", "1.23"}, {"0e10", "0"}},
		"numeric(3,3)":  {{"0.999", "0.999"}, {".1", "0.1"}},
		"real":          {{"3.4e38", "3.4e38"}, {"1e-45", "1e-45"}, {"NaN", "NaN"}, {"0.1", "0.1"}},
		"double precision": {{"1.7976931348623157e308", "1.7976931348623157e308"}, {"5e-324", "5e-324"}, {"-Infinity", "-Infinity"}, {"0e999", "0"}, {"29.85", "29.85"},
			{"0." + strings.Repeat("0", 400) + "1e390", "1e-11"}},
		"text":          {{"a\\b\tc\nd\r\ne é😀 \\N \\.", "a\\b\tc\nd\r\ne é😀 \\N \\."}, {"\\.", "\\."}, {" ", " "}, {"\x01\x7f\v\f\b", "\x01\x7f\v\f\b"}},
		"varchar(3)":    {{"äöü", "äöü"}},
		"char(3)":       {{"x      ", "x"}, {"äöü", "äöü"}},
		"date":          {{"2024-02-29", "2024-02-29"}, {"0001-01-01", "0001-01-01"}, {"9999-12-31", "9999-12-31"}},
		"time":          {{"23:59:59.999999", "23:59:59.999999"}, {"10:00", "10:00:00"}},
		"timestamp":     {{"2024-01-31T10:00:00.5", "2024-01-31 10:00:00.5"}, {"0001-01-01", "0001-01-01"}},
		"timestamptz":   {{"2024-01-31 10:00:00", "2024-01-31 09:00:00+00"}, {"2024-07-31T10:00:00.123456Z", "2024-07-31 10:00:00.123456+00"}, {"2024-01-31 10:00:00-1545", "2024-02-01 01:45:00+00"}, {"1800-01-01 00:00:00", "1799-12-31 23:50:39+00"}, {"0001-01-01 00:00:00+10", "0001-12-31 14:00:00+00 BC"}},
		"interval":      {{"1 year 2 mons 3 days 04:05:06.5", "P1Y2M3DT4H5M6.5S"}, {"-00:00:01", "-1 second"}, {"PT1.5S", "1.5 seconds"}, {"3 weeks", "21 days"}, {"-1 days +02:03:04", "-1 days +02:03:04"}, {"999999 years", "999999 years"}, {"999999:59:59", "999999:59:59"}, {"P1Y", "1 year"}, {"P2W", "14 days"}, {"1 hr 5 mins 7 secs", "01:05:07"}},
		"uuid":          {{"A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
		"jsonb":         {{`{"a":"\n\u00e9\ud83d\ude00\\u0000","b":[1e5,-0.5,null,true]}`, `{"a":"\n\u00e9\ud83d\ude00\\u0000","b":[1e5,-0.5,null,true]}`}, {strings.Repeat("[", 1000) + strings.Repeat("]", 1000), strings.Repeat("[", 1000) + strings.Repeat("]", 1000)}, {" 1 ", "1"}, {`"ü"`, `"ü"`}},
		"json":          {{`{"a" : "\ud800", "a":1}`, `{"a" : "\ud800", "a":1}`}},
		"bytea":         {{`\x00FFab`, `\x00ffab`}, {`\x`, ""}},
		"inet":          {{"192.168.1.5/24", "192.168.1.5/24"}, {"::ffff:1.2.3.4", "::ffff:1.2.3.4"}, {"10.0.0.1", "10.0.0.1"}},
		"cidr":          {{"10.1.0.0/16", "10.1.0.0/16"}, {"2001:db8::/32", "2001:db8::/32"}, {"1.2.3.4", "1.2.3.4/32"}},
		"integer[]":     {{"{1, NULL,-3}", "{1,NULL,-3}"}, {"{}", "{}"}, {"{{1,2},{3,4}}", "{{1,2},{3,4}}"}, {"{{{1}},{{2}}}", "{{{1}},{{2}}}"}},
		"text[]":        {{`{"a,b","c\"d\\e",null,"NULL"," f ",x y}`, `{"a,b","c\"d\\e",NULL,"NULL"," f ","x y"}`}, {`{""}`, `{""}`}, {"{é}", "{é}"}},
		"timestamptz[]": {{`{"2024-01-31 10:00:00"}`, `{"2024-01-31 09:00:00+00"}`}},
		"boolean[]":     {{"{Yes,0}", "{t,f}"}},
		"jsonb[]":       {{`{"{\"a\": [1]}"}`, `{"{\"a\": [1]}"}`}},
		"bytea[]":       {{`{"\\x00ff"}`, `{"\\x00ff"}`}},
	} {
		var text strings.Builder
		text.WriteString("v\n")
		for _, c := range cells {
			text.WriteString(`"` + strings.ReplaceAll(c[0], `"`, `""`) + "\"\n")
		}
		req := request(t, "v "+typ, text.String()+"\n")
		req.Timezone = "Europe/Paris"
		res, out := mustCopy(t, req)
		if len(res.Faults) > 0 {
			t.Errorf("%s: %s", typ, lines(res.Faults))
			continue
		}
		if _, err := conn.Exec(ctx, fmt.Sprintf(`drop table if exists stage; create temp table stage (v %s, "#line" bigint, "#file" smallint)`, typ)); err != nil {
			t.Fatal(typ, err)
		}
		tag, err := conn.PgConn().CopyFrom(ctx, strings.NewReader(out), "copy stage from stdin")
		if err != nil || tag.RowsAffected() != res.Rows {
			t.Errorf("%s: %v, %d of %d rows", typ, err, tag.RowsAffected(), res.Rows)
			continue
		}
		var want []string
		for _, c := range cells {
			want = append(want, c[1])
		}
		// As text both have gone through the same output function; -0 and 0, and numerics of other scales, differ there only.
		rows, err := conn.Query(ctx, fmt.Sprintf(`select w.text::text, s.v::text from (select v, row_number() over (order by "#line") n from stage) s
			join unnest($1::text[]) with ordinality w(text, n) using (n)
			where s.v::text is distinct from w.text::%[1]s::text %[2]s`, typ, equality(typ)), want)
		if err != nil {
			t.Fatal(typ, err)
		}
		for rows.Next() {
			var want, got string
			if err := rows.Scan(&want, &got); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s: got %q, want %q", typ, got, want)
		}
		if rows.Err() != nil {
			t.Fatal(typ, rows.Err())
		}
	}
}

// equality adds the type's own equality, where it has one.
func equality(typ string) string {
	if typ == "json" {
		return ""
	}
	return fmt.Sprintf("and s.v is distinct from w.text::%s", typ)
}
