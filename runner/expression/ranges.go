package expression

import (
	"math/big"
	"slices"
	"strings"

	"streamflow/runner/model"
)

// What is judged here is whether a condition can say anything: every condition over one value or over one pair of values is a set of
// values, and conditions that are joined are joined sets. Nothing is concluded of what depends on two subjects at once.

// maxJoined bounds the conditions of a chain that are compared with each other.
const maxJoined = 60

// judge reports the parts of a checked condition that are the same for every row.
func (c *checker) judge(n *Node) {
	if n == nil || c.patch != nil {
		return
	}
	switch n.Kind {
	case And, Or:
		parts := flatten(n, n.Kind, nil)
		c.judgeChain(n.Kind, parts)
		for _, p := range parts {
			c.judge(p)
		}
		return
	case If:
		c.judgeConstant(n.Args[0])
	case Call:
		c.judgeCall(n)
	}
	if n.Type.Family == model.Boolean {
		c.judgeAlone(n)
	}
	for _, a := range n.Args {
		c.judge(a)
	}
}

// judgeCall computes a function of constants alone, and reports one that has no value.
func (c *checker) judgeCall(n *Node) {
	f := n.Function
	literal := func(a *Node) bool { return a.Kind == Literal }
	if f.Go == nil || f.Nils || f.ValueOnly || n.join != nil || len(n.Args) == 0 || slices.ContainsFunc(n.Args, func(a *Node) bool { return !literal(a) }) {
		return
	}
	n.prepare()
	if (&evaluator{}).call(n) == nil {
		c.fault(badConst, span{n.From, n.To}, "", "%s has no value, so this is never known", c.brief(n))
	}
}

// flatten lists the operands of a chain with those of chains of the same kind inside of it.
func flatten(n *Node, kind Kind, out []*Node) []*Node {
	if n.Kind != kind {
		return append(out, n)
	}
	for _, a := range n.Args {
		out = flatten(a, kind, out)
	}
	return out
}

// judgeConstant reports a part without any name.
func (c *checker) judgeConstant(n *Node) bool {
	v, ok := constantVerdict(n)
	if ok {
		c.fault(constant, span{n.From, n.To}, "remove it", "this part is always %s", map[bool]string{true: "true", false: "false"}[v == True])
	}
	return ok
}

// constantVerdict is the verdict of a condition over constants.
func constantVerdict(n *Node) (Verdict, bool) {
	switch n.Kind {
	case Literal:
		p, ok := pointOf(n)
		return Verdict(1 + map[bool]int{true: 1}[ok && p.compare(truth(true)) == 0]), ok && n.Type.Family == model.Boolean
	case Compare:
		l, ok := pointOf(n.Args[0])
		r, also := pointOf(n.Args[1])
		if !ok || !also || group(n.Args[0].Type) != group(n.Args[1].Type) {
			return Unknown, false
		}
		if (domain{}).compared(n.Name, r).and((domain{}).compared("==", l)).empty() {
			return False, true
		}
		return True, true
	case Not:
		v, ok := constantVerdict(n.Args[0])
		return not3(v), ok
	}
	return Unknown, false
}

// judgeAlone reports a single condition that is true for each value there is, or for none.
func (c *checker) judgeAlone(n *Node) {
	if n.Kind != Compare && n.Kind != In && n.Kind != Between {
		return
	}
	cond := c.conditionOf(n)
	d := c.domainOf(cond.of)
	at := span{n.From, n.To}
	switch {
	case cond.of.x == n || cond.of.beside != nil:
	case d.none(cond.set) && cond.onNil != True:
		c.fault(constant, at, "", "this is never true: %s", c.limits(cond.of.x, d))
	case d.every(cond.set):
		c.fault(constant, at, "", "this is %s: %s", c.always(cond.of, cond.onNil), c.limits(cond.of.x, d))
	}
}

