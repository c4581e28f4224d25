package imports

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
)

// GreatExpectations reads a suite of Great Expectations, 0.13 to 1.x, and writes it as the expectations of a table. File is the suite's
// name for people. The error says that the text is no suite.
func GreatExpectations(data []byte, file string, t Table) (Result, error) {
	s, err := readSuite(data)
	if err != nil {
		return Result{}, err
	}
	out := Result{Suite: s.Name, Version: s.version()}
	said := map[string]int{}
	for i, e := range *s.Expectations {
		item := carry(s, e, t)
		item.Index = i
		if item.Rule != nil {
			r := *item.Rule
			r.Description = ""
			key := fmt.Sprintf("%#v", r)
			if first, ok := said[key]; ok {
				item.Rule, item.SameAs = nil, &first
			} else {
				said[key] = i
			}
		}
		out.Items = append(out.Items, item)
	}
	out.YAML = write(out, file, t.Name, words(s.Notes))
	return out, nil
}

// carry turns one expectation into a rule, or says why not.
func carry(s *suite, e expectation, t Table) Item {
	a := &arguments{table: t, suite: s, kwargs: e.Kwargs, read: map[string]bool{}}
	item := Item{Type: e.name(), About: about(e.Kwargs)}
	known := find(e.name())
	if known == nil {
		item.Refused = "this expectation is not one of Great Expectations' own, so its meaning is unknown here"
		if hint := diag.DidYouMean(e.name(), names()); hint != "" {
			item.Refused += ": " + hint
		}
		return item
	}
	if known.build == nil {
		item.Refused = known.Why
		return item
	}
	d := &draft{arguments: a, old: e.Type == ""}
	known.build(d)
	item.Notes = a.notes
	if d.always == "" {
		d.finish(e)
	}
	a.rest()
	switch {
	case a.err != nil:
		item.Refused, item.Notes = a.err.Error(), nil
	case d.always != "":
		item.Always = d.always
	default:
		item.Rule = &d.Rule
		item.Notes = a.notes
		item.Refused = refusal(d.Rule, t)
		if item.Refused != "" {
			item.Rule = nil
		}
	}
	return item
}

// refusal compiles a rule and says why the rule language does not take it, or "".
func refusal(r Rule, t Table) string {
	if r.Query {
		return ""
	}
	_, faults, more := expression.CompileRule(r.Text, r.Where, t.Env)
	for _, f := range append(faults, more...) {
		if f.Severity == diag.Error {
			return fmt.Sprintf("%s (as a rule: %s)", f.Message, r.Text)
		}
	}
	return ""
}

// draft is a rule in the making.
type draft struct {
	*arguments
	Rule
	old       bool   // of a suite of 0.x
	always    string // why there is nothing to write
	aggregate bool   // there is no mostly
	rows      string // which rows are looked at, beside the row condition
}

// finish adds what is the same for all expectations: mostly, the row condition, severity and words for people.
func (d *draft) finish(e expectation) {
	d.Where = both(d.where(), d.rows)
	if mostly := d.number("mostly"); mostly != "" && mostly != "1" {
		share, ok := exact(mostly)
		switch {
		case !ok || share.Sign() < 0 || share.Cmp(big.NewRat(1, 1)) > 0:
			d.fail("mostly is %s, and a share is a number from 0 to 1", mostly)
		case d.aggregate:
			d.note("mostly says nothing here, and is left out")
		default:
			d.AtLeast = mostly
		}
	}
	description, left := e.description()
	d.Description = description
	if len(left) > 0 {
		d.note("left out of its meta: %s", strings.Join(left, ", "))
	}
	severity := e.Severity
	if severity == nil {
		severity = e.Kwargs["severity"]
	}
	switch severity {
	case nil, "critical":
	case "warning":
		d.Warning = true
	case "info":
		d.Warning = true
		d.note("its severity is info; it is a warning here")
	default:
		d.fail("the severity %s is not known", shown(severity))
	}
}

// both joins two conditions of which each may be empty.
func both(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	wrap := func(s string) string {
		if strings.Contains(s, " or ") {
			return parenthesized(s)
		}
		return s
	}
	return wrap(a) + " and " + wrap(b)
}

// about names the columns of an expectation for people.
func about(kwargs map[string]any) string {
	var out []string
	for _, key := range []string{"column", "column_A", "column_B", "column_list"} {
		switch v := kwargs[key].(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, e := range v {
				if s, ok := e.(string); ok {
					out = append(out, s)
				}
			}
		}
	}
	return strings.Join(out, ", ")
}

func find(name string) *Expectation {
	for i := range known {
		if known[i].Name == name || slices.Contains(known[i].Others, name) {
			return &known[i]
		}
	}
	return nil
}

func names() []string {
	var out []string
	for _, e := range known {
		out = append(out, e.Name)
	}
	return out
}

// known is what expectations are looked up in; nothing writes to it.
var known = Expectations()

// zero tells whether a parameter is a number that is not above zero.
func zero(v any) bool {
	n, ok := v.(json.Number)
	if !ok {
		return false
	}
	f, err := n.Float64()
	return err == nil && f <= 0
}
