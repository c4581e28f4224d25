package serve

import (
	"cmp"
	"slices"

	"streamflow/runner/model"
)

// valueSchema is a type as JSON Schema has it, for values as feature.AppendJSON writes them.
func valueSchema(t model.Type, null bool) object {
	word, more := "string", object{}
	switch t.Family {
	case model.Boolean:
		word = "boolean"
	case model.Integer:
		word = "integer"
		if t.Bits >= 32 {
			more["format"] = map[int]string{32: "int32", 64: "int64"}[t.Bits]
		}
	case model.Numeric, model.Float:
		return object{"type": append(orNull("number", null), "string"), "description": "a text only where JSON has no number: NaN, Infinity, -Infinity"}
	case model.Date:
		more["format"] = "date"
	case model.TimestampTZ:
		more["format"] = "date-time"
	case model.UUID:
		more["format"] = "uuid"
	case model.Bytes:
		more["contentEncoding"] = "base64"
	case model.Text:
		if t.Length > 0 {
			more["maxLength"] = t.Length
		}
	case model.JSON, model.JSONB:
		return object{"description": "any JSON"}
	case model.Array:
		return object{"type": orNull("array", null), "items": valueSchema(*t.Elem, true)}
	}
	more["type"] = word
	if null {
		more["type"] = orNull(word, true)
	}
	return more
}

func orNull(word string, null bool) []any {
	if null {
		return []any{word, "null"}
	}
	return []any{word}
}

// example is some value of a type, to try with.
func example(t model.Type) any {
	switch t.Family {
	case model.Boolean:
		return true
	case model.Integer:
		return 1001
	case model.Numeric, model.Float:
		return 12.5
	case model.Date:
		return "2024-01-31"
	case model.Timestamp:
		return "2024-01-31T06:00:00"
	case model.TimestampTZ:
		return "2024-01-31T06:00:00Z"
	case model.UUID:
		return "123e4567-e89b-12d3-a456-426614174000"
	}
	return "a1"
}

// sortAny sorts texts.
func sortAny(list []any) {
	slices.SortFunc(list, func(a, b any) int { return cmp.Compare(a.(string), b.(string)) })
}
