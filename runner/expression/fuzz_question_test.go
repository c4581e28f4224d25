package expression_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// asked is one expression as both sides are asked for it. A rule without a type is a condition; one with a type is a value.
type asked struct {
	Rule  string              `json:"rule"`
	Where string              `json:"where,omitempty"`
	Type  string              `json:"type,omitempty"`
	Rows  []map[string]string `json:"rows,omitempty"`
}

// answers are texts, one for each row; nil is NULL.
type answers []*string

// question is a compiled expression: what Postgres computes, and what the program answers for all rows.
type question struct {
	asked
	columns   []string // SQL of texts
	windows   []string // columns that all rows are looked at for
	aggregate bool
	memory    func([]expression.Row, expression.World) (answers, error) // columns of each row, one row after the other
}

// compile makes a question, or says why the expression is refused. Rules that look elsewhere are not asked.
func compile(t *testing.T, e expression.Env, a asked) (*question, error) {
	if a.Type != "" {
		want := typ(t, a.Type)
		v, faults := expression.CompileValue(a.Rule, e, want)
		if v.SQL == "" {
			return nil, fmt.Errorf("%v", faults)
		}
		sql := bind(t, v.SQL)
		if want.Family == model.TimestampTZ {
			sql = "regexp_replace((" + sql + " AT TIME ZONE 'UTC')::text, '([0-9])( BC)?$', '\\1+00\\2')"
		}
		return &question{asked: a, columns: []string{sql}, memory: computed(v, want)}, nil
	}
	rule, faults, whereFaults := expression.CompileRule(a.Rule, a.Where, e)
	if rule.SQL == "" {
		return nil, fmt.Errorf("%v %v", faults, whereFaults)
	}
	if n := rule.Needs; len(n.Joins)+len(n.Values)+len(n.Earlier)+len(n.Tables) > 0 {
		return nil, fmt.Errorf("it looks elsewhere")
	}
	marks := map[string]pgsql.Frag{model.RowsMark: "judged", model.ColumnsMark: "'{}'::text[]", model.OrderMark: `r."#"`}
	q := &question{asked: a, aggregate: rule.Aggregate, columns: []string{world(t, rule.SQL, marks)}}
	for _, w := range rule.Needs.Windows {
		q.windows = append(q.windows, world(t, w.SQL, marks)+" AS "+string(pgsql.Ident(w.Name)))
	}
	switch {
	case rule.Aggregate:
		for _, m := range rule.Measures {
			q.columns = append(q.columns, world(t, m.SQL, marks))
		}
	case rule.Where != "":
		q.columns = append(q.columns, world(t, rule.Where, marks))
	default: // the cheaper forms keep what they promise
		c := q.columns[0]
		if rule.Loose != "" {
			q.columns = append(q.columns, "(CASE WHEN "+c+" IS FALSE THEN ("+world(t, rule.Loose, marks)+") IS FALSE ELSE true END)")
		}
		if rule.Present != "" {
			q.columns = append(q.columns, "(("+world(t, rule.Present, marks)+") IS NULL) = ("+c+" IS NULL)")
		}
	}
	q.memory = judged(rule, len(q.columns))
	return q, nil
}

func text(s string) *string { return &s }

func computed(v expression.Value, want model.Type) func([]expression.Row, expression.World) (answers, error) {
	return func(rows []expression.Row, w expression.World) (out answers, err error) {
		for _, row := range rows {
			d, err := v.Program.Compute(row, w)
			if err != nil {
				return nil, err
			}
			out = append(out, datumText(d, want))
		}
		return out, nil
	}
}

func datumText(d expression.Datum, t model.Type) *string {
	if d == nil {
		return nil
	}
	return text(expression.FormatDatum(d, t))
}

func verdictText(v expression.Verdict) *string {
	if v == expression.Unknown {
		return nil
	}
	return text(v.String())
}

func judged(rule expression.Rule, columns int) func([]expression.Row, expression.World) (answers, error) {
	return func(rows []expression.Row, w expression.World) (out answers, err error) {
		if rule.Aggregate {
			v, measures, err := rule.Program.JudgeAll(rows, w)
			out = append(out, verdictText(v))
			for _, m := range measures {
				out = append(out, datumText(m, model.Type{}))
			}
			return out, err
		}
		verdicts, err := rule.Program.Judge(rows, w)
		for _, v := range verdicts {
			out = append(out, verdictText(v))
			for range columns - 1 {
				switch {
				case rule.Where == "":
					out = append(out, text("true"))
				case v == expression.NotLooked:
					out = append(out, text("not looked at"))
				default:
					out = append(out, text("looked at"))
				}
			}
		}
		return out, err
	}
}

// same tells whether two answers agree. A float of minus zero is zero in memory, and a measure of type float shows a number.
func (q *question) same(column int, database, memory *string) bool {
	if database == nil || memory == nil {
		return database == memory
	}
	if *database == *memory {
		return true
	}
	if strings.HasPrefix(q.Type, "real") || strings.HasPrefix(q.Type, "double") {
		return *database == "-0" && *memory == "0"
	}
	if q.aggregate && column > 0 {
		a, errA := strconv.ParseFloat(*database, 64)
		b, errB := strconv.ParseFloat(*memory, 64)
		return strings.Contains(*database, "e") && errA == nil && errB == nil && a == b || *database == "-0" && *memory == "0" || strings.HasSuffix(*memory, *database+"+00") || strings.Contains(*database, ":")
	}
	return false
}
