package plan

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Said is what a check has to say of the answer to its query: SQL of type text over the columns c1, c2 ... of the answer; empty and NULL are
// nothing.
type Said struct {
	SQL     pgsql.Frag
	Columns int // of the answer that have to be named
}

// Refuse is the statement that ends a script when a check has something to say of the answer to a query.
func Refuse(query pgsql.Frag, said Said) pgsql.Frag {
	columns := make([]pgsql.Frag, said.Columns)
	for i := range columns {
		columns[i] = answer(i + 1)
	}
	list := pgsql.Frag("")
	if len(columns) > 0 {
		list = "(" + pgsql.Join(columns, ", ") + ")"
	}
	return fill("script_refuse", pgsql.Holes{"quote": dollars("check", query+said.SQL), "said": said.SQL, "query": query, "columns": list})
}

// answer is a column of a query's answer, from 1.
func answer(i int) pgsql.Frag { return "c" + pgsql.Int(i) }

// dollars is a quote of a name that does not stand in a text.
func dollars(name, text pgsql.Frag) pgsql.Frag {
	tag := "$" + name + "$"
	for i := 1; strings.Contains(string(text), string(tag)); i++ {
		tag = "$" + name + pgsql.Int(i) + "$"
	}
	return tag
}

// SayIf says a message where a condition over the answer's columns holds.
func SayIf(columns int, condition pgsql.Frag, message string) Said {
	return Said{SQL: "CASE WHEN " + condition + " THEN " + pgsql.Literal(message) + " END", Columns: columns}
}

// SayAny says a message when the answer has a row.
func SayAny(message string) Said {
	return Said{SQL: "CASE WHEN count(*) > 0 THEN " + pgsql.Literal(message) + " END"}
}

// Verdict says which of the questions of a scan refuse the batch, as Judge and Spares do. spared says that rules which set rows aside do so.
func (r *Rules) Verdict(questions []*Question, way Way, spared bool) Said {
	var parts []pgsql.Frag
	at := 2 // behind the number of rows
	for _, q := range questions {
		if refused := q.refused(at, spared); q.Severity == diag.Error && refused != "false" {
			parts = append(parts, "CASE WHEN "+refused+" THEN "+pgsql.Literal(fmt.Sprintf("rule %q of %s fails (%s)", q.Name, r.Subject.Name, q.Origin))+" END")
		}
		at += q.Width()
	}
	if len(parts) == 0 {
		return Said{}
	}
	return Said{SQL: "concat_ws('; ', " + pgsql.Join(parts, ", ") + ")", Columns: at - 1}
}

// refused is true where the answer to a question, from a column on, refuses the batch.
func (q *Question) refused(at int, spared bool) pgsql.Frag {
	if q.Aggregate {
		return answer(at) + " IS NOT TRUE"
	}
	looked, failed, unknown := answer(at), answer(at+1), answer(at+2)
	judged, bad := looked+" - "+unknown, failed
	if q.NullsFail {
		judged, bad = looked, failed+" + "+unknown
	}
	var out []pgsql.Frag
	if q.MaxFail != nil {
		out = append(out, bad+" > "+pgsql.Int(*q.MaxFail))
	}
	if limited := q.AtLeast != "" || q.MaxFail != nil; q.AtLeast != "" || !limited && !(q.Quarantine && spared) {
		least := pgsql.Frag("1")
		if q.AtLeast != "" {
			least = pgsql.Typed(q.AtLeast, "numeric")
		}
		out = append(out, judged+" - ("+bad+") < "+least+" * ("+judged+")")
	}
	if len(out) == 0 {
		return "false"
	}
	return pgsql.Join(out, " OR ")
}

// QueryVerdict is a rule in sql with what it has to say: the message, when it returns more rows than may fail.
func (r *Rules) QueryVerdict(q *Question) (pgsql.Frag, Said) {
	sql, _ := r.Query(q, 0)
	most := int64(0)
	if q.MaxFail != nil {
		most = *q.MaxFail
	}
	message := pgsql.Literal(fmt.Sprintf("rule %q of %s fails (%s)", q.Name, r.Subject.Name, q.Origin))
	return sql, Said{SQL: "CASE WHEN count(*) > " + pgsql.Int(most) + " THEN " + message + " END"}
}

// Repeat runs statements that answer with the number of rows which they set aside, again and again until none does.
func Repeat(statements []pgsql.Frag) pgsql.Frag {
	each := pgsql.Frag("")
	for _, sql := range statements {
		quote := dollars("move", sql)
		each += ";\nEXECUTE " + quote + "\n" + sql + "\n" + quote + " INTO \"#moved\";\n\"#more\" := \"#more\" + \"#moved\""
	}
	return fill("script_repeat", pgsql.Holes{"quote": dollars("repeat", each), "each": each})
}

// LeastRows is how many rows a batch must have.
func (t *Table) LeastRows() int64 {
	if n := t.Load.Source.MinRows; n != nil {
		return *n
	}
	return 1
}

// Comparable tells whether the size of the batch is compared with that of the partition before.
func (t *Table) Comparable() bool {
	return !t.Load.Source.ShrinkUnchecked && !t.Load.Append && t.Load.Delivery != model.Delta && t.Previous > 0
}

