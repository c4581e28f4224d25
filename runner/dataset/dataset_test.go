package dataset

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"

	"streamflow/runner/internal/parquet"
	"streamflow/runner/model"
)

// columns makes columns of "name type" texts.
func columns(t *testing.T, list ...string) []model.Column {
	var out []model.Column
	for _, text := range list {
		name, typ, _ := strings.Cut(text, " ")
		parsed, err := model.ParseType(typ)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, model.Column{Name: name, Type: parsed})
	}
	return out
}

// row makes a row; "NULL" is NULL.
func row(cells ...string) [][]byte {
	out := make([][]byte, len(cells))
	for i, c := range cells {
		if c != "NULL" {
			out[i] = []byte(c)
		}
	}
	return out
}

func write(t *testing.T, f Format, cols []model.Column, rows ...[][]byte) []byte {
	var b bytes.Buffer
	w := NewWriter(f, &b, cols)
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestText(t *testing.T) {
	cols := columns(t, "k text", "a,b boolean", "n numeric", "at timestamptz", "j jsonb")
	rows := [][][]byte{
		row("é, \"x\"\n", "t", "29.850", "2024-01-31 10:00:00+00", `{"a": 1}`),
		row("", "f", "NaN", "NULL", "NULL"),
		row("NULL", "NULL", "NULL", "infinity", `"x"`),
		row(" a ", "NULL", "-0", "NULL", "null"),
	}
	want := "k,\"a,b\",n,at,j\n\"é, \"\"x\"\"\n\",true,29.850,2024-01-31T10:00:00Z,\"{\"\"a\"\": 1}\"\n\"\",false,NaN,,\n,,,infinity,\"\"\"x\"\"\"\n a ,,-0,,null\n"
	if got := string(write(t, CSV, cols, rows...)); got != want {
		t.Errorf("CSV is\n%s\nwant\n%s", got, want)
	}
	want = `{"k":"é, \"x\"\n","a,b":true,"n":29.85,"at":"2024-01-31T10:00:00Z","j":{"a": 1}}
{"k":"","a,b":false,"n":"NaN","at":null,"j":null}
{"k":null,"a,b":null,"n":null,"at":"infinity","j":"x"}
{"k":" a ","a,b":null,"n":-0,"at":null,"j":null}
`
	if got := string(write(t, JSONLines, cols, rows...)); got != want {
		t.Errorf("JSON is\n%s\nwant\n%s", got, want)
	}
}

// What is written to Parquet comes back as it was, as the same type.
func TestParquet(t *testing.T) {
	types := []string{"boolean", "smallint", "integer", "bigint", "real", "double precision", "numeric(5,2)", "numeric(18,4)", "numeric(38,9)", "text", "date",
		"time", "timestamp", "timestamptz", "uuid", "bytea"}
	var list []string
	for i, typ := range types {
		list = append(list, fmt.Sprintf("c%d %s", i, typ))
	}
	cols := columns(t, list...)
	rows := [][][]byte{
		row("t", "-32768", "-2147483648", "-9223372036854775808", "1.5", "0.1", "-999.99", "99999999999999.9999", "-99999999999999999999999999999.999999999", "é\n\"",
			"2024-02-29", "23:59:59.000001", "2024-01-31 10:00:00.123456", "1969-12-31 23:59:59.999999+00", "0f8fad5b-d9cb-469f-a165-70867728950e", `\x00ff`),
		row("f", "32767", "2147483647", "9223372036854775807", "-Infinity", "NaN", "0.00", "0.0001", "0.000000001", "", "0001-01-01", "00:00:00",
			"1900-03-01 00:00:00", "2024-01-31 10:00:00+00", "00000000-0000-0000-0000-000000000000", `\x`),
		make([][]byte, len(cols)),
	}
	file := write(t, Parquet, cols, rows...)
	r, err := parquet.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range r.Columns() {
		if c.Name != cols[i].Name || c.Type.Name != cols[i].Type.Name {
			t.Errorf("column %d came back as %s %s (%s), want %s %s", i, c.Name, c.Type.Name, c.Stored, cols[i].Name, cols[i].Type.Name)
		}
	}
	for n, want := range rows {
		cells, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range cells {
			if c.Null != (want[i] == nil) || !c.Null && string(c.Text) != string(want[i]) {
				t.Errorf("row %d, %s: %q (null %v), want %q", n, types[i], c.Text, c.Null, want[i])
			}
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("after the last row: %v", err)
	}
}

// Types that Parquet lacks are text.
func TestParquetTexts(t *testing.T) {
	cols := columns(t, "a numeric", "b interval", "c inet", "d integer[]", "e jsonb", "f numeric(40,2)")
	file := write(t, Parquet, cols, row("12.3456789012345678901234567890123456789012", "1 day", "10.0.0.1", "{1,NULL}", `{"a": 1}`, "1.00"))
	r, err := parquet.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	cells, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"12.3456789012345678901234567890123456789012", "1 day", "10.0.0.1", "[1,null]", `{"a": 1}`, "1.00"} {
		if string(cells[i].Text) != want || r.Columns()[i].Type.Name != "text" {
			t.Errorf("%s came back as %s %q, want %q", cols[i].Type.Name, r.Columns()[i].Type.Name, cells[i].Text, want)
		}
	}
}

func TestParquetRefuses(t *testing.T) {
	for _, c := range []struct{ typ, text, want string }{
		{"numeric(5,2)", "NaN", `row 1: column "a": NaN is no number`},
		{"numeric(5,2)", "Infinity", "is no number"},
		{"numeric(5,2)", "1000.00", "has more digits"},
		{"numeric(5,2)", "1.001", "has more digits"},
		{"date", "infinity", "has no end"},
		{"timestamptz", "-infinity", "has no end"},
	} {
		w := NewWriter(Parquet, io.Discard, columns(t, "a "+c.typ))
		if err := w.Write(row(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.typ, c.text, err, c.want)
		}
	}
	cols := columns(t, "a numeric(5,2)")
	cols[0].PII = true
	if err := NewWriter(Parquet, io.Discard, cols).Write(row("1234.56")); err == nil || strings.Contains(err.Error(), "1234") {
		t.Errorf("personal data is told: %v", err)
	}
}

// The same rows are the same bytes, over several groups of rows and with more different texts than a dictionary takes.
func TestSameBytes(t *testing.T) {
	cols := columns(t, "k text", "n numeric(18,3)", "at date")
	sums := map[string]bool{}
	for range 2 {
		for _, f := range Formats {
			sum := sha256.New()
			w := NewWriter(f, sum, cols)
			for i := range 300_000 {
				if err := w.Write(row(fmt.Sprintf("key %d", i*7919%300_000), fmt.Sprintf("%d.125", i), "2024-01-31")); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			sums[fmt.Sprintf("%x", sum.Sum(nil))] = true
		}
	}
	if len(sums) != len(Formats) {
		t.Errorf("%d files written twice have %d different hashes", len(Formats), len(sums))
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		greatest string
		scale    int
		want     string
	}{
		{"", 0, "numeric(18,0)"}, {"0.5", 1, "numeric(18,1)"}, {"123.5", 15, "numeric(18,15)"}, {"1234.5", 15, "numeric(38,15)"},
		{"1", 38, "text"}, {"0.1", 38, "numeric(38,38)"}, {"NaN", 2, "text"}, {"Infinity", 0, "text"}, {"99999999999999999999999999999999999999", 0, "numeric(38,0)"},
		{"100000000000000000000000000000000000000", 0, "text"},
	} {
		got, note := Measure{c.greatest, c.scale}.Fit(columns(t, "a numeric")[0])
		if got.Type.Name != c.want || (note != "") != (c.want == "text") {
			t.Errorf("%s with scale %d becomes %s (%q), want %s", c.greatest, c.scale, got.Type.Name, note, c.want)
		}
	}
	if n := Parquet.Unmeasured(columns(t, "a numeric(5,2)", "b numeric")); len(n) != 1 || n[0] != 1 {
		t.Errorf("unmeasured: %v", n)
	}
	if n := CSV.Unmeasured(columns(t, "b numeric")); len(n) != 0 {
		t.Errorf("CSV measures %v", n)
	}
}
