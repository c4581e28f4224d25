package expression

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"streamflow/runner/model"
)

// FormatDatum writes a value as Postgres writes it when it is cast to text; no value is "NULL". A timestamptz is written at UTC.
func FormatDatum(d Datum, t model.Type) string {
	switch v := d.(type) {
	case nil:
		return "NULL"
	case bool:
		return strconv.FormatBool(v)
	case Number:
		if t.Family == model.Float {
			return floatText(v, t.Bits)
		}
		return v.String()
	case Stamp:
		if t.Family == model.TimestampTZ {
			return v.text("+00")
		}
		return v.String()
	case []Datum:
		return arrayText(v, t)
	case JSON:
		return jsonText(v.Value)
	}
	return fmt.Sprint(d)
}

var plainElement = regexp.MustCompile(`^[^{}",\\ \t\n\v\f\r]+$`)

func arrayText(elements []Datum, t model.Type) string {
	elem := model.Type{}
	if t.Elem != nil {
		elem = *t.Elem
	}
	parts := make([]string, len(elements))
	for i, d := range elements {
		inner, nested := d.([]Datum)
		text := FormatDatum(d, elem)
		switch {
		case nested:
			text = arrayText(inner, t)
		case d != nil && (!plainElement.MatchString(text) || strings.EqualFold(text, "null")):
			text = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
		}
		parts[i] = text
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// jsonText writes jsonb: a blank after colons and commas, keys in its own order, numbers with their scale.
func jsonText(v any) string {
	var parts []string
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case Number:
		return v.String()
	case string:
		return jsonString(v)
	case []any:
		for _, x := range v {
			parts = append(parts, jsonText(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		for _, k := range sortedKeys(v) {
			parts = append(parts, jsonString(k)+": "+jsonText(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// jsonString escapes what Postgres escapes, and nothing else.
func jsonString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}[r]
		switch {
		case short != "":
			b.WriteString(short)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
