package expression

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The Go forms of functions. Arguments have the dynamic types of their parameters and are not nil.

// letters changes the case of ASCII letters, which is what the collation C does.
func letters(change func(rune) rune) func([]Datum) Datum {
	return func(a []Datum) Datum {
		return strings.Map(func(r rune) rune {
			if r > unicode.MaxASCII {
				return r
			}
			return change(r)
		}, a[0].(string))
	}
}

// decimal applies a function of one number.
func decimal(f func(Number) Number) func([]Datum) Datum {
	return func(a []Datum) Datum { return f(a[0].(Number)) }
}

func goLen(a []Datum) Datum { return whole(int64(utf8.RuneCountInString(a[0].(string)))) }

func goTrim(a []Datum) Datum { return strings.Trim(a[0].(string), blanks) }

func goTrimOf(a []Datum) Datum { return strings.Trim(a[0].(string), a[1].(string)) }

var (
	numberText = regexp.MustCompile(validNumber)
	dateText   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

func goNumber(a []Datum) Datum {
	text := a[0].(string)
	if utf8.RuneCountInString(text) > 300 || !numberText.MatchString(text) {
		return nil
	}
	n, ok := parseNumber(text)
	if !ok {
		return nil
	}
	return n
}

func goDateOfText(a []Datum) Datum {
	text := a[0].(string)
	days, _, _, _, ok := parseMoment(text)
	if !ok || !dateText.MatchString(text) {
		return nil
	}
	return Date{Days: days}
}

func goDateOfTime(a []Datum) Datum {
	if s, ok := a[0].(Stamp); ok {
		return s.day()
	}
	return a[0]
}

// extreme is the value that comes first in an order, the earliest of equal ones: LEAST, or GREATEST for sign -1.
func extreme(sign int) func([]Datum) Datum {
	return func(values []Datum) Datum {
		out := values[0]
		for _, v := range values[1:] {
			if c, err := order(v, out); err == nil && c*sign < 0 {
				out = v
			}
		}
		return out
	}
}

// The Go forms of aggregates, over rows of arguments without nil.

func foldCount(rows [][]Datum) Datum { return whole(int64(len(rows))) }

func foldDistinct(rows [][]Datum) Datum {
	seen := map[string]bool{}
	for _, row := range rows {
		seen[key(row[0])] = true
	}
	return whole(int64(len(seen)))
}

func foldSum(rows [][]Datum) Datum {
	if len(rows) == 0 {
		return nil
	}
	out := rows[0][0].(Number)
	for _, row := range rows[1:] {
		out = out.add(row[0].(Number))
	}
	return out
}

func foldMean(rows [][]Datum) Datum {
	if len(rows) == 0 {
		return nil
	}
	return foldSum(rows).(Number).div(whole(int64(len(rows))))
}

// foldExtreme is min, or max for sign -1. Of equal values the last one is taken, as Postgres does: they may differ in their scale.
func foldExtreme(sign int) func([][]Datum) Datum {
	return func(rows [][]Datum) Datum {
		if len(rows) == 0 {
			return nil
		}
		values := make([]Datum, len(rows))
		for i, row := range rows {
			values[i] = row[0]
		}
		slices.Reverse(values)
		return extreme(sign)(values)
	}
}