// limits says which values something can have.
func (c *checker) limits(x *Node, d domain) string {
	name := c.brief(x)
	if len(d.all.cuts) == 0 && group(x.Type) == numberGroup {
		return name + " is a whole number"
	}
	if len(d.all.cuts) == 0 || d.all.cuts[0].at.number == nil {
		return name + ` is never less than ""`
	}
	low, high := "", ""
	for _, k := range d.all.cuts {
		v := new(big.Rat).Set(k.at.number)
		if low == "" && !d.all.least {
			low = shortRat(v)
			continue
		}
		if d.step != nil {
			v.Sub(v, d.step)
		}
		high = shortRat(v)
	}
	if high == "" {
		return name + " is never less than " + low
	}
	return name + " goes from " + low + " to " + high
}

func shortRat(v *big.Rat) string {
	if v.IsInt() {
		return v.Num().String()
	}
	n, _ := v.FloatPrec()
	return v.FloatString(n)
}

// always says how a condition that is true for all values is named: rows without a value get another verdict, if there can be any.
func (c *checker) always(s subject, onNil Verdict) string {
	if onNil == True || s.beside == nil && c.neverNil(s.x) {
		return "always true"
	}
	return "never false"
}

// neverNil tells whether a value is known to be there in every row.
func (c *checker) neverNil(n *Node) bool {
	switch n.Kind {
	case ColumnRef:
		col, ok := c.columns[n.Name]
		return ok && !col.Nullable && n.Type.Family != model.Float && n.Type.Family != model.Numeric // NaN counts as nil
	case Aggregate:
		return slices.Contains([]string{"row_count", "count", "count_distinct"}, n.Name)
	}
	return false
}

// brief is the text of a node, quoted, as far as it is short.
func (c *checker) brief(n *Node) string {
	const most = 50
	text := []rune(c.src.slice(n.From, n.To))
	if len(text) > most {
		text = append(text[:most-3], []rune("...")...)
	}
	if strings.Contains(string(text), `"`) {
		return "'" + string(text) + "'"
	}
	return quoted(string(text))
}

// judgeChain reports what conditions joined by and, or by or, say together.
func (c *checker) judgeChain(kind Kind, parts []*Node) {
	inverted := c.judgeInverted(kind, parts)
	var conds []condition
	for i, p := range parts {
		if c.judgeConstant(p) || inverted[i] || len(conds) >= maxJoined {
			continue
		}
		conds = append(conds, c.conditionOf(p))
	}
	done := make([]bool, len(conds))
	for i := range conds {
		if done[i] {
			continue
		}
		one := []condition{conds[i]}
		for j := i + 1; j < len(conds); j++ {
			if turned, ok := conds[i].of.same(conds[j].of); ok && !done[j] {
				done[j] = true
				if turned {
					conds[j] = conds[j].turn()
				}
				one = append(one, conds[j])
			}
		}
		if len(one) > 1 {
			c.judgeJoined(kind, one)
		}
	}
}

// judgeInverted reports a range that is written as one, with its ends the wrong way round: 10 <= x <= 5.
func (c *checker) judgeInverted(kind Kind, parts []*Node) []bool {
	out := make([]bool, len(parts)+1)
	for i := 0; kind == And && i+1 < len(parts); i++ {
		a, b := parts[i], parts[i+1]
		if a.Kind != Compare || b.Kind != Compare || a.Args[1] != b.Args[0] || a.Name[0] != b.Name[0] || a.Name[0] != '<' && a.Name[0] != '>' {
			continue
		}
		low, ok := pointOf(a.Args[0])
		high, also := pointOf(b.Args[1])
		if _, constant := pointOf(a.Args[1]); constant || !ok || !also {
			continue
		}
		if order := low.compare(high); a.Name[0] == '<' && order > 0 || a.Name[0] == '>' && order < 0 {
			c.fault(invertedRange, span{a.From, b.To}, "change the ends", "nothing lies between %s and %s in this order", c.brief(a.Args[0]), c.brief(b.Args[1]))
			out[i], out[i+1] = true, true
		}
	}
	return out
}

