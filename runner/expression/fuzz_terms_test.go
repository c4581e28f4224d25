package expression_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// term is a random expression that can be made smaller: its text has a %s for each part.
type term struct {
	family model.Family
	format string
	parts  []*term
}

func (t *term) String() string {
	parts := make([]any, min(len(t.parts), strings.Count(t.format, "%s")))
	for i := range parts {
		parts[i] = t.parts[i].String()
	}
	if len(parts) == 0 {
		return t.format
	}
	return fmt.Sprintf(t.format, parts...)
}

func (t *term) each(f func(*term)) {
	f(t)
	for _, p := range t.parts {
		p.each(f)
	}
}

// atoms are the smallest terms of a family, the plainest first. What there is no atom for is a column or a function.
var atoms = map[model.Family][]string{
	model.Boolean:     {"true", "false", "b", "p", "b", "p", "strict"},
	model.Integer:     {"0", "1", "i", "s", "l", "i", "s", "l", "count", "least", "ia[0]", "ia[-1]", "len(ia)", "-1", "2", "3", "-7", "100", "9223372036854775807", `$env["2B"]`},
	model.Numeric:     {"0.5", "n", "m", "k", "f", "g", "n", "m", "k", "f", "g", "share", "fa[0]", "fa[-2]", "na[0]", "na[1]", "-0.10", "2.50", "0.1", "1e300", "1e-300", "1e308", "123456789.123456789", "0.333333333333333333333333", "1.0"},
	model.Text:        {`""`, `"a"`, "t", "u", "c", "t", "u", "c", "region", `"A"`, `" x "`, `"é"`, `"ß"`, `"2024-02-29"`, `"-1.5e3"`, `"1e99"`, `"😀"`, `"a,b"`, `"%"`, `"_"`, `"."`, `"ab"`, `"12"`, `"true"`},
	model.Date:        {`date("2024-01-31")`, "d", "e", "d", "e", "as_of", `date("2024-02-29")`, `date("0001-01-01")`, `date("9999-12-31")`},
	model.Timestamp:   {"ts", "at"},
	model.TimestampTZ: {"tz", "seen"},
	model.Time:        {"tm"},
	model.UUID:        {"id", "other"},
	model.JSONB:       {"jb", "info"},
	model.Array:       {"a", "tags", "a", "ia", "na", "fa"},
	model.Interval:    {"iv"},
}

// rowFamilies are those of which whole expressions are made.
var rowFamilies = []model.Family{model.Boolean, model.Boolean, model.Integer, model.Numeric, model.Numeric, model.Text, model.Text, model.Date, model.Timestamp, model.TimestampTZ, model.Array}

// patterns that single rows are tried on; TestPatterns tries many more.
var fewPatterns = []string{`^a`, `[0-9]+`, `(?i)é$`, `\\bx\\b`, `^\\d{4}-\\d{2}-\\d{2}$`, `.`, `^$`, `\\s`, `\\pL{2}`}

// terms makes random terms of the types that are asked for, from the operators below and from every function of the table.
type terms struct {
	r          *rand.Rand
	functions  []expression.Function
	aggregates bool // atoms are aggregates
	names      []*term
	made       map[string]bool // what the last term used: functions and operators
}

func (g *terms) pick(from ...string) string { return from[g.r.IntN(len(from))] }

func (g *terms) leaf(f model.Family) *term {
	if g.aggregates && (g.r.IntN(4) > 0 || len(atoms[f]) == 0) {
		if out := g.call(f, 1, true); out != nil {
			return out
		}
	}
	choice := atoms[f]
	if g.aggregates {
		choice = slices.DeleteFunc(slices.Clone(choice), func(s string) bool { return !constantAtom(s) })
	}
	var named []*term
	for _, n := range g.names {
		if n.family == f {
			named = append(named, n)
		}
	}
	switch {
	case len(named) > 0 && g.r.IntN(2) == 0:
		return named[g.r.IntN(len(named))]
	case len(choice) == 0:
		return &term{family: f, format: "nil"}
	}
	return &term{family: f, format: g.pick(choice...)}
}

func (g *terms) make(f model.Family, format string, parts ...*term) *term {
	g.made[format] = true
	return &term{family: f, format: format, parts: parts}
}

