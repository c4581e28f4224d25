package run

import (
	"testing"

	"streamflow/runner/model"
)

// Values are the same where they are one value, however many digits they are written with.
func TestSameFeature(t *testing.T) {
	for _, c := range []struct {
		typ, a, b string
		same      bool
	}{
		{"numeric", "1.5", "1.500", true},
		{"numeric", "1.5", "1.51", false},
		{"numeric", "NaN", "NaN", true},
		{"numeric", "NaN", "1", false},
		{"double precision", "1e+20", "100000000000000000000", true},
		{"double precision", "0.1", "0.10000000000000001", false},
		{"integer", "7", "7", true},
		{"text", "1.5", "1.500", false},
		{"text", "", "NULL", false},
		{"text", "NULL", "NULL", true},
		{"boolean", "t", "f", false},
		{"numeric", "0", "NULL", false},
	} {
		typ, err := model.ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		text := func(s string) []byte {
			if s == "NULL" {
				return nil
			}
			return []byte(s)
		}
		if got := sameValue(typ, text(c.a), text(c.b)); got != c.same {
			t.Errorf("%s: %s and %s: same is %t", c.typ, c.a, c.b, got)
		}
	}
}

// What was logged is JSON, and what history says is text of Postgres.
func TestSameLogged(t *testing.T) {
	for _, c := range []struct {
		typ, logged, offline string
		same                 bool
	}{
		{"numeric", "29.85", "29.8500", true},
		{"numeric", "29.850000381469727", "29.85", false},
		{"numeric", "null", "NULL", true},
		{"numeric", "null", "0", false},
		{"numeric", "0", "NULL", false},
		{"boolean", "true", "t", true},
		{"boolean", "false", "t", false},
		{"text", `"a"`, "a", true},
		{"text", `"\u00e9"`, "é", true},
		{"text", `""`, "NULL", false},
		{"text", "null", "", false},
		{"numeric", "1e999999999", "1", false},
		{"date", `"2024-01-31"`, "2024-01-31", true},
		{"timestamptz", `"2024-01-31T10:00:00Z"`, "2024-01-31 10:00:00+00", true},
		{"jsonb", `{"a": [1, 2]}`, `{"a": [1,2]}`, true},
		{"integer[]", "[1, 2]", "{1,2}", true},
		{"integer[]", "[2,1]", "{1,2}", false},
	} {
		typ, err := model.ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		var offline []byte
		if c.offline != "NULL" {
			offline = []byte(c.offline)
		}
		if got := sameJSON(typ, []byte(c.logged), offline); got != c.same {
			t.Errorf("%s: %s and %s: same is %t", c.typ, c.logged, c.offline, got)
		}
	}
}
