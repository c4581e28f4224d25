package cli

import (
	"context"
	"io"
	"strings"
	"testing"
)

// Only yes is a yes.
func TestAskedTakesOnlyYes(t *testing.T) {
	for answer, want := range map[string]bool{"yes\n": true, " yes \r\n": true, "yes": true, "y\n": false, "Yes\n": false, "\n": false, "": false, "no\nyes\n": false} {
		if got := asked(context.Background(), strings.NewReader(answer), io.Discard, ""); got != want {
			t.Errorf("%q: %v", answer, got)
		}
	}
}

// An interrupt ends the question, although nobody types a line.
func TestAskedEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	in, never := io.Pipe()
	defer func() { _ = never.Close() }()
	if asked(ctx, in, io.Discard, "") {
		t.Error("an interrupt is not a yes")
	}
}
