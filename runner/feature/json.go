package feature

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// AppendJSON writes a value, as Postgres prints it, as JSON; nil is null. Numbers keep every digit that counts: 29.50 is 29.5, and what JSON
// has no number for is a text ("NaN", "Infinity"). Dates are as they are, moments as ISO 8601 has them, with Z where they have a zone; bytes
// are base64, arrays lists, jsonb itself, and everything else text.
func AppendJSON(dst []byte, t model.Type, text []byte) []byte { return plain.append(dst, t, text) }

// AppendWire writes a value of an answer as Feast's feature server does, and returns the status that goes with what is written. It differs
// from AppendJSON so that a column has one type for a client that guesses types from JSON: numeric and floats always have a point, moments
// and days are whole seconds since 1970 (one without a zone is taken as UTC), JSON is a text (Feast's client fails on an empty document, on
// a null inside of one, and that of version 0.56 on all), and where there is no number or moment to write (NaN, an infinity) it is null and
// NULL_VALUE.
func AppendWire(dst []byte, t model.Type, v Value) ([]byte, Status) {
	if v.Text != nil && unspeakable(t, v.Text) {
		return append(dst, "null"...), NullValue
	}
	return wire.append(dst, t, v.Text), v.Status
}

// form is one of the two ways to write.
type form int

const (
	plain form = iota
	wire
)

func (f form) append(dst []byte, t model.Type, text []byte) []byte {
	if text == nil || f == wire && unspeakable(t, text) {
		return append(dst, "null"...)
	}
	switch t.Family {
	case model.Integer:
		return append(dst, text...)
	case model.Numeric, model.Float:
		return f.number(dst, t, text)
	case model.Boolean:
		return strconv.AppendBool(dst, text[0] == 't')
	case model.Date, model.Timestamp, model.TimestampTZ:
		if f == wire {
			return seconds(dst, t, text)
		}
		return append(AppendMoment(append(dst, '"'), t, text), '"')
	case model.JSON, model.JSONB:
		if f == wire {
			return appendText(dst, text)
		}
		if t.Family == model.JSON {
			return compact(dst, text)
		}
		return append(dst, text...)
	case model.Bytes:
		return base64Of(dst, text)
	case model.Array:
		return f.array(dst, *t.Elem, text)
	}
	return appendText(dst, text)
}

// unspeakable tells whether Feast's form has nothing to say of a value.
func unspeakable(t model.Type, text []byte) bool {
	switch t.Family {
	case model.Numeric, model.Float:
		return infinite(text)
	case model.Date, model.Timestamp, model.TimestampTZ:
		last := text[len(text)-1]
		return last == 'y' // infinity
	}
	return false
}

// infinite tells whether a number is NaN or an infinity.
func infinite(text []byte) bool {
	last := text[len(text)-1]
	return last == 'N' || last == 'y'
}

func (f form) number(dst []byte, t model.Type, text []byte) []byte {
	if infinite(text) {
		return appendText(dst, text)
	}
	if t.Family == model.Numeric {
		text = trimZeros(text)
	}
	dst = append(dst, text...)
	if f == wire && bytes.IndexByte(text, '.') < 0 && bytes.IndexByte(text, 'e') < 0 {
		dst = append(dst, ".0"...)
	}
	return dst
}

// trimZeros leaves out the zeros at the end of a fraction.
func trimZeros(text []byte) []byte {
	if bytes.IndexByte(text, '.') < 0 {
		return text
	}
	return bytes.TrimRight(bytes.TrimRight(text, "0"), ".")
}

// AppendMoment turns a date or a timestamp, as Postgres prints it, into ISO 8601, without quotes. What has no such form stays as it is: an
// infinity, a year before Christ.
func AppendMoment(dst []byte, t model.Type, text []byte) []byte {
	at := bytes.IndexByte(text, ' ')
	if t.Family == model.Date || at < 0 || bytes.HasSuffix(text, []byte("BC")) {
		return append(dst, text...)
	}
	dst = append(append(append(dst, text[:at]...), 'T'), text[at+1:]...)
	if t.Family == model.TimestampTZ {
		if clock, utc := bytes.CutSuffix(dst, []byte("+00")); utc {
			return append(clock, 'Z')
		}
	}
	return dst
}

