package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// form says what a call takes beside values, and so how it is checked and written.
type form int

const (
	plainForm      form = iota
	trimmedForm         // a decimal loses the zeros at its end: which of several equal ones Postgres finds is open
	quantileForm        // the second argument is a constant from 0 to 1
	listForm            // the second argument is a list of constants
	countForm           // looks at the rows once more, grouped by value
	windowForm          // looks at all rows and judges each
	existsForm          // the first argument is a table, the others are columns
	oldForm             // the argument is a column
	tableForm           // the argument is a table
	previousForm        // the first argument is an aggregate, the second a date
	psiForm             // the second argument is a date
	divergenceForm      // the second and third arguments are lists of constants
	catalogForm         // looks at no row
)

// formCall checks a call of a function that has a form of its own.
func (c *checker) formCall(n ast.Node, f *Function, args []ast.Node) *Node {
	switch f.form {
	case windowForm:
		return c.windowCall(n, f, args)
	case existsForm:
		return c.existsCall(n, f, args)
	case oldForm:
		return c.oldCall(n, f, args)
	case tableForm:
		return c.tableCall(n, f, args)
	case previousForm:
		return c.previousCall(n, f, args)
	case psiForm:
		return c.psiCall(n, f, args)
	case divergenceForm:
		return c.divergenceCall(n, f, args)
	case catalogForm:
		return c.catalogCall(n, f, args)
	}
	return c.special(n, f, args)
}

// formSQL is the SQL of a call that is no template.
func (e *emitter) formSQL(n *Node) pgsql.Frag {
	switch n.Function.form {
	case existsForm:
		return e.exists(n)
	case tableForm:
		return e.tableCount(n)
	case previousForm:
		return e.elsewhere(n)
	case psiForm:
		return e.psi(n)
	case divergenceForm:
		return e.divergence(n)
	case catalogForm: // type(x)
		return pgsql.Typed(n.Text, "text")
	}
	return e.aggregate(n)
}

// sortedArg are the types of which equal values are the same. Of intervals, 1 day and 24:00:00 are equal, and a sort may give either.
var sortedArg = slices.DeleteFunc(slices.Clone(orderedArg), func(f model.Family) bool { return f == model.Interval })

// rankedArg are the types that have an order in Postgres, so that equal values can be found by sorting.
var rankedArg = append([]model.Family{model.Boolean, model.UUID}, sortedArg...)

// aggregates are those that need more than one aggregate of Postgres, or say more than it does. The sets of values are compared without
// being collected, so that their memory does not grow with the rows.
//
// stddev and quantile are what Great Expectations computes (stddev_samp and percentile_disc on Postgres), and so are the sets: nothing
// is among no values, so distinct_in is true of them.
func aggregates() []Function {
	x := func(accepts []model.Family, plain bool) []Parameter {
		return []Parameter{{Name: "x", Accepts: accepts, Plain: plain}}
	}
	list := func(accepts []model.Family) []Parameter { return append(x(accepts, true), Parameter{Name: "[a, b]"}) }
	return []Function{
		{Name: "stddev", Aggregate: true, Parameters: x(numberArg, false), Result: model.Numeric, Digits: 1002, SQL: `stddev_samp({0}){where}`, Fold: foldDeviation, Doc: "the standard deviation of a sample (n - 1); nil with fewer than two values", Example: `stddev(amount) < 20`},
		{Name: "median", Aggregate: true, Parameters: x(numberArg, false), Result: model.Numeric, SQL: `trim_scale((percentile_disc(0.5) WITHIN GROUP (ORDER BY {0}){where} + percentile_disc(0.5) WITHIN GROUP (ORDER BY {0} DESC){where}) * 0.5)`, Fold: foldMedian, Doc: "the value in the middle, or the mean of the two in the middle; nil without any", Example: `median(amount) < 50`},
		{Name: "quantile", Aggregate: true, Parameters: append(x(sortedArg, true), Parameter{Name: "share"}), SQL: `percentile_disc({share}) WITHIN GROUP (ORDER BY {0}){where}`, form: quantileForm, Doc: "the smallest value that is not less than this share of the values; nil without any", Example: `quantile(amount, 0.9) <= 100`},
		{Name: "null_share", Aggregate: true, Parameters: x(nil, true), Result: model.Numeric, Digits: 1, SQL: `(count(*) FILTER (WHERE {and}{0} IS NULL)::numeric / NULLIF(count(*){where}::numeric, 0))`, Fold: foldNulls, Nils: true, Doc: "the share of rows in which the value is nil; nil without rows", Example: `null_share(code) < 0.05`},
		{Name: "share", Aggregate: true, Parameters: []Parameter{{Name: "condition", Accepts: []model.Family{model.Boolean}}}, Result: model.Numeric, Digits: 1, SQL: `(count(*) FILTER (WHERE {and}{0})::numeric / NULLIF(count({0}){where}::numeric, 0))`, Fold: foldShare, Doc: "the share of rows for which the condition is true among those for which it is true or false; nil without any", Example: `share(amount > 0) >= 0.9`},
		{Name: "mode", Aggregate: true, Parameters: x(rankedArg, true), SQL: `mode() WITHIN GROUP (ORDER BY {0}){where}`, form: trimmedForm, Doc: "the most frequent value, the smallest of several; nil without any", Example: `mode(code) == "a"`},
		{Name: "mode_count", Aggregate: true, Parameters: x(rankedArg, true), Result: model.Integer, Digits: 19, form: countForm, Doc: "how many values are the most frequent; 0 without any", Example: `mode_count(code) == 1`},
		{Name: "mode_in", Aggregate: true, Parameters: list(rankedArg), Result: model.Boolean, form: listForm, Doc: "is one of the most frequent values in the list? nil without any", Example: `mode_in(code, ["a", "b"])`},
		{Name: "distinct_in", Aggregate: true, Parameters: list(nil), Result: model.Boolean, form: listForm, Doc: "is every value, nil aside, in the list? true without any", Example: `distinct_in(code, ["a", "b"])`},
		{Name: "distinct_contains", Aggregate: true, Parameters: list(nil), Result: model.Boolean, form: listForm, Doc: "does every value of the list occur?", Example: `distinct_contains(code, ["a", "b"])`},
		{Name: "distinct_equals", Aggregate: true, Parameters: list(nil), Result: model.Boolean, form: listForm, Doc: "are the values, nil aside, just those of the list?", Example: `distinct_equals(code, ["a", "b"])`},
	}
}

