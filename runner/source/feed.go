package source

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	chunkSize  = 128 << 10 // bytes handed over at once
	chunkCount = 4         // chunks on their way
	// maxUnpackWindow limits what zstd may keep in memory: files packed with a longer history are refused.
	maxUnpackWindow = 32 << 20
)

// feed reads one file ahead of the parser, in a goroutine of its own: read, hash, unpack. The buffers go round and are not made anew.
type feed struct {
	full chan chunk
	free chan []byte
	quit chan struct{}
	done chan struct{}
	size int // of a chunk, when it has to be made

	packed bool // of the goroutine until the first chunk is handed over

	// of the goroutine until full is closed
	err error  // why reading ended; nil at the end of the file, *damage for packed data that does not hold
	sum string // sha256 of the raw bytes, when all were read
	raw int64  // raw bytes read
}

// chunk is some unpacked text, and how many raw bytes were read up to its end.
type chunk struct {
	data []byte
	raw  int64
}

// newBuffers returns the ring of buffers that several feeds use one after another.
func newBuffers() chan []byte {
	free := make(chan []byte, chunkCount)
	for range chunkCount {
		free <- nil // made when first needed: most files are smaller than all of them
	}
	return free
}

func newFeed(f io.ReadCloser, free chan []byte, size int) *feed {
	fd := &feed{full: make(chan chunk, chunkCount), free: free, quit: make(chan struct{}), done: make(chan struct{}), size: size}
	go fd.run(f)
	return fd
}

// next returns the next chunk, whose data must be given back to free. ok is false at the end, and the fields of the feed can be read.
func (fd *feed) next(ctx context.Context) (c chunk, ok bool, err error) {
	select {
	case c, ok = <-fd.full:
		return c, ok, nil
	case <-ctx.Done():
		return chunk{}, false, ctx.Err()
	}
}

// stop ends reading. It waits until the file is closed, unless ctx is over: a read that hangs must not hold up an interrupt.
func (fd *feed) stop(ctx context.Context) {
	close(fd.quit)
	select {
	case <-fd.done:
	case <-ctx.Done():
		return
	}
	for c := range fd.full {
		fd.free <- c.data
	}
}

func (fd *feed) run(f io.ReadCloser) {
	defer close(fd.done)
	defer f.Close() // nothing was written, so its error says nothing
	defer close(fd.full)
	raw := &hashing{in: f, hash: sha256.New()}
	ahead := bufio.NewReaderSize(raw, fd.size)
	text, closeText, err := unpack(ahead)
	if err == nil {
		fd.packed = text != io.Reader(ahead)
		err = fd.pump(text, raw)
		closeText()
	}
	if err == nil && raw.err == nil {
		_, err = io.Copy(io.Discard, ahead) // what follows the packed data still belongs to the file
	}
	switch {
	case raw.err != nil:
		fd.err = raw.err
	case errors.Is(err, errQuit):
	case err != nil:
		fd.err = err
	default:
		fd.sum = hex.EncodeToString(raw.hash.Sum(nil))
	}
	fd.raw = raw.n
}

// errQuit says that nobody wants more.
var errQuit = errors.New("stopped")

func (fd *feed) pump(text io.Reader, raw *hashing) error {
	for {
		var buf []byte
		select {
		case buf = <-fd.free:
		case <-fd.quit:
			return errQuit
		}
		if buf == nil {
			buf = make([]byte, fd.size)
		}
		n, err := io.ReadFull(text, buf[:cap(buf)])
		select {
		case fd.full <- chunk{buf[:n], raw.n}:
		case <-fd.quit:
			fd.free <- buf
			return errQuit
		}
		if errors.Is(err, io.EOF) || err == io.ErrUnexpectedEOF && !truncated(text) { // ReadFull's own way to say that it is the end
			return nil
		}
		if err != nil {
			return unpackDamage(kindOf(text), err)
		}
	}
}

// unpacked is a packed stream. It remembers how the unpacker ended, because io.ReadFull turns an end into the error that the
// unpackers have for data that is cut off.
type unpacked struct {
	in   io.Reader
	kind string
	err  error
}

// Read unpacks.
func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.in.Read(p)
	if err != nil && err != io.EOF {
		u.err = err
	}
	return n, err
}

func kindOf(text io.Reader) string {
	if u, ok := text.(*unpacked); ok {
		return u.kind
	}
	return "packed"
}

func truncated(text io.Reader) bool {
	u, ok := text.(*unpacked)
	return ok && u.err != nil
}

// unpackDamage turns an unpacker's error into a fault of the file.
func unpackDamage(kind string, err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &damage{message: "the " + kind + " data is cut off: the file ends in the middle of it", hint: "copy the file again"}
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return &damage{message: "the " + kind + " data needs more than 32 MB of memory to unpack", hint: "pack it without --long"}
	}
	return &damage{message: "the " + kind + " data is damaged: " + err.Error(), hint: "copy the file again"}
}

// unpack looks at the first bytes, not at the name.
func unpack(in *bufio.Reader) (io.Reader, func(), error) {
	magic, _ := in.Peek(4) // a failure comes back at the next read
	switch {
	case len(magic) >= 2 && magic[0] == 0x1f && magic[1] == 0x8b:
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, unpackDamage("gzip", err)
		}
		return &unpacked{in: z, kind: "gzip"}, func() { z.Close() }, nil
	case string(magic) == "\x28\xb5\x2f\xfd":
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxUnpackWindow))
		if err != nil {
			return nil, nil, unpackDamage("zstd", err)
		}
		return &unpacked{in: z, kind: "zstd"}, z.Close, nil
	}
	return in, func() {}, nil
}

// hashing counts and hashes what passes, and remembers a failure to read, which the unpackers would hide in one of their own.
type hashing struct {
	in   io.Reader
	hash hash.Hash
	n    int64
	err  error
}

// Read reads and hashes.
func (h *hashing) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	h.hash.Write(p[:n]) // never fails
	h.n += int64(n)
	if err != nil && err != io.EOF {
		h.err = err
	}
	return n, err
}
