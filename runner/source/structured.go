package source

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"regexp"

	"streamflow/runner/model"
)

// uuids reads the canonical form in any case.
func uuids(dst, cell []byte) ([]byte, *bad) {
	ok := len(cell) == 36
	for i := 0; ok && i < len(cell); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			ok = cell[i] == '-'
		} else {
			ok = isHex(cell[i])
		}
	}
	if !ok {
		return dst, &bad{reason: "is not a uuid", hint: "write 32 hexadecimal digits in groups of 8-4-4-4-12"}
	}
	return append(dst, cell...), nil
}

func isHex(b byte) bool {
	return b-'0' <= 9 || b|0x20 >= 'a' && b|0x20 <= 'f'
}

// maxDepth is how deep JSON may be nested. Postgres gives up, with its stack, somewhat later.
const maxDepth = 1000

// documents reads JSON, and refuses what jsonb would: the zero character, halves of surrogate pairs, numbers beyond numeric.
func documents(t model.Type) converter {
	return func(dst, cell []byte) ([]byte, *bad) {
		if !json.Valid(cell) {
			var v any
			b := &bad{reason: "is not JSON"}
			if err := json.Unmarshal(cell, &v); err != nil {
				b.detail = err.Error()
			}
			return dst, b
		}
		if b := checkDocument(cell, t.Family == model.JSONB); b != nil {
			return dst, b
		}
		return append(dst, cell...), nil
	}
}

// checkDocument walks over valid JSON.
func checkDocument(cell []byte, binary bool) *bad {
	depth := 0
	for i := 0; i < len(cell); i++ {
		switch c := cell[i]; {
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return &bad{reason: "is JSON nested too deep", hint: "1000 levels are read"}
			}
		case c == '}' || c == ']':
			depth--
		case c == '"':
			n, b := checkString(cell[i:], binary)
			if b != nil {
				return b
			}
			i += n - 1
		case binary && (c == '-' || c-'0' <= 9):
			end := i
			for end < len(cell) && bytes.IndexByte([]byte("+-.eE0123456789"), cell[end]) >= 0 {
				end++
			}
			if n, ok := scanNumber(cell[i:end]); !ok || n.tooLong() != nil {
				return &bad{reason: "holds a number that jsonb cannot"}
			}
			i = end - 1
		}
	}
	return nil
}

// checkString looks at the escapes of the string at the start of s, and returns its length with both quotes.
func checkString(s []byte, binary bool) (int, *bad) {
	high := false // a high surrogate waits for its other half
	lonely := &bad{reason: "holds half of a surrogate pair, which jsonb cannot"}
	for i := 1; i < len(s); i++ {
		code := rune(-1)
		switch {
		case s[i] == '\\' && s[i+1] == 'u':
			code = 0
			for _, h := range s[i+2 : i+6] {
				code = code<<4 + hexValue(h)
			}
			i += 5
		case s[i] == '\\':
			i++
		case s[i] == '"':
			if high && binary {
				return 0, lonely
			}
			return i + 1, nil
		}
		low := code >= 0xdc00 && code <= 0xdfff
		switch {
		case code == 0:
			return 0, &bad{reason: `holds the character \u0000, which Postgres cannot store`}
		case binary && low != high:
			return 0, lonely
		}
		high = code >= 0xd800 && code <= 0xdbff
	}
	return len(s), nil
}

func hexValue(b byte) rune {
	if b <= '9' {
		return rune(b - '0')
	}
	return rune(b|0x20-'a') + 10
}

// byteStrings reads \x and pairs of hexadecimal digits.
func byteStrings(dst, cell []byte) ([]byte, *bad) {
	ok := bytes.HasPrefix(cell, []byte(`\x`)) && len(cell)%2 == 0
	for i := 2; ok && i < len(cell); i++ {
		ok = isHex(cell[i])
	}
	if !ok {
		return dst, &bad{reason: "is not a byte string", hint: `write \x and two hexadecimal digits for each byte`}
	}
	return append(dst, cell...), nil
}

// intervals reads the forms that Postgres writes, and ISO 8601 durations. The digits are few enough that nothing overflows.
func intervals() converter {
	form := regexp.MustCompile(`^(?:` +
		`[+-]?\d{1,6} (?:years?|mons?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)` +
		`(?: [+-]?\d{1,6} (?:years?|mons?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?))*` +
		`(?: [+-]?\d{1,6}:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?` +
		`|[+-]?\d{1,6}:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?` +
		`|P(?:\d{1,6}Y)?(?:\d{1,6}M)?(?:\d{1,6}W)?(?:\d{1,6}D)?(?:T(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}(?:\.\d{1,6})?S)?)?)$`)
	return func(dst, cell []byte) ([]byte, *bad) {
		last := byte('P')
		if len(cell) > 0 {
			last = cell[len(cell)-1]
		}
		if last == 'P' || last == 'T' || !form.Match(cell) {
			return dst, &bad{reason: "is not an interval", hint: "write it like 3 days 04:05:06, 1 year 2 mons or P1Y2M3DT4H"}
		}
		return append(dst, cell...), nil
	}
}

// networks reads addresses with or without the length of a prefix. A cidr has no bits set beyond its prefix.
func networks(t model.Type) converter {
	return func(dst, cell []byte) ([]byte, *bad) {
		text := string(cell)
		if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
			return append(dst, cell...), nil
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return dst, &bad{reason: "is not a network address", hint: "write it like 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32"}
		}
		if t.Name == "cidr" && p.Masked() != p {
			return dst, &bad{reason: "has bits set to the right of its prefix, which cidr refuses", hint: "write the network's address, or declare the column inet"}
		}
		return append(dst, cell...), nil
	}
}
