package expression

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// The forms that texts have, as RE2 has them. Each holds for the whole text.
const (
	host       = `(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?`
	octet      = `(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`
	ipv4       = `(?:` + octet + `\.){3}` + octet
	group16    = `[0-9A-Fa-f]{1,4}`
	last32     = `(?:` + group16 + `:` + group16 + `|` + ipv4 + `)`
	mailAtom   = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
	mailDomain = `(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])`
)

// ipv6 lists where :: may stand, which is for one or more groups of zeros (RFC 4291, section 2.2).
const ipv6 = `(?:` + group16 + `:){6}` + last32 +
	`|::(?:` + group16 + `:){5}` + last32 +
	`|(?:` + group16 + `)?::(?:` + group16 + `:){4}` + last32 +
	`|(?:(?:` + group16 + `:){0,1}` + group16 + `)?::(?:` + group16 + `:){3}` + last32 +
	`|(?:(?:` + group16 + `:){0,2}` + group16 + `)?::(?:` + group16 + `:){2}` + last32 +
	`|(?:(?:` + group16 + `:){0,3}` + group16 + `)?::` + group16 + `:` + last32 +
	`|(?:(?:` + group16 + `:){0,4}` + group16 + `)?::` + last32 +
	`|(?:(?:` + group16 + `:){0,5}` + group16 + `)?::` + group16 +
	`|(?:(?:` + group16 + `:){0,6}` + group16 + `)?::`

// The time of day behind a date of ISO 8601.
const timeOfDay = `[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[-+]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?`

// formatFunctions tell whether a text has a form. They are true or false of every text, and nil of none.
func formatFunctions() []Function {
	text := []Parameter{textArgument("text")}
	form := func(name, pattern, more, doc, example string, also func(string) bool) Function {
		re := regexp.MustCompile(`^(?:` + pattern + `)$`)
		return Function{Name: name, Parameters: text, Result: model.Boolean, SQL: `(` + more + `{0} COLLATE "C" ~ ` + string(pgsql.Literal(arePattern(re.String()))) + `)`,
			Go: func(a []Datum) Datum { return also(a[0].(string)) && re.MatchString(a[0].(string)) }, Doc: doc, Example: example}
	}
	always := func(string) bool { return true }
	return []Function{
		form("is_number", strings.TrimSuffix(strings.TrimPrefix(validNumber, "^"), "$"), `char_length({0}) <= 300 AND `, "whether number(text) is a number", `is_number(code)`, func(s string) bool { return utf8.RuneCountInString(s) <= maxNumber }),
		form("is_integer", strings.TrimSuffix(strings.TrimPrefix(validInteger, "^"), "$"), ``, "whether the text is a whole number: digits, with or without a sign", `is_integer(code)`, always),
		{Name: "is_date", Parameters: text, Result: model.Boolean, SQL: `({0} COLLATE "C" ~ '` + validDate + `')`, Go: func(a []Datum) Datum { return goDateOfText(a) != nil }, Doc: "whether date(text) is a date: YYYY-MM-DD", Example: `is_date(code)`},
		{Name: "is_date", Parameters: append(text[:1:1], textArgument("format")), Result: model.Boolean, Constant: isDate, Doc: "whether the text is a date or time in a format of strftime", Example: `is_date(code, "%d/%m/%Y")`},
		{Name: "is_timestamp", Parameters: text, Result: model.Boolean, SQL: `({0} COLLATE "C" ~ '` + strings.TrimSuffix(validDate, "$") + `(` + timeOfDay + `)?$')`, Go: goIsTimestamp, Doc: "whether the text is a date or a time of ISO 8601: YYYY-MM-DD, then perhaps T or a blank, HH:MM, seconds with or without a fraction, Z or an offset", Example: `is_timestamp(code)`},
		form("is_email", mailAtom+`(?:\.`+mailAtom+`)*@`+mailDomain, `char_length({0}) <= 254 AND `, "whether the text looks like an address of e-mail: ASCII, no quotes or comments, a domain with a dot", `is_email(code)`, func(s string) bool { return utf8.RuneCountInString(s) <= 254 }),
		form("is_url", `(?i:https?|ftp)://(?:`+host+`|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?(?:[/?#]\S*)?`, ``, "whether the text looks like a URL of http, https or ftp: a host of ASCII letters, perhaps a port, and no white space", `is_url(code)`, always),
		form("is_uuid", `[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`, ``, "whether the text is a UUID with its four hyphens, in either case", `is_uuid(code)`, always),
		form("is_ip", ipv4+`|`+ipv6, ``, "whether the text is an address of IPv4 or IPv6, without a port, prefix or zone", `is_ip(code)`, always),
		form("is_ipv4", ipv4, ``, "whether the text is an address of IPv4: four numbers up to 255 without leading zeros", `is_ipv4(code)`, always),
		{Name: "is_json", Parameters: text, Result: model.Boolean, SQL: `runner.is_json({0})`, Go: func(a []Datum) Datum { return json.Valid([]byte(a[0].(string))) }, Doc: "whether the text is JSON (RFC 8259)", Example: `is_json(code)`},
	}
}

var timeOfDayText = regexp.MustCompile(`^(?:` + timeOfDay + `)?$`)

func goIsTimestamp(a []Datum) Datum {
	text := a[0].(string)
	if len(text) < len(model.DateLayout) {
		return false
	}
	day, rest := text[:len(model.DateLayout)], text[len(model.DateLayout):]
	return goDateOfText([]Datum{day}) != nil && timeOfDayText.MatchString(rest)
}
