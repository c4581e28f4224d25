package source

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

var update = flag.Bool("update", false, "write testdata/faults.golden anew")

// faultCases are files that must be refused. testdata/faults.golden holds what is said about each, and how many rows are written.
var faultCases = []struct {
	name   string
	spec   string
	text   string
	change func(*Request)
}{
	{"ragged", "a text;b integer", "a,b\nx,1\ny\nz,2,3\nw,4\nv,5,\n", nil},
	{"ragged over lines", "a text;b integer", "a,b\n\"x\ny\",1,2\n", nil},
	{"stray quotes", "a text;b integer", "a,b\nx\"y,1\n \"x\",2\n\"x\"y,3\nok,4\n", nil},
	{"open quote at the end", "a text;b integer", "a,b\nx,1\n\"y,2\nz,3\nw,x\n", nil},
	{"open quote closed by another", "a text;b integer", "a,b\n\"x,1\ny,2\n\"z\",q\n", nil},
	{"lone carriage return", "a text;b integer", "a,b\nx\ry,1\n", nil},
	{"old mac file", "a text;b integer", "a,b\rx,1\ry,2\r", nil},
	{"duplicate names", "a text;b integer", "a,b,a\nx,1,y\n", nil},
	{"unknown and missing", "user_id text;amount integer;city text?", "userid,Amount,citty\nx,1,y\n", nil},
	{"one unknown", "a text;b integer", "a,b,c,\nx,1,y,z\n", nil},
	{"no header", "a text;b integer", "x,1\ny,2\n", nil},
	{"preamble", "a text;b integer", "Report of January\nmade by X\n\na,b\nx,1\n", nil},
	{"preamble after blank", "a text;b integer", "\n\na,b\nx,1\n", nil},
	{"other delimiter", "a text;b integer", "a;b\nx;1\n", nil},
	{"empty", "a text;b integer", "", nil},
	{"only blank lines", "a text;b integer", "\n\n", nil},
	{"header only", "a text;b integer", "a,b\n", nil},
	{"two tables, header again", "a text;b integer", "a,b\nx,1\na,b\ny,2\n", nil},
	{"two tables, blank line", "a text;b integer", "a,b\nx,1\n\nc,d,e\n1,2,3\n", nil},
	{"two tables, blank line and header", "a text;b integer", "a,b\nx,1\n\na,b\n1,2,3\n", nil},
	{"blank line", "a text;b integer", "a,b\nx,1\n\n\ny,z\n", nil},
	{"blank line in one column", "a text", "a\nx\n\ny\n", nil},
	{"conflict", "a text;b integer", "a,b\n<<<<<<< HEAD\nx,1\n=======\nx,2\n>>>>>>> other\ny,3\n", nil},
	{"conflict in header", "a text;b integer", "<<<<<<< HEAD\na,b\nx,1\n", nil},
	{"invalid utf-8", "a text;b text", "a,b\nok,1\nJos\xe9,\"\xff\"\nok,2\n", nil},
	{"utf-16", "a text", "\xff\xfea\x00\n\x00", nil},
	{"utf-16 without mark", "a text", "a\x00b\x00\n\x00", nil},
	{"zip", "a text", "PK\x03\x04rest", nil},
	{"parquet", "a text", "PAR1\x15\x00", nil},
	{"zero byte in header", "a text", "abcdef\x00\nx\n", nil},
	{"zero byte", "a text;b text[]", "a,b\nx\x00y,{z\x00}\n", nil},
	{"truncated gzip", "a text;b integer", cutGzip("a,b\nx,1\ny,2\n", 5), nil},
	{"damaged gzip", "a text;b integer", "\x1f\x8b\x08\x00garbage-garbage-garbage", nil},
	{"gzip of four bytes", "a text", "\x1f\x8b\x08\x00", nil},
	{"unknown ending", "a text", "a\nx\n", func(r *Request) { r.Files[0].Name = "a.xlsx.gz" }},
	{"unknown format", "a text", "a\nx\n", func(r *Request) { r.Source.Format = "xml" }},
	{"bad delimiter", "a text", "a\nx\n", func(r *Request) { r.Source.Delimiter = '"' }},
	{"bad encoding", "a text", "a\nx\n", func(r *Request) { r.Source.Encoding = "ebcdic" }},
	{"latin1 with a mark of utf-8", "a text", "\xef\xbb\xbfa\nx\n", func(r *Request) { r.Source.Encoding = "latin1" }},
	{"no character", "a text", "a\nx\x81\n", func(r *Request) { r.Source.Encoding = "windows-1252" }},
	{"file without header, ragged", "a text;b integer", "x,1\ny\n", func(r *Request) { r.Source.NoHeader = true }},
	{"file without header, wide", "a text;b integer", "x,1,2\n", func(r *Request) { r.Source.NoHeader = true }},
	{"file without header, narrow", "a text;b integer", "x\n", func(r *Request) { r.Source.NoHeader = true }},
	{"file without header, broken", "a text;b integer", "\"x,1\ny,2\n", func(r *Request) { r.Source.NoHeader = true }},
	{"loose collision", "a_b text", "A-B,a_b\nx,y\n", func(r *Request) {
		r.Table.Columns[0].Name, r.Reading[0].Column = "a b", "a b"
		r.Table.Columns[0].Type = model.Type{Name: "text", Family: model.Text}
		r.Source.Loose = true
	}},
	{"loose columns collide", "ab text;a_b text", "ab\nx\n", func(r *Request) { r.Source.Loose = true }},
	{"two names of one column", "a text", "x,y\n1,2\n", func(r *Request) { r.Reading[0].From = []string{"x", "y"} }},
	{"missing under other names", "a text;b text", "b\n1\n", func(r *Request) { r.Reading[0].From = []string{"x", "y"} }},
	{"computed but in the file", "a text;b text", "a,b\n1,2\n", func(r *Request) { r.Reading[1].Value = &model.Value{Uses: []string{"a"}} }},
	{"not null", "a text!;b integer!", "a,b\n,1\n\"\",\nx,\"\"\n", nil},
	{"masked", "mail text;n integer;d date", "mail,n,d\nme@example.org,x,2024-02-30\n", func(r *Request) {
		r.Table.Columns[1].PII, r.Table.Columns[2].PII = true, true
	}},
	{"long text", "n integer", "n\n" + strings.Repeat("ä", 100) + "\n", nil},
	{"columns count characters", "a text;n integer", "a,n\n\"ä\nöü\",\"x\"\nä,y\n", nil},
	{"files differ", "a text;b text?", "a,b\n1,2\n", func(r *Request) {
		r.Files = append(r.Files, file("b.csv", "a\n1\n"), file("c.csv", "b,a\n1,2\n"))
	}},
	{"bad default", "a text;n integer", "a,n\nx,1\n", func(r *Request) {
		r.Reading[1].Default = ptr("abc")
		r.Table.Columns[1].Origin = diag.Place{File: "t.yaml", Line: 4, Col: 9}
	}},
	{"bad pattern", "d date", "d\nx\n", func(r *Request) { r.Reading[0].DateFormats = []string{"%d/%Q"} }},
	{"pattern without a year", "d date", "d\nx\n", func(r *Request) { r.Reading[0].DateFormats = []string{"%d/%m"} }},
	{"bad zone", "d timestamptz", "d\nx\n", func(r *Request) { r.Timezone = "Mars/Base" }},
	{"limit", "n integer", "n\n" + strings.Repeat("x\n", 10), func(r *Request) { r.Source.MaxErrors = 3 }},
	{"just the limit", "n integer", "n\n" + strings.Repeat("x\n", 3), func(r *Request) { r.Source.MaxErrors = 3 }},

	{"integers", "n integer", "n\n+1\n 1\n1.0\n1e3\n2147483648\n-2147483649\n99999999999999999999999\n--1\n-\n\"\"\n\"1,000\"\nNA\n", nil},
	{"smallint and bigint", "a smallint;b bigint", "a,b\n32768,9223372036854775808\n-32769,-9223372036854775809\n", nil},
	{"numeric", "n numeric(10,2);m numeric", "n,m\n1.005,NaN\n123456789,Infinity\n1e8,1e200000\n1e-3,1e-20000\n.,-\n\"1,5\",1 000\n\"1.234,56\",+1\n", nil},
	{"floats", "f double precision;r real", "f,r\n1e309,1e39\n1e-400,1e-60\nnan,inf\nx,0x1p3\n", nil},
	{"other locale", "n numeric;i integer", "n;i\n1.23,45;1.2\n12.3456,7;1.000.00\n1,2,3;.100\n1.234.567;1,5\n", func(r *Request) {
		r.Source.Delimiter = ';'
		for i := range r.Reading {
			r.Reading[i].Decimal, r.Reading[i].Group = ',', '.'
		}
	}},
	{"booleans", "b boolean", "b\nmaybe\n2\n\"\"\nyes \n", nil},
	{"own booleans", "b boolean", "b\ntrue\nJA\n", func(r *Request) { r.Reading[0].TrueValues, r.Reading[0].FalseValues = []string{"ja"}, []string{"nein"} }},
	{"lengths", "v varchar(3);c char(2)", "v,c\nabcd,abc\näöü,äö\nabc ,ab    \n", nil},
	{"dates", "d date", "d\n31/13/2024\n2024-02-30\n2023-02-29\n2024-13-01\n0000-01-01\n2024-1-1\n20240101\n2024-01-31 10:00:00\n2024-01-31T00:00:00Z\n", nil},
	{"date formats", "d date", "d\n31.12.2024\n31/02/2024\n2024-01-01\n31/12/24\n", func(r *Request) { r.Reading[0].DateFormats = []string{"%d/%m/%Y", "%d %B %Y"} }},
	{"times", "t time", "t\n24:00:00\n10\n10:60\n10:00:00Z\n10:00:00.1234567\n10:00:61\n", nil},
	{"stamps", "t timestamp", "t\n2024-01-31 25:00\n2024-01-31 10:00:00Z\n2024-01-31x10:00:00\n2024-01-31 10:00:00.1234567\nnow\n", nil},
	{"zoned stamps", "t timestamptz", "t\n2024-03-31 02:30:00\n2024-10-27 02:30:00\n2024-01-31 10:00:00+16:00\n2024-01-31 10:00:00 CET\n", func(r *Request) { r.Timezone = "Europe/Paris" }},
	{"uuid", "u uuid", "u\n123\n{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}\n", nil},
	{"json", "j jsonb;k json", "j;k\n{a:1};{\n\"\"\"\\u0000\"\"\";[1,]\n\"\"\"\\ud800\"\"\";1\n1e999999;1\n", func(r *Request) { r.Source.Delimiter = ';' }},
	{"bytes", "b bytea", "b\n\\xabc\nabc\n\\xzz\n", nil},
	{"intervals", "i interval", "i\nsoon\nP\nPT\n1:99\n1 fortnight\n", nil},
	{"networks", "n inet;c cidr", "n,c\n1.2.3,1.2.3.4/24\n1.2.3.4/33,fe80::1%eth0\n", nil},
	{"arrays", "a integer[]", "a\n\"{1,x}\"\n1\n{1\n\"{{1},{2,3}}\"\n\"{1,{2}}\"\n\"{,}\"\n\"{1}}\"\n{{}}\n", nil},
}

func ptr[T any](v T) *T { return &v }

func TestFaults(t *testing.T) {
	var got strings.Builder
	for _, c := range faultCases {
		req := request(t, c.spec, c.text)
		if c.change != nil {
			c.change(&req)
		}
		res, _ := mustCopy(t, req)
		if len(res.Faults) == 0 {
			t.Errorf("%s: no fault", c.name)
		}
		fmt.Fprintf(&got, "== %s (%d rows", c.name, res.Rows)
		if res.Truncated {
			got.WriteString(", truncated")
		}
		fmt.Fprintf(&got, ")\n%s", lines(res.Faults))
	}
	const golden = "testdata/faults.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("faults differ from %s (go test -update writes it):\n%s", golden, firstDifference(got.String(), string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d\ngot  %s\nwant %s", i+1, g[i], strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
	return "shorter than the golden file"
}
