package plan

import (
	"fmt"
	"math/big"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Rules asks for all rules of a table, or for one of them, in one scan of a relation that has the columns of the batch.
type Rules struct {
	Rules  []model.Rule // with parameters bound
	Broken []diag.Diagnostic
	stage  pgsql.Frag
	key    []string
}

// Rules binds the rules of a table to the run's parameters, but for those that set rows aside.
func (t *Table) Rules() *Rules { return t.bind(func(r model.Rule) bool { return !r.Quarantine }) }

func (t *Table) bind(wanted func(model.Rule) bool) *Rules {
	out := &Rules{stage: t.Stage, key: t.Live.PrimaryKey}
	for _, r := range t.Load.Rules {
		if !wanted(r) {
			continue
		}
		bound := r
		var err error
		if bound.Condition, err = r.Condition.Bind(t.literals); err == nil {
			bound.Where, err = r.Where.Bind(t.literals)
		}
		bound.Measures = slices.Clone(r.Measures)
		for i := range bound.Measures {
			if err == nil {
				bound.Measures[i].SQL, err = r.Measures[i].SQL.Bind(t.literals)
			}
		}
		if err != nil {
			out.Broken = append(out.Broken, diag.Diagnostic{Place: r.Origin, Message: fmt.Sprintf("rule %q: %v", r.Name, err)})
			continue
		}
		out.Rules = append(out.Rules, bound)
	}
	return out
}

// Scan answers in one row: the number of rows, then for each rule its columns in order. A row rule has three: rows looked at,
// rows that are false, rows that are unknown. An aggregate rule has its verdict and then each measure as text.
func (r *Rules) Scan(rules []model.Rule) pgsql.Frag {
	columns := []pgsql.Frag{"count(*)"}
	for _, rule := range rules {
		columns = append(columns, measures(rule)...)
	}
	return fill("check_rules", pgsql.Holes{"stage": r.stage, "measures": pgsql.Join(columns, ",\n       ")})
}

func measures(rule model.Rule) []pgsql.Frag {
	if rule.Aggregate {
		out := []pgsql.Frag{"(" + rule.Condition + ")"}
		for _, m := range rule.Measures {
			out = append(out, "("+m.SQL+")::text")
		}
		return out
	}
	where := pgsql.Frag("")
	looked := pgsql.Frag("count(*)")
	if rule.Where != "" {
		where = "(" + rule.Where + ") AND "
		looked = "count(*) FILTER (WHERE " + rule.Where + ")"
	}
	return []pgsql.Frag{looked,
		"count(*) FILTER (WHERE " + where + "NOT (" + rule.Condition + "))",
		"count(*) FILTER (WHERE " + where + "(" + rule.Condition + ") IS NULL)"}
}

// Width is how many columns of the scan's answer belong to a rule.
func Width(rule model.Rule) int {
	if rule.Aggregate {
		return 1 + len(rule.Measures)
	}
	return 3
}

// Samples finds a few rows that a row rule fails, in source order: file, line, key as json, values as json.
func (r *Rules) Samples(rule model.Rule) pgsql.Frag {
	return fill("check_rule_samples", pgsql.Holes{"stage": r.stage, "failing": failing(rule), "key_text": textList("r", r.key),
		"values": textList("r", rule.Columns), "file": pgsql.Column("r", fileColumn), "line": pgsql.Column("r", lineColumn)})
}

// Judge tells whether a row rule passes. Judged rows are those that are true or false, and the unknown ones where nulls fail.
// Nothing judged passes. The comparison with at_least is exact.
func Judge(rule model.Rule, looked, failed, unknown int64) (judged, bad int64, passes bool) {
	judged, bad = looked-unknown, failed
	if rule.NullsFail {
		judged, bad = looked, failed+unknown
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
