package spec

import (
	"slices"
	"strings"
)

// layOut indents every line by what it belongs to, and moves the entries of mappings into the order of their fields.
func layOut(l *loaded) []string { return l.layOut(true) }

// layOutUnsorted is layOut for a text of which the order has to stay.
func layOutUnsorted(l *loaded) []string { return l.layOut(false) }

// layOut returns the text with a newline at its end, and, for the rare text to which that newline would add something, without.
func (l *loaded) layOut(sorted bool) []string {
	p := &layout{loaded: l, sorted: sorted}
	lines := slices.Clone(l.file.lines)
	open := lines[len(lines)-1] != "" // the file does not end with a newline
	if !open {
		lines = lines[:len(lines)-1]
	}
	from := 1
	var out []string
	for i := 0; i <= len(lines); i++ {
		if i < len(lines) && !separator(lines[i]) {
			continue
		}
		out = append(out, p.document(from, i+1)...)
		if i < len(lines) {
			out = append(out, strings.TrimRight(lines[i], " \t"))
		}
		from = i + 2
	}
	text := strings.Join(out, "\n")
	if open {
		return []string{text + "\n", text}
	}
	return []string{text + "\n"}
}

// separator tells whether a line ends a document or begins one.
func separator(line string) bool {
	return line == "---" || line == "..." || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "... ")
}

// layout is the work on one text. Lines count from 1; a range of them excludes its end.
type layout struct {
	*loaded
	sorted bool
}

// document lays out the lines of one document. One that does not consist of block mappings stays as it is.
func (p *layout) document(from, to int) []string {
	lines := p.file.lines[from-1 : to-1]
	at := slices.IndexFunc(p.roots, func(n *node) bool { return from <= n.line && n.line < to })
	beside := ""
	if from > 1 {
		beside = strings.TrimLeft(p.file.line(from - 1)[3:], " \t")
	}
	switch {
	case !quiet(beside), slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "%") }):
		return lines // it begins beside its separator, or with a directive
	case at < 0:
		return withoutFirstBlank(withoutLastBlank(comments(lines, 0)))
	}
	root := p.roots[at]
	header := root.line - from // lines of comments that speak of the document: all of them, or those above the last blank line
	for i := header - 1; i > 0; i-- {
		if blankLine(lines[i]) && strings.Trim(strings.Join(lines[:i], ""), " \t") != "" {
			header = i + 1
			break
		}
	}
	body, ok := p.block(root, from+header, to, 0, 0)
	if !ok {
		return lines
	}
	return append(withoutFirstBlank(comments(lines[:header], 0)), body...)
}

// comments indents lines that hold nothing else, and leaves one blank line of several.
func comments(lines []string, col int) (out []string) {
	for _, line := range lines {
		line = strings.Trim(line, " \t")
		if line != "" || len(out) == 0 || out[len(out)-1] != "" {
			out = append(out, indented(line, col))
		}
	}
	return out
}

func withoutFirstBlank(lines []string) []string {
	if len(lines) > 0 && lines[0] == "" {
		return lines[1:]
	}
	return lines
}

func withoutLastBlank(lines []string) []string {
	if len(lines) > 0 && lines[len(lines)-1] == "" {
		return lines[:len(lines)-1]
	}
	return lines
}

func indented(text string, col int) string {
	if text == "" {
		return ""
	}
	return strings.Repeat(" ", col) + text
}

// indent counts the blanks before the text of a line.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func blankLine(line string) bool { return strings.Trim(line, " \t") == "" }

// quiet tells whether a line holds nothing or a comment.
func quiet(line string) bool {
	line = strings.Trim(line, " \t")
	return line == "" || line[0] == '#'
}

// block lays out the lines of a block mapping or list at a column (from 0). inline is the column (from 1) of its first entry when that
// stands behind a dash on the line from, else 0. ok is false when the block is written in a way that is not known here.
func (p *layout) block(n *node, from, to, col, inline int) (out []string, ok bool) {
	if n.flow || len(n.children) == 0 {
		return nil, false
	}
	if n.kind == sequenceNode {
		return p.list(n, from, to, col, inline)
	}
	if n.kind != mappingNode {
		return nil, false
	}
	entries, trailer, ok := p.entries(n, from, to, col, inline)
	if !ok {
		return nil, false
	}
	if order, sortable := p.order(n); sortable && p.sorted {
		entries = reordered(entries, order)
	}
	for i, e := range entries {
		head := comments(e.head, col)
		if i == 0 {
			head = withoutFirstBlank(head)
		}
		out = append(append(out, head...), e.lines...)
	}
	return append(out, withoutLastBlank(comments(trailer, col))...), true
}

// reordered puts entries in an order. Where an entry of several lines comes to stand above one of another group, a blank line keeps them
// apart.
func reordered(entries []entry, order []int) []entry {
	group := make([]int, len(entries))
	for i := 1; i < len(entries); i++ {
		group[i] = group[i-1]
		if slices.ContainsFunc(entries[i].head, blankLine) {
			group[i]++
		}
	}
	out := make([]entry, len(entries))
	for i, at := range order {
		out[i] = entries[at]
		if i == 0 || group[order[i-1]] == group[at] || slices.ContainsFunc(out[i].head, blankLine) {
			continue
		}
		if above := out[i-1]; len(above.lines) > 1 || slices.ContainsFunc(above.head, func(line string) bool { return !blankLine(line) }) {
			out[i].head = append([]string{""}, out[i].head...)
		}
	}
	return out
}

// entry is one key of a mapping or item of a list: the comments and blank lines above it, as they were, and its lines, laid out.
type entry struct {
	head  []string
	lines []string
}

