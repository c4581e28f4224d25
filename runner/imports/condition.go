package imports

import (
	"fmt"
	"regexp"
	"strings"

	"streamflow/runner/model"
)

// condition is a row condition as a tree. Great Expectations has three ways to write one: a query of pandas, a small language of its own
// (one comparison), and in 1.x a tree in JSON.
type condition struct {
	op     string      // and, or, not; == != < <= > >=; in, not in; null, not null; column (a boolean one)
	parts  []condition // of and, or, not
	column string
	value  any    // of a comparison; of in and not in a list
	other  string // a comparison with another column instead of a value
}

var opposite = map[string]string{"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in", "not in": "in", "null": "not null",
	"not null": "null", "and": "or", "or": "and"}

// where turns the row condition of an expectation into the text of where; "" when there is none.
func (a *arguments) where() string {
	v, parser := a.value("row_condition"), a.value("condition_parser")
	if v == nil || v == "" {
		return ""
	}
	c, pandas, err := readCondition(v, parser)
	if err != nil {
		a.fail("row_condition: %v", err)
		return ""
	}
	return a.selects(c, pandas, false)
}

func readCondition(v, parser any) (condition, bool, error) {
	switch v := v.(type) {
	case map[string]any:
		c, err := conditionTree(v)
		return c, true, err
	case string:
		if name, _ := parser.(string); name == "pandas" || name == "python" {
			c, err := parseQuery(v)
			return c, true, err
		}
		if strings.HasPrefix(strings.TrimSpace(v), "col(") {
			c, err := parseOwn(v)
			return c, false, err
		}
		if parser == nil {
			c, err := parseQuery(v)
			return c, true, err
		}
		return condition{}, false, fmt.Errorf("the condition_parser %v is not read here: %s", parser, v)
	}
	return condition{}, false, fmt.Errorf("it is neither a text nor a condition: %s", shown(v))
}

// own is the grammar of Great Expectations for SQL and Spark: exactly one comparison, or notnull.
var own = regexp.MustCompile(`(?i)^\s*col\("([^"]+)"\)\s*(?:(\.notnull\(\))|(==|!=|<=|>=|<|>)\s*(?:([-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?)|(?:date\()?(?:"([^"]*)"|'([^']*)')\)?))\s*$`)

func parseOwn(text string) (condition, error) {
	m := own.FindStringSubmatch(text)
	switch {
	case m == nil:
		return condition{}, fmt.Errorf(`only one comparison is read, col("x") >= 1 or col("x").notnull(): %s`, text)
	case m[2] != "":
		return condition{op: "not null", column: m[1]}, nil
	case m[4] != "":
		return condition{op: m[3], column: m[1], value: numeral(m[4])}, nil
	}
	return condition{op: m[3], column: m[1], value: m[5] + m[6]}, nil
}

// conditionTree reads a condition of 1.x.
func conditionTree(v map[string]any) (condition, error) {
	name := ""
	switch c := v["column"].(type) {
	case map[string]any:
		name, _ = c["name"].(string)
	case string:
		name = c
	}
	switch v["type"] {
	case "comparison":
		op := strings.ToLower(strings.ReplaceAll(fmt.Sprint(v["operator"]), "_", " "))
		if opposite[op] == "" || op == "and" || op == "or" {
			return condition{}, fmt.Errorf("the operator %v is not known", v["operator"])
		}
		return condition{op: op, column: name, value: v["parameter"]}, nil
	case "nullity":
		if v["is_null"] == true {
			return condition{op: "null", column: name}, nil
		}
		return condition{op: "not null", column: name}, nil
	case "and", "or":
		out := condition{op: v["type"].(string)}
		list, _ := v["conditions"].([]any)
		for _, e := range list {
			m, ok := e.(map[string]any)
			if !ok {
				return condition{}, fmt.Errorf("it holds %s, which is no condition", shown(e))
			}
			c, err := conditionTree(m)
			if err != nil {
				return condition{}, err
			}
			out.parts = append(out.parts, c)
		}
		if len(out.parts) == 0 {
			return condition{}, fmt.Errorf("%q joins nothing", v["type"])
		}
		return out, nil
	case "pass_through":
		text, _ := v["pass_through_filter"].(string)
		return parseQuery(text)
	}
	return condition{}, fmt.Errorf("conditions of type %v are not known", v["type"])
}

// selects writes a condition, or with not its opposite. pandas knows no unknown: of a missing value every comparison is false but !=
// and not in, which are true.
func (a *arguments) selects(c condition, pandas, not bool) string {
	switch c.op {
	case "not":
		return a.selects(c.parts[0], pandas, !not)
	case "and", "or":
		op := c.op
		if not {
			op = opposite[op]
		}
		var parts []string
		for _, p := range c.parts {
			text := a.selects(p, pandas, not)
			if nested := p.op == "and" || p.op == "or" || p.op == "not"; nested || strings.Contains(text, " or ") && op == "and" {
				text = parenthesized(text)
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, " "+op+" ")
	}
	op := c.op
	if not && op != "column" {
		op = opposite[op]
	}
	col := a.named(c.column)
	x := spelled(col)
	list, _ := c.value.([]any)
	y, beside := timed(col, x, append(list, c.value)...)
	text := ""
	switch op {
	case "null":
		return x + " == nil"
	case "not null":
		return x + " != nil"
	case "column":
		if col.Type.Family != model.Boolean {
			a.fail("row_condition: the column %s is no condition", c.column)
		}
		if text = x; not {
			text = "not " + x
		}
	case "in", "not in":
		if _, ok := c.value.([]any); !ok {
			a.fail("row_condition: %s is no list", shown(c.value))
		}
		text = y + " " + op + " [" + strings.Join(a.literals("row_condition", list, beside), ", ") + "]"
	default:
		text = y + " " + op + " " + a.operand(c, beside)
	}
	// What is true of a missing value in pandas: the opposite of a comparison, and a plain inequality.
	lenient := pandas && (not != (c.op == "!=" || c.op == "not in"))
	if !lenient || !col.Nullable && c.other == "" {
		return text
	}
	text += " or " + x + " == nil"
	if c.other != "" {
		text += " or " + spelled(a.named(c.other)) + " == nil"
	}
	return text
}

func (a *arguments) operand(c condition, col *model.Column) string {
	if c.other != "" {
		return spelled(a.named(c.other))
	}
	l, err := literal(col, c.value)
	if err != nil {
		a.fail("row_condition: %v", err)
	}
	return l
}

func parenthesized(s string) string {
	if strings.HasPrefix(s, "(") && closes(s) {
		return s
	}
	return "(" + s + ")"
}

// closes tells whether the parenthesis at the beginning of a text closes at its end. What looks like one inside of a text in quotes may
// give the wrong answer, never a wrong condition.
func closes(s string) bool {
	depth := 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return i == len(s)-1
		}
	}
	return false
}
