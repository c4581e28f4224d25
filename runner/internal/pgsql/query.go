package pgsql

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is a query that somebody wrote, taken apart as far as is needed to know what it mentions.
type Query struct {
	SQL     Frag      // the text with marks of Param in the place of each :name, without a semicolon at its end
	Params  []Mention // each :name
	Words   []string  // names outside of quotes and comments: folded to lower case, or as they stand in double quotes
	Tokens  []string  // Words, and between them every sign; a text in quotes is one apostrophe
	Further int       // rune offset of text behind a semicolon; -1 when there is none
	Open    int       // rune offset of a quote or comment that is not closed; -1 when all are
}

// Mention is a parameter in a query. From and To are rune offsets, the colon included.
type Mention struct {
	Name     string
	From, To int
}

// ReadQuery takes a query apart. A colon begins a parameter where a name follows and no name, bracket or second colon stands before: a cast
// and the bounds of a slice are none. What stands in quotes, comments and dollar quotes is passed over (Postgres documentation, section
// 4.1).
func ReadQuery(text string) Query {
	r := &queryReader{runes: []rune(text), semicolon: -1, out: Query{Further: -1, Open: -1}}
	for r.at < len(r.runes) {
		r.step()
	}
	end := len(r.runes)
	if r.semicolon >= 0 && r.out.Further < 0 {
		end = r.semicolon
	}
	var b strings.Builder
	from := 0
	for _, m := range r.out.Params {
		b.WriteString(string(r.runes[from:m.From]) + string(Param(m.Name)))
		from = m.To
	}
	b.WriteString(string(r.runes[from:max(from, end)]))
	r.out.SQL = Frag(b.String())
	return r.out
}

type queryReader struct {
	runes     []rune
	at        int
	seen      bool // a semicolon
	semicolon int  // offset of the first
	out       Query
}

func (r *queryReader) peek(n int) rune {
	if i := r.at + n; i >= 0 && i < len(r.runes) {
		return r.runes[i]
	}
	return 0
}

func (r *queryReader) step() {
	c := r.peek(0)
	if r.seen && r.out.Further < 0 && !unicode.IsSpace(c) && c != ';' && !r.comments() {
		r.out.Further = r.at
	}
	switch {
	case c == '\'':
		before := r.peek(-1)
		r.quoted('\'', (before == 'E' || before == 'e') && !named(r.peek(-2)))
		r.token("'")
	case c == '"':
		from := r.at
		r.quoted('"', false)
		name := strings.ReplaceAll(strings.Trim(string(r.runes[from:r.at]), `"`), `""`, `"`)
		r.out.Words = append(r.out.Words, name)
		r.token(name)
	case r.comments() && c == '-':
		r.skipTo("\n", false)
	case r.comments():
		r.comment()
	case c == '$' && !named(r.peek(-1)) && r.dollar() != "":
		tag := r.dollar()
		r.at += len([]rune(tag))
		r.skipTo(tag, true)
		r.token("'")
	case c == ':' && named(r.peek(1)) && !unicode.IsDigit(r.peek(1)) && !named(r.peek(-1)) && !strings.ContainsRune(`:])"'`, orBlank(r.peek(-1))):
		from := r.at
		r.at++
		name := r.word()
		r.out.Params = append(r.out.Params, Mention{Name: name, From: from, To: r.at})
		r.token("'")
	case c == ';':
		if !r.seen {
			r.seen, r.semicolon = true, r.at
		}
		r.at++
	case named(c):
		word := strings.ToLower(r.word())
		if r.token(word); !unicode.IsDigit([]rune(word)[0]) {
			r.out.Words = append(r.out.Words, word)
		}
	default:
		if !unicode.IsSpace(c) {
			r.token(string(c))
		}
		r.at++
	}
}

func (r *queryReader) token(s string) { r.out.Tokens = append(r.out.Tokens, s) }

func orBlank(c rune) rune {
	if c == 0 {
		return ' '
	}
	return c
}

func named(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// BeginsWithName tells whether a text begins with a character of names.
func BeginsWithName(s string) bool {
	c, size := utf8.DecodeRuneInString(s)
	return size > 0 && named(c)
}

// EndsInName tells whether a text ends in a character of names.
func EndsInName(s string) bool {
	c, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && named(c)
}

func (r *queryReader) word() string {
	from := r.at
	for named(r.peek(0)) || r.at > from && r.peek(0) == '$' {
		r.at++
	}
	return string(r.runes[from:r.at])
}

func (r *queryReader) comments() bool {
	two := string([]rune{orBlank(r.peek(0)), orBlank(r.peek(1))})
	return two == "--" || two == "/*"
}

// quoted passes over a quoted text; a doubled quote is one inside of it.
func (r *queryReader) quoted(quote rune, escapes bool) {
	from := r.at
	for r.at++; r.at < len(r.runes); r.at++ {
		switch c := r.peek(0); {
		case escapes && c == '\\':
			r.at++
		case c == quote && r.peek(1) == quote:
			r.at++
		case c == quote:
			r.at++
			return
		}
	}
	r.open(from)
}

// comment passes over a comment, which may hold others.
func (r *queryReader) comment() {
	from, depth := r.at, 0
	for r.at < len(r.runes) {
		switch {
		case r.peek(0) == '/' && r.peek(1) == '*':
			depth++
			r.at += 2
		case r.peek(0) == '*' && r.peek(1) == '/':
			depth--
			r.at += 2
		default:
			r.at++
		}
		if depth == 0 {
			return
		}
	}
	r.open(from)
}

// dollar is the tag of a dollar quote that begins here, or "".
func (r *queryReader) dollar() string {
	for i := 1; ; i++ {
		switch c := r.peek(i); {
		case c == '$':
			return string(r.runes[r.at : r.at+i+1])
		case !named(c) || i == 1 && unicode.IsDigit(c):
			return ""
		}
	}
}

// skipTo goes behind the next occurrence of a text, or to the end.
func (r *queryReader) skipTo(text string, must bool) {
	from := r.at
	rest := string(r.runes[r.at:])
	if i := strings.Index(rest, text); i >= 0 {
		r.at += len([]rune(rest[:i])) + len([]rune(text))
		return
	}
	if r.at = len(r.runes); must {
		r.open(from)
	}
}

func (r *queryReader) open(at int) {
	r.at = len(r.runes)
	if r.out.Open < 0 {
		r.out.Open = at
	}
}
