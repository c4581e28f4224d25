package expression

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// A window judges each row by looking at all of those that where selects. What it has to know of the others is a column that is computed
// before any row is judged (model.Window); the rule's own SQL reads it like any other column.
//
// What increasing and zscore say is what Great Expectations says of its column values: rows without a value are left out before a row is
// compared with the one before it, and a z-score is made with the standard deviation of a sample.

// windows are the functions that look at all rows.
func windows() []Function {
	x := func(accepts []model.Family) []Parameter {
		return []Parameter{{Name: "x", Accepts: accepts, Plain: true}}
	}
	by := append(x(orderedArg), Parameter{Name: "by", Accepts: orderedArg, Plain: true})
	out := []Function{{Name: "unique", Window: true, form: windowForm, Parameters: x(nil), Variadic: true, Result: model.Boolean, Doc: "has no other row the same values? unknown where one of them is nil", Example: `unique(code, day)`}}
	for _, f := range []struct{ name, doc string }{
		{"increasing", "is the value not less than that of the row before"}, {"decreasing", "is the value not greater than that of the row before"},
		{"strictly_increasing", "is the value greater than that of the row before"}, {"strictly_decreasing", "is the value less than that of the row before"},
	} {
		out = append(out,
			Function{Name: f.name, Window: true, form: windowForm, Parameters: x(orderedArg), Result: model.Boolean, Doc: f.doc + ", in the order of the source? The first row is true, a row without a value is passed over", Example: f.name + "(amount)"},
			Function{Name: f.name, Window: true, form: windowForm, Parameters: by, Result: model.Boolean, Doc: f.doc + ", in the order of the second argument? Rows of which that is nil are passed over", Example: f.name + "(amount, day)"})
	}
	return append(out, Function{Name: "zscore", Window: true, form: windowForm, Parameters: []Parameter{{Name: "x", Accepts: numberArg}}, Result: model.Numeric, Digits: 2100, Doc: "how many standard deviations the value is above the mean of all; nil where all are equal", Example: `abs(zscore(amount)) < 3`})
}

// windowCall makes the node of a window.
func (c *checker) windowCall(n ast.Node, f *Function, args []ast.Node) *Node {
	what := ""
	switch {
	case c.noAggregate != "":
		what = strings.Replace(c.noAggregate, "an aggregate", f.Name+"()", 1)
	case c.inside:
		what = f.Name + "() looks at all rows itself, so it cannot stand inside of an aggregate"
	case c.window:
		what = f.Name + "() looks at all rows, and so does what it stands in"
	}
	if what != "" {
		c.fault(badType, c.span(n), "", "%s", what)
		return nil
	}
	c.window = true
	before := len(c.bare)
	nodes, ok := make([]*Node, len(args)), true
	for i, a := range args {
		nodes[i] = c.node(a)
		ok = ok && nodes[i] != nil
	}
	c.window = false
	if !ok {
		return nil
	}
	for i, x := range nodes {
		if !f.parameter(i).accepts(x.Type) || !x.Type.Comparable() {
			c.unfit(n, f, f.parameter(i), x)
			return nil
		}
	}
	out := &Node{Kind: Window, Function: f, Name: f.Name, Args: nodes}
	if len(f.Parameters) == 2 {
		for _, k := range c.env.Key {
			out.ties = append(out.ties, &Node{Kind: ColumnRef, Name: k, Type: c.columns[k].Type})
		}
	}
	if !c.resultType(n, out) {
		return nil
	}
	c.bare = append(c.bare[:before], out)
	return out
}

