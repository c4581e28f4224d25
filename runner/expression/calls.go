package expression

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// call checks a call of a function or aggregate.
func (c *checker) call(n ast.Node, name string, args []ast.Node) *Node {
	rows, ok := function(name)
	if c.isHole(name) {
		for _, a := range args {
			c.node(a)
		}
		return nil
	}
	if !ok {
		c.unknownCall(n, name)
		return nil
	}
	if c.closure(args) {
		return nil
	}
	if text, ok := constantDate(name, args); ok {
		return c.dateLiteral(n, text)
	}
	f := byArity(rows, len(args))
	if f == nil {
		c.fault(badType, c.span(n), "write "+signatures(rows), "%s() does not take %s", name, arguments(len(args)))
		return nil
	}
	if f.form > trimmedForm {
		return c.formCall(n, f, args)
	}
	nodes, ok := c.arguments(n, f, args)
	if !ok {
		return nil
	}
	for _, row := range rows {
		if bad := row.mismatch(nodes); bad < 0 {
			return c.apply(n, row, nodes)
		}
	}
	for _, row := range rows {
		if read := c.readArguments(row, nodes); row.mismatch(read) < 0 {
			return c.apply(n, row, read)
		}
	}
	i := max(f.mismatch(nodes), 0)
	x := nodes[i]
	hint := "write " + signatures(rows)
	if x.Type.Family == model.JSON && slices.ContainsFunc(rows, func(f *Function) bool { return f.parameter(i).accepts(jsonType) }) {
		hint = "declare the column jsonb"
	}
	if len(f.Parameters) > 0 {
		hint = c.argumentHint(f.parameter(i), x, hint)
	}
	c.fault(badType, c.span(n), hint, "%s() cannot be asked of %s", name, c.describe(x))
	return nil
}

// argumentHint says how an argument becomes one that the parameter takes, or else what is given.
func (c *checker) argumentHint(p Parameter, x *Node, otherwise string) string {
	text := c.src.slice(x.From, x.To)
	switch {
	case group(x.Type) == textGroup && p.accepts(numericType) && !p.accepts(dateType):
		return "write number(" + text + ")"
	case group(x.Type) == textGroup && p.accepts(dateType) && !p.accepts(numericType):
		return "write date(" + text + ")"
	case x.Type.Family == model.JSONB && p.accepts(numericType):
		return "write number(" + text + ") or text(" + text + ")"
	case isNumber(x) && p.accepts(textType) && !p.accepts(numericType) && x.Kind != Literal:
		return "write text(" + text + ")"
	}
	return otherwise
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no argument"
	case 1:
		return "one argument"
	}
	return "these arguments"
}

func signatures(rows []*Function) string {
	var out []string
	for _, f := range rows {
		out = append(out, f.Signature())
	}
	return strings.Join(out, " or ")
}

func byArity(rows []*Function, n int) *Function {
	for _, f := range rows {
		if f.takes(n) {
			return f
		}
	}
	return nil
}

// allowed tells whether a function can be called at a place.
func (c *checker) allowed(n ast.Node, f *Function) bool {
	switch {
	case f.Aggregate && c.inside:
		c.fault(badType, c.span(n), "", "an aggregate cannot stand inside of another")
		return false
	case f.Aggregate && c.window:
		c.fault(badType, c.span(n), "", "an aggregate cannot stand inside of a window")
		return false
	case f.Aggregate && c.noAggregate != "":
		c.fault(badType, c.span(n), c.instead, "%s", c.noAggregate)
		return false
	case f.ValueOnly && !c.env.FileName:
		c.fault(notInSQL, c.span(n), "compute a column with value: and judge that", "%s() is known only while a file is read", f.Name)
		return false
	}
	return true
}

// arguments checks the arguments of a call; those of an aggregate are inside of it.
func (c *checker) arguments(n ast.Node, f *Function, args []ast.Node) ([]*Node, bool) {
	if !c.allowed(n, f) {
		return nil, false
	}
	ok := true
	nodes := make([]*Node, len(args))
	for i, a := range args {
		nodes[i] = c.within(f, a)
		ok = ok && nodes[i] != nil
	}
	return nodes, ok
}

// mismatch returns the first argument that the function does not take, or -1. The wrong number of arguments counts as the first.
func (f *Function) mismatch(args []*Node) int {
	if !f.takes(len(args)) {
		return 0
	}
	for i, a := range args {
		if !f.parameter(i).accepts(a.Type) {
			return i
		}
	}
	return -1
}

// apply makes the node of a call whose arguments fit.
func (c *checker) apply(n ast.Node, f *Function, args []*Node) *Node {
	at := c.span(n)
	if f.Expand != nil {
		return f.Expand(c, at, args)
	}
	out := &Node{Kind: Call, Function: f, Name: f.Name, Args: args}
	if f.Constant != nil && !c.constantCall(out) {
		return nil
	}
	if !c.resultType(n, out) {
		return nil
	}
	if f.Aggregate {
		out.Kind = Aggregate
		if !c.countable(n, out) {
			return nil
		}
		c.aggregates = append(c.aggregates, out)
	}
	return out
}

