package expression

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// checker turns the tree of expr's parser into a tree of Nodes and collects the faults on the way. A part with a fault becomes nil,
// and what holds it says nothing more about it.
type checker struct {
	env         Env
	noAggregate string // why aggregates are not allowed; empty when they are
	instead     string // what to do instead
	src         *source
	columns     map[string]Column
	params      map[string]Param
	spans       map[ast.Node]span
	done        map[ast.Node]*Node // the two halves of 1 < x < 10 share the x
	mentioned   []string
	bare        []*Node // columns outside of aggregates
	aggregates  []*Node
	inside      bool // of an aggregate
	window      bool // inside of one
	oneRow      bool // nothing beside the row is known
	joined      bool // another relation is looked at
	depth       int
	needs       model.Needs
	lets        []*let // those whose names are known, the innermost last
	expanded    int    // parts that names of lets stand for so far
	faults      []Fault
	patch       *patch // what src was made of, where the text had to be repaired
	doubtful    []span // parts of the text as written that may be meant otherwise than they were read

	whereText    string
	whereColumns []string
	whereJoined  bool // where looks at another relation
}

func (c *checker) prepare() {
	c.columns, c.params = map[string]Column{}, map[string]Param{}
	for _, col := range c.env.Columns {
		c.columns[col.Name] = col
	}
	for _, p := range c.env.Params {
		c.params[p.Name] = p
	}
	c.spans, c.done = map[ast.Node]span{}, map[ast.Node]*Node{}
}

// condition parses and checks a text that must be true or false. It returns nil after an error.
func (c *checker) condition(text, what string) *Node {
	root := c.parse(text, what)
	if len(c.aggregates) > 0 {
		for _, b := range c.bare {
			c.fault(badType, span{b.From, b.To}, "put it inside of an aggregate, or write two rules",
				"%s stands outside of an aggregate: a rule judges either each row or all of them", quoted(b.Name))
		}
	}
	switch {
	case root == nil:
		return nil
	case root.Type.Family != model.Boolean:
		hint := `compare it with something, such as "` + c.src.slice(0, len(c.src.runes)) + ` != nil"`
		if root.Kind == Literal || root.Kind == Nil {
			hint = "compare it with a column"
		}
		c.fault(notBool, c.src.all(), hint, "a %s must be true or false; this is %s", what, kindOf(root))
	case len(c.aggregates) > 0:
	case len(c.mentioned) == 0 && root.Kind == Literal:
		c.fault(constant, c.src.all(), "", "this %s is always %s", what, root.Text)
	case len(c.mentioned) == 0:
		c.fault(constant, c.src.all(), "", "this %s mentions no column, so it says the same of every row", what)
	}
	if !hasErrors(c.faults) && len(c.mentioned)+len(c.aggregates) > 0 {
		c.judge(root)
		c.judgeGuaranteed(root)
	}
	if hasErrors(c.faults) {
		return nil
	}
	return root
}

// node checks one part of the expression, once.
func (c *checker) node(n ast.Node) *Node {
	if out, ok := c.done[n]; ok {
		return out
	}
	if c.depth >= maxDepth {
		c.fault(tooComplex, c.src.all(), "split it into several", "more than %d operations inside each other", maxDepth)
		return nil
	}
	c.depth++
	out := c.dispatch(n)
	c.depth--
	if out != nil {
		at := c.span(n)
		out.From, out.To = at.from, at.to
	}
	c.done[n] = out
	return out
}

func (c *checker) dispatch(n ast.Node) *Node {
	switch n := n.(type) {
	case *ast.NilNode:
		return &Node{Kind: Nil}
	case *ast.BoolNode:
		return &Node{Kind: Literal, Type: boolType, Text: map[bool]string{true: "true", false: "false"}[n.Value]}
	case *ast.IntegerNode, *ast.FloatNode:
		return c.number(n)
	case *ast.StringNode:
		return c.text(n)
	case *ast.IdentifierNode:
		return c.name(n, n.Value)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ChainNode: // a?.b; without a value there is no part either way
		return c.node(n.Node)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.ArrayNode:
		return c.list(n)
	case *ast.VariableDeclaratorNode:
		return c.declare(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, callee.Value, n.Arguments)
		}
	}
	c.unsupported(n)
	return nil
}

// text makes a text literal. Postgres holds no NUL.
func (c *checker) text(n *ast.StringNode) *Node {
	if strings.ContainsRune(n.Value, 0) {
		c.fault(badConst, c.span(n), "", "text in Postgres cannot hold a NUL character")
		return nil
	}
	return &Node{Kind: Literal, Type: textType, Text: n.Value}
}

// emitted runs an emission and reports SQL that has become too long, which repeated guards can make.
func (c *checker) emitted(f func(*emitter) pgsql.Frag) pgsql.Frag {
	e := &emitter{needs: &c.needs, whereColumns: c.whereColumns}
	out := f(e)
	if e.tooLong {
		c.fault(tooComplex, c.src.all(), "split it into several", "the SQL of this would be too long")
		return ""
	}
	return out
}

func (c *checker) emit(n *Node, where pgsql.Frag) pgsql.Frag {
	return c.emitted(func(e *emitter) pgsql.Frag { e.where = where; return e.value(n) })
}
