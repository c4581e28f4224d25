package serve

import (
	"log/slog"
	"os"
	"sync"
	"time"

	"streamflow/runner/feature"
)

// Recorder appends what was answered to a file, as lines of JSON that can be compared with history later (feature.AppendLog). It works beside
// the requests: when the disk is full or slow, lines are lost, counted and told, and requests go on.
type Recorder struct {
	path string
	log  *slog.Logger
	file *os.File

	mu      sync.Mutex
	queue   [][]byte
	bytes   int // in queue
	closed  bool
	written int64 // lines
	lost    int64

	wake  chan struct{}
	ended chan struct{}
	told  time.Time // when a loss was last told
	found time.Time // when the file was last looked for
}

const (
	mostQueued = 64 << 20         // bytes that wait for the disk at most
	tellLoss   = time.Minute      // how often a loss is told
	lookAgain  = 10 * time.Second // how often the file is looked for: it may have been moved away
)

// NewRecorder opens the file of a recorder and begins to write. A file that is there is appended to; only its owner may read a new one,
// because keys stand in it.
func NewRecorder(path string, log *slog.Logger) (*Recorder, error) {
	r := &Recorder{path: path, log: log, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	if err := r.open(); err != nil {
		return nil, err
	}
	go r.run()
	return r, nil
}

func (r *Recorder) open() (err error) {
	r.found = time.Now()
	r.file, err = os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	return err
}

// record takes an answer down. It never waits.
func (r *Recorder) record(a *feature.Answer, request feature.Request) {
	var lines []byte
	for i := range a.Rows {
		lines = a.AppendLog(lines, request, i)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(lines) == 0 {
		return
	}
	if r.closed || r.bytes+len(lines) > mostQueued {
		r.lost += int64(len(a.Rows))
		return
	}
	r.queue = append(r.queue, lines)
	r.bytes += len(lines)
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Close writes what is still waiting, and ends. It returns how many lines were lost in all.
func (r *Recorder) Close() (lost int64) {
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		close(r.wake)
	}
	r.mu.Unlock()
	<-r.ended
	_, lost = r.counts()
	return lost
}

// counts are how many lines were written and lost.
func (r *Recorder) counts() (written, lost int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.written, r.lost
}

// run writes what waits until the recorder is closed.
func (r *Recorder) run() {
	defer close(r.ended)
	for range r.wake {
		r.flush()
	}
	r.flush()
	_ = r.file.Close()
}

func (r *Recorder) flush() {
	r.mu.Lock()
	batch := r.queue
	r.queue, r.bytes = nil, 0
	r.mu.Unlock()
	for _, lines := range batch {
		n := int64(0)
		for _, c := range lines {
			if c == '\n' {
				n++
			}
		}
		err := r.write(lines)
		r.mu.Lock()
		if err == nil {
			r.written += n
		} else {
			r.lost += n
		}
		r.mu.Unlock()
		if err != nil && time.Since(r.told) > tellLoss {
			r.told = time.Now()
			_, lost := r.counts()
			r.log.Error("what is served cannot be logged; requests go on", "file", r.path, "lost", lost, "error", err)
		}
	}
}

// write appends lines, all or none: of what a full disk took a part of, the part is taken away again, so that no line is torn.
func (r *Recorder) write(lines []byte) error {
	if err := r.follow(); err != nil {
		return err
	}
	n, err := r.file.Write(lines)
	if err != nil && n > 0 {
		if info, e := r.file.Stat(); e == nil && info.Mode().IsRegular() {
			_ = r.file.Truncate(info.Size() - int64(n))
		}
	}
	return err
}

// follow opens the file anew when another stands under its name, or none: logs are rotated by moving them away.
func (r *Recorder) follow() error {
	if time.Since(r.found) < lookAgain {
		return nil
	}
	r.found = time.Now()
	there, err := os.Stat(r.path)
	ours, ourErr := r.file.Stat()
	if err == nil && ourErr == nil && os.SameFile(there, ours) {
		return nil
	}
	old := r.file
	if err := r.open(); err != nil {
		r.file = old
		return err
	}
	return old.Close()
}
