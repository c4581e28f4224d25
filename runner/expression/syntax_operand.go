package expression

import (
	"slices"

	"github.com/expr-lang/expr/parser/lexer"
)

// Operands are found among tokens, because there is no tree of a text that cannot be parsed. They are values joined by arithmetic: what
// binds more tightly than a comparison.

var calculating = []string{"+", "-", "*", "/", "%", "**", "^", "??"}

func arithmeticToken(t lexer.Token) bool {
	return t.Is(lexer.Operator) && slices.Contains(calculating, t.Value)
}

// endsValue tells whether a value can end with a token.
func endsValue(t lexer.Token) bool {
	return t.Is(lexer.Identifier) || t.Is(lexer.Number) || t.Is(lexer.String) || t.Is(lexer.Bracket, ")", "]", "}")
}

// valueBefore returns the first token of the value that ends with token last, or -1.
func (s *source) valueBefore(last int) int {
	i := last
	for {
		t := s.token(i)
		switch {
		case t.Is(lexer.Bracket, ")", "]"):
			open, ok := s.match[i]
			if !ok {
				return -1
			}
			i = open
			if before := s.token(i - 1); before.Is(lexer.Identifier) || t.Value == "]" && before.Is(lexer.Bracket, ")", "]") {
				i--
				continue
			}
		case t.Is(lexer.Identifier), t.Is(lexer.String), t.Is(lexer.Number):
		default:
			return -1
		}
		if !s.token(i-1).Is(lexer.Operator, ".") && !s.token(i-1).Is(lexer.Operator, "?.") {
			return i
		}
		i -= 2
	}
}

// operandBefore returns the first token of the operand that ends with token last, or -1.
func (s *source) operandBefore(last int) int {
	first := s.valueBefore(last)
	for first > 0 && arithmeticToken(s.token(first-1)) {
		before := s.valueBefore(first - 2)
		if before < 0 {
			if s.token(first-1).Is(lexer.Operator, "-", "+") {
				return first - 1
			}
			return -1
		}
		first = before
	}
	return first
}

// operandAfter returns the last token of the operand that begins with token first, or -1.
func (s *source) operandAfter(first int) int {
	i := first
	for {
		for s.token(i).Is(lexer.Operator, "-", "+") {
			i++
		}
		switch t := s.token(i); {
		case t.Is(lexer.Bracket, "("), t.Is(lexer.Bracket, "["):
			end, ok := s.match[i]
			if !ok {
				return -1
			}
			i = end
		case t.Is(lexer.Identifier), t.Is(lexer.Number), t.Is(lexer.String):
		default:
			return -1
		}
		i = s.suffixes(i)
		if i < 0 || !arithmeticToken(s.token(i+1)) {
			return i
		}
		i += 2
	}
}

// suffixes returns the last token of the calls, indexes and members that follow a value, or -1.
func (s *source) suffixes(i int) int {
	for {
		switch next := s.token(i + 1); {
		case next.Is(lexer.Bracket, "("), next.Is(lexer.Bracket, "["):
			end, ok := s.match[i+1]
			if !ok {
				return -1
			}
			i = end
		case next.Is(lexer.Operator, ".") || next.Is(lexer.Operator, "?."):
			i += 2
		default:
			return i
		}
	}
}

// clause returns the part around token i that stands between brackets, commas and the words that join conditions. It may be empty.
func (s *source) clause(i int) span {
	ends := func(t lexer.Token) bool {
		return t.Is(lexer.Operator, "and") || t.Is(lexer.Operator, "or") || t.Is(lexer.Operator, "&&") || t.Is(lexer.Operator, "||") ||
			t.Is(lexer.Operator, ",") || t.Is(lexer.Operator, ";") || t.Is(lexer.Operator, "?") || t.Is(lexer.Operator, ":")
	}
	first := i
	for first > 0 {
		before := s.token(first - 1)
		if ends(before) || before.Is(lexer.Bracket, "(", "[", "{") {
			break
		}
		if open, ok := s.match[first-1]; ok {
			first = open
		} else {
			first--
		}
	}
	last := i // exclusive
	for last < len(s.tokens) && !ends(s.token(last)) && !s.token(last).Is(lexer.Bracket, ")", "]", "}") {
		if end, ok := s.match[last]; ok {
			last = end
		}
		last++
	}
	if last <= first {
		at := len(s.runes)
		if first < len(s.tokens) {
			at = s.tokens[first].From
		}
		return span{at, at}
	}
	return span{s.tokens[first].From, s.tokens[last-1].To}
}
