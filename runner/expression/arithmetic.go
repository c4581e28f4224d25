package expression

import (
	"strconv"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// calculate checks + - * / % ** of numbers, + of texts, and + - of dates.
func (c *checker) calculate(n *ast.BinaryNode) *Node {
	op := n.Operator
	if op == "^" {
		op = "**"
	}
	l, r := c.node(n.Left), c.node(n.Right)
	if l == nil || r == nil {
		return nil
	}
	l, r = c.operand(op, l, r), c.operand(op, r, l)
	lg, rg := group(l.Type), group(r.Type)
	switch {
	case lg == numberGroup && rg == numberGroup:
		if (op == "/" || op == "%") && isZero(r) {
			c.fault(badConst, c.span(n), "", "division by zero: this is never known")
			return nil
		}
		return c.arithmetic(op, l, r)
	case op == "+" && lg == textGroup && rg == textGroup:
		return &Node{Kind: Concat, Type: textType, Args: []*Node{l, r}}
	case l.Type.Family == model.Date && op == "-" && r.Type.Family == model.Date:
		return &Node{Kind: DateDiff, Type: integerType, size: size{digits: 10}, Args: []*Node{l, r}}
	case l.Type.Family == model.Date && (op == "+" || op == "-") && r.Type.Family == model.Integer:
		return &Node{Kind: DateShift, Name: op, Type: dateType, Args: []*Node{l, r}}
	}
	hint := ""
	switch {
	case l.Kind == Nil || r.Kind == Nil:
		hint = `arithmetic with nil is never known; ask "x == nil"`
	case lg == momentGroup && rg == momentGroup:
		hint = "write date(a) - date(b) for whole days"
	case lg == momentGroup && rg == numberGroup:
		hint = "whole days are added to a date"
	case op == "+" && (lg == textGroup && rg == numberGroup || lg == numberGroup && rg == textGroup):
		text, number := l, r
		if rg == textGroup {
			text, number = r, l
		}
		hint = "write number(" + c.src.slice(text.From, text.To) + ") to add, or text(" + c.src.slice(number.From, number.To) + ") to join"
	case lg == textGroup && rg == numberGroup && op != "+":
		hint = "write number(" + c.src.slice(l.From, l.To) + ")"
	case lg == numberGroup && rg == textGroup && op != "+":
		hint = "write number(" + c.src.slice(r.From, r.To) + ")"
	}
	c.fault(badType, c.span(n), hint, "cannot compute %s %s %s", valueOf(l), op, valueOf(r))
	return nil
}

// operand reads a JSON value in arithmetic: as a number, or as text where + joins it to one.
func (c *checker) operand(op string, n, beside *Node) *Node {
	if op == "+" && group(beside.Type) == textGroup {
		return c.readAs(n, textType)
	}
	return c.readAs(n, numericType)
}

// arithmetic makes a node of numbers and bounds its result.
func (c *checker) arithmetic(op string, args ...*Node) *Node {
	out := &Node{Kind: Arith, Name: op, Type: numericType, Args: args}
	if op == "negate" {
		out.Kind, out.Name = Negate, ""
	}
	whole := true
	for _, a := range args {
		whole = whole && a.Type.Family == model.Integer
	}
	if whole && op != "/" && op != "**" {
		out.Type = integerType
	}
	a := args[0].clamped()
	b := args[len(args)-1].clamped()
	s := size{digits: max(a.digits, b.digits) + 1, scale: max(a.scale, b.scale), numeric: true}
	switch op {
	case "*":
		s.digits, s.scale = a.digits+b.digits, min(a.scale+b.scale, maxScale)
	case "/":
		s.digits, s.scale = a.digits+b.scale+1, divisionScale
	case "%":
		s.digits = b.digits + 1
	case "**":
		if whole && args[1].Kind == Literal && rational(args[1]).Sign() >= 0 {
			out.Type = integerType
		}
		s = powerSize(out)
	}
	out.size = s
	return out
}

// smallPower returns a constant exponent that is a positive whole number. Then power() has a result for every base, unless it has
// too many digits.
func smallPower(n *Node) (int, bool) {
	if n.Kind != Literal || n.Type.Family != model.Integer {
		return 0, false
	}
	e, err := strconv.Atoi(n.Text)
	return e, err == nil && e >= 1 && e <= maxDigits
}

func powerSize(n *Node) size {
	s := n.Args[0].clamped()
	out := size{digits: clampedDigits, scale: places(n), numeric: true}
	if e, ok := smallPower(n.Args[1]); ok && s.digits*e <= maxDigits {
		out.digits = s.digits * e
	}
	if k := factors(n); k > 0 {
		out.digits, out.scale = s.digits*k, min(s.scale*k, maxScale)
	}
	return out
}

// plainPower tells whether a ** b can be computed without a guard.
func plainPower(n *Node) bool {
	e, ok := smallPower(n.Args[1])
	return ok && n.Args[0].clamped().digits*e <= maxDigits
}
