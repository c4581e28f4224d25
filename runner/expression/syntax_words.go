package expression

import (
	"strings"

	"github.com/expr-lang/expr/parser/lexer"
)

// sqlWords are words of SQL that people write by habit, with what to write instead.
var sqlWords = map[string]string{
	"between":  `write "low <= x <= high", or "x in 1..10" for whole numbers`,
	"like":     `write "startsWith", "endsWith", "contains", or "matches" with a regular expression`,
	"ilike":    `write lower(x) and "startsWith", "endsWith" or "contains"`,
	"rlike":    `write "matches" with a regular expression`,
	"regexp":   `write "matches" with a regular expression`,
	"similar":  `write "matches" with a regular expression`,
	"case":     `write "condition ? this : that"`,
	"div":      `write floor(a / b)`,
	"mod":      `write "a % b"`,
	"select":   "a rule is one expression over the columns of a row",
	"over":     "a rule has no windows of its own",
	"filter":   `put the condition into "where"`,
	"interval": "days are added to a date: d + 30",
	"extract":  "write year(d), month(d) or day(d)",
	"cast":     "there are no casts; number(x) and date(x) read text",
	"xor":      `write "a != b"`,
}

// plainWords are written in capitals, or otherwise, and mean the same.
var plainWords = map[string]string{"and": "and", "or": "or", "not": "not", "in": "in", "mod": "%", "xor": "!=", "rlike": "matches",
	"regexp": "matches", "div": "/"}

// sqlWord finds words of SQL that no other habit has taken.
func (c *checker) sqlWord(i int) (habit, bool) {
	t := c.src.token(i)
	word := strings.ToLower(t.Value)
	if !t.Is(lexer.Identifier) || c.isColumn(t.Value) {
		return habit{}, false
	}
	at := span{t.From, t.To}
	message := quoted(t.Value) + " is SQL"
	plain, known := plainWords[word]
	called := c.src.token(i+1).Is(lexer.Bracket, "(")
	switch {
	case word == "select":
		return habit{at: at, message: message, hint: sqlWords[word], guessed: true}, true
	case known && plain == word && t.Value != word:
		h := replaced(at, message, plain)
		return h, true
	case called && word != "xor" && word != "rlike" && word != "regexp" && word != "div":
		return habit{}, false
	case known && endsValue(c.src.token(i-1)):
		h := replaced(at, message, plain)
		if word == "div" {
			h.hint, h.fix = sqlWords[word], nil
		}
		return h, true
	case sqlWords[word] != "" && (endsValue(c.src.token(i-1)) || word == "case"):
		return habit{at: at, message: message, hint: sqlWords[word]}, true
	}
	return habit{}, false
}

// likeTest finds x like 'a%', with its relatives.
func (c *checker) likeTest(i int) (habit, bool) {
	word := i
	not := c.isWord(i, "not")
	if not {
		word++
	}
	if !c.isWord(word, "like", "ilike") || !endsValue(c.src.token(i-1)) {
		return habit{}, false
	}
	t := c.src.token(word)
	at := c.tokens(i, word)
	h := habit{at: at, message: quoted(c.shown(at)) + " is SQL", hint: sqlWords[strings.ToLower(t.Value)]}
	negation := ""
	if not {
		negation = "not "
	}
	h.edits = []edit{put(at, " "+negation+"contains ")}
	pattern, first := c.src.token(word+1), c.src.operandBefore(i-1)
	if !pattern.Is(lexer.String) || first < 0 {
		return h, true
	}
	x, value := c.shown(c.tokens(first, i-1)), pattern.Value
	folds := strings.EqualFold(t.Value, "ilike")
	if folds {
		x, value = "lower("+x+")", strings.ToLower(value)
	}
	from := c.tokens(first, word+1)
	if operator, part, ok := likeOperator(value); ok {
		if operator == "==" && not {
			operator, negation = "!=", ""
		}
		c.offer(&h, from, x+" "+negation+operator+" "+textLiteral(part))
	} else if _, known := function("like"); known {
		c.offer(&h, from, negation+"like("+x+", "+textLiteral(value)+")")
	}
	return h, true
}

