package expression

import (
	"math/big"
	"regexp"
	"unicode/utf8"

	"streamflow/runner/model"
)

// validNumber matches decimal numbers of a sane length; the exponent has at most two digits.
const (
	validNumber  = `^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9][0-9]?)?$`
	validInteger = `^[-+]?[0-9]+$`
	maxNumber    = 300 // characters of a number in a text
)

var integerText = regexp.MustCompile(validInteger)

// placeArgument takes a whole number that is cut off at a limit.
func placeArgument(name string, most int) Parameter {
	return Parameter{Name: name, Accepts: wholeArg, Place: most}
}

// numberFunctions compute exactly, in decimals.
func numberFunctions() []Function {
	number, text := []Parameter{{Name: "number", Accepts: numberArg}}, []Parameter{textArgument("text")}
	places := []Parameter{{Name: "number", Accepts: numberArg}, placeArgument("places", divisionScale)}
	plain := func(accepts []model.Family) []Parameter {
		x := Parameter{Name: "x", Accepts: accepts, Plain: true}
		return []Parameter{x, x}
	}
	twice := []Parameter{{Name: "number", Accepts: numberArg}, {Name: "number", Accepts: numberArg}}
	return []Function{
		{Name: "number", Parameters: text, Result: model.Numeric, SQL: `(CASE WHEN char_length({0}) <= 300 AND {0} COLLATE "C" ~ '` + validNumber + `' THEN ({0})::numeric END)`, Go: goNumber, Digits: 400, Doc: "the decimal number that the text is, or nil", Example: `number(code) > 0`},
		{Name: "int", Parameters: number, Result: model.Integer, SQL: `trunc({0})`, Go: decimal(Number.trunc), Doc: "the number without what stands after the point", Example: `int(amount) == 3`},
		{Name: "int", Parameters: text, Result: model.Integer, SQL: `(CASE WHEN char_length({0}) <= 300 AND {0} COLLATE "C" ~ '` + validInteger + `' THEN ({0})::numeric END)`, Go: goInteger, Digits: 400, Doc: "the whole number that the text is, or nil", Example: `int(code) in 1..12`},
		{Name: "abs", Parameters: number, SQL: `abs({0})`, Go: decimal(Number.abs), Doc: "the number without its sign", Example: `abs(amount) < 100`},
		{Name: "sign", Parameters: number, Result: model.Integer, SQL: `sign({0})`, Go: func(a []Datum) Datum { return whole(int64(a[0].(Number).sign())) }, Doc: "-1, 0 or 1", Example: `sign(amount) >= 0`},
		{Name: "round", Parameters: number, Result: model.Integer, SQL: `round({0})`, Go: decimal(func(n Number) Number { return n.round(0) }), Doc: "the nearest whole number, half away from zero", Example: `round(amount) == amount`},
		{Name: "round", Parameters: places, Result: model.Numeric, SQL: `round({0}, {1})`, Go: func(a []Datum) Datum { return a[0].(Number).round(placeOf(a[1])) }, Doc: "the number rounded to a number of places after the point (before it when negative), half away from zero", Example: `round(amount, 2) == amount`},
		{Name: "trunc", Parameters: number, Result: model.Integer, SQL: `trunc({0})`, Go: decimal(Number.trunc), Doc: "the number without what stands after the point", Example: `trunc(amount) == 3`},
		{Name: "trunc", Parameters: places, Result: model.Numeric, SQL: `trunc({0}, {1})`, Go: goTruncTo, Doc: "the number cut off after a number of places", Example: `trunc(amount, 1) == amount`},
		{Name: "floor", Parameters: number, Result: model.Integer, SQL: `floor({0})`, Go: decimal(Number.floor), Doc: "the greatest whole number that is not greater", Example: `floor(amount) >= 1`},
		{Name: "ceil", Parameters: number, Result: model.Integer, SQL: `ceil({0})`, Go: decimal(Number.ceil), Doc: "the smallest whole number that is not smaller", Example: `ceil(amount) <= 9`},
		{Name: "sqrt", Parameters: number, Result: model.Numeric, Digits: 501, SQL: `(CASE WHEN {0} >= 0 THEN round(sqrt({0} + 0.000000000000000000000000000000), 20) END)`, Go: goSqrt, Doc: "the square root, rounded to 20 places; nil below zero", Example: `sqrt(amount) <= 3`},
		{Name: "min", Parameters: plain(orderedArg), Variadic: true, SQL: `(CASE WHEN num_nulls({*}) = 0 THEN LEAST({*}) END)`, Go: extreme(1), Doc: "the smallest of the values; nil when one of them is", Example: `min(amount, count) > 0`},
		{Name: "max", Parameters: plain(orderedArg), Variadic: true, SQL: `(CASE WHEN num_nulls({*}) = 0 THEN GREATEST({*}) END)`, Go: extreme(-1), Doc: "the greatest of the values; nil when one of them is", Example: `max(amount, count) < 100`},
		{Name: "approx", Parameters: append(twice[:2:2], Parameter{Name: "tolerance", Accepts: numberArg}), Result: model.Boolean, SQL: `(abs({0} - {1}) <= {2})`, Go: goApprox, Doc: "whether two numbers are no farther apart than the tolerance", Example: `approx(amount, 3, 0.01)`},
		{Name: "total", Parameters: twice, Variadic: true, Each: `COALESCE({x}, 0)`, Separator: " + ", SQL: `(CASE WHEN num_nonnulls({*}) > 0 THEN {each} END)`, Go: goTotal, Nils: true, Digits: 1010, Doc: "the sum of the values that are not nil; nil when all are", Example: `total(amount, count) == 100`},
		{Name: "count_nil", Parameters: plain(nil), Variadic: true, Result: model.Integer, Digits: 10, SQL: `num_nulls({*})`, Go: goCountNil, Nils: true, Doc: "how many of the values are nil; never nil itself", Example: `count_nil(code, amount) <= 1`},
		{Name: "all_different", Parameters: plain(nil), Variadic: true, Result: model.Boolean, Expand: allDifferent, Doc: "whether no two of the values are equal; two that are nil are equal here, so it is never unknown", Example: `all_different(amount, count)`},
	}
}

