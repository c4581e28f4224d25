package check

import (
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkQuery reads a rule in sql: a query whose rows are failures.
func (p *pass) checkQuery(t *table, e *spec.Expectations, r *spec.Rule, severity diag.Severity) {
	if p.refuseQuery(t, r) {
		return
	}
	p.refuseForQuery(r)
	q := pgsql.ReadQuery(r.SQL.Value)
	use := queryUse{what: "a rule in sql", example: "select * from " + t.name.Value + " where ...", rows: "the failures", more: "write several rules",
		params: t.pipeline.model.Params, whose: fmt.Sprintf("pipeline %q", t.pipeline.model.Name)}
	if !p.queryHolds(r.SQL, q, use) {
		return
	}
	out := model.Rule{Name: r.Name.Value, Text: r.SQL.Value, Query: true, Condition: q.SQL, Severity: severity, Origin: r.SQL.Place, Spots: spots(r.SQL)}
	if nearest(levels(e, r), func(o spec.RuleOptions) strOption { return strOption{o.Severity} }).Str.Value == "warn" {
		out.Severity = diag.Warning
	}
	out.MaxFail = p.limit(nearest(levels(e, r), func(o spec.RuleOptions) floatOption { return floatOption{o.MaxFail} }).Float, false, r.MaxFail.Set)
	for _, pl := range p.pipelines {
		for _, other := range pl.tables {
			if slices.Contains(q.Words, other.name.Value) {
				out.Needs.Tables = append(out.Needs.Tables, other.name.Value)
			}
		}
	}
	p.describe(&out, e, r)
	p.quarantines(e, r, out)
	p.keepRule(t, r, out)
}

// refuseForQuery refuses the options that only a rule about rows of the table can have. The same in the defaults of a document is meant for
// its other rules.
func (p *pass) refuseForQuery(r *spec.Rule) {
	const why = "does not go with a rule in sql: every row that it returns has failed"
	p.unfit("X457", "write the condition into the query", why, givenKey{r.Where.Set, r.Where.Place, "where"})
	p.unfit("X457", "max_fail says how many rows it may return", why, givenKey{r.AtLeast.Set, r.AtLeast.Place, "at_least"})
	p.unfit("X457", "let the query return the rows that fail, those with NULL too", why, givenKey{r.Nulls.Set, r.Nulls.Place, "nulls"})
}

// queryUse is what a query is for, in the words of messages.
type queryUse struct {
	what, example, rows, more string
	params                    []model.Param
	whose                     string // the parameters
}

// queryHolds finds what keeps a text from being one query over known parameters.
func (p *pass) queryHolds(text spec.Str, q pgsql.Query, use queryUse) bool {
	before := len(p.list)
	end := len([]rune(text.Value))
	switch {
	case len(q.Words) == 0:
		p.fault("E401", text.Place, "such as: "+use.example, "there is no query")
	case !slices.Contains([]string{"select", "with", "values", "table"}, q.Words[0]):
		p.fault("E401", text.Place, "write a select: the rows that it returns are "+use.rows, "%s is a query, and this begins with %q", use.what, q.Words[0])
	}
	if q.Open >= 0 {
		p.fault("E401", text.At(q.Open, q.Open+1), "close it", "a quote or comment is not closed")
	}
	if q.Further >= 0 {
		p.fault("E401", text.At(q.Further, end), use.more, "%s is one query; this is another statement", use.what)
	}
	for _, m := range q.Params {
		if slices.ContainsFunc(use.params, func(known model.Param) bool { return known.Name == m.Name }) {
			continue
		}
		var names []string
		for _, known := range use.params {
			names = append(names, known.Name)
		}
		p.fault("R208", text.At(m.From, m.To), suggest(m.Name, names, "its parameters are"), "parameter %q is not declared in %s", m.Name, use.whose)
		p.mendPart(text, m.To-len([]rune(m.Name)), m.To, m.Name, names)
	}
	return len(p.list) == before
}

// spots are the places of the runes of a text, and of its end.
func spots(s spec.Str) []diag.Place {
	out := make([]diag.Place, len([]rune(s.Value))+1)
	for i := range out {
		out[i] = s.At(i, i+1)
	}
	return out
}
