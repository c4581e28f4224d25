package spec

import "strings"

// mapper reads a scalar again, as the YAML library did, and notes where each rune of its value came from. It is led by the known
// value, so it needs no rule for where a scalar ends, and it notices when it has lost its way.
type mapper struct {
	c     *cursor
	value []rune
	spots []spot // where each rune begins
	ends  []spot // the spot behind each rune
	lost  bool
}

// spots returns, for each rune of the value, the spot where it begins in the file and the one behind it. A line break that became a
// blank or a newline stands at the end of its line. ok is false when the text in the file does not give this value. The way is gone
// once, whatever is asked later.
func (s *scalar) spots(value string) (spots, ends []spot, ok bool) {
	m := &s.all
	s.once.Do(func() {
		m.c, m.value = s.file.cursor(s.start.line, s.start.col), []rune(value)
		switch s.style {
		case literal, folded:
			m.block(s.style == folded)
		case singleQuoted, doubleQuoted:
			m.c.next()
			m.flow(m.singleOrDouble(s.style))
		default:
			m.flow(m.one)
		}
	})
	return m.spots, m.ends, !m.lost && len(m.spots) == len(m.value)
}

func (m *mapper) done() bool { return m.lost || len(m.spots) >= len(m.value) }

// one takes the rune under the cursor.
func (m *mapper) one() { m.take(m.c.rune(), 1) }

// take notes the next rune of the value as written by the next n runes of the file. want 0 is any rune.
func (m *mapper) take(want rune, n int) {
	if m.done() || want != 0 && m.value[len(m.spots)] != want {
		m.lost = true
		return
	}
	begin := m.c.spot()
	for ; n > 0; n-- {
		m.c.next()
	}
	m.spots = append(m.spots, begin)
	m.ends = append(m.ends, m.c.spot())
}

// put notes a rune that line breaks were folded into.
func (m *mapper) put(r rune, at spot) {
	if m.done() || m.value[len(m.spots)] != r {
		m.lost = true
		return
	}
	m.spots = append(m.spots, at)
	m.ends = append(m.ends, spot{at.line, at.col + 1})
}

// singleOrDouble returns the step over one written character of a quoted scalar.
func (m *mapper) singleOrDouble(s style) func() {
	if s == singleQuoted {
		return func() {
			if m.c.rune() == '\'' {
				m.take('\'', 2)
				return
			}
			m.one()
		}
	}
	digits := map[rune]int{'x': 2, 'u': 4, 'U': 8}
	return func() {
		if m.c.rune() != '\\' {
			m.one()
			return
		}
		escaped := m.c.f.cursor(m.c.line, m.c.col+1)
		if escaped.rune() == 0 { // the break itself is written away, and only blank lines after it count
			m.c.next()
			m.fold(true)
			return
		}
		m.take(0, 2+digits[escaped.rune()])
	}
}

// flow reads a plain or quoted scalar. Blanks count only between two characters of one line.
func (m *mapper) flow(step func()) {
	for !m.done() {
		ahead := *m.c
		ahead.skipBlanks()
		if ahead.rune() == 0 {
			m.fold(false)
			continue
		}
		for m.c.at < ahead.at && !m.done() {
			m.one()
		}
		if !m.done() {
			step()
		}
	}
}

// fold goes to the next text. One break is a blank, and of more breaks all but the first are newlines; after an escaped break nothing
// stands for the first.
func (m *mapper) fold(escaped bool) {
	breaks := []spot{m.c.spot()} // blanks before the first mean nothing
	for {
		m.c.skipBlanks()
		if m.c.rune() != 0 {
			break
		}
		if len(breaks) > 1 {
			breaks[len(breaks)-1] = m.c.spot()
		}
		if !m.c.nextLine() {
			m.lost = true
			return
		}
		breaks = append(breaks, m.c.spot())
	}
	breaks = breaks[:len(breaks)-1] // the last line has text
	if len(breaks) == 1 && !escaped {
		m.put(' ', breaks[0])
		return
	}
	for _, at := range breaks[min(1, len(breaks)):] {
		m.put('\n', at)
	}
}

// block reads a literal or folded block scalar; the cursor stands at its indicator.
func (m *mapper) block(fold bool) {
	if !m.c.nextLine() {
		m.lost = len(m.value) > 0
		return
	}
	indent := m.indent()
	var breaks []spot // of blank lines since the last text
	var lineBreak []spot
	wasDeep := false
	for !m.done() {
		if !m.skipIndent(indent) {
			break // the line belongs to what follows the scalar
		}
		if m.c.rune() == 0 {
			breaks = append(breaks, m.c.spot())
			if !m.c.nextLine() {
				break
			}
			continue
		}
		deep := m.c.rune() == ' ' || m.c.rune() == '\t'
		if fold && !deep && !wasDeep && len(lineBreak) > 0 {
			if len(breaks) == 0 {
				m.put(' ', lineBreak[0])
			}
		} else {
			m.newlines(lineBreak)
		}
		m.newlines(breaks)
		for m.c.rune() != 0 && !m.done() {
			m.one()
		}
		lineBreak, breaks, wasDeep = []spot{m.c.spot()}, nil, deep
		if !m.c.nextLine() {
			break
		}
	}
	m.tail(append(lineBreak, breaks...))
}

// tail notes the newlines at the end that the chomping left over.
func (m *mapper) tail(breaks []spot) {
	for _, b := range breaks {
		if m.done() {
			return
		}
		m.put('\n', b)
	}
}

func (m *mapper) newlines(at []spot) {
	for _, s := range at {
		if !m.done() {
			m.put('\n', s)
		}
	}
}

// skipIndent goes over the indentation; false when the line has less of it and yet holds text.
func (m *mapper) skipIndent(indent int) bool {
	for i := 0; i < indent; i++ {
		if m.c.rune() != ' ' {
			return m.c.rune() == 0
		}
		m.c.next()
	}
	return true
}

// indent returns the indentation of a block scalar: the blanks before its first text in the file, less those that are part of the
// value (as after an indentation indicator). Where the value is nothing but blanks, a line of it is told by its length.
func (m *mapper) indent() int {
	n, blanks := m.c.line, -1
	for line := range strings.SplitSeq(string(m.value), "\n") {
		if kept := leadingBlanks(line); kept >= 0 {
			for n <= len(m.c.f.lines) && leadingBlanks(m.c.f.line(n)) < 0 {
				n++
			}
			return max(leadingBlanks(m.c.f.line(n))-kept, 0)
		}
		if line != "" && blanks < 0 {
			blanks = max(len(m.c.f.line(n))-len(line), 0)
		}
		n++
	}
	return max(blanks, 0)
}

// leadingBlanks returns -1 for a line of nothing but blanks.
func leadingBlanks(line string) int {
	trimmed := strings.TrimLeft(line, " ")
	if trimmed == "" {
		return -1
	}
	return len(line) - len(trimmed)
}
