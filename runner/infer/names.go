package infer

import (
	"strconv"
	"strings"
	"unicode"

	"streamflow/runner/expression"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// longestName is how many bytes of a name Postgres keeps.
const longestName = 63

// snake writes a name in lower case with underscores: "Customer ID", "customerID" and "customer-id" become customer_id. Words that
// follow in upper case (ID, URL) stay one word.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(strings.TrimSpace(name))
	for i, r := range runes {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) ||
				unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
				mark(&b)
			}
			b.WriteRune(unicode.ToLower(r))
		case r == '%':
			mark(&b)
			b.WriteString("percent")
		case r == '#':
			mark(&b)
			b.WriteString("nr")
		default:
			mark(&b)
		}
	}
	return strings.Trim(b.String(), "_")
}

// mark begins another word.
func mark(b *strings.Builder) {
	if s := b.String(); s != "" && !strings.HasSuffix(s, "_") {
		b.WriteByte('_')
	}
}

// plainName tells whether a name needs no quotes in SQL and none in rules.
func plainName(name string) bool {
	for i, r := range name {
		lower := unicode.IsLower(r) || unicode.IsLetter(r) && !unicode.IsUpper(r) && r > unicode.MaxASCII
		if r != '_' && !lower && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != "" && len(name) <= longestName && !expression.Reserved(name) && !taken(name)
}

// taken tells whether a column cannot well be called like that: names of Postgres and of runner, and words of SQL.
func taken(name string) bool {
	switch name {
	case "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", model.PartitionColumn, model.AsOf, dirParam, batchParam: // a parameter would be hidden behind a column
		return true
	}
	return pgsql.Reserved(name)
}

// names gives out names, each once.
type names map[string]bool

// claim returns a plain name for a text, with a number behind it when it is given out already. what stands for a text without letters.
func (n names) claim(text, what string) string {
	name := text
	if !plainName(name) {
		name = snake(text)
	}
	if name == "" {
		name = what
	}
	if c := name[0]; c >= '0' && c <= '9' {
		name = what + "_" + name
	}
	if expression.Reserved(name) || taken(name) {
		name += "_"
	}
	name = cut(name, longestName)
	out := name
	for i := 2; n[out] || !plainName(out) && i < 10; i++ {
		suffix := "_" + strconv.Itoa(i)
		out = cut(name, longestName-len(suffix)) + suffix
	}
	n[out] = true
	return out
}

// cut shortens a name to some bytes, at a character.
func cut(name string, most int) string {
	if len(name) <= most {
		return name
	}
	end := 0
	for i := range name {
		if i > most {
			break
		}
		end = i
	}
	return strings.TrimRight(name[:end], "_")
}

// singular is the one of a name for many: orders, categories, addresses, people stays.
func singular(name string) string {
	switch {
	case strings.HasSuffix(name, "ies") && len(name) > 4:
		return strings.TrimSuffix(name, "ies") + "y"
	case strings.HasSuffix(name, "sses"), strings.HasSuffix(name, "xes"), strings.HasSuffix(name, "ches"), strings.HasSuffix(name, "shes"):
		return strings.TrimSuffix(name, "es")
	case strings.HasSuffix(name, "ss"), strings.HasSuffix(name, "us"), strings.HasSuffix(name, "is"):
		return name
	}
	return strings.TrimSuffix(name, "s")
}
