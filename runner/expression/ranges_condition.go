package expression

import (
	"math/big"
	"slices"

	"streamflow/runner/model"
)

// subject is what a condition speaks of: a value, or how one value compares with another.
type subject struct{ x, beside *Node }

// condition is a part of a rule that depends on one subject: the values for which it is true (it is false for all others), and what it is
// when the subject is nil.
type condition struct {
	node  *Node
	of    subject
	set   valueSet
	onNil Verdict
}

// same tells whether two subjects are one, and whether the second has its sides the other way round.
func (s subject) same(o subject) (turned, ok bool) {
	switch {
	case (s.beside == nil) != (o.beside == nil):
		return false, false
	case s.beside == nil:
		return false, same(s.x, o.x)
	case same(s.x, o.x) && same(s.beside, o.beside):
		return false, true
	}
	return true, same(s.x, o.beside) && same(s.beside, o.x)
}

// conditionOf reads a boolean node as a condition. Any boolean that is not taken apart is a subject of its own.
func (c *checker) conditionOf(n *Node) condition {
	out := condition{node: n, of: subject{x: n}, onNil: Unknown}
	switch n.Kind {
	case Not:
		out = c.conditionOf(n.Args[0])
		out.node, out.set, out.onNil = n, out.set.not(), not3(out.onNil)
		return out
	case Compare:
		if out, ok := c.comparison(n); ok {
			return out
		}
	case IsNil:
		out.of.x, out.onNil = n.Args[0], True
		if n.Name == "!=" {
			out.set, out.onNil = valueSet{least: true}, False
		}
		return out
	case In, Between:
		if out, ok := c.listed(n); ok {
			return out
		}
	}
	d := c.domainOf(out.of)
	out.set = d.compared("==", truth(true))
	return out
}

// ranged are the groups of types whose values are in one order, which is also that of their constants.
var ranged = []typeGroup{numberGroup, textGroup, boolGroup, momentGroup}

// comparison reads x op constant, constant op x, and x op y.
func (c *checker) comparison(n *Node) (condition, bool) {
	l, r, op := n.Args[0], n.Args[1], n.Name
	if _, ok := pointOf(l); ok {
		l, r, op = r, l, mirrored[op]
	}
	if _, ok := pointOf(l); ok || group(l.Type) != group(r.Type) || !slices.Contains(ranged, group(l.Type)) {
		return condition{}, false
	}
	out := condition{node: n, onNil: Unknown}
	if p, ok := pointOf(r); ok {
		out.of = subject{x: l}
		out.set = c.domainOf(out.of).compared(op, p)
		return out, true
	}
	out.of = subject{l, r}
	out.set = c.domainOf(out.of).compared(op, whole64(0))
	return out, true
}

// turn changes the sides of a condition about two values.
func (c condition) turn() condition {
	d := domain{step: big.NewRat(1, 1)}
	out := valueSet{}
	for i := int64(-1); i <= 1; i++ {
		if !c.set.and(d.compared("==", whole64(i))).empty() {
			out = out.or(d.compared("==", whole64(-i)))
		}
	}
	c.set, c.of = out, subject{c.of.beside, c.of.x}
	return c
}

// listed reads x in [constants] and x in a..b.
func (c *checker) listed(n *Node) (condition, bool) {
	out := condition{node: n, of: subject{x: n.Args[0]}, onNil: Unknown}
	if n.WithNil {
		out.onNil = True
	}
	d := c.domainOf(out.of)
	var points []point
	for _, a := range n.Args[1:] {
		p, ok := pointOf(a)
		if !ok {
			return condition{}, false
		}
		points = append(points, p)
	}
	_, constant := pointOf(n.Args[0])
	if constant || len(points) == 0 && !n.WithNil || !slices.Contains(ranged, group(n.Args[0].Type)) {
		return condition{}, false
	}
	if n.Kind == Between {
		out.set = d.compared(">=", points[0]).and(d.compared("<=", points[1]))
		return out, true
	}
	out.set = d.anyOf(points)
	return out, true
}

// anyOf is the set of some points.
func (d domain) anyOf(points []point) valueSet {
	switch n := len(points); n {
	case 0:
		return valueSet{}
	case 1:
		return d.compared("==", points[0])
	default:
		return d.anyOf(points[:n/2]).or(d.anyOf(points[n/2:]))
	}
}

