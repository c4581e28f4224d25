package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Live draws bars on a terminal, repainted ten times a second, so that one sees how long the current step has taken. Close wipes
// them: the report that follows says the same and more. Width returns the terminal's columns, which may change.
func Live(w io.Writer, width func() int, colour bool, now func() time.Time) Progress {
	l := &live{w: w, width: width, p: palette(colour), now: now, stop: make(chan struct{}), gone: make(chan struct{})}
	go l.repaint()
	return l
}

type live struct {
	w          io.Writer
	width      func() int
	p          paint
	now        func() time.Time
	mu         sync.Mutex
	items      []*item
	drawn      int // lines on the screen
	once       sync.Once
	stop, gone chan struct{}
}

// item is one phase of one subject on the screen.
type item struct {
	Event
	started time.Time
	took    time.Duration
}

func (l *live) Event(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Phase == "start" || e.Phase == "note" { // the title and the report say it
		return
	}
	it := l.find(e)
	it.Event, it.took = e, l.now().Sub(it.started)
}

func (l *live) find(e Event) *item {
	for _, it := range l.items {
		if it.Phase == e.Phase && it.Subject == e.Subject {
			return it
		}
	}
	it := &item{started: l.now()}
	l.items = append(l.items, it)
	return it
}

func (l *live) repaint() {
	defer close(l.gone)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-tick.C:
			l.mu.Lock()
			l.draw(l.lines())
			l.mu.Unlock()
		}
	}
}

func (l *live) Close() {
	l.once.Do(func() {
		close(l.stop)
		<-l.gone
		l.draw(nil)
	})
}

// draw replaces what is on the screen. One write per frame, so that it does not flicker.
func (l *live) draw(lines []string) {
	if l.drawn == 0 && len(lines) == 0 {
		return
	}
	var b strings.Builder
	if l.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", l.drawn)
	}
	b.WriteString("\r\x1b[J")
	for _, s := range lines {
		b.WriteString(text.Trim(s, max(20, l.width()-1)) + "\n")
	}
	l.drawn = len(lines)
	_, _ = io.WriteString(l.w, b.String())
}

// lines sums up what is finished, one line per phase, and shows the rest one by one.
func (l *live) lines() []string {
	var out []string
	index := map[string]int{}
	var sums []item
	for _, it := range l.items {
		if !it.Ended {
			continue
		}
		i, known := index[it.Phase]
		if !known {
			i = len(sums)
			index[it.Phase] = i
			sums = append(sums, item{Event: Event{Phase: it.Phase}})
		}
		sums[i].Done++
		sums[i].Rows += it.Rows
		sums[i].took += it.took
	}
	for _, s := range sums {
		out = append(out, fmt.Sprintf("%s %-9s %-32s %s", l.p.green("✓"), s.Phase, fmt.Sprintf("%d done", s.Done), l.p.dim(outcome(s.Event, s.took))))
	}
	for _, it := range l.items {
		if !it.Ended {
			out = append(out, l.running(it))
		}
	}
	return out
}

const barWidth = 24

func (l *live) running(it *item) string {
	took := l.p.dim(seconds(l.now().Sub(it.started).Milliseconds()))
	head := fmt.Sprintf("%s %-9s %-32s ", l.p.cyan("›"), it.Phase, it.Subject)
	if it.Total <= 0 {
		return head + strings.TrimSpace(it.Text+"  "+took)
	}
	share := min(1, float64(it.Done)/float64(it.Total))
	full := int(share * barWidth)
	bar := l.p.cyan(strings.Repeat("━", full)) + l.p.dim(strings.Repeat("─", barWidth-full))
	rows := ""
	if it.Rows > 0 {
		rows = count(it.Rows, "row") + "  "
	}
	return fmt.Sprintf("%s%s %3.0f%%  %s%s", head, bar, share*100, rows, took)
}
