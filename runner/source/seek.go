package source

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// start opens the content of a file in the way of its format. end gives everything back, and returns how many raw bytes were read and their
// hash; it is called whatever happens.
func (c *copier) start(f File, in io.ReadCloser, step int) (r reader, end func() (read int64, sum string), err error) {
	format, d := formatOf(f.Name, c.req.Source)
	if d == nil && format.seek != nil {
		return c.startSeek(format, in)
	}
	fd := newFeed(in, c.buffers, step)
	end = func() (int64, string) {
		fd.stop(c.ctx)
		return fd.raw, fd.sum
	}
	r, err = c.open(f, fd)
	return r, end, err
}

// startSeek opens a file that is not read from its beginning to its end. Its hash is computed beside.
func (c *copier) startSeek(format Format, in io.ReadCloser) (r reader, end func() (int64, string), err error) {
	at, ok := in.(interface {
		io.ReaderAt
		io.Seeker
	})
	var size int64
	if ok {
		size, err = at.Seek(0, io.SeekEnd)
	}
	if !ok || err != nil {
		return nil, func() (int64, string) { _ = in.Close(); return 0, "" },
			&damage{message: "a file of " + format.Name + " is read from its end, which this is not possible with", hint: "copy it to a file first"}
	}
	c.window.feed, c.marked = nil, false // of the file before
	hashed := make(chan string, 1)
	go func() {
		if c.only != nil { // nobody wants to know
			hashed <- ""
			return
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, io.NewSectionReader(at, 0, size)); err != nil {
			hashed <- "" // whoever reads the rows meets it too
			return
		}
		hashed <- hex.EncodeToString(sum.Sum(nil))
	}()
	end = func() (int64, string) {
		sum := <-hashed
		_ = in.Close() // nothing was written, so its error says nothing
		return size, sum
	}
	r, d := format.seek(at, size, c.req.Source)
	if d != nil {
		return nil, end, d
	}
	return r, end, nil
}
