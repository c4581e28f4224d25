// Package fix applies the fixes of findings to the texts of specs as far as a project is better for them, and shows what that changed.
package fix

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// Apply returns a text with the fixes in it, and which of them those are: of two that overlap the first in the list wins, and one that lies
// outside of the text is left out. What no fix speaks of stays as it is to the byte: line ends, a byte order mark, blanks.
func Apply(text []byte, fixes []diag.Fix) (out []byte, applied []diag.Fix) {
	type edit struct {
		from, to int
		with     string
	}
	var edits []edit
	lines := starts(text)
	for _, f := range fixes {
		from, ok := offset(text, lines, f.Line, f.Col)
		to, there := offset(text, lines, f.EndLine, f.EndCol)
		e := edit{from, to, f.Text}
		if !ok || !there || from > to || slices.ContainsFunc(edits, func(o edit) bool { return o.from < e.to && e.from < o.to || o.from == e.from }) {
			continue
		}
		edits, applied = append(edits, e), append(applied, f)
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	last := 0
	for _, e := range edits {
		out = append(append(out, text[last:e.from]...), e.with...)
		last = e.to
	}
	return append(out, text[last:]...), applied
}

// byteOrderMark is not counted by places.
var byteOrderMark = []byte("\ufeff")

// starts returns where each line begins. The mark at the beginning of a file is before its first line.
func starts(text []byte) []int {
	out := []int{0}
	if bytes.HasPrefix(text, byteOrderMark) {
		out[0] = len(byteOrderMark)
	}
	for i, b := range text {
		if b == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// offset is the byte at a line and a column, which is at most the end of the line.
func offset(text []byte, lines []int, line, col int) (int, bool) {
	if line < 1 || line > len(lines) || col < 1 {
		return 0, false
	}
	at := lines[line-1]
	for ; col > 1; col-- {
		rest := text[at:]
		if len(rest) == 0 || rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n")) {
			return 0, false
		}
		_, size := utf8.DecodeRune(rest)
		at += size
	}
	return at, true
}

// Old is what stands in a text where a fix is to be made.
func Old(text []byte, f diag.Fix) string {
	lines := starts(text)
	from, ok := offset(text, lines, f.Line, f.Col)
	to, there := offset(text, lines, f.EndLine, f.EndCol)
	if !ok || !there || from > to {
		return ""
	}
	return string(text[from:to])
}