// special checks a call that takes more than values. Only the first argument is a value.
func (c *checker) special(n ast.Node, f *Function, args []ast.Node) *Node {
	if !c.allowed(n, f) {
		return nil
	}
	joined := c.joined
	x := c.within(f, args[0])
	if again := f.form == countForm || f.Name == "mode_in"; again && (c.joined && !joined || c.whereJoined) {
		c.fault(badType, c.span(n), "", "%s() looks at the rows once more, without those of other tables", f.Name)
		return nil
	}
	if x != nil && (!f.parameter(0).accepts(x.Type) || !x.Type.Comparable()) {
		c.unfit(n, f, f.parameter(0), x)
		return nil
	}
	out := &Node{Kind: Aggregate, Function: f, Name: f.Name}
	ok := true
	switch f.form {
	case quantileForm:
		out.Text, ok = c.quantile(args[1])
	case listForm:
		out.Args, ok = c.constants(f, x, args[1])
	}
	if x == nil || !ok {
		return nil
	}
	out.Args = append([]*Node{x}, out.Args...)
	if !c.resultType(n, out) {
		return nil
	}
	c.aggregates = append(c.aggregates, out)
	return out
}

// unfit reports an argument of a type that a function does not take.
func (c *checker) unfit(n ast.Node, f *Function, p Parameter, x *Node) {
	hint := "write " + f.Signature()
	if group(x.Type) == textGroup && slices.Equal(p.Accepts, numberArg) {
		hint = "write number(" + c.src.slice(x.From, x.To) + ")"
	}
	c.fault(badType, c.span(n), hint, "%s() cannot be asked of %s", f.Name, c.describe(x))
}

// within checks an argument of an aggregate: what it mentions does not stand outside of it.
func (c *checker) within(f *Function, arg ast.Node) *Node {
	before := c.inside
	c.inside = c.inside || f.Aggregate
	out := c.node(arg)
	c.inside = before
	return out
}

func (c *checker) quantile(arg ast.Node) (string, bool) {
	q := c.node(arg)
	if q == nil {
		return "", false
	}
	if q.Kind != Literal || !isNumber(q) || rational(q).Sign() < 0 || rational(q).Cmp(rational(&Node{Text: "1"})) > 0 {
		c.fault(badConst, c.span(arg), "write quantile(x, 0.9)", "the share of a quantile is a number from 0 to 1, written out")
		return "", false
	}
	return q.Text, true
}

