package infer

import (
	"strconv"
	"strings"
)

// number writes a count with commas: 7,043.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return number(n) + " times"
}

// overMonths says in how many months something was seen; "" for one.
func overMonths(n int) string {
	switch n {
	case 0, 1:
		return ""
	case 2:
		return ", both months"
	}
	return ", all " + strconv.Itoa(n) + " months"
}

// list writes names with commas.
func list(names []string) string { return strings.Join(names, ", ") }
