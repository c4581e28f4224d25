package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/model"
)

// TestRulesLookBeside: a rule knows the parents of its table by their references, every table of the project, and its own snapshots.
func TestRulesLookBeside(t *testing.T) {
	const project = head + `tables:
  people: {source: p.csv, primary_key: id, columns: {id: text, age: integer, boss: text}, references: {boss: people}}
  shops:  {source: s.csv, primary_key: [zone, no], columns: {zone: text, no: integer, name: text}}
  sales:
    source: o.csv
    primary_key: id
    columns: {id: text, buyer: text, seller: text, zone: text, no: integer, fee: numeric, day: date}
    references:
      - {columns: [buyer], table: people}
      - {columns: [seller], table: people, severity: warn}
      - {columns: [zone, no], table: shops}
snapshots:
  sales_at: {from: sales, columns: [fee]}
`
	rules := func(table, rules string) string { return "kind: expectations\ntable: " + table + "\nrules:\n" + rules }
	p := made(t, "pipelines/p.yaml", project,
		"expectations/sales.yaml", rules("sales", "  - buyer.age > 17 or seller.age > 17\n  - shops.name != nil\n  - exists(people, buyer)\n  - fee >= old(fee)\n  - row_count() > 0.5 * previous(row_count())\n  - unique(id)\n  - psi(fee, as_of) < 0.2\n"),
		"expectations/people.yaml", rules("people", "  - people.age > age\n  - row_count() < row_count(sales)\n"),
		"pipelines/other.yaml", "kind: pipeline\nname: other\ntables:\n  notes: {source: n.csv, primary_key: id, columns: {id: text, sale: text}, references: {sale: sales}}\n",
		"expectations/notes.yaml", rules("notes", "  - sales.fee > 0\n"))
	joins := func(table string, rule int) string {
		var out []string
		for _, pl := range p.Pipelines {
			if l := pl.Load(table); l != nil {
				for _, j := range l.Rules[rule].Needs.Joins {
					out = append(out, fmt.Sprintf("%v %s %v %v", j.Kind == model.Before, j.Table, j.On, j.Columns))
				}
			}
		}
		return strings.Join(out, "; ")
	}
	for _, tc := range []struct {
		table string
		rule  int
		want  string
	}{
		{"sales", 0, "false people [[buyer id]] [age]; false people [[seller id]] [age]"}, {"sales", 1, "false shops [[zone zone] [no no]] [name]"}, {"sales", 2, "false people [[buyer id]] []"},
		{"sales", 3, "true sales_at [[id id]] [fee]"}, {"people", 0, "false people [[boss id]] [age]"}, {"notes", 0, "false sales [[sale id]] [fee]"},
	} {
		if got := joins(tc.table, tc.rule); got != tc.want {
			t.Errorf("rule %d of %s: %s, want %s", tc.rule, tc.table, got, tc.want)
		}
	}
	sales := p.Pipelines[1].Load("sales")
	if sales == nil {
		sales = p.Pipelines[0].Load("sales")
	}
	if v := sales.Rules[4].Needs.Values; len(v) != 1 || v[0].Text != "row_count()" {
		t.Errorf("previous: %+v", v)
	}
	if n := sales.Rules[5].Needs; len(n.Unique) != 1 || n.Proof == "" || len(n.Windows) != 1 {
		t.Errorf("unique: %+v", n)
	}
	if n := sales.Rules[6].Needs; len(n.Earlier) != 1 || !n.Rows {
		t.Errorf("psi: %+v", n)
	}
	_, text := lint(t, fstest.MapFS{"pipelines/p.yaml": {Data: []byte(project)}, "expectations/e.yaml": {Data: []byte(rules("sales", "  - people.age > 17\n  - old(day) == day\n  - shops.nam == 'x'\n"))}})
	for _, want := range []string{"write buyer.age or seller.age", "no snapshot of this table holds day", `did you mean "name"?`} {
		if !strings.Contains(text, want) {
			t.Errorf("lint does not say %q:\n%s", want, text)
		}
	}
}

// TestRuleIDs: a rule keeps its id whatever is written beside it and however it is laid out.
func TestRuleIDs(t *testing.T) {
	const tables = head + "tables:\n  a: {source: a.csv, primary_key: id, columns: {id: text, n: integer}}\n  b: {source: b.csv, primary_key: id, columns: {id: text, n: integer}}\n"
	ids := func(table, rules string) []string {
		p := made(t, "pipelines/p.yaml", tables, "expectations/e.yaml", "kind: expectations\ntable: "+table+"\nrules:\n"+rules)
		var out []string
		for _, r := range p.Pipelines[0].Load(table).Rules {
			out = append(out, r.ID)
		}
		return out
	}
	got := ids("a", "  - n > 1\n  - {name: few, rule: n < 9}\n  - {rule: n > 1, where: id != 'x'}\n  - {rule: n > 1, at_least: 0.5}\n  - {rule: n > 1, nulls: fail}\n")
	if got[1] != "a.few" || len(got[0]) != len("a.12345678") || got[4] != got[0]+"-2" {
		t.Errorf("ids %v", got)
	}
	again := ids("a", "  - {name: few, rule: n < 8}\n  - {rule: \"n   >\\n 1\", description: moved}\n")
	if again[1] != got[0] || again[0] != got[1] {
		t.Errorf("ids %v, before %v", again, got)
	}
	sorted := append(slices.Clone(got), ids("b", "  - n > 1\n")...)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != 6 {
		t.Errorf("ids are not unique: %v", sorted)
	}
}

// TestNotRepeated: the types of two columns are two rules, though their SQL is the same constant.
func TestNotRepeated(t *testing.T) {
	_, text := lint(t, fstest.MapFS{"pipelines/p.yaml": {Data: []byte(head + "tables:\n  a: {source: a.csv, primary_key: id, columns: {id: text, t: text}}\n")},
		"expectations/e.yaml": {Data: []byte("kind: expectations\ntable: a\nrules:\n  - type(id) == \"text\"\n  - type(t) == \"text\"\n")}})
	if strings.Contains(text, "already") {
		t.Error(text)
	}
}
