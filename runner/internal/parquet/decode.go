package parquet

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"streamflow/runner/model"
)

// decoder appends a value as text.
type decoder func(dst []byte, v pq.Value) []byte

// columnOf finds how a column is read. The decoder is nil when it is not.
func columnOf(c *pq.Column) (Column, decoder) {
	out := Column{Name: c.Name()}
	switch {
	case !c.Leaf():
		out.Stored, out.Problem = "a group of columns", "holds several values in each row"
		return out, nil
	case c.Repeated():
		out.Stored, out.Problem = "a list", "holds several values in each row"
		return out, nil
	}
	t := c.Type()
	out.Stored = t.String()
	name, decode := decoderOf(t)
	if decode == nil {
		out.Problem = "is " + out.Stored + ", which is not read"
		return out, nil
	}
	out.Type, _ = model.ParseType(name) // the names below are types
	return out, decode
}

// decoderOf chooses by the meaning of a type, and without one by how it is stored. name is the type in Postgres.
func decoderOf(t pq.Type) (name string, d decoder) {
	if l := t.LogicalType(); l != nil && l.Value != nil {
		switch m := l.Value.(type) {
		case *format.StringType, *format.EnumType:
			return "text", bytesOf
		case *format.JsonType:
			return "jsonb", bytesOf
		case *format.UUIDType:
			return "uuid", uuidOf
		case *format.DateType:
			return "date", dateOf
		case *format.DecimalType:
			return fmt.Sprintf("numeric(%d,%d)", m.Precision, m.Scale), decimalOf(t.Kind(), int(m.Scale))
		case *format.TimeType:
			return "time", timeOf(m.Unit)
		case *format.TimestampType:
			return stampOf(m.IsAdjustedToUTC, m.Unit)
		case *format.IntType:
			return integerOf(t.Kind(), m)
		case *format.Float16Type, *format.BsonType, *format.VariantType, *format.GeometryType, *format.GeographyType:
			return "", nil
		}
	}
	if c := t.ConvertedType(); c != nil && *c == deprecated.Interval {
		return "", nil
	}
	switch t.Kind() {
	case pq.Boolean:
		return "boolean", booleanOf
	case pq.Int32:
		return "integer", integers32
	case pq.Int64:
		return "bigint", func(dst []byte, v pq.Value) []byte { return strconv.AppendInt(dst, v.Int64(), 10) }
	case pq.Float:
		return "real", func(dst []byte, v pq.Value) []byte { return appendFloat(dst, float64(v.Float()), 32) }
	case pq.Double:
		return "double precision", func(dst []byte, v pq.Value) []byte { return appendFloat(dst, v.Double(), 64) }
	case pq.ByteArray, pq.FixedLenByteArray:
		return "bytea", func(dst []byte, v pq.Value) []byte { return hex.AppendEncode(append(dst, `\x`...), v.ByteArray()) }
	}
	return "", nil // INT96, a time of old writers that does not say its zone
}

func integerOf(k pq.Kind, m *format.IntType) (string, decoder) {
	switch {
	case k == pq.Int32 && m.IsSigned && m.BitWidth <= 16:
		return "smallint", integers32
	case k == pq.Int32 && m.IsSigned:
		return "integer", integers32
	case k == pq.Int32:
		return "bigint", func(dst []byte, v pq.Value) []byte { return strconv.AppendUint(dst, uint64(v.Uint32()), 10) }
	case m.IsSigned:
		return "bigint", func(dst []byte, v pq.Value) []byte { return strconv.AppendInt(dst, v.Int64(), 10) }
	}
	return "numeric(20,0)", func(dst []byte, v pq.Value) []byte { return strconv.AppendUint(dst, v.Uint64(), 10) }
}

func booleanOf(dst []byte, v pq.Value) []byte {
	if v.Boolean() {
		return append(dst, 't')
	}
	return append(dst, 'f')
}

func integers32(dst []byte, v pq.Value) []byte { return strconv.AppendInt(dst, int64(v.Int32()), 10) }

func bytesOf(dst []byte, v pq.Value) []byte { return append(dst, v.ByteArray()...) }

// appendFloat writes the shortest text that reads back as the same value, with the words of Postgres for what is no number.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case f == math.Trunc(f) && math.Abs(f) < 1e15: // pandas keeps whole numbers with gaps as floats
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, bits)
}

func uuidOf(dst []byte, v pq.Value) []byte {
	b := v.ByteArray()
	for i, from := range []int{0, 4, 6, 8, 10} {
		to := []int{4, 6, 8, 10, 16}[i]
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, b[from:to])
	}
	return dst
}

// decimalOf places the point in a number of units.
func decimalOf(k pq.Kind, scale int) decoder {
	n := new(big.Int)
	return func(dst []byte, v pq.Value) []byte {
		switch k {
		case pq.Int32:
			n.SetInt64(int64(v.Int32()))
		case pq.Int64:
			n.SetInt64(v.Int64())
		default:
			b := v.ByteArray()
			n.SetBytes(b)
			if len(b) > 0 && b[0] >= 0x80 { // two's complement
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
			}
		}
		if n.Sign() < 0 {
			dst = append(dst, '-')
			n.Neg(n)
		}
		from := len(dst)
		dst = n.Append(dst, 10)
		if scale == 0 {
			return dst
		}
		for missing := scale + 1 - (len(dst) - from); missing > 0; missing-- {
			dst = append(dst[:from+1], dst[from:]...)
			dst[from] = '0'
		}
		point := len(dst) - scale
		dst = append(dst[:point+1], dst[point:]...)
		dst[point] = '.'
		return dst
	}
}

func dateOf(dst []byte, v pq.Value) []byte {
	return appendDate(dst, time.Unix(int64(v.Int32())*86400, 0).UTC())
}

// appendDate writes a date as Postgres does: years before 1 count backwards, and no reader of ours takes them.
func appendDate(dst []byte, t time.Time) []byte {
	return t.AppendFormat(dst, time.DateOnly)
}

// units is how many of a unit make a second, and how many digits of a second one is.
func units(u format.TimeUnit) (perSecond int64, digits int) {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return 1e3, 3
	case *format.MicroSeconds:
		return 1e6, 6
	}
	return 1e9, 9
}

func timeOf(u format.TimeUnit) decoder {
	per, digits := units(u)
	return func(dst []byte, v pq.Value) []byte {
		n := v.Int64()
		if v.Kind() == pq.Int32 {
			n = int64(v.Int32())
		}
		return appendClock(dst, n, per, digits)
	}
}

func appendClock(dst []byte, n, per int64, digits int) []byte {
	s := n / per
	dst = fmt.Appendf(dst, "%02d:%02d:%02d", s/3600, s/60%60, s%60)
	rest := n % per
	for ; digits > 0 && rest%10 == 0; digits-- {
		rest /= 10
	}
	if rest == 0 {
		return dst
	}
	return fmt.Appendf(dst, ".%0*d", digits, rest)
}

func stampOf(utc bool, u format.TimeUnit) (string, decoder) {
	per, digits := units(u)
	name, zone := "timestamp", ""
	if utc {
		name, zone = "timestamptz", "+00"
	}
	return name, func(dst []byte, v pq.Value) []byte {
		n := v.Int64()
		days := n / (per * 86400)
		if n%(per*86400) < 0 {
			days--
		}
		dst = append(appendDate(dst, time.Unix(days*86400, 0).UTC()), ' ')
		return append(appendClock(dst, n-days*per*86400, per, digits), zone...)
	}
}
