package expression

import (
	"regexp"

	"streamflow/runner/model"
)

// Kind says what a Node does.
type Kind int

// The kinds of nodes. Args are the operands in order.
const (
	Nil       Kind = iota // no value; typed by its neighbours
	Literal               // Text, of Type
	ColumnRef             // Name
	ParamRef              // Name
	Not                   // of a boolean
	And                   // of two or more booleans
	Or                    // of two or more booleans
	IsNil                 // Name == or !=
	Compare               // Name is one of == != < <= > >=
	Arith                 // Name is one of + - * / % **, of numbers
	Negate                // of a number
	Concat                // of two texts
	DateDiff              // whole days between two dates
	DateShift             // Name + or -, a date and a whole number of days
	In                    // the first of Args in the others; WithNil when nil is among them
	Between               // a whole number from Args[1] to Args[2]
	TextTest              // Name is contains, startsWith or endsWith
	Matches               // Text is the pattern, RE2 syntax
	If                    // condition, then, else
	Coalesce              // the first that is not nil
	List                  // an array of Args
	Element               // of an array, at a place counted from 0, or from the end when negative
	Slice                 // of a text or an array, from a place to before another one; either may be Nil for the end
	InArray               // a value in an array
	Part                  // of a JSON value: by key (text) or place (whole number)
	HasKey                // a text among the keys or texts of a JSON value
	Call                  // Function
	Aggregate             // Function, over the rows that the rule selects
	Window                // Function, for one row beside all that the rule selects
	WindowRef             // what a window knows of the other rows; only while SQL is written
	JoinRef               // the column Name of a row of another relation
)

// Node is one part of an expression with every name resolved and every type checked. From and To are rune offsets in its text.
type Node struct {
	Kind     Kind
	Type     model.Type // NoFamily for Nil
	From, To int
	Name     string
	Text     string
	WithNil  bool
	Function *Function
	Args     []*Node

	size     size
	constant Datum          // of a Literal in a Program
	pattern  *regexp.Regexp // of Matches in a Program
	join     *model.Join    // of a JoinRef, and of exists()
	ties     []*Node        // of a Window: what decides the order of rows that are equal for it
}

// size bounds a number, so that no arithmetic leaves the range of a Postgres numeric (131072 digits before the point).
type size struct {
	digits  int  // before the decimal point; unbounded when negative
	scale   int  // after the decimal point
	numeric bool // the SQL value is of type numeric already
}

// The shapes of numbers that Postgres makes.
const (
	unbounded     = -1
	clampedDigits = 1001  // of a number clamped to less than 10^1000
	maxDigits     = 60000 // beyond these a number is clamped at run time
	maxScale      = 16383 // a numeric's own limit
	divisionScale = 1000  // the most that a quotient gets
	floatDigits   = 309
	floatScale    = 350
)

// sizeOf bounds the values that a type can hold.
func sizeOf(t model.Type) size {
	switch t.Family {
	case model.Integer:
		return size{digits: map[int]int{16: 5, 32: 10, 64: 19}[t.Bits]}
	case model.Float:
		return size{digits: unbounded, scale: floatScale} // it may be infinite
	case model.Numeric:
		if t.Precision > 0 {
			return size{digits: t.Precision - t.Scale, scale: t.Scale, numeric: true}
		}
		return size{digits: unbounded, scale: maxScale, numeric: true}
	}
	return size{}
}

// clamped is the size of a number inside arithmetic, where unbounded ones are cut off.
func (n *Node) clamped() size {
	s := n.size
	if s.digits < 0 || s.digits > maxDigits {
		s.digits = clampedDigits
	}
	if n.Type.Family == model.Float {
		s.digits = floatDigits
	}
	return s
}

// The types of computed values.
var (
	boolType    = model.Type{Name: "boolean", Family: model.Boolean}
	textType    = model.Type{Name: "text", Family: model.Text}
	integerType = model.Type{Name: "bigint", Family: model.Integer, Bits: 64}
	numericType = model.Type{Name: "numeric", Family: model.Numeric}
	dateType    = model.Type{Name: "date", Family: model.Date}
	stampType   = model.Type{Name: "timestamp without time zone", Family: model.Timestamp}
	jsonType    = model.Type{Name: "jsonb", Family: model.JSONB}
)

// arrayOf is the type of arrays of a type.
func arrayOf(elem model.Type) model.Type {
	return model.Type{Name: elem.Name + "[]", Family: model.Array, Elem: &elem}
}
