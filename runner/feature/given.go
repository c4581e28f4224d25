package feature

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// ReadText reads a value of a key or an input that was given as text, as in an address or on a command line, and returns it as Postgres reads
// it. The error names the column, and the value unless it is personal.
func ReadText(c model.Column, text string) (*string, error) {
	out, err := readText(c.Type, text)
	if err != nil {
		return nil, given(c, strconv.Quote(short(text)), err)
	}
	return &out, nil
}

// ReadInput is ReadText for an input. One that is given as nothing is NULL where nothing is no value of its type.
func ReadInput(c model.Column, text string) (*string, error) {
	if text == "" && c.Type.Family != model.Text {
		return nil, nil
	}
	return ReadText(c, text)
}

// ReadJSON reads a value that was given as JSON; null is nil. What the type allows may come as text or as a number: "5" and 5 are the same
// for a column of text and for one of integers, and 5.0 is the integer 5, as data frames write it. A moment may be a number of seconds since
// 1970, as Feast's clients write it; a jsonb value may be a text that holds JSON.
func ReadJSON(c model.Column, raw json.RawMessage) (*string, error) {
	out, err := readJSON(c.Type, bytes.TrimSpace(raw))
	if err != nil {
		return nil, given(c, short(string(raw)), err)
	}
	return out, nil
}

func given(c model.Column, value string, err error) error {
	if c.PII {
		value = "its value"
	}
	return fmt.Errorf("%s: %s %w", c.Name, value, err)
}

// short keeps the beginning of a long text.
func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

// The reasons for which a text is refused, beside those of notOf.
var (
	errNotText    = errors.New("is not text that Postgres can hold")
	errNoJSON     = errors.New("is not JSON")
	errBytes      = errors.New(`is not of type bytea: write base64, or \x and hexadecimal digits`)
	errBoolean    = errors.New("is a boolean, and the column is none")
	errNested     = errors.New("is a list or an object, and the column holds single values")
	errLongNumber = fmt.Errorf("has an exponent beyond %d", longest)
	errNotArray   = errors.New("is not a list of values")
)

// notOf says that a value is not of a type, and why where that is known.
func notOf(t model.Type, err error) error {
	if err != nil {
		if _, why, ok := strings.Cut(err.Error(), " is not of type "+t.Name+": "); ok {
			return fmt.Errorf("is not of type %s: %s", t.Name, why)
		}
	}
	return fmt.Errorf("is not of type %s", t.Name)
}

func readText(t model.Type, text string) (string, error) {
	if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
		return "", errNotText
	}
	switch t.Family {
	case model.Text:
		if t.Length == 0 {
			return text, nil
		}
	case model.JSON, model.JSONB:
		if !json.Valid([]byte(text)) {
			return "", errNoJSON
		}
	case model.Bytes:
		return readBytes(text)
	}
	if t.Family == model.Numeric && longNumber(text) {
		return "", errLongNumber
	}
	datum, err := expression.ParseDatum(text, t)
	if err != nil {
		return "", notOf(t, err)
	}
	switch t.Family {
	case model.Integer, model.Float, model.Boolean, model.Date, model.Timestamp, model.TimestampTZ, model.UUID:
		if datum != nil {
			return expression.FormatDatum(datum, t), nil
		}
	case model.Numeric:
		return exact(t, text, datum)
	}
	return text, nil
}

// longest bounds the exponent of a number: a few letters in a request would become many digits, to be computed with and sent on. What is written
// out may be as long as it is.
const longest = 1000

// longNumber tells whether the exponent of a number is beyond that.
func longNumber(text string) bool {
	i := strings.LastIndexAny(text, "eE")
	if i < 0 {
		return false
	}
	n, err := strconv.Atoi(strings.TrimSpace(text[i+1:]))
	return errors.Is(err, strconv.ErrRange) || n > longest || n < -longest
}

