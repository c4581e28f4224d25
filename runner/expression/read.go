package expression

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"streamflow/runner/model"
)

// ParseDatum reads a value of a type from text: every form that Postgres prints, and dates and times in the forms of ISO 8601. A time
// without a zone is one at UTC. NaN is nil. What the type cannot hold is an error, as it is to Postgres; a numeric is rounded to its
// scale, as Postgres does.
func ParseDatum(text string, t model.Type) (Datum, error) {
	if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
		return nil, fmt.Errorf("%q is not text that Postgres can hold", text)
	}
	d, err := parseDatum(text, t)
	if err != nil {
		return nil, fmt.Errorf("%q is not of type %s%w", text, t.Name, err)
	}
	return d, nil
}

// The reasons for which a text is no value, written after it.
var (
	errForm   = errors.New("")
	errRange  = errors.New(": out of range")
	errLength = errors.New(": too long")
)

func parseDatum(text string, t model.Type) (Datum, error) {
	switch t.Family {
	case model.Text:
		return parseText(text, t)
	case model.Boolean:
		return parseBoolean(text)
	case model.Integer, model.Numeric:
		return parseDecimal(strings.TrimSpace(text), t)
	case model.Float:
		return parseFloat(strings.TrimSpace(text), t.Bits)
	case model.Date:
		days, _, _, infinite, ok := parseMoment(text)
		return checked(Date{Days: days, Infinite: infinite}, ok)
	case model.Timestamp, model.TimestampTZ:
		return parseStamp(text, t)
	case model.Time:
		micros, ok := parseClock(strings.TrimSpace(text))
		return checked(Other(clock(micros)), ok)
	case model.UUID:
		s := strings.ToLower(strings.TrimSpace(text))
		return checked(s, uuidText.MatchString(s))
	case model.JSONB:
		return parseJSON(text)
	case model.Array:
		return parseArray(text, *t.Elem)
	}
	return Other(text), nil
}

func checked(d Datum, ok bool) (Datum, error) {
	if !ok {
		return nil, errForm
	}
	return d, nil
}

func parseText(text string, t model.Type) (Datum, error) {
	if t.Padded {
		text = strings.TrimRight(text, " ")
	}
	if t.Length > 0 && utf8.RuneCountInString(text) > t.Length {
		if text = string([]rune(text)[:t.Length]) + strings.TrimLeft(string([]rune(text)[t.Length:]), " "); utf8.RuneCountInString(text) > t.Length {
			return nil, errLength
		}
	}
	return text, nil
}

func parseBoolean(text string) (Datum, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "t", "yes", "y", "on", "1":
		return true, nil
	case "false", "f", "no", "n", "off", "0":
		return false, nil
	}
	return nil, errForm
}

func parseDecimal(text string, t model.Type) (Datum, error) {
	if strings.EqualFold(text, "nan") && t.Family == model.Numeric {
		return nil, nil
	}
	n, ok := parseNumber(text)
	switch {
	case !ok, t.Family == model.Integer && strings.Trim(text, "+-0123456789") != "":
		return nil, errForm
	case t.Family == model.Integer && !fitsInteger(n, t.Bits):
		return nil, errRange
	case t.Precision > 0:
		n = n.round(t.Scale)
		if n.infinite != 0 || n.abs().cmp(Number{coefficient: powerOfTen(t.Precision - t.Scale)}) >= 0 {
			return nil, errRange
		}
	}
	return n, nil
}

func fitsInteger(n Number, bits int) bool {
	v, ok := n.int64()
	return ok && v >= -1<<(bits-1) && v <= 1<<(bits-1)-1
}

func parseFloat(text string, bits int) (Datum, error) {
	if strings.EqualFold(text, "nan") {
		return nil, nil
	}
	n, ok := parseNumber(text)
	if !ok {
		return nil, errForm
	}
	if n.infinite != 0 {
		return n, nil
	}
	out := nearest(n, bits)
	if out.infinite != 0 || out.sign() == 0 && n.sign() != 0 {
		return nil, errRange
	}
	return out, nil
}

