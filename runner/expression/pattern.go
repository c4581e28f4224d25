package expression

import (
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
)

// arePattern writes a pattern that checkPattern has passed for Postgres.
func arePattern(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	w := &patternWriter{lines: hasLineAnchors(re)}
	if w.lines {
		w.b.WriteString("(?w)") // ^ and $ at each line; everything else is written so that it does not depend on it
	}
	w.write(re)
	return w.b.String()
}

func hasLineAnchors(re *syntax.Regexp) bool {
	if re.Op == syntax.OpBeginLine || re.Op == syntax.OpEndLine {
		return true
	}
	for _, sub := range re.Sub {
		if hasLineAnchors(sub) {
			return true
		}
	}
	return false
}

// areGroups is arePattern of a pattern whose groups are asked for.
func areGroups(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	w := &patternWriter{groups: true}
	w.write(re)
	return w.b.String()
}

type patternWriter struct {
	b      strings.Builder
	lines  bool
	groups bool // they can be asked for
}

func (w *patternWriter) write(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		w.b.WriteString("(?:)")
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			w.literal(r, re.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		w.class(re.Rune)
	case syntax.OpAnyCharNotNL:
		w.b.WriteString(`[^\n]`)
	case syntax.OpAnyChar:
		w.b.WriteString(`.`)
	case syntax.OpBeginLine:
		w.b.WriteString("^")
	case syntax.OpEndLine:
		w.b.WriteString("$")
	case syntax.OpBeginText:
		w.anchor("^", `\A`)
	case syntax.OpEndText:
		w.anchor("$", `\Z`)
	case syntax.OpWordBoundary:
		w.b.WriteString(`\y`)
	case syntax.OpNoWordBoundary:
		w.b.WriteString(`\Y`)
	case syntax.OpCapture:
		if w.groups {
			w.b.WriteString("(")
			w.write(re.Sub[0])
			w.b.WriteString(")")
		} else {
			w.group(re.Sub[0])
		}
	case syntax.OpStar:
		w.group(re.Sub[0])
		w.b.WriteString("*")
	case syntax.OpPlus:
		w.group(re.Sub[0])
		w.b.WriteString("+")
	case syntax.OpQuest:
		w.group(re.Sub[0])
		w.b.WriteString("?")
	case syntax.OpRepeat:
		w.repeat(re.Sub[0], re.Min, re.Max)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op == syntax.OpAlternate {
				w.group(sub)
			} else {
				w.write(sub)
			}
		}
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			if i > 0 {
				w.b.WriteString("|")
			}
			w.write(sub)
		}
	}
}

func (w *patternWriter) anchor(plain, always string) {
	if w.lines {
		plain = always
	}
	w.b.WriteString(plain)
}

// group writes something that a quantifier may follow.
func (w *patternWriter) group(re *syntax.Regexp) {
	switch {
	case re.Op == syntax.OpCharClass, re.Op == syntax.OpAnyChar, re.Op == syntax.OpAnyCharNotNL, re.Op == syntax.OpLiteral && len(re.Rune) == 1:
		w.write(re)
		return
	}
	w.b.WriteString("(?:")
	w.write(re)
	w.b.WriteString(")")
}

// repeat writes {low,high}, in steps when the numbers are beyond Postgres's; high < 0 means without end.
func (w *patternWriter) repeat(re *syntax.Regexp, low, high int) {
	step := func(low, high string) {
		w.group(re)
		w.b.WriteString("{" + low + high + "}")
	}
	if low == 0 && high == 0 {
		w.b.WriteString("(?:)")
		return
	}
	optional := high - low
	for ; low > maxRepeat; low -= maxRepeat {
		step(strconv.Itoa(maxRepeat), "")
	}
	switch {
	case high < 0:
		step(strconv.Itoa(low), ",")
		return
	case low > 0:
		step(strconv.Itoa(low), "")
	}
	for ; optional > 0; optional -= maxRepeat {
		step("0", ","+strconv.Itoa(min(optional, maxRepeat)))
	}
}

// literal writes one character, with all its cases where the pattern ignores case.
func (w *patternWriter) literal(r rune, fold bool) {
	if other := unicode.SimpleFold(r); fold && other != r {
		class := []rune{r, r}
		for ; other != r; other = unicode.SimpleFold(other) {
			class = append(class, other, other)
		}
		w.class(class)
		return
	}
	w.b.WriteString(escaped(r, outside))
}

// class writes ranges of characters; one that reaches to the end of Unicode is written as what it leaves out.
func (w *patternWriter) class(ranges []rune) {
	if n := len(ranges); ranges[n-1] == unicode.MaxRune {
		ranges = complement(ranges)
		if len(ranges) == 0 {
			w.b.WriteString(".")
			return
		}
		w.b.WriteString("[^")
	} else {
		w.b.WriteString("[")
	}
	for i := 0; i < len(ranges); i += 2 {
		low, high := max(ranges[i], 1), ranges[i+1]
		if high < low {
			continue // only NUL, which no text holds
		}
		w.b.WriteString(escaped(low, inside))
		if high > low {
			w.b.WriteString("-" + escaped(high, inside))
		}
	}
	w.b.WriteString("]")
}

func complement(ranges []rune) []rune {
	var out []rune
	next := rune(1)
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i] > next {
			out = append(out, next, ranges[i]-1)
		}
		next = ranges[i+1] + 1
	}
	return out
}

// What has a meaning outside of a class and inside of one.
const (
	outside = `\.+*?()|[]{}^$`
	inside  = `\[]^-`
)

// escaped writes a character so that it stands for itself where the special ones have a meaning.
func escaped(r rune, special string) string {
	hex := strconv.FormatInt(int64(r), 16)
	switch {
	case r >= ' ' && r < unicode.MaxASCII && strings.ContainsRune(special, r):
		return `\` + string(r)
	case r >= ' ' && r < unicode.MaxASCII:
		return string(r)
	case r <= 0xffff:
		return `\u` + strings.Repeat("0", 4-len(hex)) + hex
	}
	return `\U` + strings.Repeat("0", 8-len(hex)) + hex
}
