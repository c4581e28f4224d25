package expression

import (
	"strings"

	"streamflow/runner/model"
)

// evaluator computes the values of a tree in memory. It mirrors the emitter, node by node: what the SQL guards is unknown here too. After
// an error the results mean nothing.
type evaluator struct {
	world  World
	row    Row
	rows   []Row           // those that aggregates look at
	folded map[*Node]Datum // aggregates that are known
	beside
	err error
}

func (e *evaluator) fail(err error) Datum {
	if e.err == nil {
		e.err = err
	}
	return nil
}

// value is the value of a node in its own type.
func (e *evaluator) value(n *Node) Datum {
	switch n.Kind {
	case Nil:
		return nil
	case Literal:
		return n.constant
	case ColumnRef:
		return read(e.row[n.Name])
	case ParamRef:
		return e.param(n.Name)
	case Not:
		return not(e.value(n.Args[0]))
	case And:
		return e.logic(n.Args, false)
	case Or:
		return e.logic(n.Args, true)
	case IsNil:
		return (e.value(n.Args[0]) == nil) == (n.Name == "==")
	case Compare:
		return e.compare(n.Name, e.value(n.Args[0]), e.value(n.Args[1]))
	case Arith, Negate:
		return e.arith(n)
	case Concat:
		a, b := e.value(n.Args[0]), e.value(n.Args[1])
		if a == nil || b == nil {
			return nil
		}
		return a.(string) + b.(string)
	case DateDiff:
		return dateDiff(e.value(n.Args[0]), e.value(n.Args[1]))
	case DateShift:
		return dateShift(n.Name, e.value(n.Args[0]), e.value(n.Args[1]))
	case In:
		return e.in(n)
	case Between:
		return e.between(n)
	case TextTest:
		return textTest(n.Name, e.value(n.Args[0]), e.value(n.Args[1]))
	case Matches:
		text, ok := e.value(n.Args[0]).(string)
		if !ok {
			return nil
		}
		return n.pattern.MatchString(text)
	case If:
		if e.value(n.Args[0]) == true {
			return e.value(n.Args[1])
		}
		return e.value(n.Args[2])
	case Coalesce:
		if a := e.value(n.Args[0]); a != nil {
			return a
		}
		return e.value(n.Args[1])
	case List:
		return e.list(n)
	case Element:
		return e.element(n)
	case Slice:
		return e.slice(n)
	case InArray:
		return e.inArray(n)
	case Part:
		return e.part(n)
	case HasKey:
		return e.hasKey(n)
	case Call:
		return e.call(n)
	case Aggregate:
		return e.aggregate(n)
	case Window:
		return e.window(n)
	case JoinRef:
		return e.joinRef(n)
	}
	return e.fail(missing("%s", n.Name))
}

func (e *evaluator) param(name string) Datum {
	v, ok := e.world.Params[name]
	if !ok {
		return e.fail(missing("parameter %q has no value", name))
	}
	return v
}

func not(d Datum) Datum {
	if v, ok := d.(bool); ok {
		return !v
	}
	return nil
}

// logic is AND or OR: decided by the first operand that has the deciding value, else unknown when one is.
func (e *evaluator) logic(operands []*Node, deciding bool) Datum {
	var out Datum = !deciding
	for _, n := range operands {
		switch e.value(n) {
		case deciding:
			return deciding
		case nil:
			out = nil
		}
	}
	return out
}

