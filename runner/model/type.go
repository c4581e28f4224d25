package model

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Family groups the Postgres types whose values are read, compared and computed alike.
type Family int

// The families. Other types are accepted too, but only Postgres understands their values.
const (
	NoFamily Family = iota
	Boolean
	Integer
	Numeric
	Float
	Text
	Date
	Time
	Timestamp
	TimestampTZ
	Interval
	UUID
	JSON
	JSONB
	Bytes
	Network
	Array
)

// String returns the word used in messages.
func (f Family) String() string {
	return [...]string{"unknown", "boolean", "integer", "numeric", "float", "text", "date", "time", "timestamp", "timestamptz",
		"interval", "uuid", "json", "jsonb", "bytes", "network address", "array"}[f]
}

// Type is a Postgres type that a column may have. Two types are the same when their Names are.
type Type struct {
	Name      string // as format_type prints it: "numeric(10,2)", "timestamp with time zone"
	Family    Family
	Bits      int   // width of an Integer (16, 32, 64) or Float (32, 64)
	Precision int   // of a Numeric, digits in all; 0 means without limit
	Scale     int   // of a Numeric with a precision, digits after the point
	Length    int   // of a Text, characters; 0 means without limit
	Padded    bool  // character(n): blanks at the end do not count
	Elem      *Type // of an Array
}

// plainTypes are the types without parameters and all names that Postgres accepts for them (its documentation, table 8.1; the
// canonical name is what format_type answers for each).
var plainTypes = []struct {
	names []string // the first one is canonical
	Type
}{
	{[]string{"boolean", "bool"}, Type{Family: Boolean}},
	{[]string{"smallint", "int2"}, Type{Family: Integer, Bits: 16}},
	{[]string{"integer", "int", "int4"}, Type{Family: Integer, Bits: 32}},
	{[]string{"bigint", "int8"}, Type{Family: Integer, Bits: 64}},
	{[]string{"real", "float4"}, Type{Family: Float, Bits: 32}},
	{[]string{"double precision", "float8", "float"}, Type{Family: Float, Bits: 64}},
	{[]string{"numeric", "decimal", "dec"}, Type{Family: Numeric}},
	{[]string{"text"}, Type{Family: Text}},
	{[]string{"character varying", "varchar"}, Type{Family: Text}},
	{[]string{"date"}, Type{Family: Date}},
	{[]string{"time without time zone", "time"}, Type{Family: Time}},
	{[]string{"timestamp without time zone", "timestamp"}, Type{Family: Timestamp}},
	{[]string{"timestamp with time zone", "timestamptz"}, Type{Family: TimestampTZ}},
	{[]string{"interval"}, Type{Family: Interval}},
	{[]string{"uuid"}, Type{Family: UUID}},
	{[]string{"json"}, Type{Family: JSON}},
	{[]string{"jsonb"}, Type{Family: JSONB}},
	{[]string{"bytea"}, Type{Family: Bytes}},
	{[]string{"inet"}, Type{Family: Network}},
	{[]string{"cidr"}, Type{Family: Network}},
}

var (
	numericType = regexp.MustCompile(`^(?:numeric|decimal|dec)\s*\(\s*(\d{1,4})\s*(?:,\s*(\d{1,4})\s*)?\)$`)
	textType    = regexp.MustCompile(`^(character varying|varchar|character|char|bpchar)\s*\(\s*(\d{1,8})\s*\)$`)
	spaces      = regexp.MustCompile(`\s+`)
)

