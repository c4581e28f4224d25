package expression

import "slices"

// Strictness says how a condition stands to an earlier one: which rows of those that the one passes the other passes too.
type Strictness int

// What a condition may be to an earlier one.
const (
	Unrelated Strictness = iota // it cannot be told
	Same                        // they pass the same rows
	Stricter                    // it passes only a part of them
	Looser                      // it passes all of them and more
	Crossing                    // each passes rows that the other refuses
)

// Comparison is what became of a condition. Before and After are the parts that differ, where it is one part of each.
type Comparison struct {
	Strictness
	Before, After string
}

// CompareConditions says how a condition stands to what it was before. A row passes when the condition is true, and with unknownPasses also
// when it is unknown. Both are read as sets of values, subject by subject: "x in 1..10 and y > 0" speaks of x and of y. What cannot be
// read so is a subject of its own, which is the same only when it is written the same. A text that cannot be compiled is Unrelated.
func CompareConditions(before, after string, env Env, unknownPasses bool) Comparison {
	a, b := readSets(before, env), readSets(after, env)
	if a == nil || b == nil {
		return Comparison{}
	}
	out := Comparison{}
	stricter, looser := true, true
	var changed [][2]string
	for _, was := range a.list {
		now, ok := b.about(was.of)
		if !ok {
			now = was.everything()
		}
		s, l := was.compare(now, b.checker, unknownPasses)
		if !s || !l {
			changed = append(changed, [2]string{was.text, now.text})
		}
		stricter, looser = stricter && s, looser && l
	}
	for _, now := range b.list {
		if _, ok := a.about(now.of); !ok {
			was := now.everything()
			s, l := was.compare(now, b.checker, unknownPasses)
			if !s || !l {
				changed = append(changed, [2]string{"", now.text})
			}
			stricter, looser = stricter && s, looser && l
		}
	}
	switch {
	case stricter && looser:
		out.Strictness = Same
	case stricter:
		out.Strictness = Stricter
	case looser:
		out.Strictness = Looser
	default:
		out.Strictness = Crossing
	}
	if len(changed) == 1 {
		out.Before, out.After = changed[0][0], changed[0][1]
	}
	return out
}

// passed is what a condition says of one subject: the values that pass, and the verdict where there is none.
type passed struct {
	of    subject
	set   valueSet
	onNil Verdict
	text  string
}

// everything is what a condition says of a subject that it does not mention.
func (p passed) everything() passed {
	return passed{of: p.of, set: valueSet{least: true}, onNil: True}
}

// compare tells whether what follows passes no row that p refuses, and the reverse.
func (p passed) compare(next passed, c *checker, unknownPasses bool) (stricter, looser bool) {
	if turned, _ := p.of.same(next.of); turned {
		next.set = condition{of: next.of, set: next.set}.turn().set
	}
	d := c.domainOf(p.of)
	before, after := p.onNil == True || unknownPasses && p.onNil == Unknown, next.onNil == True || unknownPasses && next.onNil == Unknown
	return d.inside(next.set, p.set) && (!after || before), d.inside(p.set, next.set) && (!before || after)
}

// passedSets is a condition taken apart: it is true when each of its parts is.
type passedSets struct {
	list    []passed
	checker *checker
}

func (s *passedSets) about(of subject) (passed, bool) {
	for _, p := range s.list {
		if _, ok := of.same(p.of); ok {
			return p, true
		}
	}
	return passed{}, false
}

// readSets takes a text apart, or returns nil when it cannot be compiled.
func readSets(text string, env Env) *passedSets {
	c := &checker{env: env}
	root := c.condition(text, "rule")
	if root == nil || hasErrors(c.faults) {
		return nil
	}
	out := &passedSets{checker: c}
	for _, n := range flatten(root, And, nil) {
		k := c.fold(n)
		part := c.src.slice(n.From, n.To)
		i := slices.IndexFunc(out.list, func(p passed) bool { _, ok := p.of.same(k.of); return ok })
		if i < 0 {
			out.list = append(out.list, passed{k.of, k.set, k.onNil, part})
			continue
		}
		if turned, _ := out.list[i].of.same(k.of); turned {
			k = k.turn()
		}
		p := &out.list[i]
		p.set, p.onNil, p.text = p.set.and(k.set), and3(p.onNil, k.onNil), p.text+" and "+part
	}
	return out
}

// fold reads a condition whose parts all speak of one subject as one condition about it.
func (c *checker) fold(n *Node) condition {
	switch n.Kind {
	case Not:
		out := c.fold(n.Args[0])
		return condition{node: n, of: out.of, set: out.set.not(), onNil: not3(out.onNil)}
	case And, Or:
		parts := flatten(n, n.Kind, nil)
		out := c.fold(parts[0])
		for _, p := range parts[1:] {
			k := c.fold(p)
			turned, ok := out.of.same(k.of)
			if !ok {
				return c.conditionOf(n)
			}
			if turned {
				k = k.turn()
			}
			out.set, out.onNil = joined(n.Kind, out.set, k.set), joined3(n.Kind, out.onNil, k.onNil)
		}
		out.node = n
		return out
	}
	return c.conditionOf(n)
}
