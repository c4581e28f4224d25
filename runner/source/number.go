package source

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

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
