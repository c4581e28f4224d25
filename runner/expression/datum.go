package expression

import "math/big"

// Datum is one value in memory, as the Go evaluator sees it. Its dynamic type follows from the family of its model.Type:
//
//	nil                                no value (NULL; NaN too)
//	bool                               Boolean
//	Number                             Integer, Numeric, Float (as its shortest decimal)
//	string                             Text (character(n) without the blanks at its end), UUID (lower case)
//	Date                               Date
//	Stamp                              Timestamp, TimestampTZ (the time at UTC)
//	[]Datum                            Array
//	JSON                               JSONB
//	Other                              all others: only what Postgres prints is known
type Datum any

// Number is an exact decimal, or an infinity; never NaN. It never changes. Scale is the number of digits after the point that Postgres
// would show (numeric's display scale), which decides how many digits a quotient gets.
type Number struct {
	coefficient *big.Int // of the value times 10^scale
	scale       int
	infinite    int // -1, 0 or 1
}

// Date is a day, counted from 2000-01-01. Infinite is -1 or 1 for Postgres's '-infinity' and 'infinity'.
type Date struct {
	Days     int64
	Infinite int
}

// Stamp is a moment without a zone or at UTC, in microseconds since 2000-01-01 00:00. Infinite is as in Date.
type Stamp struct {
	Micros   int64
	Infinite int
}

// JSON is a jsonb value: nil (JSON's null), bool, Number, string, []any or map[string]any of the same.
type JSON struct{ Value any }

// Other is a value of a type that only Postgres understands, as Postgres prints it.
type Other string

// whole makes a Number of an integer.
func whole(n int64) Number { return Number{coefficient: big.NewInt(n)} }

// int64 returns a whole number that fits, whatever its scale.
func (n Number) int64() (int64, bool) {
	if n.infinite != 0 {
		return 0, false
	}
	r := new(big.Rat).SetFrac(n.coefficient, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n.scale)), nil))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}
