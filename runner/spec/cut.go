package spec

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// ruleCut reports an expression of which YAML took a part: for a tag, a comment, or what follows in brackets. A comment behind a whole expression is fine,
// so the second is told by what is left: a bracket or a quote that stays open, or an operator without its right side.
func (w *walker) ruleCut(s Str, n *node) bool {
	if n.tagged && strings.HasPrefix(n.tag, "!") && !strings.HasPrefix(n.tag, "!!") {
		w.report("Y107", w.file.span(n.line, n.col, utf8.RuneCountInString(n.tag)),
			fmt.Sprintf("the expression is cut: YAML reads %s as a tag", n.tag), `quote the expression, or write "not"`)
		switch end := n.col + utf8.RuneCountInString(n.tag); {
		case n.value == "":
			w.mend(w.file.quote(n.line, n.col, end))
		case n.style == plain && s.Place.Line == n.line && s.Place.EndLine == n.line:
			w.mend(w.file.quote(n.line, n.col, s.Place.EndCol))
		}
		return true
	}
	if n.style != plain {
		return false
	}
	c := w.file.cursor(s.Place.EndLine, s.Place.EndCol)
	c.skipBlanks()
	if next := c.rune(); next != '#' && next != ',' || !unfinished(n.value) {
		return false
	} else if next == ',' { // of a list or mapping in brackets
		w.report("Y107", w.file.span(c.line, c.col, 1), `the expression is cut at ",": between brackets YAML reads what follows as something else`, "quote the expression")
		return true
	}
	rest := utf8.RuneCountInString(c.text[c.at:])
	w.report("Y107", w.file.span(c.line, c.col, rest), `the expression is cut at "#": YAML reads the rest as a comment`,
		`quote the expression, or write it in a block: "rule: |"`)
	if s.Place.Line == c.line {
		w.mend(w.file.quoteRest(c.line, s.Place.Col))
	}
	return true
}

var openEnd = regexp.MustCompile(`(?:[-+*/%^=<>!&|?:,(\[{]|\b(?:and|or|not|in|matches|contains|startsWith|endsWith))$`)

// unfinished tells whether an expression obviously lacks its end.
func unfinished(expr string) bool {
	depth := 0
	var quote rune
	escaped := false
	for _, r := range expr {
		switch {
		case escaped:
			escaped = false
		case quote != 0 && r == '\\' && quote != '`':
			escaped = true
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' || r == '`':
			quote = r
		case strings.ContainsRune("([{", r):
			depth++
		case strings.ContainsRune(")]}", r):
			depth--
		}
	}
	return quote != 0 || depth > 0 || openEnd.MatchString(strings.TrimSpace(expr))
}

// isRest tells whether a key is what is left of an expression before it that was cut at a comma.
func isRest(kind *Kind, before, p pair) bool {
	f, _ := kind.field(before.key.Value)
	return f.Shape == Expression && isNull(p.value) && before.value != nil && before.value.style == plain && unfinished(before.value.value)
}

var wordKey = regexp.MustCompile(`^[\w.-]+$`)

// cutIntoKey reports an expression that YAML took for a mapping: `x ? 1 : 2` and `x == "a: b"` both hold ": ".
func (w *walker) cutIntoKey(kind *Kind, n *node, pairs []pair) bool {
	if kind.Short == "" || n.flow || len(pairs) == 0 {
		return false
	}
	short, _ := kind.field(kind.Short)
	key := pairs[0].key
	if _, known := kind.field(key.Value); known || short.Shape != Expression || wordKey.MatchString(key.Value) || key.Quoted {
		return false
	}
	w.report("Y107", w.file.span(key.Place.EndLine, key.Place.EndCol, 2),
		`the expression is cut at ": ": YAML reads what stands before as a key`, `quote the expression, or write it in a block: "rule: |"`)
	if value := resolve(pairs[0].value); len(pairs) == 1 && value != nil && value == pairs[0].value && value.kind == scalarNode && value.line == key.Place.Line {
		w.mend(w.file.quoteRest(key.Place.Line, key.Place.Col))
	}
	return true
}
