package expression

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/diag"
)

// foreignNames are constants of other languages.
var foreignNames = map[string]string{"null": "nil", "none": "nil", "nan": "nil", "true": "true", "false": "false", "nil": "nil"}

// nowNames give the time of the run in other languages. A rule must say the same of the same data whenever it runs.
var nowNames = []string{"now", "today", "current_date", "current_timestamp", "sysdate", "getdate"}

// unknown reports a name that is neither a column nor a parameter.
func (c *checker) unknown(n ast.Node, name string) {
	at := c.span(n)
	if word := foreignNames[strings.ToLower(name)]; word != "" {
		c.fault(unknownName, at, "write "+word, "unknown name %s", quoted(name))
		return
	}
	if isNow(name) {
		c.fault(nondeterministic, at, "use a parameter of the run, such as as_of", "%s changes from run to run", name)
		return
	}
	if name == "$env" {
		c.fault(notInSQL, at, `write a column by its name, or $env["name"] when that is odd`, "the row as a whole has no value")
		return
	}
	for _, col := range c.env.Columns { // monthly-fee, written bare, is read as monthly minus fee
		if !identifier(col.Name) && strings.HasPrefix(c.src.slice(at.from, len(c.src.runes)), col.Name) {
			odd := span{at.from, at.from + len([]rune(col.Name))}
			c.fault(unknownName, odd, "write the column as "+Spelling(col.Name), "%s is not written bare", quoted(col.Name))
			return
		}
	}
	var columns, names []string
	for _, col := range c.env.Columns {
		columns = append(columns, col.Name)
	}
	names = append(names, columns...)
	for _, l := range c.lets {
		names = append(names, l.name)
	}
	for _, p := range c.env.Params {
		names = append(names, p.Name)
	}
	hint := hints(didYouMean(name, names), listed("columns", columns))
	if _, ok := function(name); ok {
		names, hint = nil, "a function is called: "+name+"(...)"
	}
	c.misspelt(unknownName, at, name, names, hint, "unknown name %s", quoted(name))
}

