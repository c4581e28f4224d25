package infer

import (
	"bytes"
	"slices"
	"strings"
)

// nullWords are texts that often stand for a missing value. They are proposed where every other cell of a column is a number, a date or
// a uuid, and are texts elsewhere.
var nullWords = []string{"NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "Null", "null", `\N`, "NaN", "nan", "NaT", "na", "n.a.", "nil", "None", "none", "-", "--", "---", "?", ".",
	"missing", "unknown"}

// surelyNull is how many of these no people write for anything else.
const surelyNull = 12

// longestNullWord is the most bytes of a null word.
const longestNullWord = 7

func nullWord(cell []byte) string {
	if len(cell) > longestNullWord {
		return ""
	}
	for _, w := range nullWords {
		if string(cell) == w {
			return w
		}
	}
	return ""
}

// truthPairs are words for true and false. Only the first pair is believed when one of its words is alone; the first four are what the
// reader takes by itself.
var truthPairs = [][2]string{{"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"}, {"on", "off"}, {"ja", "nein"}, {"oui", "non"}, {"si", "no"}, {"sí", "no"},
	{"wahr", "falsch"}, {"vrai", "faux"}, {"verdadero", "falso"}}

const usualPairs = 4

// hints are parts of names that say what a column holds, whatever its values look like.
type hint []string

var (
	codeNames  = hint{"phone", "mobile", "tel", "fax", "msisdn", "zip", "zipcode", "postcode", "postal", "plz", "iban", "isbn", "ean", "ssn", "barcode"}
	phoneNames = hint{"phone", "mobile", "tel", "telephone", "fax", "msisdn", "cell"}
	dayNames   = hint{"date", "day", "dt", "dob", "datum", "birthday", "birthdate"}
	keyNames   = hint{"id", "key", "code", "uuid", "guid", "nr", "no", "number", "num", "sku", "ref"}
	idNames    = hint{"id", "key", "code", "uuid", "guid", "ref"}
	partNames  = hint{"line", "seq", "sequence", "pos", "position", "date", "day", "month", "year", "week", "hour", "time", "timestamp", "ts", "version", "period"}
	timeNames  = hint{"ts", "time", "timestamp", "datetime", "epoch", "at"}
	ownNames   = hint{"email", "mail", "username", "login", "serial", "slug", "iban", "isbn", "ean", "ssn", "vin", "imei"} // of what one thing has for itself
	// names of columns that are about people and of nothing else
	personalNames = hint{"first_name", "last_name", "full_name", "given_name", "family_name", "firstname", "lastname", "forename", "surname", "maiden_name", "date_of_birth", "birth_date",
		"birthdate", "birthday", "dob", "home_address", "street", "street_address", "ssn", "iban", "passport_no", "passport_number"}
	flagNames  = hint{"is", "has", "was", "flag", "bool", "boolean"}
	aboveNames = hint{"parent", "manager", "supervisor", "boss"} // of the one above, in the same table
	// of what is measured or told of a thing, and does not name it
	measureNames = hint{"value", "amount", "price", "cost", "fee", "total", "sum", "count", "qty", "quantity", "rating", "score", "rate", "share", "percent", "ratio",
		"duration", "weight", "temperature", "temp", "lat", "latitude", "lon", "lng", "longitude", "comment", "comments", "text", "description", "note", "notes", "message"}
)

// of tells whether one of the words of a name is a hint: phone_home, homePhone, home-phone.
func (h hint) of(name string) bool {
	for _, w := range wordsOf(name) {
		if slices.Contains(h, w) {
			return true
		}
	}
	return false
}

// last tells whether the last word of a name is a hint: order_id, not id_card.
func (h hint) last(name string) bool {
	words := wordsOf(name)
	return len(words) > 0 && slices.Contains(h, words[len(words)-1])
}

// wordsOf cuts a name into lower-case words.
func wordsOf(name string) []string {
	return strings.FieldsFunc(snake(name), func(r rune) bool { return r == '_' })
}

// looksLikeEmail is rough: something, an @, and a domain with a point.
func looksLikeEmail(cell []byte) bool {
	at := bytes.IndexByte(cell, '@')
	if at <= 0 || bytes.ContainsAny(cell, " \t") {
		return false
	}
	dot := bytes.LastIndexByte(cell, '.')
	return dot > at+1 && dot < len(cell)-1 && bytes.IndexByte(cell[at+1:], '@') < 0
}

// looksLikePhone wants 7 to 15 digits (E.164 has at most 15) and a mark of phone numbers among them.
func looksLikePhone(cell []byte) bool {
	digits, marks := 0, 0
	for i, b := range cell {
		switch {
		case b >= '0' && b <= '9':
			digits++
		case b == '+' && i == 0, b == '(', b == ')':
			marks++
		case b == ' ' || b == '-' || b == '/' || b == '.':
		default:
			return false
		}
	}
	return digits >= 7 && digits <= 15 && marks > 0
}

// signs are those of money and shares, before or behind a number.
var signs = []string{"%", "$", "€", "£", "¥", "EUR", "USD", "CHF", "GBP"}

// hasSign tells whether a text is a number with a sign, or with blanks around it.
func hasSign(cell []byte) bool {
	text := strings.TrimSpace(string(cell))
	if len(text) < len(cell) && text != "" && strings.Trim(text, "-0123456789.,") == "" {
		return true
	}
	text = strings.TrimLeft(text, "-+")
	for _, s := range signs {
		rest, before := strings.CutPrefix(text, s)
		rest, behind := strings.CutSuffix(rest, s)
		rest = strings.Trim(rest, " \u00a0\u202f-")
		if before != behind && rest != "" && strings.Trim(rest, "0123456789., '") == "" {
			return true
		}
	}
	return false
}
