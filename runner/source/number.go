package source

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"streamflow/runner/model"
)

// Limits of numeric without a precision (Postgres's documentation, section 8.1.2).
const (
	maxWholeDigits    = 131072
	maxFractionDigits = 16383
	maxExponent       = 1 << 20 // beyond it nothing fits, so that sums of lengths cannot overflow
)

// integers reads decimal integers of a width, with nothing but a minus before the digits.
func integers(t model.Type) converter {
	limit := uint64(1)<<(t.Bits-1) - 1
	outside := &bad{reason: fmt.Sprintf("is out of range for %s (-%d to %d)", t.Name, limit+1, limit)}
	return func(dst, cell []byte) ([]byte, *bad) {
		digits, most := cell, limit
		if len(cell) > 0 && cell[0] == '-' {
			digits, most = cell[1:], limit+1
		}
		for len(digits) > 19 && digits[0] == '0' {
			digits = digits[1:]
		}
		if len(digits) == 0 {
			return dst, notNumber(cell, "an integer")
		}
		var v uint64
		for _, b := range digits {
			d := b - '0'
			if d > 9 {
				return dst, notNumber(cell, "an integer")
			}
			v = v*10 + uint64(d) // 19 digits fit
		}
		if v > most || len(digits) > 19 {
			return dst, outside
		}
		return append(dst, cell...), nil
	}
}

// notNumber explains the common ways in which a number is none.
func notNumber(cell []byte, what string) *bad {
	b := &bad{reason: "is not " + what}
	trimmed := bytes.TrimSpace(cell)
	switch {
	case len(cell) == 0:
		b.hint = "a quoted empty field is not NULL, and an empty one only if null_values has it"
	case len(trimmed) < len(cell):
		b.hint = "remove the blanks around it"
	case cell[0] == '+':
		b.hint = "write it without the plus"
	case what == "an integer" && isNumber(cell):
		b.hint = "write it without a point or an exponent, or declare the column numeric"
	case bytes.ContainsAny(cell, "., '") && onlyNumberBytes(cell):
		b.hint = "if it is written in another locale, say decimal and group"
	case bytes.EqualFold(cell, []byte("null")), bytes.EqualFold(cell, []byte("na")), bytes.EqualFold(cell, []byte("n/a")), bytes.EqualFold(cell, []byte("nan")):
		b.hint = fmt.Sprintf("if it means NULL, name it in null_values: [\"\", %q]", cell)
	}
	return b
}

func isNumber(cell []byte) bool {
	_, ok := scanNumber(cell)
	return ok
}

func onlyNumberBytes(cell []byte) bool {
	for _, b := range cell {
		if (b < '0' || b > '9') && bytes.IndexByte([]byte("-., '"), b) < 0 {
			return false
		}
	}
	return true
}

// number is a decimal number as its digits are written. Its value is the digits of whole and fraction, times ten to the exponent.
type number struct {
	whole, fraction []byte
	exponent        int
}

// scanNumber reads digits with an optional minus, point and exponent.
func scanNumber(s []byte) (n number, ok bool) {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	start := i
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	n.whole = s[start:i]
	if i < len(s) && s[i] == '.' {
		i++
		start = i
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		n.fraction = s[start:i]
	}
	if len(n.whole)+len(n.fraction) == 0 {
		return n, false
	}
	if i == len(s) {
		return n, true
	}
	if s[i]|0x20 != 'e' {
		return n, false
	}
	return n, n.scanExponent(s[i+1:])
}

func (n *number) scanExponent(s []byte) bool {
	sign := 1
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if len(s) == 0 {
		return false
	}
	for _, b := range s {
		if b-'0' > 9 {
			return false
		}
		n.exponent = min(n.exponent*10+int(b-'0'), maxExponent)
	}
	n.exponent *= sign
	return true
}

