package diag

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Nearest returns the candidate that was probably meant by word: the one within a third of its length in edits (insert, delete,
// replace, swap of neighbours), case ignored, or "" when none is near. Among equals the first in sorted order wins, so that the
// answer never depends on the order of the candidates.
func Nearest(word string, candidates []string) string {
	sorted := slices.Sorted(slices.Values(candidates))
	limit := max(1, len([]rune(word))/3)
	best, bestDistance := "", limit+1
	for _, c := range sorted {
		if c == word {
			continue
		}
		d := distance(strings.ToLower(word), strings.ToLower(c))
		if d < bestDistance && d < max(utf8.RuneCountInString(word), utf8.RuneCountInString(c)) { // of a name that is another altogether nothing was meant

			best, bestDistance = c, d
		}
	}
	return best
}

// Only returns the one candidate that was certainly meant by word: a slip of one edit, in names of eight letters and more of two, with the
// same digits. It is "" when there is none, or more than one. Nearest is more generous, because a person reads what it suggests.
func Only(word string, candidates []string) string {
	only := ""
	for _, c := range candidates {
		if c == word || c == only || digits(c) != digits(word) {
			continue
		}
		if distance(strings.ToLower(word), strings.ToLower(c)) > min(2, max(1, utf8.RuneCountInString(word)/4)) || Nearest(word, []string{c}) == "" {
			continue
		}
		if only != "" {
			return ""
		}
		only = c
	}
	return only
}

// digits are the digits of a name: other ones make it another name.
func digits(name string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, name)
}

// DidYouMean returns `did you mean "x"?` for the nearest candidate, or "".
func DidYouMean(word string, candidates []string) string {
	if n := Nearest(word, candidates); n != "" {
		return `did you mean "` + n + `"?`
	}
	return ""
}

// distance is the optimal string alignment distance (Damerau-Levenshtein without repeated edits of one substring).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
