package expression

import (
	"slices"
	"strings"
)

// patch is a text that was repaired in memory so that it can be read on, with the place of each of its runes in the text as written.
type patch struct {
	runes []rune
	from  []span // of each rune; what was inserted has the place of what it stands for
}

// edit replaces a part of a patch. A replacement is made of pieces; an edit without any removes the part.
type edit struct {
	at     span
	pieces []piece
}

// piece is new text, or a copy of another part of the patch when text is empty.
type piece struct {
	text string
	copy span
}

func put(at span, text string) edit { return edit{at, []piece{{text: text}}} }

func newPatch(runes []rune) *patch {
	p := &patch{runes: runes, from: make([]span, len(runes))}
	for i := range runes {
		p.from[i] = span{i, i + 1}
	}
	return p
}

// place is where a part of the patch stands in the text as written.
func (p *patch) place(at span) span {
	n := len(p.runes)
	at = span{min(max(at.from, 0), n), min(max(at.to, at.from, 0), n)}
	switch {
	case n == 0:
		return span{}
	case at.from == at.to && at.from == n:
		return span{p.from[n-1].to, p.from[n-1].to}
	case at.from == at.to:
		return span{p.from[at.from].from, p.from[at.from].from}
	}
	out := p.from[at.from]
	for _, s := range p.from[at.from:at.to] {
		out = span{min(out.from, s.from), max(out.to, s.to)}
	}
	return out
}

// apply makes a new patch with edits that do not overlap.
func (p *patch) apply(edits []edit) *patch {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at.from - b.at.from })
	out := &patch{}
	next := 0
	keep := func(from, to int) {
		out.runes = append(out.runes, p.runes[from:to]...)
		out.from = append(out.from, p.from[from:to]...)
	}
	for _, e := range edits {
		if e.at.from < next || e.at.to > len(p.runes) {
			continue
		}
		keep(next, e.at.from)
		for _, part := range e.pieces {
			if part.text == "" {
				keep(part.copy.from, part.copy.to)
				continue
			}
			for _, r := range part.text {
				out.runes, out.from = append(out.runes, r), append(out.from, p.place(e.at))
			}
		}
		next = e.at.to
	}
	keep(next, len(p.runes))
	return out
}

// hole stands in a repaired text for a part that was reported already. Nothing more is said of it, nor of what holds it; called with
// arguments, those are checked.
const hole = "$hole"

// isHole tells whether a name is a hole of the repaired text.
func (c *checker) isHole(name string) bool { return name == hole && c.patch != nil }

// unholed tells whether a part of the text is without holes, so that it can be shown.
func unholed(text string) bool { return !strings.Contains(text, hole) }
