package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Lookup is an aggregate of other rows of the judged table that has to be known before a rule is asked.
type Lookup struct {
	model.Elsewhere
	Dated pgsql.Frag // Date with its parameters; "" means the newest earlier partition
	Value Value
}

// Value is what was found for a lookup. With a Reason nothing was.
type Value struct {
	Text   string // as Postgres prints it
	Null   bool
	Reason string
}

// Key tells lookups apart: those with one key have one value.
func (l Lookup) Key() string {
	return strings.Join([]string{l.Text, string(l.SQL), string(l.Dated)}, "\x01")
}

// Shown is how a lookup is written in a rule.
func (l Lookup) Shown() string {
	if l.Dated == "" {
		return "previous(" + l.Text + ")"
	}
	return "snapshot(" + l.Text + ", ...)"
}

// Lookups are what has to be found before the rules are bound, each once. Rules whose parameters have no values are passed over: Bind
// says so.
func (s *Subject) Lookups(rules []model.Rule) []Lookup {
	var out []Lookup
	seen := map[string]bool{}
	for _, rule := range rules {
		list, err := s.lookups(rule)
		if err != nil || s.lacks(rule) != "" {
			continue
		}
		for _, l := range list {
			if !seen[l.Key()] {
				seen[l.Key()] = true
				out = append(out, l)
			}
		}
	}
	return out
}

