package expression

import (
	"math/big"
	"strconv"
	"strings"
)

// Arithmetic follows Postgres's numeric: the value is exact or rounded half away from zero, and the scale of the result is that which
// Postgres would show (src/backend/utils/adt/numeric.c). Operands are finite.

// Limits of a numeric: its digits before the point and after it.
const (
	numericDigits = 131072
	quotientMin   = 16 // significant digits of a quotient, at least
)

// powersOfTen are those that nearly every number needs.
var powersOfTen = func() (out [40]*big.Int) {
	out[0] = big.NewInt(1)
	for i := 1; i < len(out); i++ {
		out[i] = new(big.Int).Mul(out[i-1], big.NewInt(10))
	}
	return out
}()

func powerOfTen(n int) *big.Int {
	if n < len(powersOfTen) {
		return powersOfTen[n]
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func infinity(sign int) Number { return Number{coefficient: new(big.Int), infinite: sign} }

// parseNumber reads what Postgres takes for a numeric: digits, a point, an exponent, an infinity. NaN is not a number. It fails for what
// a numeric cannot hold.
func parseNumber(text string) (Number, bool) {
	sign, rest := "", text
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		sign, rest = rest[:1], rest[1:]
	}
	switch strings.ToLower(rest) {
	case "infinity", "inf":
		if sign == "-" {
			return infinity(-1), true
		}
		return infinity(1), true
	}
	mantissa, exponent, exponential := strings.Cut(strings.ToLower(rest), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return Number{}, false
	}
	scale := len(fraction)
	if exponential {
		e, err := strconv.Atoi(exponent)
		if err != nil || e > numericDigits || e < -numericDigits {
			return Number{}, false
		}
		scale -= e
	}
	if len(strings.TrimLeft(whole+fraction, "0"))-scale > numericDigits {
		return Number{}, false
	}
	if scale < 0 {
		digits, scale = digits+strings.Repeat("0", -scale), 0
	}
	c, ok := new(big.Int).SetString(sign+digits, 10)
	return Number{coefficient: c, scale: scale}, ok && scale <= maxScale
}

// String writes a number as Postgres does, with all digits of its scale.
func (n Number) String() string {
	switch {
	case n.infinite > 0:
		return "Infinity"
	case n.infinite < 0:
		return "-Infinity"
	case n.scale == 0:
		return n.coefficient.String()
	}
	digits := new(big.Int).Abs(n.coefficient).String()
	if len(digits) <= n.scale {
		digits = strings.Repeat("0", n.scale-len(digits)+1) + digits
	}
	out := digits[:len(digits)-n.scale] + "." + digits[len(digits)-n.scale:]
	if n.coefficient.Sign() < 0 {
		return "-" + out
	}
	return out
}

// sign is -1, 0 or 1.
func (n Number) sign() int {
	if n.infinite != 0 {
		return n.infinite
	}
	return n.coefficient.Sign()
}

// at is the coefficient of a number at a greater scale.
func (n Number) at(scale int) *big.Int {
	if scale == n.scale {
		return n.coefficient
	}
	return new(big.Int).Mul(n.coefficient, powerOfTen(scale-n.scale))
}

// cmp compares values, whatever their scales.
func (n Number) cmp(m Number) int {
	if n.infinite != 0 || m.infinite != 0 {
		return n.infinite - m.infinite
	}
	if a, b := n.sign(), m.sign(); a != b {
		return a - b
	}
	s := max(n.scale, m.scale)
	return n.at(s).Cmp(m.at(s))
}

func (n Number) neg() Number {
	return Number{coefficient: new(big.Int).Neg(n.coefficient), scale: n.scale, infinite: -n.infinite}
}

func (n Number) abs() Number {
	if n.sign() < 0 {
		return n.neg()
	}
	return n
}

func (n Number) add(m Number) Number {
	s := max(n.scale, m.scale)
	return Number{coefficient: new(big.Int).Add(n.at(s), m.at(s)), scale: s}
}

func (n Number) sub(m Number) Number { return n.add(m.neg()) }

func (n Number) mul(m Number) Number {
	out := Number{coefficient: new(big.Int).Mul(n.coefficient, m.coefficient), scale: n.scale + m.scale}
	if out.scale > maxScale {
		return out.round(maxScale)
	}
	return out
}

// div has the scale that select_div_scale chooses. The divisor is not zero.
func (n Number) div(m Number) Number { return n.divAt(m, quotientScale(n, m)) }

// divAt divides to a number of places.
func (n Number) divAt(m Number, scale int) Number {
	a, b := n.coefficient, m.coefficient
	if shift := scale + m.scale - n.scale; shift >= 0 {
		a = new(big.Int).Mul(a, powerOfTen(shift))
	} else {
		b = new(big.Int).Mul(b, powerOfTen(-shift))
	}
	return Number{coefficient: divideRounded(a, b), scale: scale}
}

// quotientScale is select_div_scale: at least 16 significant digits, counted in digits of base 10000, and no fewer places than either
// side has.
func quotientScale(n, m Number) int {
	weight1, first1 := n.leading()
	weight2, first2 := m.leading()
	weight := weight1 - weight2
	if first1 <= first2 {
		weight--
	}
	return min(max(quotientMin-weight*4, n.scale, m.scale, 0), divisionScale)
}

// leading is the first digit of a number in base 10000 and the power of 10000 that it stands for.
func (n Number) leading() (weight, first int) {
	if n.coefficient.Sign() == 0 {
		return 0, 0
	}
	digits := strings.TrimPrefix(n.coefficient.String(), "-")
	exponent := len(digits) - 1 - n.scale
	weight = exponent >> 2
	length := exponent - 4*weight + 1
	for len(digits) < length {
		digits += "0"
	}
	first, _ = strconv.Atoi(digits[:length])
	return weight, first
}

// mod has the sign of the dividend. The divisor is not zero.
func (n Number) mod(m Number) Number {
	s := max(n.scale, m.scale)
	return Number{coefficient: new(big.Int).Rem(n.at(s), m.at(s)), scale: s}
}

// round rounds half away from zero to a number of places after the point, or before it when negative.
func (n Number) round(places int) Number {
	switch {
	case n.infinite != 0:
		return n
	case places >= n.scale:
		return Number{coefficient: n.at(places), scale: places}
	}
	c := divideRounded(n.coefficient, powerOfTen(n.scale-places))
	if places < 0 {
		return Number{coefficient: c.Mul(c, powerOfTen(-places))}
	}
	return Number{coefficient: c, scale: places}
}

// trunc drops what stands after the point.
func (n Number) trunc() Number {
	if n.infinite != 0 || n.scale == 0 {
		return n
	}
	return Number{coefficient: new(big.Int).Quo(n.coefficient, powerOfTen(n.scale))}
}

// floor is the greatest whole number that is not greater.
func (n Number) floor() Number {
	out := n.trunc()
	if n.sign() < 0 && out.cmp(n) != 0 {
		return out.sub(whole(1))
	}
	return out
}

// ceil is the smallest whole number that is not smaller.
func (n Number) ceil() Number { return n.neg().floor().neg() }

// isWhole tells whether nothing but zeros stands after the point.
func (n Number) isWhole() bool { return n.infinite == 0 && n.trunc().cmp(n) == 0 }

// normal is the number without zeros at the end of its fraction, so that equal numbers are written alike.
func (n Number) normal() Number {
	out := Number{coefficient: n.coefficient, scale: n.scale, infinite: n.infinite}
	for ten, rest := big.NewInt(10), new(big.Int); out.scale > 0; out.scale-- {
		q, r := new(big.Int).QuoRem(out.coefficient, ten, rest)
		if r.Sign() != 0 {
			break
		}
		out.coefficient = q
	}
	return out
}

// divideRounded divides whole numbers and rounds half away from zero.
func divideRounded(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Lsh(r, 1).CmpAbs(b) >= 0 {
		if a.Sign() == b.Sign() {
			q.Add(q, big.NewInt(1))
		} else {
			q.Sub(q, big.NewInt(1))
		}
	}
	return q
}

// limit is 10^1000, beyond which arithmetic is unknown.
var limit = Number{coefficient: powerOfTen(1000)}

// within tells whether a number can be an operand of arithmetic.
func (n Number) within() bool { return n.infinite == 0 && n.abs().cmp(limit) <= 0 }
