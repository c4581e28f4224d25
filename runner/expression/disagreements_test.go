package expression_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// line writes a case for testdata/disagreements.jsonl.
func line(ask asked) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(ask); err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// TestDisagreements repeats what the two back ends once disagreed on.
func TestDisagreements(t *testing.T) {
	file, err := os.ReadFile("testdata/disagreements.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	a := newArena(t, fuzzEnv(t))
	for _, text := range bytes.Split(bytes.TrimSpace(file), []byte("\n")) {
		var ask asked
		if err := json.Unmarshal(text, &ask); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if _, err := compile(t, a.env, ask); err != nil {
			t.Errorf("%v\n%s", err, text)
			continue
		}
		if d := a.try(ask); d != nil {
			t.Errorf("Postgres says %s, Go says %s:\n%s", d.database, d.memory, text)
		}
	}
}

// TestReadingAndPrinting compares how values are read and written with Postgres.
func TestReadingAndPrinting(t *testing.T) {
	a := newArena(t, fuzzEnv(t))
	for _, c := range a.env.Columns {
		ask := asked{Rule: expression.Spelling(c.Name), Type: c.Type.Name}
		for _, value := range valuesOf(c.Type) {
			if strings.HasPrefix(value, "[") || strings.Contains(value, "-0,") && c.Type.Family == model.Array {
				continue // bounds of arrays and the sign of zero are not kept
			}
			ask.Rows = append(ask.Rows, map[string]string{c.Name: value})
		}
		if d := a.try(ask); d != nil {
			t.Errorf("%s %v: Postgres says %s, Go says %s", c.Type.Name, ask.Rows[d.row], d.database, d.memory)
		}
	}
}

// TestExamplesInMemory holds the example of every function against Postgres.
func TestExamplesInMemory(t *testing.T) {
	a := newArena(t, fuzzEnv(t))
	rows := []map[string]string{{"code": "a", "amount": "1.5", "count": "2", "day": "2024-01-31", "at": "2024-01-31 12:00:00", "seen": "2024-01-31 12:00:00+00", "info": `{"size": 5, "colours": ["red", "blue"], "active": true, "a": 1}`, "tags": "{new,red}"},
		{"code": "b", "amount": "-2", "count": "3", "day": "2024-02-29"}, {}}
	for _, f := range expression.Functions() {
		if f.ValueOnly || f.Elsewhere {
			continue
		}
		ask := asked{Rule: f.Example, Rows: rows}
		if _, err := compile(t, a.env, ask); err != nil {
			t.Errorf("%s: %v", f.Example, err)
			continue
		}
		if d := a.try(ask); d != nil {
			t.Errorf("%s: Postgres says %s, Go says %s for row %d", f.Example, d.database, d.memory, d.row+1)
		}
	}
}
