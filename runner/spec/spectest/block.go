package spectest

import (
	"fmt"
	"strings"
)

// block writes a literal or folded scalar: its header, its lines and as many blank lines as its chomping makes of its last line breaks.
// The text ends at the beginning of a line.
func (s *Sheet) block(out *Scalar, at Around) {
	body := strings.TrimRight(out.Value, "\n")
	kept := len(out.Value) - len(body)
	b := blockText{s, out, strings.Repeat(" ", max(at.Indent, 0)+1+s.r.Intn(4))}
	head := map[Style]string{Literal: "|", Folded: ">"}[out.Style]
	number, chomp := "", map[int]string{0: "-", 1: ""}[min(kept, 2)]
	if needsNumber(body) || s.one(4) {
		number = fmt.Sprint(len(b.indent) - max(at.Indent, 0))
	}
	trailing := s.r.Intn(3) // blank lines that do not count
	if kept > 1 || kept == 1 && s.one(3) {
		chomp, trailing = "+", kept-1
	}
	s.keeps = chomp == "+"
	if s.one(2) {
		head += number + chomp
	} else {
		head += chomp + number
	}
	s.Write(head + s.pick("", "", " ", " # a note", "\t# note: |"))
	s.Write("\n")
	b.lines(strings.Split(body, "\n"))
	if kept > 0 {
		noteBreak(out, s.spot())
	}
	s.Write("\n")
	for i := range trailing {
		s.Write(b.indent[:s.r.Intn(len(b.indent)+1)])
		if i+1 < kept {
			noteBreak(out, s.spot())
		}
		s.Write("\n")
	}
	out.whole()
}

// needsNumber tells whether the indentation cannot be seen from the first line of text.
func needsNumber(body string) bool {
	for _, l := range strings.Split(body, "\n") {
		if l != "" {
			return blank(rune(l[0]))
		}
	}
	return false
}

// whole sets the place of the whole text.
func (out *Scalar) whole() {
	runes := []rune(out.Value)
	first, last := 0, len(runes)-1
	for first < last && (blank(runes[first]) || runes[first] == '\n') {
		first++
	}
	for last > first && (blank(runes[last]) || runes[last] == '\n') {
		last--
	}
	out.Begin, out.End = out.Place(first, last+1)
}

type blockText struct {
	*Sheet
	out    *Scalar
	indent string
}

// lines writes the lines of a value. In a folded scalar one line break more than in the value stands between two lines that do not
// begin with a blank.
func (b *blockText) lines(lines []string) {
	deep, begun := false, false
	var end Spot // of the last line that was not empty
	var empty int
	for _, l := range lines {
		if l == "" {
			empty++
			continue
		}
		isDeep := blank(rune(l[0]))
		switch {
		case !begun:
			b.empty(empty)
		case b.out.Style == Literal || deep || isDeep:
			noteBreak(b.out, end)
			b.Write("\n")
			b.empty(empty)
		default:
			b.Write("\n")
			b.empty(empty + 1)
		}
		b.Write(b.indent)
		b.line([]rune(l), b.out.Style == Folded && !isDeep)
		deep, begun, end, empty = isDeep, true, b.spot(), 0
	}
}

// empty writes n blank lines, each of which is a line break of the value.
func (b *blockText) empty(n int) {
	for range n {
		b.Write(b.indent[:b.r.Intn(len(b.indent)+1)])
		noteBreak(b.out, b.spot())
		b.Write("\n")
	}
}

// line writes one line of a value; where it may be folded, some of its blanks become line ends.
func (b *blockText) line(runes []rune, fold bool) {
	for i, c := range runes {
		if fold && c == ' ' && i > 0 && i+1 < len(runes) && !blank(runes[i+1]) && b.one(4) {
			noteBreak(b.out, b.spot())
			b.Write("\n" + b.indent)
			continue
		}
		b.note(b.out, string(c))
	}
}
