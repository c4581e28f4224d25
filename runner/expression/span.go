package expression

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser/lexer"
)

// span returns the part of the text that a node covers. The parser keeps one token per node, often in the middle, so the rest comes
// from the children and from the brackets around them.
func (c *checker) span(n ast.Node) span {
	if at, ok := c.spans[n]; ok {
		return at
	}
	at := c.measure(n)
	c.spans[n] = at
	return at
}

func (c *checker) measure(n ast.Node) span {
	loc := n.Location()
	at := span{loc.From, loc.To}
	switch n := n.(type) {
	case *ast.UnaryNode:
		return c.cover(at, n.Node)
	case *ast.BinaryNode:
		return c.cover(at, n.Left, n.Right)
	case *ast.BuiltinNode:
		return c.cover(c.closed(at, 1), n.Arguments...)
	case *ast.CallNode:
		return c.cover(c.closed(at, 1), append([]ast.Node{n.Callee}, n.Arguments...)...)
	case *ast.ArrayNode, *ast.MapNode:
		return c.closed(at, 0)
	case *ast.MemberNode:
		return c.cover(c.closed(at, 0), n.Node)
	case *ast.SliceNode:
		return c.cover(c.closed(at, 0), n.Node)
	case *ast.ChainNode:
		return c.cover(at, n.Node)
	case *ast.ConditionalNode:
		return c.conditionalSpan(n)
	case *ast.SequenceNode:
		return c.cover(at, n.Nodes...)
	case *ast.VariableDeclaratorNode:
		return c.cover(c.after(at, "let"), n.Value, n.Expr)
	case *ast.PredicateNode:
		return c.cover(c.closed(at, 0), n.Node)
	}
	return at
}

// cover widens at to the children, together with the parentheses around each.
func (c *checker) cover(at span, children ...ast.Node) span {
	for _, n := range children {
		if n == nil {
			continue
		}
		inner := c.parenthesised(c.span(n))
		at = span{min(at.from, inner.from), max(at.to, inner.to)}
	}
	return at
}

// closed widens at to the partner of the bracket that is ahead tokens after the start of at.
func (c *checker) closed(at span, ahead int) span {
	i, ok := c.src.starts[at.from]
	if !ok {
		return at
	}
	if partner, ok := c.src.match[i+ahead]; ok {
		at.to = max(at.to, c.src.tokens[partner].To)
	}
	return at
}

// parenthesised widens at to the parentheses directly around it.
func (c *checker) parenthesised(at span) span {
	for {
		before, ok := c.tokenBefore(at.from)
		partner, matched := c.src.match[before]
		last, ended := c.src.ends[at.to]
		if !ok || !matched || !ended || partner != last+1 || !c.src.tokens[before].Is(lexer.Bracket, "(") {
			return at
		}
		at = span{c.src.tokens[before].From, c.src.tokens[partner].To}
	}
}

func (c *checker) tokenBefore(from int) (int, bool) {
	i, ok := c.src.starts[from]
	return i - 1, ok && i > 0
}

// after starts at at the word before it, if that is what stands there.
func (c *checker) after(at span, word string) span {
	if i, ok := c.tokenBefore(at.from); ok && c.src.tokens[i].Value == word {
		at.from = c.src.tokens[i].From
	}
	return at
}

// conditionalSpan does not use the node's own place: that of `a ? b : c` lies behind it, and that of if/else is missing.
func (c *checker) conditionalSpan(n *ast.ConditionalNode) span {
	at := c.parenthesised(c.span(n.Cond))
	at = c.cover(at, n.Exp1, n.Exp2)
	if n.Ternary {
		return at
	}
	at = c.after(at, "if")
	if last, ok := c.src.ends[at.to]; ok && c.src.token(last+1).Is(lexer.Bracket, "}") {
		if inner, ok := n.Exp2.(*ast.ConditionalNode); !ok || inner.Ternary {
			at.to = c.src.tokens[last+1].To
		}
	}
	return at
}
