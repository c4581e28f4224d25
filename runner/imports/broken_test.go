package imports_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"streamflow/runner/imports"
	"streamflow/runner/internal/diag"
)

// TestNoSuite wants a reason for what is no suite.
func TestNoSuite(t *testing.T) {
	for text, want := range map[string]string{
		``: "not the JSON of a suite: it is empty", `[`: "it ends too early", `[]`: "line 1: it is an object, and this is of the type array",
		"{\n\n,": "line 3: invalid character", "{\"expectations\": [\n{\"type\": 5}]}": `line 2: "expectations.type" cannot be of the type number`, `{}`: `it has no "expectations"`, `{"expectations": {}}`: "not the JSON of a suite",
		`{"name": "x", "validation_definitions": []}`: "a checkpoint", `{"validations": []}`: "a checkpoint", `{"results": [], "success": true}`: "the result of a validation",
	} {
		if _, err := imports.GreatExpectations([]byte(text), "x.json", imports.ExampleTable()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	out, err := imports.GreatExpectations([]byte(`{"expectations": [null, {"type": "expect_column_values_to_be_unique"}]}`), "x.json", imports.ExampleTable())
	if err != nil || len(out.Missing()) != 2 {
		t.Errorf("%v: %+v", err, out.Items)
	}
}

// TestBrokenArguments puts values of every kind in place of every parameter of the examples: each expectation becomes a rule, or is refused with a reason.
func TestBrokenArguments(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	odd := []string{`null`, `true`, `5`, `-0.5`, `1e400`, `"x"`, `""`, `"2024-01-31"`, `[]`, `[null]`, `[[1]]`, `["a", 5]`, `{}`, `{"$PARAMETER": "p"}`, `{"bins": [1], "weights": []}`,
		`{"quantiles": [2], "value_ranges": [[null, null]]}`, `{"values": [1], "weights": [-1]}`, `NaN`, `"a\u0000b"`, `9007199254740993`}
	var suite []string
	for _, e := range imports.Expectations() {
		var kwargs map[string]json.RawMessage
		if e.Kwargs != "" {
			if err := json.Unmarshal([]byte(e.Kwargs), &kwargs); err != nil {
				t.Fatal(err)
			}
		}
		names := append([]string{"column", "mostly", "row_condition", "ignore_row_if", "match_on", "severity"}, e.Parameters...)
		for range 60 {
			text := "{"
			for name, value := range kwargs {
				text += `"` + name + `": ` + string(value) + ", "
			}
			text += `"` + names[random.IntN(len(names))] + `": ` + odd[random.IntN(len(odd))] + "}"
			suite = append(suite, `{"type": "`+e.Name+`", "kwargs": `+text+`}`)
			out, err := imports.GreatExpectations([]byte(`{"expectations": [`+suite[len(suite)-1]+`]}`), "x.json", imports.ExampleTable())
			if err != nil {
				t.Errorf("%s %s: %v", e.Name, text, err)
				continue
			}
			if i := out.Items[0]; (i.Rule != nil) == (i.Refused != "" || i.Always != "") {
				t.Errorf("%s %s is neither a rule nor refused, or both: %+v", e.Name, text, i)
			}
		}
	}
	out, err := imports.GreatExpectations([]byte(`{"expectations": [`+strings.Join(suite, ", ")+`]}`), "x.json", imports.ExampleTable())
	if err != nil {
		t.Fatal(err)
	}
	columns := [][2]string{}
	for _, c := range imports.ExampleTable().Columns {
		columns = append(columns, [2]string{c.Name, c.Type.Name})
	}
	for _, d := range lint(t, out.YAML, columns, "examples", "others") {
		if d.Severity == diag.Error {
			t.Errorf("%s: %s %s", d.Place, d.ID, d.Message)
		}
	}
}
