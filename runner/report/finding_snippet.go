package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"streamflow/runner/internal/diag"
)

const (
	snippetCells = 120 // a longer line is cut around the span
	contextCells = 30  // what is kept before the span of a cut line
	tabStop      = 4   // a tab goes to the next multiple of it
	ellipsis     = "…"
)

// snippet is one line of a source as it is printed, and the carets that go under it.
type snippet struct {
	text   string
	carets string
}

// cell is one printed character: its text and how many columns of a terminal it takes.
type cell struct {
	text  string
	width int
}

// cut shortens a line around the span of a place, if it is long, and measures the carets in columns of the terminal.
func cut(cells []cell, at diag.Place) snippet {
	from := min(max(at.Col-1, 0), len(cells))
	to := from + 1
	switch {
	case at.EndLine == at.Line && at.EndCol > at.Col:
		to = at.EndCol - 1
	case at.EndLine > at.Line:
		to = len(cells)
	}
	to = min(max(to, from+1), max(len(cells), from+1))
	if at.Col == 0 {
		return snippet{text: join(cells)}
	}
	first, last := window(cells, from, to)
	before, after := "", ""
	if first > 0 {
		before = ellipsis
	}
	if last < len(cells) {
		after = ellipsis
	}
	lead := total(cells[first:from]) + utf8.RuneCountInString(before)
	span := 1
	if from < len(cells) {
		span = max(1, total(cells[from:min(to, last)]))
	}
	return snippet{
		text:   before + join(cells[first:last]) + after,
		carets: strings.Repeat(" ", lead) + "^" + strings.Repeat("~", span-1),
	}
}

// passwords are that of a URL, and that of the pair form or of a URL's query.
var passwords = []*regexp.Regexp{
	regexp.MustCompile(`(://[^/\s:@"'$]*:)([^@\s"'$]+)(@)`),
	regexp.MustCompile(`(?i)(password\s*=\s*)([^&\s"'$]+)()`),
}

// maskPasswords hides passwords, because what lint prints ends in logs. The length stays, so that carets still fit.
func maskPasswords(line string) string {
	for _, p := range passwords {
		line = p.ReplaceAllStringFunc(line, func(s string) string {
			m := p.FindStringSubmatch(s)
			return m[1] + strings.Repeat("*", utf8.RuneCountInString(m[2])) + m[3]
		})
	}
	return line
}

// window chooses which cells of a line are printed: all of them where they fit, else some before the span and as much after as
// there is room.
func window(cells []cell, from, to int) (first, last int) {
	if wholeFits(cells) {
		return 0, len(cells)
	}
	first = from
	for before := 0; first > 0 && before+cells[first-1].width <= contextCells; first-- {
		before += cells[first-1].width
	}
	last = first
	for room := snippetCells - 2; last < len(cells) && cells[last].width <= room; last++ {
		room -= cells[last].width
	}
	// At the end of a line there is room left: give it to what comes before.
	for room := snippetCells - 2 - total(cells[first:last]); first > 0 && last == len(cells) && cells[first-1].width <= room; first-- {
		room -= cells[first-1].width
	}
	return first, last
}

// layout prepares a line for printing: tabs become blanks, characters that a terminal would obey become visible, passwords are hidden.
func layout(line string) []cell {
	line = maskPasswords(strings.TrimRightFunc(line, unicode.IsSpace))
	cells := make([]cell, 0, len(line))
	column := 0
	for _, r := range line {
		c := cell{text: string(r), width: runeWidth(r)}
		switch {
		case r == '\t':
			c.width = tabStop - column%tabStop
			c.text = strings.Repeat(" ", c.width)
		case obeyed(r):
			c = cell{text: "\ufffd", width: 1}
		}
		column += c.width
		cells = append(cells, c)
	}
	return cells
}

// wholeFits tells whether a line can be printed whole. It stops where it cannot: a line of megabytes may have thousands of findings.
func wholeFits(cells []cell) bool {
	room := snippetCells
	for _, c := range cells {
		if room -= c.width; room < 0 {
			return false
		}
	}
	return true
}

func total(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.width
	}
	return n
}

func join(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(c.text)
	}
	return b.String()
}

// runeWidth is how many columns of a terminal a character takes: 2 for those that Unicode calls wide (UAX 11), 0 for marks that
// sit on the one before, 1 for all others. Unlike most such functions it does not look at the locale, so that output is the same
// everywhere.
func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// obeyed tells whether a terminal would act on the character instead of showing it: control characters, and the marks that turn
// the direction of writing and so could show another text than is there.
func obeyed(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// clean makes a message safe to print on one line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case obeyed(r):
			return '\ufffd'
		}
		return r
	}, s)
}