// likeOperator is the operator that says the same as a pattern with no more than leading and trailing percent signs.
func likeOperator(pattern string) (operator, part string, ok bool) {
	head, tail := strings.HasPrefix(pattern, "%"), len(pattern) > 1 && strings.HasSuffix(pattern, "%")
	part = strings.TrimPrefix(pattern, "%")
	if tail {
		part = strings.TrimSuffix(part, "%")
	}
	operator = map[[2]bool]string{{false, false}: "==", {true, false}: "endsWith", {false, true}: "startsWith", {true, true}: "contains"}[[2]bool{head, tail}]
	return operator, part, part != "" && !strings.ContainsAny(part, `%_\`)
}

// textLiteral writes a text as the language does.
func textLiteral(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}

// negation finds NOT in front of an operator that is written in small letters: x NOT in [1].
func (c *checker) negation(i int) (habit, bool) {
	t := c.src.token(i)
	if !t.Is(lexer.Identifier) || !strings.EqualFold(t.Value, "not") || c.isColumn(t.Value) || !c.isWord(i+1, "in", "matches", "contains") {
		return habit{}, false
	}
	at := c.tokens(i, i+1)
	return replaced(at, quoted(c.shown(at))+" is SQL", "not "+strings.ToLower(c.src.token(i+1).Value)), true
}

// cast finds x::type and cast(x as type).
func (c *checker) cast(i int) (habit, bool) {
	switch t := c.src.token(i); {
	case t.Is(lexer.Operator, "::"):
		return c.doubleColon(i), true
	case c.isWord(i, "cast") && c.src.token(i+1).Is(lexer.Bracket, "("):
		for j, end := i+2, c.src.match[i+1]; j < end; j++ {
			if c.isWord(j, "as") {
				at := c.tokens(i, i)
				h := habit{at: at, message: quoted(c.shown(at)) + " is SQL", hint: c.castHint(c.src.token(j+1).Value, c.shown(c.tokens(i+2, j-1)))}
				h.edits = []edit{put(at, hole), put(c.tokens(j, end-1), "")}
				return h, true
			}
			if partner, bracket := c.src.match[j]; bracket && partner > j {
				j = partner
			}
		}
	}
	return habit{}, false
}

func (c *checker) doubleColon(i int) habit {
	at := c.tokens(i, i)
	h := habit{at: at, message: `"::" is SQL`, hint: sqlWords["cast"]}
	first, last := c.src.valueBefore(i-1), i
	if first < 0 || !c.src.token(i+1).Is(lexer.Identifier) {
		return h
	}
	last++
	if c.isWord(last, "double", "character") && c.isWord(last+1, "precision", "varying") {
		last++
	}
	for c.src.token(last+1).Is(lexer.Bracket, "(", "[") && c.src.token(last+1).From == c.src.token(last).To {
		end, ok := c.src.match[last+1]
		if !ok {
			return h
		}
		last = end
	}
	h.at = c.tokens(i, last)
	from := c.src.token(first).From
	h.hint = c.castHint(c.src.token(i+1).Value, c.shown(c.tokens(first, i-1)))
	h.edits = []edit{put(span{from, from}, hole+"("), put(h.at, ")")}
	return h
}

// castHint says what to write instead of a cast to a type.
func (c *checker) castHint(to, x string) string {
	const none = "there are no casts; "
	if !unholed(x) {
		return sqlWords["cast"]
	}
	call := ""
	switch strings.ToLower(to) {
	case "text", "varchar", "char", "character":
		call = "text"
	case "int", "integer", "bigint", "smallint", "int2", "int4", "int8", "numeric", "decimal", "float", "real", "double", "float4", "float8":
		call = "number"
	case "date", "timestamp", "timestamptz":
		call = "date"
	}
	if _, ok := function(call); !ok || call == "" {
		return sqlWords["cast"]
	}
	return none + "write " + call + "(" + x + ") if it is not " + map[string]string{"text": "text", "number": "a number", "date": "a date"}[call] + " already"
}

// caseWhen finds case when a then b else c end.
func (c *checker) caseWhen(i int) (habit, bool) {
	if !c.isWord(i, "case") || !c.isWord(i+1, "when") && !c.isWord(i+2, "when") {
		return habit{}, false
	}
	at := c.tokens(i, i)
	h := habit{at: at, message: quoted(c.shown(at)) + " is SQL", hint: sqlWords["case"]}
	edits := []edit{put(at, hole+"(")}
	var parts []int // when, then, else and end
	for j := i + 1; j < len(c.src.tokens); j++ {
		switch {
		case c.isWord(j, "end"):
			parts = append(parts, j)
			h.edits = append(edits, put(c.tokens(j, j), ")"))
			c.offerCase(&h, i, parts)
			return h, true
		case c.isWord(j, "when") && j == i+1:
			edits = append(edits, put(c.tokens(j, j), " "))
			parts = append(parts, j)
		case c.isWord(j, "when", "then", "else"):
			edits = append(edits, put(c.tokens(j, j), ","))
			parts = append(parts, j)
		case c.isWord(j, "case"):
			return h, true // one inside of another: not worth reading on
		}
		if partner, bracket := c.src.match[j]; bracket && partner > j {
			j = partner
		}
	}
	return h, true
}

// offerCase writes case when a then b else c end with a question mark.
func (c *checker) offerCase(h *habit, i int, parts []int) {
	if len(parts) != 4 || parts[0] != i+1 || !c.isWord(parts[1], "then") || !c.isWord(parts[2], "else") {
		return
	}
	for k := range 3 {
		if parts[k+1]-parts[k] < 2 {
			return
		}
	}
	part := func(k int) string { return c.shown(c.tokens(parts[k]+1, parts[k+1]-1)) }
	at := c.tokens(i, parts[3])
	c.offer(h, at, "("+part(0)+" ? "+part(1)+" : "+part(2)+")")
}

// starCount finds count(*) and count(distinct x).
func (c *checker) starCount(i int) (habit, bool) {
	if !c.src.token(i).Is(lexer.Identifier) || !c.src.token(i+1).Is(lexer.Bracket, "(") {
		return habit{}, false
	}
	end, ok := c.src.match[i+1]
	switch {
	case !ok:
		return habit{}, false
	case c.src.token(i+2).Is(lexer.Operator, "*") && end == i+3:
		at := c.tokens(i, end)
		h := replaced(at, quoted(c.shown(at))+" is SQL", "row_count()")
		h.hint = "write row_count()"
		return h, true
	case strings.EqualFold(c.src.token(i).Value, "count") && c.isWord(i+2, "distinct") && end > i+3:
		at := c.tokens(i, end)
		h := habit{at: c.tokens(i, i+2), message: quoted("count(distinct") + " is SQL", edits: []edit{put(c.tokens(i, i), "count_distinct"), put(c.tokens(i+2, i+2), " ")}}
		h.hint = "write count_distinct(x)"
		c.offer(&h, at, "count_distinct("+c.shown(c.tokens(i+3, end-1))+")")
		return h, true
	}
	return habit{}, false
}

// extract finds extract(year from d).
func (c *checker) extract(i int) (habit, bool) {
	end := c.src.match[i+1]
	if !c.isWord(i, "extract") || !c.src.token(i+1).Is(lexer.Bracket, "(") || !c.isWord(i+3, "from") || end < i+5 {
		return habit{}, false
	}
	at := c.tokens(i, i+3)
	h := habit{at: at, message: quoted(c.shown(c.tokens(i, i))) + " is SQL", hint: sqlWords["extract"]}
	h.edits = []edit{put(at, hole+"(")}
	part := strings.ToLower(c.src.token(i + 2).Value)
	if _, ok := function(part); ok {
		c.offer(&h, c.tokens(i, end), part+"("+c.shown(c.tokens(i+4, end-1))+")")
	}
	return h, true
}

// typedLiteral finds date '2024-01-31'.
func (c *checker) typedLiteral(i int) (habit, bool) {
	if !c.isWord(i, "date", "timestamp") || !c.src.token(i+1).Is(lexer.String) {
		return habit{}, false
	}
	at := c.tokens(i, i+1)
	h := habit{at: at, message: "a date is written as a call"}
	text := c.src.token(i + 1)
	h.edits = []edit{put(c.tokens(i, i), "date("), put(span{text.To, text.To}, ")")}
	c.offer(&h, at, "date("+c.src.slice(text.From, text.To)+")")
	return h, true
}
