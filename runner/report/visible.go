package report

import (
	"strconv"
	"strings"
	"unicode"
)

// Visible writes characters that a terminal would obey, or not show, as escapes: a value of a file must not clear the screen of its reader.
// JSON and CSV have a form of their own for them, and hold values as they are.
func Visible(text string) string {
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if hidden(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hidden(r rune) bool { return !unicode.IsPrint(r) }

// Shown is the value as a person sees it.
func (v Value) Shown() string { return Visible(v.Value) }

// Shown is the measured value as a person sees it.
func (m Measure) Shown() string { return Visible(m.Value) }
