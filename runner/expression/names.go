package expression

import (
	"slices"
	"strconv"
	"unicode"
)

// reserved are the words of the language that cannot be the bare name of a column.
var reserved = []string{"in", "not", "and", "or", "let", "if", "else", "true", "false", "nil", "matches", "contains", "startsWith", "endsWith"}

// Reserved tells whether a name is a keyword of the language, so that a column of that name is written $env["name"].
func Reserved(name string) bool { return slices.Contains(reserved, name) }

// Spelling returns how a column is written in an expression: bare, or as $env["name"] when its name is a keyword or no identifier.
func Spelling(column string) string {
	if identifier(column) {
		return column
	}
	return "$env[" + strconv.Quote(column) + "]"
}

// identifier follows expr's lexer: letters, digits, underscore and $, a digit not first.
func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && r != '$' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != "" && name != "$env" && !Reserved(name)
}
