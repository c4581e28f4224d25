package exports

import (
	"fmt"
	"strings"

	"streamflow/runner/model"
)

// feastType is the type that Feast has for values as the server writes them (its docs/reference/type-system.md). A real is a Float64 as well:
// through a Float32 29.85 becomes 29.850000381469727. Bytes come as a text in base64, because Feast's client cannot send its own Bytes. What it
// has no type for comes as text as well.
func feastType(t model.Type) string {
	switch t.Family {
	case model.Boolean:
		return "Bool"
	case model.Integer:
		if t.Bits == 16 || t.Bits == 32 {
			return "Int32"
		}
		return "Int64"
	case model.Numeric, model.Float:
		return "Float64"
	case model.Date, model.Timestamp, model.TimestampTZ:
		return "UnixTimestamp"
	case model.Array:
		if t.Elem != nil && t.Elem.Family != model.Array {
			return "Array(" + feastType(*t.Elem) + ")"
		}
	}
	return "String"
}

// feastKey is the type of a key column, as a type of fields and as a value type of entities. Numbers with digits after the point and dates are
// given as text, which says every digit and needs no time zone.
func feastKey(t model.Type) (field, value string) {
	switch t.Family {
	case model.Boolean:
		return "Bool", "BOOL"
	case model.Integer:
		return "Int64", "INT64"
	}
	return "String", "STRING"
}

// feastTTL is a time to live. Feast knows no months: they become as many times 31 days, and only the server's own ttl counts when values are
// read. None at all is what Feast calls zero.
func feastTTL(ttl *model.Period) string {
	if ttl == nil {
		return "timedelta(0)"
	}
	if ttl.Months > 0 {
		return fmt.Sprintf("timedelta(days=%d)", 31*ttl.Months+ttl.Days)
	}
	var parts []string
	if ttl.Days > 0 {
		parts = append(parts, fmt.Sprintf("days=%d", ttl.Days))
	}
	if ttl.Hours > 0 {
		parts = append(parts, fmt.Sprintf("hours=%d", ttl.Hours))
	}
	return "timedelta(" + strings.Join(parts, ", ") + ")"
}

// feastTags are the words of a spec as the pairs that Feast has.
func feastTags(tags []string, pii bool) string {
	var parts []string
	for _, t := range tags {
		parts = append(parts, literal(t)+`: "true"`)
	}
	if pii {
		parts = append(parts, `"pii": "true"`)
	}
	if len(parts) == 0 {
		return ""
	}
	return "tags={" + strings.Join(parts, ", ") + "}"
}
