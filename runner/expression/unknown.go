package expression

import (
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
		hint = "a function is called: " + name + "(...)"
	}
	c.fault(unknownName, at, hint, "unknown name %s", quoted(name))
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
	"length": "write len(x)", "char_length": "write len(x)", "hasPrefix": `write "x startsWith y"`, "hasSuffix": `write "x endsWith y"`,
	"indexOf": `write "x contains y"`, "coalesce": `write "a ?? b"`, "ifnull": `write "a ?? b"`, "nvl": `write "a ?? b"`,
	"isnull": `write "x == nil"`, "concat": `write "a + b"`, "avg": "write mean(x)", "average": "write mean(x)",
	"pow": `write "a ** b"`, "power": `write "a ** b"`, "sqrt": `write "x ** 0.5"`, "mod": `write "a % b"`, "ceiling": "write ceil(x)",
	"least": "write min(a, b)", "greatest": "write max(a, b)", "int": "write number(x), round(x) or floor(x)",
	"float": "write number(x)", "uniq": "write count_distinct(x)", "regexp": `write "x matches pattern"`,
	"duration": `add days to a date: d + 30`, "count_if": `write count(x) with "where"`,
}

// unknownCall reports a call of a function that there is not.
func (c *checker) unknownCall(n ast.Node, name string) {
	at := c.span(n)
	_, isBuiltin := n.(*ast.BuiltinNode)
	hint := elsewhere[name]
	if hint == "" {
		hint = didYouMean(name, functionNames())
	}
	switch {
	case isNow(name):
		c.fault(nondeterministic, at, "use a parameter of the run, such as as_of", "%s() changes from run to run", name)
	case isBuiltin:
		c.fault(notInSQL, at, hint, "%s() is not available in rules", name)
	default:
		c.fault(unknownName, at, hint, "unknown function %s", quoted(name))
	}
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
