package expression

import (
	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

func (c *checker) unary(n *ast.UnaryNode) *Node {
	x := c.node(n.Node)
	if x == nil {
		return nil
	}
	if n.Operator == "not" || n.Operator == "!" {
		x = c.readAs(x, boolType)
		if x.Type.Family != model.Boolean {
			c.fault(badType, c.span(n), "not binds tighter than other operators: write not (...)", "not needs a condition, and this is %s", kindOf(x))
			return nil
		}
		return &Node{Kind: Not, Type: boolType, Args: []*Node{x}}
	}
	x = c.readAs(x, numericType)
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
		x = c.readAs(x, boolType)
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

func (c *checker) textTest(n *ast.BinaryNode) *Node {
	l, r := c.node(n.Left), c.node(n.Right)
	if l == nil || r == nil {
		return nil
	}
	l, r = c.readAs(l, textType), c.readAs(r, textType)
	for _, x := range []*Node{l, r} {
		if group(x.Type) != textGroup {
			hint := ""
			if x == l && x.Type.Family == model.Array && n.Operator == "contains" {
				hint = "write " + c.src.slice(r.From, r.To) + " in " + c.src.slice(l.From, l.To)
			}
			c.fault(badType, span{x.From, x.To}, hint, "%s needs text on both sides, and this is %s", n.Operator, kindOf(x))
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
	c.judgePattern(span{r.From, r.To}, r.Text)
	return &Node{Kind: Matches, Text: r.Text, Type: boolType, Args: []*Node{l}}
}

func (c *checker) coalesce(n *ast.BinaryNode) *Node {
	return c.branches(n, &Node{Kind: Coalesce}, []ast.Node{n.Left, n.Right})
}

func (c *checker) conditional(n *ast.ConditionalNode) *Node {
	cond := c.node(n.Cond)
	if cond != nil {
		cond = c.readAs(cond, boolType)
	}
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
	a, b = c.alikeJSON(a, b)
	out.Args = []*Node{asEmpty(a, b), asEmpty(b, a)}
	t, ok := unify(out.Args)
	if !ok {
		c.fault(badType, c.span(n), "", "both values must be of one type; these are %s and %s", kindOf(a), kindOf(b))
		return nil
	}
	out.Type, out.size = t, largest(out.Args, t)
	return out
}
