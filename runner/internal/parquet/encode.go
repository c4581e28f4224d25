package parquet

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"strconv"

	pq "github.com/parquet-go/parquet-go"

	"streamflow/runner/model"
)

// encoder turns the text of a value into a value of the file. Bytes that the value refers to are appended to the arena.
type encoder func(text, arena []byte) (pq.Value, []byte, error)

// nodeOf chooses the column of a type.
func nodeOf(t model.Type) (pq.Node, encoder) {
	switch t.Family {
	case model.Boolean:
		return pq.Leaf(pq.BooleanType), booleans
	case model.Integer:
		return pq.Int(t.Bits), integers(t.Bits)
	case model.Float:
		if t.Bits == 32 {
			return pq.Leaf(pq.FloatType), floats
		}
		return pq.Leaf(pq.DoubleType), doubles
	case model.Numeric:
		return decimalNode(t)
	case model.Date:
		return pq.Date(), dates
	case model.Timestamp, model.TimestampTZ:
		return pq.TimestampAdjusted(pq.Microsecond, t.Family == model.TimestampTZ), stamps
	case model.Time:
		return pq.TimeAdjusted(pq.Microsecond, false), times
	case model.UUID:
		return pq.UUID(), uuids
	case model.Bytes:
		return pq.Leaf(pq.ByteArrayType), byteStrings
	}
	return text(), texts
}

// text is a column of text. Few different values are written once for each group.
func text() pq.Node { return pq.Encoded(pq.String(), &pq.RLEDictionary) }

// decimalNode chooses the width of a decimal by its digits.
func decimalNode(t model.Type) (pq.Node, encoder) {
	switch {
	case t.Precision == 0 || t.Precision > maxPrecision:
		return text(), texts
	case t.Precision <= 9:
		return pq.Decimal(t.Scale, t.Precision, pq.Int32Type), decimals(t, func(n *big.Int, arena []byte) (pq.Value, []byte) {
			return pq.Int32Value(int32(n.Int64())), arena
		})
	case t.Precision <= 18:
		return pq.Decimal(t.Scale, t.Precision, pq.Int64Type), decimals(t, func(n *big.Int, arena []byte) (pq.Value, []byte) {
			return pq.Int64Value(n.Int64()), arena
		})
	}
	return pq.Decimal(t.Scale, t.Precision, pq.FixedLenByteArrayType(16)), decimals(t, func(n *big.Int, arena []byte) (pq.Value, []byte) {
		from := len(arena)
		arena = append(arena, make([]byte, 16)...)
		sum := new(big.Int).Set(n)
		if n.Sign() < 0 {
			sum.Add(sum, new(big.Int).Lsh(big.NewInt(1), 128)) // two's complement
		}
		sum.FillBytes(arena[from:])
		return pq.FixedLenByteArrayValue(arena[from:len(arena):len(arena)]), arena
	})
}

var (
	errInfinite = errors.New("has no end, which Parquet cannot hold: write CSV, or leave it out")
	errNaN      = errors.New("is no number, which a decimal of Parquet cannot hold: write CSV, or declare double precision")
	errForm     = errors.New("is not written as its type is")
	errDigits   = errors.New("has more digits than its type")
)

// decimals reads a numeric as an integer of units of its scale.
func decimals(t model.Type, value func(n *big.Int, arena []byte) (pq.Value, []byte)) encoder {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision)), nil)
	var digits []byte
	n := new(big.Int)
	return func(text, arena []byte) (pq.Value, []byte, error) {
		whole, fraction, _ := bytes.Cut(text, []byte("."))
		if c := whole[len(whole)-1]; c < '0' || c > '9' { // NaN, Infinity
			return pq.Value{}, arena, errNaN
		}
		for len(fraction) > t.Scale && fraction[len(fraction)-1] == '0' {
			fraction = fraction[:len(fraction)-1]
		}
		if len(fraction) > t.Scale {
			return pq.Value{}, arena, errDigits
		}
		digits = append(append(digits[:0], whole...), fraction...)
		for range t.Scale - len(fraction) {
			digits = append(digits, '0')
		}
		if small, err := strconv.ParseInt(string(digits), 10, 64); err == nil {
			n.SetInt64(small)
		} else if _, ok := n.SetString(string(digits), 10); !ok {
			return pq.Value{}, arena, errForm
		}
		if n.CmpAbs(ten) >= 0 {
			return pq.Value{}, arena, errDigits
		}
		v, arena := value(n, arena)
		return v, arena, nil
	}
}

func booleans(text, arena []byte) (pq.Value, []byte, error) {
	return pq.BooleanValue(text[0] == 't'), arena, nil
}

func integers(bits int) encoder {
	return func(text, arena []byte) (pq.Value, []byte, error) {
		n, err := strconv.ParseInt(string(text), 10, bits)
		if err != nil {
			return pq.Value{}, arena, errForm
		}
		if bits == 64 {
			return pq.Int64Value(n), arena, nil
		}
		return pq.Int32Value(int32(n)), arena, nil
	}
}

func doubles(text, arena []byte) (pq.Value, []byte, error) {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return pq.Value{}, arena, errForm
	}
	return pq.DoubleValue(f), arena, nil
}

func floats(text, arena []byte) (pq.Value, []byte, error) {
	f, err := strconv.ParseFloat(string(text), 32)
	if err != nil {
		return pq.Value{}, arena, errForm
	}
	return pq.FloatValue(float32(f)), arena, nil
}

func texts(text, arena []byte) (pq.Value, []byte, error) {
	from := len(arena)
	arena = append(arena, text...)
	return pq.ByteArrayValue(arena[from:len(arena):len(arena)]), arena, nil
}

func byteStrings(text, arena []byte) (pq.Value, []byte, error) {
	from := len(arena)
	arena, err := hex.AppendDecode(arena, bytes.TrimPrefix(text, []byte(`\x`)))
	if err != nil {
		return pq.Value{}, arena, errForm
	}
	return pq.ByteArrayValue(arena[from:len(arena):len(arena)]), arena, nil
}

func uuids(text, arena []byte) (pq.Value, []byte, error) {
	from := len(arena)
	arena, err := hex.AppendDecode(arena, bytes.ReplaceAll(text, []byte("-"), nil))
	if err != nil || len(arena)-from != 16 {
		return pq.Value{}, arena, errForm
	}
	return pq.FixedLenByteArrayValue(arena[from:len(arena):len(arena)]), arena, nil
}
