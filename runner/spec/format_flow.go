package spec

import (
	"slices"
	"strings"
)

// order returns the children of a mapping, a pair each, in the order of the fields of its kind; ok is false when they have it already, or
// when they cannot be moved: a key that is no plain word, or an anchor of which the order is a part.
func (l *loaded) order(n *node) (pairs []int, ok bool) {
	kind := l.kinds[n]
	if kind == nil || len(n.children) < 4 {
		return nil, false
	}
	rank := make([]int, len(n.children)/2)
	for i := range rank {
		k := n.children[2*i]
		if k.kind != scalarNode || k.anchor != "" || k.tagged || k.style == literal || k.style == folded {
			return nil, false
		}
		rank[i] = kind.rank(k.value)
		pairs = append(pairs, i)
	}
	slices.SortStableFunc(pairs, func(a, b int) int { return rank[a] - rank[b] })
	if slices.IsSorted(pairs) || entangled(n) {
		return nil, false
	}
	return pairs, true
}

// rank is the place of a key among the fields; what is no field (<<) comes first.
func (k *Kind) rank(key string) int {
	return slices.IndexFunc(k.Fields, func(f Field) bool { return f.Name == key || slices.Contains(f.Was, key) })
}

// entangled tells whether a value of a mapping uses an anchor of another one: then their order matters to YAML.
func entangled(n *node) bool {
	home := map[*node]int{} // which pair holds an anchor
	names := map[string]int{}
	tied := false
	for pair := 1; pair < len(n.children); pair += 2 {
		eachNode(n.children[pair], func(c *node) {
			if c.anchor == "" || c.kind == aliasNode {
				return
			}
			home[c] = pair
			if first, ok := names[c.anchor]; ok && first != pair {
				tied = true // two of one name: the later one counts from there on
			}
			names[c.anchor] = pair
		})
	}
	for pair := 1; pair < len(n.children); pair += 2 {
		eachNode(n.children[pair], func(c *node) {
			if at, ok := home[c.target]; c.kind == aliasNode && ok && at != pair {
				tied = true
			}
			if at, ok := names[c.anchor]; c.kind == aliasNode && ok && at != pair {
				tied = true
			}
		})
	}
	return tied
}

// eachNode visits a node and all below it, as they are written: aliases are not followed.
func eachNode(n *node, visit func(*node)) {
	visit(n)
	for _, c := range n.children {
		eachNode(c, visit)
	}
}

// sortFlow puts the keys of mappings in braces in order, each on its line. What is inside of one that was sorted comes with the next round.
func sortFlow(l *loaded) []string {
	text := l.text
	for range 8 {
		next := l.sortFlowOnce()
		if next == l.text {
			break
		}
		is := loadText(l.name, []byte(next))
		if !l.saysTheSame(is) {
			break
		}
		l, text = is, next
	}
	return []string{text}
}

func (l *loaded) sortFlowOnce() string {
	lines := append([]string{}, l.file.lines...)
	var edits []*node
	var find func(n *node)
	find = func(n *node) {
		if n.kind == mappingNode && n.flow {
			if _, ok := l.order(n); ok {
				if end := l.flowEnd(n); end.line == n.line {
					edits = append(edits, n)
					return
				}
			}
		}
		for _, c := range n.children {
			find(c)
		}
	}
	for _, root := range l.roots {
		find(root)
	}
	for i := len(edits) - 1; i >= 0; i-- { // from the end, so that places before stay right
		n := edits[i]
		if sorted, from, to, ok := l.sortedFlow(n); ok {
			line := lines[n.line-1]
			lines[n.line-1] = line[:from] + sorted + line[to:]
		}
	}
	return strings.Join(lines, "\n")
}

// sortedFlow is what stands between the braces of a mapping on one line, in order, and the bytes of the line that it takes the place of.
func (l *loaded) sortedFlow(n *node) (text string, from, to int, ok bool) {
	pairs, _ := l.order(n)
	end := l.flowEnd(n)
	from, to = l.file.offset(n.line, n.children[0].col), l.file.offset(n.line, end.col-1)
	line := l.file.line(n.line)
	parts := make([]string, len(pairs))
	for i := range parts {
		stop := to
		if 2*i+2 < len(n.children) {
			stop = l.file.offset(n.line, n.children[2*i+2].col)
		}
		part, comma := strings.CutSuffix(strings.TrimSpace(line[l.file.offset(n.line, n.children[2*i].col):stop]), ",")
		if comma == (i == len(parts)-1) {
			return "", 0, 0, false
		}
		parts[i] = strings.TrimSpace(part)
	}
	to = from + len(strings.TrimRight(line[from:to], " \t"))
	out := make([]string, len(pairs))
	for i, p := range pairs {
		out[i] = parts[p]
	}
	return strings.Join(out, ", "), from, to, true
}

// flowEnd returns the spot behind a scalar, an alias, or the closing bracket of what stands in brackets.
func (l *loaded) flowEnd(n *node) spot {
	switch {
	case n.kind == aliasNode:
		return spot{n.line, n.col + 1 + len([]rune(n.anchor))}
	case n.kind == scalarNode && n.value == "" && n.style == plain:
		return spot{n.line, n.col}
	case n.kind == scalarNode:
		p := locate(l.file, n).place(n.value)
		return spot{p.EndLine, p.EndCol}
	}
	c := l.file.cursor(n.line, n.col)
	for c.rune() == '&' || c.rune() == '!' {
		for r := c.rune(); r != 0 && r != ' ' && r != '\t'; r = c.rune() {
			c.next()
		}
		c.skipToText()
	}
	open := c.rune()
	bracket := open == '{' || open == '['
	c.next()
	for i := len(n.children) - 1; i >= 0; i-- { // an empty value has no place of its own: its key has
		if child := n.children[i]; child.kind != scalarNode || child.value != "" || child.style != plain {
			at := l.flowEnd(child)
			c = l.file.cursor(at.line, at.col)
			break
		}
	}
	if !bracket { // a pair without braces, in a list
		return c.spot()
	}
	for c.skipToText() {
		r := c.rune()
		c.next()
		if r == '}' || r == ']' {
			break
		}
	}
	return c.spot()
}
