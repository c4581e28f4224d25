package expression

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// syntax reports why the parser refused the text. A word of SQL is named as such wherever it stands, because what the parser says
// about it is of little help.
func (c *checker) syntax(err error, what string) {
	if len(c.src.tokens) == 0 && strings.TrimSpace(string(c.src.runes)) == "" {
		c.fault(badSyntax, c.src.all(), "", "the %s is empty", what)
		return
	}
	if c.sqlism() {
		return
	}
	at, message := c.src.all(), err.Error()
	var e *file.Error
	if errors.As(err, &e) {
		at, message = span{e.From, e.To}, e.Message
	}
	at = span{min(at.from, len(c.src.runes)), min(max(at.to, at.from), len(c.src.runes))}
	hint := c.oddName()
	switch {
	case strings.Contains(message, "exceeds maximum allowed nodes"):
		c.fault(tooComplex, c.src.all(), "split it into several", "the %s has too many parts", what)
		return
	case strings.Contains(message, "cannot be mixed"):
		message, hint = "?? cannot be mixed with other operators", "write parentheses: (a ?? b) >= 0"
	case strings.HasPrefix(message, "bad number syntax"):
		at = c.word(at)
		message = "bad number " + quoted(c.src.slice(at.from, at.to))
		if hint == "" {
			hint = `a column whose name begins with a digit is written $env["2x"]`
		}
	case strings.HasPrefix(message, "invalid integer literal"), strings.HasPrefix(message, "integer literal"):
		at, message, hint = c.numberBefore(at), "the whole number does not fit into 64 bits", "write it with a point and a zero: 1.0"
	case strings.HasPrefix(message, "invalid"), strings.HasPrefix(message, "float literal"):
		at, message = c.numberBefore(at), "the number is out of range"
	case strings.HasPrefix(message, "unexpected token"):
		at, message = c.unexpected(at)
	case strings.HasPrefix(message, "literal not terminated"):
		at, message = c.unterminated(), "the text has no closing quote"
	case strings.HasPrefix(message, "invalid char escape"), strings.HasPrefix(message, "unable to unescape"):
		message, hint = "unknown escape in the text", "write a backslash twice, or quote the text with backticks"
	}
	c.fault(badSyntax, at, hint, "%s", strings.ToLower(message[:1])+message[1:])
}

func quoted(s string) string { return `"` + s + `"` }

// unexpected describes the token at a place.
func (c *checker) unexpected(at span) (span, string) {
	i, ok := c.src.starts[at.from]
	if !ok || at.to <= at.from || c.src.tokens[i].To != at.to {
		end := len(c.src.runes)
		return span{max(end-1, 0), end}, "unexpected end"
	}
	return at, "unexpected " + quoted(c.src.slice(at.from, at.to))
}

// unterminated is the text from the last quote that opens one.
func (c *checker) unterminated() span {
	from := 0
	if n := len(c.src.tokens); n > 0 {
		from = c.src.tokens[n-1].To
	}
	for from < len(c.src.runes)-1 && strings.ContainsRune(" \t\r\n", c.src.runes[from]) {
		from++
	}
	return span{from, len(c.src.runes)}
}

// word widens at to the letters and digits before it.
func (c *checker) word(at span) span {
	for at.from > 0 && strings.ContainsRune("0123456789_.", c.src.runes[at.from-1]) {
		at.from--
	}
	for at.to < len(c.src.runes) && !strings.ContainsRune(" \t\r\n()[]{}<>=!+-*/%,", c.src.runes[at.to]) {
		at.to++
	}
	return at
}

// numberBefore finds the number that the parser complains about: it points at the token after it.
func (c *checker) numberBefore(at span) span {
	for i := len(c.src.tokens) - 1; i >= 0; i-- {
		if t := c.src.tokens[i]; t.Is(lexer.Number) && t.From <= at.from && t.To <= max(at.from, at.to) {
			return span{t.From, t.To}
		}
	}
	return at
}

// oddName is the hint for a column whose name is no identifier but stands bare in the text.
func (c *checker) oddName() string {
	for _, col := range c.env.Columns {
		if !identifier(col.Name) && col.Name != "" && strings.Contains(string(c.src.runes), col.Name) {
			return "write the column as " + Spelling(col.Name)
		}
	}
	return ""
}

