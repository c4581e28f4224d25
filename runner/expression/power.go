package expression

import (
	"math"
	"math/big"

	"github.com/cockroachdb/apd/v3"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// What a power means must not depend on the version of Postgres, whose power() shows more or fewer digits from one to the next. So the
// second and third power are products, whole powers of whole numbers are exact, and all others are rounded to powerPlaces. The base gets
// zeros to compute with at least powerSpare places, of which rounding drops those that may be wrong.
const (
	powerPlaces  = 20
	powerSpare   = pgsql.Frag("0.00000000000000000000000000000000000000000000000000")
	maxPower     = 1000          // a result has at most so many digits on either side of the point
	maxExactBase = 20_000        // digits of a power that is computed exactly
	maxSigned    = 2_000_000_000 // the greatest exponent of a negative base: Postgres 14 knows the sign of no greater powers
)

// factors is the exponent of a power that is a product of so many factors, or 0.
func factors(n *Node) int {
	if e, ok := smallPower(n.Args[1]); ok && e <= 3 {
		return e
	}
	return 0
}

// places are those that a power is rounded to.
func places(n *Node) int {
	if n.Type.Family == model.Integer {
		return 0
	}
	return powerPlaces
}

// power guards what power() has no result for: zero to a negative power, a negative base with a fraction as exponent, and results of
// more than 1000 digits on either side of the point.
func (e *emitter) power(n *Node, a, b pgsql.Frag) pgsql.Frag {
	if k := factors(n); k > 0 {
		out := a
		for range k - 1 {
			out += " * " + a
		}
		return "(" + out + ")"
	}
	out := "power(" + a + ", " + b + ")"
	if places(n) > 0 {
		out = "power(" + a + " + " + powerSpare + ", " + b + ")"
	}
	if !plainPower(n) {
		out = "CASE WHEN " + a + " = 0 THEN CASE WHEN " + b + " > 0 THEN 0 WHEN " + b + " = 0 THEN 1 END" +
			" WHEN " + a + " < 0 AND (" + b + " <> trunc(" + b + ") OR abs(" + b + ") > " + pgsql.Int(maxSigned) + ") THEN NULL" +
			" WHEN abs(" + b + " * log(abs(" + a + "))) > " + pgsql.Int(maxPower) + " THEN NULL" +
			" ELSE " + out + " END"
	}
	return "round(" + out + ", " + pgsql.Int(places(n)) + ")"
}

// powerOf is a power in memory, with the same guards.
func powerOf(n *Node, a, b Number) Datum {
	if k := factors(n); k > 0 {
		out := a
		for range k - 1 {
			out = out.mul(a)
		}
		return out
	}
	var out Number
	switch {
	case plainPower(n):
		e, _ := b.int64()
		out = a.exactPower(e)
	case a.sign() == 0 && b.sign() > 0:
		out = whole(0)
	case a.sign() == 0 && b.sign() == 0:
		out = whole(1)
	case a.sign() == 0, a.sign() < 0 && (!b.isWhole() || b.abs().cmp(whole(maxSigned)) > 0):
		return nil
	default:
		size, ok := powerDigits(a.abs(), b)
		if !ok {
			return nil
		}
		out = computePower(a, b, size)
	}
	return out.round(places(n))
}

func (n Number) exactPower(e int64) Number {
	return Number{coefficient: new(big.Int).Exp(n.coefficient, big.NewInt(e), nil), scale: n.scale * int(e)}
}

// digits is the number of digits of the coefficient.
func (n Number) digits() int { return len(n.abs().coefficient.String()) }

// powerDigits is the decimal logarithm of a power, about; ok tells whether the result stays within its limits. a is positive.
func powerDigits(a, b Number) (float64, bool) {
	a = a.normal()
	if a.cmp(whole(1)) == 0 {
		return 0, true
	}
	logarithm, exact := a.log10()
	exponent := b.float()
	size := exponent * logarithm
	uncertain := math.Abs(exponent)*1e-14 + math.Abs(size)*1e-14
	switch {
	case math.Abs(size) < maxPower-uncertain:
		return size, true
	case math.Abs(size) > maxPower+uncertain && !math.IsInf(exponent, 0):
		return 0, false
	case exact:
		precise := b.mul(whole(int64(logarithm)))
		return precise.float(), precise.abs().cmp(whole(maxPower)) <= 0
	}
	return preciseDigits(a, b)
}

// preciseDigits is powerDigits where it is close, or where the base is close to 1 and the exponent great.
func preciseDigits(a, b Number) (float64, bool) {
	ctx := apd.BaseContext.WithPrecision(uint32(max(b.digits()-b.scale, 0) + 40))
	ln, ten := logarithm(ctx, a), logarithm(ctx, whole(10))
	size := new(apd.Decimal)
	_, _ = ctx.Mul(size, ln, apdOf(b))
	_, _ = ctx.Quo(size, size, ten)
	out, err := size.Float64()
	return out, err == nil && math.Abs(out) <= maxPower
}

// log10 is the decimal logarithm of a positive number, about, and whether it is exact.
func (n Number) log10() (float64, bool) {
	digits := n.coefficient.String()
	mantissa, _ := parseNumber(digits[:1] + "." + digits[1:min(len(digits), 20)] + "0")
	exponent := len(digits) - 1 - n.scale
	return math.Log10(mantissa.float()) + float64(exponent), mantissa.cmp(whole(1)) == 0 && n.normal().leadsOnly()
}

// leadsOnly tells whether a number has one digit that is not zero, at its front.
func (n Number) leadsOnly() bool { return powerOfTen(n.digits()-1).CmpAbs(n.coefficient) == 0 }

// float is the nearest float; numbers beyond it are infinite.
func (n Number) float() float64 {
	out, _ := new(big.Float).SetString(n.String())
	f, _ := out.Float64()
	return f
}

// computePower is a ** b with at least powerPlaces+30 correct places. size is the decimal logarithm of the result.
func computePower(a, b Number, size float64) Number {
	if size < -2*powerPlaces {
		return whole(0)
	}
	a = a.normal()
	if e, ok := b.int64(); ok && float64(a.digits())*math.Abs(float64(e)) <= maxExactBase {
		if e >= 0 {
			return a.exactPower(e)
		}
		return whole(1).divAt(a.exactPower(-e), powerPlaces)
	}
	ctx := apd.BaseContext.WithPrecision(uint32(max(b.digits()-b.scale, 0)+max(int(size), 0)) + 2*powerPlaces + 40)
	x := new(apd.Decimal)
	_, _ = ctx.Mul(x, logarithm(ctx, a.abs()), apdOf(b))
	_, _ = ctx.Exp(x, x)
	out := numberOf(x)
	if a.sign() < 0 && b.trunc().mod(whole(2)).sign() != 0 {
		return out.neg()
	}
	return out
}

// logarithm is the natural one of a positive number, with the precision of the context after the point.
func logarithm(ctx *apd.Context, n Number) *apd.Decimal {
	out, x := new(apd.Decimal), new(apd.Decimal)
	_, _ = ctx.Round(x, apdOf(n))
	_, _ = ctx.Ln(out, x)
	return out
}

func apdOf(n Number) *apd.Decimal {
	return apd.NewWithBigInt(new(apd.BigInt).SetMathBigInt(n.coefficient), int32(-n.scale))
}

// numberOf turns back a finite number that a context has computed.
func numberOf(d *apd.Decimal) Number {
	out, _ := parseNumber(d.Text('f'))
	return out
}
