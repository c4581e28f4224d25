package expression

import "slices"

// judgeGuaranteed reports the parts of a rule that loading makes sure of in any case. They do no harm, so it is for information.
func (c *checker) judgeGuaranteed(root *Node) {
	for _, n := range flatten(root, And, nil) {
		at := span{n.From, n.To}
		switch {
		case n.Kind == IsNil && n.Args[0].Kind == ColumnRef && c.neverNil(n.Args[0]):
			if n.Name == "==" {
				c.fault(constant, at, "", "this is never true: %s cannot be NULL", quoted(n.Args[0].Name))
				continue
			}
			c.fault(redundant, at, "", "%s cannot be NULL in any case", quoted(n.Args[0].Name))
		case n.Kind == Window && n.Name == "unique" && len(c.env.Key) > 0 && !slices.ContainsFunc(c.env.Key, func(k string) bool { return !hasColumn(n.Args, k) }):
			c.fault(redundant, at, "", "the primary key makes sure of this in any case")
		}
	}
}

func hasColumn(nodes []*Node, name string) bool {
	return slices.ContainsFunc(nodes, func(n *Node) bool { return n.Kind == ColumnRef && n.Name == name })
}
