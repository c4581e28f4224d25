package spec

import (
	"fmt"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// maxExpanded is how many nodes aliases may add to a document. Anything near it is an attack or an accident: the real ones add some
// hundreds.
const maxExpanded = 200_000

// hygiene looks at a document as YAML, before its keys mean anything: duplicate keys, unused anchors, aliases that lead in a circle
// (cut off here, so that nobody has to fear them later) and aliases that multiply.
type hygiene struct {
	w      *walker
	onPath map[*node]bool
	size   map[*node]int // of a finished node with all aliases spread
	added  int           // nodes that aliases stand for, so far
	used   map[*node]bool
	anchor []*node
	bomb   *node // the first alias that goes over the limit
}

// clean returns false for a document that must not be walked.
func (w *walker) clean(root *node) bool {
	h := &hygiene{w: w, onPath: map[*node]bool{}, size: map[*node]int{}, used: map[*node]bool{}}
	h.visit(root)
	if h.bomb != nil {
		w.reportAs(diag.Error, "Y108", w.aliasPlace(h.bomb), "the aliases of this document multiply to more than a reader can take in", "write it out, with fewer aliases")
		return false
	}
	for _, n := range h.anchor {
		if !h.used[n] && !w.partial {
			w.report("Y108", w.anchorPlace(n), fmt.Sprintf("the anchor %q is never used", n.anchor), "remove it, or quote the text if it begins with &")
		}
	}
	return true
}

func (h *hygiene) visit(n *node) int {
	if n.kind == aliasNode {
		return h.alias(n)
	}
	if n.anchor != "" {
		h.anchor = append(h.anchor, n)
	}
	h.onPath[n] = true
	if n.kind == mappingNode {
		h.duplicates(n)
	}
	total := 1
	for i, c := range n.children {
		if n.kind == mappingNode && i%2 == 1 {
			h.w.push(n.children[i-1].value)
			total += h.visit(c)
			h.w.pop()
		} else {
			total += h.visit(c)
		}
		total = min(total, 1<<40)
	}
	delete(h.onPath, n)
	if n.anchor != "" {
		h.size[n] = total
	}
	return total
}

// alias returns how many nodes an alias stands for.
func (h *hygiene) alias(n *node) int {
	if n.target == nil {
		return 1
	}
	h.used[n.target] = true
	if h.onPath[n.target] {
		h.w.reportAs(diag.Error, "Y108", h.w.aliasPlace(n), fmt.Sprintf("the alias *%s stands inside its own anchor", n.anchor), "write it out")
		n.target = nil
		return 1
	}
	size := h.size[n.target]
	if h.added += size; h.added > maxExpanded && h.bomb == nil {
		h.bomb = n
	}
	return size
}

func (w *walker) aliasPlace(n *node) diag.Place {
	return w.file.span(n.line, n.col, utf8.RuneCountInString(n.anchor)+1)
}

// anchorPlace is that of the first property of a node, of which the anchor is one.
func (w *walker) anchorPlace(n *node) diag.Place {
	return w.file.span(n.line, n.col, utf8.RuneCountInString(n.anchor)+1)
}

// duplicates reports keys that are written twice, and merges that may be misread.
func (h *hygiene) duplicates(n *node) {
	first := map[string]*node{}
	var merge *node
	for i := 0; i+1 < len(n.children); i += 2 {
		k := resolve(n.children[i])
		if k == nil || k.kind != scalarNode {
			continue
		}
		if k.tag == "!!merge" {
			h.merged(k, resolve(n.children[i+1]), merge, first)
			merge = k
			continue
		}
		before, twice := first[k.value]
		if !twice {
			first[k.value] = k
			continue
		}
		at := h.w.placeOf(before)
		h.w.report("Y102", h.w.placeOf(k), fmt.Sprintf("key %q is written twice; first at %d:%d", k.value, at.Line, at.Col),
			"keep one of them", diag.Related{Place: at, Message: "first written here"})
	}
}

// merged warns of what a reader of a merge (<<) may take for something else: keys above it, which win over those that it brings although
// they stand first; and a second one in the same mapping, of which other programs keep one.
func (h *hygiene) merged(key, from, before *node, above map[string]*node) {
	if before != nil {
		at := h.w.placeOf(before)
		h.w.report("Y102", h.w.placeOf(key), fmt.Sprintf(`key "<<" is written twice; first at %d:%d`, at.Line, at.Col), "write <<: [*ONE, *OTHER]",
			diag.Related{Place: at, Message: "first written here"})
	}
	if from == nil || from.kind != mappingNode {
		return
	}
	for i := 0; i+1 < len(from.children); i += 2 {
		k := resolve(from.children[i])
		if k == nil || k.kind != scalarNode || above[k.value] == nil {
			continue
		}
		at := h.w.placeOf(above[k.value])
		h.w.report("Y108", h.w.placeOf(key), fmt.Sprintf("%q stands above the merge, and wins over the one that it brings", k.value),
			"write << as the first key, as it is read", diag.Related{Place: at, Message: "this one is taken"})
		return
	}
}
