package check

import (
	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// Tried is an expression about a table that no spec holds, compiled as a rule would be. Where it is a value and no condition, the rule has
// it as its only measure.
type Tried struct {
	Whole   model.Rule
	Parts   []model.Rule // the conditions that it is made of
	Type    string       // as Postgres calls it
	IsValue bool
	Ordered bool // the values have a least and a greatest
}

// Try compiles an expression against a table of a project without faults. The places of the findings are in the one line of their text,
// and their file is its name: "expression" or "where".
func Try(tree *spec.Tree, table, text, where string) (Tried, diag.List) {
	p := checked(tree)
	t := p.tables[table]
	if t == nil {
		return Tried{}, diag.List{{Message: "table " + table + " is not declared"}}
	}
	trial, faults, whereFaults := expression.Try(text, where, p.ruleEnv(t))
	list := append(tryFaults("expression", faults), tryFaults("where", whereFaults)...)
	if list.HasErrors() {
		return Tried{}, list
	}
	out := Tried{Whole: tryRule(table, trial, where), Type: trial.Type.Name, IsValue: trial.Value.SQL != ""}
	if out.IsValue {
		out.Whole.Condition, out.Whole.Measures = "("+trial.Value.SQL+") IS NOT NULL", []model.Measure{trial.Value}
		out.Whole.Loose, out.Whole.Present, out.Whole.LooseThere = "", "", ""
		switch trial.Type.Family {
		case model.Integer, model.Numeric, model.Float, model.Text, model.Date, model.Time, model.Timestamp, model.TimestampTZ, model.Interval:
			out.Ordered = true
		}
	}
	for _, part := range trial.Parts {
		out.Parts = append(out.Parts, tryRule(table, part, where))
	}
	return out, list
}

func tryRule(table string, t expression.Trial, where string) model.Rule {
	out := t.Compiled(t.Text, where)
	out.Name, out.ID = t.Text, table+"."+t.Text
	return out
}

func tryFaults(file string, faults []expression.Fault) diag.List {
	var out diag.List
	for _, f := range faults {
		out.Add(diag.Diagnostic{Place: diag.Place{File: file, Line: 1, Col: f.From + 1, EndLine: 1, EndCol: f.To + 1}, Severity: f.Severity, ID: f.ID, Name: f.Name,
			Message: f.Message, Hint: f.Hint})
	}
	return out
}
