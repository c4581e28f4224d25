package feature

import (
	"encoding/json"
	"strings"
	"testing"

	"streamflow/runner/model"
)

func column(t *testing.T, typ string) model.Column {
	t.Helper()
	out, err := model.ParseType(typ)
	if err != nil {
		t.Fatal(err)
	}
	return model.Column{Name: "k", Type: out}
}

func shown(s *string, err error) string {
	switch {
	case err != nil:
		return "error: " + err.Error()
	case s == nil:
		return "NULL"
	}
	return *s
}

// What is given as JSON is read for its column, or refused with its name.
func TestReadJSON(t *testing.T) {
	for _, c := range []struct{ typ, json, want string }{
		{"text", `"5"`, "5"},
		{"text", `5`, "5"},
		{"text", `""`, ""},
		{"text", `null`, "NULL"},
		{"text", `true`, "error: k: true is a boolean, and the column is none"},
		{"text", `[1]`, "error: k: [1] is a list or an object, and the column holds single values"},
		{"text", `"a\u0000"`, `error: k: "a\u0000" is not text that Postgres can hold`},
		{"varchar(2)", `"abc"`, `error: k: "abc" is not of type character varying(2): too long`},
		{"integer", `"5"`, "5"},
		{"integer", `5`, "5"},
		{"integer", `5.0`, "5"},
		{"integer", `5e2`, "500"},
		{"integer", `" 007 "`, "7"},
		{"integer", `5.5`, "error: k: 5.5 is not of type integer"},
		{"integer", `"x"`, `error: k: "x" is not of type integer`},
		{"integer", `3000000000`, "error: k: 3000000000 is not of type integer: out of range"},
		{"integer", `true`, "error: k: true is a boolean, and the column is none"},
		{"bigint", `9007199254740993`, "9007199254740993"},
		{"numeric(10,2)", `29.85`, "29.85"},
		{"numeric(10,2)", `29.8`, "29.80"},
		{"numeric(10,2)", `29.855`, "error: k: 29.855 has more than the 2 places of numeric(10,2)"},
		{"numeric", `"NaN"`, "NaN"},
		{"double precision", `0.1`, "0.1"},
		{"boolean", `true`, "true"},
		{"boolean", `"no"`, "false"},
		{"boolean", `1`, "error: k: 1 is not of type boolean"},
		{"date", `"2024-02-29"`, "2024-02-29"},
		{"date", `"2024-02-30"`, `error: k: "2024-02-30" is not of type date`},
		{"timestamptz", `"2024-01-31T10:00:00+02:00"`, "2024-01-31 08:00:00+00"},
		{"timestamptz", `1646263500`, "2022-03-02 23:25:00+00"},
		{"uuid", `"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"`, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"uuid", `5`, "error: k: 5 is not of type uuid"},
		{"bytea", `"AP8="`, `\x00ff`},
		{"bytea", `"\\x00FF"`, `\x00FF`},
		{"bytea", `""`, `\x`},
		{"bytea", `"AP8"`, `error: k: "AP8" is not of type bytea: write base64, or \x and hexadecimal digits`},
		{"jsonb", `{"a": [1.50]}`, `{"a": [1.50]}`},
		{"jsonb", `"{\"a\": 1}"`, `{"a": 1}`},
		{"jsonb", `"plain"`, `"plain"`},
		{"text[]", `["a", "b\"c", null, 5]`, `{"a","b\"c",NULL,"5"}`},
		{"integer[]", `[[1],[2]]`, `{{"1"},{"2"}}`},
		{"integer[]", `[1, "x"]`, `error: k: [1, "x"] holds "x", which is not of type integer`},
		{"text", `{`, "error: k: { is not JSON"},
		{"numeric", `1e1000`, "1" + strings.Repeat("0", 1000)},
		{"numeric", `1e1001`, "error: k: 1e1001 has an exponent beyond 1000"},
		{"numeric", `"-1E-130000"`, `error: k: "-1E-130000" has an exponent beyond 1000`},
		{"numeric", `1e99999999999999999999`, "error: k: 1e99999999999999999999 has an exponent beyond 1000"},
		{"integer", `1e130000`, "error: k: 1e130000 is not of type integer"},
		{"integer", `1e2`, "100"},
	} {
		if got := shown(ReadJSON(column(t, c.typ), json.RawMessage(c.json))); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.typ, c.json, got, c.want)
		}
	}
}

func TestReadText(t *testing.T) {
	personal := column(t, "integer")
	personal.PII = true
	if got := shown(ReadText(personal, "secret")); got != "error: k: its value is not of type integer" {
		t.Error(got)
	}
	if got := shown(ReadText(column(t, "text"), "\xff")); got != `error: k: "\xff" is not text that Postgres can hold` {
		t.Error(got)
	}
	if got := shown(ReadText(column(t, "bytea"), `\xzz`)); got != `error: k: "\\xzz" is not of type bytea: write base64, or \x and hexadecimal digits` {
		t.Error(got)
	}
}

