package infer

import (
	"bytes"
	"strings"
)

// nullWords are texts that often stand for a missing value. They are proposed where every other cell of a column is a number, a date or
// a uuid, and are texts elsewhere.
var nullWords = []string{"NA", "N/A", "n/a", "na", "n.a.", "#N/A", "<NA>", "NULL", "Null", "null", `\N`, "nil", "None", "none", "NaN", "nan", "NaT", "-", "--", "---", "?", ".",
	"missing", "unknown"}

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
	partNames  = hint{"line", "seq", "sequence", "pos", "position", "date", "day", "month", "year", "week", "hour", "time", "timestamp", "ts", "version", "period"}
)

// of tells whether one of the words of a name is a hint: phone_home, homePhone, home-phone.
func (h hint) of(name string) bool {
	for _, w := range wordsOf(name) {
		for _, x := range h {
			if w == x {
				return true
			}
		}
	}
	return false
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
