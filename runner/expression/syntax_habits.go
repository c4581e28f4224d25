package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/parser/lexer"
)

// habit is something that people write because other languages have it, or a slip that is as easy to see through. Edits make it readable,
// so that what stands elsewhere is found as well; without any the rest of the text is left alone.
type habit struct {
	at            span
	message, hint string
	fix           *Fix
	edits         []edit
	guessed       bool // what is around may be meant differently, so only its names are judged
}

// habit finds the first habit of the text. It is only asked of texts that cannot be parsed.
func (c *checker) habit() (habit, bool) {
	for i := range c.src.tokens {
		if before := c.src.token(i - 1); before.Is(lexer.Operator, ".") || before.Is(lexer.Operator, "?.") {
			continue
		}
		for _, find := range []func(int) (habit, bool){c.symbol, c.between, c.nullTest, c.listInParentheses, c.likeTest, c.negation, c.cast,
			c.caseWhen, c.starCount, c.extract, c.typedLiteral, c.sqlWord} {
			if h, ok := find(i); ok {
				if len(h.edits) == 0 && !h.guessed {
					h.edits = []edit{put(c.src.clause(i), " "+hole+" ")}
				}
				return h, true
			}
		}
	}
	return habit{}, false
}

// replaced is a habit whose place alone is written otherwise, with the same meaning.
func replaced(at span, message, text string) habit {
	return habit{at: at, message: message, hint: "write " + quoted(text), fix: &Fix{From: at.from, To: at.to, Text: text},
		edits: []edit{put(at, " "+text+" ")}}
}

func (c *checker) shown(at span) string { return c.src.slice(at.from, at.to) }

// tokens is the place of tokens i to j, both included.
func (c *checker) tokens(i, j int) span { return span{c.src.token(i).From, c.src.token(j).To} }

// isWord tells whether token i is one of some words, in whatever case, and not a column or a function.
func (c *checker) isWord(i int, words ...string) bool {
	t := c.src.token(i)
	return (t.Is(lexer.Identifier) || t.Is(lexer.Operator)) && slices.Contains(words, strings.ToLower(t.Value)) &&
		!(t.Is(lexer.Identifier) && c.isColumn(t.Value))
}

// symbols are operators of other languages that the lexer reads as two or one of its own.
var symbols = []struct{ written, language, text string }{
	{"===", "JavaScript", "=="}, {"!==", "JavaScript", "!="}, {"<=>", "MySQL", "=="}, {"<>", "SQL", "!="}, {"=>", "", ">="}, {"=<", "", "<="},
	{"&", "", "and"}, {"|", "", "or"}, {"=", "", "=="},
}

// symbol finds operators written otherwise, and two quotes for one.
func (c *checker) symbol(i int) (habit, bool) {
	t, next := c.src.token(i), c.src.token(i+1)
	if t.Is(lexer.String) && next.Is(lexer.String) && next.From == t.To {
		return c.doubledQuotes(i)
	}
	if !t.Is(lexer.Operator) || t.Is(lexer.Operator, "=") && c.src.token(i-2).Is(lexer.Operator, "let") {
		return habit{}, false
	}
	if end := t.To; t.Is(lexer.Operator, "=") && c.src.slice(end, end+1) == "~" {
		return replaced(span{t.From, end + 1}, `"=~" is Perl`, "matches"), true
	} else if t.Is(lexer.Operator, "!") && c.src.slice(end, end+1) == "~" {
		return replaced(span{t.From, end + 1}, `"!~" is SQL`, "not matches"), true
	}
	both := t.Value
	if next.Is(lexer.Operator) && next.From == t.To {
		both += next.Value
	}
	for _, s := range symbols {
		if s.written != t.Value && s.written != both {
			continue
		}
		if s.written == "|" && next.Is(lexer.Identifier) && c.src.token(i+2).Is(lexer.Bracket, "(") {
			return habit{}, false // a pipe, which is a call
		}
		if _, piped := function(next.Value); s.written == "|" && next.Is(lexer.Identifier) && piped && !c.isColumn(next.Value) {
			h := replaced(c.tokens(i+1, i+1), "behind | stands a call", next.Value+"()")
			return h, true
		}
		at := span{t.From, t.From + len(s.written)}
		h := replaced(at, quoted(s.written)+" is "+s.language, s.text)
		switch {
		case s.written == "<=>":
			h.fix, h.hint = nil, "write "+quoted(nilEqual)
		case s.written == "=":
			h.message = `"=" does not compare`
		case s.language == "":
			h.message = "there is no operator " + quoted(s.written)
		}
		return h, true
	}
	return habit{}, false
}

