package spec

import (
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
)

// outdented reads keys that were not indented as if they were: unknown ones that follow a key without a value and make sense below it. All of
// them are one mistake, and what is in them is looked at as well.
func (w *walker) outdented(kind *Kind, pairs []pair, what string) []pair {
	var out []pair
	home := -1 // in out, of the key without a value
	var below *node
	var first, last Str
	say := func() {
		if below == nil {
			return
		}
		names := quoted(first.Value)
		if last.Value != first.Value {
			names += " to " + quoted(last.Value)
		}
		w.report("Y105", out[home].key.Place, quoted(out[home].key.Value)+" is empty, and what seems to belong to it is not indented",
			"indent "+names, diag.Related{Place: first.Place, Message: fmt.Sprintf("%s has no such key", what)})
		out[home].value, below = below, nil
	}
	for _, p := range pairs {
		f, known := kind.field(p.key.Value)
		switch {
		case known && isEmpty(p.value) && (f.Form == Named || f.Form == One && f.Kind != nil):
			say()
			home = len(out)
		case !known && home >= 0 && fitsBelow(kind, out[home], p):
			if below == nil {
				first, below = p.key, &node{kind: mappingNode, tag: "!!map", line: p.node.line, col: p.node.col}
			}
			last = p.key
			below.children = append(below.children, p.node, p.value)
			continue
		}
		out = append(out, p)
	}
	say()
	return out
}

// isEmpty tells whether nothing at all is written for a value.
func isEmpty(n *node) bool { return n != nil && isNull(n) && n.value == "" && n.anchor == "" }

// fitsBelow tells whether a key that a kind does not have may be meant to stand below another one.
func fitsBelow(kind *Kind, home, p pair) bool {
	f, _ := kind.field(home.key.Value)
	if p.node.line <= home.node.line || p.node.col != home.node.col || diag.Only(p.key.Value, kind.names()) != "" ||
		slices.ContainsFunc(kind.Fields, func(f Field) bool { return containsFold(f.Aka, p.key.Value) }) {
		return false
	}
	if f.Form == Named {
		return true
	}
	_, ok := f.Kind.field(p.key.Value)
	return ok
}