// Every value is valid JSON in both forms, and a number keeps its digits.
func TestJSON(t *testing.T) {
	for _, c := range []struct{ typ, text, json, wire string }{
		{"integer", "7", "7", "7"},
		{"bigint", "9223372036854775807", "9223372036854775807", "9223372036854775807"},
		{"numeric(10,2)", "29.50", "29.5", "29.5"},
		{"numeric(10,2)", "29.85", "29.85", "29.85"},
		{"numeric(10,2)", "100.00", "100", "100.0"},
		{"numeric(10,2)", "0.00", "0", "0.0"},
		{"numeric", "100", "100", "100.0"},
		{"numeric", "123456789012345678901234567890.10", "123456789012345678901234567890.1", "123456789012345678901234567890.1"},
		{"numeric", "NaN", `"NaN"`, "null"},
		{"double precision", "1e+20", "1e+20", "1e+20"},
		{"double precision", "29.85", "29.85", "29.85"},
		{"double precision", "100", "100", "100.0"},
		{"double precision", "-Infinity", `"-Infinity"`, "null"},
		{"boolean", "t", "true", "true"},
		{"boolean", "f", "false", "false"},
		{"text", "", `""`, `""`},
		{"text", "a\"\\\n\x01é<&>\u2028", "\"a\\\"\\\\\\n\\u0001é<&>\u2028\"", "\"a\\\"\\\\\\n\\u0001é<&>\u2028\""},
		{"text", "a\xffb", "\"a\ufffdb\"", "\"a\ufffdb\""},
		{"date", "2024-01-31", `"2024-01-31"`, "1706659200"},
		{"date", "infinity", `"infinity"`, "null"},
		{"date", "1969-12-31", `"1969-12-31"`, "-86400"},
		{"timestamp", "2024-01-31 10:00:00.5", `"2024-01-31T10:00:00.5"`, "1706695200"},
		{"timestamptz", "2024-01-31 10:00:00.25+00", `"2024-01-31T10:00:00.25Z"`, "1706695200"},
		{"timestamptz", "1969-12-31 23:59:59.5+00", `"1969-12-31T23:59:59.5Z"`, "-1"},
		{"timestamptz", "0044-03-15 00:00:00+00 BC", `"0044-03-15 00:00:00+00 BC"`, "-63517824000"},
		{"time", "10:00:00", `"10:00:00"`, `"10:00:00"`},
		{"jsonb", `{"a": 1.50}`, `{"a": 1.50}`, `"{\"a\": 1.50}"`},
		{"jsonb", `"plain"`, `"plain"`, `"\"plain\""`},
		{"json", "{\n\"a\": 1}", `{"a":1}`, `"{\n\"a\": 1}"`},
		{"bytea", `\x00ff`, `"AP8="`, `"AP8="`},
		{"bytea", `\x`, `""`, `""`},
		{"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", `"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"`, `"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"`},
		{"interval", "1 mon", `"1 mon"`, `"1 mon"`},
		{"text[]", `{}`, `[]`, `[]`},
		{"text[]", `{a,"b \"c\\",NULL,"NULL",""}`, `["a","b \"c\\",null,"NULL",""]`, `["a","b \"c\\",null,"NULL",""]`},
		{"text[]", `{""}`, `[""]`, `[""]`},
		{"numeric[]", `[0:1]={1.50,2}`, `[1.5,2]`, `[1.5,2.0]`},
		{"integer[]", `{{1,2},{3,4}}`, `[[1,2],[3,4]]`, `[[1,2],[3,4]]`},
		{"double precision[]", `{NaN,1}`, `["NaN",1]`, `[null,1.0]`},
		{"timestamptz[]", `{"2024-01-31 10:00:00+00"}`, `["2024-01-31T10:00:00Z"]`, `[1706695200]`},
		{"text[]", `{broken`, `"{broken"`, `"{broken"`},
	} {
		typ := column(t, c.typ).Type
		got := string(AppendJSON(nil, typ, []byte(c.text)))
		onWire, status := AppendWire(nil, typ, Value{Text: []byte(c.text), Status: Present})
		if got != c.json || string(onWire) != c.wire {
			t.Errorf("%s %q: got %s and %s, want %s and %s", c.typ, c.text, got, onWire, c.json, c.wire)
		}
		if !json.Valid([]byte(got)) || !json.Valid(onWire) {
			t.Errorf("%s %q: no JSON: %s and %s", c.typ, c.text, got, onWire)
		}
		if (status == NullValue) != (c.wire == "null") {
			t.Errorf("%s %q: status %s of %s", c.typ, c.text, status, onWire)
		}
	}
	if got := string(AppendJSON(nil, model.Type{}, nil)); got != "null" {
		t.Error(got)
	}
}