// doubledQuotes finds two quotes in the middle of a text that mean one.
func (c *checker) doubledQuotes(i int) (habit, bool) {
	t := c.src.token(i)
	quote := c.src.slice(t.From, t.From+1)
	if quote == "`" {
		return habit{}, false
	}
	h := habit{message: "two quotes do not make one", hint: `write \' inside '...', or quote the text with "..."`}
	text := c.src.slice(t.From, t.To-1)
	last := i
	for next := c.src.token(last + 1); next.Is(lexer.String) && next.From == c.src.token(last).To && c.src.slice(next.From, next.From+1) == quote; {
		h.edits = append(h.edits, put(span{next.From - 1, next.From + 1}, `\`+quote))
		text += `\` + quote + c.src.slice(next.From+1, next.To-1)
		last++
		next = c.src.token(last + 1)
	}
	if last == i {
		return habit{}, false
	}
	h.at = c.tokens(i, last)
	h.fix = &Fix{From: h.at.from, To: h.at.to, Text: text + quote}
	return h, true
}

// between finds x between low and high.
func (c *checker) between(i int) (habit, bool) {
	at := i
	not := c.isWord(i, "not")
	if not {
		at++
	}
	if !c.isWord(at, "between") || c.src.token(at+1).Is(lexer.Bracket, "(") && c.tupleAt(at+1) {
		return habit{}, false
	}
	h := habit{at: c.tokens(i, at), message: quoted(c.shown(c.tokens(i, at))) + " is SQL", hint: sqlWords["between"]}
	first, middle := c.src.operandBefore(i-1), c.src.operandAfter(at+1)
	if middle < 0 || !c.isWord(middle+1, "and") {
		return h, endsValue(c.src.token(i - 1))
	}
	last := c.src.operandAfter(middle + 2)
	switch {
	case last < 0:
		return h, true
	case first < 0:
		h.edits = []edit{put(c.tokens(i, last), " "+hole+" ")}
		return h, true
	}
	x, low, high := c.tokens(first, i-1), c.tokens(at+1, middle), c.tokens(middle+2, last)
	begin, end, above, join, below := "(", ")", ">=", " and ", " <= "
	text := c.shown(low) + " <= " + c.shown(x) + " <= " + c.shown(high)
	if not {
		above, join, below = "<", " or ", " > "
		text = "not (" + text + ")"
	} else if before := c.src.token(first - 1); before.Is(lexer.Operator, "not", "!") || strings.EqualFold(before.Value, "not") {
		text = "(" + text + ")"
	}
	and := c.src.token(middle + 1)
	h.edits = []edit{put(span{x.from, x.from}, begin), put(h.at, above), put(span{high.to, high.to}, end),
		{at: span{and.From, and.To}, pieces: []piece{{text: join}, {copy: x}, {text: below}}}}
	c.offer(&h, span{x.from, high.to}, text)
	return h, true
}

// offer gives a habit the text to write instead of a part, if that part could be read.
func (c *checker) offer(h *habit, at span, text string) {
	if unholed(text) {
		h.hint, h.fix = advise(text), &Fix{From: at.from, To: at.to, Text: text}
	}
}

// advise is the hint to write a text, which is quoted unless it has quotes itself.
func advise(text string) string {
	if strings.Contains(text, `"`) {
		return "write " + text
	}
	return "write " + quoted(text)
}

// nilEqual is an equality for which nil is a value as any other.
const nilEqual = "((a == b) ?? false) or a == nil and b == nil"

// nullTests are the tails of questions for NULL, longest first, with what stands for them. An empty tail ends with "null".
var nullTests = []struct{ words, text string }{
	{"is not distinct from", ""}, {"is distinct from", ""}, {"is not null", "!= nil"}, {"is not none", "!= nil"}, {"is not nil", "!= nil"},
	{"is not true", "!= true"}, {"is not false", "!= false"}, {"is not in", "not in"}, {"is null", "== nil"}, {"is none", "== nil"},
	{"is nil", "== nil"}, {"is unknown", "== nil"}, {"is true", "== true"}, {"is false", "== false"}, {"is in", "in"}, {"not null", "!= nil"},
	{"isnull", "== nil"}, {"notnull", "!= nil"}, {"is not", "!="}, {"is", "=="},
}

// nullTest finds the words of SQL and Python that ask for NULL.
func (c *checker) nullTest(i int) (habit, bool) {
	if !endsValue(c.src.token(i-1)) || !c.isWord(i, "is", "not", "isnull", "notnull") {
		return habit{}, false
	}
	for _, test := range nullTests {
		words := strings.Fields(test.words)
		last := i + len(words) - 1
		if !c.spells(i, words) {
			continue
		}
		at := c.tokens(i, last)
		language := "SQL"
		if strings.HasSuffix(test.words, "none") || strings.HasSuffix(test.words, "in") {
			language = "Python"
		}
		h := habit{at: at, message: quoted(c.shown(at)) + " is " + language, edits: []edit{put(at, " "+test.text+" ")}}
		switch test.words {
		case "is distinct from", "is not distinct from":
			h.hint, h.edits = "write "+quoted(nilEqual), []edit{put(at, " == ")}
			if len(words) == 3 {
				h.hint, h.edits = "write "+quoted("not ("+nilEqual+")"), []edit{put(at, " != ")}
			}
			return h, true
		case "is not true", "is not false":
			h.hint = "write " + quoted("(x ?? "+map[bool]string{true: "false", false: "true"}[words[2] == "true"]+") "+test.text)
			return h, true
		case "is", "is not":
			h.hint = `write "x == nil" or "x != nil"`
			return h, true
		case "is not in", "is in":
			return replaced(at, h.message, test.text), true
		}
		h.hint, h.fix = "write "+quoted("x "+test.text), &Fix{From: at.from, To: at.to, Text: test.text}
		if first := c.src.operandBefore(i - 1); first >= 0 {
			c.offer(&h, c.tokens(first, last), c.shown(c.tokens(first, i-1))+" "+test.text)
		}
		if touching := c.src.token(i).From == c.src.token(i-1).To; touching {
			h.fix = nil
		}
		return h, true
	}
	return habit{}, false
}

// spells tells whether the tokens from i on are some words.
func (c *checker) spells(i int, words []string) bool {
	for k, w := range words {
		if !c.isWord(i+k, w) {
			return false
		}
	}
	return true
}

// listInParentheses finds x in (1, 2).
func (c *checker) listInParentheses(i int) (habit, bool) {
	if !c.isWord(i, "in") || !c.src.token(i+1).Is(lexer.Bracket, "(") || !c.tupleAt(i+1) {
		return habit{}, false
	}
	end := c.src.match[i+1]
	at := c.tokens(i+1, end)
	h := habit{at: at, message: "a list stands in square brackets"}
	open, shut := c.src.token(i+1), c.src.token(end)
	h.edits = []edit{put(span{open.From, open.To}, "["), put(span{shut.From, shut.To}, "]")}
	text := "[" + c.src.slice(open.To, shut.From) + "]"
	h.hint = `write "x in [...]"`
	if unholed(text) {
		h.hint, h.fix = "write "+text, &Fix{From: at.from, To: at.to, Text: text}
	}
	return h, true
}
