package expression

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/model"
)

// maxExponent bounds the literals that are accepted, so that none leaves the range of a numeric.
const maxExponent = 1000

// number makes a number literal from the text of the source: expr's own value is a float64 and has lost digits.
func (c *checker) number(n ast.Node) *Node {
	at := c.span(n)
	written := strings.ToLower(strings.ReplaceAll(c.src.slice(at.from, at.to), "_", ""))
	if i, ok := n.(*ast.IntegerNode); ok {
		written = strconv.Itoa(i.Value)
		return &Node{Kind: Literal, Type: integerType, Text: written, size: size{digits: len(written)}}
	}
	mantissa, exp, _ := strings.Cut(written, "e")
	e, err := strconv.Atoi("0" + strings.TrimLeft(exp, "+-"))
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if err != nil || e+len(mantissa) > maxExponent {
		c.fault(badConst, at, "", "the number has more than %d digits", maxExponent)
		return nil
	}
	if strings.HasPrefix(exp, "-") {
		e = -e
	}
	if whole == "" {
		whole = "0"
	}
	text := whole
	if fraction != "" {
		text += "." + fraction
	}
	if exp != "" {
		text += "e" + strconv.Itoa(e)
	} else if fraction == "" {
		text += ".0"
	}
	return &Node{Kind: Literal, Type: numericType, Text: text,
		size: size{digits: max(len(whole)+e, 1), scale: max(len(fraction)-e, 1), numeric: true}}
}

// negated is a number literal with the other sign.
func negated(n *Node) *Node {
	out := *n
	if rest, ok := strings.CutPrefix(n.Text, "-"); ok {
		out.Text = rest
	} else {
		out.Text = "-" + n.Text
	}
	return &out
}

// rational is the exact value of a number literal.
func rational(n *Node) *big.Rat {
	r, ok := new(big.Rat).SetString(n.Text)
	if !ok {
		return new(big.Rat)
	}
	return r
}

func isNumber(n *Node) bool { return group(n.Type) == numberGroup }

func isZero(n *Node) bool { return n.Kind == Literal && isNumber(n) && rational(n).Sign() == 0 }

// wholeLiteral tells whether n is a literal without decimals.
func wholeLiteral(n *Node) bool { return n.Kind == Literal && isNumber(n) && rational(n).IsInt() }

// nearestFloat gives the float of a width that is nearest to a literal, as text, and how the shortest decimal of that float compares
// with the literal. It fails when the literal is beyond the width.
func nearestFloat(literal *Node, bits int) (text string, sign int, ok bool) {
	f, err := strconv.ParseFloat(literal.Text, bits)
	if err != nil {
		return "", 0, false
	}
	decimal, _ := new(big.Rat).SetString(shortest(f, bits))
	return strconv.FormatFloat(f, 'g', -1, bits), decimal.Cmp(rational(literal)), true
}

// Groups of families whose values can be compared with each other.
type typeGroup int

const (
	noGroup typeGroup = iota
	numberGroup
	textGroup
	boolGroup
	momentGroup
	ownGroup // only with the very same type
)

func group(t model.Type) typeGroup {
	switch t.Family {
	case model.Integer, model.Numeric, model.Float:
		return numberGroup
	case model.Text:
		return textGroup
	case model.Boolean:
		return boolGroup
	case model.Date, model.Timestamp, model.TimestampTZ:
		return momentGroup
	case model.NoFamily:
		return noGroup
	}
	return ownGroup
}

// alike tells whether values of two types can be compared.
func alike(a, b model.Type) bool {
	if a.Family == model.Array && b.Family == model.Array {
		return alike(*a.Elem, *b.Elem)
	}
	return group(a) == group(b) && (group(a) != ownGroup || a.Name == b.Name)
}

// ordered tells whether < means something for a type.
func ordered(t model.Type) bool {
	switch t.Family {
	case model.Integer, model.Numeric, model.Float, model.Text, model.Date, model.Time, model.Timestamp, model.TimestampTZ, model.Interval:
		return true
	}
	return false
}

// unify finds the one type of several values, nil ones aside.
func unify(nodes []*Node) (model.Type, bool) {
	var out model.Type
	for _, n := range nodes {
		if n.Kind == Nil {
			continue
		}
		t, ok := common(out, n.Type)
		if !ok {
			return model.Type{}, false
		}
		out = t
	}
	return out, out.Family != model.NoFamily
}

// common is a type that holds the values of two types.
func common(a, b model.Type) (model.Type, bool) {
	switch {
	case a.Family == model.NoFamily:
		return widest(b), true
	case !alike(a, b), group(a) == momentGroup && a.Family != b.Family:
		return model.Type{}, false
	case a.Family == model.Array:
		elem, ok := common(*a.Elem, *b.Elem)
		return arrayOf(elem), ok
	case group(a) == numberGroup && (a.Family != b.Family || a.Family == model.Float && a.Bits != b.Bits):
		return numericType, true
	}
	return widest(a), true
}

// widest drops the limits of a type: values computed from several columns have none.
func widest(t model.Type) model.Type {
	switch t.Family {
	case model.Integer:
		return integerType
	case model.Numeric:
		return numericType
	case model.Text:
		return textType
	case model.Array:
		return arrayOf(widest(*t.Elem))
	}
	return t
}

// largest is a size that holds all of several numbers.
func largest(nodes []*Node, t model.Type) size {
	out := size{numeric: t.Family == model.Numeric}
	for _, n := range nodes {
		if n.size.digits < 0 || out.digits < 0 {
			out.digits = unbounded
		} else {
			out.digits = max(out.digits, n.size.digits)
		}
		out.scale = max(out.scale, n.size.scale)
		out.numeric = out.numeric || n.size.numeric
	}
	return out
}
