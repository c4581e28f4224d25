package expression

import "strings"

// equal tells whether two values that are alike are the same: numbers by value, arrays and JSON element by element. Neither is nil,
// except inside of an array, where two nils are equal, as in Postgres.
func equal(a, b Datum) bool { return key(a) == key(b) }

// key is a text that two values share exactly when they are equal. A date is equal to its midnight.
func key(d Datum) string {
	switch v := d.(type) {
	case nil:
		return "nil"
	case bool:
		if v {
			return "b1"
		}
		return "b0"
	case Number:
		return "n" + v.normal().String()
	case string:
		return "t" + v
	case Date:
		return momentKey(v.Days, 0, v.Infinite)
	case Stamp:
		return momentKey(v.day().Days, v.Micros-v.day().Days*microsPerDay, v.Infinite)
	case []Datum:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = jsonString(key(x))
		}
		return "a" + strings.Join(parts, ",")
	case JSON:
		return "j" + jsonKey(v.Value)
	case Other:
		if length, ok := duration(string(v)); ok {
			return "i" + length.String()
		}
		return "o" + string(v)
	}
	return ""
}

func momentKey(days, micros int64, infinite int) string {
	if infinite != 0 {
		return "m" + infiniteMoment(infinite)
	}
	return "m" + whole(days).String() + "," + whole(micros).String()
}

// jsonKey is the text of a JSON value with equal numbers written alike.
func jsonKey(v any) string {
	switch v := v.(type) {
	case Number:
		return v.normal().String()
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = jsonKey(x)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		var parts []string
		for _, k := range sortedKeys(v) {
			parts = append(parts, jsonString(k)+":"+jsonKey(v[k]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return jsonText(v)
}

// order compares two values of a type that has an order. It fails for values that only Postgres can compare.
func order(a, b Datum) (int, error) {
	switch x := a.(type) {
	case Number:
		if y, ok := b.(Number); ok {
			return x.cmp(y), nil
		}
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil // the order of UTF-8 is that of code points
		}
	case Date:
		switch y := b.(type) {
		case Date:
			return x.cmp(y), nil
		case Stamp:
			return -y.cmpDate(x), nil
		}
	case Stamp:
		switch y := b.(type) {
		case Date:
			return x.cmpDate(y), nil
		case Stamp:
			return x.cmp(y), nil
		}
	case Other:
		if y, ok := b.(Other); ok {
			return orderOther(string(x), string(y))
		}
	}
	return 0, missing("the order of these values")
}

// orderOther compares times of day and intervals.
func orderOther(a, b string) (int, error) {
	x, ok := duration(a)
	y, okY := duration(b)
	if !ok || !okY {
		return 0, missing("the order of %q and %q", a, b)
	}
	return x.Cmp(y), nil
}
