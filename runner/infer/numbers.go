package infer

import (
	"bytes"
	"strconv"
	"strings"
)

// numbers is what is known of the numbers of a column, in the manner of Postgres.
type numbers struct {
	n          int64
	whole      int // most digits before the point
	least      int // fewest digits after the point, of those that have a point
	fraction   int // most digits after the point
	pointed    int64
	exponents  int64
	beyond     bool  // some number is too large or too small for double precision
	zeros      int64 // with a leading zero that is no number's: 007
	negative   int64
	minimum    []byte
	maximum    []byte
	sameLength int // of all texts; -1 when they differ
}

// take looks at one number: digits, perhaps with a minus, a point and an exponent.
func (s *numbers) take(text []byte) {
	if s.n == 0 {
		s.sameLength = len(text)
	} else if s.sameLength != len(text) {
		s.sameLength = -1
	}
	s.n++
	digits := text
	if text[0] == '-' {
		digits = text[1:]
		s.negative++
	}
	e := bytes.IndexAny(digits, "eE")
	s.beyond = s.beyond || (e >= 0 || len(digits) > longestFloat) && beyondFloat(digits, e)
	if e >= 0 {
		s.exponents++
		return
	}
	whole, fraction, pointed := bytes.Cut(digits, []byte{'.'})
	if len(whole) > 1 && whole[0] == '0' {
		s.zeros++
	}
	s.whole = max(s.whole, len(whole))
	if pointed {
		if s.pointed == 0 || len(fraction) < s.least {
			s.least = len(fraction)
		}
		s.pointed++
		s.fraction = max(s.fraction, len(fraction))
	}
	s.bounds(text)
}

func (s *numbers) bounds(text []byte) {
	if s.minimum == nil || less(text, s.minimum) {
		s.minimum = append(s.minimum[:0], text...)
	}
	if s.maximum == nil || less(s.maximum, text) {
		s.maximum = append(s.maximum[:0], text...)
	}
}

// longestFloat is how many digits surely fit into the range of double precision.
const longestFloat = 300

// beyondFloat tells whether double precision has no such number; e is where its exponent begins, if it has one.
func beyondFloat(digits []byte, e int) bool {
	v, err := strconv.ParseFloat(string(digits), 64)
	if e < 0 {
		e = len(digits)
	}
	return err != nil || v == 0 && !isZero(digits[:e])
}

// merge adds what is known of other numbers.
func (s *numbers) merge(o numbers) {
	if o.n == 0 {
		return
	}
	switch {
	case s.n == 0:
		s.sameLength = o.sameLength
	case s.sameLength != o.sameLength:
		s.sameLength = -1
	}
	if o.pointed > 0 && (s.pointed == 0 || o.least < s.least) {
		s.least = o.least
	}
	s.n, s.pointed, s.exponents, s.zeros, s.negative = s.n+o.n, s.pointed+o.pointed, s.exponents+o.exponents, s.zeros+o.zeros, s.negative+o.negative
	s.beyond = s.beyond || o.beyond
	s.whole, s.fraction = max(s.whole, o.whole), max(s.fraction, o.fraction)
	for _, b := range [][]byte{o.minimum, o.maximum} {
		if b != nil {
			s.bounds(b)
		}
	}
}

// less compares two decimals without an exponent, exactly.
func less(a, b []byte) bool {
	negA, negB := a[0] == '-', b[0] == '-'
	if negA != negB {
		return negA && (!isZero(a) || !isZero(b))
	}
	if negA {
		return compare(b[1:], a[1:]) < 0
	}
	return compare(a, b) < 0
}

func isZero(a []byte) bool { return len(bytes.Trim(a, "-0.")) == 0 }

// compare compares two decimals without a sign.
func compare(a, b []byte) int {
	wholeA, fractionA, _ := bytes.Cut(bytes.TrimLeft(a, "0"), []byte{'.'})
	wholeB, fractionB, _ := bytes.Cut(bytes.TrimLeft(b, "0"), []byte{'.'})
	if len(wholeA) != len(wholeB) {
		return len(wholeA) - len(wholeB)
	}
	if c := bytes.Compare(wholeA, wholeB); c != 0 {
		return c
	}
	return bytes.Compare(bytes.TrimRight(fractionA, "0"), bytes.TrimRight(fractionB, "0"))
}

// withoutZeros is a decimal as it is shown: without zeros at its end.
func withoutZeros(text []byte) string {
	s := string(text)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