// allDifferent compares each pair: `not ((a == b) ?? (a == nil and b == nil))`.
func allDifferent(c *checker, at span, args []*Node) *Node {
	out := &Node{Kind: And, Type: boolType}
	for i, a := range args {
		for _, b := range args[i+1:] {
			equal := c.compareValues("==", at, a, b)
			if equal == nil {
				return nil
			}
			nils := &Node{Kind: And, Type: boolType, Args: []*Node{isNil(a), isNil(b)}}
			out.Args = append(out.Args, &Node{Kind: Not, Type: boolType, Args: []*Node{{Kind: Coalesce, Type: boolType, Args: []*Node{equal, nils}}}})
		}
	}
	if len(out.Args) == 1 {
		return out.Args[0]
	}
	return out
}

func isNil(n *Node) *Node { return &Node{Kind: IsNil, Name: "==", Type: boolType, Args: []*Node{n}} }

func goInteger(a []Datum) Datum {
	text := a[0].(string)
	if utf8.RuneCountInString(text) > maxNumber || !integerText.MatchString(text) {
		return nil
	}
	n, _ := parseNumber(text)
	return n
}

func goTruncTo(a []Datum) Datum {
	n, places := a[0].(Number), placeOf(a[1])
	if places >= n.scale {
		return n.round(places)
	}
	c := new(big.Int).Quo(n.coefficient, powerOfTen(n.scale-places))
	if places < 0 {
		return Number{coefficient: c.Mul(c, powerOfTen(-places))}
	}
	return Number{coefficient: c, scale: places}
}

// rootScale is the number of places of a square root.
const rootScale = 20

// goSqrt rounds exactly: r is the root where (2r-1)² <= 4x < (2r+1)², everything in units of the last place.
func goSqrt(a []Datum) Datum {
	n := a[0].(Number)
	if n.sign() < 0 {
		return nil
	}
	x4 := new(big.Int).Lsh(n.coefficient, 2)
	if shift := 2*rootScale - n.scale; shift >= 0 {
		x4.Mul(x4, powerOfTen(shift))
	} else {
		x4.Quo(x4, powerOfTen(-shift))
	}
	r := new(big.Int).Sqrt(new(big.Int).Rsh(x4, 2))
	next := new(big.Int).Lsh(r, 1)
	next.Add(next, big.NewInt(1))
	if next.Mul(next, next).Cmp(x4) <= 0 {
		r.Add(r, big.NewInt(1))
	}
	return Number{coefficient: r, scale: rootScale}
}

func goApprox(a []Datum) Datum {
	return a[0].(Number).sub(a[1].(Number)).abs().cmp(a[2].(Number)) <= 0
}

func goTotal(values []Datum) Datum {
	out, any := whole(0), false
	for _, v := range values {
		if n, ok := v.(Number); ok {
			out, any = out.add(n), true
		}
	}
	if !any {
		return nil
	}
	return out
}

func goCountNil(values []Datum) Datum {
	n := int64(0)
	for _, v := range values {
		if v == nil {
			n++
		}
	}
	return whole(n)
}