// ParseType reads a type name or any alias that Postgres has for it, in any case. The error names the text.
func ParseType(text string) (Type, error) {
	s := spaces.ReplaceAllString(strings.ToLower(strings.TrimSpace(text)), " ")
	if elem, ok := strings.CutSuffix(s, "[]"); ok {
		e, err := ParseType(elem)
		if err != nil {
			return Type{}, err
		}
		if e.Family == Array {
			return e, nil // Postgres does not keep the number of dimensions: int[][] is int[]
		}
		return Type{Name: e.Name + "[]", Family: Array, Elem: &e}, nil
	}
	for _, p := range plainTypes {
		for _, n := range p.names {
			if n == s {
				t := p.Type
				t.Name = p.names[0]
				return t, nil
			}
		}
	}
	if m := numericType.FindStringSubmatch(s); m != nil {
		return parseNumeric(text, m)
	}
	if m := textType.FindStringSubmatch(s); m != nil {
		return parseSized(text, m)
	}
	if s == "char" || s == "character" { // bpchar without a length is another type
		return Type{Name: "character(1)", Family: Text, Length: 1, Padded: true}, nil
	}
	return Type{}, fmt.Errorf("unknown Postgres type %q", text)
}

func parseNumeric(text string, m []string) (Type, error) {
	precision, _ := strconv.Atoi(m[1])
	scale, _ := strconv.Atoi(m[2])
	if precision < 1 || precision > 1000 || scale > precision {
		return Type{}, fmt.Errorf("%q: the precision of numeric is 1 to 1000 and its scale at most the precision", text)
	}
	return Type{Name: fmt.Sprintf("numeric(%d,%d)", precision, scale), Family: Numeric, Precision: precision, Scale: scale}, nil
}

func parseSized(text string, m []string) (Type, error) {
	n, _ := strconv.Atoi(m[2])
	if n < 1 || n > 10485760 {
		return Type{}, fmt.Errorf("%q: the length is 1 to 10485760", text)
	}
	if m[1] == "character varying" || m[1] == "varchar" {
		return Type{Name: fmt.Sprintf("character varying(%d)", n), Family: Text, Length: n}, nil
	}
	return Type{Name: fmt.Sprintf("character(%d)", n), Family: Text, Length: n, Padded: true}, nil
}

// TypeNames returns every plain name and alias, for suggestions and completion.
func TypeNames() []string {
	var out []string
	for _, p := range plainTypes {
		out = append(out, p.names...)
	}
	return out
}

// Comparable tells whether Postgres has an equality for the type: json has none, and so cannot be upserted by difference or frozen.
func (t Type) Comparable() bool {
	if t.Family == Array {
		return t.Elem.Comparable()
	}
	return t.Family != JSON
}

// Widens tells whether t is a wider type of the same kind: every value of from is still what it was to whoever reads it, as buf judges
// messages. An integer that becomes a number with decimals is none.
func (t Type) Widens(from Type) bool {
	if t.Family == Array && from.Family == Array {
		return t.Elem.Widens(*from.Elem)
	}
	return t.Family == from.Family && t.Holds(from)
}

// Holds tells whether every value of from fits into t unchanged, so that a column may be widened from one to the other without
// looking at its rows.
func (t Type) Holds(from Type) bool {
	if t.Name == from.Name {
		return true
	}
	switch {
	case t.Family == Array && from.Family == Array:
		return t.Elem.Holds(*from.Elem)
	case t.Family == Text && from.Family == Text:
		return !t.Padded && !from.Padded && (t.Length == 0 || from.Length != 0 && t.Length >= from.Length)
	case t.Family == Integer && from.Family == Integer, t.Family == Float && from.Family == Float:
		return t.Bits >= from.Bits
	case t.Family == Numeric && from.Family == Integer:
		return t.Precision == 0 || t.Precision-t.Scale >= map[int]int{16: 5, 32: 10, 64: 19}[from.Bits]
	case t.Family == Numeric && from.Family == Numeric:
		return t.Precision == 0 || from.Precision != 0 && t.Scale >= from.Scale && t.Precision-t.Scale >= from.Precision-from.Scale
	case t.Family == Float && from.Family == Integer:
		return from.Bits < t.Bits // 32-bit integers are exact in double precision, 16-bit ones in real
	}
	return false
}
