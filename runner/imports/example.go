package imports

import (
	"encoding/json"
	"fmt"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// exampleColumns are the columns that the examples speak of, with their types.
var exampleColumns = [][2]string{{"amount", "numeric"}, {"count", "integer"}, {"code", "text"}, {"kind", "text"}, {"day", "date"}, {"due", "date"}, {"paid", "boolean"}}

// ExampleTable is the table that the examples are about. Beside it there is a table others.
func ExampleTable() Table {
	out := Table{Name: "examples"}
	for _, c := range exampleColumns {
		typ, err := model.ParseType(c[1])
		if err != nil {
			continue // there is a test
		}
		out.Columns = append(out.Columns, model.Column{Name: c[0], Type: typ, Nullable: true})
		out.Env.Columns = append(out.Env.Columns, expression.Column{Name: c[0], Type: typ, Nullable: true})
	}
	out.Env.Tables = []expression.Relation{{Name: "others", Columns: out.Env.Columns}}
	return out
}

// Example is the rule that the example becomes. An expectation without a rule has none: ok is false.
func (e Expectation) Example() (rule Rule, ok bool, err error) {
	if e.build == nil {
		return Rule{}, false, nil
	}
	key := "expectation_type"
	if e.Later {
		key = "type"
	}
	out, err := GreatExpectations(fmt.Appendf(nil, `{"expectations": [{"%s": "%s", "kwargs": %s}]}`, key, e.Name, e.Kwargs), "", ExampleTable())
	if err != nil {
		return Rule{}, true, fmt.Errorf("%s: %w", e.Name, err)
	}
	item := out.Items[0]
	if item.Rule == nil {
		return Rule{}, true, fmt.Errorf("the example of %s is no rule: %s%s", e.Name, item.Refused, item.Always)
	}
	return *item.Rule, true, nil
}

// String is a rule on one line: its text, and what else there is to it.
func (r Rule) String() string {
	out := []string{"`" + code(r.Text) + "`"}
	if r.Query {
		out = []string{"`sql: " + code(r.Text) + "`"}
	}
	if r.Where != "" {
		out = append(out, "`where: "+code(r.Where)+"`")
	}
	if r.AtLeast != "" {
		out = append(out, "`at_least: "+r.AtLeast+"`")
	}
	if r.NullsFail {
		out = append(out, "`nulls: fail`")
	}
	return strings.Join(out, ", ")
}

// code is a text that stands between backquotes: a text of the rule language in backquotes is written with double ones.
func code(s string) string {
	for {
		from := strings.Index(s, "`")
		if from < 0 {
			return s
		}
		length := strings.Index(s[from+1:], "`")
		if length < 0 {
			return s
		}
		inner, err := json.Marshal(s[from+1 : from+1+length])
		if err != nil {
			return s
		}
		s = s[:from] + string(inner) + s[from+length+2:]
	}
}
