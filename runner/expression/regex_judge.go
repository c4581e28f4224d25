package expression

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// lacking are the constructs of other regular expressions that RE2 has not, with what to do instead. The first that occurs is meant.
var lacking = []struct{ written, name, instead string }{
	{"(?=", "looking ahead", "join two rules with and"},
	{"(?!", "looking ahead", `write "x matches a and not (x matches b)"`},
	{"(?<=", "looking behind", "join two rules with and"},
	{"(?<!", "looking behind", `write "x matches a and not (x matches b)"`},
	{"(?>", "groups that do not give back", "write (?:...): the verdict is the same or more exact"},
	{"(?(", "conditions", "write two rules"},
	{"(?#", "comments", "write the comment in the YAML"},
	{"(?|", "groups with the same number", "write (?:...)"},
	{`\Z`, `\Z`, `write $`},
	{`\G`, `\G`, "write ^"},
	{`\K`, `\K`, "leave it away: only whether there is a match counts"},
	{`\h`, `\h`, `write [ \t]`},
	{`\R`, `\R`, `write (?:\r\n|\n|\r)`},
	{`\X`, `\X`, "write ."},
	{`\<`, `\<`, `write \b`},
	{`\>`, `\>`, `write \b`},
	{`\m`, `\m`, `write \b`},
	{`\M`, `\M`, `write \b`},
	{`\y`, `\y`, `write \b`},
	{`\N`, `\N`, "write ."},
	{"++", "quantifiers that do not give back", "write + alone"},
	{"*+", "quantifiers that do not give back", "write * alone"},
	{"?+", "quantifiers that do not give back", "write ? alone"},
}

// lackingIn is the hint for a pattern that RE2 refuses.
func lackingIn(pattern string) string {
	for _, l := range lacking {
		if strings.Contains(pattern, l.written) {
			return "patterns are RE2, which has no " + l.name + ": " + l.instead
		}
	}
	for i := 0; i+1 < len(pattern); i++ {
		if pattern[i] == '\\' {
			if pattern[i+1] >= '1' && pattern[i+1] <= '9' {
				return "patterns are RE2, which cannot refer back to a group: write the group again"
			}
			i++
		}
	}
	return ""
}

// judgePattern reports a pattern that every text matches, or none.
func (c *checker) judgePattern(at span, pattern string) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	switch {
	case err != nil:
	case emptyAtStart(re):
		c.fault(constant, at, `"matches" looks for the pattern anywhere; write ^ and $ for the whole text, and + for at least one`, "every text matches this pattern")
	case neverMatches(re):
		c.fault(constant, at, "", "no text matches this pattern")
	}
}

// emptyAtStart tells whether a pattern matches nothing at all at the beginning of any text, so that it is found in each.
func emptyAtStart(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpBeginLine, syntax.OpStar, syntax.OpQuest:
		return true
	case syntax.OpCapture, syntax.OpPlus:
		return emptyAtStart(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || emptyAtStart(re.Sub[0])
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !emptyAtStart(s) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, emptyAtStart)
	}
	return false
}

// neverMatches finds a character that is wanted before the beginning of the text, or behind its end.
func neverMatches(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return neverMatches(re.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !neverMatches(s) })
	case syntax.OpConcat:
		taken, ended := false, false
		for _, s := range re.Sub {
			if neverMatches(s) || taken && s.Op == syntax.OpBeginText || ended && takes(s) {
				return true
			}
			taken, ended = taken || takes(s), ended || s.Op == syntax.OpEndText
		}
	}
	return false
}

// takes tells whether a pattern needs at least one character.
func takes(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpCapture, syntax.OpPlus:
		return takes(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && takes(re.Sub[0])
	case syntax.OpConcat:
		return slices.ContainsFunc(re.Sub, takes)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !takes(s) })
	}
	return false
}