// readArguments reads JSON values as what a function takes or, where that is several things, as what the other arguments are.
func (c *checker) readArguments(f *Function, args []*Node) []*Node {
	if !f.takes(len(args)) {
		return args
	}
	beside := model.Type{}
	for _, a := range args {
		if a.Type.Family != model.JSONB && a.Kind != Nil {
			beside = a.Type
			break
		}
	}
	out := slices.Clone(args)
	for i, a := range out {
		p := f.parameter(i)
		if a.Type.Family != model.JSONB || len(p.Accepts) == 0 {
			continue
		}
		var takes []model.Type
		for _, t := range []model.Type{textType, numericType, boolType} {
			if p.accepts(t) {
				takes = append(takes, t)
			}
		}
		switch {
		case len(takes) == 1:
			out[i] = c.readAs(a, takes[0])
		case p.accepts(beside):
			out[i] = c.readAs(a, beside)
		}
	}
	return out
}

// constantCall puts the function in its place that the last argument asks for.
func (c *checker) constantCall(n *Node) bool {
	last := n.Args[len(n.Args)-1]
	at := span{last.From, last.To}
	if last.Kind != Literal {
		c.fault(notInSQL, at, "write it out", "the %s of %s() must be a text in quotes", n.Function.parameter(len(n.Args)-1).Name, n.Name)
		return false
	}
	f, err := n.Function.Constant(last.Text)
	if err != nil {
		c.fault(badConst, at, formatHint, "%s", err)
		return false
	}
	n.Function, n.Text, n.Args = f, last.Text, n.Args[:len(n.Args)-1]
	return true
}

// resultType finds the type and size of a call.
func (c *checker) resultType(n ast.Node, out *Node) bool {
	f := out.Function
	out.Type = map[model.Family]model.Type{model.Integer: integerType, model.Numeric: numericType, model.Text: textType,
		model.Boolean: boolType, model.Date: dateType, model.Timestamp: stampType, model.Array: textsType}[f.Result]
	if f.Result == model.NoFamily {
		t, ok := unify(out.Args)
		if !ok {
			c.fault(badType, c.span(n), "", "%s() needs values of one type; these are %s and %s", f.Name, kindOf(out.Args[0]),
				kindOf(out.Args[len(out.Args)-1]))
			return false
		}
		out.Type = t
	}
	if !isNumber(out) {
		return true
	}
	if len(out.Args) > 0 && f.parameter(0).Plain && f.Result == model.NoFamily {
		out.size = largest(out.Args, out.Type) // min and max
		return true
	}
	if out.Type.Family == model.Float {
		out.Type = numericType
	}
	out.size = size{digits: f.Digits, numeric: f.Result != model.Integer || f.Digits > 19, scale: maxScale}
	switch {
	case f.Digits == 0 && len(out.Args) > 0 && isNumber(out.Args[0]):
		s := out.Args[0].clamped()
		out.size = size{digits: s.digits + 1, scale: s.scale, numeric: true}
		if f.Aggregate {
			out.size.digits += 19
		}
	case f.Digits == 0: // the length of a text
		out.size = size{digits: 10}
	}
	if out.Type.Family == model.Integer {
		out.size.scale = 0
	}
	return true
}

// countable refuses what cannot be counted, and what would be counted by mistake.
func (c *checker) countable(n ast.Node, out *Node) bool {
	if out.Name != "count" && out.Name != "count_distinct" {
		return true
	}
	switch x := out.Args[0]; {
	case out.Name == "count_distinct" && !x.Type.Comparable():
		c.fault(badType, c.span(n), "", "Postgres cannot compare values of type %s", x.Type.Name)
		return false
	case x.Type.Family == model.Boolean && x.Kind != ColumnRef:
		c.fault(badType, c.span(n), `write row_count() and put the condition into "where"`,
			"%s() counts what is not nil, so it counts a condition that is false too", out.Name)
		return false
	}
	return true
}

// constantDate tells whether a call is date("...").
func constantDate(name string, args []ast.Node) (string, bool) {
	if name != "date" || len(args) != 1 {
		return "", false
	}
	s, ok := args[0].(*ast.StringNode)
	if !ok {
		return "", false
	}
	return s.Value, true
}

// dayForm is a date in form, if not in fact.
var dayForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

func (c *checker) dateLiteral(n ast.Node, text string) *Node {
	if _, err := model.ParseDate(text); err != nil {
		hint := `write date("YYYY-MM-DD")`
		if dayForm.MatchString(text) {
			hint = "there is no such day"
		}
		c.fault(badConst, c.span(n), hint, "%q is not a date", text)
		return nil
	}
	return &Node{Kind: Literal, Type: dateType, Text: text}
}
