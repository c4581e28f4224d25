package check

import (
	"slices"

	"streamflow/runner/expression"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkValues compiles the value expressions of a table.
func (p *pass) checkValues(t *table) {
	env := p.env(t)
	env.FileName = true
	declared := map[string]*spec.Column{}
	for _, e := range t.spec.Columns.Entries {
		declared[e.Key.Value] = e.Value
	}
	for i, c := range t.load.Table.Columns {
		s := declared[c.Name]
		if s == nil || !s.Value.Set {
			continue
		}
		v, faults := expression.CompileValue(s.Value.Value, env, c.Type)
		if c.Type.Family == model.NoFamily { // reported as T303; what the value is worth cannot be told
			faults = slices.DeleteFunc(faults, func(f expression.Fault) bool { return f.ID == "E403" })
		}
		p.expressionFaults(t, s.Value, faults)
		p.checkShadowed(t, s.Value)
		t.load.Reading[i].Value = &model.Value{SQL: v.SQL, Text: s.Value.Value, Uses: v.Columns, Origin: s.Value.Place}
		for _, used := range v.Columns {
			// What is computed from personal data is personal data.
			if from := t.load.Table.Column(used); from != nil && from.PII {
				t.load.Table.Columns[i].PII = true
			}
			if u := declared[used]; used != c.Name && u != nil && u.Value.Set {
				p.fault("T310", s.Value.Place, "repeat its expression here", "the value of %q uses %q, which is computed itself", c.Name, used)
			}
		}
	}
}
