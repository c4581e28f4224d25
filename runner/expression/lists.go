package expression

import (
	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

func (c *checker) in(n *ast.BinaryNode) *Node {
	x := c.node(n.Left)
	switch right := n.Right.(type) {
	case *ast.ArrayNode:
		return c.inList(n, x, right)
	case *ast.BinaryNode:
		if right.Operator == ".." {
			return c.inRange(n, x, right)
		}
	}
	r := c.node(n.Right)
	if x == nil || r == nil {
		return nil
	}
	hint := `write "x in [a, b]" or "x in 1..10"`
	if group(r.Type) == textGroup {
		hint = `for a part of a text write "x contains y"`
	}
	c.fault(badType, span{r.From, r.To}, hint, "in needs a list or a range, and this is %s", kindOf(r))
	return nil
}

func (c *checker) inList(n *ast.BinaryNode, x *Node, list *ast.ArrayNode) *Node {
	out := &Node{Kind: In, Type: boolType, Args: []*Node{x}}
	ok := x != nil
	for _, e := range list.Nodes {
		element := c.element(e)
		switch {
		case element == nil:
			ok = false
		case element.Kind == Nil:
			out.WithNil = true
		case x != nil:
			out.Args = append(out.Args, asUUID(element, x))
		default:
			out.Args = append(out.Args, element)
		}
	}
	ok = c.checkElements(out.Args[1:]) && ok
	if !ok {
		return nil
	}
	at := c.span(n)
	if x.Kind == Nil {
		c.fault(badType, at, `write "x == nil"`, "nil is looked for in a list")
		return nil
	}
	if len(list.Nodes) == 0 {
		c.fault(constant, at, "", "the list is empty, so nothing is in it")
		return out
	}
	if first := out.Args[1:]; len(first) > 0 && !alike(x.Type, first[0].Type) {
		hint := c.mismatchHint(x, first[0])
		if _, negated := n.Left.(*ast.UnaryNode); negated {
			hint = `write "x not in [...]"`
		}
		c.fault(badType, at, hint, "cannot look for %s in a list of %s", c.describe(x), plural(first[0]))
		return nil
	}
	if len(out.Args) > 1 && !x.Type.Comparable() {
		c.fault(badType, at, "", "Postgres cannot compare values of type %s", x.Type.Name)
		return nil
	}
	for _, e := range out.Args[1:] {
		c.warnFloat(at, x, e)
	}
	return out
}

// element checks one element of a list. A range inside of a list has no equal in SQL.
func (c *checker) element(n ast.Node) *Node {
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == ".." {
		c.fault(badList, c.span(n), `write "x in a..b or x in [...]"`, "a list cannot hold a range")
		return nil
	}
	return c.node(n)
}

// checkElements reports elements of different types and warns of repeated ones.
func (c *checker) checkElements(elements []*Node) bool {
	seen := map[string]bool{}
	ok := true
	for _, e := range elements {
		at := span{e.From, e.To}
		if !alike(elements[0].Type, e.Type) {
			c.fault(badList, at, "", "the list mixes %s and %s", plural(elements[0]), plural(e))
			ok = false
			continue
		}
		if e.Kind != Literal {
			continue
		}
		key := e.Text
		if isNumber(e) {
			key = rational(e).String()
		}
		if seen[key] {
			c.fault(repeated, at, "remove it", "%s is in the list twice", c.src.slice(at.from, at.to))
		}
		seen[key] = true
	}
	return ok
}

func (c *checker) inRange(n *ast.BinaryNode, x *Node, r *ast.BinaryNode) *Node {
	low, high := c.node(r.Left), c.node(r.Right)
	if x == nil || low == nil || high == nil {
		return nil
	}
	text := func(n *Node) string { return c.src.slice(n.From, n.To) }
	hint := `write "` + text(low) + " <= " + text(x) + " <= " + text(high) + `"`
	for _, bound := range []*Node{low, high} {
		if bound.Type.Family != model.Integer {
			c.fault(badType, c.span(r), hint, "a range goes from one whole number to another, and %s is %s", quoted(text(bound)), kindOf(bound))
			return nil
		}
	}
	if x.Type.Family != model.Integer {
		c.fault(badType, c.span(n), hint, "a range holds whole numbers, and %s is %s", quoted(text(x)), kindOf(x))
		return nil
	}
	if low.Kind == Literal && high.Kind == Literal && rational(low).Cmp(rational(high)) > 0 {
		c.fault(invertedRange, c.span(r), "write the smaller number first", "the range is empty")
		return nil
	}
	return &Node{Kind: Between, Type: boolType, Args: []*Node{x, low, high}}
}
