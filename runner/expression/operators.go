package expression

import (
	"regexp"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

func (c *checker) unary(n *ast.UnaryNode) *Node {
	x := c.node(n.Node)
	if x == nil {
		return nil
	}
	if n.Operator == "not" || n.Operator == "!" {
		if x.Type.Family != model.Boolean {
			c.fault(badType, c.span(n), "not binds tighter than other operators: write not (...)", "not needs a condition, and this is %s", kindOf(x))
			return nil
		}
		return &Node{Kind: Not, Type: boolType, Args: []*Node{x}}
	}
	switch {
	case !isNumber(x):
		c.fault(badType, c.span(n), "", "%s needs a number, and this is %s", quoted(n.Operator), kindOf(x))
		return nil
	case n.Operator == "+":
		return x
	case x.Kind == Literal:
		return negated(x)
	}
	return c.arithmetic("negate", x)
}

func (c *checker) binary(n *ast.BinaryNode) *Node {
	switch op := n.Operator; op {
	case "and", "&&", "or", "||":
		return c.logic(n)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(n)
	case "in":
		return c.in(n)
	case "..":
		c.fault(badType, c.span(n), `write "x in a..b"`, "a range can only stand after in")
		return nil
	case "??":
		return c.coalesce(n)
	case "contains", "startsWith", "endsWith", "matches":
		return c.textTest(n)
	case "+", "-", "*", "/", "%", "**", "^":
		return c.calculate(n)
	}
	c.unsupported(n)
	return nil
}

// logic flattens a chain of and (or of or), which the parser nests once per operand.
func (c *checker) logic(n *ast.BinaryNode) *Node {
	kind := logicOf(n.Operator)
	var operands []ast.Node
	var left ast.Node = n
	for {
		b, ok := left.(*ast.BinaryNode)
		if !ok || logicOf(b.Operator) != kind {
			operands = append(operands, left)
			break
		}
		operands = append(operands, b.Right)
		left = b.Left
	}
	out := &Node{Kind: kind, Type: boolType}
	for i := len(operands) - 1; i >= 0; i-- {
		x := c.node(operands[i])
		if x == nil {
			out.Kind = Nil
			continue
		}
		if x.Type.Family != model.Boolean {
			hint := ""
			if kind == Or && group(x.Type) == textGroup {
				hint = `texts are joined with "+"`
			}
			c.fault(badType, span{x.From, x.To}, hint, "%s needs conditions, and this is %s", quoted(n.Operator), kindOf(x))
			out.Kind = Nil
		}
		out.Args = append(out.Args, x)
	}
	if out.Kind == Nil {
		return nil
	}
	return out
}

func logicOf(operator string) Kind {
	switch operator {
	case "and", "&&":
		return And
	case "or", "||":
		return Or
	}
	return Nil
}

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
	if (l.Type.Family == model.Float || r.Type.Family == model.Float) && !wholeLiteral(l) && !wholeLiteral(r) {
		c.fault(precision, at, "write abs(a - b) < 0.000001, or declare the column numeric", "floats are compared for equality")
	}
}

// same tells whether two nodes are the same expression.
func same(a, b *Node) bool {
	if a.Kind != b.Kind || a.Name != b.Name || a.Text != b.Text || a.Function != b.Function || a.WithNil != b.WithNil ||
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

func (c *checker) textTest(n *ast.BinaryNode) *Node {
	l, r := c.node(n.Left), c.node(n.Right)
	if l == nil || r == nil {
		return nil
	}
	for _, x := range []*Node{l, r} {
		if group(x.Type) != textGroup {
			c.fault(badType, span{x.From, x.To}, "", "%s needs text on both sides, and this is %s", n.Operator, kindOf(x))
			return nil
		}
	}
	if n.Operator != "matches" {
		return &Node{Kind: TextTest, Name: n.Operator, Type: boolType, Args: []*Node{l, r}}
	}
	if r.Kind != Literal {
		c.fault(notInSQL, span{r.From, r.To}, "write the pattern out", "the pattern of matches must be a text in quotes")
		return nil
	}
	if err := checkPattern(r.Text); err != nil {
		k := badConst
		if err.unsupported {
			k = notInSQL
		}
		c.fault(k, span{r.From, r.To}, err.hint, "%s", err.message)
		return nil
	}
	return &Node{Kind: Matches, Text: r.Text, Type: boolType, Args: []*Node{l}}
}

func (c *checker) coalesce(n *ast.BinaryNode) *Node {
	return c.branches(n, &Node{Kind: Coalesce}, []ast.Node{n.Left, n.Right})
}

func (c *checker) conditional(n *ast.ConditionalNode) *Node {
	cond := c.node(n.Cond)
	if cond != nil && cond.Type.Family != model.Boolean {
		c.fault(badType, span{cond.From, cond.To}, "", "the condition must be true or false, and this is %s", kindOf(cond))
		cond = nil
	}
	out := c.branches(n, &Node{Kind: If}, []ast.Node{n.Exp1, n.Exp2})
	if out == nil || cond == nil {
		return nil
	}
	out.Args = append([]*Node{cond}, out.Args...)
	return out
}

// branches checks values of which one is taken: they must have one type.
func (c *checker) branches(n ast.Node, out *Node, values []ast.Node) *Node {
	a, b := c.node(values[0]), c.node(values[1])
	if a == nil || b == nil {
		return nil
	}
	out.Args = []*Node{a, b}
	t, ok := unify(out.Args)
	if !ok {
		c.fault(badType, c.span(n), "", "both values must be of one type; these are %s and %s", kindOf(a), kindOf(b))
		return nil
	}
	out.Type, out.size = t, largest(out.Args, t)
	return out
}
