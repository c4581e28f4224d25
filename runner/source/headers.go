package source

import (
	"context"
	"errors"
	"io"

	"streamflow/runner/internal/diag"
)

const (
	headSize = 256 << 10 // raw bytes of a file that are looked at for its header: more than a block of zstd
	headStep = 16 << 10
)

// Header is what the header of one file and the columns of its table disagree in.
type Header struct {
	File    string
	Fields  []string  // the column that reads each field; "" for none
	Packed  bool      // gzip or zstd
	Marked  bool      // begins with a byte order mark
	Missing []string  // columns that have to be in the file, and are not
	Unread  []string  // fields that no column reads, and that the source does not ignore
	Faults  diag.List // what else is wrong with the beginning of the file
}

// Headers compares the headers of a batch with the columns of its table, in the way that Copy does. It reads the first 256 kB of each file
// at most, and no rows; of a file whose header is longer it says nothing, and neither of one that cannot be opened.
func Headers(ctx context.Context, req Request) []Header {
	c := newCopier(ctx, req, io.Discard)
	if len(c.faults.list) > 0 { // the specification itself does not hold
		return nil
	}
	var out []Header
	c.only = &out
	c.window.buf = make([]byte, 2*headStep)
	for _, f := range req.Files {
		in, err := f.Open()
		if err != nil {
			continue
		}
		if format, d := formatOf(f.Name, req.Source); d == nil && format.seek != nil {
			out = c.seekHeader(f, format, in, out)
			continue
		}
		head := &io.LimitedReader{R: in, N: headSize}
		fd := newFeed(struct {
			io.Reader
			io.Closer
		}{head, in}, c.buffers, headStep)
		before := len(out)
		err = c.readHeader(f, fd)
		fd.stop(ctx)
		var d *damage
		if head.N == 0 && (c.window.last || c.window.err != nil) { // what was cut off here is no fault of the file
			out = out[:before]
		} else if errors.As(err, &d) {
			out = append(out[:before], unreadHeader(f, d))
		}
	}
	return out
}

// unreadHeader is what is said of a file that could not be read so far.
func unreadHeader(f File, d *damage) Header {
	at := diag.Place{File: f.Name, Line: d.line, Col: d.col}
	return Header{File: f.Name, Faults: diag.List{{Place: at, Message: d.message, Hint: d.hint}}}
}

// seekHeader looks at the columns of a file that describes them at its end. out is where the match of a header is appended to.
func (c *copier) seekHeader(f File, format Format, in io.ReadCloser, out []Header) []Header {
	before := len(out)
	r, end, err := c.startSeek(format, in)
	if err == nil {
		_, err = c.begin(f, r)
	}
	end()
	var d *damage
	if errors.As(err, &d) {
		return append(out[:before], unreadHeader(f, d))
	}
	return *c.only
}

func (c *copier) readHeader(f File, fd *feed) error {
	r, err := c.open(f, fd)
	if err == nil {
		_, err = c.begin(f, r)
	}
	return err
}