// constants checks the list of a call: values that do not change from row to row, and that can be compared with x.
func (c *checker) constants(f *Function, x *Node, arg ast.Node) ([]*Node, bool) {
	places, elements, ok := c.elements(arg)
	if !ok {
		c.fault(badList, c.span(arg), "write "+f.Signature(), "%s() needs a list in square brackets", f.Name)
		return nil, false
	}
	var out []*Node
	for i, e := range elements {
		switch {
		case e == nil:
			ok = false
			continue
		case e.Kind == Nil:
			c.fault(badList, places[i], "remove it; null_share(x) tells of nil", "nil is not among the values that %s() looks at", f.Name)
			ok = false
			continue
		case e.Kind != Literal && e.Kind != ParamRef:
			c.fault(badList, places[i], "", "the list of %s() holds constants and parameters", f.Name)
			ok = false
			continue
		case x != nil:
			e = asUUID(e, x)
		}
		out = append(out, e)
	}
	if !c.checkElements(out, true) || !ok {
		return nil, false
	}
	if x != nil && len(out) > 0 && !alike(x.Type, out[0].Type) {
		c.fault(badType, c.span(arg), c.mismatchHint(x, out[0]), "cannot look for %s in a list of %s", c.describe(x), plural(out[0]))
		return nil, false
	}
	return out, true
}

// elements are those of a list with their places: of one that is written out, or of the value of a let.
func (c *checker) elements(arg ast.Node) (places []span, out []*Node, ok bool) {
	if list, ok := arg.(*ast.ArrayNode); ok {
		for _, a := range list.Nodes {
			places, out = append(places, c.span(a)), append(out, c.element(a))
		}
		return places, out, true
	}
	list := c.node(arg)
	if list == nil || list.Kind != List {
		return nil, nil, false
	}
	for range list.Args {
		places = append(places, c.span(arg))
	}
	return places, list.Args, true
}

// and is a condition on the rows that where selects.
func (e *emitter) and(condition pgsql.Frag) pgsql.Frag {
	if e.where == "" {
		return condition
	}
	return e.where + " AND " + condition
}

// aggregate is the SQL of an aggregate that is no template.
func (e *emitter) aggregate(n *Node) pgsql.Frag {
	x, list := n.Args[0], n.Args[1:]
	switch n.Name {
	case "distinct_in":
		return e.within(x, list)
	case "distinct_contains":
		return "(" + e.contains(x, list) + ")"
	case "distinct_equals":
		return "(" + e.within(x, list) + " AND " + e.contains(x, list) + ")"
	case "mode_in":
		if len(list) == 0 {
			return "(CASE WHEN count(" + e.value(x) + ")" + e.filter() + " > 0 THEN false END)"
		}
		return e.modes("bool_or(m.listed)", "bool_or("+e.inElements(x, list)+") AS listed, ", x)
	}
	return e.modes("count(*)", "", x)
}

// within is true when no value is outside of the list.
func (e *emitter) within(x *Node, list []*Node) pgsql.Frag {
	outside := "(" + e.value(x) + " IS NOT NULL)"
	if len(list) > 0 {
		outside = "NOT " + e.inElements(x, list)
	}
	return "(count(*) FILTER (WHERE " + e.and(outside) + ") = 0)"
}

func (e *emitter) contains(x *Node, list []*Node) pgsql.Frag {
	parts := pgsql.Map(list, func(v *Node) pgsql.Frag {
		return "(count(*) FILTER (WHERE " + e.and(e.compare("==", x, v)) + ") > 0)"
	})
	return pgsql.Join(append(parts, "true"), " AND ")
}

// modes asks about the most frequent values, each of which is a row m.
func (e *emitter) modes(what, column pgsql.Frag, x *Node) pgsql.Frag {
	e.needs.Rows = true
	v := e.value(x)
	group := v
	switch {
	case x.Kind == Literal: // a bare constant there is the number of a column, or refused
		group = "COALESCE(" + v + ", NULL)"
	case x.Type.Family == model.Text:
		group += ` COLLATE "C"`
	}
	return "(SELECT " + what + " FROM (SELECT " + column + "count(*) AS n, max(count(*)) OVER () AS most FROM " + pgsql.Param(model.RowsMark) +
		" AS r WHERE " + e.and("("+v+" IS NOT NULL)") + " GROUP BY " + group + ") AS m WHERE m.n = m.most)"
}

// filter restricts an aggregate to the rows that where selects.
func (e *emitter) filter() pgsql.Frag {
	if e.where == "" {
		return ""
	}
	return " FILTER (WHERE " + e.where + ")"
}

// need adds what a rule needs, once, and returns its place in the list.
func need[T any](list *[]T, item T, same func(T) bool) int {
	if i := slices.IndexFunc(*list, same); i >= 0 {
		return i
	}
	*list = append(*list, item)
	return len(*list) - 1
}