// window is the SQL of a window: what the row says of the column that is computed for it.
func (e *emitter) window(n *Node) pgsql.Frag {
	x := n.Args[0]
	switch n.Name {
	case "unique":
		count := e.over(n, "count(*)", pgsql.Map(n.Args, e.sorted), "")
		return "(CASE WHEN " + e.complete(n.Args) + " THEN " + count + " = 1 END)"
	case "zscore":
		v := e.number(x)
		over := " OVER (" + e.partition(nil, "") + ")"
		return e.computed(n, "(("+v+" - avg("+v+")"+over+") / NULLIF(stddev_samp("+v+")"+over+", 0))")
	}
	op, direction := ">=", pgsql.Frag("")
	if strings.HasSuffix(n.Name, "decreasing") {
		op, direction = "<=", " DESC"
	}
	if strings.HasPrefix(n.Name, "strictly") {
		op = op[:1]
	}
	order := pgsql.Param(model.OrderMark)
	if len(n.Args) == 2 {
		// Rows that come at once are taken in the order that may pass, and equal ones by their key, so that it is always the same that fail.
		order = pgsql.Join(append([]pgsql.Frag{e.sorted(n.Args[1]), e.sorted(x) + direction}, pgsql.Map(n.ties, e.sorted)...), ", ")
	} else {
		e.needs.Ordered = true
	}
	there := e.complete(n.Args)
	before := &Node{Kind: WindowRef, Type: x.Type, size: x.size}
	e.over(n, "lag("+e.value(x)+")", []pgsql.Frag{"(" + there + ")"}, order)
	before.Name = e.needs.Windows[e.last].Name
	return "(CASE WHEN " + there + " THEN COALESCE(" + e.compare(op, x, before) + ", true) END)"
}

// complete is true where none of the values is nil.
func (e *emitter) complete(values []*Node) pgsql.Frag {
	return pgsql.Join(pgsql.Map(values, func(n *Node) pgsql.Frag { return e.value(n) + " IS NOT NULL" }), " AND ")
}

// sorted is a value as rows are sorted by it.
func (e *emitter) sorted(n *Node) pgsql.Frag {
	if n.Type.Family == model.Text {
		return e.value(n) + ` COLLATE "C"`
	}
	return e.value(n)
}

// over computes a function over the rows of a part, in an order.
func (e *emitter) over(n *Node, function pgsql.Frag, parts []pgsql.Frag, order pgsql.Frag) pgsql.Frag {
	return e.computed(n, function+" OVER ("+e.partition(parts, order)+")")
}

// partition keeps the rows that where selects apart from the others.
func (e *emitter) partition(parts []pgsql.Frag, order pgsql.Frag) pgsql.Frag {
	if e.where != "" {
		parts = append(parts, "("+e.where+" IS TRUE)")
	}
	out := pgsql.Frag("")
	if len(parts) > 0 {
		out = "PARTITION BY " + pgsql.Join(parts, ", ")
	}
	if order != "" {
		out = pgsql.Join([]pgsql.Frag{out, "ORDER BY " + order}, " ")
	}
	return out
}

// computed makes a column of the SQL and returns it.
func (e *emitter) computed(n *Node, sql pgsql.Frag) pgsql.Frag {
	w := model.Window{Name: "#" + n.Name + "_" + hashed(string(sql)), SQL: sql, Columns: merge(columnsOf(n), e.whereColumns)}
	for _, k := range n.ties {
		w.Columns = merge(w.Columns, columnsOf(k))
	}
	e.last = need(&e.needs.Windows, w, func(o model.Window) bool { return o.Name == w.Name })
	return pgsql.Column("r", w.Name)
}

// prove says what a rule that is nothing but unique(columns) needs to be proven. A NaN counts as nil for the rule and as a value for a key,
// so columns that may hold one are left out.
func (e *emitter) prove(root *Node) {
	if root.Kind != Window || root.Name != "unique" {
		return
	}
	var names []string
	for _, a := range root.Args {
		if a.Kind != ColumnRef || a.Type.Family == model.Float || a.Type.Family == model.Numeric {
			return
		}
		names = append(names, a.Name)
	}
	values := pgsql.List(root.Args, e.sorted)
	if len(names) > 1 {
		values = "(" + values + ")"
	}
	there := " FILTER (WHERE " + e.and(e.complete(root.Args)) + ")"
	e.needs.Unique, e.needs.Proof = names, "(count(DISTINCT "+values+")"+there+" = count(*)"+there+")"
}

// columnsOf are the columns that a node mentions, in order.
func columnsOf(n *Node) []string {
	var out []string
	if n.Kind == ColumnRef {
		out = append(out, n.Name)
	}
	for _, a := range n.Args {
		out = merge(out, columnsOf(a))
	}
	return out
}

// hashed is a short name for a text, the same in every run.
func hashed(text string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return fmt.Sprintf("%016x", h.Sum64())
}
