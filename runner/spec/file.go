package spec

import (
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// file is the text of one spec in lines, without byte order mark and carriage returns. Lines and columns are counted as YAML and
// editors do: from 1, columns in runes.
type file struct {
	path  string
	lines []string
	marks map[int][]int // of a long line that is not ASCII: the byte offset of every markEvery-th rune
}

// markEvery bounds the runes that have to be stepped over to find a column; without it a file of one long line would cost its
// length for each of its values.
const markEvery = 128

func newFile(path, text string) *file {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSuffix(l, "\r")
	}
	return &file{path: path, lines: lines, marks: map[int][]int{}}
}

// text is what the YAML library reads.
func (f *file) text() string { return strings.Join(f.lines, "\n") }

// line returns a line, or "" outside of the file.
func (f *file) line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	return f.lines[n-1]
}

// offset returns the byte at which a column of a line begins, at most the length of the line.
func (f *file) offset(line, col int) int {
	text := f.line(line)
	marks, ok := f.marks[line]
	if !ok {
		marks = runeMarks(text)
		f.marks[line] = marks
	}
	if marks == nil { // ASCII
		return min(max(col-1, 0), len(text))
	}
	step := min(max(col-1, 0)/markEvery, len(marks)-1)
	at := marks[step]
	for i := step * markEvery; i < col-1 && at < len(text); i++ {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// runeMarks returns nil for ASCII.
func runeMarks(text string) []int {
	if utf8.RuneCountInString(text) == len(text) {
		return nil
	}
	var marks []int
	n := 0
	for at := range text {
		if n%markEvery == 0 {
			marks = append(marks, at)
		}
		n++
	}
	return marks
}

// span returns a place in one line.
func (f *file) span(line, col, width int) diag.Place {
	return diag.Place{File: f.path, Line: line, Col: col, EndLine: line, EndCol: col + max(width, 1)}
}

// wholeFile is a place for what concerns no single line.
func (f *file) wholeFile() diag.Place { return diag.Place{File: f.path} }

// cursor walks over the runes of a file. At the end of a line rune is 0 until nextLine is called; NUL itself never gets this far.
type cursor struct {
	f         *file
	text      string // of the line
	line, col int
	at        int // byte offset in the line
}

func (f *file) cursor(line, col int) *cursor {
	return &cursor{f: f, text: f.line(line), line: line, col: col, at: f.offset(line, col)}
}

func (c *cursor) rune() rune {
	if c.at >= len(c.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(c.text[c.at:])
	return r
}

func (c *cursor) next() {
	if c.at < len(c.text) {
		_, size := utf8.DecodeRuneInString(c.text[c.at:])
		c.at += size
		c.col++
	}
}

// nextLine goes to the start of the next line; false at the end of the file.
func (c *cursor) nextLine() bool {
	if c.line >= len(c.f.lines) {
		return false
	}
	c.line, c.col, c.at = c.line+1, 1, 0
	c.text = c.f.line(c.line)
	return true
}

func (c *cursor) skipBlanks() {
	for c.rune() == ' ' || c.rune() == '\t' {
		c.next()
	}
}

func (c *cursor) spot() spot { return spot{c.line, c.col} }
