package infer

import (
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/model"
)

// A column of which every value is written with the same number of decimals is declared with it when there are so many: money and
// rates. One decimal is what rounding leaves, and next month there may be two.
const (
	leastDecimals = 2
	mostDecimals  = 6
)

// roomBefore is how many digits before the point a numeric with a fixed number of decimals keeps at least.
const roomBefore = 10

// asNumber takes numbers. Texts of digits that are no numbers (leading zeros, phone numbers) stay texts.
func (f *field) asNumber(alive []*candidate) bool {
	exact := of(alive, model.Numeric)
	float := of(alive, model.Float)
	if len(exact)+len(float) == 0 {
		return false
	}
	if len(exact) == 0 {
		f.numbers.merge(float[0].numbers)
		if f.numbers.beyond {
			return false
		}
		return f.asFloat("Infinity among the numbers")
	}
	k := exact[0]
	if o := f.otherMarks(exact); o != nil {
		f.note("%s or %s: say which by decimal: or group:, and make it numeric", writtenWith(k.read), writtenWith(o.read))
		return f.settle("text")
	}
	f.grouped = f.regrouped(exact)
	f.numbers.merge(k.numbers)
	switch n := f.numbers; {
	case n.zeros > 0:
		f.note("leading zeros in %s", number(n.zeros))
		return f.settle("text")
	case codeNames.of(f.header) && n.pointed == 0 && n.negative == 0:
		f.note("digits, by its name no number to compute with")
		return f.settle("text")
	case n.exponents > 0 && model.Money(f.header):
		f.note("%s with an exponent, and by its name money, which numeric keeps exactly", times(n.exponents))
		f.settle("numeric")
		f.wordsAreNull()
		return true
	case n.exponents > 0 && n.beyond:
		f.note("%s with an exponent, and beyond the range of double precision", times(n.exponents))
		f.settle("numeric")
		f.wordsAreNull()
		return true
	case n.exponents > 0:
		return f.asFloat(times(n.exponents) + " with an exponent")
	}
	f.read.Decimal, f.read.Group = k.read.Decimal, k.read.Group
	f.settle(f.numbers.narrowest())
	if nan := f.words()["NaN"]; nan > 0 && f.read.Decimal == 0 && f.read.Group == 0 && f.numbers.pointed > 0 && !f.numbers.beyond {
		return f.asFloat("NaN " + times(nan))
	}
	f.wordsAreNull()
	return true
}

// asFloat is for numbers that numeric does not take, or that were computed in floating point.
func (f *field) asFloat(why string) bool {
	f.settle("double precision")
	f.note("%s", why)
	words := f.words()
	if delete(words, "NaN"); len(words) > 0 {
		f.wordsAreNull()
	}
	return true
}

// otherMarks finds a way to write numbers that reads the same texts as other numbers: 1,234 may have a decimal comma or a group. A point
// alone is a decimal point.
func (f *field) otherMarks(exact []*candidate) *candidate {
	k := exact[0]
	if k.read.Decimal == 0 && k.read.Group == 0 || k.numbers.n == 0 {
		return nil
	}
	for _, o := range exact[1:] {
		if (o.read.Decimal == ',') != (k.read.Decimal == ',') && (o.read.Group == ',' || k.read.Group == ',') {
			return o
		}
	}
	return nil
}

func writtenWith(rd model.Reading) string {
	var parts []string
	if rd.Decimal != 0 {
		parts = append(parts, "a decimal "+strconv.QuoteRune(rd.Decimal))
	}
	if rd.Group != 0 {
		parts = append(parts, "groups with "+strconv.QuoteRune(rd.Group))
	}
	return strings.Join(parts, " and ")
}

// narrowest is the narrowest of the types for exact numbers: integer, bigint, numeric with the decimals that every value has, or numeric.
func (s numbers) narrowest() string {
	if s.pointed == 0 {
		for _, bits := range []int{32, 64} {
			if s.within(bits) {
				return map[int]string{32: "integer", 64: "bigint"}[bits]
			}
		}
		return "numeric"
	}
	if s.pointed == s.n && s.least == s.fraction && s.fraction >= leastDecimals && s.fraction <= mostDecimals && s.n > 1 {
		return "numeric(" + strconv.Itoa(s.fraction+max(roomBefore, s.whole+2)) + "," + strconv.Itoa(s.fraction) + ")"
	}
	return "numeric"
}

// within tells whether all values are integers of a width.
func (s numbers) within(bits int) bool {
	_, err1 := strconv.ParseInt(string(s.minimum), 10, bits)
	_, err2 := strconv.ParseInt(string(s.maximum), 10, bits)
	return err1 == nil && err2 == nil
}

// thousands is how many digits a group has.
const thousands = 3

// regrouped is a field with the points of its numbers as groups of digits, where that is possible too: 1.500 may be 1500.
func (f *field) regrouped(exact []*candidate) *field {
	i := slices.IndexFunc(exact, func(k *candidate) bool { return k.read.Decimal == ',' && k.read.Group == '.' })
	plain := exact[0].numbers
	if i < 0 || exact[0].read.Decimal != 0 || exact[0].read.Group != 0 || plain.pointed == 0 || plain.least != thousands || plain.fraction != thousands {
		return nil
	}
	other := *f
	other.numbers = numbers{}
	other.numbers.merge(f.numbers)
	other.numbers.merge(exact[i].numbers)
	other.read.Decimal, other.read.Group = ',', '.'
	other.settle(other.numbers.narrowest())
	return &other
}

// agreeOnPoints reads points as groups of digits where a neighbour has decimal commas: one file is written in one way.
func (t *table) agreeOnPoints() {
	comma := slices.IndexFunc(t.fields, func(f *field) bool { return f.read.Decimal == ',' })
	for _, f := range t.fields {
		switch {
		case f.grouped == nil || f.typ.Family != model.Numeric:
		case comma >= 0:
			f.typ, f.numbers, f.read.Decimal, f.read.Group = f.grouped.typ, f.grouped.numbers, ',', '.'
			f.note("points group digits, because %s has decimal commas", t.fields[comma].name)
		case t.input.Source.Delimiter == ';':
			f.note("1.500 is read as one and a half: with decimal: \",\" and group: \".\" it is 1500")
		}
	}
}
