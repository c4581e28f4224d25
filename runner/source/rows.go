package source

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"streamflow/runner/internal/diag"
)

// errSkip says that the rows of a file are not read, because its header, which is reported, does not fit.
var errSkip = errors.New("skipped")

// body reads the content of one file and returns how many rows were taken from it. Damage is returned as an error.
func (c *copier) body(index int, f File, r reader) (rows int64, err error) {
	first, err := c.begin(f, r)
	if err != nil {
		return 0, err
	}
	before, tail := c.records, "\t"+strconv.Itoa(index)+"\n"
	for rec := first; err == nil && !c.faults.more; {
		if rec != nil {
			c.records++
			if c.row(f.Name, rec, tail) {
				rows++
				c.res.Rows++
			} else {
				c.res.Rejected++
			}
		}
		if len(c.out) >= writeSize {
			if err := c.flush(); err != nil {
				return rows, err
			}
		}
		rec, err = r.next()
	}
	if err != nil && err != io.EOF {
		return rows, placed(err, r)
	}
	if err == io.EOF && c.records == before && !c.mayBeEmpty() {
		return 0, noRows(r, "export it again, or say min_rows: 0")
	}
	return rows, nil
}

// noRows is the damage of a file that could be read and holds nothing.
func noRows(r reader, hint string) *damage {
	if r.line() == 0 {
		return &damage{message: "the file has no rows", hint: hint}
	}
	return &damage{line: 1, col: 1, message: "the file has a header but no rows", hint: hint}
}

// mayBeEmpty tells whether a file without rows is what the source expects.
func (c *copier) mayBeEmpty() bool {
	return c.req.Source.MinRows != nil && *c.req.Source.MinRows == 0
}

// begin tells every column which field it reads. Without a header it has to look at the first record, and returns it.
func (c *copier) begin(f File, r reader) (first *record, err error) {
	if c.req.Source.NoHeader {
		first, err = r.next()
		switch {
		case err == io.EOF && c.mayBeEmpty():
			return nil, errSkip
		case err == nil && first.broken: // its fields cannot be counted, and all others would be measured by them
			c.records++
			c.res.Rejected++
			c.row(f.Name, first, "")
			return nil, errSkip
		case err == nil:
			err = c.matchPositions(f.Name, len(first.fields))
		}
	} else {
		var head *record
		if head, err = r.header(); err == nil {
			err = c.matchHeader(f.Name, head, r)
		}
	}
	if err == io.EOF {
		return nil, &damage{line: 1, col: 1, message: "the file is empty", hint: "export it again"}
	}
	if err != nil {
		return nil, placed(err, r)
	}
	return first, nil
}

// placed gives damage without a place the line where the reader stands.
func placed(err error, r reader) error {
	var d *damage
	if errors.As(err, &d) && d.line == 0 {
		return &damage{line: int(r.line()), message: d.message, hint: d.hint}
	}
	return err
}

// open looks at the content and chooses the reader.
func (c *copier) open(f File, fd *feed) (reader, error) {
	format, d := formatOf(f.Name, c.req.Source)
	if d != nil {
		return nil, d
	}
	encoding, legacy, d := legacyOf(c.req.Source.Encoding)
	if d != nil {
		return nil, d
	}
	c.window.reset(c.ctx, fd, nil, c.progress)
	c.window.raw = func(head []byte) error {
		c.window.legacy = legacy
		if d := inspect(head, encoding); d != nil {
			return d
		}
		return nil
	}
	if err := c.window.grow(1); err != nil {
		return nil, err
	}
	if c.marked = legacy == nil && bytes.HasPrefix(c.window.data(), []byte(utf8BOM)); c.marked {
		c.window.consume(len(utf8BOM))
	}
	r, d := format.open(&c.window, f.Name, c.req.Source)
	if d != nil {
		return nil, d
	}
	return r, nil
}

// row converts one record and tells whether it was written. All its cells are looked at, also after a fault.
func (c *copier) row(file string, rec *record, tail string) bool {
	c.flaws(file, rec)
	if rec.broken {
		return false
	}
	begin, good := len(c.out), len(rec.flaws) == 0
	var text []byte
	for _, col := range c.cols {
		if col.field < 0 {
			c.out = col.absent(c.out)
			c.out = append(c.out, '\t')
			continue
		}
		text, c.scratch = rec.text(col.field, c.scratch)
		out, b := col.cell(c.out, text, rec.fields[col.field].flags)
		if b != nil {
			good = false
			c.cellFault(file, rec, col, string(text), b)
			continue
		}
		c.out = append(out, '\t')
	}
	if !good {
		c.out = c.out[:begin]
		return false
	}
	c.out = strconv.AppendInt(c.out, rec.first, 10)
	c.out = append(c.out, tail...)
	return true
}

// flaws tells what is wrong with the form of a record.
func (c *copier) flaws(file string, rec *record) {
	for _, f := range rec.flaws {
		line, col := f.line, f.col
		if line == 0 {
			line, col = rec.place(f.off)
		}
		c.faults.add(diag.Diagnostic{Place: diag.Place{File: file, Line: line, Col: col}, Message: f.message, Hint: f.hint})
	}
}

func (c *copier) cellFault(file string, rec *record, col *column, text string, b *bad) {
	line, at := rec.at(col.field)
	c.faults.add(diag.Diagnostic{Place: diag.Place{File: file, Line: line, Col: at}, Message: b.message(col.name, text, col.mask), Hint: b.hint})
}
