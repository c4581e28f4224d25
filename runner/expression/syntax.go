package expression

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// maxRepairs bounds the faults that are found in one text, and what copies made while repairing it may add.
const maxRepairs = 100

// recover reports why the parser refused a text, and repairs the text in memory so that what stands elsewhere is read as well. Habits
// from other languages are certain, so each is reported; of other faults the first, because those behind it may only follow from it. It
// returns nil when the text is beyond repair.
func (c *checker) recover(err error, what string) ast.Node {
	if len(c.src.tokens) == 0 && strings.TrimSpace(string(c.src.runes)) == "" {
		c.fault(badSyntax, c.src.all(), "", "the %s is empty", what)
		return nil
	}
	p := newPatch(c.src.runes)
	limit := 2*len(p.runes) + 1000
	said := false
	for range maxRepairs {
		c.patch, c.src = p, newSource(string(p.runes))
		h, ok := c.habit()
		if !ok {
			var tree ast.Node
			if tree, err = parseSafely(string(p.runes)); err == nil {
				return tree
			}
			h = c.slip(err, what)
			if said && h.guessed {
				h.message = ""
			}
			said = said || h.guessed
		}
		c.report(h)
		p = p.apply(h.edits)
		if len(h.edits) == 0 || len(p.runes) > limit {
			return nil
		}
	}
	return nil
}

// report makes the fault of a habit.
func (c *checker) report(h habit) {
	if h.message != "" {
		before := len(c.faults)
		c.fault(badSyntax, h.at, h.hint, "%s", h.message)
		if h.fix != nil && len(c.faults) > before {
			at := c.patch.place(span{h.fix.From, h.fix.To})
			c.faults[before].Fix = &Fix{From: at.from, To: at.to, Text: h.fix.Text}
		}
	}
	if h.guessed {
		at := h.at
		for _, e := range h.edits {
			at = span{min(at.from, e.at.from), max(at.to, e.at.to)}
		}
		c.doubtful = append(c.doubtful, c.patch.place(at))
	}
}

// slip says what the parser stumbled over, where that is no habit, and what the text may be read as.
func (c *checker) slip(err error, what string) habit {
	if c.src.broken != nil {
		err = c.src.broken
	}
	at, message := c.src.all(), err.Error()
	var e *file.Error
	if errors.As(err, &e) {
		at, message = span{e.From, e.To}, e.Message
	}
	at = span{min(at.from, len(c.src.runes)), min(max(at.to, at.from), len(c.src.runes))}
	if strings.Contains(message, "exceeds maximum allowed nodes") {
		c.fault(tooComplex, c.src.all(), "split it into several", "the %s has too many parts", what)
		return habit{}
	}
	h := habit{at: at, message: strings.ToLower(message[:1]) + message[1:], hint: c.oddName(at), guessed: true}
	switch {
	case c.src.broken != nil:
		c.lexical(&h)
	case strings.Contains(message, "cannot be mixed"):
		h.guessed, h.message, h.hint = false, "?? cannot be mixed with other operators", "write parentheses: (a ?? b) >= 0"
	case strings.HasPrefix(message, "invalid integer literal"), strings.HasPrefix(message, "integer literal"):
		h.at, h.message, h.hint = c.numberBefore(at), "the whole number does not fit into 64 bits", "write it with a point and a zero: 1.0"
		h.guessed, h.edits = false, []edit{put(h.at, hole)}
	case strings.HasPrefix(message, "invalid"), strings.HasPrefix(message, "float literal"):
		h.at, h.message = c.numberBefore(at), "the number is out of range"
		h.guessed, h.edits = false, []edit{put(h.at, hole)}
	case c.brackets(&h):
	case strings.HasPrefix(message, "expected at least"):
		c.tooFewArguments(&h)
	case strings.Contains(message, "map key must be"):
		h.message, h.hint = "there are no maps and no templates", "write a name without braces"
	case strings.HasPrefix(message, "unexpected"):
		c.unexpected(&h, what, strings.HasPrefix(message, "unexpected token EOF"))
	}
	if len(h.edits) == 0 && c.src.broken == nil {
		h.edits = c.skip(h.at)
	}
	return h
}

// tooFewArguments describes a call that the parser refuses itself, because it knows the function with more of them.
func (c *checker) tooFewArguments(h *habit) {
	for i, t := range c.src.tokens {
		open := i + 1
		end, ok := c.src.match[open]
		if !ok || !t.Is(lexer.Identifier) || h.at.from < c.src.token(open).From || h.at.to > c.src.token(end).To {
			continue
		}
		if rows, known := function(t.Value); known {
			at := c.tokens(i, end)
			*h = habit{at: at, message: t.Value + "() needs an argument", hint: "write " + signatures(rows), edits: []edit{put(at, " "+hole+" ")}}
		}
	}
}

