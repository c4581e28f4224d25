package expression

import "slices"

// outcome is what a part of a rule can be while one column is NULL and all others have values. Of what is not a condition, value alone
// counts: it stands for true and false alike.
type outcome struct{ yes, no, none bool }

var value = outcome{yes: true, no: true}

// unguarded lists the columns whose NULL may leave the verdict of a row unknown.
func (c *checker) unguarded(root, where *Node) []Mention {
	var out []Mention
	if len(c.aggregates) > 0 { // aggregates skip what is nil
		return nil
	}
	var visit func(n *Node)
	visit = func(n *Node) {
		col, known := c.columns[n.Name]
		seen := func(m Mention) bool { return m.Column == n.Name }
		if n.Kind == ColumnRef && known && col.Nullable && !slices.ContainsFunc(out, seen) && !c.guarded(root, where, n.Name) {
			out = append(out, Mention{n.Name, n.From, n.To})
		}
		for _, a := range n.Args {
			visit(a)
		}
	}
	visit(root)
	return out
}

// guarded tells whether a rule has a verdict for each row in which the column is NULL, or does not look at such rows.
func (c *checker) guarded(root, where *Node, column string) bool {
	return where != nil && !without(where, column).yes || !without(root, column).none
}

// without is what a node can be when a column is NULL. What a kind of node does with nil is that of SQL: nil, unless said here.
func without(n *Node, column string) outcome {
	switch n.Kind {
	case Nil:
		return outcome{none: true}
	case Literal:
		if p, ok := pointOf(n); ok && n.Type.Name == boolType.Name {
			return outcome{yes: p.compare(truth(true)) == 0, no: p.compare(truth(true)) != 0}
		}
		return value
	case ColumnRef:
		if n.Name == column {
			return outcome{none: true}
		}
		return value
	case Not:
		x := without(n.Args[0], column)
		return outcome{x.no, x.yes, x.none}
	case And, Or:
		return joinedWithout(n, column)
	case IsNil:
		x := without(n.Args[0], column)
		out := outcome{yes: x.none, no: x.yes || x.no}
		if n.Name == "!=" {
			out.yes, out.no = out.no, out.yes
		}
		return out
	case Coalesce:
		a, b := without(n.Args[0], column), without(n.Args[1], column)
		if !a.none {
			return a
		}
		return outcome{a.yes || b.yes, a.no || b.no, b.none}
	case If:
		return chosenWithout(n, column)
	case In:
		if n.WithNil { // nil is in the list
			x, rest := without(n.Args[0], column), strictWithout(n.Args[1:], column)
			return outcome{yes: true, no: x.yes || x.no, none: rest.none && (x.yes || x.no)}
		}
	case Call, Aggregate:
		if n.Function != nil && (n.Function.Nils || n.Function.Aggregate) {
			return value
		}
	}
	return strictWithout(n.Args, column)
}

// strictWithout is what has no value when one of its parts has none.
func strictWithout(args []*Node, column string) outcome {
	out := value
	for _, a := range args {
		x := without(a, column)
		out.none = out.none || x.none
		if !x.yes && !x.no {
			return outcome{none: true}
		}
	}
	return out
}

// joinedWithout follows three-valued logic over all that each part can be.
func joinedWithout(n *Node, column string) outcome {
	out := without(n.Args[0], column)
	for _, a := range n.Args[1:] {
		x := without(a, column)
		if n.Kind == And {
			out = outcome{yes: out.yes && x.yes, no: out.no || x.no,
				none: out.none && (x.none || x.yes) || x.none && (out.none || out.yes)}
		} else {
			out = outcome{yes: out.yes || x.yes, no: out.no && x.no,
				none: out.none && (x.none || x.no) || x.none && (out.none || out.no)}
		}
	}
	return out
}

// chosenWithout is c ? a : b, which takes b when c is unknown.
func chosenWithout(n *Node, column string) outcome {
	cond, a, b := without(n.Args[0], column), without(n.Args[1], column), without(n.Args[2], column)
	var out outcome
	if cond.yes {
		out = a
	}
	if cond.no || cond.none {
		out = outcome{out.yes || b.yes, out.no || b.no, out.none || b.none}
	}
	return out
}

// nilTested lists the columns that some part compares with nil, or counts the nils of: whoever wrote that has thought of NULL.
func nilTested(nodes ...*Node) []string {
	var out []string
	var visit func(n *Node, tested bool)
	visit = func(n *Node, tested bool) {
		switch {
		case n == nil:
			return
		case n.Kind == ColumnRef && tested && !slices.Contains(out, n.Name):
			out = append(out, n.Name)
		}
		tested = tested && n.Kind != Compare || n.Kind == IsNil || n.Function != nil && slices.Contains([]string{"null_share", "count_nil", "blank"}, n.Function.Name)
		for _, a := range n.Args {
			visit(a, tested)
		}
	}
	for _, n := range nodes {
		visit(n, false)
	}
	return out
}
