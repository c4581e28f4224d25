package plan

import "testing"

func TestNewDiff(t *testing.T) {
	cases := []struct {
		name                                      string
		rows, added, lacking, changed, keys, live int64
		unique                                    bool
	}{
		{"the same", 5, 0, 0, 0, 0, 5, true},
		{"new, lacking and changed", 5, 2, 1, 1, 2, 4, true},
		{"one of two live keys twice", 2, 0, 1, 0, 0, 2, false},
		{"a new key twice", 3, 2, 0, 0, 1, 1, false},
		{"a new key without a value", 2, 1, 0, 0, 0, 1, false},
	}
	for _, c := range cases {
		if got := NewDiff(c.rows, c.added, c.lacking, c.changed, c.keys, c.live); (got != nil) != c.unique {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
