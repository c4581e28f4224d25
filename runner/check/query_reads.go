package check

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/spec"
)

// checkReads holds the query of a view against what it says that it reads: what is not listed would not be looked at for leakage.
func (p *pass) checkReads(v *spec.FeatureView, q pgsql.Query) {
	whose := called("feature view", v.Name)
	listed := v.Source.Reads.Strings()
	for _, name := range relations(q) {
		if slices.Contains(listed, name) || !v.Source.Reads.Set {
			continue
		}
		if _, known := p.isSource(name); known {
			p.fault("F608", v.Source.Reads.Place, "list it", "the query of %s reads %q, which reads: does not list", whose, name)
		}
	}
	var seen []string
	for _, name := range v.Source.Reads.Items {
		switch _, known := p.isSource(name.Value); {
		case slices.Contains(seen, name.Value):
			p.fault("F608", name.Place, "name it once", "%q is listed twice", name.Value)
		case known && !slices.Contains(q.Words, name.Value):
			p.warn("F608", name.Place, "remove it", "the query of %s does not read %q", whose, name.Value)
		}
		seen = append(seen, name.Value)
	}
}

// takesFrom are the functions in whose arguments the word from stands before no relation.
var takesFrom = []string{"extract", "substring", "trim", "overlay", "position"}

// relations are the names in a query that stand behind FROM and JOIN, and those behind a comma there. Names of its own WITH are none.
func relations(q pgsql.Query) []string {
	var out, own []string
	t := q.Tokens
	at := func(i int) string {
		if i >= 0 && i < len(t) {
			return t[i]
		}
		return ""
	}
	for i := range t {
		if strings.EqualFold(at(i+1), "as") && at(i+2) == "(" {
			own = append(own, t[i])
		}
	}
	add := func(i int) {
		for slices.Contains([]string{"only", "lateral"}, at(i)) {
			i++
		}
		if at(i+1) == "." {
			i += 2
		}
		if name := at(i); name != "" && name != "(" && at(i+1) != "(" && !slices.Contains(own, name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for i, word := range t {
		switch {
		case word == "join":
			add(i + 1)
		case word == "from" && at(i-1) != "distinct" && !slices.Contains(takesFrom, function(t, i)):
			add(i + 1)
			for _, comma := range commas(t, i+1) {
				add(comma + 1)
			}
		}
	}
	return out
}

// commas are the places of those between the relations that stand from a token on.
func commas(tokens []string, from int) (out []int) {
	depth := 0
	for i := from; i < len(tokens); i++ {
		switch word := tokens[i]; {
		case word == "(":
			depth++
		case word == ")":
			if depth--; depth < 0 {
				return out
			}
		case depth > 0:
		case word == ",":
			out = append(out, i)
		case slices.Contains([]string{"where", "group", "having", "window", "order", "limit", "offset", "fetch", "for", "union", "intersect", "except"}, word):
			return out
		}
	}
	return out
}

// function is the name before the bracket that a token stands in, or "".
func function(tokens []string, at int) string {
	depth := 0
	for i := at - 1; i > 0; i-- {
		switch tokens[i] {
		case ")":
			depth++
		case "(":
			if depth == 0 {
				return tokens[i-1]
			}
			depth--
		}
	}
	return ""
}

// kept are the snapshots of a table, as a hint to use them in its place; otherwise what is to be done.
func (p *pass) kept(table, otherwise string) string {
	var kept []string
	for _, pl := range p.pipelines {
		for _, s := range pl.spec.Snapshots.Entries {
			if s.Value.From.Value == table {
				kept = append(kept, s.Key.Value)
			}
		}
	}
	if len(kept) == 0 {
		return otherwise
	}
	return fmt.Sprintf("use %s, which keeps its past", strings.Join(kept, " or "))
}