// of makes a term of a family.
func (g *terms) of(f model.Family, depth int) *term {
	if depth <= 0 {
		return g.leaf(f)
	}
	if f == model.Numeric && g.r.IntN(4) == 0 {
		f = model.Integer
	}
	sub := func(f model.Family) *term { return g.of(f, depth-1) }
	switch g.r.IntN(10) {
	case 0:
		return g.make(f, "(%s ?? %s)", sub(f), sub(f))
	case 1:
		return g.make(f, g.pick("(%s ? %s : %s)", "(if %s {%s} else {%s})"), sub(model.Boolean), sub(f), sub(f))
	case 2:
		return g.make(f, "(%s ? %s : nil)", sub(model.Boolean), sub(f))
	case 3, 4, 5:
		if out := g.call(f, depth-1, false); out != nil {
			return out
		}
	case 6:
		if out := g.let(f, depth); out != nil {
			return out
		}
	}
	switch f {
	case model.Boolean:
		return g.condition(depth - 1)
	case model.Numeric:
		if g.r.IntN(5) == 0 {
			return g.make(f, "(%s ** %s)", sub(f), g.exponent(depth-1))
		}
		if g.r.IntN(6) == 0 {
			return g.make(f, "(-%s)", sub(f))
		}
		return g.make(f, g.pick("(%s + %s)", "(%s - %s)", "(%s * %s)", "(%s / %s)", "(%s %% %s)"), sub(f), sub(f))
	case model.Integer:
		if g.r.IntN(5) == 0 {
			return g.make(f, "(%s - %s)", sub(model.Date), sub(model.Date))
		}
		return g.make(f, g.pick("(%s + %s)", "(%s - %s)", "(%s * %s)", "(%s %% %s)"), sub(f), sub(f))
	case model.Text:
		switch g.r.IntN(7) {
		case 0:
			return g.make(f, "%s["+g.pick("0", "1", "-1", "2", "-3")+"]", g.of(model.Array, 0))
		case 2:
			return g.make(f, "%s[%s]", g.of(model.Array, 0), sub(model.Integer))
		case 3:
			return g.make(f, g.pick("%s[%s:]", "%s[:%s]", "%s[1:%s]"), sub(f), sub(model.Integer))
		case 1:
			return g.make(f, "%s["+g.pick("0:1", "1:", ":2", "-2:", ":-1", "1:3", "-9:9", "2:1")+"]", sub(f))
		}
		return g.make(f, "(%s + %s)", sub(f), sub(f))
	case model.Date:
		return g.make(f, g.pick("(%s + %s)", "(%s - %s)"), sub(f), sub(model.Integer))
	case model.Array:
		if g.r.IntN(3) == 0 {
			return g.make(f, g.pick("%s[%s:]", "%s[:%s]", "%s[-2:%s]"), g.of(f, 0), g.of(model.Integer, 0))
		}
		return g.make(f, "%s["+g.pick("0:1", "1:", ":2", "-2:", ":-1", "1:3", "-9:9", "2:1")+"]", g.of(f, 0))
	case model.JSONB:
		if g.r.IntN(4) == 0 {
			return g.make(f, "%s[%s]", sub(f), g.of([]model.Family{model.Text, model.Integer}[g.r.IntN(2)], 0))
		}
		return g.make(f, "%s"+g.pick(`.a`, `["b"]`, `[0]`, `?.a`, `[-1]`), sub(f))
	}
	return g.leaf(f)
}

// exponent is often one that is treated by itself.
func (g *terms) exponent(depth int) *term {
	if g.r.IntN(4) == 0 {
		return g.of(model.Numeric, depth)
	}
	return &term{family: model.Integer, format: g.pick("1", "2", "3", "4", "7", "-1", "-2", "0.5", "0", "64", "1000", "s", "-0.5", "100000")}
}

func (g *terms) let(f model.Family, depth int) *term {
	if len(g.names) > 1 {
		return nil
	}
	inner := rowFamilies[g.r.IntN(len(rowFamilies))]
	value := g.of(inner, depth-1)
	name := &term{family: inner, format: fmt.Sprintf("v%d", len(g.names))}
	g.names = append(g.names, name)
	body := g.of(f, depth-1)
	g.names = g.names[:len(g.names)-1]
	used := false
	body.each(func(t *term) { used = used || t == name })
	if !used {
		return nil
	}
	return g.make(f, "(let "+name.format+" = %s; %s)", value, body)
}

