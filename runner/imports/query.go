package imports

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// token of a query of pandas.
type token struct {
	kind string // name, number, text, op, end
	text string
}

var queryToken = regexp.MustCompile("^(?:" +
	`(?P<space>\s+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|` + "(?P<quoted>`[^`]+`)|" +
	`(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<op>==|!=|<=|>=|<|>|&|\||~|\(|\)|\[|\]|,|\.|-|\+))`)

func tokens(query string) ([]token, error) {
	var out []token
	for rest := query; rest != ""; {
		m := queryToken.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("%q is not read here: %s", string([]rune(rest)[:1]), query)
		}
		for i, kind := range queryToken.SubexpNames() {
			if i > 0 && m[i] != "" && kind != "space" {
				out = append(out, token{kind, m[i]})
			}
		}
		rest = rest[len(m[0]):]
	}
	return append(out, token{kind: "end"}), nil
}

// parseQuery reads a query of pandas, as far as it consists of comparisons of a column with a constant or another column, membership in a
// list, isnull and notnull, joined by and, or, not.
func parseQuery(query string) (condition, error) {
	list, err := tokens(query)
	if err != nil {
		return condition{}, err
	}
	p := &queryParser{tokens: list, query: query}
	c := p.either()
	if p.err == nil && p.now().kind != "end" {
		p.fail()
	}
	return c, p.err
}

type queryParser struct {
	tokens []token
	query  string
	err    error
}

func (p *queryParser) now() token { return p.tokens[0] }

func (p *queryParser) fail() {
	if p.err == nil {
		what := p.now().text
		if p.now().kind == "end" {
			what = "its end"
		}
		p.err = fmt.Errorf("only comparisons with constants, joined by and, or, not, are read; not understood at %s: %s", what, p.query)
	}
	p.tokens = p.tokens[len(p.tokens)-1:]
}

func (p *queryParser) next() token {
	t := p.now()
	if t.kind != "end" {
		p.tokens = p.tokens[1:]
	}
	return t
}

// take takes one of some words or signs.
func (p *queryParser) take(words ...string) bool {
	if t := p.now(); (t.kind == "op" || t.kind == "name") && slices.Contains(words, t.text) {
		p.next()
		return true
	}
	return false
}

func (p *queryParser) need(word string) {
	if !p.take(word) {
		p.fail()
	}
}

func (p *queryParser) either() condition { return p.joined("or", "|", p.both) }
func (p *queryParser) both() condition   { return p.joined("and", "&", p.one) }

func (p *queryParser) joined(word, sign string, part func() condition) condition {
	out := condition{op: word, parts: []condition{part()}}
	for p.take(word, sign) {
		out.parts = append(out.parts, part())
	}
	if len(out.parts) == 1 {
		return out.parts[0]
	}
	return out
}

func (p *queryParser) one() condition {
	switch {
	case p.take("not", "~"):
		return condition{op: "not", parts: []condition{p.one()}}
	case p.take("("):
		out := p.either()
		p.need(")")
		return out
	}
	return p.comparison()
}

// operandOf is one side of a comparison: a column, a constant, or a list.
type operandOf struct {
	column string
	value  any
	list   []any
	isList bool
}

// comparison reads a test of one column, or a chain such as 1 < x <= 5.
func (p *queryParser) comparison() condition {
	left := p.operand()
	if left.column != "" && p.take(".") {
		return p.method(left.column)
	}
	var out []condition
	for p.err == nil {
		t := p.now()
		op := t.text
		switch {
		case t.kind == "name" && t.text == "not":
			p.next()
			p.need("in")
			op = "not in"
		case t.kind == "name" && t.text == "in", t.kind == "op" && mirrored[op] != "":
			p.next()
		default:
			if len(out) > 0 {
				return all(out)
			}
			if left.column != "" {
				return condition{op: "column", column: left.column}
			}
			p.fail()
			return condition{}
		}
		right := p.operand()
		out = append(out, p.compared(left, op, right))
		left = right
	}
	return condition{}
}

var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (p *queryParser) compared(l operandOf, op string, r operandOf) condition {
	if r.isList && (op == "==" || op == "!=") { // pandas reads a list there as membership
		op = map[string]string{"==": "in", "!=": "not in"}[op]
	}
	switch {
	case l.column != "" && r.isList && (op == "in" || op == "not in"):
		return condition{op: op, column: l.column, value: r.list}
	case op == "in" || op == "not in" || l.isList || r.isList:
	case l.column != "" && l.column == r.column && op == "==": // how pandas asks whether a value is there
		return condition{op: "not null", column: l.column}
	case l.column != "" && l.column == r.column && op == "!=":
		return condition{op: "null", column: l.column}
	case l.column != "" && r.column != "":
		return condition{op: op, column: l.column, other: r.column}
	case l.column != "" && r.value != nil:
		return condition{op: op, column: l.column, value: r.value}
	case r.column != "" && l.value != nil:
		return condition{op: mirrored[op], column: r.column, value: l.value}
	}
	p.fail()
	return condition{}
}

// method reads what may follow a column and a point.
func (p *queryParser) method(column string) condition {
	name := p.next().text
	if name == "str" || name == "dt" {
		p.fail()
		return condition{}
	}
	p.need("(")
	out := condition{column: column}
	switch name {
	case "notnull", "notna":
		out.op = "not null"
	case "isnull", "isna":
		out.op = "null"
	case "isin":
		list := p.operand()
		if !list.isList {
			p.fail()
		}
		out.op, out.value = "in", list.list
	default:
		p.fail()
	}
	p.need(")")
	return out
}

func (p *queryParser) operand() operandOf {
	t := p.next()
	switch {
	case t.kind == "name" && slices.Contains([]string{"True", "False"}, t.text):
		return operandOf{value: t.text == "True"}
	case t.kind == "name" && !slices.Contains([]string{"and", "or", "not", "in", "None", "nan"}, t.text):
		return operandOf{column: t.text}
	case t.kind == "quoted":
		return operandOf{column: strings.Trim(t.text, "`")}
	case t.kind == "text":
		return operandOf{value: unquoted(t.text)}
	case t.kind == "number":
		return operandOf{value: numeral(t.text)}
	case t.text == "-" && p.now().kind == "number":
		return operandOf{value: numeral("-" + p.next().text)}
	case t.text == "[", t.text == "(":
		return p.list(map[string]string{"[": "]", "(": ")"}[t.text])
	}
	p.fail()
	return operandOf{}
}

func (p *queryParser) list(end string) operandOf {
	out := operandOf{isList: true}
	for p.err == nil && !p.take(end) {
		e := p.operand()
		if e.column != "" || e.isList {
			p.fail()
		}
		out.list = append(out.list, e.value)
		if !p.take(",") && p.now().text != end {
			p.fail()
		}
	}
	return out
}

func all(parts []condition) condition {
	if len(parts) == 1 {
		return parts[0]
	}
	return condition{op: "and", parts: parts}
}

// numeral is a number of a condition as JSON would have it.
func numeral(s string) json.Number { return json.Number(strings.TrimPrefix(s, "+")) }

// unquoted is the text between quotes of Python, with the escapes that such conditions have.
func unquoted(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\n`, "\n", `\t`, "\t").Replace(s[1 : len(s)-1])
}
