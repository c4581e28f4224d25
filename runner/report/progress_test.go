package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// clock is a time that moves a second with each look.
func clock() func() time.Time {
	at := time.Date(2024, 3, 1, 5, 6, 7, 0, time.UTC)
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

var news = []Event{
	{Phase: "start", Text: "embedded  shop"},
	{Phase: "stage", Subject: "clients", Done: 10, Total: 100, Rows: 1},
	{Phase: "stage", Subject: "clients", Done: 100, Total: 100, Rows: 2000, Ended: true},
	{Phase: "wait", Text: "run 6 holds clients"},
	{Phase: "publish", Ended: true},
}

func TestPlainProgressHasOneLinePerFinishedPhase(t *testing.T) {
	var b bytes.Buffer
	p := Plain(&b, clock())
	for _, e := range news {
		p.Event(e)
	}
	p.Close()
	golden(t, "progress", b.String())
}

func TestJSONLogHasOneObjectPerEvent(t *testing.T) {
	var b bytes.Buffer
	p := JSONLog(&b, clock())
	for _, e := range news {
		p.Event(e)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != len(news) {
		t.Fatalf("%d lines, want %d", len(lines), len(news))
	}
	for i, line := range lines {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v["phase"] != news[i].Phase || v["msg"] == "" || v["level"] != "INFO" {
			t.Errorf("line %d: %s", i, line)
		}
	}
}

func TestLiveWipesWhatItDrew(t *testing.T) {
	var b bytes.Buffer
	l := Live(&b, func() int { return 60 }, false, clock()).(*live)
	for _, e := range news[:2] {
		l.Event(e)
	}
	l.mu.Lock()
	lines := l.lines()
	l.draw(lines)
	l.mu.Unlock()
	l.Close()
	l.Close()
	if len(lines) != 1 || !strings.Contains(lines[0], "10%") || !strings.Contains(lines[0], "clients") {
		t.Errorf("lines %q", lines)
	}
	if !strings.HasSuffix(b.String(), "\x1b[1A\r\x1b[J") {
		t.Errorf("not wiped: %q", b.String())
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len([]rune(line)) > 75 {
			t.Errorf("too wide: %q", line)
		}
	}
}
