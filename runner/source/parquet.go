package source

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/parquet"
	"streamflow/runner/model"
)

// parquetFormat is Parquet (its "line" is the number of the row). Its cells have types, which must be of the kind that is declared; they are then
// read as the text that Postgres writes for them, so that no decimal changes. A text in it is read as one of a CSV file would be, but that
// the empty text is never NULL.
var parquetFormat = Format{Name: "parquet", Extensions: []string{".parquet", ".pq"}, seek: openParquet}

// parquetReader yields the rows of a file as records.
type parquetReader struct {
	in    *parquet.Reader
	at    int64
	rec   record
	texts []bool // columns that hold text
}

// openParquet reads the end of a file, where its columns are described.
func openParquet(in io.ReaderAt, size int64, s model.Source) (reader, *damage) {
	for option, given := range map[string]bool{"delimiter": s.Delimiter != 0, "encoding": s.Encoding != "", "header": s.NoHeader} {
		if given {
			return nil, &damage{message: option + " says how text is read, and the file is Parquet", hint: "leave it out, or say format: csv"}
		}
	}
	f, err := parquet.Open(in, size)
	if err != nil {
		return nil, &damage{message: "the file is not Parquet, or it is damaged: " + err.Error(), hint: "write it again; CSV is read when its name ends in .csv"}
	}
	r := &parquetReader{in: f}
	for i, c := range f.Columns() {
		if c.Type.Family == model.Bytes { // what it means is not said: bytes, or text of an old writer
			f.Plain(i)
		}
		r.texts = append(r.texts, c.Type.Family == model.Text || c.Type.Family == model.JSONB || c.Type.Family == model.Bytes)
	}
	return r, nil
}

// line is the row where the reader stands, 0 before the first.
func (r *parquetReader) line() int64 { return r.at }

// header names the columns.
func (r *parquetReader) header() (*record, error) {
	head := &record{rows: true}
	for _, c := range r.in.Columns() {
		from := len(head.raw)
		head.raw = append(head.raw, c.Name...)
		head.fields = append(head.fields, field{start: int32(from), end: int32(len(head.raw)), flags: quoted})
	}
	return head, nil
}

func (r *parquetReader) next() (*record, error) {
	cells, err := r.in.Next()
	if err == io.EOF {
		if r.at < r.in.Rows() {
			return nil, &damage{message: fmt.Sprintf("the file ends after %d of %d rows", r.at, r.in.Rows()), hint: "copy the file again"}
		}
		return nil, err
	}
	if err != nil {
		return nil, &damage{message: "the file is damaged: " + err.Error(), hint: "write it again"}
	}
	r.at++
	rec := &r.rec
	*rec = record{first: r.at, rows: true, raw: rec.raw[:0], fields: rec.fields[:0]}
	for i, c := range cells {
		f := field{start: int32(len(rec.raw))}
		switch {
		case c.Null: // its text is what was there before
			f.flags, c.Text = absent, nil
		case len(c.Text) == 0:
			f.flags = quoted
		case r.texts[i] && !utf8.Valid(c.Text):
			f.flags = binary
		}
		rec.raw = append(rec.raw, c.Text...)
		if f.end = int32(len(rec.raw)); len(rec.raw) > maxRecord {
			return nil, &damage{message: fmt.Sprintf("the row has more than %d MB", maxRecord>>20), hint: "store large values elsewhere"}
		}
		rec.fields = append(rec.fields, f)
	}
	return rec, nil
}

// native tells whether a field holds values of a type, which are not read as text would be.
func (r *parquetReader) native(i int) bool { return !r.texts[i] }

// misfit says why a field cannot be read as a declared type.
func (r *parquetReader) misfit(i int, want model.Type) (why, hint string) {
	c := r.in.Columns()[i]
	if c.Problem != "" {
		return c.Problem, "write a column of plain values"
	}
	if takes(want.Family, c.Type.Family) {
		return "", ""
	}
	hint = "declare it " + c.Type.Name + ", or write the column as " + want.Name
	if want.Family == model.Text && c.Type.Family == model.Integer {
		hint += "; zeros in front of a number are lost when it is no text"
	}
	return fmt.Sprintf("is %s in the file, and declared %s", c.Stored, want.Name), hint
}

// takes tells whether a column of a family may be filled from stored values of another. Each value is still held against the type.
func takes(want, stored model.Family) bool {
	switch stored {
	case model.Text, model.Bytes:
		return true
	case model.JSONB:
		return want == model.JSONB || want == model.JSON || want == model.Text
	case model.Integer:
		return want == model.Integer || want == model.Numeric || want == model.Float || want == model.Boolean
	case model.Numeric, model.Float:
		return want == model.Integer || want == model.Numeric || want == model.Float
	case model.Date:
		return want == model.Date || want == model.Timestamp || want == model.TimestampTZ
	case model.Timestamp:
		return want == model.Timestamp || want == model.TimestampTZ || want == model.Date
	case model.UUID:
		return want == model.UUID || want == model.Text
	}
	return want == stored
}

// ParquetColumns says what columns a Parquet file has and what type each of them is in Postgres. It is an error when the file cannot be read, or
// holds columns that cannot.
func ParquetColumns(file File) ([]model.Column, error) {
	in, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close() // nothing was written
	at, size, ok := fromEnd(in)
	if !ok {
		return nil, fmt.Errorf("a file of %s is read from its end, which is not possible with this one", parquetFormat.Name)
	}
	f, err := parquet.Open(at, size)
	if err != nil {
		return nil, fmt.Errorf("the file is not Parquet, or it is damaged: %w", err)
	}
	defer f.Close()
	var out []model.Column
	var bad []string
	for _, c := range f.Columns() {
		if c.Problem != "" {
			bad = append(bad, fmt.Sprintf("column %q %s", c.Name, c.Problem))
		}
		if c.Type.Family == model.Bytes {
			c.Type = model.Type{Name: "text", Family: model.Text}
		}
		out = append(out, model.Column{Name: c.Name, Type: c.Type, Nullable: true})
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(bad, "; "))
	}
	return out, nil
}

// IsParquet tells whether a file is read as Parquet, by its name.
func IsParquet(name string) bool {
	f, d := formatOf(name, model.Source{})
	return d == nil && f.seek != nil
}
