package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Shown is a value that is shown of a row.
type Shown struct {
	Name string
	PII  bool // its column holds personal data, so the value is masked
	sql  pgsql.Frag
}

// Key are the values that name a row.
func (r *Rules) Key() []Shown { return r.shown(r.Subject.Table.PrimaryKey) }

func (r *Rules) shown(columns []string) []Shown {
	out := make([]Shown, len(columns))
	for i, name := range columns {
		c := r.Subject.Table.Column(name)
		out[i] = Shown{Name: name, PII: c != nil && c.PII, sql: pgsql.Column("r", name)}
	}
	return out
}

// Values are what a rule looks at: its columns, and those of the relations that its rows are matched with.
func (r *Rules) Values(q *Question) []Shown {
	out := r.shown(q.Columns)
	for _, j := range q.joins {
		table, name := &r.Subject.Table, "old."
		if j.Kind == model.Parent {
			name = j.Table + "."
			if other, ok := r.Subject.Other(j.Table); ok {
				table = &other.Table
			}
		}
		for _, column := range j.Columns {
			c := table.Column(column)
			out = append(out, Shown{Name: name + column, PII: c == nil || c.PII, sql: pgsql.Column(pgsql.Ident(j.Alias), column)})
		}
	}
	return out
}

func shownTexts(shown []Shown) pgsql.Frag {
	return jsonTexts(pgsql.Map(shown, func(s Shown) pgsql.Frag { return s.sql + "::text" }))
}

// Samples finds rows that a row rule fails, in the order of their source, or of their key where they have no place: file, line, key as
// json, values as json. A limit of 0 is none.
func (r *Rules) Samples(q *Question, limit int) pgsql.Frag { return r.samples(q, q.Failing(), limit) }

func (r *Rules) samples(q *Question, failing pgsql.Frag, limit int) pgsql.Frag {
	key, values := r.Key(), shownTexts(r.Values(q))
	h := pgsql.Holes{"rows": r.From(q), "failing": failing, "key_text": shownTexts(key), "values": values,
		"file": "NULL::integer", "line": "NULL::bigint", "limit": ""}
	switch {
	case r.Subject.Placed:
		h["file"], h["line"], h["order"] = pgsql.Column("r", fileColumn), pgsql.Column("r", lineColumn), "1, 2"
	case len(key) > 0:
		h["order"] = pgsql.List(key, func(s Shown) pgsql.Frag { return s.sql })
	default:
		h["order"] = values + "::text"
	}
	if limit > 0 {
		h["limit"] = "\nLIMIT " + pgsql.Int(limit)
	}
	return fill("check_rule_samples", h)
}

// Typed is the query that shows all rows that a row rule fails, as anybody may type it: "" for a batch, which is gone when its run is over.
func (r *Rules) Typed(q *Question) string {
	if r.Subject.Placed {
		return ""
	}
	return string(fill("check_rule_rows", pgsql.Holes{"rows": r.From(q), "failing": q.Failing()}))
}

// Frequent finds the values that a row rule fails most often: the values as json, number of rows. Values that are masked are left out;
// it is "" when none is left.
func (r *Rules) Frequent(q *Question) (pgsql.Frag, []Shown) {
	shown := slices.DeleteFunc(r.Values(q), func(s Shown) bool { return s.PII })
	if len(shown) == 0 {
		return "", nil
	}
	return fill("check_rule_values", pgsql.Holes{"rows": r.From(q), "failing": q.Failing(), "values": shownTexts(shown)}), shown
}

// Personal tells whether a rule looks at a column of personal data.
func (r *Rules) Personal(q *Question) bool {
	if q.Query {
		return slices.ContainsFunc(r.queryTables(q), holdsPII)
	}
	return slices.ContainsFunc(r.Values(q), func(s Shown) bool { return s.PII })
}
