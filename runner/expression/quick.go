package expression

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// A scan evaluates every rule on every row, so each test that can be left out is worth leaving out. Two are: that a value is not NaN,
// which for a numeric costs as much as the comparison itself, and that a verdict is NULL, which asks the whole rule a second time.
//
// Where a rule is made of comparisons joined by and, or and not alone, NaN may be compared like a number in a first look. The logic of
// three values is monotone there: a rule that is false while one of its comparisons is unknown stays false whatever that
// comparison says. So such a look misses no failure; it may find some that are none, and is then repeated with the exact rule.

// keepsLoose tells whether the operands of a node may still be looked at loosely.
func keepsLoose(k Kind) bool {
	return k == And || k == Or || k == Not || k == Compare || k == ColumnRef
}

// emitLoose is the loose form of a rule, or nothing when it is no other than the exact one.
func (c *checker) emitLoose(n *Node, where, exact pgsql.Frag) pgsql.Frag {
	loose := c.emitted(func(e *emitter) pgsql.Frag { e.loose, e.where = true, where; return e.value(n) })
	if loose == exact {
		return ""
	}
	return loose
}

// present is an expression that is NULL exactly where the verdict is: of a rule that compares columns with constants or with each other,
// and is unknown only when one of them is. read is the SQL of a column.
func present(n *Node, read func(*Node) pgsql.Frag) pgsql.Frag {
	var columns []*Node
	if !strict(n, &columns) || len(columns) == 0 {
		return ""
	}
	if len(columns) == 1 {
		return read(columns[0])
	}
	there := pgsql.Map(columns, func(n *Node) pgsql.Frag { return read(n) + " IS NOT NULL" })
	return "(CASE WHEN " + pgsql.Join(there, " AND ") + " THEN 1 END)"
}

// bare reads a column that holds no NaN.
func bare(n *Node) pgsql.Frag { return pgsql.Column("r", n.Name) }

// strict tells whether a node is NULL exactly when one of its columns is, and collects those.
func strict(n *Node, columns *[]*Node) bool {
	switch n.Kind {
	case ColumnRef:
		if !slices.ContainsFunc(*columns, func(c *Node) bool { return c.Name == n.Name }) {
			*columns = append(*columns, n)
		}
		return n.Type.Family != model.Array
	case Literal, ParamRef:
		return true
	case In, Between: // a bound or an element that is unknown does not matter when another one decides
		if n.WithNil || len(n.Args) == 1 || slices.ContainsFunc(n.Args[1:], func(n *Node) bool { return n.Kind != Literal && n.Kind != ParamRef }) {
			return false
		}
	case Not, Compare, TextTest, Matches:
	default:
		return false
	}
	for _, a := range n.Args {
		if !strict(a, columns) {
			return false
		}
	}
	return true
}
