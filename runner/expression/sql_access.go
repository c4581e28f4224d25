package expression

import (
	"strconv"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// maxPlace bounds the places of characters and elements; beyond it nothing has any.
const maxPlace = 1_000_000_000

// arrayColumn reads a column of arrays as column does a column of their elements.
func arrayColumn(n *Node, col pgsql.Frag) pgsql.Frag {
	switch elem := n.Type.Elem; {
	case elem.Family == model.Float, elem.Family == model.Numeric:
		return "array_replace(" + col + ", 'NaN', NULL)"
	case elem.Padded:
		return col + "::text[]"
	}
	return col
}

// array is the SQL of an array whose elements must have a type.
func (e *emitter) array(elem model.Type, n *Node) pgsql.Frag {
	name := pgsql.Frag(elem.Name + "[]")
	if n.Kind == List {
		return "ARRAY[" + pgsql.List(n.Args, func(x *Node) pgsql.Frag { return e.as(elem, x) }) + "]::" + name
	}
	v := e.value(n)
	switch {
	case n.Kind == Nil, n.Type.Elem.Name == elem.Name:
		return v
	case n.Type.Elem.Family == model.Float && elem.Family != model.Float:
		return v + "::text[]::numeric[]"
	}
	return v + "::" + name
}

// place is a whole number as a Postgres integer, or NULL; it is cut off so that nothing can overflow.
func (e *emitter) place(n *Node, most int) pgsql.Frag {
	if i, ok := literalPlace(n, most); ok {
		return pgsql.Int(i)
	}
	v, limit := e.value(n), pgsql.Int(most)
	return "(CASE WHEN " + v + " > " + limit + " THEN " + limit + " WHEN " + v + " < -" + limit + " THEN -" + limit + " ELSE " + v + " END)::integer"
}

// literalPlace is a place that is written out.
func literalPlace(n *Node, most int) (int, bool) {
	if n.Kind != Literal {
		return 0, false
	}
	i, err := strconv.Atoi(n.Text)
	return min(max(i, -most), most), err == nil
}

// element takes an element by its place. [:] makes arrays begin at 1, whatever bounds they have, and a place without an element is NULL.
func (e *emitter) element(n *Node) pgsql.Frag {
	v, i := e.value(n.Args[0]), e.place(n.Args[1], maxPlace)
	at := "cardinality(" + v + ") + 1 + " + i
	switch known, ok := literalPlace(n.Args[1], maxPlace); {
	case ok && known >= 0:
		at = pgsql.Int(known + 1)
	case !ok:
		at = "CASE WHEN " + i + " < 0 THEN cardinality(" + v + ") ELSE 0 END + 1 + " + i
	}
	out := "((" + v + ")[:])[" + at + "]"
	if n.Type.Family == model.JSONB {
		return "NULLIF(" + out + ", 'null')"
	}
	return out
}

// slice cuts a text or an array. Bounds beyond an end mean that end. An array of several dimensions has no slices.
func (e *emitter) slice(n *Node) pgsql.Frag {
	v, from, to := e.value(n.Args[0]), n.Args[1], n.Args[2]
	if n.Type.Family != model.Array {
		head := v
		if to.Kind != Nil {
			head = "left(" + v + ", " + e.place(to, maxPlace) + ")" // all but the last ones when negative
		}
		if from.Kind == Nil {
			return head
		}
		return "substr(" + head + ", " + e.offset(from, "char_length("+v+")", 1) + ")"
	}
	low, high := pgsql.Frag(""), pgsql.Frag("")
	if from.Kind != Nil {
		low = e.offset(from, "cardinality("+v+")", 1)
	}
	if to.Kind != Nil {
		high = e.offset(to, "cardinality("+v+")", 0)
	}
	return "(CASE WHEN array_ndims(" + v + ") > 1 THEN NULL ELSE ((" + v + ")[:])[" + low + ":" + high + "] END)"
}

// offset is a place counted from the start of something with a length, and more.
func (e *emitter) offset(n *Node, length pgsql.Frag, more int) pgsql.Frag {
	i := e.place(n, maxPlace)
	fromEnd := "greatest(" + length + " + " + i + ", 0)"
	plus := pgsql.Frag("")
	if more > 0 {
		plus = " + " + pgsql.Int(more)
	}
	switch known, ok := literalPlace(n, maxPlace); {
	case ok && known >= 0:
		return pgsql.Int(known + more)
	case ok:
		return fromEnd + plus
	}
	return "CASE WHEN " + i + " < 0 THEN " + fromEnd + " ELSE " + i + " END" + plus
}

func (e *emitter) inArray(n *Node) pgsql.Frag {
	x, array := n.Args[0], n.Args[1]
	t, _ := common(x.Type, *array.Type.Elem)
	return "(" + e.as(t, x) + " = ANY (" + e.array(t, array) + "))"
}

// part takes JSON apart; what has no such part has none, and the null of JSON stays what it is.
func (e *emitter) part(n *Node) pgsql.Frag {
	doc, at := e.document(n.Args[0]), n.Args[1]
	if group(at.Type) == textGroup {
		return "(" + doc + " -> " + e.value(at) + ")"
	}
	return "(CASE WHEN jsonb_typeof(" + doc + ") = 'array' THEN " + doc + " -> " + e.place(at, maxPlace) + " END)"
}

// document is a JSON value as it is stored.
func (e *emitter) document(n *Node) pgsql.Frag {
	switch n.Kind {
	case Part:
		return e.part(n)
	case ColumnRef:
		return pgsql.Column("r", n.Name)
	}
	return e.value(n)
}

func (e *emitter) hasKey(n *Node) pgsql.Frag {
	doc := e.document(n.Args[1])
	return "(CASE WHEN jsonb_typeof(" + doc + ") IN ('object', 'array') THEN " + doc + " ? " + e.value(n.Args[0]) + " END)"
}
