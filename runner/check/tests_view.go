package check

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
	"streamflow/runner/trial"
)

// checkViewTest resolves a test of a feature view: rows of its source, and what it gives for keys at times.
func (p *pass) checkViewTest(s *spec.Test) {
	p.unfit("X460", "a view is tried with given:, entities: and expect_rows:", "does not go with feature_view",
		givenKey{s.HasRows, s.Place, "rows:"}, givenKey{s.HasBefore, s.Place, "before:"}, givenKey{len(s.Expect.Entries) > 0, s.Expect.Place, "expect:"},
		givenKey{s.AsOf.Set, s.AsOf.Place, "as_of:"}, givenKey{len(s.Params.Entries) > 0, s.Params.Place, "params:"})
	v, ok := p.store.views[s.FeatureView.Value]
	if !ok {
		p.unknownView(s.FeatureView)
		return
	}
	zone, err := time.LoadLocation(p.project.Timezone)
	if err != nil || v.unclear || v.missing || v.entity == nil || v.entity.unclear || len(v.model.Keys) != len(v.model.Entity.Key) || v.source.EventTime == "" {
		return // a fault that is reported
	}
	before := p.list.Count(diag.Error)
	out := &trial.ViewTest{Name: s.Name.Value, Place: place(s.Name.Place, s.Place), View: v.model, Zone: zone, Programs: map[string]*expression.Program{}}
	for _, d := range v.model.Derived {
		out.Programs[d.Name] = p.programs[d.Origin]
	}
	p.givenSource(v, s, out)
	p.askedRows(v, s, out)
	if p.list.Count(diag.Error) == before {
		p.suite.Views = append(p.suite.Views, out)
	}
}

// givenSource reads the rows of what the view reads.
func (p *pass) givenSource(v *view, s *spec.Test, out *trial.ViewTest) {
	name := trial.Reads(v.model)
	for _, e := range s.Given.Entries {
		if e.Key.Value != name {
			p.fault("X460", e.Key.Place, "give rows of "+name, "feature view %q does not read %q", v.model.Name, e.Key.Value)
			p.mendName(e.Key, []string{name})
			continue
		}
		out.Rows = p.givenRows(rowsTable(v.source.kind, name, v.source.Columns), e.Value)
	}
}

// rowsTable is a table of columns, for rows that are written by hand.
func rowsTable(noun, name string, columns []model.Column) *table {
	out := &table{spec: &spec.Table{}, load: &model.Load{Table: model.Table{Name: name, Columns: columns}}, name: spec.Str{Value: name, Set: true}, noun: noun}
	for _, c := range columns {
		out.spec.Columns.Entries = append(out.spec.Columns.Entries, spec.Entry[*spec.Column]{Key: spec.Str{Value: c.Name, Set: true}, Value: &spec.Column{}})
	}
	return out
}

// askedRows reads what the view is asked for and what it must give, row by row.
func (p *pass) askedRows(v *view, s *spec.Test, out *trial.ViewTest) {
	if len(s.Entities) == 0 {
		p.fault("X460", out.Place, "write entities: with the columns of the key and event_timestamp", "the test asks for nothing")
		return
	}
	if len(s.Entities) != len(s.ExpectRows) {
		p.fault("X460", out.Place, "write one row of expect_rows for each of entities", "the test asks for %s and expects %s", counted(len(s.Entities), "row"), counted(len(s.ExpectRows), "row"))
		return
	}
	for i, row := range s.Entities {
		a := trial.Asked{Type: timeOf(row)}
		key := append(slices.Clone(v.model.Entity.Key), model.Column{Name: model.EventTimestamp, Type: a.Type})
		asked := p.givenRow(rowsTable("the key of", v.model.Name, key), row)
		for _, k := range key {
			if _, given := row.Cell(k.Name); !given {
				p.fault("X460", row.Place, "write "+k.Name+": ...", "the row has no %s", k.Name)
			}
		}
		for _, k := range v.model.Entity.Key {
			a.Keys = append(a.Keys, asked[k.Name])
		}
		a.Time = asked[model.EventTimestamp]
		p.expectedRow(v, s.ExpectRows[i], key, asked, &a)
		out.Asked = append(out.Asked, a)
	}
}

// expectedRow reads the features that a row must have. What it says of the key and the time must be what is asked for.
func (p *pass) expectedRow(v *view, row spec.Row, key []model.Column, asked expression.Row, a *trial.Asked) {
	columns := slices.Clone(key)
	for _, f := range v.model.Offers() {
		columns = append(columns, model.Column{Name: f.Name, Type: f.Type})
	}
	expected := p.givenRow(rowsTable("feature view", v.model.Name, columns), row)
	for _, cell := range row.Cells {
		i := slices.IndexFunc(columns, func(c model.Column) bool { return c.Name == cell.Key.Value })
		switch {
		case i < 0: // reported
		case i >= len(key):
			a.Expect = append(a.Expect, trial.Cell{Name: columns[i].Name, Type: columns[i].Type, Value: expected[columns[i].Name], Place: cell.Value.Place})
		case expression.FormatDatum(expected[columns[i].Name], columns[i].Type) != expression.FormatDatum(asked[columns[i].Name], columns[i].Type):
			p.fault("X460", cell.Value.Place, "rows of expect_rows stand in the order of entities", "%s is %s in the row of entities", columns[i].Name, expression.FormatDatum(asked[columns[i].Name], columns[i].Type))
		}
	}
	if len(a.Expect) == 0 {
		p.fault("X460", row.Place, fmt.Sprintf("its features are %s", some(features(v.model))), "the row expects no feature")
	}
}

func features(v *model.FeatureView) []string {
	var out []string
	for _, f := range v.Offers() {
		out = append(out, f.Name)
	}
	return out
}

var (
	dateOnly = regexp.MustCompile(`^\s*\d{4}-\d{2}-\d{2}\s*$`)
	zoned    = regexp.MustCompile(`(?i)(z|[+-]\d{2}(:?\d{2})?)\s*$`)
)

// timeOf is the type of the event_timestamp of a row, as it is written: a date, or a timestamp with or without a zone.
func timeOf(row spec.Row) model.Type {
	name := "timestamptz"
	switch at, given := row.Cell(model.EventTimestamp); {
	case !given:
	case dateOnly.MatchString(at.Text.Value):
		name = "date"
	case !zoned.MatchString(at.Text.Value):
		name = "timestamp"
	}
	out, _ := model.ParseType(name)
	return out
}