// MayGo is the share of the rows of the partition before that may be gone.
func (t *Table) MayGo() float64 {
	if share := t.Load.Source.MaxShrink; share != nil {
		return *share
	}
	return 0.5
}

// Shrinks tells whether a batch of so many rows lacks too many of those that the partition before had.
func (t *Table) Shrinks(rows int64) bool {
	return t.Comparable() && float64(t.Previous-rows) > t.MayGo()*float64(t.Previous)
}

// LeastLeft is the smallest number of rows of which Shrinks says false.
func (t *Table) LeastLeft() int64 {
	return int64(sort.Search(int(t.Previous), func(n int) bool { return !t.Shrinks(int64(n)) }))
}

// CountRowsOf counts the rows of a query.
func CountRowsOf(query pgsql.Frag) pgsql.Frag {
	return fill("count_rows", pgsql.Holes{"rows": "(\n" + query + "\n)"})
}

// CountStaged answers with the number of rows of the batch.
func (t *Table) CountStaged() pgsql.Frag { return fill("count_rows", pgsql.Holes{"rows": t.Stage}) }

// CountSetAside answers with the number of rows that are set aside.
func (t *Table) CountSetAside() pgsql.Frag { return fill("count_rows", pgsql.Holes{"rows": t.Aside}) }

// Number lets the stage number the rows of a file that come without their line, from a line on.
func (t *Table) Number(first, file int) pgsql.Frag {
	if file > 0 {
		return fill("script_number_next", pgsql.Holes{"stage": t.Stage, "line": pgsql.Ident(lineColumn), "file": pgsql.Ident(fileColumn), "first": pgsql.Int(first), "number": pgsql.Int(file)})
	}
	return fill("script_number", pgsql.Holes{"stage": t.Stage, "line": pgsql.Ident(lineColumn), "file": pgsql.Ident(fileColumn), "first": pgsql.Int(first), "number": pgsql.Int(file)})
}

// unstaged stands for the batch and the rows set aside of it where nothing is staged: relations of the same columns without rows.
func (t *Table) unstaged() {
	columns := func(more ...pgsql.Frag) pgsql.Frag {
		list := pgsql.Map(t.Load.Table.Columns, func(c model.Column) pgsql.Frag {
			return "NULL::" + pgsql.Frag(c.Type.Name) + " AS " + pgsql.Ident(c.Name)
		})
		list = append(list, "NULL::bigint AS "+pgsql.Ident(lineColumn), "NULL::smallint AS "+pgsql.Ident(fileColumn), "NULL::tid AS ctid")
		return "(SELECT " + pgsql.Join(append(list, more...), ", ") + " WHERE false)"
	}
	t.Stage = columns()
	if t.Aside != "" {
		t.Aside = columns("NULL::text[] AS " + pgsql.Ident(reasonsColumn))
	}
}

// Computed is the query of one computed column, which writes nothing; "" for a column that is read.
func (t *Table) Computed(r model.Reading) (pgsql.Frag, error) {
	if r.Value == nil {
		return "", nil
	}
	value, err := r.Value.SQL.Bind(t.literals)
	if err != nil {
		return "", err
	}
	return fill("check_rules", pgsql.Holes{"measures": value, "rows": t.Stage + " r"}), nil
}

// Changing tells whether the schema of a table or snapshot is changed by the plan, and how.
func (p *Plan) Changing(name string) (details []string) {
	for _, c := range p.Changes {
		if c.Object == p.Schema+"."+name {
			details = append(details, c.Detail)
		}
	}
	return slices.Compact(details)
}

// Find is the query that finds the rows which a row rule fails, as anybody may type it: where they stood, their key, and what the rule looks
// at. Personal data is masked in it.
func (r *Rules) Find(q *Question) pgsql.Frag {
	var columns, order []pgsql.Frag
	if r.Subject.Placed {
		columns = []pgsql.Frag{pgsql.Column("r", fileColumn), pgsql.Column("r", lineColumn)}
		order = slices.Clone(columns)
	}
	key := r.Key()
	shown := append(slices.Clone(key), slices.DeleteFunc(r.Values(q), func(s Shown) bool {
		return slices.ContainsFunc(key, func(k Shown) bool { return k.sql == s.sql })
	})...)
	for _, s := range shown {
		value := s.sql
		if s.PII {
			value = "CASE WHEN " + s.sql + " IS NOT NULL THEN " + pgsql.Literal(model.Masked) + " END"
		}
		columns = append(columns, value+" AS "+pgsql.Ident(s.Name))
	}
	for _, k := range key {
		order = append(order, k.sql)
	}
	if len(order) == 0 {
		order = []pgsql.Frag{"1"}
	}
	return fill("script_rule_rows", pgsql.Holes{"columns": pgsql.Join(columns, ", "), "rows": r.From(q), "failing": q.Failing(), "order": pgsql.Join(order, ", ")})
}

// Reveals tells whether a rule's SQL itself holds a value of personal data: one that it compares with, found elsewhere.
func (r *Rules) Reveals(q *Question) bool {
	return r.Personal(q) && slices.ContainsFunc(q.found, func(l Lookup) bool {
		return l.Value.Reason == "" && !l.Value.Null && !strings.HasPrefix(l.Text, "count") && !strings.HasPrefix(l.Text, "row_count")
	})
}
