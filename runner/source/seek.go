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
	at, size, ok := fromEnd(in)
	if !ok {
		return nil, func() (int64, string) { _ = in.Close(); return 0, "" },
			&damage{message: "a file of " + format.Name + " is read from its end, which is not possible with this one", hint: "copy it to a file first"}
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

// fromEnd is content that can be read from any place, with its size in bytes; ok is false of a pipe and the like.
func fromEnd(in io.Reader) (at io.ReaderAt, size int64, ok bool) {
	f, ok := in.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return nil, 0, false
	}
	size, err := f.Seek(0, io.SeekEnd)
	return f, size, err == nil
}
