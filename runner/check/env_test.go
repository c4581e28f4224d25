package check

import (
	"slices"
	"testing"
)

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