// digits returns how many digits the value needs before and after the point. Zeros at the ends do not count; both are zero for zero.
func (n number) digits() (whole, fraction int) {
	first, last := -1, -1
	for i, b := range n.whole {
		if b != '0' {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i, b := range n.fraction {
		if b != '0' {
			if first < 0 {
				first = len(n.whole) + i
			}
			last = len(n.whole) + i
		}
	}
	if first < 0 {
		return 0, 0
	}
	point := len(n.whole) + n.exponent
	return max(point-first, 0), max(last+1-point, 0)
}

// magnitude returns the power of ten of the first digit that counts, and false for zero.
func (n number) magnitude() (int, bool) {
	for i, b := range n.whole {
		if b != '0' {
			return len(n.whole) + n.exponent - i - 1, true
		}
	}
	for i, b := range n.fraction {
		if b != '0' {
			return n.exponent - i - 1, true
		}
	}
	return 0, false
}

// numerics reads exact decimals and passes them on exactly as they are written. Digits that the type would round away are a fault.
func numerics(t model.Type) converter {
	room := t.Precision - t.Scale
	return func(dst, cell []byte) ([]byte, *bad) {
		n, ok := scanNumber(cell)
		if !ok {
			return dst, notDecimal(cell, t.Name)
		}
		if t.Precision > 0 {
			if len(n.whole) > room || len(n.fraction) > t.Scale || n.exponent != 0 {
				if b := n.exceeds(t); b != nil {
					return dst, b
				}
			}
		} else if n.exponent != 0 || len(cell) > maxFractionDigits {
			if b := n.tooLong(); b != nil {
				return dst, b
			}
		}
		return append(dst, cell...), nil
	}
}

func (n number) exceeds(t model.Type) *bad {
	whole, fraction := n.digits()
	if whole > t.Precision-t.Scale {
		return &bad{reason: "is out of range for " + t.Name, detail: fmt.Sprintf("it has %s before the point, and %d fit", plural(whole, "digit"), t.Precision-t.Scale)}
	}
	if fraction > t.Scale {
		return &bad{reason: fmt.Sprintf("has %s, %s keeps %d", plural(fraction, "decimal"), t.Name, t.Scale), hint: "round it in the export, or declare a larger scale"}
	}
	return n.tooLong()
}

func (n number) tooLong() *bad {
	if whole, _ := n.digits(); whole > maxWholeDigits || len(n.fraction)-n.exponent > maxFractionDigits {
		return &bad{reason: "is out of range for numeric", detail: fmt.Sprintf("Postgres keeps %d digits before the point and %d after it", maxWholeDigits, maxFractionDigits)}
	}
	return nil
}

func notDecimal(cell []byte, name string) *bad {
	if isSpecial(cell) {
		return &bad{reason: "is not a number that " + name + " can hold", hint: "if it means NULL, name it in null_values; double precision holds NaN and Infinity"}
	}
	return notNumber(cell, "a number")
}

func isSpecial(cell []byte) bool {
	for _, s := range []string{"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"} {
		if bytes.EqualFold(cell, []byte(s)) {
			return true
		}
	}
	return false
}

// floats reads binary floating-point numbers. NaN and Infinity are accepted as Postgres writes them.
func floats(t model.Type) converter {
	safe := 307 // powers of ten that surely are inside the range
	if t.Bits == 32 {
		safe = 37
	}
	return func(dst, cell []byte) ([]byte, *bad) {
		n, ok := scanNumber(cell)
		if !ok {
			switch string(cell) {
			case "NaN", "Infinity", "-Infinity":
				return append(dst, cell...), nil
			}
			if isSpecial(cell) {
				return dst, &bad{reason: "is not a number", hint: "write NaN, Infinity or -Infinity, or name it in null_values"}
			}
			return dst, notNumber(cell, "a number")
		}
		if e, some := n.magnitude(); some && (e > safe || e < -safe) {
			v, err := strconv.ParseFloat(string(cell), t.Bits)
			if err != nil || v == 0 || math.IsInf(v, 0) {
				return dst, &bad{reason: "is out of range for " + t.Name}
			}
		}
		return append(dst, cell...), nil
	}
}

// localized undoes another locale's marks before the number is read.
func localized(rd model.Reading, next converter) converter {
	if rd.Decimal == 0 && rd.Group == 0 || rd.Decimal == '.' && rd.Group == 0 {
		return next
	}
	point := rd.Decimal
	if point == 0 {
		point = '.'
	}
	var buf []byte
	return func(dst, cell []byte) ([]byte, *bad) {
		var b *bad
		if buf, b = delocalize(buf[:0], cell, point, rd.Group); b != nil {
			return dst, b
		}
		return next(dst, buf)
	}
}

// delocalize writes the number with a point and without groups. Groups have three digits, the first one may have fewer.
func delocalize(dst, cell []byte, point, group rune) ([]byte, *bad) {
	wrong := &bad{reason: "is not a number written with " + strconv.QuoteRune(point) + " as its decimal mark"}
	digits, groups, fraction := 0, 0, false // digits since the last mark
	for i := 0; i < len(cell); {
		r, n := utf8.DecodeRune(cell[i:])
		i += n
		switch {
		case r >= '0' && r <= '9':
			digits++
			dst = append(dst, byte(r))
		case fraction || r == '-' && i == n:
			if r == point || r == group || r == '.' {
				return dst, wrong
			}
			dst = utf8.AppendRune(dst, r)
		case r == point:
			if groups > 0 && digits != 3 {
				return dst, misplaced(group)
			}
			fraction = true
			dst = append(dst, '.')
		case r == group && group != 0:
			if digits == 0 || digits > 3 || groups > 0 && digits != 3 {
				return dst, misplaced(group)
			}
			groups, digits = groups+1, 0
		case r == '.':
			return dst, wrong
		default:
			if groups > 0 && digits != 3 {
				return dst, misplaced(group)
			}
			fraction = true // an exponent, or nonsense that is found later
			dst = utf8.AppendRune(dst, r)
		}
	}
	if groups > 0 && !fraction && digits != 3 {
		return dst, misplaced(group)
	}
	return dst, nil
}

func misplaced(group rune) *bad {
	return &bad{reason: "has a misplaced " + strconv.QuoteRune(group), hint: "groups have three digits each"}
}
