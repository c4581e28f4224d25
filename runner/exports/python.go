package exports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// python is a text of Python under construction.
type python struct {
	strings.Builder
	taken map[string]bool // variables
}

// line writes one line.
func (p *python) line(format string, args ...any) {
	fmt.Fprintf(p, format+"\n", args...)
}

// comment writes a text as comment lines, broken between words. Line feeds and other control characters in it are blanks, so that nothing of
// it can become code.
func (p *python) comment(text string) {
	const width = 120
	line := "#"
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		if len(line)+1+len(word) > width && line != "#" {
			p.line("%s", line)
			line = "#"
		}
		line += " " + word
	}
	p.line("%s", line)
}

// variable makes a variable out of a prefix and a name: another one each time, and never a word of the language.
func (p *python) variable(prefix, name string) string {
	clean := prefix + "_" + strings.Map(func(r rune) rune {
		if r < 128 && (r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, name)
	return unique(p.taken, clean)
}

// unique returns the name, with a number where it is taken, and takes it.
func unique(taken map[string]bool, name string) string {
	out := name
	for n := 2; taken[strings.ToLower(out)]; n++ {
		out = name + "_" + strconv.Itoa(n)
	}
	taken[strings.ToLower(out)] = true
	return out
}

// literal is a text as a string of Python. What Go's quoting writes Python reads alike: its escapes are among those of Python (the Python
// Language Reference, 2.4.1), and texts of specs are valid UTF-8.
func literal(text string) string { return strconv.Quote(text) }

// literals is a list of strings of Python.
func literals(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = literal(t)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// call writes an assignment of a call with one argument a line. Empty arguments are left out, and comments stay comments.
func (p *python) call(variable, function string, args ...string) {
	p.line("%s = %s(", variable, function)
	for _, a := range args {
		switch {
		case strings.HasPrefix(a, "# "):
			p.line("    %s", a)
		case a != "":
			p.line("    %s,", a)
		}
	}
	p.line(")")
}