func parseStamp(text string, t model.Type) (Datum, error) {
	days, micros, offset, infinite, ok := parseMoment(text)
	if !ok {
		return nil, errForm
	}
	if infinite != 0 {
		return Stamp{Infinite: infinite}, nil
	}
	if t.Family == model.Timestamp {
		offset = 0 // Postgres ignores a zone where there can be none
	}
	s, ok := stampOf(days, micros-offset)
	if !ok {
		return nil, errRange
	}
	return s, nil
}

func parseJSON(text string) (Datum, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return nil, errForm
	}
	out, ok := exactJSON(v)
	if !ok {
		return nil, errRange
	}
	return JSON{Value: out}, nil
}

// exactJSON replaces the numbers of a JSON value by decimals.
func exactJSON(v any) (any, bool) {
	ok := true
	switch v := v.(type) {
	case json.Number:
		n, ok := parseNumber(string(v))
		return n, ok
	case string:
		return v, !strings.ContainsRune(v, 0)
	case []any:
		for i := range v {
			var fits bool
			v[i], fits = exactJSON(v[i])
			ok = ok && fits
		}
	case map[string]any:
		for k := range v {
			var fits bool
			v[k], fits = exactJSON(v[k])
			ok = ok && fits && !strings.ContainsRune(k, 0)
		}
	}
	return v, ok
}

// arrayBounds are written before an array whose places do not begin at 1.
var arrayBounds = regexp.MustCompile(`^(?:\[[-+]?\d+:[-+]?\d+\])+=`)

// parseArray reads '{a,"b c",NULL}', also with arrays inside. Where its places begin does not matter.
func parseArray(text string, elem model.Type) (Datum, error) {
	text = strings.TrimSpace(text)
	out, rest, err := arrayAt(text[len(arrayBounds.FindString(text)):], elem)
	if err == nil && rest != "" {
		err = errForm
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func arrayAt(text string, elem model.Type) (out []Datum, rest string, err error) {
	rest, ok := strings.CutPrefix(text, "{")
	if !ok {
		return nil, "", errForm
	}
	out = []Datum{}
	if after, ok := strings.CutPrefix(rest, "}"); ok {
		return out, after, nil
	}
	for {
		var d Datum
		if d, rest, err = elementAt(strings.TrimLeft(rest, " "), elem); err != nil {
			return nil, "", err
		}
		out = append(out, d)
		rest = strings.TrimLeft(rest, " ")
		if after, ok := strings.CutPrefix(rest, "}"); ok {
			return out, after, nil
		}
		if rest, ok = strings.CutPrefix(rest, ","); !ok {
			return nil, "", errForm
		}
	}
}

// elementAt reads one element: an array, a text in quotes, or what stands before the next comma.
func elementAt(text string, elem model.Type) (Datum, string, error) {
	switch {
	case strings.HasPrefix(text, "{"):
		d, rest, err := arrayAt(text, elem)
		return d, rest, err
	case strings.HasPrefix(text, `"`):
		var b strings.Builder
		for i := 1; i < len(text); i++ {
			switch {
			case text[i] == '"':
				d, err := parseDatum(b.String(), elem)
				return d, text[i+1:], err
			case text[i] == '\\' && i+1 < len(text):
				i++
			}
			b.WriteByte(text[i])
		}
		return nil, "", errForm
	}
	end := strings.IndexAny(text, ",}")
	if end <= 0 {
		return nil, "", errForm
	}
	bare := strings.TrimRight(text[:end], " ")
	if strings.EqualFold(bare, "null") {
		return nil, text[end:], nil
	}
	d, err := parseDatum(strings.ReplaceAll(bare, `\`, ""), elem)
	return d, text[end:], err
}

// sortedKeys are the keys of an object in the order of jsonb: short ones first, then by their bytes.
func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for k := range object {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return keys
}