func isNow(name string) bool {
	for _, n := range nowNames {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// elsewhere says what to write instead of functions that other languages have, expr's own among them.
var elsewhere = map[string]string{
	"length": "write len(x)", "char_length": "write len(x)", "substr": "write text[from:to]", "substring": "write text[from:to]",
	"left": "write text[:n]", "right": "write text[-n:]", "coalesce": `write "a ?? b"`, "ifnull": `write "a ?? b"`, "nvl": `write "a ?? b"`,
	"isnull": `write "x == nil"`, "nullif": `write "a == b ? nil : a"`, "avg": "write mean(x)", "average": "write mean(x)",
	"pow": `write "a ** b"`, "power": `write "a ** b"`, "mod": `write "a % b"`, "ceiling": "write ceil(x)", "least": "write min(a, b)", "greatest": "write max(a, b)",
	"float": "write number(x)", "string": "write text(x)", "str": "write text(x)", "toString": "write text(x)", "startswith": `write "x startsWith y"`, "endswith": `write "x endsWith y"`,
	"uniq": "write count_distinct(x)", "stdev": "write stddev(x)", "std": "write stddev(x)", "percentile": "write quantile(x, 0.9)", "most_common": "write mode(x)", "lag": "write increasing(x), or old(x) for an earlier month",
	"zscores": "write zscore(x)", "null_count": "write count(x) and row_count(), or null_share(x)", "null_ratio": "write null_share(x)", "lookup": "write exists(table, column), or table.column", "distinct": "write distinct_in(x, [...]) or count_distinct(x)", "regexp": `write "x matches pattern"`, "regexp_match": `write "x matches pattern"`,
	"duration": "add days to a date: d + 30", "datediff": "write days_between(a, b)", "date_diff": "write days_between(a, b)", "age": "write years_between(a, b)", "strptime": "write date(text, format)",
	"to_date": "write date(text, format)", "starts_with": "write a startsWith b", "ends_with": "write a endsWith b", "starts": "write a startsWith b", "dayofweek": "write weekday(d)", "date_trunc": "write month_start(d)", "last_day": "write month_end(d)", "timezone": "times are at UTC",
	"count_if": `write share(condition), or row_count() with "where"`, "cardinality": "write len(array)", "array_length": "write len(array)", "get": "write array[i] or doc.key", "take": "write array[:n]",
	"splitAfter": "write split(text, separator)", "fromJSON": "declare the column jsonb", "json_valid": "write is_json(text)", "toJSON": "write text(doc.key) for a part of it", "keys": `write "key in doc"`,
	"all": "name what must hold of each: a > 0 and b > 0", "none": "name what must not hold: not (a > 0 or b > 0)", "any": "name what may hold: a > 0 or b > 0, or write x in array", "one": `name the cases, or write "x in array"`,
	"map":    "write the operation itself: a rule sees one row",
	"filter": `a rule looks at rows: put the condition into "where"`, "find": "write array[i]", "groupBy": "a rule judges all rows or each; write two with where", "reduce": "write total(a, b), or sum(x) over all rows",
	"sort": "write min(a, b), max(a, b) or median(x)", "reverse": "write last(array)",
}

// methods are those of Go's times, which expr knows, as functions.
var methods = map[string]string{
	"Year": "year", "Month": "month", "Day": "day", "Hour": "hour", "Minute": "minute", "Second": "second", "Weekday": "weekday", "YearDay": "day_of_year", "Format": "text", "String": "text",
	"AddDate": "add_months", "Sub": "days_between", "toLowerCase": "lower", "toUpperCase": "upper", "strip": "trim", "length": "len", "size": "len",
}

// unknownCall reports a call of a function that there is not.
func (c *checker) unknownCall(n ast.Node, name string) {
	at := c.span(n)
	_, isBuiltin := n.(*ast.BuiltinNode)
	hint, known := elsewhere[name], []string(nil)
	if hint == "" {
		known = functionNames()
		hint = didYouMean(name, known)
	}
	if hint == "" && len(name) > 4 { // shorter ones are near to anything
		hint = elsewhere[diag.Nearest(name, slices.Collect(maps.Keys(elsewhere)))]
	}
	switch {
	case isNow(name):
		c.fault(nondeterministic, at, "use a parameter of the run, such as as_of", "%s() changes from run to run", name)
	case isBuiltin:
		c.fault(notInSQL, at, hint, "%s() is not available in rules", name)
	default:
		c.misspelt(unknownName, at, name, known, hint, "unknown function %s", quoted(name))
	}
}

// closure reports an argument that is a condition on elements, as expr's count(array, # > 3) has it.
func (c *checker) closure(args []ast.Node) bool {
	for _, a := range args {
		if p, ok := a.(*ast.PredicateNode); ok && holdsPointer(p.Node) {
			c.unsupported(a)
			return true
		}
	}
	return false
}

// holdsPointer tells whether an expression speaks of the current element of an array.
func holdsPointer(n ast.Node) bool {
	v := pointerVisitor{}
	ast.Walk(&n, &v)
	return v.found
}

type pointerVisitor struct{ found bool }

// Visit looks at one part of an expression.
func (v *pointerVisitor) Visit(n *ast.Node) {
	if _, ok := (*n).(*ast.PointerNode); ok {
		v.found = true
	}
}

// unsupported reports what expr can do and the rule language cannot.
func (c *checker) unsupported(n ast.Node) {
	message, hint := "this cannot be asked of a database", ""
	switch n := n.(type) {
	case *ast.CallNode:
		message = "there are no methods"
		if m, ok := n.Callee.(*ast.MemberNode); ok {
			message, hint = c.method(m)
		}
	case *ast.MapNode:
		message, hint = "there are no maps", "write a list: x in [a, b]"
	case *ast.SequenceNode:
		message, hint = "one rule is one expression", `join conditions with "and"`
	case *ast.PredicateNode, *ast.PointerNode:
		message, hint = "there are no closures: a rule sees one row, not the elements of an array", `put the condition into "where", or write "x in array"`
	case *ast.BytesNode:
		message, hint = "there are no byte literals", "write text without the b"
	}
	c.fault(notInSQL, c.span(n), hint, "%s", message)
}

// method says what to write instead of x.Method().
func (c *checker) method(m *ast.MemberNode) (message, hint string) {
	p, ok := m.Property.(*ast.StringNode)
	if !ok {
		return "there are no methods", ""
	}
	name := methods[p.Value]
	if _, ok := function(strings.ToLower(p.Value)); name == "" && ok {
		name = strings.ToLower(p.Value)
	}
	if name != "" {
		at := c.span(m.Node)
		hint = "write " + name + "(" + c.src.slice(at.from, at.to) + ")"
	}
	return "there is no method " + quoted(p.Value), hint
}

func didYouMean(word string, names []string) string { return diag.DidYouMean(word, names) }

// listed names what there is, as far as it fits into a line.
func listed(what string, names []string) string {
	const most = 12
	switch {
	case len(names) == 0:
		return "there are no " + what
	case len(names) > most:
		return what + ": " + strings.Join(names[:most], ", ") + ", ..."
	}
	return what + ": " + strings.Join(names, ", ")
}

func hints(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}