// readBytes reads bytes as Postgres prints them, or in base64, as answers have them. What begins with \x is never base64.
func readBytes(text string) (string, error) {
	if digits, ok := strings.CutPrefix(text, `\x`); ok {
		if _, err := hex.DecodeString(digits); err != nil {
			return "", errBytes
		}
		return text, nil
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", errBytes
	}
	return `\x` + hex.EncodeToString(raw), nil
}

// exact refuses a number with more places than its column keeps: rounded it would be another one.
func exact(t model.Type, text string, datum expression.Datum) (string, error) {
	if datum == nil { // NaN
		return text, nil
	}
	out := expression.FormatDatum(datum, t)
	if t.Precision > 0 {
		whole, err := expression.ParseDatum(text, model.Type{Name: t.Name, Family: model.Numeric})
		if err != nil || string(trimZeros([]byte(expression.FormatDatum(whole, t)))) != string(trimZeros([]byte(out))) {
			return "", fmt.Errorf("has more than the %d places of %s", t.Scale, t.Name)
		}
	}
	return out, nil
}

func readJSON(t model.Type, raw []byte) (*string, error) {
	if !json.Valid(raw) {
		return nil, errNoJSON
	}
	if string(raw) == "null" {
		return nil, nil
	}
	text, err := textOf(t, raw)
	if err == nil {
		text, err = readText(t, text)
	}
	if err != nil {
		return nil, err
	}
	return &text, nil
}

// textOf is a value of JSON as a text that the type may read.
func textOf(t model.Type, raw []byte) (string, error) {
	isJSON := t.Family == model.JSON || t.Family == model.JSONB
	switch first := raw[0]; {
	case first == '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", errNoJSON
		}
		if isJSON && !json.Valid([]byte(text)) {
			return string(raw), nil
		}
		return text, nil
	case isJSON:
		return string(raw), nil
	case first == 't' || first == 'f':
		if t.Family != model.Boolean {
			return "", errBoolean
		}
		return string(raw), nil
	case first == '[' && t.Family == model.Array:
		return arrayOf(*t.Elem, raw)
	case first == '[' || first == '{':
		return "", errNested
	}
	return numberOf(t, string(raw))
}

// numberOf is a number of JSON as text of a type.
func numberOf(t model.Type, number string) (string, error) {
	switch t.Family {
	case model.Boolean, model.UUID, model.Array, model.Bytes:
		return "", notOf(t, nil)
	case model.Integer:
		if longNumber(number) {
			return "", notOf(t, nil)
		}
		whole, err := expression.ParseDatum(number, model.Type{Name: t.Name, Family: model.Numeric})
		if err != nil {
			return "", notOf(t, nil)
		}
		return string(trimZeros([]byte(expression.FormatDatum(whole, t)))), nil
	case model.Date, model.Timestamp, model.TimestampTZ:
		seconds, err := strconv.ParseFloat(number, 64)
		if err != nil || seconds > 1e11 || seconds < -1e11 {
			return "", notOf(t, nil)
		}
		at := time.UnixMicro(int64(seconds * 1e6)).UTC()
		if t.Family == model.Date {
			return at.Format(model.DateLayout), nil
		}
		return at.Format("2006-01-02T15:04:05.999999Z"), nil
	}
	return number, nil
}

// arrayOf writes a list of JSON as an array of Postgres: every element in quotes.
func arrayOf(elem model.Type, raw []byte) (string, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return "", errNotArray
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, one := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		if one[0] == '[' && elem.Family != model.JSON && elem.Family != model.JSONB {
			inner, err := arrayOf(elem, one)
			if err != nil {
				return "", err
			}
			b.WriteString(inner)
			continue
		}
		text, err := readJSON(elem, one)
		if err != nil {
			return "", fmt.Errorf("holds %s, which %w", short(string(one)), err)
		}
		if text == nil {
			b.WriteString("NULL")
			continue
		}
		b.WriteByte('"')
		_, _ = arrayQuotes.WriteString(&b, *text)
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String(), nil
}

// arrayQuotes writes what stands in the quotes of an array's element.
var arrayQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
