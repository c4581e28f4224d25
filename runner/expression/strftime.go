package expression

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// A text is a date in a format of strftime when Python's strptime reads it so, with the names of the C locale: numbers may lack their
// leading zero, upper and lower case are the same, white space in the format is any white space. Digits are those of ASCII.

// formatHint says which formats are understood.
const formatHint = `write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%`

// directives are what may stand for a part of a date or time. Of %y there are two readings, by century.
var directives = map[rune]string{
	'Y': `[0-9]{4}`, 'm': `1[0-2]|0[1-9]|[1-9]`, 'd': `3[01]|[12][0-9]|0[1-9]|[1-9]`,
	'b': `jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec`,
	'B': `january|february|march|april|may|june|july|august|september|october|november|december`,
	'H': `2[0-3]|[01][0-9]|[0-9]`, 'I': `1[0-2]|0[1-9]|[1-9]`, 'p': `am|pm`, 'M': `[0-5][0-9]|[0-9]`, 'S': `[0-5][0-9]|[0-9]`,
	'f': `[0-9]{1,6}`, 'z': `[-+](?:[01][0-9]|2[0-3]):?[0-5][0-9]|z`,
	'a': `mon|tue|wed|thu|fri|sat|sun`, 'A': `monday|tuesday|wednesday|thursday|friday|saturday|sunday`,
}

// centuries are the readings of %y: 69 to 99 is in the twentieth, 00 to 68 in the twenty-first.
var centuries = []struct{ prefix, pattern string }{{"19", `69|[7-9][0-9]`}, {"20", `[0-5][0-9]|6[0-8]`}}

// reading is one reading of a format: the pattern of the texts, and the groups of it that hold the parts of a date, 0 for none.
type reading struct {
	pattern          string
	century          string
	year, month, day int
}

// readings are those of a format: two when the year has two digits.
func readings(format string) ([]reading, error) {
	first, err := readFormat(format, centuries[0].prefix, centuries[0].pattern)
	if err != nil || first.century == "" {
		return []reading{first}, err
	}
	second, err := readFormat(format, centuries[1].prefix, centuries[1].pattern)
	return []reading{first, second}, err
}

func readFormat(format, century, years string) (out reading, err error) {
	var b strings.Builder
	groups := 0
	seen := map[rune]bool{}
	runes := []rune(format)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case strings.ContainsRune(" \t\n\v\f\r", r):
			if !strings.HasSuffix(b.String(), `\s+`) {
				b.WriteString(`\s+`)
			}
			continue
		case r != '%':
			b.WriteString(regexp.QuoteMeta(string(r)))
			continue
		case i+1 == len(runes):
			return out, fmt.Errorf("the format ends in %%")
		}
		i++
		r = runes[i]
		pattern, known := directives[r]
		part := map[rune]rune{'y': 'Y', 'b': 'm', 'B': 'm', 'I': 'H', 'A': 'a'}[r]
		if part == 0 {
			part = r
		}
		switch {
		case r == '%':
			b.WriteString("%")
			continue
		case r == 'y':
			pattern, out.century = years, century
		case !known:
			return out, fmt.Errorf("%%%c is not understood in a format", r)
		}
		if seen[part] {
			return out, fmt.Errorf("the format asks for %%%c twice", r)
		}
		seen[part] = true
		if at := map[rune]*int{'Y': &out.year, 'm': &out.month, 'd': &out.day}[part]; at != nil {
			groups++
			*at = groups
			b.WriteString("(" + pattern + ")")
		} else {
			b.WriteString("(?:" + pattern + ")")
		}
	}
	if format == "" {
		return out, fmt.Errorf("the format is empty")
	}
	if len(seen) == 0 { // YYYY-MM-DD, as others write formats: only that very text would be a date
		return out, fmt.Errorf("the format has no part that begins with %%")
	}
	out.pattern = `(?i)^` + b.String() + `$`
	if _, err := syntax.Parse(out.pattern, syntax.Perl); err != nil {
		return out, fmt.Errorf("the format cannot be read: %w", err)
	}
	return out, nil
}

