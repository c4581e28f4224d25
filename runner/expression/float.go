package expression

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// shortest writes a finite float as the shortest decimal that reads back as it, d.ddde+dd. Unlike Go, and as Postgres, it does not take a
// decimal in the middle between two floats: which of them that is depends on how halves are rounded.
//
// Of two decimals of one length in whose middle the float lies it takes the even one, where Go takes the greater.
func shortest(f float64, bits int) string {
	text := strconv.FormatFloat(f, 'e', -1, bits)
	mantissa, _, _ := strings.Cut(strings.TrimPrefix(text, "-"), "e")
	if even := strconv.FormatFloat(f, 'e', max(len(mantissa)-2, 0), bits); even != text {
		if back, err := strconv.ParseFloat(even, bits); err == nil && back == f {
			text = even
		}
	}
	for between(text, f, bits) {
		mantissa, _, _ := strings.Cut(strings.TrimPrefix(text, "-"), "e")
		text = strconv.FormatFloat(f, 'e', len(strings.Replace(mantissa, ".", "", 1)), bits)
	}
	return text
}

// between tells whether a decimal that reads back as f is the middle between f and its neighbour.
func between(text string, f float64, bits int) bool {
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return false
	}
	value := new(big.Rat).SetFloat64(f)
	side := exact.Cmp(value)
	if side == 0 {
		return false
	}
	toward := math.Inf(side)
	next := math.Nextafter(f, toward)
	if bits == 32 {
		next = float64(math.Nextafter32(float32(f), float32(toward)))
	}
	if math.IsInf(next, 0) {
		return false
	}
	return exact.Add(exact, exact).Cmp(value.Add(value, new(big.Rat).SetFloat64(next))) == 0
}

// nearest is the shortest decimal of the float of a width that is nearest to a number; beyond the greatest one it is an infinity.
func nearest(n Number, bits int) Number {
	f, _ := strconv.ParseFloat(n.String(), bits)
	if math.IsInf(f, 0) {
		return infinity(map[bool]int{true: -1, false: 1}[f < 0])
	}
	out, _ := parseNumber(shortest(f, bits))
	return out
}

// floatText writes a float as Postgres does: with an exponent where it is below -4, or beyond the digits that the width holds for sure.
func floatText(n Number, bits int) string {
	if n.infinite != 0 {
		return n.String()
	}
	f, _ := strconv.ParseFloat(n.String(), bits)
	text := shortest(f, bits)
	_, exponent, _ := strings.Cut(text, "e")
	most := map[int]int{32: 6, 64: 15}[bits]
	if e, _ := strconv.Atoi(exponent); e < -4 || e >= most {
		return text
	}
	out, _ := parseNumber(text)
	return out.String()
}