// compare is SQL's comparison: unknown when a side is.
func (e *evaluator) compare(op string, a, b Datum) Datum {
	if a == nil || b == nil {
		return nil
	}
	if op == "==" || op == "!=" {
		return equal(a, b) == (op == "==")
	}
	c, err := order(a, b)
	if err != nil {
		return e.fail(err)
	}
	return map[string]bool{"<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[op]
}

// in is true when an element equals the value, else unknown when the value or an element is.
func (e *evaluator) in(n *Node) Datum {
	x := e.value(n.Args[0])
	if n.WithNil && x == nil {
		return true
	}
	var out Datum = false
	for _, element := range n.Args[1:] {
		switch e.compare("==", x, e.value(element)) {
		case true:
			return true
		case nil:
			out = nil
		}
	}
	return out
}

func (e *evaluator) between(n *Node) Datum {
	x := e.value(n.Args[0])
	low, high := e.compare(">=", x, e.value(n.Args[1])), e.compare("<=", x, e.value(n.Args[2]))
	switch {
	case low == false || high == false:
		return false
	case low == nil || high == nil:
		return nil
	}
	return true
}

func textTest(test string, a, b Datum) Datum {
	text, ok := a.(string)
	part, okPart := b.(string)
	switch {
	case !ok || !okPart:
		return nil
	case test == "contains":
		return strings.Contains(text, part)
	case test == "startsWith":
		return strings.HasPrefix(text, part)
	}
	return strings.HasSuffix(text, part)
}

// call computes a function. What it gets is what its SQL gets.
func (e *evaluator) call(n *Node) Datum {
	f := n.Function
	if f.ValueOnly {
		return e.param(f.Name)
	}
	if f.form == existsForm {
		return e.exists(n)
	}
	if f.Go == nil {
		return e.fail(missing("%s()", f.Name))
	}
	args, complete := e.arguments(n)
	if !complete && !f.Nils {
		return nil
	}
	return f.Go(args)
}

// arguments computes the arguments of a call, and whether none is nil.
func (e *evaluator) arguments(n *Node) ([]Datum, bool) {
	args, complete := make([]Datum, len(n.Args)), true
	for i, a := range n.Args {
		args[i] = e.argument(n, i, a)
		complete = complete && args[i] != nil
	}
	return args, complete
}

func (e *evaluator) argument(call *Node, i int, n *Node) Datum {
	p := call.Function.parameter(i)
	switch {
	case p.Place > 0:
		if place, ok := e.place(n, p.Place); ok {
			return whole(int64(place))
		}
		return nil
	case p.As != model.NoFamily:
		return civilMoment(e.value(n), p.As)
	case isNumber(n) && !p.Plain:
		return e.number(n)
	}
	return e.value(n)
}

// aggregate folds the rows that the rule selects, once.
func (e *evaluator) aggregate(n *Node) Datum {
	if out, ok := e.folded[n]; ok {
		return out
	}
	f := n.Function
	if f.form != plainForm {
		return e.keep(n, e.formed(n))
	}
	if f.Fold == nil {
		return e.fail(missing("%s()", f.Name))
	}
	outer := e.row
	rows := make([][]Datum, 0, len(e.rows))
	for _, row := range e.rows {
		e.row = row
		if args, complete := e.arguments(n); complete || f.Nils {
			rows = append(rows, args)
		}
	}
	e.row = outer
	return e.keep(n, f.Fold(rows))
}

func (e *evaluator) keep(n *Node, out Datum) Datum {
	if e.folded == nil {
		e.folded = map[*Node]Datum{}
	}
	e.folded[n] = out
	return out
}

// number is the value of a node as an operand of arithmetic, as the emitter's number limits it.
func (e *evaluator) number(n *Node) Datum {
	v, ok := e.value(n).(Number)
	if !ok {
		return nil
	}
	limited := n.Type.Family != model.Float && n.size.numeric && (n.size.digits < 0 || n.size.digits > maxDigits)
	if limited && !v.within() || v.infinite != 0 {
		return nil
	}
	return v
}

func (e *evaluator) arith(n *Node) Datum {
	a, ok := e.number(n.Args[0]).(Number)
	if !ok {
		return nil
	}
	if n.Kind == Negate {
		return a.neg()
	}
	b, ok := e.number(n.Args[1]).(Number)
	if !ok {
		return nil
	}
	switch n.Name {
	case "+":
		return a.add(b)
	case "-":
		return a.sub(b)
	case "*":
		return a.mul(b)
	case "**":
		return powerOf(n, a, b)
	}
	switch {
	case b.sign() == 0:
		return nil
	case n.Name == "/":
		return a.div(b)
	}
	return a.mod(b)
}

func dateDiff(a, b Datum) Datum {
	x, ok := a.(Date)
	y, okY := b.(Date)
	if !ok || !okY || x.Infinite != 0 || y.Infinite != 0 {
		return nil
	}
	return whole(x.Days - y.Days)
}

// dateShift keeps to the limits of the emitter's shift.
func dateShift(op string, a, b Datum) Datum {
	const most = 1_000_000
	d, ok := a.(Date)
	n, okN := b.(Number)
	if !ok || !okN || d.Infinite != 0 || d.Days < firstShiftable || d.Days > lastShiftable {
		return nil
	}
	days, ok := n.int64()
	if !ok || days < -most || days > most {
		return nil
	}
	if op == "-" {
		days = -days
	}
	return Date{Days: d.Days + days}
}