// day is the date that a text is in this reading. What the format does not say is taken from 1900-01-01.
func (r reading) dateOf(m []string) (Date, bool) {
	number := func(group, other int) int {
		if group == 0 {
			return other
		}
		if n, err := strconv.Atoi(m[group]); err == nil {
			return n
		}
		name := strings.ToLower(m[group])[:3]
		return strings.Index(directives['b'], name)/4 + 1
	}
	year, month, day := number(r.year, 1900), number(r.month, 1), number(r.day, 1)
	if r.century != "" {
		year, _ = strconv.Atoi(r.century + m[r.year])
	}
	if year < 1 || day > monthLength(year, month) {
		return Date{}, false
	}
	return Date{Days: daysOf(year, month, day)}, true
}

// iso is the SQL of a text that the pattern matches, as year-month-day.
func (r reading) iso() string {
	group := func(n int, other string) string {
		if n == 0 {
			return other
		}
		return `\` + strconv.Itoa(n)
	}
	to := r.century + group(r.year, "1900") + "-" + group(r.month, "01") + "-" + group(r.day, "01")
	return `regexp_replace({0} COLLATE "C", ` + r.sqlPattern() + `, ` + string(pgsql.Literal(to)) + `)`
}

func (r reading) sqlPattern() string { return string(pgsql.Literal(areGroups(r.pattern))) }

// validParts matches a year, a month by number or English name, and a day that this month has.
const validParts = `(?i)^(?:` + anyYear + `-(?:0?[13578]|1[02]|jan(?:uary)?|mar(?:ch)?|may|jul(?:y)?|aug(?:ust)?|oct(?:ober)?|dec(?:ember)?)-(?:0?[1-9]|[12][0-9]|3[01])|` +
	anyYear + `-(?:0?[469]|11|apr(?:il)?|june?|sep(?:tember)?|nov(?:ember)?)-(?:0?[1-9]|[12][0-9]|30)|` +
	anyYear + `-(?:0?2|feb(?:ruary)?)-(?:0?[1-9]|1[0-9]|2[0-8])|` +
	`(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-(?:0?2|feb(?:ruary)?)-29)$`

const anyYear = `(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)`

// dateOf is date(text, format).
func dateOf(format string) (*Function, error) {
	all, err := readings(format)
	if err != nil {
		return nil, err
	}
	if r := all[0]; r.year == 0 || r.month == 0 || r.day == 0 {
		return nil, fmt.Errorf("the format %q does not say year, month and day", format)
	}
	sql, valid := "(CASE", string(pgsql.Literal(arePattern(validParts)))
	for _, r := range all {
		sql += ` WHEN {0} COLLATE "C" ~ ` + r.sqlPattern() + ` THEN CASE WHEN ` + r.iso() + ` ~ ` + valid + ` THEN ` + r.iso() + `::date END`
	}
	return &Function{Name: "date", Parameters: []Parameter{textArgument("text")}, Result: model.Date, SQL: sql + " END)", Go: formatted(all, func(d Date, ok bool) Datum {
		if !ok {
			return nil
		}
		return d
	})}, nil
}

// isDate is is_date(text, format).
func isDate(format string) (*Function, error) {
	all, err := readings(format)
	if err != nil {
		return nil, err
	}
	sql, valid := "(CASE", string(pgsql.Literal(arePattern(validParts)))
	for _, r := range all {
		sql += ` WHEN {0} COLLATE "C" ~ ` + r.sqlPattern() + ` THEN ` + r.iso() + ` ~ ` + valid
	}
	return &Function{Name: "is_date", Parameters: []Parameter{textArgument("text")}, Result: model.Boolean, SQL: sql + " WHEN {0} IS NOT NULL THEN false END)",
		Go: formatted(all, func(_ Date, ok bool) Datum { return ok })}, nil
}

// formatted reads a text in the first reading that it has.
func formatted(all []reading, result func(Date, bool) Datum) func([]Datum) Datum {
	patterns := make([]*regexp.Regexp, len(all))
	for i, r := range all {
		patterns[i] = regexp.MustCompile(r.pattern)
	}
	return func(a []Datum) Datum {
		for i, p := range patterns {
			if m := p.FindStringSubmatch(a[0].(string)); m != nil {
				return result(all[i].dateOf(m))
			}
		}
		return result(Date{}, false)
	}
}
