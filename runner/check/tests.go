package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
	"streamflow/runner/trial"
)

// maxNearKeys is how many rows of a test a key that none of them has is compared with: all wrong keys times all rows would take minutes.
const maxNearKeys = 100

// checkTests resolves what the tests of one document speak of.
func (p *pass) checkTests(d *spec.Tests) {
	names := map[string]diag.Place{}
	for _, s := range d.Tests {
		if first, twice := names[s.Name.Value]; twice && s.Name.Set {
			p.fault("X460", s.Name.Place, "say what this one shows", "two tests of the file are called %q", s.Name.Value)
			p.relate(first, "the first one")
		} else {
			names[s.Name.Value] = s.Name.Place
		}
		p.checkTest(s)
	}
}

func (p *pass) checkTest(s *spec.Test) {
	if s.FeatureView.Set {
		p.checkViewTest(s)
		return
	}
	if len(s.Entities)+len(s.ExpectRows) > 0 {
		p.fault("X460", place(s.Name.Place, s.Place), "write feature_view: NAME", "entities: and expect_rows: are for tests of a feature view")
	}
	t, file := p.tested(s)
	if t == nil {
		return
	}
	before := p.list.Count(diag.Error)
	out := &trial.Test{Name: s.Name.Value, Place: place(s.Name.Place, s.Place)}
	for _, r := range p.suite.Rules {
		if r.Table == t.name.Value && (file == "" || r.Origin.File == file) {
			out.Rules = append(out.Rules, r)
		}
	}
	if !s.HasRows {
		p.fault("X460", out.Place, "write rows: with a list of them", "the test has no rows")
	}
	key := t.load.Table.Keys()
	for i, r := range p.givenRows(t, s.Rows) {
		row := trial.RowOf(r, key, i+1)
		row.Place = s.Rows[i].Place
		out.Rows = append(out.Rows, row)
	}
	p.testWorld(t, s, out)
	for _, e := range s.Expect.Entries {
		p.checkExpected(t, out, e)
	}
	p.checkTestParams(t, out)
	if p.list.Count(diag.Error) == before {
		p.suite.Tests = append(p.suite.Tests, out)
	}
}

// tested finds the table that a test is about, and the file of its rules when only those are meant.
func (p *pass) tested(s *spec.Test) (*table, string) {
	if s.Table.Set {
		t := p.tableOrResult(s.Table.Value)
		if t == nil {
			p.unknownTable(s.Table)
		}
		return t, ""
	}
	if !s.Expectations.Set {
		return nil, ""
	}
	name := path.Clean(s.Expectations.Value)
	var files, tables []string
	for _, e := range p.tree.Expectations {
		files = append(files, e.Place.File)
		of := e.Table
		if e.TrainingSet.Set {
			of = e.TrainingSet
		}
		if e.Place.File == name && of.Set && !slices.Contains(tables, of.Value) {
			tables = append(tables, of.Value)
		}
	}
	switch {
	case len(tables) == 1:
		return p.tableOrResult(tables[0]), name // an unknown one was reported there
	case len(tables) > 1:
		p.fault("X460", s.Expectations.Place, "write table: NAME instead", "%s has the rules of %s, and a test is about one table", name, strings.Join(tables, ", "))
	case !p.unread && !slices.Contains(files, name):
		p.fault("R203", s.Expectations.Place, suggest(name, files, "there are"), "%s holds no expectations", name)
		p.mendName(s.Expectations, files)
	}
	return nil, ""
}

// testWorld reads what the rules of a test may look at beside its rows.
func (p *pass) testWorld(t *table, s *spec.Test, out *trial.Test) {
	params := s.Params
	if s.AsOf.Set {
		key := s.AsOf
		key.Value = model.AsOf
		params.Entries = append(slices.Clone(params.Entries), spec.Entry[spec.Str]{Key: key, Value: s.AsOf})
	}
	out.World = expression.World{Params: p.givenParams(t.pipeline, params), Columns: t.load.Table.ColumnNames(), Tables: map[string][]expression.Row{}}
	for _, e := range s.Given.Entries {
		other, ok := p.tables[e.Key.Value]
		if !ok {
			p.unknownTable(e.Key)
			continue
		}
		out.World.Tables[e.Key.Value] = p.givenRows(other, e.Value)
	}
	if s.HasBefore {
		out.World.Before = p.givenRows(t, s.Before)
	}
}

// checkTestParams finds rules that mention a parameter without a value. They could not be judged, and would look as if they needed a database.
func (p *pass) checkTestParams(t *table, out *trial.Test) {
	missing := map[string]bool{}
	for _, r := range out.Rules {
		listed := slices.ContainsFunc(out.Expect, func(e trial.Expectation) bool { return e.Rule == r })
		name := p.missingParam(t, r, out.World)
		if name == "" || missing[name] || r.Aggregate && !listed {
			continue
		}
		missing[name] = true
		hint := "write params: {" + name + ": ...}"
		if name == model.AsOf {
			hint = "write as_of: YYYY-MM-DD"
		}
		p.fault("X461", out.Place, hint, "rule %q mentions the parameter %q, and the test gives it no value", r.Name, name)
	}
}

