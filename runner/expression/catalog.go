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

// checkTypeName refuses to compare type(x) with a name that no type has, or that is not the one that Postgres prints: it would be false
// of every column.
func (c *checker) checkTypeName(x, name *Node) {
	if x.Kind != Aggregate || x.Name != "type" || name.Kind != Literal || group(name.Type) != textGroup {
		return
	}
	at := span{name.From, name.To}
	switch t, err := model.ParseType(name.Text); {
	case err != nil:
		c.fault(badConst, at, didYouMean(name.Text, model.TypeNames()), "%s is no type of Postgres", quoted(name.Text))
	case t.Name != name.Text:
		c.fault(badConst, at, "write "+quoted(t.Name), "Postgres calls this type %s", quoted(t.Name))
	}
}