// sqlWords are words of SQL that people write by habit, with the message and what to write instead.
var sqlWords = map[string]string{
	"between": `write "low <= x <= high", or "x in 1..10" for whole numbers`,
	"like":    `write "startsWith", "endsWith", "contains", or "matches" with a regular expression`,
	"ilike":   `write lower(x) and "startsWith", "endsWith" or "contains"`,
	"is":      `write "x == nil" or "x != nil"`,
	"and":     `write "and"`,
	"or":      `write "or"`,
	"not":     `write "not"`,
	"in":      `write "in"`,
	"case":    `write "condition ? this : that"`,
	"when":    `write "condition ? this : that"`,
	"div":     `write floor(a / b)`,
	"mod":     `write "a % b"`,
	"select":  "a rule is one expression over the columns of a row",
}

// sqlism reports the first habit from SQL, if there is one.
func (c *checker) sqlism() bool {
	for i, t := range c.src.tokens {
		at := span{t.From, t.To}
		next := c.src.token(i + 1)
		touching := next.From == t.To
		hint, message := "", ""
		switch {
		case t.Is(lexer.Operator, "="):
			message, hint = `"=" does not compare`, `write "=="`
		case t.Is(lexer.Operator, "<") && next.Is(lexer.Operator, ">") && touching:
			at.to = next.To
			message, hint = `"<>" is SQL`, `write "!="`
		case t.Is(lexer.Operator, "::"):
			message, hint = `"::" is SQL`, "there are no casts; number(x) and date(x) read text"
		case t.Is(lexer.Identifier) && sqlWords[strings.ToLower(t.Value)] != "" && !c.isColumn(t.Value) && !next.Is(lexer.Bracket, "("):
			message, hint = quoted(t.Value)+" is SQL", c.rewrite(i)
		case t.Is(lexer.Operator, "in") && next.Is(lexer.Bracket, "(") && c.tupleAt(i+1):
			at = span{next.From, c.src.tokens[c.src.match[i+1]].To}
			message, hint = "a list stands in square brackets", "write "+"["+c.src.slice(next.To, at.to-1)+"]"
		case t.Is(lexer.Bracket, "(") && next.Is(lexer.Operator, "*") && c.src.token(i+2).Is(lexer.Bracket, ")"):
			at = span{c.src.token(i - 1).From, c.src.token(i + 2).To}
			message, hint = quoted(c.src.slice(at.from, at.to))+" is SQL", "write row_count()"
		case t.Is(lexer.String) && next.Is(lexer.String) && touching:
			at.to = next.To
			message, hint = "two quotes do not make one", `write \' inside '...', or quote the text with "..."`
		default:
			continue
		}
		c.fault(badSyntax, at, hint, "%s", message)
		return true
	}
	return false
}

func (c *checker) isColumn(name string) bool {
	for _, col := range c.env.Columns {
		if col.Name == name {
			return true
		}
	}
	return false
}

// tupleAt tells whether the bracket at i holds a comma of its own.
func (c *checker) tupleAt(i int) bool {
	end, ok := c.src.match[i]
	for j := i + 1; ok && j < end; j++ {
		if partner, bracket := c.src.match[j]; bracket {
			j = partner
		} else if c.src.tokens[j].Is(lexer.Operator, ",") {
			return true
		}
	}
	return false
}

// rewrite says what to write instead of the word of SQL at i, with the operands of the text where they are single tokens.
func (c *checker) rewrite(i int) string {
	word := strings.ToLower(c.src.tokens[i].Value)
	x, low, and, high := c.src.token(i-1), c.src.token(i+1), c.src.token(i+2), c.src.token(i+3)
	text := func(t lexer.Token) string { return c.src.slice(t.From, t.To) }
	operand := func(t lexer.Token) bool { return t.Is(lexer.Identifier) || t.Is(lexer.Number) || t.Is(lexer.String) }
	switch {
	case word == "between" && operand(x) && operand(low) && operand(high) && strings.EqualFold(and.Value, "and"):
		return "write " + quoted(text(low)+" <= "+text(x)+" <= "+text(high))
	case word == "is" && operand(x) && strings.EqualFold(low.Value, "null"):
		return "write " + quoted(text(x)+" == nil")
	case word == "is" && operand(x) && strings.EqualFold(low.Value, "not"):
		return "write " + quoted(text(x)+" != nil")
	}
	return sqlWords[word]
}
