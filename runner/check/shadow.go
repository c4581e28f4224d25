package check

import (
	"strings"
	"unicode"

	"streamflow/runner/spec"
)

// checkShadowed warns of a bare name that is a column and a parameter (T307): the column wins, and the other may have been meant. Whoever
// writes params.NAME in the same text knows of both.
func (p *pass) checkShadowed(t *table, s spec.Str) {
	for _, param := range t.pipeline.model.Params {
		if t.load.Table.Column(param.Name) == nil || strings.Contains(s.Value, "params."+param.Name) {
			continue
		}
		if at := bareName([]rune(s.Value), param.Name); at >= 0 {
			p.fault("T307", s.At(at, at+len([]rune(param.Name))), "write params."+param.Name+` for the parameter, or $env["`+param.Name+`"] for the column`,
				"%q is a column and a parameter; here it is the column", param.Name)
		}
	}
}

// bareName is where an expression holds a name outside of quotes and not as a part of something else, or -1.
func bareName(text []rune, name string) int {
	word := []rune(name)
	var quote rune
	part := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '_' || unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
	}
	for i := 0; i < len(text); i++ {
		switch r := text[i]; {
		case quote != 0 && r == '\\' && quote != '`':
			i++
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' || r == '`':
			quote = r
		case i+len(word) <= len(text) && string(text[i:i+len(word)]) == name && !part(i-1) && !part(i+len(word)) && (i == 0 || text[i-1] != '.') &&
			(i+len(word) == len(text) || text[i+len(word)] != '('):
			return i
		}
	}
	return -1
}
