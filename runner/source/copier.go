package source

import (
	"context"
	"errors"
	"io"
	"slices"

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
	headed   string    // the file whose header the others are compared with, once there is one
	marked   bool      // this file begins with a byte order mark
	only     *[]Header // where headers go when nothing else is read
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
	r, end, err := c.start(f, in, chunkSize)
	var rows int64
	if err == nil {
		rows, err = c.body(index, f, r)
	}
	read, sum := end()
	var d *damage
	switch {
	case err == errSkip:
		err = nil
	case errors.As(err, &d):
		c.faults.add(diag.Diagnostic{Place: diag.Place{File: f.Name, Line: d.line, Col: d.col}, Message: d.message, Hint: d.hint})
		err = nil
	}
	if err == nil && c.ctx.Err() != nil {
		err = c.ctx.Err()
	}
	if err != nil {
		return err
	}
	c.res.Files = append(c.res.Files, FileResult{Name: f.Name, Bytes: read, SHA256: sum, Rows: rows})
	c.read += read
	if c.req.Progress != nil {
		c.reported = c.read
		c.req.Progress(c.read)
	}
	return nil
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
