package expression

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Limits of what a row may make: beyond them the result is nil, so that no row can exhaust the server.
const (
	maxRepeated = 1_000_000  // characters that repeat() makes
	maxReplaced = 10_000_000 // characters that replace() and join() may make at most
)

// blanks are what trim removes: the white space of Unicode, as Go's strings.TrimSpace has it.
const blanks = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

func textArgument(name string) Parameter { return Parameter{Name: name, Accepts: textArg} }

// textFunctions take texts. Characters are those of Unicode (code points).
func textFunctions() []Function {
	text, part := []Parameter{textArgument("text")}, []Parameter{textArgument("text"), textArgument("part")}
	trimmed := `btrim({0}, ` + string(pgsql.Literal(blanks)) + `)`
	backslash := string(pgsql.Literal(`\`))
	return []Function{
		{Name: "len", Parameters: text, Result: model.Integer, SQL: `char_length({0})`, Go: goLen, Doc: "number of characters", Example: `len(code) == 5`},
		{Name: "lower", Parameters: text, Result: model.Text, SQL: `lower({0} COLLATE "C")`, Go: letters(unicode.ToLower), Doc: "the text with A to Z in lower case; other letters stay as they are", Example: `lower(code) == "a"`},
		{Name: "upper", Parameters: text, Result: model.Text, SQL: `upper({0} COLLATE "C")`, Go: letters(unicode.ToUpper), Doc: "the text with a to z in upper case; other letters stay as they are", Example: `upper(code) == code`},
		{Name: "trim", Parameters: text, Result: model.Text, SQL: trimmed, Go: goTrim, Doc: "the text without white space at both ends", Example: `trim(code) == code`},
		{Name: "trim", Parameters: []Parameter{textArgument("text"), textArgument("characters")}, Result: model.Text, SQL: `btrim({0}, {1})`, Go: goTrimOf, Doc: "the text without any of the characters at both ends", Example: `trim(code, "-") != ""`},
		{Name: "trimPrefix", Parameters: part, Result: model.Text, SQL: `(CASE starts_with({0} COLLATE "C", {1}) WHEN true THEN substr({0}, char_length({1}) + 1) WHEN false THEN {0} END)`, Go: ofTexts(func(a, b string) Datum { return strings.TrimPrefix(a, b) }), Doc: "the text without the part at its beginning", Example: `trimPrefix(code, "A-") != ""`},
		{Name: "trimSuffix", Parameters: part, Result: model.Text, SQL: `(CASE right({0}, char_length({1})) COLLATE "C" = {1} WHEN true THEN left({0}, char_length({0}) - char_length({1})) WHEN false THEN {0} END)`, Go: ofTexts(func(a, b string) Datum { return strings.TrimSuffix(a, b) }), Doc: "the text without the part at its end", Example: `trimSuffix(code, ".csv") == "a"`},
		{Name: "hasPrefix", Parameters: part, Result: model.Boolean, Expand: textTestOf("startsWith"), Doc: "whether the text begins with the part, like `startsWith`", Example: `hasPrefix(code, "A")`},
		{Name: "hasSuffix", Parameters: part, Result: model.Boolean, Expand: textTestOf("endsWith"), Doc: "whether the text ends with the part, like `endsWith`", Example: `hasSuffix(code, "9")`},
		{Name: "indexOf", Parameters: part, Result: model.Integer, SQL: `(strpos({0} COLLATE "C", {1}) - 1)`, Go: ofTexts(func(a, b string) Datum { return characterAt(a, strings.Index(a, b)) }), Doc: "the place of the first character of the part, counted from 0; -1 when it is not there", Example: `indexOf(code, "-") == 4`},
		{Name: "lastIndexOf", Parameters: part, Result: model.Integer, SQL: `(CASE strpos({0} COLLATE "C", {1}) WHEN 0 THEN -1 ELSE char_length({0}) - char_length({1}) - strpos(reverse({0}) COLLATE "C", reverse({1})) + 1 END)`, Go: ofTexts(func(a, b string) Datum { return characterAt(a, strings.LastIndex(a, b)) }), Doc: "the place of the part where it stands for the last time; -1 when it is not there", Example: `lastIndexOf(code, "-") < 5`},
		{Name: "replace", Parameters: []Parameter{textArgument("text"), textArgument("old"), textArgument("new")}, Result: model.Text, SQL: `(CASE WHEN char_length({0})::bigint * greatest(char_length({2}), 1) <= 10000000 THEN replace({0} COLLATE "C", {1}, {2}) END)`, Go: goReplace, Doc: "the text with every old replaced by the new; an empty old is nowhere. Nil when the lengths of text and new multiply to more than 10,000,000", Example: `replace(code, "-", "") != ""`},
		{Name: "repeat", Parameters: []Parameter{textArgument("text"), placeArgument("n", maxPlace)}, Result: model.Text, SQL: `(CASE WHEN {1}::bigint * char_length({0}) <= 1000000 THEN repeat({0}, LEAST({1}, 1000000)) END)`, Go: goRepeat, Doc: "the text n times; empty for n below 1, nil beyond 1,000,000 characters", Example: `code == repeat("x", len(code))`},
		{Name: "split", Parameters: []Parameter{textArgument("text"), textArgument("separator")}, Result: model.Array, SQL: `(CASE WHEN {1} = '' THEN string_to_array({0}, NULL) WHEN {1} <> '' AND {0} = '' THEN ARRAY[''] WHEN {1} <> '' THEN string_to_array({0} COLLATE "C", {1}) END)`, Go: ofTexts(goSplit), Doc: "the parts between the separators; the characters when the separator is empty", Example: `split(code, "-")[0] == "a"`},
		{Name: "concat", Parameters: part, Variadic: true, Result: model.Text, Expand: concatenation, Doc: "the texts joined, like `+`", Example: `concat(code, "-", code) != "a-b"`},
		{Name: "blank", Parameters: text, Result: model.Boolean, SQL: `({0} IS NULL OR ` + trimmed + ` = '')`, Go: goBlank, Nils: true, Doc: "whether the text is nil or holds nothing but white space; never unknown", Example: `not blank(code)`},
		{Name: "like", Parameters: []Parameter{textArgument("text"), textArgument("pattern")}, Result: model.Boolean, SQL: `(CASE WHEN right(replace({1}, ` + string(pgsql.Literal(`\\`)) + `, ''), 1) COLLATE "C" <> ` + backslash + ` THEN {0} COLLATE "C" LIKE {1} END)`, Go: ofTexts(goLike), Doc: "whether the whole text matches a pattern of SQL: `%` is any text, `_` any character, and a backslash before one of them takes its meaning away", Example: `like(code, "A%")`},
		{Name: "text", Parameters: []Parameter{{Name: "number", Accepts: numberArg}}, Result: model.Text, SQL: `({0})::text`, Go: func(a []Datum) Datum { return a[0].(Number).String() }, Doc: "the number as text, with the zeros that it has", Example: `text(count) == "7"`},
		{Name: "text", Parameters: []Parameter{{Name: "boolean", Accepts: []model.Family{model.Boolean}}}, Result: model.Text, SQL: `({0})::text`, Go: goTextOf, Doc: "\"true\" or \"false\"", Example: `text(count > 1) == "true"`},
		{Name: "text", Parameters: []Parameter{dayArgument("date")}, Result: model.Text, SQL: `to_char({0}, 'YYYY-MM-DD')`, Go: goTextOf, Doc: "the date as YYYY-MM-DD", Example: `text(day) startsWith "2024-"`},
		{Name: "text", Parameters: []Parameter{timeArgument("time")}, Result: model.Text, SQL: `rtrim(rtrim(to_char({0}, 'YYYY-MM-DD HH24:MI:SS.US'), '0'), '.')`, Go: goTextOf, Doc: "the time at UTC as YYYY-MM-DD HH:MM:SS, with as many digits of a second as there are", Example: `text(at) endsWith ":00"`},
	}
}

// textTestOf makes the node of an operator between texts.
func textTestOf(operator string) expansion {
	return func(_ *checker, _ span, args []*Node) *Node {
		return &Node{Kind: TextTest, Name: operator, Type: boolType, Args: args}
	}
}

func concatenation(_ *checker, _ span, args []*Node) *Node {
	out := args[0]
	for _, a := range args[1:] {
		out = &Node{Kind: Concat, Type: textType, Args: []*Node{out, a}, From: args[0].From, To: a.To}
	}
	return out
}

// ofTexts applies a function of two texts.
func ofTexts(f func(a, b string) Datum) func([]Datum) Datum {
	return func(a []Datum) Datum { return f(a[0].(string), a[1].(string)) }
}

// characterAt is the place of the character that begins at a byte, -1 for -1.
func characterAt(text string, at int) Datum {
	if at < 0 {
		return whole(-1)
	}
	return whole(int64(utf8.RuneCountInString(text[:at])))
}

func goReplace(a []Datum) Datum {
	text, from, to := a[0].(string), a[1].(string), a[2].(string)
	if utf8.RuneCountInString(text)*max(utf8.RuneCountInString(to), 1) > maxReplaced {
		return nil
	}
	if from == "" {
		return text
	}
	return strings.ReplaceAll(text, from, to)
}

func goRepeat(a []Datum) Datum {
	text, n := a[0].(string), placeOf(a[1])
	if n*utf8.RuneCountInString(text) > maxRepeated {
		return nil
	}
	return strings.Repeat(text, max(n, 0))
}

func goSplit(text, separator string) Datum {
	out := []Datum{}
	for _, part := range strings.Split(text, separator) {
		out = append(out, part)
	}
	return out
}

func goBlank(a []Datum) Datum { return a[0] == nil || strings.Trim(a[0].(string), blanks) == "" }

// goTextOf writes what has one form as text.
func goTextOf(a []Datum) Datum { return FormatDatum(a[0], model.Type{}) }

// likeStep is one step of a pattern of LIKE: any text, any character, or one character.
type likeStep struct {
	any, one bool
	r        rune
}

// goLike matches from the left and comes back to the last % when it fails: what that one takes may always be more.
func goLike(text, pattern string) Datum {
	steps, ok := likeSteps(pattern)
	if !ok {
		return nil
	}
	runes := []rune(text)
	i, at, back, from := 0, 0, -1, 0
	for i < len(runes) {
		switch {
		case at < len(steps) && steps[at].any:
			back, from = at, i
			at++
		case at < len(steps) && (steps[at].one || steps[at].r == runes[i]):
			i++
			at++
		case back >= 0:
			from++
			i, at = from, back+1
		default:
			return false
		}
	}
	for at < len(steps) && steps[at].any {
		at++
	}
	return at == len(steps)
}

// likeSteps reads a pattern; one that ends in a backslash without a character after it means nothing.
func likeSteps(pattern string) (out []likeStep, ok bool) {
	escaped := false
	for _, r := range pattern {
		switch {
		case escaped:
			out, escaped = append(out, likeStep{r: r}), false
		case r == '\\':
			escaped = true
		default:
			out = append(out, likeStep{any: r == '%', one: r == '_', r: r})
		}
	}
	return out, !escaped
}
