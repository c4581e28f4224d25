package spec

import (
	"strings"
)

// last returns the last line of what a node says. parent is the column (from 0) of the key or dash that it belongs to.
func (p *layout) last(n *node, parent int) int {
	switch {
	case n.style == literal || n.style == folded:
		return p.lastOfBlock(n, parent)
	case n.kind == scalarNode && n.value == "" && n.style == plain && !n.tagged && n.anchor == "":
		return 0 // an empty value stands where its key does
	case n.flow || n.kind == scalarNode || n.kind == aliasNode:
		return p.flowEnd(n).line
	}
	end := n.line
	column := parent
	for i, c := range n.children {
		if n.kind == mappingNode && i%2 == 0 {
			column = c.col - 1
			end = max(end, c.line)
			continue
		}
		if n.kind == sequenceNode {
			column = p.dashOf(n, parent)
		}
		end = max(end, p.last(c, column))
	}
	return end
}

// dashOf is the column (from 0) of a list's dashes.
func (p *layout) dashOf(n *node, parent int) int {
	line := p.file.line(n.line)
	if at := p.file.offset(n.line, n.col); at < len(line) && line[at] == '-' {
		return n.col - 1
	}
	return parent
}

// header is what follows | or >: an indentation relative to the parent (0 when it is left to the text), and whether blank lines at the end
// are kept.
func (p *layout) header(n *node) (line, relative int, keep bool) {
	start := locate(p.file, n).start
	text := p.file.line(start.line)[p.file.offset(start.line, start.col):]
	for _, r := range strings.TrimLeft(text, "|>") {
		switch {
		case r == '+':
			keep = true
		case r >= '1' && r <= '9':
			relative = int(r - '0')
		case r != '-':
			return start.line, relative, keep
		}
	}
	return start.line, relative, keep
}

// lastOfBlock returns the last line of a block scalar: the next line that is indented less than its text is not a part of it.
func (p *layout) lastOfBlock(n *node, parent int) int {
	header, relative, keep := p.header(n)
	depth := 0
	if relative > 0 {
		depth = parent + relative
	}
	end := header
	for line := header + 1; line <= len(p.file.lines); line++ {
		text := p.file.line(line)
		blank := blankLine(text)
		switch {
		case blank && depth > 0 && len(text) > depth, blank && keep && line < len(p.file.lines):
			end = line
			continue
		case blank:
			continue
		case depth == 0 && indent(text) > parent:
			depth = indent(text)
		}
		if depth == 0 || indent(text) < depth {
			break
		}
		end = line
	}
	return end
}

// blockScalar moves the text of a block scalar below its new parent.
func (p *layout) blockScalar(n *node, from, to, old, col int) []string {
	_, relative, _ := p.header(n)
	depth, by := old+relative, col-old
	if relative == 0 {
		for line := from; line < to; line++ {
			if text := p.file.line(line); strings.TrimSpace(text) != "" {
				depth = indent(text)
				by = col + 2 - depth
				break
			}
		}
	}
	out := make([]string, 0, to-from)
	for line := from; line < to; line++ {
		text := p.file.line(line)
		switch {
		case blankLine(text) && len(text) <= depth:
			out = append(out, "")
		default:
			out = append(out, strings.Repeat(" ", max(indent(text)+by, 0))+text[indent(text):])
		}
	}
	return out
}
