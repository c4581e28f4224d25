package spec

import (
	"encoding/json"
	"regexp"
	"strings"
)

// bareText are the texts that YAML reads as themselves without quotes.
var bareText = regexp.MustCompile(`^[A-Za-z0-9_$(/.][^\x00-\x1f\x7f]*[^\s:\x00-\x1f\x7f]$|^[A-Za-z]$`)

// notText are words that YAML reads as something else than a text, and numbers.
var notText = regexp.MustCompile(`^(?i:true|false|null|yes|no|on|off|y|n|[-+.]?[0-9][0-9_.eExX:+-]*)$`)

// Scalar writes a text as a value, or a key, of YAML: bare, in single quotes, or with escapes.
func Scalar(s string) string {
	if bareText.MatchString(s) && !strings.Contains(s, ": ") && !strings.Contains(s, " #") && !notText.MatchString(s) && Printable(s) {
		return s
	}
	return inQuotes(s)
}

// FlowScalar is Scalar for a place between brackets or braces, where commas and brackets end a bare value.
func FlowScalar(s string) string {
	if bare := Scalar(s); bare == s && !strings.ContainsAny(s, ",[]{}") {
		return bare
	}
	return inQuotes(s)
}

func inQuotes(s string) string {
	if s != "" && Printable(s) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	out, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(out)
}

// Comment is a text on one line, a question mark in place of what YAML does not take.
func Comment(s string) string {
	return strings.Map(func(r rune) rune {
		if Printable(string(r)) {
			return r
		}
		return '?'
	}, strings.Join(strings.Fields(s), " "))
}

// Printable tells whether a text can stand in YAML as it is.
func Printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffd
	})
}
