package expression

import (
	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// previousCall checks previous(aggregate) and snapshot(aggregate, date). The same aggregate of the rows that are judged is among the
// measures of the rule, so that a later batch finds it.
func (c *checker) previousCall(n ast.Node, f *Function, args []ast.Node) *Node {
	if !c.allowed(n, f) {
		return nil
	}
	joined := c.joined
	c.joined = false
	inner := c.node(args[0])
	looksBeside := c.joined || c.whereJoined
	c.joined = joined || c.joined
	date, ok := c.date(f, args)
	if inner == nil || !ok {
		return nil
	}
	switch {
	case inner.Kind != Aggregate:
		hint := "write " + f.Name + "(sum(x)) / " + f.Name + "(sum(y))"
		if inner.Kind == ColumnRef {
			hint = "such as " + f.Name + "(max(" + inner.Name + "))"
		}
		c.fault(badType, c.span(args[0]), hint, "%s() takes one aggregate, and this is %s", f.Name, kindOf(inner))
		return nil
	case inner.Function.Elsewhere || inner.Function.form == countForm || inner.Function.form == listForm && inner.Name == "mode_in":
		c.fault(badType, c.span(args[0]), "", "%s() takes an aggregate of the rows alone, which %s() is not", f.Name, inner.Name)
		return nil
	case looksBeside:
		c.fault(badType, c.span(n), "", "%s() looks at rows of another date, beside which there are no rows of other tables", f.Name)
		return nil
	case date != nil && c.frozen(n, f, merge(columnsOf(inner), c.whereColumns)) == nil:
		return nil
	}
	out := &Node{Kind: Aggregate, Function: f, Name: f.Name, Type: inner.Type, size: inner.size, Text: model.MeasureKey(c.written(inner), c.whereText), Args: []*Node{inner}}
	if date != nil {
		out.Args = append(out.Args, date)
	}
	c.aggregates = append(c.aggregates, out)
	return out
}

// written is the text of an aggregate, also of one that stands here by the name of a let.
func (c *checker) written(n *Node) string {
	for _, a := range c.aggregates {
		if same(a, n) {
			return c.src.normal(a.From, a.To)
		}
	}
	return c.src.normal(n.From, n.To)
}

// date checks the date that is the second argument, if there is one: it is known before any row is.
func (c *checker) date(f *Function, args []ast.Node) (*Node, bool) {
	if len(args) < 2 {
		return nil, true
	}
	d := c.within(f, args[1])
	if d == nil {
		return nil, false
	}
	if d.Type.Family != model.Date || d.Kind != Literal && d.Kind != ParamRef {
		c.fault(badConst, c.span(args[1]), `write date("2024-01-31"), or the name of a parameter`, "the date of %s() is a constant or a parameter", f.Name)
		return nil, false
	}
	return d, true
}

// elsewhere is the SQL of an aggregate of other rows: the mark of its value, which is found before the rule is asked.
func (e *emitter) elsewhere(n *Node) pgsql.Frag {
	inner := n.Args[0]
	v := model.Elsewhere{Text: n.Text, SQL: e.value(inner), Type: inner.Type, Columns: merge(columnsOf(inner), e.whereColumns)}
	if len(n.Args) > 1 {
		v.Date = e.value(n.Args[1])
	}
	v.Mark = "#value:" + hashed(v.Text+"\x00"+string(v.Date))
	need(&e.needs.Values, v, func(o model.Elsewhere) bool { return o.Mark == v.Mark })
	return pgsql.Param(v.Mark)
}

// psiCall checks psi(x) and psi(x, date).
func (c *checker) psiCall(n ast.Node, f *Function, args []ast.Node) *Node {
	if !c.allowed(n, f) {
		return nil
	}
	joined := c.joined
	c.joined = false
	x := c.within(f, args[0])
	looksBeside := c.joined || c.whereJoined
	c.joined = joined || c.joined
	date, ok := c.date(f, args)
	switch {
	case x == nil || !ok:
		return nil
	case !f.parameter(0).accepts(x.Type):
		c.unfit(n, f, f.parameter(0), x)
		return nil
	case looksBeside:
		c.fault(badType, c.span(n), "", "%s() looks at rows of another date, beside which there are no rows of other tables", f.Name)
		return nil
	case c.frozen(n, f, merge(columnsOf(x), c.whereColumns)) == nil:
		return nil
	}
	out := &Node{Kind: Aggregate, Function: f, Name: f.Name, Type: numericType, size: size{digits: f.Digits, scale: 6, numeric: true}, Args: []*Node{x}}
	if date != nil {
		out.Args = append(out.Args, date)
	}
	c.aggregates = append(c.aggregates, out)
	return out
}

// unseen is the share that a bucket without rows counts as, since the logarithm of zero is none: the value that Evidently takes.
const unseen = "0.0001"

// deciles are the shares of the earlier rows at which one bucket ends and the next begins.
const deciles = "ARRAY[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]"

// psi is the population stability index of credit scoring: the sum over all buckets of (c - p) * ln(c / p), where c is the share of the
// judged rows in the bucket and p that of the earlier ones. A value that is ordered like a number has ten buckets, divided at the
// deciles of the earlier rows; every other value is a bucket of its own. Rows without a value are left out.
// The sum is made of floats, whose order is open, and therefore rounded to six places.
func (e *emitter) psi(n *Node) pgsql.Frag {
	e.needs.Rows = true
	x := n.Args[0]
	earlier := model.Earlier{Columns: merge(columnsOf(x), e.whereColumns)}
	if len(n.Args) > 1 {
		earlier.Date = e.value(n.Args[1])
	}
	earlier.Mark = "#earlier:" + hashed(string(earlier.Date)+"\x00"+string(pgsql.List(earlier.Columns, pgsql.Ident)))
	need(&e.needs.Earlier, earlier, func(o model.Earlier) bool { return o.Mark == earlier.Mark })
	v := e.sorted(x)
	rows := func(mark string) pgsql.Frag { return " FROM " + pgsql.Param(mark) + " AS r" }
	selected := " WHERE " + e.and("("+e.value(x)+" IS NOT NULL)")
	bucket := v
	if g := group(x.Type); g == numberGroup || g == momentGroup || x.Type.Family == model.Interval || x.Type.Family == model.Time {
		// A subquery that stands alone is computed once, whatever the planner believes of the number of rows.
		bucket = "width_bucket(" + v + ", (SELECT percentile_disc(" + deciles + ") WITHIN GROUP (ORDER BY " + v + ")" + rows(earlier.Mark) + selected + "))"
	}
	share := func(count pgsql.Frag) pgsql.Frag {
		return "CASE WHEN sum(o." + count + ") = 0 THEN " + unseen + " ELSE sum(o." + count + ")::double precision / NULLIF(sum(sum(o." + count + ")) OVER (), 0) END"
	}
	return "(SELECT CASE WHEN sum(b.now) > 0 AND sum(b.was) > 0 THEN round(sum((b.c - b.p) * ln(b.c / b.p))::numeric, 6) END FROM (SELECT " +
		share("now") + " AS c, " + share("was") + " AS p, sum(o.now) AS now, sum(o.was) AS was FROM (SELECT " + bucket + " AS bucket, 1 AS now, 0 AS was" + rows(model.RowsMark) + selected +
		" UNION ALL SELECT " + bucket + ", 0, 1" + rows(earlier.Mark) + selected + ") AS o GROUP BY o.bucket) AS b)"
}
