package expression

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// mirrored are the comparisons with the sides changed.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

var sqlComparison = map[string]pgsql.Frag{"==": " = ", "!=": " <> ", "<": " < ", "<=": " <= ", ">": " > ", ">=": " >= "}

// compare is the SQL of a comparison of two values that are alike.
func (e *emitter) compare(op string, l, r *Node) pgsql.Frag {
	switch group(l.Type) {
	case numberGroup:
		return e.compareNumbers(op, l, r)
	case momentGroup:
		return "(" + e.moment(l, r) + sqlComparison[op] + e.moment(r, l) + ")"
	case textGroup:
		if op != "==" && op != "!=" {
			return "(" + e.value(l) + ` COLLATE "C"` + sqlComparison[op] + e.value(r) + ")"
		}
	}
	if l.Type.Family == model.Array {
		return "(" + e.wholeArray(l, r) + sqlComparison[op] + e.wholeArray(r, l) + ")"
	}
	return "(" + e.value(l) + sqlComparison[op] + e.value(r) + ")"
}

// wholeArray is an array beside another one. Postgres compares the bounds too, so both begin at 1.
func (e *emitter) wholeArray(n, beside *Node) pgsql.Frag {
	t, _ := common(n.Type, beside.Type)
	out := e.array(*t.Elem, n)
	if n.Kind == List {
		return out
	}
	return "(" + out + ")[:]"
}

// compareNumbers compares exactly. Floats of one width are compared as they are, a float with a literal by the float nearest to it,
// and a float with anything else by its shortest decimal.
func (e *emitter) compareNumbers(op string, l, r *Node) pgsql.Frag {
	lf, rf := l.Type.Family == model.Float, r.Type.Family == model.Float
	switch {
	case lf && rf && l.Type.Bits == r.Type.Bits, !lf && !rf:
		return "(" + e.value(l) + sqlComparison[op] + e.value(r) + ")"
	case lf && r.Kind == Literal:
		if out, ok := e.compareFloat(op, l, r); ok {
			return out
		}
	case rf && l.Kind == Literal:
		if out, ok := e.compareFloat(mirrored[op], r, l); ok {
			return out
		}
	}
	return "(" + e.as(numericType, l) + sqlComparison[op] + e.as(numericType, r) + ")"
}

// compareFloat compares a float with a literal without converting the float: the order of floats is that of their shortest decimals,
// so only the float nearest to the literal needs a thought, and that one is thought of here.
func (e *emitter) compareFloat(op string, x, literal *Node) (pgsql.Frag, bool) {
	f, sign, ok := nearestFloat(literal, x.Type.Bits)
	if !ok {
		return "", false
	}
	v := e.value(x)
	switch {
	case op == "==" && sign != 0:
		return "(" + v + " < " + v + ")", true // never true, and unknown when v is
	case op == "!=" && sign != 0:
		return "(" + v + " = " + v + ")", true
	case (op == ">=" || op == ">") && sign > 0:
		op = ">="
	case (op == ">=" || op == ">") && sign < 0:
		op = ">"
	case (op == "<=" || op == "<") && sign < 0:
		op = "<="
	case (op == "<=" || op == "<") && sign > 0:
		op = "<"
	}
	return "(" + v + sqlComparison[op] + pgsql.Typed(f, floatName(x.Type.Bits)) + ")", true
}

func floatName(bits int) pgsql.Frag {
	if bits == 32 {
		return "real"
	}
	return "double precision"
}

// moment is a date or time beside another one: one with a zone beside one without is taken at UTC, whatever the session's zone is.
func (e *emitter) moment(n, beside *Node) pgsql.Frag {
	if n.Type.Family == model.TimestampTZ && beside.Type.Family != model.TimestampTZ {
		return "(" + e.value(n) + " AT TIME ZONE 'UTC')"
	}
	return e.value(n)
}

// in is the SQL of a list. NULL in the list means that a value without content is in it.
func (e *emitter) in(n *Node) pgsql.Frag {
	x, elements := n.Args[0], n.Args[1:]
	if len(elements) == 0 && !n.WithNil {
		return "false"
	}
	if len(elements) == 0 {
		return "(" + e.value(x) + " IS NULL)"
	}
	out := e.inElements(x, elements)
	if n.WithNil {
		return "((" + e.value(x) + " IS NULL) OR " + out + ")"
	}
	return out
}

func (e *emitter) inElements(x *Node, elements []*Node) pgsql.Frag {
	all := append([]*Node{x}, elements...)
	t, ok := unify(all)
	if !ok || x.Type.Family == model.Array { // dates among times, and arrays with bounds of their own: each comparison has its conversion
		parts := pgsql.Map(elements, func(n *Node) pgsql.Frag { return e.compare("==", x, n) })
		return "(" + pgsql.Join(parts, " OR ") + ")"
	}
	list := pgsql.List(elements, func(n *Node) pgsql.Frag { return e.as(t, n) })
	return "(" + e.as(t, x) + " IN (" + list + "))"
}
