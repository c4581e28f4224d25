package expression

import (
	"regexp/syntax"
	"strings"
)

// A pattern is read as RE2, by Go's own parser, and written again as a Postgres "advanced regular expression" that accepts the same
// texts. Nothing of the pattern reaches Postgres unread: \b, \w, ., $ and others mean something else there. What accepts the same
// text greedily and lazily is the same here, since only the verdict counts. The pattern is meant for matching under COLLATE "C", where
// Postgres's \y takes ASCII letters, digits and the underscore for a word, as RE2's \b does.

// Limits of a pattern. Postgres builds an automaton from it and refuses to build great ones while the rule runs.
const (
	maxPatternSize  = 2000 // characters and classes, repetitions written out
	maxPatternDepth = 60
	maxRepeat       = 255 // what Postgres takes in {n,m}
)

type patternError struct {
	message, hint string
	unsupported   bool // it is right, but Postgres cannot do it
}

// checkPattern returns nil for a pattern that can be emitted.
func checkPattern(pattern string) *patternError {
	if strings.ContainsRune(pattern, 0) {
		return &patternError{message: "the pattern holds a NUL character, which no text in Postgres does"}
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		e := &patternError{message: strings.TrimPrefix(err.Error(), "error parsing regexp: ")}
		e.hint = lackingIn(pattern)
		e.message = "the pattern cannot be read: " + e.message
		return e
	}
	switch size, depth, never := weigh(re); {
	case never:
		return &patternError{message: "the pattern holds a class of no characters, which matches nothing"}
	case size > maxPatternSize || depth > maxPatternDepth:
		return &patternError{message: "the pattern is too great for Postgres", hint: "check the length with len() instead of a long repetition", unsupported: true}
	}
	return nil
}

// weigh measures a pattern with its repetitions written out.
func weigh(re *syntax.Regexp) (size, depth int, never bool) {
	for _, sub := range re.Sub {
		s, d, n := weigh(sub)
		size, depth, never = min(size+s, maxPatternSize+1), max(depth, d), never || n
	}
	switch re.Op {
	case syntax.OpNoMatch:
		never = true
	case syntax.OpLiteral:
		size = len(re.Rune)
	case syntax.OpCharClass:
		size = 1 + len(re.Rune)/32
		never = len(re.Rune) == 0 || re.Rune[len(re.Rune)-1] == 0
	case syntax.OpRepeat:
		size = min(size*max(re.Min, re.Max, 1), maxPatternSize+1)
	default:
		size++
	}
	return size, depth + 1, never
}
