package plan

import (
	"fmt"
	"math/big"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Way says how a rule is asked. Rules of one way share their queries.
type Way int

// The ways, cheapest first.
const (
	Plain    Way = iota // in the one scan of the rows
	Joined              // the rows are matched with other relations
	Windowed            // something is computed over all rows before each is judged
	Alone               // a rule in sql, which is a query of its own
)

// Rules are the rules of a table, bound to what they are judged on.
type Rules struct {
	Subject   *Subject
	Questions []*Question // one for each rule, in order
	Broken    []diag.Diagnostic
}

// Question is one rule, bound to what it is judged on.
type Question struct {
	model.Rule
	Reason   string // why it is skipped
	Proven   bool   // a key says that no row can fail
	numbers  bool   // its columns hold no NaN: what is read from a file as a decimal is a number
	measured bool   // it is skipped, and still measures something that later runs compare with
	joins    []join
	found    []Lookup // what was found elsewhere, with its values
	pieces   []piece  // of a rule in sql
}

// Asked tells whether the database is asked at all.
func (q *Question) Asked() bool { return q.Reason == "" || q.measured }

type join struct {
	model.Join
	rows pgsql.Frag
}

// Bind makes the questions. values holds what was found for the lookups of the rules, by Lookup.Key.
func (s *Subject) Bind(rules []model.Rule, values map[string]Value) *Rules {
	out := &Rules{Subject: s}
	for _, rule := range rules {
		q, err := s.bind(rule, values)
		if err != nil && !s.Placed { // outside of a run a parameter may well be unknown
			q, err = &Question{Rule: rule, Reason: err.Error() + ": give it with -p NAME=VALUE"}, nil
		}
		if err != nil {
			out.Broken = append(out.Broken, diag.Diagnostic{Place: rule.Origin, Message: fmt.Sprintf("rule %q: %v", rule.Name, err)})
			continue
		}
		out.Questions = append(out.Questions, q)
	}
	return out
}

// Way is how the rule has to be asked, unless a proof spares it.
func (q *Question) Way() Way {
	switch {
	case q.Query:
		return Alone
	case q.Proven:
		return Plain
	case len(q.Needs.Windows) > 0:
		return Windowed
	case len(q.joins) > 0:
		return Joined
	}
	return Plain
}

// Provable tells whether an aggregate in the one scan may show that no row can fail, so that the rule need not be asked.
func (q *Question) Provable() bool { return !q.Proven && q.Needs.Proof != "" && q.Way() > Plain }

// widest is how many columns a scan has at most; an answer of Postgres has 1664.
const widest = 1600

// Scans divides questions into those that one query can answer: not too many columns, and no two relations under one alias.
func (r *Rules) Scans(questions []*Question, way Way) [][]*Question {
	var out [][]*Question
	width := 0
	for _, q := range questions {
		n := q.Width()
		if len(out) == 0 || width+n > widest || way > Plain && clash(out[len(out)-1], q) {
			out, width = append(out, nil), 1
		}
		out[len(out)-1], width = append(out[len(out)-1], q), width+n
	}
	return out
}

func clash(others []*Question, q *Question) bool {
	return slices.ContainsFunc(others, func(o *Question) bool {
		return slices.ContainsFunc(o.joins, func(a join) bool {
			return slices.ContainsFunc(q.joins, func(b join) bool { return a.Alias == b.Alias && a.rows != b.rows })
		})
	})
}

// Scan answers in one row: the number of rows, then for each question its columns in order, as Read takes them.
func (r *Rules) Scan(questions []*Question, way Way) pgsql.Frag {
	columns := []pgsql.Frag{"count(*)"}
	for _, q := range questions {
		columns = append(columns, q.columns(way)...)
	}
	return fill("check_rules", pgsql.Holes{"rows": r.from(questions, way), "measures": pgsql.Join(columns, ",\n       ")})
}

// Width is how many columns of a scan's answer belong to the question.
func (q *Question) Width() int {
	if q.Aggregate {
		return 1 + len(q.Measures)
	}
	return 3
}

// columns are those of the scan that belong to a rule. A row rule has three: rows looked at, rows that are false, rows that are unknown;
// in place of the second a proof has its verdict. An aggregate rule has its verdict and then each measure as text.
func (q *Question) columns(way Way) []pgsql.Frag {
	if q.Aggregate {
		out := []pgsql.Frag{"(" + q.Condition + ")"}
		for _, m := range q.Measures {
			out = append(out, "("+m.SQL+")::text")
		}
		return out
	}
	where := pgsql.Frag("")
	looked := pgsql.Frag("count(*)")
	if q.Where != "" {
		where = "(" + q.Where + ") AND "
		looked = "count(*) FILTER (WHERE " + q.Where + ")"
	}
	switch {
	case q.Proven:
		return []pgsql.Frag{looked, "0", q.blank(where)}
	case way < q.Way():
		return []pgsql.Frag{looked, "(" + q.Needs.Proof + ")", q.blank(where)}
	}
	failed, unknown := q.counted()
	return []pgsql.Frag{looked, "count(*) FILTER (WHERE " + where + failed + ")", "count(*) FILTER (WHERE " + where + unknown + ")"}
}

// counted are the conditions of a row that fails and of one that cannot be judged, in their cheapest form. Postgres computes counts
// with one condition once, so rules that compare one column share the second.
func (q *Question) counted() (failed, unknown pgsql.Frag) {
	condition, there := q.Condition, q.Present
	if q.numbers && q.Loose != "" {
		condition = q.Loose
	}
	if q.numbers {
		there = q.LooseThere
	}
	failed, unknown = "NOT ("+condition+")", "("+condition+") IS NULL"
	if q.Loose != "" && !q.numbers {
		failed = "NOT (" + q.Loose + ") AND " + failed
	}
	if there != "" {
		unknown = "(" + there + ") IS NULL"
	}
	return failed, unknown
}

// blank counts the rows that a rule about uniqueness cannot judge, because one of its columns is NULL. The rule itself is not asked
// where a proof holds.
func (q *Question) blank(where pgsql.Frag) pgsql.Frag {
	if len(q.Needs.Unique) == 0 {
		return "0"
	}
	return "count(*) FILTER (WHERE " + where + "num_nulls(" + pgsql.List(q.Needs.Unique, func(c string) pgsql.Frag { return pgsql.Column("r", c) }) + ") > 0)"
}

// from is the relation that the questions are asked of, under the alias r.
func (r *Rules) from(questions []*Question, way Way) pgsql.Frag {
	rows := r.Subject.Rows + " r"
	if way == Plain {
		return rows
	}
	joins := joinText(questions)
	if way == Joined {
		return rows + joins
	}
	var names []string
	var windows []pgsql.Frag
	for _, q := range questions {
		for _, w := range q.Needs.Windows {
			if !slices.Contains(names, w.Name) {
				names = append(names, w.Name)
				windows = append(windows, w.SQL+" AS "+pgsql.Ident(w.Name))
			}
		}
	}
	return fill("check_rule_windows", pgsql.Holes{"windows": pgsql.Join(windows, ", "), "rows": rows + joins}) + " r" + joins
}

// joinText matches the rows with every relation of the questions. Rules that take different columns of one relation share it.
func joinText(questions []*Question) pgsql.Frag {
	var joins []join
	for _, q := range questions {
		for _, j := range q.joins {
			i := slices.IndexFunc(joins, func(o join) bool { return o.Alias == j.Alias })
			if i < 0 {
				j.Columns = slices.Clone(j.Columns)
				joins = append(joins, j)
				continue
			}
			for _, c := range j.Columns {
				if !slices.Contains(joins[i].Columns, c) {
					joins[i].Columns = append(joins[i].Columns, c)
				}
			}
		}
	}
	out := pgsql.Frag("")
	for _, j := range joins {
		var mine, theirs, taken []string
		for _, on := range j.On {
			mine, theirs = append(mine, on[0]), append(theirs, on[1])
		}
		taken = append(slices.Clone(theirs), slices.DeleteFunc(j.Columns, func(c string) bool { return slices.Contains(theirs, c) })...)
		alias := pgsql.Ident(j.Alias)
		out += "\nLEFT JOIN " + fill("check_rule_join", pgsql.Holes{"columns": pgsql.List(taken, func(c string) pgsql.Frag { return pgsql.Column("j", c) }),
			"found": pgsql.Ident("#found"), "rows": j.rows}) + " " + alias + " ON " + match(alias, theirs, "r", mine)
	}
	return out
}

// Failing is true of the rows that a row rule fails.
func (q *Question) Failing() pgsql.Frag {
	failing := "(" + q.Condition + ") IS FALSE"
	if q.NullsFail {
		failing = "(" + q.Condition + ") IS NOT TRUE"
	}
	return q.selected(failing)
}

// From is the relation that one rule is asked of alone, under the alias r.
func (r *Rules) From(q *Question) pgsql.Frag { return r.from([]*Question{q}, q.Way()) }

// Judge tells whether a row rule passes. Judged rows are those that are true or false, and the unknown ones where nulls fail.
// Nothing judged passes. With max_fail no more rows than that may fail, and at_least holds only where it is given; the comparison with
// it is exact. A rule in sql has no rows that it judges: each that its query returns has failed.
func Judge(rule model.Rule, looked, failed, unknown int64) (judged, bad int64, passes bool) {
	judged, bad = looked-unknown, failed
	if rule.NullsFail {
		judged, bad = looked, failed+unknown
	}
	if rule.MaxFail != nil && bad > *rule.MaxFail {
		return judged, bad, false
	}
	if rule.Query || rule.MaxFail != nil && rule.AtLeast == "" {
		return judged, bad, rule.MaxFail != nil || bad == 0
	}
	atLeast := big.NewRat(1, 1)
	if rule.AtLeast != "" {
		if _, ok := atLeast.SetString(rule.AtLeast); !ok {
			atLeast.SetInt64(1)
		}
	}
	need := new(big.Rat).Mul(atLeast, new(big.Rat).SetInt64(judged))
	return judged, bad, new(big.Rat).SetInt64(judged-bad).Cmp(need) >= 0
}
