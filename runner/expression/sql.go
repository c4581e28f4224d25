package expression

import (
	"strconv"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// emitter writes the SQL of a tree. Every fragment it returns can stand as an operand of any operator, a cast included.
type emitter struct {
	where   pgsql.Frag // of the aggregates
	loose   bool       // NaN may be taken for a number where that can only turn an unknown verdict into another
	needs   *model.Needs
	tooLong bool

	whereColumns []string
	last         int // of the windows, the one that was asked for last
}

// value is the SQL of a node in its own type. A Float is a Postgres float without NaN; an Integer may be of type numeric.
func (e *emitter) value(n *Node) pgsql.Frag {
	if e.tooLong {
		return "NULL"
	}
	out := e.raw(n)
	if len(out) > maxSQL {
		e.tooLong = true
		return "NULL"
	}
	return out
}

func (e *emitter) raw(n *Node) pgsql.Frag {
	if e.loose && !keepsLoose(n.Kind) {
		e.loose = false
		defer func() { e.loose = true }()
	}
	switch n.Kind {
	case Nil:
		return "NULL"
	case Literal:
		return literal(n)
	case ColumnRef:
		if e.loose && n.Type.Family != model.Text && n.Type.Family != model.Array {
			return pgsql.Column("r", n.Name)
		}
		return column(n)
	case ParamRef:
		return pgsql.Param(n.Name)
	case Not:
		return "(NOT " + e.value(n.Args[0]) + ")"
	case And:
		return "(" + e.join(n.Args, " AND ") + ")"
	case Or:
		return "(" + e.join(n.Args, " OR ") + ")"
	case IsNil:
		return "(" + e.value(n.Args[0]) + map[string]pgsql.Frag{"==": " IS NULL)", "!=": " IS NOT NULL)"}[n.Name]
	case Compare:
		return e.compare(n.Name, n.Args[0], n.Args[1])
	case Arith, Negate:
		return e.arith(n)
	case Concat:
		return "(" + e.join(n.Args, " || ") + ")"
	case DateDiff:
		return "(" + e.finite(n.Args[0]) + " - " + e.finite(n.Args[1]) + ")"
	case DateShift:
		return e.shift(n)
	case In:
		return e.in(n)
	case Between:
		return "(" + e.value(n.Args[0]) + " BETWEEN " + e.value(n.Args[1]) + " AND " + e.value(n.Args[2]) + ")"
	case TextTest:
		return e.textTest(n)
	case Matches:
		return "(" + e.value(n.Args[0]) + ` COLLATE "C" ~ ` + pgsql.Literal(arePattern(n.Text)) + ")"
	case If:
		return "(CASE WHEN " + e.value(n.Args[0]) + " THEN " + e.as(n.Type, n.Args[1]) + " ELSE " + e.as(n.Type, n.Args[2]) + " END)"
	case Coalesce:
		return "COALESCE(" + e.as(n.Type, n.Args[0]) + ", " + e.as(n.Type, n.Args[1]) + ")"
	case List:
		return e.array(*n.Type.Elem, n)
	case Element:
		return e.element(n)
	case Slice:
		return e.slice(n)
	case InArray:
		return e.inArray(n)
	case Part:
		return "NULLIF(" + e.part(n) + ", 'null')"
	case HasKey:
		return e.hasKey(n)
	case Call, Aggregate:
		return e.call(n)
	case Window:
		return e.window(n)
	case WindowRef:
		return pgsql.Column("r", n.Name)
	case JoinRef:
		return e.joinRef(n)
	}
	return "NULL"
}

func (e *emitter) join(nodes []*Node, sep pgsql.Frag) pgsql.Frag {
	return pgsql.Join(pgsql.Map(nodes, e.value), sep)
}

// literal writes a constant with its type, so that Postgres never has to guess.
func literal(n *Node) pgsql.Frag {
	switch group(n.Type) {
	case numberGroup:
		if strings.HasPrefix(n.Text, "-") {
			return pgsql.Frag("(" + n.Text + ")")
		}
		return pgsql.Frag(n.Text)
	case boolGroup:
		return pgsql.Frag(n.Text)
	case textGroup:
		return "(" + pgsql.Literal(n.Text) + ")::text"
	}
	return pgsql.Typed(n.Text, pgsql.Frag(n.Type.Name))
}

// column reads a column. NaN, which Postgres holds to be greater than every number and equal to itself, becomes NULL, and so does the
// null of JSON.
func column(n *Node) pgsql.Frag { return columnOf("r", n) }

// columnOf reads a column of a relation.
func columnOf(alias pgsql.Frag, n *Node) pgsql.Frag {
	col := pgsql.Column(alias, n.Name)
	switch {
	case n.Type.Family == model.Float, n.Type.Family == model.Numeric:
		return "NULLIF(" + col + ", 'NaN')"
	case n.Type.Family == model.JSONB:
		return "NULLIF(" + col + ", 'null')"
	case n.Type.Padded:
		return col + "::text"
	case n.Type.Family == model.Array:
		return arrayColumn(n, col)
	}
	return col
}

// as is the SQL of a node as one of several values that must have a common type: a float beside other numbers becomes numeric.
func (e *emitter) as(t model.Type, n *Node) pgsql.Frag {
	switch {
	case n.Type.Family == model.Array:
		return e.array(*t.Elem, n)
	case n.Type.Family == model.Float && t.Family != model.Float:
		return e.value(n) + "::text::numeric"
	}
	return e.value(n)
}

// number is the SQL of a node as an operand of arithmetic: a numeric of less than 10^1000, or NULL.
func (e *emitter) number(n *Node) pgsql.Frag {
	v := e.value(n)
	limited := v
	if n.Kind == ColumnRef {
		limited = pgsql.Column("r", n.Name) // the limits leave NaN out as well
	}
	switch {
	case n.Type.Family == model.Float:
		return "(CASE WHEN " + limited + " > '-Infinity' AND " + limited + " < 'Infinity' THEN " + limited + "::text::numeric END)"
	case !n.size.numeric:
		return v + "::numeric"
	case n.size.digits < 0 || n.size.digits > maxDigits:
		return "(CASE WHEN " + limited + " BETWEEN -1e1000 AND 1e1000 THEN " + limited + " END)"
	}
	return v
}

func (e *emitter) arith(n *Node) pgsql.Frag {
	a := e.number(n.Args[0])
	if n.Kind == Negate {
		return "(- " + a + ")"
	}
	b := e.number(n.Args[1])
	switch n.Name {
	case "/", "%":
		if n.Args[1].Kind != Literal {
			b = "NULLIF(" + b + ", 0)"
		}
	case "**":
		return e.power(n, a, b)
	}
	return "(" + a + " " + pgsql.Frag(n.Name) + " " + b + ")"
}

// finite is a date as an operand of arithmetic, which Postgres refuses for infinite ones.
func (e *emitter) finite(n *Node) pgsql.Frag {
	v := e.value(n)
	if n.Kind == Literal {
		return v
	}
	return "(CASE WHEN isfinite(" + v + ") THEN " + v + " END)"
}

// shift adds days to a date, both within what Postgres can represent.
func (e *emitter) shift(n *Node) pgsql.Frag {
	d, days := e.value(n.Args[0]), e.value(n.Args[1])
	return "(CASE WHEN " + d + " BETWEEN '0001-01-01' AND '9999-12-31' AND " + days + " BETWEEN -1000000 AND 1000000 THEN " +
		d + " " + pgsql.Frag(n.Name) + " " + days + "::integer END)"
}

func (e *emitter) textTest(n *Node) pgsql.Frag {
	a, b := e.value(n.Args[0])+` COLLATE "C"`, e.value(n.Args[1])
	switch n.Name {
	case "contains":
		return "(strpos(" + a + ", " + b + ") > 0)"
	case "startsWith":
		return "starts_with(" + a + ", " + b + ")"
	}
	return "(right(" + a + ", char_length(" + b + ")) = " + b + ")"
}

// call fills the template of a function.
func (e *emitter) call(n *Node) pgsql.Frag {
	f := n.Function
	if f.SQL == "" {
		return e.formSQL(n)
	}
	args := make([]pgsql.Frag, len(n.Args))
	holes := make([]string, 0, 2*len(args)+4)
	for i, a := range n.Args {
		p := f.parameter(i)
		switch {
		case p.Place > 0:
			args[i] = e.place(a, p.Place)
		case p.As != model.NoFamily:
			args[i] = e.civil(a, p.As)
		case isNumber(a) && !p.Plain:
			args[i] = e.number(a)
		case a.Type.Family == model.JSONB && len(p.Accepts) > 0: // its SQL leaves the null of JSON out
			args[i] = e.document(a)
		case f.Result == model.NoFamily:
			args[i] = e.as(n.Type, a)
		default:
			args[i] = e.value(a)
		}
		if n.Type.Family == model.Text && p.Plain && f.Result == model.NoFamily && i == 0 {
			args[i] += ` COLLATE "C"`
		}
		holes = append(holes, "{"+strconv.Itoa(i)+"}", string(args[i]))
	}
	holes = append(holes, "{*}", string(pgsql.Join(args, ", ")), "{where}", string(e.filter()), "{and}", string(e.and("")))
	if f.Each != "" {
		each := pgsql.Map(args, func(x pgsql.Frag) pgsql.Frag { return pgsql.Frag(strings.ReplaceAll(f.Each, "{x}", string(x))) })
		holes = append(holes, "{each}", string(pgsql.Join(each, pgsql.Frag(f.Separator))))
	}
	if f.form == quantileForm {
		holes = append(holes, "{share}", string(pgsql.Typed(n.Text, "double precision")))
	}
	e.needs.Catalog = e.needs.Catalog || f.form == catalogForm
	out := pgsql.Frag(strings.NewReplacer(holes...).Replace(f.SQL))
	if f.form != plainForm && n.Type.Family == model.Numeric {
		return "trim_scale(" + out + ")"
	}
	return out
}