var comparable = []model.Family{model.Integer, model.Numeric, model.Numeric, model.Numeric, model.Text, model.Text, model.Date, model.Date, model.Timestamp, model.TimestampTZ, model.Boolean, model.Time, model.UUID,
	model.Array, model.JSONB, model.Interval}

func (g *terms) condition(depth int) *term {
	sub := func(f model.Family) *term { return g.of(f, depth) }
	family := comparable[g.r.IntN(len(comparable))]
	beside := family
	if moments := []model.Family{model.Date, model.Timestamp, model.TimestampTZ}; slices.Contains(moments, family) && g.r.IntN(2) == 0 {
		beside = moments[g.r.IntN(3)]
	}
	switch g.r.IntN(14) {
	case 0, 1:
		return g.make(model.Boolean, g.pick("(%s and %s)", "(%s or %s)"), sub(model.Boolean), sub(model.Boolean))
	case 2:
		return g.make(model.Boolean, "(not %s)", sub(model.Boolean))
	case 3:
		return g.make(model.Boolean, g.pick("(%s == nil)", "(%s != nil)"), sub(family))
	case 4:
		return g.make(model.Boolean, g.pick("(%s in [%s, %s])", "(%s not in [%s, %s])", "(%s in [%s, %s, nil])"), sub(family), g.of(beside, 0), g.of(beside, 0))
	case 5:
		return g.make(model.Boolean, g.pick("(%s in %s..%s)", "(%s not in %s..%s)"), sub(model.Integer), g.of(model.Integer, 0), g.of(model.Integer, 0))
	case 6:
		return g.make(model.Boolean, g.pick("(%s contains %s)", "(%s startsWith %s)", "(%s endsWith %s)", "(%s not contains %s)"), sub(model.Text), g.of(model.Text, 0))
	case 7:
		return g.make(model.Boolean, `(%s matches "`+fewPatterns[g.r.IntN(len(fewPatterns))]+`")`, sub(model.Text))
	case 8:
		return g.make(model.Boolean, g.pick("(%s < %s <= %s)", "(%s <= %s < %s)"), sub(family), sub(family), sub(family))
	case 9:
		return g.make(model.Boolean, g.pick("([%s, %s] in [[%s, %s], [%s, nil]])", "([%s, %s] not in [[%s, %s], [%s, nil]])"), g.of(family, 0), g.of(model.Text, 0), g.of(beside, 0), g.of(model.Text, 0), g.of(beside, 0))
	case 10:
		return g.make(model.Boolean, g.pick("(%s in %s)", `(%s in %s)`), g.of(model.Text, 0), g.of([]model.Family{model.Array, model.JSONB}[g.r.IntN(2)], 0))
	case 12:
		switch g.r.IntN(4) {
		case 0:
			return g.make(model.Boolean, "(%s in %s)", sub(model.Integer), &term{format: g.pick("ia", "ia[1:]", "fa")})
		case 1:
			return g.make(model.Boolean, "(%s in %s)", sub(model.Numeric), &term{format: g.pick("fa", "ia", "fa[:-1]")})
		case 2:
			return g.make(model.Boolean, g.pick("(%s == [%s, %s])", "(%s != [%s, %s])"), &term{format: g.pick("ia", "fa", "ia[0:2]")}, g.of(model.Integer, 0), g.of(model.Numeric, 0))
		}
		return g.make(model.Boolean, g.pick("(%s == %s)", "(%s != %s)"), g.of(model.Array, 1), g.of(model.Array, 0))
	case 11:
		return g.make(model.Boolean, g.pick("(%s == %s)", "(%s < %s)", "(%s != %s)", "(%s >= %s)"), g.of(model.JSONB, 1), g.of([]model.Family{model.Text, model.Integer, model.Boolean, model.Numeric}[g.r.IntN(4)], 0))
	}
	return g.make(model.Boolean, g.pick("(%s == %s)", "(%s != %s)", "(%s < %s)", "(%s <= %s)", "(%s > %s)", "(%s >= %s)"), sub(family), sub(beside))
}