// skip takes out the clause that a fault stands in.
func (c *checker) skip(at span) []edit {
	i := len(c.src.tokens)
	for k, t := range c.src.tokens {
		if t.To > at.from {
			i = k
			break
		}
	}
	out := c.src.clause(i)
	if strings.TrimSpace(c.shown(out)) == hole { // it was taken out already
		return nil
	}
	return []edit{put(out, " "+hole+" ")}
}

// lookalikes are characters that stand for an operator, or for a quote, where text was copied from.
var lookalikes = map[rune]string{'≠': "!=", '≤': "<=", '≥': ">=", '×': "*", '·': "*", '÷': "/", '−': "-", '–': "-", '“': `"`, '”': `"`, '„': `"`,
	'‘': "'", '’': "'", '~': "matches"}

// lexical describes what stands where no word, number, text or operator can begin.
func (c *checker) lexical(h *habit) {
	runes, next := c.src.runes, c.src.end()
	for next < len(runes)-1 && unicode.IsSpace(runes[next]) {
		next++
	}
	rest := span{next, len(runes)}
	switch {
	case strings.HasPrefix(h.message, "unrecognized character") && lookalikes[runes[next]] != "":
		at := span{next, next + 1}
		*h = replaced(at, "there is no operator "+quoted(c.shown(at)), lookalikes[runes[next]])
		if text := lookalikes[runes[next]]; strings.Contains(`"'`, text) {
			c.curlyQuotes(h, next, text)
		}
	case strings.HasPrefix(h.message, "unrecognized character") && unicode.Is(unicode.Cf, runes[next]):
		h.at = span{next, next + 1}
		h.message, h.hint = fmt.Sprintf("the character %U, which is not seen", runes[next]), "remove it"
		h.fix, h.edits = &Fix{From: next, To: next + 1}, []edit{put(h.at, "")}
	case strings.HasPrefix(h.message, "unrecognized character"):
		h.at = span{next, next + 1}
		h.message = "unexpected " + quoted(c.shown(h.at))
		h.edits = []edit{put(h.at, " ")}
	case strings.HasPrefix(h.message, "bad number"):
		h.at = c.word(h.at)
		h.message = "bad number " + quoted(c.shown(h.at))
		if h.hint == "" {
			h.hint = `a column whose name begins with a digit is written $env["2x"]`
		}
		h.guessed, h.edits = false, []edit{put(h.at, hole)}
	case strings.HasPrefix(h.message, "literal not terminated"):
		h.at, h.message = rest, "the text has no closing quote"
		h.edits = []edit{put(rest, hole)}
	case strings.HasPrefix(h.message, "invalid char escape"), strings.HasPrefix(h.message, "unable to unescape"):
		h.message, h.hint = "unknown escape in the text", "write a backslash twice, or quote the text with backticks"
		h.edits = []edit{put(rest, hole)}
	}
}

// curlyQuotes replaces the quotes of printed text, both at once.
func (c *checker) curlyQuotes(h *habit, from int, quote string) {
	*h = habit{at: span{from, from + 1}, message: quoted(c.src.slice(from, from+1)) + " is no quote", hint: "write a straight quote: " + quote}
	for i := from + 1; i < len(c.src.runes); i++ {
		if lookalikes[c.src.runes[i]] != quote {
			continue
		}
		h.at = span{from, i + 1}
		h.edits = []edit{put(span{from, from + 1}, quote), put(span{i, i + 1}, quote)}
		if inner := c.src.slice(from+1, i); !strings.ContainsAny(inner, quote+"\\") {
			h.fix = &Fix{From: from, To: i + 1, Text: quote + inner + quote}
		}
		return
	}
	h.guessed, h.edits = true, []edit{put(span{from, len(c.src.runes)}, hole)}
}

