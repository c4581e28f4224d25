package source

import (
	"strconv"
	"unicode/utf8"

	"streamflow/runner/model"
)

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
