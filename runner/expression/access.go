package expression

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// part checks array[i], doc.key, doc["key"] and doc[i].
func (c *checker) part(n *ast.MemberNode) *Node {
	x, at := c.node(n.Node), c.node(n.Property)
	if x == nil || at == nil {
		return nil
	}
	where := c.span(n.Property)
	switch x.Type.Family {
	case model.Array:
		if at.Type.Family != model.Integer {
			c.fault(badType, where, "the first one is [0], the last one [-1]", "an element of an array is asked for by its place, and this is %s", kindOf(at))
			return nil
		}
		return c.elementOf(x, at)
	case model.JSONB:
		if at.Type.Family != model.Integer && group(at.Type) != textGroup {
			c.fault(badType, where, `write doc["key"] or doc[0]`, "a part of a JSON value has a key or a place, and this is %s", kindOf(at))
			return nil
		}
		return &Node{Kind: Part, Type: jsonType, Args: []*Node{x, at}}
	}
	c.noParts(n, x)
	return nil
}

// elementOf makes array[i].
func (c *checker) elementOf(array, place *Node) *Node {
	t := *array.Type.Elem
	return &Node{Kind: Element, Type: t, size: sizeOf(t), Args: []*Node{array, place}}
}

// wholeNode is a whole number that is written out.
func wholeNode(n int64) *Node {
	text := strconv.FormatInt(n, 10)
	return &Node{Kind: Literal, Type: integerType, Text: text, size: size{digits: len(text)}}
}

// noParts reports a part of something that has none.
func (c *checker) noParts(n ast.Node, x *Node) {
	hint := ""
	switch group(x.Type) {
	case textGroup:
		hint = "a text is cut with [from:to]: the first character is text[0:1]"
	case momentGroup:
		hint = "write year(x), month(x) or another function of dates"
	}
	if x.Type.Family == model.JSON {
		hint = "declare the column jsonb: Postgres takes only that apart without failing on some rows"
	}
	c.fault(notInSQL, c.span(n), hint, "%s has no parts", c.describe(x))
}

// slice checks text[from:to] and array[from:to].
func (c *checker) slice(n *ast.SliceNode) *Node {
	x := c.node(n.Node)
	out := &Node{Kind: Slice, Args: []*Node{x, {Kind: Nil}, {Kind: Nil}}}
	ok := x != nil
	for i, bound := range []ast.Node{n.From, n.To} {
		if bound == nil {
			continue
		}
		place := c.node(bound)
		switch {
		case place == nil:
			ok = false
		case place.Type.Family != model.Integer:
			c.fault(badType, c.span(bound), "", "a slice goes from one place to another, and this is %s", kindOf(place))
			ok = false
		default:
			out.Args[i+1] = place
		}
	}
	if !ok {
		return nil
	}
	x = c.readAs(x, textType)
	out.Args[0] = x
	switch {
	case group(x.Type) == textGroup:
		out.Type = textType
	case x.Type.Family == model.Array:
		out.Type = x.Type
	default:
		c.fault(badType, c.span(n), "", "a slice is taken of a text or an array, and %s is neither", c.describe(x))
		return nil
	}
	return out
}

// list checks a list that stands for an array.
func (c *checker) list(n *ast.ArrayNode) *Node {
	out := &Node{Kind: List, Type: arrayOf(textType)}
	ok := true
	var elements []*Node
	for _, e := range n.Nodes {
		x := c.element(e)
		if x == nil {
			ok = false
			continue
		}
		if x.Type.Family == model.Array || x.Type.Family == model.JSONB {
			c.fault(badList, c.span(e), "", "a list cannot hold %s", plural(x))
			ok = false
			continue
		}
		out.Args = append(out.Args, x)
		if x.Kind != Nil {
			elements = append(elements, x)
		}
	}
	if len(elements) > 0 {
		ok = c.checkElements(elements, false) && ok
	}
	if !ok {
		return nil
	}
	if t, alike := unify(elements); alike {
		if t.Family == model.Integer && slices.ContainsFunc(elements, func(x *Node) bool { return x.size.numeric }) {
			t = numericType // what is computed may be beyond a bigint
		}
		out.Type = arrayOf(t)
	} else if len(elements) > 0 {
		c.fault(badList, c.span(n), "write date(x) for the day of a time", "the list mixes dates and times")
		return nil
	}
	return out
}

// readers are the functions that read JSON, the table aside: its functions may be made of nodes that read JSON themselves.
var readers = jsonFunctions()

// readAs reads a JSON value as what it is used for: text, a number or a boolean. Anything else stays as it is.
func (c *checker) readAs(n *Node, t model.Type) *Node {
	if n.Type.Family != model.JSONB {
		return n
	}
	name := map[typeGroup]string{textGroup: "text", numberGroup: "number", boolGroup: "bool"}[group(t)]
	for i := range readers {
		if f := &readers[i]; f.Name == name {
			out := &Node{Kind: Call, Function: f, Name: name, Args: []*Node{n}, From: n.From, To: n.To}
			c.resultType(nil, out)
			return out
		}
	}
	return n
}

// alikeJSON reads a JSON value beside another value as a value of that one's type.
func (c *checker) alikeJSON(l, r *Node) (*Node, *Node) {
	return c.readAs(l, r.Type), c.readAs(r, l.Type)
}
