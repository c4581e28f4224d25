package expression

import (
	"unicode/utf8"

	"streamflow/runner/model"
)

var jsonArg = []model.Family{model.JSONB}

// jsonFunctions take values out of JSON. The null of JSON is nil wherever it stands.
func jsonFunctions() []Function {
	doc := []Parameter{{Name: "json", Accepts: jsonArg}}
	return []Function{
		{Name: "text", Parameters: doc, Result: model.Text, SQL: `(CASE WHEN jsonb_typeof({0}) IN ('string', 'number', 'boolean') THEN {0} #>> '{}' END)`, Go: goJSONText, Doc: "the text, number or boolean of a JSON value as text; nil for an array or object", Example: `text(info.size) == "5"`},
		{Name: "number", Parameters: doc, Result: model.Numeric, Digits: unbounded, SQL: `(CASE WHEN jsonb_typeof({0}) = 'number' THEN ({0})::numeric END)`, Go: goJSONNumber, Doc: "the number of a JSON value; nil for anything else, a text that looks like one included", Example: `number(info.size) > 3`},
		{Name: "bool", Parameters: doc, Result: model.Boolean, SQL: `(CASE WHEN jsonb_typeof({0}) = 'boolean' THEN ({0})::boolean END)`, Go: goJSONBool, Doc: "the boolean of a JSON value; nil for anything else", Example: `bool(info.active)`},
		{Name: "len", Parameters: doc, Result: model.Integer, SQL: `(CASE jsonb_typeof({0}) WHEN 'array' THEN jsonb_array_length({0}) WHEN 'object' THEN (SELECT count(*)::integer FROM jsonb_object_keys({0})) WHEN 'string' THEN char_length({0} #>> '{}') END)`, Go: goJSONLen, Doc: "number of elements of an array, of keys of an object, or of characters of a text; nil for anything else", Example: `len(info.colours) == 2`},
		{Name: "json_type", Parameters: doc, Result: model.Text, SQL: `NULLIF(jsonb_typeof({0}), 'null')`, Go: goJSONType, Doc: "object, array, string, number or boolean", Example: `json_type(info.size) == "number"`},
	}
}

func goJSONText(a []Datum) Datum {
	switch v := a[0].(JSON).Value.(type) {
	case string:
		return v
	case Number:
		return v.String()
	case bool:
		return FormatDatum(v, boolType)
	}
	return nil
}

func goJSONNumber(a []Datum) Datum {
	if n, ok := a[0].(JSON).Value.(Number); ok {
		return n
	}
	return nil
}

func goJSONBool(a []Datum) Datum {
	if b, ok := a[0].(JSON).Value.(bool); ok {
		return b
	}
	return nil
}

func goJSONLen(a []Datum) Datum {
	switch v := a[0].(JSON).Value.(type) {
	case []any:
		return whole(int64(len(v)))
	case map[string]any:
		return whole(int64(len(v)))
	case string:
		return whole(int64(utf8.RuneCountInString(v)))
	}
	return nil
}

func goJSONType(a []Datum) Datum {
	switch a[0].(JSON).Value.(type) {
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case string:
		return "string"
	case Number:
		return "number"
	case bool:
		return "boolean"
	}
	return nil
}
