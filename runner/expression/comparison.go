package expression

import (
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// compare checks == != < <= > >=.
func (c *checker) compare(n *ast.BinaryNode) *Node {
	equality := n.Operator == "==" || n.Operator == "!="
	left, right := asList(n.Left), asList(n.Right)
	if left != nil && right != nil && equality && len(left.Nodes) == len(right.Nodes) && len(left.Nodes) > 0 {
		out := c.equalLists(c.span(n), left, right)
		if out != nil && n.Operator == "!=" {
			out = &Node{Kind: Not, Type: boolType, Args: []*Node{out}}
		}
		return out
	}
	l, r := c.node(n.Left), c.node(n.Right)
	if l == nil || r == nil {
		return nil
	}
	return c.compareValues(n.Operator, c.span(n), l, r)
}

func asList(n ast.Node) *ast.ArrayNode {
	list, _ := n.(*ast.ArrayNode)
	return list
}

// compareValues makes the comparison of two values.
func (c *checker) compareValues(op string, at span, l, r *Node) *Node {
	if l.Kind == Nil || r.Kind == Nil {
		return c.compareNil(op, at, l, r)
	}
	l, r = asUUID(l, r), asUUID(r, l)
	l, r = c.alikeJSON(l, r)
	l, r = asEmpty(l, r), asEmpty(r, l)
	equality := op == "==" || op == "!="
	switch {
	case !alike(l.Type, r.Type):
		c.fault(badType, at, c.mismatchHint(l, r), "cannot compare %s with %s", c.describe(l), c.describe(r))
		return nil
	case equality && !l.Type.Comparable():
		hint := ""
		if l.Type.Family == model.JSON {
			hint = "declare the column jsonb"
		}
		c.fault(badType, at, hint, "Postgres cannot compare values of type %s", l.Type.Name)
		return nil
	case !equality && !ordered(l.Type):
		hint := ""
		if l.Type.Family == model.JSONB {
			hint = "write number(" + c.src.slice(l.From, l.To) + ") or text(...)"
		}
		c.fault(badType, at, hint, "%s does not order values of type %s", quoted(op), l.Type.Name)
		return nil
	}
	if l.Type.Family == model.Array {
		if _, ok := unify([]*Node{l, r}); !ok {
			c.fault(badType, at, "", "cannot compare %s with %s", c.describe(l), c.describe(r))
			return nil
		}
	}
	if equality {
		c.warnFloat(at, l, r)
		c.checkTypeName(l, r)
		c.checkTypeName(r, l)
		c.checkColumns(l, r)
		c.checkColumns(r, l)
	}
	out := &Node{Kind: Compare, Name: op, Type: boolType, Args: []*Node{l, r}, From: at.from, To: at.to}
	if same(l, r) && l.Kind != Literal {
		verdict := map[string]string{"==": "true", "<=": "true", ">=": "true"}[op]
		if verdict == "" {
			verdict = "false"
		}
		c.fault(constant, at, "", "both sides are the same, so this is always %s", verdict)
	}
	return out
}

func (c *checker) compareNil(op string, at span, l, r *Node) *Node {
	x := l
	if l.Kind == Nil {
		x = r
	}
	switch {
	case x.Kind == Nil:
		c.fault(badType, at, "", "nil is compared with nil")
		return nil
	case op != "==" && op != "!=":
		c.fault(badType, at, `ask "x == nil" or "x != nil"`, "nil is neither less nor greater than anything")
		return nil
	}
	return &Node{Kind: IsNil, Name: op, Type: boolType, Args: []*Node{x}, From: at.from, To: at.to}
}

// asEmpty gives an empty list the type of the array beside it.
func asEmpty(n, beside *Node) *Node {
	if n.Kind != List || len(n.Args) > 0 || beside.Type.Family != model.Array {
		return n
	}
	out := *n
	out.Type = beside.Type
	return &out
}

// grouped is the text of a part as it can stand behind an operator.
func (c *checker) grouped(n *Node) string {
	text := c.src.slice(n.From, n.To)
	if strings.ContainsAny(text, " +-") {
		return "(" + text + ")"
	}
	return text
}

// warnFloat warns of equality with a float: a computed one is hardly ever exactly what it should be. Whole numbers are exact.
func (c *checker) warnFloat(at span, l, r *Node) {
	if l.Type.Family != model.Float && r.Type.Family != model.Float {
		return
	}
	exact := 53 // bits of a whole number that a float keeps
	if l.Type.Family == model.Float && l.Type.Bits == 32 || r.Type.Family == model.Float && r.Type.Bits == 32 {
		exact = 24
	}
	for _, n := range []*Node{l, r} {
		if i := rational(n).Num(); wholeLiteral(n) && i.BitLen()-int(i.TrailingZeroBits()) > exact {
			c.fault(precision, at, "declare the column numeric or bigint", "a float does not hold %s exactly", c.src.slice(n.From, n.To))
			return
		}
	}
	if !wholeLiteral(l) && !wholeLiteral(r) {
		c.fault(precision, at, "write abs("+c.src.slice(l.From, l.To)+" - "+c.grouped(r)+") < 0.000001, or declare the column numeric", "floats are compared for equality")
	}
}

// same tells whether two nodes are the same expression.
func same(a, b *Node) bool {
	if a == b {
		return true
	}
	if a.Kind != b.Kind || a.Name != b.Name || a.Text != b.Text || a.Function != b.Function || a.WithNil != b.WithNil ||
		(a.join == nil) != (b.join == nil) || a.join != nil && a.join.Alias != b.join.Alias ||
		a.Type.Name != b.Type.Name || len(a.Args) != len(b.Args) {
		return false
	}
	for i := range a.Args {
		if !same(a.Args[i], b.Args[i]) {
			return false
		}
	}
	return true
}

var uuidText = regexp.MustCompile(`^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$`)

// asUUID reads a text literal beside a uuid as one.
func asUUID(n, beside *Node) *Node {
	if n.Kind != Literal || n.Type.Family != model.Text || beside.Type.Family != model.UUID || !uuidText.MatchString(n.Text) {
		return n
	}
	out := *n
	out.Type = beside.Type
	return &out
}

func (c *checker) mismatchHint(l, r *Node) string {
	if group(l.Type) == textGroup {
		l, r = r, l
	}
	if l.Type.Family == model.JSONB {
		l, r = r, l
	}
	switch {
	case group(l.Type) == momentGroup && r.Type.Family == model.JSONB:
		return "write date(" + c.src.slice(r.From, r.To) + ")"
	case l.Type.Family == model.Array && alike(r.Type, *l.Type.Elem):
		return `write "` + c.src.slice(r.From, r.To) + " in " + c.src.slice(l.From, l.To) + `"`
	case r.Type.Family == model.Array && alike(l.Type, *r.Type.Elem):
		return `write "` + c.src.slice(l.From, l.To) + " in " + c.src.slice(r.From, r.To) + `"`
	case group(l.Type) == momentGroup && r.Kind == Literal && group(r.Type) == textGroup:
		if _, err := model.ParseDate(r.Text); err == nil {
			return `write date("` + r.Text + `")`
		}
		return `write date("YYYY-MM-DD")`
	case group(l.Type) == momentGroup && isNumber(r):
		day := c.src.slice(r.From, r.To)
		if _, err := model.ParseDate(day); err == nil { // to the parser 2024-01-31 is a difference
			return `write date("` + day + `")`
		}
	case group(l.Type) == momentGroup && group(r.Type) == textGroup:
		return "write date(" + c.src.slice(r.From, r.To) + ")"
	case isNumber(l) && r.Kind == Literal && group(r.Type) == textGroup && c.isColumn(r.Text):
		return "text stands in quotes; write the column as " + Spelling(r.Text)
	case isNumber(l) && r.Kind == Literal && group(r.Type) == textGroup:
		return "a number is written without quotes"
	case isNumber(l) && group(r.Type) == textGroup:
		return "write number(" + c.src.slice(r.From, r.To) + ")"
	case group(l.Type) == boolGroup || group(r.Type) == boolGroup:
		return "a boolean is compared with true or false"
	}
	return ""
}
