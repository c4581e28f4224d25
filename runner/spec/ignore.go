package spec

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// Ignore is a comment that asks not to show some findings:
//
//	# runner:ignore ID -- reason                    of this line; alone on its line: of the next key or item and all below it
//	# runner:ignore-until 2026-01-31 ID -- reason   the same, for a time
//	# runner:ignore-file ID -- reason               of the whole file
type Ignore struct {
	Place  diag.Place // from "#" to the end
	Checks []Str      // ids or names of checks, as they are written; never empty
	Until  Str        // the last day on which it holds, YYYY-MM-DD; not set when it has no end
	Reason string
	Alone  bool // nothing else stands on its line
	From   int  // the first line that it speaks of; 0 for the whole file, and what has no line in it
	To     int  // the last one; less than From when it speaks of nothing
	// Certain is false in a file that could not be read whole: what the comment is about may not have been read.
	Certain bool
}

// allLines is the last line of a file, however long it is.
const allLines = 1 << 30

// ignores finds the comments of a file that speak to runner. whole is false when the file could not be read to its end; malformed
// comments are not reported then, because what looks like one may be text.
func (w *walker) ignores(roots []*node, whole bool) []*Ignore {
	notes := w.directives()
	if len(notes) == 0 {
		return nil
	}
	m := &outline{f: w.file, notes: notes}
	for _, r := range roots {
		m.visit(r, r.line)
	}
	var out []*Ignore
	for _, n := range notes {
		if n.inText {
			continue
		}
		i := w.ignore(n, whole)
		if i == nil {
			continue
		}
		i.Certain = whole
		if i.To != allLines {
			i.From, i.To = n.lines.from, n.lines.to
			if i.Alone = n.alone; n.alone {
				i.From, i.To = m.next(n.line)
			}
		}
		if i.To < i.From && whole {
			w.report("Y112", i.Place, "this comment speaks of nothing: no key and no item follows it",
				"write it above what it is about, at the end of that line, or as runner:ignore-file")
			continue
		}
		out = append(out, i)
	}
	return out
}

// directive is a comment that looks as if it spoke to runner.
type directive struct {
	line, col int    // of "#"
	text      string // from "#" to the end of the line, without blanks there
	alone     bool
	inText    bool  // it is no comment: a text holds it
	lines     lines // of what stands on its line
}

// lines is a range of lines.
type lines struct{ from, to int }

// spoken is how such a comment begins: with the name of this program, or what may be a misspelling of it.
var spoken = regexp.MustCompile(`(?:^|[ \t])(#+[ \t]*([A-Za-z]{4,9})[ \t]*[:-][ \t]*([A-Za-z-]+).*)$`)

// directives looks for them line by line, in order.
func (w *walker) directives() []*directive {
	var out []*directive
	for i, line := range w.file.lines {
		if !strings.Contains(line, "#") {
			continue
		}
		at := spoken.FindStringSubmatchIndex(line)
		if at == nil || !meantForRunner(line[at[4]:at[5]], line[at[6]:at[7]], line[at[5]:at[6]]) {
			continue
		}
		d := &directive{line: i + 1, col: utf8.RuneCountInString(line[:at[2]]) + 1, text: strings.TrimRight(line[at[2]:at[3]], " \t")}
		d.alone = strings.TrimLeft(line[:at[2]], " \t") == ""
		d.lines = lines{d.line, d.line}
		out = append(out, d)
	}
	return out
}

// meantForRunner tells a comment for this program from one for people, such as "# runner: the program".
func meantForRunner(program, word, joint string) bool {
	word = strings.ToLower(word)
	known := strings.HasPrefix(word, "ignore") || slices.Contains(habits, word) || diag.Nearest(word, ignoreWords) != ""
	if strings.EqualFold(program, "runner") {
		return known || joint == ":" && program == "runner"
	}
	return known && diag.Nearest(program, []string{"runner"}) != ""
}

// ignoreWords are the words behind runner: that have a meaning, and habits are what other tools say for them.
var (
	ignoreWords = []string{"ignore", "ignore-file", "ignore-until"}
	habits      = []string{"disable", "noqa", "nolint", "skip", "snooze", "suppress", "off", "ignore-next-line", "disable-file"}
)

// outline knows where the keys and items of a file begin and end, and which texts stand around its comments.
type outline struct {
	f     *file
	notes []*directive // sorted by line
	parts []lines      // of all keys with their values and of all items, in the order of the file
}

// next returns the lines of the first key or item that begins behind a line; from > to when there is none.
func (o *outline) next(line int) (from, to int) {
	i := sort.Search(len(o.parts), func(i int) bool { return o.parts[i].from > line })
	if i == len(o.parts) {
		return line, line - 1
	}
	return line, o.parts[i].to
}

// visit returns the last line of a node that belongs to a key or dash on line from. Aliases are not followed: what they stand for has
// its own place.
func (o *outline) visit(n *node, from int) int {
	if n.kind == scalarNode {
		return o.scalar(n, from)
	}
	last := n.line
	step := 1
	if n.kind == mappingNode {
		step = 2
	}
	for i := 0; i+step <= len(n.children); i += step {
		first := n.children[i]
		part := len(o.parts)
		o.parts = append(o.parts, lines{from: first.line})
		end := o.visit(first, first.line)
		if step == 2 {
			end = max(end, o.visit(n.children[i+1], end))
		}
		o.parts[part].to = end
		last = max(last, end)
	}
	return last
}

// scalar returns the last line of a scalar, and tells the comments in it that they are text, and those beside it what they speak of.
func (o *outline) scalar(n *node, from int) int {
	at := locate(o.f, n).place(n.value)
	first, last := min(from, n.line, at.Line), max(at.EndLine, n.line)
	i := sort.Search(len(o.notes), func(i int) bool { return o.notes[i].line >= first })
	for ; i < len(o.notes) && o.notes[i].line <= last; i++ {
		d := o.notes[i]
		if covers(at, spot{d.line, d.col}) {
			d.inText = true
		} else if !d.alone {
			d.lines.from, d.lines.to = min(d.lines.from, first), max(d.lines.to, last)
		}
	}
	return last
}

// covers tells whether a spot lies in a place.
func covers(at diag.Place, p spot) bool {
	behind := p.line > at.Line || p.line == at.Line && p.col >= at.Col
	before := p.line < at.EndLine || p.line == at.EndLine && p.col < at.EndCol
	return behind && before
}
