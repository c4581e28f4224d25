package source

import (
	"bytes"
	"fmt"
	"strings"

	"streamflow/runner/model"
)

// pattern is a compiled strftime pattern: what it reads, piece by piece.
type pattern []piece

// piece is a directive, or a byte that stands for itself when verb is 0. fixed says that the number has all its digits, because another
// number follows at once.
type piece struct {
	verb  byte
	char  byte
	fixed bool
}

// digitsOf holds how many digits a directive has at most.
var digitsOf = map[byte]int{'Y': 4, 'm': 2, 'd': 2, 'y': 2, 'H': 2, 'M': 2, 'S': 2, 'f': 6, 'j': 3, 'I': 2}

// newPattern compiles a pattern of %Y %m %d %y %H %M %S %f %b %B %j %p %I %z %Z %%, with the meanings of Python's strptime. It is an
// error when it has other directives or does not make a value of the family.
func newPattern(text string, f model.Family) (pattern, error) {
	var p pattern
	has := map[byte]bool{}
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			p = append(p, piece{char: text[i]})
			continue
		}
		i++
		switch {
		case i < len(text) && text[i] == '%':
			p = append(p, piece{char: '%'})
		case i < len(text) && (digitsOf[text[i]] > 0 || strings.IndexByte("bBpzZ", text[i]) >= 0):
			if has[text[i]] {
				return nil, fmt.Errorf("date_format %q has %%%c twice", text, text[i])
			}
			has[text[i]] = true
			p = append(p, piece{verb: text[i]})
		default:
			return nil, fmt.Errorf("date_format %q: known are %%Y %%m %%d %%y %%H %%M %%S %%f %%b %%B %%j %%p %%I %%z %%Z %%%%", text)
		}
	}
	for i := range p[:max(len(p)-1, 0)] {
		p[i].fixed = digitsOf[p[i+1].verb] > 0 || p[i+1].verb == 0 && p[i+1].char-'0' <= 9
	}
	return p, complete(text, f, has)
}

// complete checks that the directives make a value.
func complete(text string, f model.Family, has map[byte]bool) error {
	day := has['d'] && (has['m'] || has['b'] || has['B']) || has['j']
	switch {
	case f != model.Time && (!has['Y'] && !has['y'] || !day):
		return fmt.Errorf("date_format %q names no full date: it needs a year, a month and a day", text)
	case f == model.Time && !has['H'] && !has['I']:
		return fmt.Errorf("date_format %q names no hour", text)
	case has['I'] != has['p']:
		return fmt.Errorf("date_format %q: %%I and %%p go together", text)
	}
	return nil
}

// months are the English names; the first three letters are their abbreviations.
var months = [12]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// match reads a whole text. It fails as well when the date is not in the calendar.
func (p pattern) match(s []byte) (st stamp, ok bool) {
	half, yearDay := -1, 0
	for _, e := range p {
		n, v := 0, 0
		switch most := digitsOf[e.verb]; {
		case e.verb == 0:
			if len(s) == 0 || s[0] != e.char {
				return st, false
			}
			n = 1
		case most > 0:
			v, n = leadingDigits(s, most)
			if (e.fixed || e.verb == 'Y' || e.verb == 'y') && n < most {
				return st, false
			}
		case e.verb == 'b' || e.verb == 'B':
			st.month, n = monthName(s, e.verb == 'b')
		case e.verb == 'p':
			half, n = halfDay(s)
		default:
			st.offset, n = zoneAt(s, e.verb)
			st.zoned = true
		}
		if n == 0 {
			return st, false
		}
		s = s[n:]
		switch e.verb {
		case 'j':
			yearDay = v
		case 'f':
			for ; n < 6; n++ {
				v *= 10
			}
			st.micro = v
		default:
			st.set(e.verb, v)
		}
	}
	return st, len(s) == 0 && st.finish(half, yearDay, p)
}

func (st *stamp) set(verb byte, v int) {
	switch verb {
	case 'Y':
		st.year = v
	case 'y': // POSIX: 69 to 99 are of the last century
		st.year = 2000 + v
		if v >= 69 {
			st.year = 1900 + v
		}
	case 'm':
		st.month = v
	case 'd':
		st.day = v
	case 'H', 'I':
		st.hour, st.timed = v, true
	case 'M':
		st.minute = v
	case 'S':
		st.second = v
	}
}

// finish puts the parts together and checks them.
func (st *stamp) finish(half, yearDay int, p pattern) bool {
	if half >= 0 {
		if st.hour < 1 || st.hour > 12 {
			return false
		}
		st.hour = st.hour%12 + 12*half
	}
	if yearDay > 0 && st.day == 0 {
		st.month = 1
		for st.month <= 12 && yearDay > daysIn(st.year, st.month) {
			yearDay -= daysIn(st.year, st.month)
			st.month++
		}
		st.day = yearDay
	}
	if st.hour > 23 || st.minute > 59 || st.second > 59 {
		return false
	}
	for _, e := range p {
		if e.verb == 'Y' || e.verb == 'y' {
			return validDate(st.year, st.month, st.day)
		}
	}
	return true
}

// leadingDigits reads up to most digits; n is how many there were.
func leadingDigits(s []byte, most int) (v, n int) {
	for n < most && n < len(s) && s[n]-'0' <= 9 {
		v = v*10 + int(s[n]-'0')
		n++
	}
	return v, n
}

func monthName(s []byte, short bool) (month, n int) {
	for i, name := range months {
		if short {
			name = name[:3]
		}
		if len(s) >= len(name) && bytes.EqualFold(s[:len(name)], []byte(name)) {
			return i + 1, len(name)
		}
	}
	return 0, 0
}

func halfDay(s []byte) (half, n int) {
	if len(s) >= 2 && s[1]|0x20 == 'm' {
		switch s[0] | 0x20 {
		case 'a':
			return 0, 2
		case 'p':
			return 1, 2
		}
	}
	return -1, 0
}

// zoneAt reads an offset (%z), or a name of UTC (%Z): other names are ambiguous.
func zoneAt(s []byte, verb byte) (offset, n int) {
	names := []string{"UTC", "GMT", "Z"}
	if verb == 'z' {
		names = names[2:]
		for _, n := range []int{6, 5, 3} {
			if len(s) >= n {
				if offset, ok := parseZone(s[:n]); ok {
					return offset, n
				}
			}
		}
	}
	for _, name := range names {
		if bytes.HasPrefix(s, []byte(name)) {
			return 0, len(name)
		}
	}
	return 0, 0
}
