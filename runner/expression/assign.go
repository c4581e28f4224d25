package expression

import (
	"fmt"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// assignable tells whether the result of a value expression can go into a column of type want, and reports it when not.
func (c *checker) assignable(n *Node, want model.Type) bool {
	from := n.Type.Family
	ok, hint := false, ""
	switch want.Family {
	case model.Integer:
		ok, hint = from == model.Integer, "write round(...) or floor(...)"
	case model.Numeric, model.Float:
		ok, hint = isNumber(n), "write number(...)"
	case model.Text:
		ok = from == model.Text
	case model.Date:
		ok, hint = from == model.Date, "write date(...)"
	case model.Timestamp, model.TimestampTZ:
		ok = group(n.Type) == momentGroup
	default:
		ok = n.Type.Name == want.Name || n.Type.Family == want.Family && want.Family == model.Boolean
	}
	if n.Kind == Nil || ok {
		return true
	}
	if want.Family == model.Integer && group(n.Type) == textGroup {
		hint = "write round(number(...))"
	}
	if n.Type.Family == model.JSONB {
		hint = "write text(...), number(...) or bool(...)"
	}
	c.fault(badType, c.src.all(), hint, "the column is of type %s, and this is %s", want.Name, kindOf(n))
	return false
}

// assign is the SQL of a value for a column of type want; what does not fit is NULL.
func (e *emitter) assign(n *Node, want model.Type) pgsql.Frag {
	name := pgsql.Frag(want.Name)
	switch {
	case n.Kind == Nil:
		return "NULL::" + name
	case want.Family == model.Integer:
		return e.assignInteger(n, want)
	case want.Family == model.Numeric:
		return e.assignNumeric(n, want)
	case want.Family == model.Float:
		return e.assignFloat(n, want)
	case want.Family == model.Text && want.Length > 0:
		v := e.value(n)
		return "(CASE WHEN char_length(" + v + ") <= " + pgsql.Int(want.Length) + " THEN " + v + "::" + name + " END)"
	case group(want) == momentGroup:
		return e.assignMoment(n, want)
	}
	return e.value(n) + "::" + name
}

func (e *emitter) assignInteger(n *Node, want model.Type) pgsql.Frag {
	v := e.value(n)
	if n.Kind == ColumnRef && n.Type.Bits <= want.Bits {
		return v + "::" + pgsql.Frag(want.Name)
	}
	limits := map[int][2]pgsql.Frag{16: {"-32768", "32767"}, 32: {"-2147483648", "2147483647"},
		64: {"-9223372036854775808", "9223372036854775807"}}[want.Bits]
	return "(CASE WHEN " + v + " BETWEEN " + limits[0] + " AND " + limits[1] + " THEN " + v + "::" + pgsql.Frag(want.Name) + " END)"
}

func (e *emitter) assignNumeric(n *Node, want model.Type) pgsql.Frag {
	v := e.as(want, n)
	if want.Precision == 0 {
		return v + "::numeric"
	}
	if n.size.numeric && n.Kind == ColumnRef && want.Holds(n.Type) {
		return v + "::" + pgsql.Frag(want.Name)
	}
	rounded := e.number(n)
	limit := pgsql.Frag(fmt.Sprintf("1e%d", want.Precision-want.Scale))
	return "(CASE WHEN abs(round(" + rounded + ", " + pgsql.Int(want.Scale) + ")) < " + limit + " THEN " + rounded + "::" + pgsql.Frag(want.Name) + " END)"
}

// What is computed into a float column.
const (
	smallestDouble, greatestDouble = "1e-300", "1.7976931348623157e308"
	smallestReal, greatestReal     = "1e-37", "3.4028234e38"
)

// assignFloat turns what is nearer to zero than the smallest normal floats into zero, and leaves out what is beyond the greatest.
func (e *emitter) assignFloat(n *Node, want model.Type) pgsql.Frag {
	name := floatName(want.Bits)
	v := e.value(n)
	if n.Type.Family == model.Float && n.Type.Bits <= want.Bits {
		if n.Type.Bits < want.Bits {
			return v + "::text::" + name
		}
		return v
	}
	smallest, greatest := pgsql.Frag(smallestDouble), pgsql.Frag(greatestDouble)
	if want.Bits == 32 {
		smallest, greatest = smallestReal, greatestReal
	}
	v = e.number(n)
	return "(CASE WHEN abs(" + v + ") < " + smallest + " THEN 0::" + name + " WHEN abs(" + v + ") <= " + greatest + " THEN " + v + "::" + name + " END)"
}

// assignMoment converts between dates and times. A date is its midnight at UTC.
func (e *emitter) assignMoment(n *Node, want model.Type) pgsql.Frag {
	v, name := e.value(n), pgsql.Frag(want.Name)
	if n.Type.Family == want.Family {
		return v + "::" + name
	}
	switch n.Type.Family {
	case model.Date:
		v = "(CASE WHEN " + v + " BETWEEN '4713-01-01 BC' AND '294276-12-31' THEN " + v + "::timestamp END)"
	case model.TimestampTZ:
		return "(" + v + " AT TIME ZONE 'UTC')"
	}
	if want.Family == model.TimestampTZ {
		return "(" + v + " AT TIME ZONE 'UTC')"
	}
	return v
}