// checkExpected resolves what a test expects of one rule.
func (p *pass) checkExpected(t *table, out *trial.Test, s spec.Entry[*spec.Expected]) {
	rule := p.namedRule(t, out, s.Key)
	if rule == nil {
		return
	}
	e := trial.Expectation{Rule: rule, Place: s.Key.Place, Rows: map[int]trial.Named{}}
	if slices.ContainsFunc(out.Expect, func(o trial.Expectation) bool { return o.Rule == rule }) {
		p.fault("X460", s.Key.Place, "keep one of them", "rule %q is expected twice", rule.Name)
		return
	}
	if s.Value.Word.Set {
		e.All, e.AllPlace = trial.Word(s.Value.Word.Value), s.Value.Word.Place
		rule.Covered = rule.Covered || rule.Fails(e.All)
	} else if rule.Aggregate && (s.Value.Pass.Set || s.Value.Fail.Set || s.Value.Unknown.Set) {
		p.fault("X460", s.Key.Place, "write one word behind it: pass, fail or unknown", "rule %q judges the batch as a whole, so it has no verdict for a row", rule.Name)
		return
	} else if rule.Aggregate {
		return // nothing could be read behind it
	}
	for _, g := range []struct {
		word trial.Word
		keys spec.Keys
	}{{trial.Pass, s.Value.Pass}, {trial.Fail, s.Value.Fail}, {trial.Unknown, s.Value.Unknown}} {
		p.checkKeys(t, out, &e, g.word, g.keys)
	}
	out.Expect = append(out.Expect, e)
}

// checkKeys resolves the rows of which a rule must say one word.
func (p *pass) checkKeys(t *table, out *trial.Test, e *trial.Expectation, word trial.Word, keys spec.Keys) {
	if !keys.Set {
		return
	}
	if keys.All && e.All != "" {
		p.fault("X460", keys.Place, "name the rows of one of them", "all rows are expected to %s already", should(e.All))
		return
	}
	if keys.All {
		e.All, e.AllPlace = word, keys.Place
	}
	if keys.All || len(keys.Items) > 0 {
		e.Rule.Covered = e.Rule.Covered || e.Rule.Fails(word)
	}
	for _, item := range keys.Items {
		for _, i := range p.keyedRows(t, out, item) {
			if other, twice := e.Rows[i]; twice {
				p.fault("X460", item.Place, "name it once", "row %s is expected to %s already", out.Rows[i], should(other.Word))
				p.relate(other.Place, "here")
				break
			}
			e.Rows[i] = trial.Named{Word: word, Place: item.Place}
		}
	}
}

// keyedRows finds the rows that a key names: by its value, by a list or a mapping of values where it has several columns, and by its
// number where the table has no key.
func (p *pass) keyedRows(t *table, out *trial.Test, item spec.Literal) []int {
	key := t.load.Table.Keys()
	values, cells := expression.Row{}, []spec.Literal{item}
	switch {
	case len(key) == 0:
		number, _, _ := givenValue(paramType(model.IntegerParam), item)
		var n int
		if _, err := fmt.Sscan(expression.FormatDatum(number, model.Type{}), &n); err != nil || n < 1 || n > len(out.Rows) {
			p.fault("X460", item.Place, "the table has no key, so rows are named by their number, from 1", "there is no such row")
			return nil
		}
		return []int{n - 1}
	case item.Kind == spec.ObjectValue:
		cells = nil
		for _, c := range key {
			for _, f := range item.Fields {
				if f.Key.Value == c.Name {
					cells = append(cells, f.Value)
				}
			}
		}
	case item.Kind == spec.ListValue:
		cells = item.Items
	}
	if len(cells) != len(key) || item.Kind == spec.ObjectValue && len(item.Fields) != len(key) {
		names := t.load.Table.PrimaryKey
		p.fault("X460", item.Place, "the key is "+strings.Join(names, ", "), "this names no row: the key has %s", counted(len(names), "column"))
		return nil
	}
	for i, c := range key {
		d, why, hint := givenValue(c.Type, cells[i])
		if why != "" {
			p.fault("X461", cells[i].Place, hint, "column %q: %s", c.Name, why)
			return nil
		}
		values[c.Name] = d
	}
	wanted := trial.RowOf(values, key, 0)
	found := out.Find(wanted)
	if len(found) == 0 {
		var have []string
		for _, r := range out.Rows[:min(len(out.Rows), maxNearKeys)] {
			have = append(have, r.String())
		}
		p.fault("X460", item.Place, suggest(wanted.String(), have, "the rows are"), "the test has no row %s", wanted)
	}
	return found
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// namedRule finds the rule that a test means: by its name, its id or its expression.
func (p *pass) namedRule(t *table, out *trial.Test, name spec.Str) *trial.Rule {
	line := strings.Join(strings.Fields(name.Value), " ")
	var names []string
	for _, is := range []func(*trial.Rule) bool{
		func(r *trial.Rule) bool { return r.Name == name.Value || r.Name == line },
		func(r *trial.Rule) bool { return r.ID == name.Value },
		func(r *trial.Rule) bool { return strings.Join(strings.Fields(r.Text), " ") == line },
	} {
		var found []*trial.Rule
		for _, r := range out.Rules {
			if is(r) {
				found = append(found, r)
			}
		}
		if len(found) > 1 {
			p.fault("X459", name.Place, "write the name or the id of one", "%d rules of %q say this", len(found), t.name.Value)
			return nil
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	for _, r := range out.Rules {
		names = append(names, r.Name)
	}
	if !t.unclear && !p.unread {
		p.fault("X459", name.Place, suggest(name.Value, names, "its rules are"), "table %q has no rule %q here", t.name.Value, name.Value)
		p.mendName(name, names)
	}
	return nil
}

// checkUntested tells of rules that no test makes fail, in a project that has tests.
func (p *pass) checkUntested() {
	if len(p.tree.Tests) == 0 {
		return
	}
	for _, r := range p.suite.Rules {
		if !r.Covered {
			p.fault("X456", r.Origin, "show a row that it refuses, in examples: or in a test", "nothing shows that rule %q can fail", r.Name)
		}
	}
}
