package expression

import (
	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// in checks what stands around in: a list, a range, an array, the keys of a JSON value.
func (c *checker) in(n *ast.BinaryNode) *Node {
	list, isList := n.Right.(*ast.ArrayNode)
	if left, ok := n.Left.(*ast.ArrayNode); ok {
		if isList {
			return c.inTuples(n, left, list)
		}
		c.fault(badType, c.span(left), `write "a in x and b in x"`, "one value is looked for at a time")
		return nil
	}
	x := c.node(n.Left)
	if isList {
		return c.inList(n, x, list)
	}
	if right, ok := n.Right.(*ast.BinaryNode); ok && right.Operator == ".." {
		return c.inRange(n, x, right)
	}
	r := c.node(n.Right)
	if x == nil || r == nil {
		return nil
	}
	switch {
	case r.Kind == List: // by the name of a let
		return c.inElements(n, x, r.Args)
	case r.Type.Family == model.Array:
		return c.inArray(n, x, r)
	case r.Type.Family == model.JSONB && group(x.Type) == textGroup:
		return &Node{Kind: HasKey, Type: boolType, Args: []*Node{x, r}}
	}
	hint := `write "x in [a, b]" or "x in 1..10"`
	switch {
	case group(r.Type) == textGroup:
		hint = `for a part of a text write "x contains y"`
	case r.Type.Family == model.JSONB:
		hint = "only a text is looked for in a JSON value: among its keys, or the texts of an array"
	case r.Type.Family == model.JSON:
		hint = "declare the column jsonb"
	}
	c.fault(badType, span{r.From, r.To}, hint, "in needs a list or a range, and this is %s", kindOf(r))
	return nil
}

// inList checks x in [...].
func (c *checker) inList(n *ast.BinaryNode, x *Node, list *ast.ArrayNode) *Node {
	ok := x != nil
	var elements, known []*Node
	for _, e := range list.Nodes {
		element := c.element(e)
		if element == nil {
			ok = false
			continue
		}
		if x != nil {
			element = asUUID(element, x)
		}
		elements = append(elements, element)
		if element.Kind != Nil {
			known = append(known, element)
		}
	}
	ok = c.checkElements(known, true) && ok
	if !ok {
		return nil
	}
	return c.inElements(n, x, elements)
}

// inElements makes x in [...] of elements that go together.
func (c *checker) inElements(n *ast.BinaryNode, x *Node, elements []*Node) *Node {
	at := c.span(n)
	if x.Kind == Nil {
		c.fault(badType, at, `write "x == nil"`, "nil is looked for in a list")
		return nil
	}
	out := &Node{Kind: In, Type: boolType, Args: []*Node{x}}
	for _, e := range elements {
		if e.Kind == Nil {
			out.WithNil = true
			continue
		}
		x, e = c.alikeJSON(x, e)
		out.Args = append(out.Args, e)
	}
	out.Args[0] = x
	if len(elements) == 0 {
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
		c.checkTypeName(x, e)
	}
	return out
}

// inArray checks x in array.
func (c *checker) inArray(n *ast.BinaryNode, x, array *Node) *Node {
	at := c.span(n)
	if x.Kind == Nil {
		c.fault(badType, at, `write "x == nil"`, "nil is looked for in an array")
		return nil
	}
	element := &Node{Kind: Element, Type: *array.Type.Elem}
	x = c.readAs(asUUID(x, element), element.Type)
	if _, ok := unify([]*Node{x, element}); !ok || !alike(x.Type, element.Type) {
		c.fault(badType, at, "", "cannot look for %s in an array of %s", c.describe(x), plural(element))
		return nil
	}
	if !element.Type.Comparable() {
		c.fault(badType, at, "", "Postgres cannot compare values of type %s", element.Type.Name)
		return nil
	}
	c.warnFloat(at, x, element)
	if array.Kind == Aggregate && (array.Name == "columns" || array.Name == "column_set") && x.Kind == Literal {
		c.declaredColumn(x)
	}
	return &Node{Kind: InArray, Type: boolType, Args: []*Node{x, array}}
}

// inTuples checks [a, b] in [[1, "x"], [2, nil]]: true where all members of one row are equal, nil being equal to nil alone.
func (c *checker) inTuples(n *ast.BinaryNode, tuple, rows *ast.ArrayNode) *Node {
	at := c.span(n)
	if len(tuple.Nodes) == 0 {
		c.fault(badList, c.span(tuple), "write the columns in it", "the list is empty")
		return nil
	}
	if len(rows.Nodes) == 0 {
		c.fault(constant, at, "", "the list is empty, so nothing is in it")
		return &Node{Kind: Literal, Type: boolType, Text: "false"}
	}
	out := &Node{Kind: Or, Type: boolType}
	ok := true
	for _, r := range rows.Nodes {
		row, isRow := r.(*ast.ArrayNode)
		if !isRow || len(row.Nodes) != len(tuple.Nodes) {
			c.fault(badList, c.span(r), "write one of [[...], [...]] per combination", "each element must be a list of %d values, as on the left", len(tuple.Nodes))
			ok = false
			continue
		}
		same := c.equalLists(c.span(r), tuple, row)
		ok = ok && same != nil
		out.Args = append(out.Args, same)
	}
	if !ok {
		return nil
	}
	return single(out)
}

// equalLists compares two written lists member by member.
func (c *checker) equalLists(at span, left, right *ast.ArrayNode) *Node {
	out := &Node{Kind: And, Type: boolType, From: at.from, To: at.to}
	ok := true
	for i := range left.Nodes {
		l, r := c.element(left.Nodes[i]), c.element(right.Nodes[i])
		if l == nil || r == nil {
			ok = false
			continue
		}
		same := c.compareValues("==", c.span(right.Nodes[i]), l, r)
		ok = ok && same != nil
		out.Args = append(out.Args, same)
	}
	if !ok {
		return nil
	}
	return single(out)
}

// single leaves out an and or an or of one condition.
func single(n *Node) *Node {
	if len(n.Args) == 1 {
		return n.Args[0]
	}
	return n
}

// element checks one element of a list. A range inside of a list has no equal in SQL.
func (c *checker) element(n ast.Node) *Node {
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == ".." {
		c.fault(badList, c.span(n), `write "x in a..b or x in [...]"`, "a list cannot hold a range")
		return nil
	}
	return c.node(n)
}

// checkElements reports elements of different types and, where that means nothing, repeated ones.
func (c *checker) checkElements(elements []*Node, once bool) bool {
	seen := map[string]bool{}
	ok := true
	for _, e := range elements {
		at := span{e.From, e.To}
		if !alike(elements[0].Type, e.Type) {
			c.fault(badList, at, "", "the list mixes %s and %s", plural(elements[0]), plural(e))
			ok = false
			continue
		}
		if e.Kind != Literal || !once {
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
	x = c.readAs(x, numericType)
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
		turned := text(high) + ".." + text(low)
		c.fault(invertedRange, c.span(r), "write "+turned, "the range is empty: %s is more than %s", text(low), text(high))
		c.mend(c.span(r), turned)
		return nil
	}
	return &Node{Kind: Between, Type: boolType, Args: []*Node{x, low, high}}
}
