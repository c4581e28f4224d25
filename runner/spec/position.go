package spec

import (
	"strings"
	"sync"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// scalar is where a text stands in its file and how it is written there.
type scalar struct {
	file  *file
	style style
	start spot // the indicator of a block scalar, the quote of a quoted one, the first rune of a plain one
	once  sync.Once
	all   mapper // the way through value, once it was asked for
}

// spot is one rune of a file.
type spot struct{ line, col int }

// At returns the place of the runes from (inclusive) to to (exclusive) of the value in the file, however the scalar is written:
// plain, quoted with escapes, or as a block. Offsets out of range are clamped; from == to gives a place one character wide, so that
// it can be shown. A text that came from no file has the place of the whole.
func (s Str) At(from, to int) diag.Place {
	if s.text == nil {
		return s.Place
	}
	spots, ends, ok := s.text.spots(s.Value)
	if !ok || len(spots) == 0 {
		return s.Place
	}
	from = min(max(from, 0), len(spots))
	to = min(max(to, from), len(spots))
	if from == len(spots) {
		last := ends[from-1]
		return s.text.file.span(last.line, last.col, 1)
	}
	begin := spots[from]
	if to == from {
		return s.text.file.span(begin.line, begin.col, 1)
	}
	end := ends[to-1]
	if end.line == begin.line && end.col <= begin.col { // a line break alone has no width
		end.col = begin.col + 1
	}
	return diag.Place{File: s.text.file.path, Line: begin.line, Col: begin.col, EndLine: end.line, EndCol: end.col}
}

// locate finds the text behind the properties (&anchor, !tag) of a scalar node, which may stand on lines of their own. No scalar begins with
// & or ! itself. One that is empty has nothing but its properties to show.
func locate(f *file, n *node) *scalar {
	c := f.cursor(n.line, n.col)
	for n.value != "" || n.style != plain {
		if r := c.rune(); r != '&' && r != '!' {
			break
		}
		for r := c.rune(); r != 0 && r != ' ' && r != '\t'; r = c.rune() {
			c.next()
		}
		if !c.skipToText() {
			c = f.cursor(n.line, n.col)
			break
		}
	}
	return &scalar{file: f, style: n.style, start: c.spot()}
}

// skipToText goes over blanks, line breaks and comment lines.
func (c *cursor) skipToText() bool {
	for {
		c.skipBlanks()
		if r := c.rune(); r != 0 && r != '#' {
			return true
		}
		if !c.nextLine() {
			return false
		}
	}
}

// place returns the place of the whole value.
func (s *scalar) place(value string) diag.Place {
	if p, ok := s.simplePlace(value); ok {
		return p
	}
	spots, ends, ok := s.spots(value)
	if !ok || len(spots) == 0 {
		return s.file.span(s.start.line, s.start.col, 1)
	}
	begin, last := s.start, len(spots)-1
	if s.style == literal || s.style == folded {
		text := []rune(value)
		first := 0
		for first < last && blankRune(text[first]) {
			first++
		}
		for last > first && blankRune(text[last]) {
			last--
		}
		begin = spots[first]
	}
	end := ends[last]
	if s.style == singleQuoted || s.style == doubleQuoted {
		end = s.closing(end)
	}
	if end.line == begin.line && end.col <= begin.col {
		end.col = begin.col + 1
	}
	return diag.Place{File: s.file.path, Line: begin.line, Col: begin.col, EndLine: end.line, EndCol: end.col}
}

// closing returns the spot behind the closing quote, which follows the last rune of the value at once, or after blanks that were
// folded away.
func (s *scalar) closing(after spot) spot {
	c := s.file.cursor(after.line, after.col)
	for {
		switch r := c.rune(); {
		case r == '\'' || r == '"':
			return spot{c.line, c.col + 1}
		case r == '\\' || r == ' ' || r == '\t':
			c.next()
		case r != 0 || !c.nextLine():
			return after
		}
	}
}

// simplePlace handles what nearly all scalars are: text on one line without escapes.
func (s *scalar) simplePlace(value string) (diag.Place, bool) {
	quote := map[style]string{plain: "", singleQuoted: "'", doubleQuoted: `"`}
	q, ok := quote[s.style]
	if !ok {
		return diag.Place{}, false
	}
	rest := s.file.line(s.start.line)[s.file.offset(s.start.line, s.start.col):]
	if !strings.HasPrefix(rest, q) {
		return diag.Place{}, false
	}
	rest = rest[len(q):]
	if !strings.HasPrefix(rest, value) || q != "" && (strings.ContainsAny(value, `'"\`) || !strings.HasPrefix(rest[len(value):], q)) {
		return diag.Place{}, false
	}
	return s.file.span(s.start.line, s.start.col, utf8.RuneCountInString(value)+2*len(q)), true
}

func blankRune(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }
