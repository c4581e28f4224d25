package expression

import (
	"strings"

	"streamflow/runner/model"
)

// kindOf says in a word or two what a node is: "a number", "text".
func kindOf(n *Node) string {
	switch n.Type.Family {
	case model.NoFamily:
		return "nil"
	case model.Integer:
		return "a whole number"
	case model.Numeric, model.Float:
		return "a number"
	case model.Text:
		return "text"
	case model.Boolean:
		return "true or false"
	case model.Date:
		return "a date"
	}
	return "of type " + n.Type.Name
}

// valueOf is kindOf where it does not stand behind "is".
func valueOf(n *Node) string { return strings.Replace(kindOf(n), "of type", "a value of type", 1) }

// plural is what several values like n are called.
func plural(n *Node) string {
	switch group(n.Type) {
	case numberGroup:
		return "numbers"
	case textGroup:
		return "texts"
	case boolGroup:
		return "booleans"
	}
	return n.Type.Name + " values"
}

// describe names a node with its type: a column by its name, other things by their text.
func (c *checker) describe(n *Node) string {
	const most = 40
	what := c.src.slice(n.From, n.To)
	switch {
	case n.Kind == ColumnRef:
		return quoted(n.Name) + " (" + n.Type.Name + ")"
	case n.Kind == Literal && group(n.Type) == textGroup && len(what) <= most:
		return "the text " + what
	case n.Kind == Literal && len(what) <= most:
		return what
	case len(what) <= most:
		return quoted(what) + " (" + n.Type.Family.String() + ")"
	}
	return kindOf(n)
}