// bounded are the least and greatest results of functions.
var bounded = map[string][2]int64{
	"len": {0, -1}, "abs": {0, -1}, "sqrt": {0, -1}, "row_count": {0, -1}, "count": {0, -1}, "count_distinct": {0, -1}, "column_count": {0, -1},
	"count_nil": {0, -1}, "mode_count": {0, -1}, "stddev": {0, -1}, "null_share": {0, 1}, "share": {0, 1}, "month": {1, 12}, "day": {1, 31},
	"hour": {0, 23}, "minute": {0, 59}, "weekday": {1, 7}, "quarter": {1, 4}, "day_of_year": {1, 366},
}

// domainOf is which values a subject can have.
func (c *checker) domainOf(s subject) domain {
	one := big.NewRat(1, 1)
	if s.beside != nil {
		return within(one, big.NewRat(-1, 1), one)
	}
	t := s.x.Type
	if (s.x.Kind == Call || s.x.Kind == Aggregate) && s.x.Function != nil {
		if b, ok := bounded[s.x.Function.Name]; ok && isNumber(s.x) {
			var step, high *big.Rat
			if t.Family == model.Integer {
				step = one
			}
			if b[1] >= 0 {
				high = big.NewRat(b[1], 1)
			}
			if x := s.x.Args; s.x.Function.Name == "len" && len(x) == 1 && x[0].Kind == ColumnRef && x[0].Type.Family == model.Text && x[0].Type.Length > 0 {
				high = big.NewRat(int64(x[0].Type.Length), 1)
			}
			return within(step, big.NewRat(b[0], 1), high)
		}
	}
	column := s.x.Kind == ColumnRef
	switch {
	case t.Family == model.Boolean:
		return within(one, new(big.Rat), one)
	case t.Family == model.Integer && column && t.Bits > 0:
		top := new(big.Int).Lsh(big.NewInt(1), uint(t.Bits-1))
		return within(one, new(big.Rat).SetInt(new(big.Int).Neg(top)), new(big.Rat).SetInt(new(big.Int).Sub(top, big.NewInt(1))))
	case t.Family == model.Integer, t.Family == model.Date:
		return within(one, nil, nil)
	case t.Family == model.Numeric && column && t.Precision > 0 && t.Scale >= 0:
		step := new(big.Rat).Inv(new(big.Rat).SetInt(power10(t.Scale)))
		top := new(big.Rat).Mul(new(big.Rat).SetInt(new(big.Int).Sub(power10(t.Precision), big.NewInt(1))), step)
		return within(step, new(big.Rat).Neg(top), top)
	case t.Family == model.Text:
		d := domain{}
		d.all = d.compared(">=", point{})
		return d
	}
	return within(nil, nil, nil)
}

func power10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// pointOf is the value of a part without names. Only what is exact in any order is computed: sums, differences and products.
func pointOf(n *Node) (point, bool) {
	switch n.Kind {
	case Literal:
		switch {
		case isNumber(n):
			return point{number: rational(n)}, true
		case n.Type.Family == model.Text:
			return point{text: n.Text}, true
		case n.Type.Family == model.Boolean:
			return truth(n.Text == "true"), true
		case n.Type.Family == model.Date:
			d, err := model.ParseDate(n.Text)
			return whole64(d.Unix() / 86400), err == nil
		}
	case Arith, Negate:
		if !slices.Contains([]string{"", "+", "-", "*"}, n.Name) {
			return point{}, false
		}
		var args [2]*big.Rat
		for i, a := range n.Args {
			p, ok := pointOf(a)
			if !ok || p.number == nil {
				return point{}, false
			}
			args[i] = p.number
		}
		out := new(big.Rat)
		switch n.Name {
		case "":
			return point{number: out.Neg(args[0])}, true
		case "+":
			return point{number: out.Add(args[0], args[1])}, true
		case "-":
			return point{number: out.Sub(args[0], args[1])}, true
		}
		return point{number: out.Mul(args[0], args[1])}, true
	}
	return point{}, false
}

func whole64(i int64) point { return point{number: big.NewRat(i, 1)} }

func truth(b bool) point {
	if b {
		return whole64(1)
	}
	return whole64(0)
}

// not3, and3 and or3 are the operators of three-valued logic.
func not3(v Verdict) Verdict {
	switch v {
	case True:
		return False
	case False:
		return True
	}
	return v
}

func and3(a, b Verdict) Verdict {
	switch {
	case a == False || b == False:
		return False
	case a == Unknown || b == Unknown:
		return Unknown
	}
	return True
}

func or3(a, b Verdict) Verdict { return not3(and3(not3(a), not3(b))) }