// judgeJoined compares conditions about one subject.
func (c *checker) judgeJoined(kind Kind, conds []condition) {
	d := c.domainOf(conds[0].of)
	conds = slices.DeleteFunc(conds, func(k condition) bool { // what decides by itself is reported by itself
		return k.node.Kind != IsNil && (kind == And && d.none(k.set) || kind == Or && d.every(k.set))
	})
	if len(conds) < 2 {
		return
	}
	set, onNil := conds[0].set, conds[0].onNil
	for _, k := range conds[1:] {
		set, onNil = joined(kind, set, k.set), joined3(kind, onNil, k.onNil)
	}
	first, last := conds[0].node, conds[len(conds)-1].node
	at := span{min(first.From, last.From), max(first.To, last.To)}
	switch {
	case kind == And && d.none(set) && onNil != True:
		c.fault(constant, at, "", "this is never true: %s", c.culprits(conds, "exclude each other", func(a, b condition) bool { return d.none(a.set.and(b.set)) }))
	case kind == Or && d.every(set) && onNil != False && !slices.ContainsFunc(conds, func(k condition) bool { return d.every(k.set) }):
		c.fault(constant, at, "", "this is %s: %s", c.always(conds[0].of, onNil),
			c.culprits(conds, "cover all there is", func(a, b condition) bool { return d.every(a.set.or(b.set)) }))
	default:
		c.judgeRedundant(kind, d, conds)
	}
}

func joined(kind Kind, a, b valueSet) valueSet {
	if kind == And {
		return a.and(b)
	}
	return a.or(b)
}

func joined3(kind Kind, a, b Verdict) Verdict {
	if kind == And {
		return and3(a, b)
	}
	return or3(a, b)
}

// culprits names two conditions of which something is so, or else says it of all.
func (c *checker) culprits(conds []condition, what string, so func(a, b condition) bool) string {
	for i, a := range conds {
		for _, b := range conds[i+1:] {
			if so(a, b) {
				return c.brief(a.node) + " and " + c.brief(b.node) + " " + what
			}
		}
	}
	return "its parts " + what
}

// judgeRedundant reports conditions that another one makes superfluous.
func (c *checker) judgeRedundant(kind Kind, d domain, conds []condition) {
	gone := make([]bool, len(conds))
	reported := func(k condition) bool { return k.node.Kind != IsNil && (d.none(k.set) || d.every(k.set)) }
	for i := len(conds) - 1; i >= 0; i-- {
		for j := range conds {
			if i == j || gone[j] || reported(conds[i]) || reported(conds[j]) || joined3(kind, conds[i].onNil, conds[j].onNil) != conds[j].onNil {
				continue
			}
			small, great := conds[j].set, conds[i].set
			if kind == Or {
				small, great = great, small
			}
			if !d.inside(small, great) {
				continue
			}
			gone[i] = true
			a, b := conds[i].node, conds[j].node
			what := "%s follows from %s"
			switch {
			case d.inside(great, small):
				what = "%s says the same as %s"
			case kind == Or:
				what = "%s adds nothing to %s"
			}
			c.fault(constant, span{a.From, a.To}, "remove it", what, c.brief(a), c.brief(b))
			break
		}
	}
}

// judgeBeside reports the parts of a rule that the condition which selects its rows has decided already.
func (c *checker) judgeBeside(root, where *Node) {
	if len(c.aggregates) > 0 {
		return
	}
	var known []condition
	for _, p := range flatten(where, And, nil) {
		if k := c.conditionOf(p); len(known) < maxJoined && k.onNil != True {
			known = append(known, k)
		}
	}
	for _, p := range flatten(root, And, nil) {
		k := c.conditionOf(p)
		d := c.domainOf(k.of)
		selected, related := d.all, false
		for _, w := range known {
			if turned, ok := k.of.same(w.of); ok {
				if turned {
					w = w.turn()
				}
				selected, related = selected.and(w.set), true
			}
		}
		at := span{p.From, p.To}
		switch {
		case !related || d.none(selected) || d.none(k.set) && p.Kind != IsNil || d.every(k.set) && p.Kind != IsNil:
		case d.none(selected.and(k.set)):
			c.fault(constant, at, "", `no row that "where" selects can pass this`)
		case d.inside(selected, k.set):
			c.fault(constant, at, "", `each row that "where" selects passes this`)
		}
	}
}
