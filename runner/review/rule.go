package review

import (
	"math/big"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// rules compares what is expected of a table, or of the result of a training set; rows says what is refused by them.
func (c *comparison) rules(of, rows string, before, after []model.Rule) {
	env, known := c.env(of)
	for _, p := range c.pairRules(before, after, env, known) {
		switch {
		case p.before == nil:
			note := rows + " may be refused that passed before"
			if p.after.Severity == diag.Warning {
				note = ""
			}
			t := ruleThing(of, p.after)
			c.add(report.ReviewChange{Kind: "rule_added", Danger: report.Safe, Object: t.name, After: oneLine(p.after.Text), Note: note, Place: t.at})
		case p.after == nil:
			danger, note := report.Risky, rows+" passes that was refused before"
			if p.before.Severity == diag.Warning {
				danger, note = report.Safe, ""
			}
			t := ruleThing(of, p.before)
			c.add(report.ReviewChange{Kind: "rule_removed", Danger: danger, Object: t.name, Before: oneLine(p.before.Text), Note: note, Place: t.at, Old: true})
		default:
			r := ruleComparison{c, ruleThing(of, p.after), of, *p.before, *p.after, env, known}
			r.compare()
		}
	}
}

// env is what rules about a table may mention, now; false when that is not known.
func (c *comparison) env(table string) (expression.Env, bool) {
	if c.after.Env == nil {
		return expression.Env{}, false
	}
	return c.after.Env(table)
}

// ruleThing names a rule by what it is about and its name; one without a name has the first alone, because what it says is shown beside it.
func ruleThing(name string, r *model.Rule) thing {
	if r.ID == name+"."+r.Name {
		name = r.ID
	}
	return thing{noun: "rule", name: name, at: r.Origin}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// pairRules matches rules by their id. What is left is matched by what it says: first a rule about the same things of which it can be told
// whether it became stricter or looser, then the only other one about the same columns.
func (c *comparison) pairRules(before, after []model.Rule, env expression.Env, known bool) []pair[model.Rule] {
	var m matching
	for _, p := range pairs(before, after, func(r *model.Rule) string { return r.ID }) {
		switch {
		case p.before == nil:
			m.come = append(m.come, p.after)
		case p.after == nil:
			m.gone = append(m.gone, p.before)
		default:
			m.found = append(m.found, p)
		}
	}
	m.match(func(b, a *model.Rule) bool { return oneLine(b.Text) == oneLine(a.Text) })
	m.match(func(b, a *model.Rule) bool {
		if !known || b.Query || !alike(b, a) {
			return false
		}
		switch expression.CompareConditions(b.Text, a.Text, env, true).Strictness {
		case expression.Same, expression.Stricter, expression.Looser:
			return true
		}
		return false
	})
	m.match(func(b, a *model.Rule) bool { return (len(b.Columns) > 0 || b.Query) && m.noRivals(b, a) })
	for _, a := range m.come {
		m.found = append(m.found, pair[model.Rule]{nil, a})
	}
	for _, b := range m.gone {
		m.found = append(m.found, pair[model.Rule]{b, nil})
	}
	return m.found
}

// matching is pairs that are found, and the rules for which none is yet.
type matching struct {
	found      []pair[model.Rule]
	gone, come []*model.Rule
}

// match pairs each rule that is gone with the first new one that fits.
func (m *matching) match(fits func(b, a *model.Rule) bool) {
	m.gone = slices.DeleteFunc(slices.Clone(m.gone), func(b *model.Rule) bool {
		i := slices.IndexFunc(m.come, func(a *model.Rule) bool { return fits(b, a) })
		if i < 0 {
			return false
		}
		m.found = append(m.found, pair[model.Rule]{b, m.come[i]})
		m.come = slices.Delete(m.come, i, i+1)
		return true
	})
}

// noRivals tells whether two rules speak of the same columns, and no others that are left do.
func (m *matching) noRivals(b, a *model.Rule) bool {
	return alike(b, a) && !slices.ContainsFunc(m.gone, func(o *model.Rule) bool { return o != b && alike(o, a) }) &&
		!slices.ContainsFunc(m.come, func(o *model.Rule) bool { return o != a && alike(b, o) })
}

// alike tells whether two rules speak of the same columns in the same way.
func alike(b, a *model.Rule) bool {
	return b.Query == a.Query && b.Aggregate == a.Aggregate && slices.Equal(sorted(b.Columns), sorted(a.Columns))
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

// ruleComparison is a rule before and after.
type ruleComparison struct {
	*comparison
	thing
	table         string
	before, after model.Rule
	env           expression.Env
	known         bool
}

// direction says what a change did to a rule.
type direction string

const (
	loosened  direction = "loosened"
	tightened direction = "tightened"
	other     direction = "changed"
)

func directionOf(looser bool) direction {
	if looser {
		return loosened
	}
	return tightened
}

// say adds a change of a rule. What only warns is safe, whatever becomes of it.
func (r ruleComparison) say(way direction, aspect, before, after, note string) {
	danger := report.Risky
	if way == tightened || r.before.Severity == diag.Warning && r.after.Severity == diag.Warning {
		danger = report.Safe
	}
	if note == "" {
		note = map[direction]string{loosened: "a batch passes that was refused before", tightened: "a batch may be refused that passed before"}[way]
	}
	object := r.name
	if aspect != "" && object == r.table { // which of its rules without a name
		object += " (" + oneLine(r.after.Text) + ")"
	}
	r.add(report.ReviewChange{Kind: "rule_" + string(way), Danger: danger, Object: object, Aspect: aspect, Before: before, After: after, Note: note, Place: r.at})
}

func (r ruleComparison) compare() {
	b, a := r.before, r.after
	r.expression()
	r.where()
	if before, after := share(b.AtLeast), share(a.AtLeast); before.Cmp(after) != 0 {
		r.say(directionOf(after.Cmp(before) < 0), "at_least", orOne(b.AtLeast), orOne(a.AtLeast), "")
	}
	if before, after := optional(b.MaxFail), optional(a.MaxFail); before != after {
		// Without a number, and without a share, no row may fail; a number beside a share is a second way to pass.
		looser := b.MaxFail == nil || a.MaxFail != nil && *a.MaxFail > *b.MaxFail
		r.say(directionOf(looser), "max_fail", before, after, "")
	}
	if b.Severity != a.Severity {
		r.say(directionOf(a.Severity == diag.Warning), "severity", severityOf(b.Severity == diag.Warning), severityOf(a.Severity == diag.Warning), "")
	}
	if b.NullsFail != a.NullsFail {
		r.say(directionOf(b.NullsFail), "nulls", nulls(b.NullsFail), nulls(a.NullsFail), "")
	}
	if b.Quarantine != a.Quarantine {
		note := "rows that fail refuse the batch again"
		if a.Quarantine {
			note = "rows that fail are set aside, and the rest is published"
		}
		r.say(directionOf(a.Quarantine), "on_fail", onFail(b.Quarantine), onFail(a.Quarantine), note)
	}
	if b.ID != a.ID && b.ID == r.table+"."+b.Name {
		r.say(other, "name", b.Name, oneLine(a.Name), "its history is kept under the old name")
	}
}

func share(s string) *big.Rat {
	if v, ok := new(big.Rat).SetString(s); ok {
		return v
	}
	return big.NewRat(1, 1)
}

func orOne(s string) string {
	if s == "" {
		return "1"
	}
	return s
}

func nulls(fail bool) string {
	if fail {
		return "fail"
	}
	return "pass"
}

func onFail(quarantine bool) string {
	if quarantine {
		return "quarantine"
	}
	return "refuse"
}

// expression compares what the rule says.
func (r ruleComparison) expression() {
	b, a := oneLine(r.before.Text), oneLine(r.after.Text)
	if b == a {
		return
	}
	if !r.known || r.before.Query || r.after.Query {
		r.say(other, "", b, a, "")
		return
	}
	got := expression.CompareConditions(r.before.Text, r.after.Text, r.env, !r.after.NullsFail)
	if got.Before != "" && got.After != "" {
		b, a = oneLine(got.Before), oneLine(got.After)
	}
	switch got.Strictness {
	case expression.Looser:
		r.say(loosened, "", b, a, "")
	case expression.Stricter:
		r.say(tightened, "", b, a, "")
	case expression.Same: // written otherwise
	default:
		r.say(other, "", b, a, "")
	}
}

// where compares which rows are judged: those for which where is true. Fewer rows are a looser rule.
func (r ruleComparison) where() {
	b, a := oneLine(r.before.WhereText), oneLine(r.after.WhereText)
	if b == a {
		return
	}
	way := other
	switch {
	case r.after.Aggregate: // a sum of fewer rows is neither more nor less strict
	case b == "":
		way = loosened
	case a == "":
		way = tightened
	case r.known:
		switch expression.CompareConditions(r.before.WhereText, r.after.WhereText, r.env, false).Strictness {
		case expression.Same:
			return
		case expression.Stricter:
			way = loosened
		case expression.Looser:
			way = tightened
		}
	}
	note := ""
	if way != other {
		note = map[direction]string{loosened: "fewer rows are judged", tightened: "more rows are judged"}[way]
	}
	r.say(way, "where", b, a, note)
}
