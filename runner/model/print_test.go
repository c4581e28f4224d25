package model

import (
	"encoding/json"
	"testing"
)

func TestPrinted(t *testing.T) {
	for _, c := range []struct{ typ, text, plain, json string }{
		{"boolean", "t", "true", "true"},
		{"boolean", "f", "false", "false"},
		{"integer", "-7", "-7", "-7"},
		{"numeric", "29.850", "29.850", "29.850"},
		{"numeric", "NaN", "NaN", `"NaN"`},
		{"double precision", "1e+20", "1e+20", "1e+20"},
		{"double precision", "-Infinity", "-Infinity", `"-Infinity"`},
		{"text", "a \"b\"\\\n\x01é<", "a \"b\"\\\n\x01é<", `"a \"b\"\\\n\u0001é<"`},
		{"text", "", "", `""`},
		{"date", "2024-01-31", "2024-01-31", `"2024-01-31"`},
		{"timestamptz", "2024-01-31 10:00:00.5+00", "2024-01-31T10:00:00.5Z", `"2024-01-31T10:00:00.5Z"`},
		{"timestamp", "2024-01-31 10:00:00", "2024-01-31T10:00:00", `"2024-01-31T10:00:00"`},
		{"timestamp", "infinity", "infinity", `"infinity"`},
		{"timestamp", "0044-03-15 10:00:00 BC", "0044-03-15 10:00:00 BC", `"0044-03-15 10:00:00 BC"`},
		{"jsonb", `{"a": [1, 2]}`, `{"a": [1, 2]}`, `{"a":[1,2]}`},
		{"json", "{\"a\":\n1.50}", "{\"a\":\n1.50}", `{"a":1.50}`},
		{"uuid", "0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e", `"0f8fad5b-d9cb-469f-a165-70867728950e"`},
		{"integer[]", "{1,NULL,3}", "{1,NULL,3}", "[1,null,3]"},
		{"integer[]", "{{1,2},{3,4}}", "{{1,2},{3,4}}", "[[1,2],[3,4]]"},
		{"integer[]", "[0:1]={1,2}", "[0:1]={1,2}", "[1,2]"},
		{"text[]", `{a,"b,\"c","NULL",NULL,""}`, `{a,"b,\"c","NULL",NULL,""}`, `["a","b,\"c","NULL",null,""]`},
		{"boolean[]", "{t,f}", "{t,f}", "[true,false]"},
		{"timestamp[]", `{"2024-01-31 10:00:00"}`, `{"2024-01-31 10:00:00"}`, `["2024-01-31T10:00:00"]`},
		{"text[]", "{}", "{}", "[]"},
	} {
		typ, err := ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(typ.AppendPlain([]byte("x"), []byte(c.text))); got != "x"+c.plain {
			t.Errorf("%s %q is printed %q, want %q", c.typ, c.text, got, c.plain)
		}
		got := string(typ.AppendJSON([]byte("x"), []byte(c.text)))
		if got != "x"+c.json || !json.Valid([]byte(got[1:])) {
			t.Errorf("%s %q is %s as JSON, want %s", c.typ, c.text, got[1:], c.json)
		}
	}
	if got := string(Type{Family: Text}.AppendJSON(nil, nil)); got != "null" {
		t.Errorf("NULL is %s as JSON", got)
	}
}
