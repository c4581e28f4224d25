package source

import (
	"context"
	"unicode/utf8"
)

// maxRecord is the longest record in bytes. A quote that is never closed would otherwise take the whole file into memory.
const maxRecord = 16 << 20

// window is the part of a file that is in memory, in UTF-8. It slides: what lies before start is forgotten.
type window struct {
	ctx      context.Context
	feed     *feed
	buf      []byte // kept from file to file
	start    int    // first byte not yet consumed
	end      int    // end of what was read
	dropped  int64  // bytes of the file before buf[0]
	last     bool   // nothing follows end
	err      error  // why nothing more can be read
	legacy   *[128]rune
	progress func(raw int64)
	raw      func(head []byte) error // looks at the first bytes of the file before they are recoded
}

// reset begins with another file.
func (w *window) reset(ctx context.Context, fd *feed, legacy *[128]rune, progress func(int64)) {
	*w = window{ctx: ctx, feed: fd, buf: w.buf[:cap(w.buf)], legacy: legacy, progress: progress}
}

// data returns what is there and not yet consumed.
func (w *window) data() []byte { return w.buf[w.start:w.end] }

// consume forgets n bytes.
func (w *window) consume(n int) { w.start += n }

// offset returns how many bytes of the unpacked file lie before the i-th byte of data. It says nothing for recoded files.
func (w *window) offset(i int) int64 { return w.dropped + int64(w.start+i) }

// grow reads until there are at least want unconsumed bytes, or the file ends. The data moves. Errors are those of the feed, and come
// again.
func (w *window) grow(want int) error {
	for !w.last && w.end-w.start < want {
		if w.err != nil {
			return w.err
		}
		c, ok, err := w.feed.next(w.ctx)
		if err != nil {
			w.err = err
			continue
		}
		if !ok {
			w.err = w.feed.err
			w.last = w.err == nil
			continue
		}
		if w.raw != nil {
			if w.err = w.raw(c.data); w.err != nil {
				w.feed.free <- c.data
				return w.err
			}
			w.raw = nil
		}
		w.take(c.data)
		w.feed.free <- c.data
		if w.progress != nil {
			w.progress(c.raw)
		}
	}
	return nil
}

// take appends a chunk, after making room for it.
func (w *window) take(data []byte) {
	need := len(data)
	if w.legacy != nil {
		need *= utf8.UTFMax - 1 // all their characters lie in the plane that needs at most three bytes
	}
	if len(w.buf)-w.end < need {
		kept := w.data()
		if len(w.buf) < len(kept)+need {
			bigger := make([]byte, max(2*len(w.buf), len(kept)+need, 2*chunkSize))
			copy(bigger, kept)
			w.buf = bigger
		} else {
			copy(w.buf, kept)
		}
		w.dropped += int64(w.start)
		w.start, w.end = 0, len(kept)
	}
	if w.legacy == nil {
		w.end += copy(w.buf[w.end:], data)
		return
	}
	w.end += recode(w.buf[w.end:], data, w.legacy)
}

// recode writes text of a one-byte encoding as UTF-8. A byte without a meaning is copied, so that the check of UTF-8 finds it.
func recode(dst, src []byte, upper *[128]rune) int {
	n := 0
	for _, b := range src {
		switch {
		case b < utf8.RuneSelf:
			dst[n] = b
			n++
		case upper[b-128] == 0:
			dst[n] = b
			n++
		default:
			n += utf8.EncodeRune(dst[n:], upper[b-128])
		}
	}
	return n
}