// call makes a call of a function that gives a family, or of an aggregate.
func (g *terms) call(f model.Family, depth int, aggregate bool) *term {
	var fit []*expression.Function
	for i := range g.functions {
		x := &g.functions[i]
		if x.Aggregate == aggregate && !x.Elsewhere && !x.Window && (x.Result == f || x.Result == model.Integer && f == model.Numeric || x.Result == model.NoFamily && accepts(x, f)) && !x.ValueOnly {
			fit = append(fit, x)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	x := fit[g.r.IntN(len(fit))]
	return g.callOf(x, f, depth)
}

// windows picks a function that looks at all rows.
func (g *terms) windows() *expression.Function {
	var out []*expression.Function
	for i := range g.functions {
		if g.functions[i].Window {
			out = append(out, &g.functions[i])
		}
	}
	return out[g.r.IntN(len(out))]
}

// comparison is a condition that calls a function.
func (g *terms) comparison(f *expression.Function) *term {
	family := f.Result
	if family == model.NoFamily {
		family = comparable[g.r.IntN(len(comparable))]
	}
	call := g.callOf(f, family, 1)
	switch {
	case f.Result == model.Boolean:
		return call
	case f.Result == model.NoFamily && !accepts(f, family): // an element of an array
		return g.make(model.Boolean, "(%s != nil)", call)
	}
	g.aggregates = f.Aggregate
	defer func() { g.aggregates = false }()
	return g.make(model.Boolean, g.pick("(%s == %s)", "(%s != nil)", "(%s < %s)"), call, g.of(family, 0))
}

func accepts(x *expression.Function, f model.Family) bool {
	return len(x.Parameters) > 0 && (len(x.Parameters[0].Accepts) == 0 || slices.Contains(x.Parameters[0].Accepts, f))
}

// callOf makes arguments from the parameters alone, so that a function that is new is tried without anybody thinking of it.
func (g *terms) callOf(x *expression.Function, f model.Family, depth int) *term {
	before := g.aggregates
	if x.Aggregate {
		g.aggregates = false
	}
	defer func() { g.aggregates = before }()
	n := len(x.Parameters)
	if x.Variadic {
		n += g.r.IntN(3)
	}
	var parts []*term
	for i := range n {
		p := x.Parameters[min(i, len(x.Parameters)-1)]
		family := g.argument(p)
		if x.Result == model.NoFamily && i == 0 && accepts(x, f) || x.Result == model.NoFamily && len(p.Accepts) > 1 {
			family = f
		}
		switch {
		case strings.HasPrefix(p.Name, "[weight"):
			parts = append(parts, &term{family: model.Array, format: g.pick("[0.5, 0.5]", "[0.9, 0.1]", "[0.25, 0.25]", "[1, 0]")})
		case p.Name == "others":
			parts = append(parts, &term{family: model.Numeric, format: g.pick("0.05", "0.5", "0")})
		case strings.HasPrefix(p.Name, "["):
			first := parts[0].family
			parts = append(parts, g.make(model.NoFamily, "[%s, %s]", g.constant(first), g.constant(first)))
		case p.Name == "share":
			parts = append(parts, &term{family: model.Numeric, format: g.pick("0", "0.25", "0.5", "0.9", "1")})
		case p.Name == "format":
			parts = append(parts, &term{family: model.Text, format: g.pick(`"%Y-%m-%d"`, `"%d.%m.%Y"`, `"%Y%m%d"`, `"%y-%m-%d"`, `"%Y-%m-%dT%H:%M:%SZ"`, `"%d %b %Y"`, `"%d %B %Y %H:%M"`, `"%m/%d/%y"`, `"%b%d%y"`)})
		default:
			parts = append(parts, g.of(family, depth))
		}
	}
	format := x.Name + "(" + strings.TrimSuffix(strings.Repeat("%s, ", n), ", ") + ")"
	g.made[x.Signature()] = true
	out := x.Result
	if out == model.NoFamily {
		out = f
	}
	return &term{family: out, format: format, parts: parts}
}

// constant is an atom that is no column.
func (g *terms) constant(f model.Family) *term {
	for range 20 {
		if t := g.pick(append(atoms[f], "nil")...); constantAtom(t) {
			return &term{family: f, format: t}
		}
	}
	return &term{family: f, format: "nil"}
}

func constantAtom(text string) bool {
	name, _, _ := strings.Cut(text, "[")
	return columnTypes[name] == "" && !strings.HasPrefix(text, "$")
}

func (g *terms) argument(p expression.Parameter) model.Family {
	from := p.Accepts
	if len(from) == 0 {
		from = rowFamilies
	}
	f := from[g.r.IntN(len(from))]
	if f == model.Float {
		f = model.Numeric
	}
	return f
}
