package plan

import (
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// discloses tells whether the answer to a query may hold personal data under the name of another column: its text mentions such a column,
// or it lets rows or columns of a relation go by other names than their own. It reads no more than the words, and suspects what it
// cannot tell apart.
func discloses(query string, tables []model.Table) bool {
	lower := strings.ToLower(query)
	relations := []string{}
	for _, t := range tables {
		relations = append(relations, strings.ToLower(t.Name))
		for _, c := range t.Columns {
			if c.PII && mentions(lower, strings.ToLower(c.Name)) {
				return true
			}
		}
	}
	if strings.Contains(lower, "_to_xml") { // runs a query that is given as a text
		return true
	}
	w := &words{list: lowered(pgsql.ReadQuery(query).Tokens), relations: relations}
	w.collect()
	return w.renames() || w.wholeRows() || w.mixes()
}

// mentions finds a name as a word of a text.
func mentions(text, name string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		at := from + i
		if !pgsql.EndsInName(text[:at]) && !pgsql.BeginsWithName(text[at+len(name):]) {
			return true
		}
		from = at + 1
	}
}

func lowered(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	return out
}

// words is a query as its words and signs, all in lower case.
type words struct {
	list      []string
	relations []string // what goes by a name in the query: tables, their other names, parts of with, subqueries
	named     []bool   // the word stands where a relation is named, not where one is used
	selects   []bool   // the word stands in a select, not in the brackets of anything else
}

func (w *words) at(i int) string {
	if i < 0 || i >= len(w.list) {
		return ""
	}
	return w.list[i]
}

// reserved are words that are no name of a relation, and after which a name with brackets is a function.
var reserved = strings.Fields(`all and any as asc between by case cross desc distinct else end escape except exists false fetch filter for from full
	group having ilike in inner intersect is join lateral left like limit natural not null of offset on only or order outer over partition recursive
	right rows select similar some table then to true union using values when where window with within`)

func (w *words) isName(i int) bool {
	s := w.at(i)
	return s != "" && (pgsql.BeginsWithName(s) || len(s) > 1) && !slices.Contains(reserved, s)
}

// scope is what is open between two brackets.
type scope struct{ query, from bool }

// collect finds the relations, and where they are named.
func (w *words) collect() {
	w.named, w.selects = make([]bool, len(w.list)), make([]bool, len(w.list))
	open := []scope{{query: true}}
	for i, s := range w.list {
		now := &open[len(open)-1]
		switch s {
		case "(":
			open = append(open, scope{query: slices.Contains([]string{"select", "with", "table"}, w.at(i+1))})
		case ")":
			if len(open) > 1 {
				if now.query {
					w.alias(i + 1)
				}
				open = open[:len(open)-1]
			}
		case "from":
			now.from = now.query && w.at(i-1) != "distinct"
		case "join", "table":
			now.from = now.query
		case "where", "on", "group", "order", "having", "limit", "offset", "union", "except", "intersect", "select", "window", "fetch", "for":
			now.from = false
		}
		now = &open[len(open)-1]
		part := w.at(i+1) == "as" && slices.Contains([]string{"(", "materialized", "not"}, w.at(i+2))
		w.named[i], w.selects[i] = now.from || part || w.at(i-1) == "as", now.query
		if w.isName(i) && (now.from && slices.Contains([]string{"from", "join", "table", "only"}, w.at(i-1)) || part) {
			w.relations = append(w.relations, s)
		}
		if slices.Contains(w.relations, s) && now.from {
			w.alias(i + 1)
		}
	}
}

// alias takes the name that follows a relation, if one does.
func (w *words) alias(i int) {
	if w.at(i) == "as" {
		i++
	}
	if w.isName(i) {
		w.relations = append(w.relations, w.at(i))
	}
}

// renames finds a list of new names for the columns of a relation: t(a, b).
func (w *words) renames() bool {
	for i := range w.list {
		if !w.isName(i) || w.at(i+1) != "(" {
			continue
		}
		end := i + 2
		for w.isName(end) && w.at(end+1) == "," {
			end += 2
		}
		if !w.isName(end) || w.at(end+1) != ")" {
			continue
		}
		before := w.at(i - 1)
		part := w.at(end+2) == "as" && slices.Contains([]string{"(", "materialized", "not"}, w.at(end+3))
		if part || before == "as" || before == ")" || w.isName(i-1) {
			return true
		}
	}
	return false
}

// wholeRows finds a row of a relation taken as one value, by its name or as name.* in brackets or before a cast.
func (w *words) wholeRows() bool {
	for i, s := range w.list {
		switch {
		case s == "*" && w.at(i-1) == ".":
			if !w.selects[i] || w.at(i+1) == ":" {
				return true
			}
		case slices.Contains(w.relations, s) && w.at(i+1) != "." && w.at(i-1) != "." && !w.named[i]:
			return true
		}
	}
	return false
}

// mixes finds rows of which the names are those of other rows: a union, where one side has all columns of a relation.
func (w *words) mixes() bool {
	both := slices.ContainsFunc(w.list, func(s string) bool { return s == "union" || s == "except" || s == "intersect" })
	for i, s := range w.list {
		star := s == "*" && slices.Contains([]string{".", "select", "distinct", "all", ",", ")"}, w.at(i-1))
		if both && (star || s == "table") {
			return true
		}
	}
	return false
}