// Seconds from 1970 to 2000, from where expression counts.
const from1970 = 946684800

// seconds writes a moment or the beginning of a day as whole seconds since 1970.
func seconds(dst []byte, t model.Type, text []byte) []byte {
	datum, _ := expression.ParseDatum(string(text), t) // Postgres printed it
	switch d := datum.(type) {
	case expression.Date:
		return strconv.AppendInt(dst, from1970+d.Days*86400, 10)
	case expression.Stamp:
		whole := d.Micros / 1e6
		if d.Micros%1e6 < 0 {
			whole--
		}
		return strconv.AppendInt(dst, from1970+whole, 10)
	}
	return append(dst, "null"...)
}

// compact writes JSON on one line.
func compact(dst, text []byte) []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		return appendText(dst, text)
	}
	return append(dst, b.Bytes()...)
}

// base64Of writes bytes that Postgres prints as \x and hexadecimal digits.
func base64Of(dst, text []byte) []byte {
	digits, ok := bytes.CutPrefix(text, []byte(`\x`))
	raw := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(raw, digits); !ok || err != nil {
		return appendText(dst, text)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, '"')
}

// array writes '{a,"b c",NULL}' as a list, also with arrays inside. Where its places begin is not said.
func (f form) array(dst []byte, elem model.Type, text []byte) []byte {
	s := arrayScanner{form: f, elem: elem, rest: text}
	if text[0] == '[' {
		if at := bytes.IndexByte(text, '='); at > 0 {
			s.rest = text[at+1:]
		}
	}
	if out, ok := s.list(dst); ok && len(s.rest) == 0 {
		return out
	}
	return appendText(dst, text)
}

// arrayScanner reads the text of an array from left to right and writes it as it goes.
type arrayScanner struct {
	form form
	elem model.Type
	rest []byte
	text []byte // of an element in quotes, to be used again
}

func (s *arrayScanner) take(c byte) bool {
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *arrayScanner) list(dst []byte) ([]byte, bool) {
	if !s.take('{') {
		return dst, false
	}
	dst = append(dst, '[')
	if s.take('}') {
		return append(dst, ']'), true
	}
	for {
		var ok bool
		if dst, ok = s.element(dst); !ok {
			return dst, false
		}
		if s.take('}') {
			return append(dst, ']'), true
		}
		if !s.take(',') {
			return dst, false
		}
		dst = append(dst, ',')
	}
}

func (s *arrayScanner) element(dst []byte) ([]byte, bool) {
	switch {
	case len(s.rest) == 0:
		return dst, false
	case s.rest[0] == '{':
		return s.list(dst)
	case s.rest[0] == '"':
		text, ok := s.quoted()
		return s.form.append(dst, s.elem, text), ok
	}
	end := bytes.IndexAny(s.rest, ",}")
	if end <= 0 {
		return dst, false
	}
	text := s.rest[:end]
	s.rest = s.rest[end:]
	if string(text) == "NULL" {
		text = nil
	}
	return s.form.append(dst, s.elem, text), true
}

func (s *arrayScanner) quoted() ([]byte, bool) {
	s.text = s.text[:0]
	if s.text == nil {
		s.text = []byte{} // empty text is not NULL
	}
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			s.rest = s.rest[i+1:]
			return s.text, true
		case c == '\\' && i+1 < len(s.rest):
			i++
		}
		s.text = append(s.text, s.rest[i])
	}
	return nil, false
}

const digits = "0123456789abcdef"

// appendText writes a text as JSON. Characters such as < and & stay as they are.
func appendText(dst, text []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, text[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += size
			continue
		}
		dst = append(dst, text[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
		i++
		from = i
	}
	dst = append(dst, text[from:]...)
	return append(dst, '"')
}
