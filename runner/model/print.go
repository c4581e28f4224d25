package model

import (
	"bytes"
	"encoding/json"
)

// AppendPlain appends a value, as Postgres prints it in a session of ours, in the form that other programs read: true and false, and times in
// ISO 8601, with a Z where they have a zone. All others stay as they are.
func (t Type) AppendPlain(dst, text []byte) []byte {
	switch t.Family {
	case Boolean:
		if string(text) == "t" {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case Timestamp, TimestampTZ:
		from := len(dst)
		dst = append(dst, text...)
		if i := bytes.IndexByte(dst[from:], ' '); i >= 0 && !bytes.HasSuffix(text, []byte(" BC")) {
			dst[from+i] = 'T'
			if t.Family == TimestampTZ {
				dst = append(bytes.TrimSuffix(dst, []byte("+00")), 'Z')
			}
		}
		return dst
	}
	return append(dst, text...)
}

// AppendJSON appends a value, as Postgres prints it in a session of ours, as JSON on one line: numbers with all their digits, JSON as it is,
// an array as a list, and everything else in quotes, as AppendPlain writes it. A nil text is null. What is no number (NaN, Infinity) is in
// quotes too.
func (t Type) AppendJSON(dst, text []byte) []byte {
	if text == nil {
		return append(dst, "null"...)
	}
	switch t.Family {
	case Boolean:
		return t.AppendPlain(dst, text)
	case Integer, Numeric, Float:
		return appendNumber(dst, text)
	case JSON, JSONB:
		b := bytes.NewBuffer(dst)
		if json.Compact(b, text) == nil {
			return b.Bytes()
		}
	case Array:
		return t.Elem.appendArray(dst, text)
	case Timestamp, TimestampTZ:
		return appendQuoted(dst, t.AppendPlain(nil, text))
	}
	return appendQuoted(dst, text)
}

// appendNumber quotes what JSON has no number for. Postgres prints floats such as 1e+20, which JSON reads as well.
func appendNumber(dst, text []byte) []byte {
	if c := text[len(text)-1]; c < '0' || c > '9' {
		return appendQuoted(dst, text)
	}
	return append(dst, text...)
}

// appendArray reads the text of an array with elements of type t (Postgres documentation, section 8.15.6). Bounds of its own in front of it
// ([0:2]={...}) say nothing of its values.
func (t Type) appendArray(dst, text []byte) []byte {
	at := max(bytes.IndexByte(text, '{'), 0)
	var item []byte
	for at < len(text) {
		switch c := text[at]; c {
		case '{':
			dst = append(dst, '[')
			at++
		case '}':
			dst = append(dst, ']')
			at++
		case ',':
			dst = append(dst, ',')
			at++
		case '"':
			item = item[:0]
			for at++; at < len(text) && text[at] != '"'; at++ {
				if text[at] == '\\' && at+1 < len(text) {
					at++
				}
				item = append(item, text[at])
			}
			at++
			dst = t.AppendJSON(dst, append([]byte{}, item...))
		default:
			from := at
			for at < len(text) && text[at] != ',' && text[at] != '}' {
				at++
			}
			if item := text[from:at]; string(item) == "NULL" {
				dst = append(dst, "null"...)
			} else {
				dst = t.AppendJSON(dst, item)
			}
		}
	}
	return dst
}

// appendQuoted appends text of UTF-8 as a string of JSON (RFC 8259, section 7).
func appendQuoted(dst, text []byte) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for _, b := range text {
		switch {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b == '\n':
			dst = append(dst, '\\', 'n')
		case b == '\t':
			dst = append(dst, '\\', 't')
		case b < ' ':
			dst = append(dst, '\\', 'u', '0', '0', digits[b>>4], digits[b&15])
		default:
			dst = append(dst, b)
		}
	}
	return append(dst, '"')
}