// entries lays out those of a mapping. The trailer is what stands below the last one and belongs to the mapping.
func (p *layout) entries(n *node, from, to, col, inline int) (out []entry, trailer []string, ok bool) {
	old := n.children[0].col
	for i := 0; i+1 < len(n.children); i += 2 {
		key, value := n.children[i], n.children[i+1]
		first := i == 0 && inline > 0
		start := key.line
		if key.col != old || key.kind != scalarNode || key.style == literal || key.style == folded || start < from || start >= to {
			return nil, nil, false
		}
		line := p.file.line(start)
		if !first && indent(line) != old-1 || first && (start != from || inline != old) {
			return nil, nil, false
		}
		e := entry{}
		if !first {
			e.head = p.file.lines[from-1 : start-1]
		}
		if slices.ContainsFunc(e.head, func(line string) bool { return !quiet(line) }) {
			return nil, nil, false
		}
		end := max(p.last(value, old-1), start)
		stop := to
		if i+2 < len(n.children) {
			stop = n.children[i+2].line
		}
		if end >= stop {
			return nil, nil, false
		}
		tail := p.tail(value, end+1, stop, old-1)
		text := line[p.file.offset(start, old):]
		e.lines = p.value(value, text, start, end, tail, old-1, col)
		out = append(out, e)
		from = tail
	}
	return out, p.file.lines[from-1 : to-1], true
}

// tail returns the line at which the comments below an entry stop to belong to it: they stand deeper than it does. Below a block scalar
// a deeper comment would become a part of its text.
func (p *layout) tail(value *node, from, to, old int) int {
	at := from
	if value.style == literal || value.style == folded {
		return at
	}
	for line := from; line < to; line++ {
		text := p.file.line(line)
		if blankLine(text) {
			continue
		}
		if indent(text) <= old {
			break
		}
		at = line + 1
	}
	return at
}

// value lays out an entry whose own text is on the line start, and whose content reaches to the line end; comments of it to the line tail.
// old and col are the columns (from 0) of its key or dash, before and after.
func (p *layout) value(value *node, text string, start, end, tail, old, col int) []string {
	out := []string{indented(strings.TrimRight(text, " \t"), col)}
	first := firstLine(value)
	if !value.flow && (value.kind == mappingNode || value.kind == sequenceNode) && first > start {
		if body, ok := p.block(value, start+1, tail, col+2, 0); ok {
			return append(out, body...)
		}
		return append(out, p.shifted(start+1, tail, col-old)...)
	}
	switch {
	case value.style == literal || value.style == folded:
		header, _, _ := p.header(value)
		out = append(out, p.shifted(start+1, header+1, col-old)...)
		out = append(out, p.blockScalar(value, header+1, end+1, old, col)...)
	case end > start:
		out[0] = indented(text, col) // a quoted text that goes on below keeps its blanks
		out = append(out, p.shifted(start+1, end+1, col-old)...)
	}
	return append(out, comments(p.file.lines[end:tail-1], col+2)...)
}

// firstLine is where the content of a node begins, behind its properties.
func firstLine(n *node) int {
	if (n.kind == mappingNode || n.kind == sequenceNode) && len(n.children) > 0 && !n.flow {
		return firstLine(n.children[0])
	}
	return n.line
}

// shifted moves lines by some columns, as far as their blanks reach.
func (p *layout) shifted(from, to, by int) []string {
	out := make([]string, 0, to-from)
	for line := from; line < to; line++ {
		text := p.file.line(line)
		out = append(out, strings.Repeat(" ", max(indent(text)+by, 0))+text[indent(text):])
	}
	return out
}

// list lays out a list in block style.
func (p *layout) list(n *node, from, to, col, inline int) (out []string, ok bool) {
	old := inline
	for _, item := range n.children {
		start := from
		for inline == 0 && start < to && quiet(p.file.line(start)) {
			start++
		}
		line := p.file.line(start)
		if old == 0 {
			old = indent(line) + 1
		}
		if start >= to || inline == 0 && indent(line) != old-1 || old > len([]rune(line)) {
			return nil, false
		}
		rest, dash := strings.CutPrefix(line[p.file.offset(start, old):], "-")
		if !dash || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			return nil, false
		}
		head := comments(p.file.lines[from-1:start-1], col)
		if inline > 0 {
			head = nil
		}
		if len(out) == 0 {
			head = withoutFirstBlank(head)
		}
		out = append(out, head...)
		end := max(p.last(item, old-1), start)
		if end >= to {
			return nil, false
		}
		tail := p.tail(item, end+1, to, old-1)
		lines, ok := p.item(item, rest, start, end, tail, old, col)
		if !ok {
			return nil, false
		}
		out = append(out, lines...)
		from, inline = tail, 0
	}
	return append(out, withoutLastBlank(comments(p.file.lines[from-1:to-1], col))...), true
}

// item lays out one item: what follows its dash on the same line is its own text, or the first entry of its block.
func (p *layout) item(item *node, rest string, start, end, tail, old, col int) ([]string, bool) {
	text := strings.TrimLeft(rest, " \t")
	inner := old + 1 + len([]rune(rest)) - len([]rune(text))
	isBlock := !item.flow && len(item.children) > 0 && item.kind != scalarNode
	if !isBlock || firstLine(item) != start || text == "" || text[0] == '#' {
		return p.value(item, strings.TrimRight("- "+text, " \t"), start, end, tail, old-1, col), true
	}
	if item.kind == mappingNode && item.children[0].col != inner {
		return nil, false
	}
	lines, ok := p.block(item, start, tail, col+2, inner)
	if !ok {
		return nil, false
	}
	at := slices.IndexFunc(lines, func(line string) bool { return !quiet(line) })
	out := comments(lines[:at], col)
	out = append(out, indented("- "+strings.TrimLeft(lines[at], " "), col))
	return append(out, lines[at+1:]...), true
}
