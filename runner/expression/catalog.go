package expression

import (
	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// catalog are the functions that look at the names and types of columns, and at no row.
func catalog() []Function {
	columns := string(pgsql.Param(model.ColumnsMark))
	return []Function{
		{Name: "columns", Aggregate: true, Elsewhere: true, form: catalogForm, Result: model.Array, SQL: columns, Doc: "the names of the columns that the rows have, in order", Example: `columns() != nil`},
		{Name: "column_set", Aggregate: true, Elsewhere: true, form: catalogForm, Result: model.Array, SQL: `ARRAY(SELECT u.c FROM unnest(` + columns + `) AS u(c) ORDER BY u.c COLLATE "C")`, Doc: "the names of the columns that the rows have, sorted", Example: `column_set() != nil`},
		{Name: "column_count", Aggregate: true, Elsewhere: true, form: catalogForm, Result: model.Integer, Digits: 10, SQL: `cardinality(` + columns + `)`, Doc: "the number of columns that the rows have", Example: `column_count() >= 3`},
		{Name: "type", Aggregate: true, Elsewhere: true, form: catalogForm, Parameters: []Parameter{{Name: "x", Plain: true}}, Result: model.Text, Doc: "the name that Postgres has for the type of the value", Example: `type(amount) == "numeric"`},
	}
}

// textsType is the type of a list of names.
var textsType = model.Type{Name: "text[]", Family: model.Array, Elem: &textType}

// catalogCall makes the node of a function that looks at no row.
func (c *checker) catalogCall(n ast.Node, f *Function, args []ast.Node) *Node {
	if !c.allowed(n, f) {
		return nil
	}
	out := &Node{Kind: Aggregate, Function: f, Name: f.Name}
	if len(args) > 0 {
		x := c.within(f, args[0])
		if x == nil {
			return nil
		}
		if x.Kind == Nil {
			c.fault(badType, c.span(n), "", "nil has no type")
			return nil
		}
		out.Text = x.Type.Name
	}
	if !c.resultType(n, out) {
		return nil
	}
	c.aggregates = append(c.aggregates, out)
	return out
}
