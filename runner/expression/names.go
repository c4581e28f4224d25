package expression

import (
	"slices"
	"strconv"
	"unicode"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// reserved are the words of the language that cannot be the bare name of a column.
var reserved = []string{"in", "not", "and", "or", "let", "if", "else", "true", "false", "nil", "matches", "contains", "startsWith", "endsWith"}

// Reserved tells whether a name is a keyword of the language, so that a column of that name is written $env["name"].
func Reserved(name string) bool { return slices.Contains(reserved, name) }

// Spelling returns how a column is written in an expression: bare, or as $env["name"] when its name is a keyword or no identifier.
func Spelling(column string) string {
	if identifier(column) {
		return column
	}
	return "$env[" + strconv.Quote(column) + "]"
}

// identifier follows expr's lexer: letters, digits, underscore and $, a digit not first.
func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && r != '$' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != "" && name != "$env" && !Reserved(name)
}

// member resolves params.name and $env["column"], and takes a part out of an array or a JSON value.
func (c *checker) member(n *ast.MemberNode) *Node {
	if out, ok := c.parent(n); ok {
		return out
	}
	base, isName := n.Node.(*ast.IdentifierNode)
	property, isText := n.Property.(*ast.StringNode)
	switch {
	case isName && isText && base.Value == "params" && c.let("params") == nil:
		return c.param(n, property.Value)
	case isName && isText && base.Value == "$env":
		if _, ok := c.columns[property.Value]; ok {
			return c.column(property.Value)
		}
		c.unknown(n, property.Value)
		return nil
	case isName && base.Value == "$env":
		c.fault(notInSQL, c.span(n), `write $env["column"]`, "the name of a column must be written out")
		return nil
	}
	return c.part(n)
}

// name resolves a bare name: a let first, then a column, then a parameter.
func (c *checker) name(n ast.Node, name string) *Node {
	if c.isHole(name) {
		return nil
	}
	if l := c.let(name); l != nil {
		return c.useLet(n, l)
	}
	if _, ok := c.columns[name]; ok {
		return c.column(name)
	}
	if _, ok := c.params[name]; ok {
		return c.param(n, name)
	}
	c.unknown(n, name)
	return nil
}

func (c *checker) column(name string) *Node {
	col := c.columns[name]
	c.mention(name)
	out := &Node{Kind: ColumnRef, Name: name, Type: col.Type, size: sizeOf(col.Type)}
	if !c.inside {
		c.bare = append(c.bare, out)
	}
	return out
}

func (c *checker) param(n ast.Node, name string) *Node {
	p, ok := c.params[name]
	if !ok {
		var names []string
		for _, p := range c.env.Params {
			names = append(names, p.Name)
		}
		c.misspelt(unknownName, c.span(n), name, names, hints(didYouMean(name, names), listed("parameters", names)), "unknown parameter %s", quoted(name))
		return nil
	}
	t := map[model.ParamKind]model.Type{model.StringParam: textType, model.DateParam: dateType, model.IntegerParam: integerType,
		model.NumberParam: numericType, model.BooleanParam: boolType}[p.Kind]
	return &Node{Kind: ParamRef, Name: name, Type: t, size: sizeOf(t)}
}
