package source

import (
	"fmt"

	"streamflow/runner/model"
)

// parseISO reads YYYY-MM-DD, HH:MM[:SS[.ffffff]] and both with a T or a blank between, and a zone after a time.
func parseISO(cell []byte, f model.Family, wrong *bad) (st stamp, b *bad) {
	var ok bool
	rest := cell
	if f != model.Time {
		if rest, ok = st.date(rest); !ok {
			return st, wrong
		}
		if !validDate(st.year, st.month, st.day) {
			return st, &bad{reason: wrong.reason, detail: noSuchDay(st), hint: wrong.hint}
		}
		if len(rest) == 0 {
			return st, nil
		}
		if rest[0] != ' ' && rest[0] != 'T' {
			return st, wrong
		}
		rest = rest[1:]
	}
	st.timed = true
	if rest, b = st.clock(rest, wrong); b != nil {
		return st, b
	}
	if len(rest) > 0 {
		if st.offset, ok = parseZone(rest); !ok {
			return st, wrong
		}
		st.zoned = true
	}
	return st, nil
}

func noSuchDay(st stamp) string {
	if st.month < 1 || st.month > 12 || st.year < 1 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d has %d days", st.year, st.month, daysIn(st.year, st.month))
}

// date reads YYYY-MM-DD at the start of s.
func (st *stamp) date(s []byte) (rest []byte, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return s, false
	}
	a, ok1 := two(s)
	b, ok2 := two(s[2:])
	st.month, ok = two(s[5:])
	d, ok3 := two(s[8:])
	st.year, st.day = a*100+b, d
	return s[10:], ok && ok1 && ok2 && ok3
}

// clock reads HH:MM[:SS[.f]] at the start of s.
func (st *stamp) clock(s []byte, wrong *bad) (rest []byte, b *bad) {
	if len(s) < 5 || s[2] != ':' {
		return s, wrong
	}
	var ok1, ok2 bool
	st.hour, ok1 = two(s)
	st.minute, ok2 = two(s[3:])
	s = s[5:]
	if len(s) > 0 && s[0] == ':' {
		var ok bool
		if len(s) < 3 {
			return s, wrong
		}
		if st.second, ok = two(s[1:]); !ok {
			return s, wrong
		}
		s = s[3:]
		if len(s) > 0 && s[0] == '.' {
			if s, b = st.fraction(s[1:], wrong); b != nil {
				return s, b
			}
		}
	}
	if !ok1 || !ok2 || st.hour > 23 || st.minute > 59 || st.second > 59 {
		return s, wrong
	}
	return s, nil
}

// fraction reads the digits after the point. Postgres keeps six; more are fine only when they are zero.
func (st *stamp) fraction(s []byte, wrong *bad) (rest []byte, b *bad) {
	n := 0
	for n < len(s) && s[n]-'0' <= 9 {
		if n < 6 {
			st.micro = st.micro*10 + int(s[n]-'0')
		} else if s[n] != '0' {
			b = &bad{reason: "has more than 6 digits after the second", hint: "Postgres keeps microseconds: round it in the export"}
		}
		n++
	}
	if n == 0 {
		return s, wrong
	}
	for i := n; i < 6; i++ {
		st.micro *= 10
	}
	return s[n:], b
}

// two reads two digits.
func two(s []byte) (int, bool) {
	if len(s) < 2 || s[0]-'0' > 9 || s[1]-'0' > 9 {
		return 0, false
	}
	return int(s[0]-'0')*10 + int(s[1]-'0'), true
}

// parseZone reads Z, +hh, +hhmm or +hh:mm. Postgres takes offsets below 16 hours.
func parseZone(s []byte) (seconds int, ok bool) {
	if string(s) == "Z" {
		return 0, true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, ok := two(s[1:])
	m, okm := 0, true
	switch {
	case len(s) == 3:
	case len(s) == 5:
		m, okm = two(s[3:])
	case len(s) == 6 && s[3] == ':':
		m, okm = two(s[4:])
	default:
		return 0, false
	}
	if !ok || !okm || h > 15 || m > 59 {
		return 0, false
	}
	if s[0] == '-' {
		return -(h*3600 + m*60), true
	}
	return h*3600 + m*60, true
}
