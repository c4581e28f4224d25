package spectest

import (
	"fmt"
	"strings"
	"unicode"
)

// Around is where a scalar stands.
type Around struct {
	Indent  int  // blanks before the key or dash that it belongs to, -1 at the root
	Flow    bool // between brackets
	OneLine bool // it may not break, as a key
}

// Takes tells whether a style can say a value there.
func Takes(style Style, value string, at Around) bool {
	runes := []rune(value)
	switch style {
	case Double:
		return true
	case Literal, Folded:
		return !at.Flow && !at.OneLine && strings.Trim(value, "\n") != "" && printable(value)
	case Plain:
		if !plain(value, at.Flow) {
			return false
		}
	}
	for i, c := range runes {
		if c == '\n' && (at.OneLine || i > 0 && blank(runes[i-1]) || i+1 < len(runes) && blank(runes[i+1])) {
			return false // a blank beside a line break is lost
		}
	}
	return printable(value)
}

func blank(c rune) bool { return c == ' ' || c == '\t' }

func printable(value string) bool {
	return !strings.ContainsFunc(value, func(c rune) bool { return !raw(c) && c != '\n' })
}

// raw tells whether a rune may stand in a file as it is.
func raw(c rune) bool {
	return c == '\t' || c >= ' ' && c < 0x7f || c >= 0xa0 && c != 0x2028 && c != 0x2029 && c != 0xfeff && c < 0xfffe || c > 0xffff
}

// plain tells whether a text can do without quotes.
func plain(value string, flow bool) bool {
	if value == "" || strings.HasPrefix(value, "...") || strings.TrimSpace(value) != value || strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`", rune(value[0])) {
		return false
	}
	if flow && strings.ContainsAny(value, ",[]{}:?") {
		return false
	}
	before := ' '
	for _, c := range value + "\n" {
		if before == ':' && unicode.IsSpace(c) || unicode.IsSpace(before) && c == '#' {
			return false
		}
		before = c
	}
	return true
}

// Scalar writes a value in a style that takes it, laid out at random.
func (s *Sheet) Scalar(style Style, value string, at Around) Scalar {
	out := Scalar{Value: value, Style: style}
	switch style {
	case Literal, Folded:
		s.block(&out, at)
		return out
	}
	quote := map[Style]string{Single: "'", Double: `"`}[style]
	out.Begin = s.spot()
	s.Write(quote)
	f := flowText{s, &out, []rune(value), at}
	for i := 0; i < len(f.value); {
		i += f.step(i)
	}
	s.Write(quote)
	out.End = s.spot()
	return out
}

// flowText is a plain or quoted scalar under way.
type flowText struct {
	*Sheet
	out   *Scalar
	value []rune
	at    Around
}

// step writes what comes at rune i and returns how many runes that was.
func (f *flowText) step(i int) int {
	c := f.value[i]
	if f.out.Style == Double && !f.at.OneLine && f.one(12) {
		if n := f.escapedBreak(i); n > 0 {
			return n
		}
		c = f.value[i]
		f.note(f.out, f.escape(c, blank(c) || c == '\n'))
		return 1
	}
	if c == '\n' && (f.out.Style != Double || f.one(2) && f.mayBreak(i, i+f.run(i)) && !f.at.OneLine) {
		return f.breaks(i)
	}
	if c == ' ' && !f.at.OneLine && f.one(4) && f.mayBreak(i, i+1) {
		noteBreak(f.out, f.spot())
		f.newLine(true)
		return 1
	}
	switch {
	case f.out.Style == Double:
		f.note(f.out, f.escape(c, false))
	case f.out.Style == Single && c == '\'':
		f.note(f.out, "''")
	default:
		f.note(f.out, string(c))
	}
	return 1
}

// run returns how many line breaks begin at rune i.
func (f *flowText) run(i int) int {
	n := 0
	for i+n < len(f.value) && f.value[i+n] == '\n' {
		n++
	}
	return n
}

// mayBreak tells whether lines can end instead of the runes from i to end: blanks beside would be lost.
func (f *flowText) mayBreak(i, end int) bool {
	before := i > 0 && (blank(f.value[i-1]) || f.value[i-1] == '\n')
	after := end < len(f.value) && (blank(f.value[end]) || f.value[end] == '\n')
	return !before && !after && (f.out.Style != Plain || i > 0 && end < len(f.value))
}

// breaks writes n line breaks of the value as n+1 in the text.
func (f *flowText) breaks(i int) int {
	n := f.run(i)
	f.newLine(false)
	f.blankLines(n)
	return n
}

// blankLines writes lines that stand for n line breaks of the value, and begins the next one.
func (f *flowText) blankLines(n int) {
	for range n {
		f.Write(strings.Repeat(" ", f.r.Intn(3)))
		noteBreak(f.out, f.spot())
		f.Write("\n")
	}
	f.Write(f.indent())
}

// newLine ends a line, with blanks that mean nothing.
func (f *flowText) newLine(indent bool) {
	f.Write(f.pick("", "", " ", "\t", " \t ") + "\n")
	if indent {
		f.Write(f.indent())
	}
}

func (f *flowText) indent() string {
	n := max(f.at.Indent, 0) + 1 + f.r.Intn(3)
	return strings.Repeat(" ", n) + f.pick("", "", "", "\t")
}

// escapedBreak ends the line with a backslash, so that nothing stands for its end, and returns how many line breaks of the value the
// blank lines behind it were.
func (f *flowText) escapedBreak(i int) int {
	n := f.run(i)
	if end := i + n; end < len(f.value) && blank(f.value[end]) {
		n = 0
	}
	f.Write("\\\n")
	f.blankLines(n)
	return n
}

var letters = map[rune]string{0: `\0`, 7: `\a`, 8: `\b`, '\t': `\t`, '\n': `\n`, 11: `\v`, 12: `\f`, '\r': `\r`, 27: `\e`, '"': `\"`, '/': `\/`, '\\': `\\`,
	' ': `\ `, 0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`}

// escape returns a rune as it may stand between double quotes.
func (f *flowText) escape(c rune, must bool) string {
	must = must || !raw(c) || c == '"' || c == '\\'
	if !must && !f.one(8) {
		return string(c)
	}
	forms := []string{fmt.Sprintf(`\U%08x`, c), fmt.Sprintf(`\U%08X`, c)}
	if c <= 0xffff {
		forms = append(forms, fmt.Sprintf(`\u%04x`, c), fmt.Sprintf(`\u%04X`, c))
	}
	if c <= 0xff {
		forms = append(forms, fmt.Sprintf(`\x%02x`, c))
	}
	if short, ok := letters[c]; ok {
		forms = append(forms, short, short, short)
	}
	return f.pick(forms...)
}
