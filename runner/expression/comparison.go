package expression

import (
	"regexp"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// compare checks == != < <= > >=.
func (c *checker) compare(n *ast.BinaryNode) *Node {
	l, r := c.node(n.Left), c.node(n.Right)
	if l == nil || r == nil {
		return nil
	}
	at := c.span(n)
	if l.Kind == Nil || r.Kind == Nil {
		return c.compareNil(n, l, r)
	}
	l, r = asUUID(l, r), asUUID(r, l)
	if !alike(l.Type, r.Type) {
		c.fault(badType, at, c.mismatchHint(l, r), "cannot compare %s with %s", c.describe(l), c.describe(r))
		return nil
	}
	equality := n.Operator == "==" || n.Operator == "!="
	switch {
	case equality && !l.Type.Comparable():
		c.fault(badType, at, "", "Postgres cannot compare values of type %s", l.Type.Name)
		return nil
	case !equality && !ordered(l.Type):
		c.fault(badType, at, "", "%s does not order values of type %s", quoted(n.Operator), l.Type.Name)
		return nil
	}
	if equality {
		c.warnFloat(at, l, r)
	}
	out := &Node{Kind: Compare, Name: n.Operator, Type: boolType, Args: []*Node{l, r}}
	if same(l, r) && l.Kind != Literal {
		verdict := map[string]string{"==": "true", "<=": "true", ">=": "true"}[n.Operator]
		if verdict == "" {
			verdict = "false"
		}
		c.fault(constant, at, "", "both sides are the same, so this is always %s", verdict)
	}
	return out
}

func (c *checker) compareNil(n *ast.BinaryNode, l, r *Node) *Node {
	at := c.span(n)
	x := l
	if l.Kind == Nil {
		x = r
	}
	switch {
	case x.Kind == Nil:
		c.fault(badType, at, "", "nil is compared with nil")
		return nil
	case n.Operator != "==" && n.Operator != "!=":
		c.fault(badType, at, `ask "x == nil" or "x != nil"`, "nil is neither less nor greater than anything")
		return nil
	}
	return &Node{Kind: IsNil, Name: n.Operator, Type: boolType, Args: []*Node{x}}
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
		c.fault(precision, at, "write abs(a - b) < 0.000001, or declare the column numeric", "floats are compared for equality")
	}
}

// same tells whether two nodes are the same expression.
func same(a, b *Node) bool {
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
	switch {
	case group(l.Type) == momentGroup && r.Kind == Literal && group(r.Type) == textGroup:
		if _, err := model.ParseDate(r.Text); err == nil {
			return `write date("` + r.Text + `")`
		}
		return `write date("YYYY-MM-DD")`
	case group(l.Type) == momentGroup && group(r.Type) == textGroup:
		return "write date(" + c.src.slice(r.From, r.To) + ")"
	case isNumber(l) && r.Kind == Literal && group(r.Type) == textGroup:
		return "a number is written without quotes"
	case isNumber(l) && group(r.Type) == textGroup:
		return "write number(" + c.src.slice(r.From, r.To) + ")"
	case group(l.Type) == boolGroup || group(r.Type) == boolGroup:
		return "a boolean is compared with true or false"
	}
	return ""
}