// brackets finds one that is not closed, or closes nothing. Where a missing one belongs cannot be known.
func (c *checker) brackets(h *habit) bool {
	for i, t := range c.src.tokens {
		if !t.Is(lexer.Bracket) {
			continue
		}
		partner, matched := c.src.match[i]
		opens := t.Is(lexer.Bracket, "(", "[", "{")
		closing := map[string]string{"(": ")", "[": "]", "{": "}"}
		switch {
		case !matched && opens:
			*h = habit{at: c.tokens(i, i), message: quoted(t.Value) + " is not closed", guessed: true}
			end := len(c.src.runes)
			h.edits = []edit{put(span{t.From, t.From}, " "+hole), put(span{t.From, t.To}, "("), put(span{end, end}, ")")}
			if t.Value == "(" {
				h.edits = h.edits[1:]
			}
		case !matched:
			*h = habit{at: c.tokens(i, i), message: quoted(t.Value) + " closes nothing", guessed: true, edits: []edit{put(c.tokens(i, i), " ")}}
		case opens && c.src.token(partner).Value != closing[t.Value]:
			shut := c.src.token(partner)
			*h = habit{at: c.tokens(partner, partner), message: quoted(shut.Value) + " closes a " + quoted(t.Value), guessed: true,
				edits: []edit{put(c.tokens(partner, partner), closing[t.Value])}}
		default:
			continue
		}
		return true
	}
	return false
}

// unexpected describes the token that the parser did not expect, or the end. The parser places the end on the last character, which may be
// a whole token.
func (c *checker) unexpected(h *habit, what string, end bool) {
	i, ok := c.src.starts[h.at.from]
	last := len(c.src.tokens) - 1
	if last < 0 {
		h.at, h.message = c.src.all(), "the "+what+" is empty"
		return
	}
	if end || !ok || h.at.to <= h.at.from || c.src.tokens[i].To != h.at.to {
		h.at, h.message = c.tokens(last, last), "the "+what+" ends too early"
		if n := len(c.src.runes); c.src.tokens[last].Is(lexer.Operator) {
			h.message = "nothing stands behind " + quoted(c.shown(h.at))
			h.edits = []edit{put(span{n, n}, " "+hole)}
			if c.src.tokens[last].Is(lexer.Operator, "%") && c.src.token(last-1).Is(lexer.Number) {
				h.hint = shareHint
			}
		}
		return
	}
	t, before := c.src.tokens[i], c.src.token(i-1)
	h.message = "unexpected " + quoted(c.shown(h.at))
	switch {
	case t.Is(lexer.Operator, "#"):
		h.message, h.hint = "there are no closures: # is nothing in a rule", "name the column"
	case i == last && t.Is(lexer.Operator, ";"):
		h.message, h.fix, h.edits = "a rule has no semicolon at its end", &Fix{From: h.at.from, To: h.at.to}, []edit{put(h.at, " ")}
		h.message, h.guessed = strings.Replace(h.message, "rule", what, 1), false
	case t.Is(lexer.Operator) && before.Is(lexer.Operator) && before.Value == t.Value:
		h.message, h.hint, h.fix = quoted(t.Value)+" stands twice", "remove one", &Fix{From: h.at.from, To: h.at.to}
		h.guessed, h.edits = false, []edit{put(h.at, " ")}
	case i > 0 && (t.Is(lexer.Identifier, "where") || t.Is(lexer.Operator, "if")):
		h.hint = "which rows are judged says the key where: beside rule:"
	case t.Is(lexer.Operator, "%") && before.Is(lexer.Number):
		h.hint = shareHint
	case t.Is(lexer.Operator) && slices.Contains(binaryOperators, t.Value) && (i == 0 || !endsValue(before)):
		h.edits = []edit{put(span{t.From, t.From}, " "+hole+" ")}
	}
}

// shareHint is for 90%.
const shareHint = "a share is a number from 0 to 1, such as 0.9"

// binaryOperators need a value in front of them.
var binaryOperators = []string{"and", "or", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "*", "/", "%", "**", "^", "??", "in", "matches", "contains",
	"startsWith", "endsWith", ".."}

func quoted(s string) string { return `"` + s + `"` }

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

// oddName is the hint for a column whose name is no identifier but stands bare in the text. A keyword of the language is meant as one,
// unless the parser stumbled over just that.
func (c *checker) oddName(at span) string {
	inside := func(i int) bool { return i >= 0 && i < len(c.src.runes) && identifier(string(c.src.runes[i])) }
	for _, col := range c.env.Columns {
		name := []rune(col.Name)
		for i := 0; !identifier(col.Name) && len(name) > 0 && i+len(name) <= len(c.src.runes); i++ {
			alone := !inside(i-1) && !inside(i+len(name)) && slices.Equal(c.src.runes[i:i+len(name)], name)
			if alone && (!Reserved(col.Name) || at.from == i) {
				return "write the column as " + Spelling(col.Name)
			}
		}
	}
	return ""
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
