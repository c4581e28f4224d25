package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// Cell is one cell as it is written, without its quotes. A quoted text is never NULL.
type Cell struct {
	Text   []byte
	Quoted bool
}

// Scanned is what a scan found beside the rows.
type Scanned struct {
	Rows          int64
	Faults        diag.List // what is wrong with the form of the file; sorted, at most 100
	WrongEncoding bool      // some bytes are no characters of the encoding that the source says
}

// ScanRequest says what to read without a declared table, and who is told of it.
type ScanRequest struct {
	File     File
	Source   model.Source
	Header   func(names []string) error // is told the names of the fields, once
	Row      func(cells []Cell)         // is told each record whose form is sound; the cells are valid until it returns
	Progress func(read int64)           // as that of Request; it may be nil
}

// Scan reads the records of one file as they are written. An error is a failure to read, one of Header, or the end of ctx.
func Scan(ctx context.Context, req ScanRequest) (*Scanned, error) {
	f := req.File
	c := newCopier(ctx, Request{Source: req.Source, Progress: req.Progress}, io.Discard)
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	out := &Scanned{}
	r, end, err := c.start(f, in, chunkSize)
	if err == nil {
		err = c.scan(req, r, out)
	}
	end()
	var d *damage
	if errors.As(err, &d) {
		c.faults.add(diag.Diagnostic{Place: diag.Place{File: f.Name, Line: d.line, Col: d.col}, Message: d.message, Hint: d.hint})
		err = nil
	}
	if err == nil {
		err = ctx.Err()
	}
	c.faults.list.Sort()
	out.Faults = c.faults.list
	return out, err
}

func (c *copier) scan(req ScanRequest, r reader, out *Scanned) error {
	f := req.File
	defer func() {
		if t, ok := r.(interface{ wrongEncoding() bool }); ok {
			out.WrongEncoding = t.wrongEncoding()
		}
	}()
	names, err := c.scanHeader(f, r, req.Header)
	if err != nil {
		return err
	}
	var cells []Cell
	for rec, err := r.next(); err != io.EOF; rec, err = r.next() {
		if err != nil {
			return placed(err, r)
		}
		c.flaws(f.Name, rec)
		if c.faults.more {
			return nil
		}
		if rec.broken || len(rec.flaws) > 0 {
			continue
		}
		cells = rec.cells(cells[:0])
		if bytes.IndexByte(rec.raw, 0) >= 0 {
			c.zeroBytes(f.Name, names, rec, cells)
			continue
		}
		req.Row(cells)
		out.Rows++
	}
	if out.Rows == 0 && len(c.faults.list) == 0 {
		return noRows(r, "export it again")
	}
	return nil
}

// zeroBytes tells of cells that no column could hold.
func (c *copier) zeroBytes(file string, names []string, rec *record, cells []Cell) {
	for i, cell := range cells {
		if bytes.IndexByte(cell.Text, 0) >= 0 {
			line, col := rec.at(i)
			c.faults.add(diag.Diagnostic{Place: diag.Place{File: file, Line: line, Col: col}, Message: holdsZero().message(names[i], string(cell.Text), false)})
		}
	}
}

// scanHeader reads the names and refuses those that no table could be matched with.
func (c *copier) scanHeader(f File, r reader, header func([]string) error) ([]string, error) {
	head, err := r.header()
	if err == io.EOF {
		return nil, &damage{line: 1, col: 1, message: "the file is empty", hint: "export it again"}
	}
	if err != nil {
		return nil, placed(err, r)
	}
	m := c.nameFields(f.Name, head)
	for _, d := range m.found {
		c.faults.add(d)
	}
	return m.names, header(m.names)
}

// cells appends all texts of a record.
func (r *record) cells(out []Cell) []Cell {
	for i, f := range r.fields {
		text, _ := r.text(i, nil) // only doubled quotes make a copy
		out = append(out, Cell{Text: text, Quoted: f.flags&quoted != 0})
	}
	return out
}

// Convert reads a cell that is not NULL as a value of a type, and appends it as Postgres writes it; false when it is none.
type Convert func(dst, cell []byte) ([]byte, bool)

// NewConvert returns how a cell is read by a type and a manner of reading, the same as Copy does. It is an error when these do not go
// together.
func NewConvert(t model.Type, rd model.Reading) (Convert, error) {
	if rd.Timezone == "" {
		rd.Timezone = "UTC"
	}
	convert, _, err := newConverter(t, rd)
	if err != nil {
		return nil, err
	}
	return func(dst, cell []byte) ([]byte, bool) {
		out, b := convert(dst, cell)
		return out, b == nil
	}, nil
}

// Stem returns the name of a file without its folder, without the ending of its format and that of its packing; false when no format
// has such an ending.
func Stem(file string) (string, bool) {
	base := file[strings.LastIndexByte(file, '/')+1:]
	ext := extension(base)
	for _, f := range Formats {
		for _, e := range f.Extensions {
			if e == ext {
				low := strings.ToLower(base)
				for _, p := range packings {
					low = strings.TrimSuffix(low, p)
				}
				return base[:len(low)-len(ext)], true
			}
		}
	}
	return "", false
}
