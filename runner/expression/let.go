package expression

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"
)

// let is a name for a part of an expression: `let fee = price * share; fee < 10`. Wherever the name is used, that part stands.
type let struct {
	name       string
	value      *Node   // nil after a fault in it
	parts      int     // of the value, with all that lets in it stand for
	bare       []*Node // columns of the value outside of aggregates
	aggregates bool    // the value holds an aggregate
	used       bool
}

// declare checks `let name = value; rest`.
func (c *checker) declare(n *ast.VariableDeclaratorNode) *Node {
	c.checkLetName(n)
	bare, aggregates := len(c.bare), len(c.aggregates)
	l := &let{name: n.Name, value: c.node(n.Value)}
	l.bare, l.aggregates = slices.Clone(c.bare[bare:]), len(c.aggregates) > aggregates
	l.parts = l.value.count()
	c.bare = c.bare[:bare] // they count where the name is used
	c.lets = append(c.lets, l)
	out := c.node(n.Expr)
	c.lets = c.lets[:len(c.lets)-1]
	if !l.used && out != nil {
		c.fault(unusedLet, c.letName(n), "remove it", "%s is never used", quoted(n.Name))
	}
	if out == nil || l.value == nil {
		return nil
	}
	rest := *out
	return &rest
}

// letName is where the name stands that a let declares.
func (c *checker) letName(n *ast.VariableDeclaratorNode) span {
	at := n.Location()
	return span{at.From, at.To}
}

// checkLetName refuses a name that means something already: the reader of the rule could not tell which of the two is meant.
func (c *checker) checkLetName(n *ast.VariableDeclaratorNode) {
	what := ""
	switch _, isColumn := c.columns[n.Name]; {
	case isColumn:
		what = "a column"
	case c.params[n.Name].Name != "" || n.Name == "params":
		what = "a parameter"
	case c.let(n.Name) != nil:
		what = "another let"
	case n.Name == "$env":
		what = "the row"
	default:
		return
	}
	c.fault(badLet, c.letName(n), "call it "+c.freeName(n.Name), "%s is the name of %s already", quoted(n.Name), what)
}

// freeName is a name like the given one that means nothing yet.
func (c *checker) freeName(name string) string {
	for i := 2; ; i++ {
		out := name + "_" + strconv.Itoa(i)
		if _, taken := c.columns[out]; !taken && c.params[out].Name == "" && c.let(out) == nil {
			return out
		}
	}
}

// let finds the innermost let of a name.
func (c *checker) let(name string) *let {
	for i := len(c.lets) - 1; i >= 0; i-- {
		if c.lets[i].name == name {
			return c.lets[i]
		}
	}
	return nil
}

// useLet puts the value of a let in the place of its name.
func (c *checker) useLet(n ast.Node, l *let) *Node {
	l.used = true
	if l.value == nil {
		return nil
	}
	if before := c.expanded; before+l.parts > maxLetParts {
		if c.expanded = maxLetParts + 1; before <= maxLetParts {
			c.fault(tooComplex, c.span(n), "split it into several", "the lets stand for more than %d parts", maxLetParts)
		}
		return nil
	}
	c.expanded += l.parts
	if c.inside && l.aggregates {
		c.fault(badType, c.span(n), "", "an aggregate cannot stand inside of another, and %s holds one", quoted(l.name))
		return nil
	}
	if !c.inside {
		c.bare = append(c.bare, l.bare...)
	}
	out := *l.value
	return &out
}

// count is the number of nodes of a tree.
func (n *Node) count() int {
	if n == nil {
		return 0
	}
	total := 1
	for _, a := range n.Args {
		total += a.count()
	}
	return total
}
