package expression

import (
	"testing"

	"streamflow/runner/model"
)

func TestCompareConditions(t *testing.T) {
	typ := func(name string) model.Type {
		v, err := model.ParseType(name)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	env := Env{Columns: []Column{{Name: "n", Type: typ("integer"), Nullable: true}, {Name: "m", Type: typ("integer"), Nullable: true},
		{Name: "fee", Type: typ("numeric"), Nullable: true}, {Name: "plan", Type: typ("text"), Nullable: true}, {Name: "ok", Type: typ("boolean")},
		{Name: "day", Type: typ("date")}}}
	for _, c := range []struct {
		before, after string
		want          Strictness
	}{
		{"n in 1..10", "n in 1..20", Looser},
		{"n in 1..20", "n >= 1 and n <= 10", Stricter},
		{"n in 1..10", "1 <= n <= 10", Same},
		{"n > 0", "n >= 1", Same}, // whole numbers
		{"fee > 0", "fee >= 1", Stricter},
		{"n in 1..10", "n in 5..20", Crossing},
		{"n in 1..10 and fee > 0", "n in 1..10", Looser},
		{"n in 1..10", "n in 1..10 and fee > 0", Stricter},
		{"n in 1..10 and fee > 0", "fee > 0 and n in 1..10", Same},
		{"n in 1..10 and fee > 0", "n in 1..20 and fee > 1", Crossing},
		{`plan in ["a", "b"]`, `plan in ["a", "b", "c"]`, Looser},
		{`plan in ["a", "b"]`, `plan == "b" or plan == "a"`, Same},
		{`plan != "a"`, `plan in ["b"]`, Stricter},
		{"n == nil or n > 0", "n > 0", Same},    // unknown passes
		{"n != nil and n > 0", "n > 0", Looser}, // nil was refused
		{"n > 0", "n != nil and n > 0", Stricter},
		{"n < m", "n <= m", Looser},
		{"n < m", "m > n", Same},
		{"n + 1 > m", "n + 2 > m", Crossing},
		{`plan matches "^a"`, `plan matches "^b"`, Crossing},
		{`plan matches "^a"`, `plan matches "^a"`, Same},
		{"not ok", "ok", Crossing},
		{"row_count() > 100", "row_count() > 10", Looser},
		{"1 <= mean(fee) <= 2", "1 <= mean(fee) <= 3", Looser},
		{`day >= date("2024-01-01")`, `day >= date("2023-01-01")`, Looser},
		{"gone > 1", "n > 1", Unrelated},
		{"n >", "n > 1", Unrelated},
	} {
		if got := CompareConditions(c.before, c.after, env, true).Strictness; got != c.want {
			t.Errorf("%s -> %s: got %d, want %d", c.before, c.after, got, c.want)
		}
		back := map[Strictness]Strictness{Stricter: Looser, Looser: Stricter}
		want, turned := back[c.want]
		if !turned {
			want = c.want
		}
		if got := CompareConditions(c.after, c.before, env, true).Strictness; got != want {
			t.Errorf("%s -> %s: got %d, want %d", c.after, c.before, got, want)
		}
	}
	if got := CompareConditions("n == nil or n > 0", "n > 0", env, false).Strictness; got != Stricter {
		t.Errorf("where unknown fails, nil is refused now: got %d", got)
	}
	got := CompareConditions("fee > 0 and n in 1..10", "fee > 0 and n in 1..20", env, true)
	if got.Before != "n in 1..10" || got.After != "n in 1..20" {
		t.Errorf("the parts are %q and %q", got.Before, got.After)
	}
}
