package source

import (
	"strconv"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// shown is how many characters of a cell a message quotes.
const shown = 60

// damage is what is wrong with a file as a whole. It is an error, so that the layers that find it can hand it up.
type damage struct {
	line, col int // zero: where the reader stands
	message   string
	hint      string
}

// Error returns the message.
func (d *damage) Error() string { return d.message }

// bad says why a text is no value of a type: `age "x" REASON: DETAIL`. The detail may repeat parts of the text, so it is left out for
// masked columns.
type bad struct {
	reason string
	detail string
	hint   string
	empty  bool // the cell is NULL: there is no text to show
}

func (b *bad) message(column, text string, mask bool) string {
	if b.empty {
		return "column " + quote(column) + " " + b.reason
	}
	if mask {
		return column + " " + quote(model.Masked) + " " + b.reason
	}
	out := column + " " + quote(text) + " " + b.reason
	if b.detail != "" {
		out += ": " + b.detail
	}
	return out
}

// faults collects what is wrong, up to a limit. more says that there was something beyond it.
type faults struct {
	list diag.List
	max  int
	more bool
}

func (f *faults) add(d diag.Diagnostic) {
	if len(f.list) >= f.max {
		f.more = true
		return
	}
	f.list.Add(d)
}

// quote makes a text fit for a message: in quotes, on one line, and not longer than some characters.
func quote(text string) string {
	n := 0
	for i := range text {
		if n == shown {
			return strconv.Quote(text[:i] + "…")
		}
		n++
	}
	return strconv.Quote(text)
}

// plural returns "1 field", "2 fields".
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
