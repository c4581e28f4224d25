package source

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamflow/runner/model"
)

// decode reads COPY text as Postgres does: one list of cells for each row, nil for NULL.
func decode(t testing.TB, out string) [][]*string {
	var rows [][]*string
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\n"), "\n") {
		if out == "" {
			break
		}
		var row []*string
		for cell := range strings.SplitSeq(line, "\t") {
			if cell == `\N` {
				row = append(row, nil)
				continue
			}
			var b strings.Builder
			for i := 0; i < len(cell); i++ {
				if cell[i] != '\\' {
					b.WriteByte(cell[i])
					continue
				}
				i++
				real, ok := map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', '\\': '\\'}[cell[i]]
				if !ok {
					t.Fatalf("unknown escape in %q", cell)
				}
				b.WriteByte(real)
			}
			row = append(row, ptr(b.String()))
		}
		rows = append(rows, row)
	}
	return rows
}

// writeCSV writes a cell in one of the ways that mean the same.
func writeCSV(r *rapid.T, b *strings.Builder, cell *string, delimiter string) {
	if cell == nil {
		return
	}
	if *cell == "" || strings.ContainsAny(*cell, "\"\r\n"+delimiter) || rapid.Bool().Draw(r, "quoted") {
		b.WriteString(`"` + strings.ReplaceAll(*cell, `"`, `""`) + `"`)
		return
	}
	b.WriteString(*cell)
}

// TestReadsWhatWasWritten writes random tables in random dialects, and reads them back.
func TestReadsWhatWasWritten(t *testing.T) {
	texts := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("ab\"',;\t\n\r\\N é漢😀|<=")), 0, 12, -1),
		rapid.Custom(func(r *rapid.T) string { return strings.ReplaceAll(rapid.String().Draw(r, "any"), "\x00", "") }))
	rapid.Check(t, func(r *rapid.T) {
		width := rapid.IntRange(1, 5).Draw(r, "width")
		order := rapid.Permutation([]int{0, 1, 2, 3, 4}[:width]).Draw(r, "order")
		delimiter := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(r, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(r, "end")
		var want [][]*string
		var b strings.Builder
		if rapid.Bool().Draw(r, "bom") {
			b.WriteString(utf8BOM)
		}
		for i, c := range order {
			if i > 0 {
				b.WriteString(delimiter)
			}
			writeCSV(r, &b, ptr(fmt.Sprintf("column %d", c)), delimiter)
		}
		line := 2
		for range rapid.IntRange(1, 30).Draw(r, "rows") {
			row, begin := make([]*string, width), line
			b.WriteString(end)
			for i, c := range order {
				if i > 0 {
					b.WriteString(delimiter)
				}
				if width == 1 || rapid.IntRange(0, 4).Draw(r, "null") > 0 {
					row[c] = ptr(texts.Draw(r, "text"))
					line += strings.Count(*row[c], "\n")
				}
				writeCSV(r, &b, row[c], delimiter)
			}
			line++
			want = append(want, append(row, ptr(strconv.Itoa(begin)), ptr("0")))
		}
		if rapid.Bool().Draw(r, "final") {
			b.WriteString(end)
		}
		text := b.String()
		if rapid.Bool().Draw(r, "packed") {
			text = zstded(text)
		}
		req := Request{Files: []File{file("a.csv", text)}, Source: model.Source{Delimiter: rune(delimiter[0])}}
		for c := range width {
			name := fmt.Sprintf("column %d", c)
			req.Table.Columns = append(req.Table.Columns, model.Column{Name: name, Type: model.Type{Name: "text", Family: model.Text}, Nullable: true})
			req.Reading = append(req.Reading, model.Reading{Column: name})
		}
		res, out := mustCopy(t, req)
		if len(res.Faults) > 0 {
			r.Fatalf("%q\n%s", b.String(), lines(res.Faults))
		}
		if got := decode(t, out); show(got) != show(want) || int(res.Rows) != len(want) {
			r.Fatalf("%q\ngot  %s\nwant %s", b.String(), show(got), show(want))
		}
	})
}

