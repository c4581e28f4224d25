package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"streamflow/runner/internal/diag"
)

const (
	writeSize    = 64 << 10
	progressStep = 256 << 10
)

// copier is one call of Copy.
type copier struct {
	ctx     context.Context
	req     Request
	w       io.Writer
	cols    []*column
	faults  faults
	res     Result
	window  window
	buffers chan []byte

	out      []byte // rows not yet written
	scratch  []byte // of cells with doubled quotes
	read     int64  // raw bytes of the files before this one
	reported int64  // raw bytes at the last progress
	records  int64  // in all files; each is either a row or has a fault
	ignored  map[string]bool
	headed   string // the file whose header the others are compared with, once there is one
}

func newCopier(ctx context.Context, req Request, w io.Writer) *copier {
	c := &copier{ctx: ctx, req: req, w: w, buffers: newBuffers(), ignored: map[string]bool{}}
	c.faults.max = req.Source.MaxErrors
	if c.faults.max <= 0 {
		c.faults.max = defaultMaxErrors
	}
	for i := range req.Table.Columns {
		if !req.reading(i).ReadsCell() {
			continue
		}
		col, problem := newColumn(req, i)
		if problem != nil {
			c.faults.add(*problem)
		}
		c.cols = append(c.cols, col)
	}
	c.checkNames()
	return c
}

// checkNames refuses columns that match: loose cannot tell apart.
func (c *copier) checkNames() {
	seen := map[string]string{}
	for _, col := range c.cols {
		for _, name := range col.from {
			other, ok := seen[c.key(name)]
			if ok && other != name {
				c.faults.add(diag.Diagnostic{Place: c.req.Source.Origin, Message: "columns " + quote(other) + " and " + quote(name) +
					" are the same name under match: loose", Hint: "say match: exact, or give one of them another name in from:"})
			}
			seen[c.key(name)] = name
		}
	}
}

// result closes the books.
func (c *copier) result() *Result {
	c.faults.list.Sort()
	c.res.Faults, c.res.Truncated = c.faults.list, c.faults.more
	c.res.Defaulted = map[string]int64{}
	for _, col := range c.cols {
		if col.defaulted > 0 {
			c.res.Defaulted[col.name] = col.defaulted
		}
		if c.headed != "" && !col.inFile && col.fallback == nil {
			c.res.Absent = append(c.res.Absent, col.name)
		}
	}
	for name := range c.ignored {
		c.res.IgnoredColumns = append(c.res.IgnoredColumns, name)
	}
	slices.Sort(c.res.IgnoredColumns)
	return &c.res
}

// file reads one file. What is wrong with it is a fault; the error is a failure of the surroundings.
func (c *copier) file(index int, f File) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	fd := newFeed(in, c.buffers)
	rows, err := c.body(index, f, fd)
	fd.stop(c.ctx)
	var d *damage
	if errors.As(err, &d) {
		c.faults.add(diag.Diagnostic{Place: diag.Place{File: f.Name, Line: d.line, Col: d.col}, Message: d.message, Hint: d.hint})
		err = nil
	}
	if err == nil && c.ctx.Err() != nil {
		err = c.ctx.Err()
	}
	if err != nil {
		return err
	}
	c.res.Files = append(c.res.Files, FileResult{Name: f.Name, Bytes: fd.raw, SHA256: fd.sum, Rows: rows})
	c.read += fd.raw
	if c.req.Progress != nil {
		c.reported = c.read
		c.req.Progress(c.read)
	}
	return nil
}

// errSkip says that the rows of a file are not read, because its header, which is reported, does not fit.
var errSkip = errors.New("skipped")

// body reads the content of one file and returns how many rows were taken from it. Damage is returned as an error.
func (c *copier) body(index int, f File, fd *feed) (rows int64, err error) {
	r, err := c.open(f, fd)
	if err != nil {
		return 0, err
	}
	var first *record
	if c.req.Source.NoHeader {
		first, err = r.next()
		switch {
		case err == nil && first.broken: // its fields cannot be counted, and all others would be measured by them
			c.row(f.Name, first, "")
			err = errSkip
		case err == nil:
			err = c.matchPositions(f.Name, len(first.fields))
		}
	} else {
		var head *record
		head, err = r.header()
		if err == nil {
			err = c.matchHeader(f.Name, head, r)
		}
	}
	minZero := c.req.Source.MinRows != nil && *c.req.Source.MinRows == 0
	switch {
	case err == errSkip:
		return 0, nil
	case err == io.EOF && c.req.Source.NoHeader && minZero:
		return 0, nil
	case err == io.EOF:
		return 0, &damage{line: 1, col: 1, message: "the file is empty", hint: "export it again"}
	case err != nil:
		return 0, placed(err, r)
	}
	before := c.records
	tail := "\t" + strconv.Itoa(index) + "\n"
	for rec := first; ; rec = nil {
		if rec == nil {
			if rec, err = r.next(); err != nil {
				break
			}
		}
		c.records++
		if c.row(f.Name, rec, tail) {
			rows++
			c.res.Rows++
		}
		if len(c.out) >= writeSize {
			if err := c.flush(); err != nil {
				return rows, err
			}
		}
		if c.faults.more {
			return rows, nil
		}
	}
	if err != io.EOF {
		return rows, placed(err, r)
	}
	if c.records == before && !minZero {
		return 0, &damage{line: 1, col: 1, message: "the file has a header but no rows", hint: "export it again, or say min_rows: 0"}
	}
	return rows, nil
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
	if legacy == nil && bytes.HasPrefix(c.window.data(), []byte(utf8BOM)) {
		c.window.consume(len(utf8BOM))
	}
	r, d := format.open(&c.window, f.Name, c.req.Source)
	if d != nil {
		return nil, d
	}
	return r, nil
}

func (c *copier) progress(raw int64) {
	if c.req.Progress != nil && c.read+raw-c.reported >= progressStep {
		c.reported = c.read + raw
		c.req.Progress(c.reported)
	}
}

func (c *copier) flush() error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if len(c.out) == 0 {
		return nil
	}
	_, err := c.w.Write(c.out)
	c.out = c.out[:0]
	return err
}

// row converts one record and tells whether it was written. All its cells are looked at, also after a fault.
func (c *copier) row(file string, rec *record, tail string) bool {
	for _, f := range rec.flaws {
		line, col := f.line, f.col
		if line == 0 {
			line, col = rec.place(f.off)
		}
		c.faults.add(diag.Diagnostic{Place: diag.Place{File: file, Line: line, Col: col}, Message: f.message, Hint: f.hint})
	}
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
		out, b := col.cell(c.out, text, rec.fields[col.field].flags&quoted != 0)
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

func (c *copier) cellFault(file string, rec *record, col *column, text string, b *bad) {
	line, at := rec.at(col.field)
	c.faults.add(diag.Diagnostic{Place: diag.Place{File: file, Line: line, Col: at}, Message: b.message(col.name, text, col.mask), Hint: b.hint})
}
