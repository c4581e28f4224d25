package fix

import (
	"fmt"
	"strings"
)

// around is how many lines a diff shows before and after a change.
const around = 3

// Diff returns the unified diff of two texts of a file, as patch and git apply read it, or "" where they are the same. Lines that differ are
// compared in place, which is what fixes do: they change lines and neither add nor take away any. Of texts with another number of lines
// everything between the first and the last difference is one change.
func Diff(name string, before, after []byte) string {
	a, b := split(string(before)), split(string(after))
	var out strings.Builder
	for _, h := range hunks(changes(a, b), len(a)) {
		fmt.Fprintf(&out, "@@ -%s +%s @@\n", extent(h[0].a, h[len(h)-1].aEnd), extent(h[0].b, h[len(h)-1].bEnd))
		for _, c := range h {
			if c.same {
				write(&out, " ", a[c.a:c.aEnd])
				continue
			}
			write(&out, "-", a[c.a:c.aEnd])
			write(&out, "+", b[c.b:c.bEnd])
		}
	}
	if out.Len() == 0 {
		return ""
	}
	return "--- a/" + name + "\n+++ b/" + name + "\n" + out.String()
}

// change is a range of lines in both texts, from 0, ends exclusive.
type change struct {
	a, aEnd, b, bEnd int
	same             bool
}

// split keeps line ends; an empty text has no line.
func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// changes lists where the texts differ.
func changes(a, b []string) (out []change) {
	if len(a) != len(b) {
		from := 0
		for from < min(len(a), len(b)) && a[from] == b[from] {
			from++
		}
		end := 0
		for end < min(len(a), len(b))-from && a[len(a)-1-end] == b[len(b)-1-end] {
			end++
		}
		return []change{{a: from, aEnd: len(a) - end, b: from, bEnd: len(b) - end}}
	}
	for i := 0; i < len(a); i++ {
		from := i
		for i < len(a) && a[i] != b[i] {
			i++
		}
		if i > from {
			out = append(out, change{a: from, aEnd: i, b: from, bEnd: i})
		}
	}
	return out
}

// hunks groups changes that are near each other and puts the lines around them in between.
func hunks(list []change, aLen int) (out [][]change) {
	context := func(a, aEnd, b int) change { return change{a: a, aEnd: aEnd, b: b, bEnd: b + aEnd - a, same: true} }
	for i := 0; i < len(list); {
		c := list[i]
		lead := min(around, c.a)
		h := []change{context(c.a-lead, c.a, c.b-lead), c}
		for i++; i < len(list) && list[i].a-list[i-1].aEnd <= 2*around; i++ {
			h = append(h, context(list[i-1].aEnd, list[i].a, list[i-1].bEnd), list[i])
		}
		last := h[len(h)-1]
		h = append(h, context(last.aEnd, min(last.aEnd+around, aLen), last.bEnd))
		out = append(out, h)
	}
	return out
}

// extent is the range of a hunk: its first line and how many, or the line before and 0.
func extent(from, to int) string {
	if from == to {
		return fmt.Sprintf("%d,0", from)
	}
	if to-from == 1 {
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func write(out *strings.Builder, mark string, lines []string) {
	for _, l := range lines {
		out.WriteString(mark + l)
		if !strings.HasSuffix(l, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
