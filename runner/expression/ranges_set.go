package expression

import (
	"cmp"
	"math/big"
)

// point is a constant: a number, a date as days since 1970, false and true as 0 and 1, or a text.
type point struct {
	number *big.Rat // nil for a text
	text   string
}

func (a point) compare(b point) int {
	if a.number != nil && b.number != nil {
		return a.number.Cmp(b.number)
	}
	return cmp.Compare(a.text, b.text)
}

// cut is a place between the values of an ordered type: directly before a point, or directly after it.
type cut struct {
	at    point
	after bool
}

func (a cut) compare(b cut) int {
	if c := a.at.compare(b.at); c != 0 || a.after == b.after {
		return c
	}
	if b.after {
		return -1
	}
	return 1
}

// valueSet is a set of values: whether it holds the least of them, and the cuts at which that changes, in order.
type valueSet struct {
	least bool
	cuts  []cut
}

func (s valueSet) empty() bool { return !s.least && len(s.cuts) == 0 }

// join combines two sets value by value.
func (s valueSet) join(o valueSet, op func(a, b bool) bool) valueSet {
	a, b := s.least, o.least
	now := op(a, b)
	out := valueSet{least: now}
	for i, j := 0, 0; i < len(s.cuts) || j < len(o.cuts); {
		order := 0
		switch {
		case j == len(o.cuts):
			order = -1
		case i == len(s.cuts):
			order = 1
		default:
			order = s.cuts[i].compare(o.cuts[j])
		}
		var at cut
		if order <= 0 {
			at, a = s.cuts[i], !a
			i++
		}
		if order >= 0 {
			at, b = o.cuts[j], !b
			j++
		}
		if next := op(a, b); next != now {
			out.cuts, now = append(out.cuts, at), next
		}
	}
	return out
}

func (s valueSet) and(o valueSet) valueSet { return s.join(o, func(a, b bool) bool { return a && b }) }
func (s valueSet) or(o valueSet) valueSet  { return s.join(o, func(a, b bool) bool { return a || b }) }
func (s valueSet) not() valueSet           { return valueSet{!s.least, s.cuts} }

// domain is which values there are of something: the multiples of step, or without a step any, as far as they are in all.
type domain struct {
	step *big.Rat
	all  valueSet
}

// within is the domain of the multiples of step from low to high; a nil one is no limit.
func within(step, low, high *big.Rat) domain {
	d := domain{step: step, all: valueSet{least: true}}
	if low != nil {
		d.all = d.all.and(d.compared(">=", point{number: low}))
	}
	if high != nil {
		d.all = d.all.and(d.compared("<=", point{number: high}))
	}
	return d
}

// compared is the set of the values x for which "x op p" is true.
func (d domain) compared(op string, p point) valueSet {
	before, after := d.cut(cut{at: p}), d.cut(cut{at: p, after: true})
	switch op {
	case "<":
		return valueSet{true, []cut{before}}
	case "<=":
		return valueSet{true, []cut{after}}
	case ">":
		return valueSet{false, []cut{after}}
	case ">=":
		return valueSet{false, []cut{before}}
	}
	equal := valueSet{false, []cut{before, after}}
	if before.compare(after) == 0 { // between two steps
		equal = valueSet{}
	}
	if op == "!=" {
		return equal.not()
	}
	return equal
}

// cut moves a cut up to directly before a value of the domain, so that two cuts without a value between them are equal.
func (d domain) cut(c cut) cut {
	if d.step == nil || c.at.number == nil {
		return c
	}
	steps := new(big.Rat).Quo(c.at.number, d.step)
	n := new(big.Int).Div(steps.Num(), steps.Denom()) // rounded down
	if c.after || !steps.IsInt() {
		n.Add(n, big.NewInt(1))
	}
	return cut{at: point{number: new(big.Rat).Mul(new(big.Rat).SetInt(n), d.step)}}
}

// none and every tell whether a set holds no value of the domain, or each.
func (d domain) none(s valueSet) bool  { return s.and(d.all).empty() }
func (d domain) every(s valueSet) bool { return d.none(s.not()) }

// inside tells whether each value of the domain that is in a is in b.
func (d domain) inside(a, b valueSet) bool { return d.none(a.and(b.not())) }
