package plan

import "streamflow/runner/internal/pgsql"

// WithVerdict finds rows of a verdict ("true", "false" or "unknown") of a row rule, as Samples finds those that fail.
func (r *Rules) WithVerdict(q *Question, verdict string, limit int) pgsql.Frag {
	is := map[string]pgsql.Frag{"true": "TRUE", "false": "FALSE", "unknown": "NULL"}[verdict]
	return r.samples(q, q.selected("("+q.Condition+") IS "+is), limit)
}

// Spread answers, for the first measure of a row rule, with the number of rows, of those where it is not NULL, and of its different values,
// and then, where it has an order, with the least and the greatest as text.
func (r *Rules) Spread(q *Question, ordered bool) pgsql.Frag {
	value := q.Measures[0].SQL
	ends := pgsql.Frag("NULL::text, NULL::text")
	if ordered {
		ends = "min(" + value + ")::text, max(" + value + ")::text"
	}
	return fill("check_rule_spread", pgsql.Holes{"value": value, "ends": ends, "rows": r.From(q), "where": q.selected("true")})
}

// Commonest finds the most frequent values of the first measure of a row rule: the value as text, number of rows.
func (r *Rules) Commonest(q *Question) pgsql.Frag {
	return fill("check_rule_commonest", pgsql.Holes{"value": q.Measures[0].SQL, "rows": r.From(q), "where": q.selected("true")})
}

// selected adds the rule's where to a condition.
func (q *Question) selected(condition pgsql.Frag) pgsql.Frag {
	if q.Where == "" {
		return condition
	}
	return "(" + q.Where + ") AND " + condition
}