func show(rows [][]*string) string {
	var b strings.Builder
	for _, row := range rows {
		for _, cell := range row {
			if cell == nil {
				b.WriteString("NULL ")
			} else {
				fmt.Fprintf(&b, "%q ", *cell)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// FuzzCopy reads anything as a table. Nothing panics, every fault is inside the file, and each record is either a row or has a fault.
func FuzzCopy(f *testing.F) {
	for _, c := range faultCases {
		f.Add([]byte(c.text), byte(0))
	}
	f.Add([]byte("a,b,c\n1,2,\"{1,2}\"\n"), byte(1))
	f.Fuzz(func(t *testing.T, text []byte, how byte) {
		req := request(t, "a integer;b numeric(10,2);c integer[];d jsonb?;e timestamptz?", string(text))
		req.Source.NoHeader = how&1 != 0
		req.Source.Loose = how&2 != 0
		req.Source.IgnoreUnknown = how&4 != 0
		req.Source.Encoding = []string{"utf-8", "latin1", "windows-1252"}[how>>3%3]
		req.Source.MaxErrors = 1 << 20
		var out bytes.Buffer
		c := newCopier(context.Background(), req, &out)
		if err := c.file(0, req.Files[0]); err != nil {
			t.Fatal(err)
		}
		if err := c.flush(); err != nil {
			t.Fatal(err)
		}
		res := c.result()
		if rows := bytes.Count(out.Bytes(), []byte{'\n'}); int64(rows) != res.Rows {
			t.Errorf("%d rows written, %d counted", rows, res.Rows)
		}
		if c.records < res.Rows || c.records > res.Rows && len(res.Faults) == 0 || c.records-res.Rows > int64(len(res.Faults)) {
			t.Errorf("%d records, %d rows, %d faults", c.records, res.Rows, len(res.Faults))
		}
		if bytes.HasPrefix(text, []byte("\x1f\x8b")) || bytes.HasPrefix(text, []byte("\x28\xb5\x2f\xfd")) {
			return // places are in what is packed
		}
		physical := bytes.Split(text, []byte{'\n'})
		for _, d := range res.Faults {
			if d.Line > len(physical) || d.Line > 0 && d.Col > len(physical[d.Line-1])+1 || d.Line < 0 || d.Line == 0 && d.Col > 0 {
				t.Errorf("%s is outside of the file %q", d.Error(), text)
			}
		}
	})
}

// FuzzCells reads anything as a cell of every type. Nothing panics, and what is accepted does not break out of its cell in COPY text.
func FuzzCells(f *testing.F) {
	for _, c := range []string{"-1.50e-3", "2024-02-29T10:00:00.123+05:30", "31/12/99 11:59:59 PM +0100", "1.234.567,89", "yes", `{"a":[1,"\u00e9\ud83d\ude00"]}`,
		`{{1,"2"},{NULL,x\"}}`, `\x00ff`, "1 year 2 mons 3 days 04:05:06", "10.0.0.0/8", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "\t\r\n\\\x00"} {
		f.Add([]byte(c))
	}
	types := append(model.TypeNames(), "numeric(10,2)", "varchar(3)", "char(3)", "integer[]", "text[]", "jsonb[]", "bytea[]", "timestamptz[]")
	f.Fuzz(func(t *testing.T, cell []byte) {
		for _, name := range types {
			tab, _ := table(t, "v "+name)
			for _, rd := range []model.Reading{{}, {Decimal: ',', Group: '.', Timezone: "Europe/Paris", TrueValues: []string{"ja"}}} {
				switch tab.Columns[0].Type.Family {
				case model.Date, model.Timestamp, model.TimestampTZ:
					if rd.Decimal != 0 {
						rd.DateFormats = []string{"%d/%m/%y %I:%M:%S %p %z", "%Y%j", "%B %d %Y %H%f"}
					}
				}
				req := Request{Table: tab, Reading: []model.Reading{rd}}
				col, problem := newColumn(req, 0)
				if problem != nil {
					t.Fatal(problem)
				}
				out, b := col.cell(nil, cell, quoted)
				if b == nil && bytes.ContainsAny(out, "\t\n\r\x00") {
					t.Errorf("%s: %q gives %q", name, cell, out)
				}
			}
		}
	})
}
