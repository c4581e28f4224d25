package expression

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// Limits of one expression. Postgres nests its own recursion as deep as the expression, so deep ones are refused long before its
// stack ends.
const (
	maxRunes = 10_000
	maxDepth = 200
	maxSQL   = 256 << 10
	// What all names of lets in one expression stand for. Each let can double the one before it, so that a short text means a tree without end.
	maxLetParts = 10_000
)

// source is the text of an expression with its tokens, to find out which part of it a node covers.
type source struct {
	runes  []rune
	tokens []lexer.Token // without the one for the end
	starts map[int]int   // rune offset of a token's start -> its index
	ends   map[int]int   // rune offset of a token's end -> its index
	match  map[int]int   // index of a bracket -> index of its partner
	depth  int           // of the brackets
	broken error         // why the rest behind the tokens is no token
}

func newSource(text string) *source {
	s := &source{runes: []rune(text), starts: map[int]int{}, ends: map[int]int{}, match: map[int]int{}}
	l := lexer.New()
	l.Reset(file.NewSource(text))
	var open []int
	for {
		t, err := l.Next()
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			s.broken = err
			return s
		case err != nil || t.Is(lexer.EOF):
			return s
		}
		i := len(s.tokens)
		s.tokens = append(s.tokens, t)
		s.starts[t.From], s.ends[t.To] = i, i
		switch {
		case t.Is(lexer.Bracket, "(", "[", "{"):
			open = append(open, i)
			s.depth = max(s.depth, len(open))
		case t.Is(lexer.Bracket) && len(open) > 0:
			s.match[i], s.match[open[len(open)-1]] = open[len(open)-1], i
			open = open[:len(open)-1]
		}
	}
}

// slice returns the text between two rune offsets.
func (s *source) slice(from, to int) string {
	from = min(max(from, 0), len(s.runes))
	return string(s.runes[from:min(max(to, from), len(s.runes))])
}

// end is where the last token ends.
func (s *source) end() int {
	if len(s.tokens) == 0 {
		return 0
	}
	return s.tokens[len(s.tokens)-1].To
}

// normal returns the text between two rune offsets, laid out as one would: texts that differ only in their blanks, lines and comments are
// the same.
func (s *source) normal(from, to int) string {
	var b strings.Builder
	var before lexer.Token
	for _, t := range s.tokens {
		if t.From < from || t.To > to {
			continue
		}
		apart := t.From > before.To && !before.Is(lexer.Bracket, "(", "[") && !t.Is(lexer.Bracket, ")", "]") && !t.Is(lexer.Operator, ",")
		if b.Len() > 0 && (apart || before.Is(lexer.Operator, ",")) {
			b.WriteByte(' ')
		}
		b.WriteString(s.slice(t.From, t.To))
		before = t
	}
	return b.String()
}

func (s *source) all() span { return span{0, len(s.runes)} }

// token returns the i-th token; beyond either end it is a token of no kind.
func (s *source) token(i int) lexer.Token {
	if i < 0 || i >= len(s.tokens) {
		return lexer.Token{}
	}
	return s.tokens[i]
}

// parse reads text and checks it. It returns nil after an error.
func (c *checker) parse(text, what string) *Node {
	c.src = newSource(text)
	switch {
	case !utf8.ValidString(text):
		c.fault(badSyntax, c.src.all(), "save the file as UTF-8", "the text of the %s is not UTF-8", what)
		return nil
	case len(c.src.runes) > maxRunes:
		c.fault(tooComplex, c.src.all(), "split it into several", "the %s has %d characters, and %d is the limit", what, len(c.src.runes), maxRunes)
		return nil
	case c.src.depth > maxDepth:
		c.fault(tooComplex, c.src.all(), "", "the %s has more than %d brackets inside each other", what, maxDepth)
		return nil
	}
	tree, err := parseSafely(text)
	if err != nil {
		if tree = c.recover(err, what); tree == nil {
			return nil
		}
	}
	c.prepare()
	root := c.node(tree)
	if root == nil || hasErrors(c.faults) {
		return nil
	}
	return root
}

// parseSafely turns a panic of the parser, which is not ours, into an error.
func parseSafely(text string) (node ast.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("cannot be read: %v", p)
		}
	}()
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, err
	}
	if tree.Node == nil {
		return nil, errors.New("cannot be read")
	}
	return tree.Node, nil
}
