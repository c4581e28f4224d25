package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/parquet"
)

// parquetFile writes rows as a Parquet file; "NULL" is NULL. spec is as table reads it.
func parquetFile(t testing.TB, spec string, rows ...string) []byte {
	t.Helper()
	tab, _ := table(t, spec)
	var b bytes.Buffer
	w := parquet.NewWriter(&b, tab.Columns)
	for _, r := range rows {
		var cells [][]byte
		for _, c := range strings.Split(r, "|") {
			if c == "NULL" {
				cells = append(cells, nil)
				continue
			}
			cells = append(cells, []byte(c))
		}
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// seekable is a file in memory.
type seekable struct{ *bytes.Reader }

func (seekable) Close() error { return nil }

func parquetRequest(t testing.TB, spec string, files ...[]byte) Request {
	t.Helper()
	req := request(t, spec)
	for i, data := range files {
		req.Files = append(req.Files, File{Name: string(rune('a'+i)) + ".parquet", Size: int64(len(data)), Open: func() (io.ReadCloser, error) {
			return seekable{bytes.NewReader(data)}, nil
		}})
	}
	return req
}

func TestParquet(t *testing.T) {
	for _, c := range []struct{ name, stored, rows, declared, want string }{
		{"as declared", "a text;b integer;c numeric(9,2);d boolean;e date;f timestamptz", "x|1|-0.50|t|2024-02-29|2024-01-31 10:00:00.5+00\n|NULL|NULL|NULL|NULL|NULL",
			"a text;b integer;c numeric(9,2);d boolean;e date;f timestamptz", "x\t1\t-0.50\tt\t2024-02-29\t2024-01-31 10:00:00.500000+00:00\t1\t0\n\t\\N\t\\N\t\\N\t\\N\t\\N\t2\t0\n"},
		{"whole floats", "a double precision", "3\nNULL", "a integer", "3\t1\t0\n\\N\t2\t0\n"},
		{"floats as numbers", "a double precision", "29.85", "a numeric", "29.85\t1\t0\n"},
		{"decimals of any width", "a numeric(18,15);b numeric(38,9)", "0.123456789012345|-99999999999999999999999999999.999999999", "a numeric;b numeric",
			"0.123456789012345\t-99999999999999999999999999999.999999999\t1\t0\n"},
		{"midnight as a date", "a timestamp", "2024-01-31 00:00:00", "a date", "2024-01-31\t1\t0\n"},
		{"text is read as in CSV", "a text;b text", "2024-01-31|12", "a date;b integer", "2024-01-31\t12\t1\t0\n"},
		{"bytes are text where that is declared", "a bytea", `\x6869`, "a text", "hi\t1\t0\n"},
		{"other order", "a text;b integer", "x|1", "b integer;a text", "1\tx\t1\t0\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := parquetRequest(t, c.declared, parquetFile(t, c.stored, strings.Split(c.rows, "\n")...))
			res, out := mustCopy(t, req)
			if len(res.Faults) > 0 || out != c.want {
				t.Errorf("got\n%s\nwant\n%s\nfaults:\n%s", out, c.want, lines(res.Faults))
			}
			if len(res.Files) == 1 && len(res.Files[0].SHA256) != 64 {
				t.Errorf("hash %q", res.Files[0].SHA256)
			}
		})
	}
}

func TestParquetFaults(t *testing.T) {
	for _, c := range []struct{ name, stored, rows, declared, want string }{
		{"integer as text", "a integer", "1", "a text", `a.parquet: column "a" is INT(32,true) in the file, and declared text; declare it integer, or write the column as text; zeros in front of a number are lost when it is no text`},
		{"zone", "a timestamptz", "2024-01-31 10:00:00+00", "a timestamp", `a.parquet: column "a" is TIMESTAMP(isAdjustedToUTC=true,unit=MICROS) in the file, and declared timestamp without time zone; declare it timestamp with time zone, or write the column as timestamp without time zone`},
		{"every bad cell with its row", "a double precision;b text", "1|x\n1.5|2\nNaN|y", "a integer;b integer",
			"a.parquet:1: b \"x\" is not an integer\na.parquet:2: a \"1.5\" is not an integer\na.parquet:3: a \"NaN\" is not an integer\na.parquet:3: b \"y\" is not an integer"},
		{"too many digits", "a numeric(9,3)", "1.234", "a numeric(9,2)", `a.parquet:1: a "1.234"`},
		{"null", "a integer", "NULL", "a integer!", `a.parquet:1: column "a" is empty but may not be`},
		{"missing and unknown", "a integer;c integer", "1|1", "a integer;b integer", `a.parquet: column "b" is missing`},
		{"no rows", "a integer", "", "a integer", `a.parquet: the file has no rows`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var rows []string
			if c.rows != "" {
				rows = strings.Split(c.rows, "\n")
			}
			res, _ := mustCopy(t, parquetRequest(t, c.declared, parquetFile(t, c.stored, rows...)))
			got := lines(res.Faults)
			for _, want := range strings.Split(c.want, "\n") {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

// What cannot be Parquet is a fault, whatever the bytes, and never a panic.
func TestParquetDamaged(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewSource(seed))
	whole := parquetFile(t, "a integer;b text;c numeric(30,2)", "1|x|1.00", "2|y|NULL", "NULL|z|-3.00")
	check := func(data []byte) {
		res, err := Copy(context.Background(), parquetRequest(t, "a integer;b text;c numeric", data), io.Discard)
		if err != nil {
			t.Fatalf("%x: %v", data, err)
		}
		if res.Rows != 3 && len(res.Faults) == 0 {
			t.Fatalf("%x: %d rows and no fault", data, res.Rows)
		}
	}
	check(nil)
	check([]byte("a,b,c\n1,2,3\n"))
	for i := range whole {
		check(whole[:i])
	}
	for range 3000 {
		data := bytes.Clone(whole)
		for range 1 + random.Intn(3) {
			data[random.Intn(len(data))] = byte(random.Intn(256))
		}
		check(data)
	}
}

func TestParquetOptions(t *testing.T) {
	req := parquetRequest(t, "a integer", parquetFile(t, "a integer", "1"))
	req.Source.Delimiter = ';'
	res, _ := mustCopy(t, req)
	if got := lines(res.Faults); !strings.Contains(got, "delimiter says how text is read, and the file is Parquet") {
		t.Error(got)
	}
	req.Source.Delimiter = 0
	req.Files[0].Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }
	res, _ = mustCopy(t, req)
	if got := lines(res.Faults); !strings.Contains(got, "is read from its end") {
		t.Error(got)
	}
}

// The manner of texts in a file says nothing of values that have a type.
func TestParquetReading(t *testing.T) {
	req := parquetRequest(t, "a date;b date;c text;d numeric", parquetFile(t, "a date;b text;c text;d numeric(5,2)", "2024-01-31|31.01.2024|NA|1.50", "NULL|NULL||NULL"))
	reading(t, &req, "a").DateFormats = []string{"%d.%m.%Y"}
	reading(t, &req, "b").DateFormats = []string{"%d.%m.%Y"}
	reading(t, &req, "c").NullValues = []string{"NA"}
	reading(t, &req, "d").Decimal = ','
	res, out := mustCopy(t, req)
	if want := "2024-01-31\t2024-01-31\t\\N\t1.50\t1\t0\n\\N\t\\N\t\t\\N\t2\t0\n"; len(res.Faults) > 0 || out != want {
		t.Errorf("got %q, want %q\n%s", out, want, lines(res.Faults))
	}
}

func TestParquetHeaders(t *testing.T) {
	req := parquetRequest(t, "a integer;b integer", parquetFile(t, "b integer;a integer", "1|2"))
	heads := Headers(context.Background(), req)
	if len(heads) != 1 || strings.Join(heads[0].Fields, ",") != "b,a" || len(heads[0].Faults) > 0 {
		t.Errorf("%+v", heads)
	}
	if _, why := ForPsql(req, heads); len(why) == 0 {
		t.Error("psql is said to read Parquet")
	}
}

func TestParquetColumns(t *testing.T) {
	data := parquetFile(t, "a integer;b text;c numeric(5,2);d timestamptz;e bytea", "1|x|1.00|2024-01-31 10:00:00+00|\\x61")
	file := func(data []byte) File {
		return File{Name: "a.parquet", Open: func() (io.ReadCloser, error) { return seekable{bytes.NewReader(data)}, nil }}
	}
	cols, err := ParquetColumns(file(data))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cols {
		got = append(got, c.Name+" "+c.Type.Name)
	}
	if want := "a integer,b text,c numeric(5,2),d timestamp with time zone,e text"; strings.Join(got, ",") != want {
		t.Errorf("got %s", strings.Join(got, ","))
	}
	if _, err := ParquetColumns(file([]byte("no"))); err == nil {
		t.Error("no Parquet is read")
	}
}

// A NULL holds nothing of the row before it, also where cells are looked at as they are.
func TestParquetScanned(t *testing.T) {
	data := parquetFile(t, "a text; b boolean", "x|t", "NULL|NULL", "|f")
	var got []string
	_, err := Scan(context.Background(), ScanRequest{File: File{Name: "a.parquet", Size: int64(len(data)), Open: func() (io.ReadCloser, error) {
		return seekable{bytes.NewReader(data)}, nil
	}}, Header: func([]string) error { return nil }, Row: func(cells []Cell) {
		for _, c := range cells {
			got = append(got, fmt.Sprintf("%s/%v", c.Text, c.Quoted))
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "x/false t/false /false /false /true f/false"; strings.Join(got, " ") != want {
		t.Errorf("the cells are %q, want %q", strings.Join(got, " "), want)
	}
}
