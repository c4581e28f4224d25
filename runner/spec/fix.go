package spec

import (
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// Fix returns the change of the file that puts text in place of the runes from (inclusive) to to (exclusive) of the value, or nil where the
// way the scalar is written does not take that text, or the part is more than one line or empty.
func (s Str) Fix(from, to int, text string) *diag.Fix {
	if s.text == nil || from < 0 || from >= to || to > len([]rune(s.Value)) || strings.ContainsAny(text, "\n\r\t") {
		return nil
	}
	at := s.At(from, to)
	if at == s.Place && to-from < len([]rune(s.Value)) || at.Line != at.EndLine {
		return nil
	}
	switch s.text.style {
	case singleQuoted:
		text = strings.ReplaceAll(text, "'", "''")
	case doubleQuoted:
		text = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
	case literal, folded:
	default:
		if !plainText(s.Value, from, text) {
			return nil
		}
	}
	return &diag.Fix{Place: at, Text: text}
}

// quote returns the change that puts a part of a line in quotes, without the blanks at its end. Columns are in runes from 1, to is exclusive.
// It is for text that YAML does not read as it was meant.
func (f *file) quote(line, from, to int) *diag.Fix {
	runes := []rune(f.line(line))
	if from < 1 || from >= to || to > len(runes)+1 {
		return nil
	}
	text := strings.TrimRight(string(runes[from-1:to-1]), " \t")
	at := f.span(line, from, utf8.RuneCountInString(text))
	if strings.ContainsAny(text, `"\`) {
		return &diag.Fix{Place: at, Text: "'" + strings.ReplaceAll(text, "'", "''") + "'"}
	}
	return &diag.Fix{Place: at, Text: `"` + text + `"`}
}

// quoteRest is quote up to the end of the line.
func (f *file) quoteRest(line, from int) *diag.Fix {
	return f.quote(line, from, utf8.RuneCountInString(f.line(line))+1)
}

// plainText tells whether text can stand inside of a plain scalar. Brackets and commas end one between brackets, so they are taken only
// where the value holds one already.
func plainText(value string, from int, text string) bool {
	switch {
	case strings.Contains(text, ": "), strings.HasSuffix(text, ":"), strings.Contains(text, " #"), strings.HasPrefix(text, "#"):
		return false
	case strings.ContainsAny(text, ",[]{}") && !strings.ContainsAny(value, ",[]{}"):
		return false
	case from == 0 && (text == "" || strings.ContainsAny(text[:1], " -?:,[]{}#&*!|>'\"%@`")):
		return false
	}
	return true
}