// lookups binds the values of other dates that a rule compares with. Where one reads its rows once more, they are those of a date that is
// not known yet, so that Recompute puts them in.
func (s *Subject) lookups(rule model.Rule) ([]Lookup, error) {
	var out []Lookup
	marks := map[string]pgsql.Frag{model.RowsMark: pgsql.Param(model.RowsMark)}
	maps.Copy(marks, s.Literals)
	for _, e := range rule.Needs.Values {
		l := Lookup{Elsewhere: e}
		var err error
		if l.SQL, err = e.SQL.Bind(marks); err != nil {
			return nil, err
		}
		if l.Dated, err = e.Date.Bind(s.Literals); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Recompute answers with the aggregate of a lookup over a freeze, as text.
func (l Lookup) Recompute(f Frozen) pgsql.Frag {
	value := pgsql.Frag(strings.ReplaceAll(string(l.SQL), string(pgsql.Param(model.RowsMark)), string(f.Rows)))
	return fill("check_rule_elsewhere", pgsql.Holes{"value": value, "rows": f.Rows})
}

// DateOf answers with the date that an expression of parameters means.
func DateOf(date pgsql.Frag) pgsql.Frag { return fill("check_rule_date", pgsql.Holes{"date": date}) }

// lacks says which column of a rule the rows do not have; "" when they have all.
func (s *Subject) lacks(rule model.Rule) string {
	for _, c := range rule.Columns {
		if slices.Contains(s.Lacking, c) {
			return fmt.Sprintf("%s has no column %s", s.Label, c)
		}
	}
	return ""
}

// bind gives a rule everything that it needs, or says why it is skipped. The error is that of a parameter without a value.
func (s *Subject) bind(rule model.Rule, values map[string]Value) (*Question, error) {
	q := &Question{Rule: rule, Reason: s.lacks(rule)}
	if q.Reason != "" {
		return q, nil
	}
	marks := maps.Clone(s.Literals)
	if marks == nil {
		marks = map[string]pgsql.Frag{}
	}
	marks[model.RowsMark] = s.Rows
	marks[model.ColumnsMark] = "ARRAY[" + pgsql.List(s.Held, pgsql.Literal) + "]::text[]"
	if s.Placed {
		marks[model.OrderMark] = pgsql.Column("r", fileColumn) + ", " + pgsql.Column("r", lineColumn)
	} else if rule.Needs.Ordered {
		return skip(q, s.Label+" does not remember the order of its source")
	}
	for _, name := range rule.Needs.Tables {
		other, ok := s.Other(name)
		if !ok {
			return skip(q, "no spec declares the table "+name)
		}
		marks[model.TableMark(name)] = other.Rows
	}
	var err error
	if q.found, err = s.lookups(rule); err != nil {
		return nil, err
	}
	for i := range q.found {
		l := &q.found[i]
		if l.Value = values[l.Key()]; l.Value.Reason != "" {
			q.Reason, q.measured = l.Value.Reason, rule.Aggregate
			if !q.measured {
				return q, nil
			}
		}
		marks[l.Mark] = "NULL::" + pgsql.Frag(l.Type.Name)
		if l.Value.Reason == "" && !l.Value.Null {
			marks[l.Mark] = pgsql.Typed(l.Value.Text, pgsql.Frag(l.Type.Name))
		}
	}
	if reason := s.bindEarlier(q, marks, values); reason != "" {
		return skip(q, reason)
	}
	if reason := s.bindJoins(q); reason != "" {
		return skip(q, reason)
	}
	if q.Query {
		q.pieces = pieces(q.Condition, s.Literals)
	}
	q.numbers = s.Placed && !slices.ContainsFunc(rule.Columns, func(name string) bool {
		c := s.Table.Column(name)
		return c == nil || c.Type.Family == model.Float || c.Type.Family == model.Array
	})
	if q.Proven = s.Keyed && proven(s.Table.PrimaryKey, rule.Needs.Unique); q.Proven {
		q.Needs.Unique = slices.DeleteFunc(slices.Clone(rule.Needs.Unique), func(c string) bool { return slices.Contains(s.Table.PrimaryKey, c) }) // a key is never NULL
	}
	return q, q.bindText(marks)
}

func skip(q *Question, reason string) (*Question, error) {
	q.Reason, q.measured = reason, false
	return q, nil
}

// proven tells whether a key says that columns are unique: every column of it is among them.
func proven(key, columns []string) bool {
	return len(key) > 0 && !slices.ContainsFunc(key, func(c string) bool { return !slices.Contains(columns, c) })
}

// bindEarlier finds the freezes that a rule reads whole. The date of one that is named is among the values, by its text.
func (s *Subject) bindEarlier(q *Question, marks map[string]pgsql.Frag, values map[string]Value) string {
	for _, e := range q.Needs.Earlier {
		f, reason := s.earlier(e.Columns)
		if e.Date != "" {
			date, err := e.Date.Bind(s.Literals)
			if err != nil {
				return err.Error()
			}
			v := values[string(date)]
			if f, reason = s.dated(v.Text, e.Columns); v.Reason != "" || v.Null {
				reason = "its date is not known"
			}
		}
		if reason != "" {
			return reason
		}
		marks[e.Mark] = f.Rows
	}
	return ""
}

// Dates are the dates of freezes that rules read whole, to be found before they are bound. Their values are known by their text.
func (s *Subject) Dates(rules []model.Rule) []pgsql.Frag {
	var out []pgsql.Frag
	for _, rule := range rules {
		for _, e := range rule.Needs.Earlier {
			if date, err := e.Date.Bind(s.Literals); err == nil && date != "" && !slices.Contains(out, date) {
				out = append(out, date)
			}
		}
	}
	return out
}

func (s *Subject) earlier(columns []string) (Frozen, string) {
	f, ok, found := s.Before(columns)
	switch {
	case ok:
		return f, ""
	case s.AsOf == "":
		return f, s.Label + " has no as_of, so nothing is earlier"
	case found:
		return f, fmt.Sprintf("no earlier freeze of %s holds %s", s.Name, strings.Join(columns, ", "))
	}
	return f, fmt.Sprintf("nothing of %s is frozen before %s", s.Name, s.AsOf)
}

func (s *Subject) dated(date string, columns []string) (Frozen, string) {
	f, ok, found := s.At(date, columns)
	switch {
	case ok:
		return f, ""
	case found:
		return f, fmt.Sprintf("the freeze of %s of %s does not hold %s", s.Name, date, strings.Join(columns, ", "))
	}
	return f, fmt.Sprintf("nothing of %s is frozen for %s", s.Name, date)
}

// bindJoins finds the relations that the rows are matched with.
func (s *Subject) bindJoins(q *Question) string {
	for _, j := range q.Needs.Joins {
		if j.Kind == model.Before {
			f, reason := s.earlier(j.Columns)
			if reason != "" {
				return reason
			}
			q.joins = append(q.joins, join{Join: j, rows: f.Rows})
			continue
		}
		other, ok := s.Other(j.Table)
		if !ok {
			return "no spec declares the table " + j.Table
		}
		q.joins = append(q.joins, join{Join: j, rows: other.Rows})
	}
	return ""
}

// bindText puts everything in the place of its mark.
func (q *Question) bindText(marks map[string]pgsql.Frag) error {
	q.Measures, q.Needs.Windows = slices.Clone(q.Measures), slices.Clone(q.Needs.Windows)
	texts := []*pgsql.Frag{&q.Condition, &q.Where, &q.Loose, &q.Present, &q.LooseThere, &q.Needs.Proof}
	for i := range q.Measures {
		texts = append(texts, &q.Measures[i].SQL)
	}
	for i := range q.Needs.Windows {
		texts = append(texts, &q.Needs.Windows[i].SQL)
	}
	for _, text := range texts {
		bound, err := text.Bind(marks)
		if err != nil {
			return err
		}
		*text = bound
	}
	return nil
}

// Elsewhere returns what was found elsewhere for a rule, with its values.
func (q *Question) Elsewhere() []Lookup { return q.found }
