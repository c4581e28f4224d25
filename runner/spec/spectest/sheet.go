// Package spectest writes random YAML of which it knows where each character of each value stands. Tests hold the places of findings
// against it: nothing here reads YAML.
package spectest

import (
	"math/rand"
	"strings"
)

// Spot is one character of a text: line and column from 1, in runes. A byte order mark and carriage returns are not counted.
type Spot struct{ Line, Col int }

// Style is how a scalar is written.
type Style int

// The styles of YAML.
const (
	Plain Style = iota
	Single
	Double
	Literal
	Folded
)

// Styles are all of them.
var Styles = []Style{Plain, Single, Double, Literal, Folded}

// String returns the name of the style.
func (s Style) String() string {
	return [...]string{"plain", "single-quoted", "double-quoted", "literal", "folded"}[s]
}

// Scalar is a value that was written, and where. Spots and Ends have an entry for each rune of the value: where what stands for it begins,
// and the spot behind that. What stands for a line break that was folded is the end of a line.
type Scalar struct {
	Value       string
	Style       Style
	Spots, Ends []Spot
	Begin, End  Spot // of the whole: quotes included; of a block its text without blanks around it
}

// Place returns where the runes from (inclusive) to to (exclusive) begin and end. There must be one at least.
func (s Scalar) Place(from, to int) (begin, end Spot) {
	begin, end = s.Spots[from], s.Ends[to-1]
	if end.Line == begin.Line && end.Col <= begin.Col {
		end.Col = begin.Col + 1
	}
	return begin, end
}

// Sheet is a text that grows, and knows where its end is.
type Sheet struct {
	r         *rand.Rand
	b         strings.Builder
	line, col int
	newline   string
	keeps     bool // a block stands before that takes all blank lines that follow
}

// NewSheet starts an empty text; the dice decide how its lines end, and whether it begins with a byte order mark.
func NewSheet(r *rand.Rand) *Sheet {
	s := &Sheet{r: r, line: 1, col: 1, newline: "\n"}
	if s.one(4) {
		s.newline = "\r\n"
	}
	if s.one(8) {
		s.b.WriteString("\ufeff")
	}
	return s
}

// String returns the text.
func (s *Sheet) String() string { return s.b.String() }

// Write adds a text as it is, but for the form of its line ends.
func (s *Sheet) Write(text string) {
	for _, c := range text {
		if c == '\n' {
			s.b.WriteString(s.newline)
			s.line, s.col = s.line+1, 1
			continue
		}
		s.b.WriteRune(c)
		s.col++
	}
}

func (s *Sheet) spot() Spot { return Spot{s.line, s.col} }

// one is true once in n times.
func (s *Sheet) one(n int) bool { return s.r.Intn(n) == 0 }

func (s *Sheet) pick(words ...string) string { return words[s.r.Intn(len(words))] }

// note records what stands for the next rune of a value: what write writes.
func (s *Sheet) note(out *Scalar, text string) {
	out.Spots = append(out.Spots, s.spot())
	s.Write(text)
	out.Ends = append(out.Ends, s.spot())
}

// noteBreak records a rune that the end of a line stands for.
func noteBreak(out *Scalar, at Spot) {
	out.Spots = append(out.Spots, at)
	out.Ends = append(out.Ends, Spot{at.Line, at.Col + 1})
}
