package source

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"streamflow/runner/model"
)

// TestCopy reads good files. want is the COPY text without the line and file columns, with a blank for each tab and _ for each blank.
func TestCopy(t *testing.T) {
	for _, c := range []struct {
		name, spec, text, want string
		change                 func(*Request)
	}{
		{"order, bom, crlf, no final newline", "a text;b integer", "\xef\xbb\xbfb,a\r\n1,x\r\n2,y", "x 1\ny 2\n", nil},
		{"empty and quoted empty", "a text;b text", "a,b\n,\"\"\n\"\",\n", "\\N \n \\N\n", nil},
		{"quotes and line ends", "a text;b text", "a,b\n\"x\"\"y\",\"1\n2\r\n3\"\n", "x\"y 1\\n2\\r\\n3\n", nil},
		{"escapes", "a text;b text", "a;b\n\\N;x\ty\\\n", "\\\\N x\\ty\\\\\n", func(r *Request) { r.Source.Delimiter = ';' }},
		{"blank lines at the end", "a text", "a\nx\n\n\r\n\n", "x\n", nil},
		{"optional absent", "a text;b integer?;c text?", "c,a\nz,x\n", "x \\N z\n", nil},
		{"default", "a text;b integer;c boolean", "a,b\nx,\ny,3\n", "x 7 t\ny 3 t\n", func(r *Request) {
			reading(t, r, "b").Default, reading(t, r, "c").Default = ptr("7"), ptr("yes")
		}},
		{"null words", "a text;b integer", "a,b\n,NA\n\"NA\",-\n", " \\N\nNA \\N\n", func(r *Request) {
			reading(t, r, "a").NullValues, reading(t, r, "b").NullValues = []string{"NA"}, []string{"NA", "-"}
		}},
		{"no null words", "a text", "a\nx\n\"\"\n", "x\n\n", func(r *Request) { reading(t, r, "a").NullValues = []string{} }},
		{"from and loose", "user_id text;fee numeric;n integer", "User ID,MONTHLY-FEE,N\nx,1.50,2\n", "x 1.50 2\n", func(r *Request) {
			r.Source.Loose = true
			reading(t, r, "fee").From = []string{"charge", "monthly_fee"}
		}},
		{"one field for two columns", "a text;b integer", "a\n7\n", "7 7\n", func(r *Request) { reading(t, r, "b").From = []string{"a"} }},
		{"computed column", "a text;b text", "a\n7\n", "7\n", func(r *Request) { reading(t, r, "b").Value = &model.Value{Uses: []string{"a"}} }},
		{"computed over what was read", "a text!", "a\n\"x\"\n\"\"\n", "x\n\n", func(r *Request) { reading(t, r, "a").Value = &model.Value{Uses: []string{"a"}} }},
		{"no header", "a text;b integer;c text?", "x,1\n", "x 1 \\N\n", func(r *Request) { r.Source.NoHeader = true }},
		{"tsv", "a text;b integer", "a\tb\nx,y\t1\n", "x,y 1\n", func(r *Request) { r.Files[0].Name = "A.TSV.gz" }},
		{"unknown ignored", "a text", "z,a,y\n1,x,2\n", "x\n", func(r *Request) { r.Source.IgnoreUnknown = true }},
		{"latin1", "a text", "a\nJos\xe9\x80\n", "José\u0080\n", func(r *Request) { r.Source.Encoding = "latin1" }},
		{"windows-1252", "a text", "a\nJos\xe9\x80\n", "José€\n", func(r *Request) { r.Source.Encoding = "windows-1252" }},
		{"gzip", "a text", gzipped("a\nx\n") + gzipped("y\n"), "x\ny\n", nil},
		{"zstd under another name", "a text", zstded("a\nx\n"), "x\n", func(r *Request) { r.Files[0].Name = "a.txt" }},
		{"header only, allowed", "a text", "a\n", "", func(r *Request) { r.Source.MinRows = ptr(int64(0)) }},
		{"equal signs are text in one column", "a text", "a\n=======\na\n", "=======\na\n", nil},

		{"integers", "n integer;b bigint", "n,b\n-2147483648,9223372036854775807\n007,-9223372036854775808\n0,00000000000000000000001\n-0,1\n",
			"-2147483648 9223372036854775807\n007 -9223372036854775808\n0 00000000000000000000001\n-0 1\n", nil},
		{"numerics stay as written", "n numeric;m numeric(4,2)", "n,m\n29.14104464084511,-1.50000\n1e5,0.1e1\n.5,99.99\n5.,0000099\n",
			"29.14104464084511 -1.50000\n1e5 0.1e1\n.5 99.99\n5. 0000099\n", nil},
		{"floats", "f double precision;g real", "f,g\nNaN,-Infinity\n1e308,3.4e38\n5e-324,1e-45\n0e999,0\n", "NaN -Infinity\n1e308 3.4e38\n5e-324 1e-45\n0e999 0\n", nil},
		{"other locale", "n numeric;m numeric;i integer", "n;m;i\n1.234,56;1 234;-1.000\n12,5;1234567;12\n-1.234.567,1e3;-1;1.234.567\n",
			"1234.56 1234 -1000\n12.5 1234567 12\n-1234567.1e3 -1 1234567\n", func(r *Request) {
				r.Source.Delimiter = ';'
				for _, name := range []string{"n", "i"} {
					reading(t, r, name).Decimal, reading(t, r, name).Group = ',', '.'
				}
				reading(t, r, "m").Group = ' '
			}},
		{"booleans", "b boolean", "b\nTrue\nf\nYES\n0\nn\nFALSE\n", "t\nf\nt\nf\nf\nf\n", nil},
		{"own booleans", "b boolean", "b\nOUI\nnon\n", "t\nf\n", func(r *Request) {
			reading(t, r, "b").TrueValues, reading(t, r, "b").FalseValues = []string{"oui"}, []string{"non"}
		}},
		{"lengths", "v varchar(3);c char(2)", "v,c\näöü,x    \n", "äöü x    \n", nil},
		{"dates", "d date", "d\n2024-02-29\n0001-01-01\n2024-01-31 00:00:00\n", "2024-02-29\n0001-01-01\n2024-01-31\n", nil},
		{"date formats", "d date", "d\n31/1/2024\n5 March 99\n2024/366\n20240131\n7-jan-24\n", "2024-01-31\n1999-03-05\n2024-12-31\n2024-01-31\n2024-01-07\n", func(r *Request) {
			reading(t, r, "d").DateFormats = []string{"%d/%m/%Y", "%d %B %y", "%Y/%j", "%Y%m%d", "%d-%b-%y"}
		}},
		{"times", "t time", "t\n10:00\n23:59:59.5\n00:00:00.123456000\n", "10:00:00\n23:59:59.500000\n00:00:00.123456\n", nil},
		{"stamps", "t timestamp", "t\n2024-01-31T10:00:00.25\n2024-01-31\n2024-01-31 10:00\n", "2024-01-31_10:00:00.250000\n2024-01-31_00:00:00\n2024-01-31_10:00:00\n", nil},
		{"stamp formats", "t timestamptz", "t\n1/31/2024 12:05:06 AM +0200\n1/31/2024 1:00:00 PM UTC\n", "2024-01-31_00:05:06+02:00\n2024-01-31_13:00:00+00:00\n", func(r *Request) {
			reading(t, r, "t").DateFormats = []string{"%m/%d/%Y %I:%M:%S %p %z", "%m/%d/%Y %I:%M:%S %p %Z"}
		}},
		{"zones", "t timestamptz", "t\n2024-01-31 10:00:00\n2024-07-31 10:00:00\n2024-07-31T10:00:00Z\n2024-07-31 10:00:00.5-0330\n2024-07-31 10:00:00+05\n2024-10-27 03:00:00\n1800-01-01 00:00:00\n",
			"2024-01-31_10:00:00+01:00\n2024-07-31_10:00:00+02:00\n2024-07-31_10:00:00+00:00\n2024-07-31_10:00:00.500000-03:30\n2024-07-31_10:00:00+05:00\n2024-10-27_03:00:00+01:00\n1800-01-01_00:00:00+00:09:21\n",
			func(r *Request) { r.Timezone = "Europe/Paris" }},
		{"zone of the column", "t timestamptz", "t\n2024-01-31 10:00:00\n", "2024-01-31_10:00:00-05:00\n", func(r *Request) {
			r.Timezone, reading(t, r, "t").Timezone = "Europe/Paris", "America/New_York"
		}},
		{"json", "j jsonb;k json", "j,k\n\"{\"\"a\"\": \"\"\\n\\u00e9\\ud83d\\ude00\"\"}\",[1]\n", "{\"a\":_\"\\\\n\\\\u00e9\\\\ud83d\\\\ude00\"} [1]\n", nil},
		{"arrays", "a integer[];b text[]", "a,b\n\"{1, NULL,3}\",\"{\"\"x,y\"\",z}\"\n{},\"{{a},{b}}\"\n", `{"1",NULL,"3"} {"x,y","z"}` + "\n" + `{} {{"a"},{"b"}}` + "\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) { testCopy(t, c.spec, c.text, c.want, c.change) })
	}
}

func testCopy(t *testing.T, spec, text, want string, change func(*Request)) {
	req := request(t, spec, text)
	if change != nil {
		change(&req)
	}
	res, out := mustCopy(t, req)
	if len(res.Faults) > 0 {
		t.Fatal(lines(res.Faults))
	}
	var got strings.Builder
	for line := range strings.Lines(out) {
		cells := strings.Split(strings.ReplaceAll(line, " ", "_"), "\t")
		got.WriteString(strings.Join(cells[:len(cells)-2], " ") + "\n")
	}
	if n := len(Columns(req)); out != "" && strings.Count(strings.SplitN(out, "\n", 2)[0], "\t") != n-1 {
		t.Errorf("%d columns announced: %q", n, out)
	}
	if want = strings.ReplaceAll(want, "x    ", "x____"); got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestResult(t *testing.T) {
	req := request(t, "a text;b integer?;c integer;d text?", "a,z,y\nx,1,2\n\"q\nr\",1,2\ny,,\n", "a,z\nw,1\n")
	req.Source.IgnoreUnknown = true
	reading(t, &req, "c").Default = ptr("5")
	var reads []int64
	req.Progress = func(n int64) { reads = append(reads, n) }
	res, out := mustCopy(t, req)
	if want := "x\t\\N\t5\t\\N\t2\t0\nq\\nr\t\\N\t5\t\\N\t3\t0\ny\t\\N\t5\t\\N\t5\t0\nw\t\\N\t5\t\\N\t2\t1\n"; out != want {
		t.Errorf("got %q\nwant %q", out, want)
	}
	if res.Rows != 4 || len(res.Files) != 2 || res.Files[0].Rows != 3 || res.Files[1].Bytes != 8 || res.Defaulted["c"] != 4 || len(res.Defaulted) != 1 {
		t.Errorf("%+v", res)
	}
	if got := strings.Join(res.Absent, " ") + "/" + strings.Join(res.IgnoredColumns, " "); got != "b d/y z" {
		t.Error(got)
	}
	// sha256sum of the text of the second file
	if res.Files[1].SHA256 != "e11c1d46b06f0ca23794b9119cbe0c69383d23b4edc045ed26ffebfaaab6d7d9" {
		t.Error(res.Files[1].SHA256)
	}
	if len(reads) != 2 || reads[1] != res.Files[0].Bytes+8 {
		t.Error(reads)
	}
	if got := strings.Join(Columns(req), " "); got != "a b c d #line #file" {
		t.Error(got)
	}
}

// TestFailures tells failures of the surroundings from faults of the data.
func TestFailures(t *testing.T) {
	broken := errors.New("the disk is gone")
	open := func(r io.Reader, err error) File {
		return File{Name: "a.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(r), err }}
	}
	good := "a\n" + strings.Repeat("x\n", 100_000)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		file File
		w    io.Writer
		want error
	}{
		"open":            {context.Background(), open(nil, broken), io.Discard, broken},
		"read":            {context.Background(), open(io.MultiReader(strings.NewReader(good), iotest.ErrReader(broken)), nil), io.Discard, broken},
		"read packed":     {context.Background(), open(io.MultiReader(strings.NewReader(cutGzip(good, 20)), iotest.ErrReader(broken)), nil), io.Discard, broken},
		"read at once":    {context.Background(), open(iotest.ErrReader(broken), nil), io.Discard, broken},
		"unexpected end":  {context.Background(), open(io.MultiReader(strings.NewReader(good), iotest.ErrReader(io.ErrUnexpectedEOF)), nil), io.Discard, io.ErrUnexpectedEOF},
		"write":           {context.Background(), file("a.csv", good), writer(func([]byte) (int, error) { return 0, broken }), broken},
		"context is over": {over, file("a.csv", good), io.Discard, context.Canceled},
	} {
		req := request(t, "a text")
		req.Files = []File{c.file}
		res, err := Copy(c.ctx, req, c.w)
		if !errors.Is(err, c.want) || res != nil {
			t.Errorf("%s: got %v", name, err)
		} else if !strings.HasPrefix(err.Error(), "a.csv: ") {
			t.Errorf("%s: %v does not name the file", name, err)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// TestSmallReads reads from a file that gives one byte at a time.
func TestSmallReads(t *testing.T) {
	text := "a,b\r\n\"x\"\"\r\n\",1\r\ny,2\r\n"
	req := request(t, "a text;b integer")
	req.Files = []File{{Name: "a.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(iotest.OneByteReader(strings.NewReader(text))), nil
	}}}
	if _, out := mustCopy(t, req); out != "x\"\\r\\n\t1\t2\t0\ny\t2\t4\t0\n" {
		t.Errorf("%q", out)
	}
}

// TestLongRecords reads records around the size of the buffers, and refuses one that never ends.
func TestLongRecords(t *testing.T) {
	for _, n := range []int{chunkSize - 1, chunkSize, 2*chunkSize + 1, 3 << 20} {
		long := strings.Repeat("é\"\"", n/4)
		res, out := mustCopy(t, request(t, "a text;b integer", "a,b\nx,1\n\""+long+"\",2\ny,3\n"))
		if res.Rows != 3 || !strings.Contains(out, strings.ReplaceAll(long, `""`, `"`)+"\t2\t3\t0\n") {
			t.Errorf("%d bytes: %d rows, %s", n, res.Rows, lines(res.Faults))
		}
	}
	res, _ := mustCopy(t, request(t, "a text;b integer", "a,b\nx,1\n\"y,2\n"+strings.Repeat("z,3\n", maxRecord/4)+"w,q\n"))
	if want := "a.csv:3:1: the quote opened here is never closed"; !strings.HasPrefix(lines(res.Faults), want) || len(res.Faults) != 2 || res.Rows != 1+maxRecord/4 {
		t.Error(res.Rows, lines(res.Faults))
	}
	res, _ = mustCopy(t, request(t, "a text;b integer", "a,b\nx,1\n\""+strings.Repeat("zzzz", maxRecord/4+chunkSize)+"\",1\n"))
	if want := "a.csv:3:1: the record is longer"; !strings.HasPrefix(lines(res.Faults), want) || len(res.Faults) != 1 {
		t.Errorf("a long quoted cell: %s", lines(res.Faults))
	}
	res, _ = mustCopy(t, request(t, "a text;b integer", "a,b\nx,1\n"+strings.Repeat("zzzz", maxRecord/4+chunkSize)))
	if want := "a.csv:3:1: the record is longer than 16 MB; check delimiter and line ends\n"; lines(res.Faults) != want {
		t.Error(lines(res.Faults))
	}
}

// endless gives the same lines again and again, without keeping them.
type endless struct {
	lines []byte
	at    int
	left  int64
}

// Read fills p.
func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, e.lines[e.at:])
	e.at = (e.at + n) % len(e.lines)
	e.left -= int64(n)
	return n, nil
}

// TestMemory reads 200 MB and looks at the heap on the way.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 200 MB")
	}
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most := uint64(0)
	body := []byte(strings.Repeat("0001-ABCDE,\"some text\",12.5,7,true,2024-01-31\n", 1000))
	req := request(t, "a text;b text;c numeric;d integer;e boolean;f date")
	req.Files = []File{{Name: "a.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("a,b,c,d,e,f\n"), &endless{lines: body, left: 200 << 20})), nil
	}}}
	calls := 0
	req.Progress = func(int64) {
		if calls++; calls%50 == 0 {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	res, err := Copy(context.Background(), req, writer(func(p []byte) (int, error) { return len(p), nil }))
	if err != nil || res.Rows < 4_000_000 {
		t.Fatal(err, res)
	}
	if grown := int64(most) - int64(before.HeapAlloc); grown > 16<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
	if most == 0 || calls > 200<<20/progressStep+2 {
		t.Errorf("%d calls of progress", calls)
	}
}
