package spectest

import (
	"fmt"
	"math/rand"
	"strings"
)

// Document writes a random YAML text: several documents, mappings and sequences in blocks and between brackets, keys of both forms, anchors
// and aliases, tags, comments. The scalars come in the order of the text, keys and values alike; an alias counts as the scalar it stands
// for.
func Document(r *rand.Rand) (text string, scalars []Scalar) {
	w := &tree{Sheet: NewSheet(r)}
	w.comments(0)
	for n := r.Intn(3); n >= 0; n-- {
		w.document()
	}
	text = w.String()
	if last := w.scalars[len(w.scalars)-1].Style; last != Literal && last != Folded && w.one(4) {
		text = strings.TrimRight(text, "\r\n")
	}
	return text, w.scalars
}

// tree writes collections and collects their scalars.
type tree struct {
	*Sheet
	scalars []Scalar
	anchors []int // the scalars of this document that have one, by their number
	depth   int
}

func (w *tree) document() {
	w.anchors = nil
	if len(w.scalars) > 0 && w.one(4) {
		w.Write("...\n")
	}
	switch w.r.Intn(8) {
	case 0:
		w.Write("---")
		w.value(-1, true)
	default:
		w.Write("---" + w.pick("", " # a document") + "\n")
		w.comments(0)
		if w.one(5) {
			w.sequence(0)
		} else {
			w.mapping(0)
		}
	}
}

// comments writes lines that mean nothing, at times.
func (w *tree) comments(indent int) {
	for w.one(5) {
		if w.keeps {
			w.Write("# blank lines would belong to the block above\n")
			w.keeps = false
		}
		w.Write(w.pick("\n", strings.Repeat(" ", indent)+"# note: 日本 [\n", strings.Repeat(" ", indent)+"#\n"))
	}
}

// endLine ends a line unless a block has ended it.
func (w *tree) endLine() {
	if w.col > 1 {
		w.Write(w.pick("", "", "", "  ", " # note", "\t# note: 'x") + "\n")
	}
}

func (w *tree) mapping(indent int) {
	for n := 1 + w.r.Intn(4); n > 0; n-- {
		if w.col == 1 {
			w.comments(indent)
			w.Write(strings.Repeat(" ", indent))
		}
		if w.one(8) {
			w.Write("?")
			w.leaf(indent, Around{Indent: indent})
			w.endLine()
			w.Write(strings.Repeat(" ", indent) + ":")
		} else {
			w.scalar(Around{Indent: indent, OneLine: true})
			w.Write(w.pick("", "", " ") + ":")
		}
		w.value(indent, false)
	}
}

func (w *tree) sequence(indent int) {
	for n := 1 + w.r.Intn(4); n > 0; n-- {
		if w.col == 1 {
			w.comments(indent)
			w.Write(strings.Repeat(" ", indent))
		}
		w.Write("-")
		if w.depth < 4 && w.one(4) { // a collection that begins behind the dash
			gap := 1 + w.r.Intn(3)
			w.Write(strings.Repeat(" ", gap))
			w.nested(func() {
				if w.one(3) {
					w.sequence(indent + 1 + gap)
				} else {
					w.mapping(indent + 1 + gap)
				}
			})
			continue
		}
		w.value(indent, true)
	}
}

func (w *tree) nested(write func()) {
	w.depth++
	write()
	w.depth--
}

// value writes what stands behind "key:" or, as an item, "-" at an indentation, up to the end of its line.
func (w *tree) value(indent int, item bool) {
	switch n := w.r.Intn(10); {
	case n < 2 && w.depth < 4 && indent >= 0:
		w.Write(w.pick("", "", " &c"+fmt.Sprint(len(w.scalars))+"x", " # note") + "\n")
		w.nested(func() { w.collection(indent, item) })
	case n == 2 && w.depth < 4:
		w.Write(" ")
		w.nested(func() { w.brackets(indent) })
		w.endLine()
	case n == 3 && len(w.anchors) > 0:
		at := w.anchors[w.r.Intn(len(w.anchors))]
		w.Write(fmt.Sprintf(" *a%d", at))
		w.scalars = append(w.scalars, w.scalars[at])
		w.endLine()
	default:
		w.leaf(indent, Around{Indent: indent})
		w.endLine()
	}
}

func (w *tree) collection(indent int, item bool) {
	if w.one(3) {
		first := map[bool]int{true: 1, false: 0}[item] // a list may stand as far left as its key
		w.sequence(indent + first + w.r.Intn(3))
		return
	}
	w.mapping(indent + 1 + w.r.Intn(3))
}

// leaf writes a scalar behind an indicator, at times with properties, and on a line of its own.
func (w *tree) leaf(indent int, at Around) {
	w.Write(" ")
	name := w.properties()
	if w.one(6) {
		w.Write(w.pick("", " ", " # note") + "\n")
		w.comments(indent + 1)
		w.Write(strings.Repeat(" ", indent+1+w.r.Intn(3)))
	}
	w.add(at, name)
}

func (w *tree) scalar(at Around) { w.add(at, w.properties()) }

func (w *tree) add(at Around, name bool) {
	value := w.text()
	style := Styles[w.r.Intn(len(Styles))]
	for try := 0; !Takes(style, value, at); try++ {
		if style = Styles[w.r.Intn(len(Styles))]; try%4 == 3 {
			value = w.text()
		}
	}
	if name {
		w.anchors = append(w.anchors, len(w.scalars))
	}
	w.scalars = append(w.scalars, w.Scalar(style, value, at))
}

// properties writes an anchor, a tag, both or neither, and tells whether it was an anchor.
func (w *tree) properties() bool {
	anchor, tag := fmt.Sprintf("&a%d", len(w.scalars)), w.pick("!!str", "!", "!own", "!<tag:yaml.org,2002:str>")
	gap := w.pick(" ", " ", "  ", "\t")
	switch w.r.Intn(12) {
	case 0:
		w.Write(anchor + gap)
	case 1:
		w.Write(tag + gap)
		return false
	case 2:
		w.Write(anchor + gap + tag + " ")
	case 3:
		w.Write(tag + gap + anchor + " ")
	default:
		return false
	}
	return true
}

// brackets writes a flow collection, which may go over several lines.
func (w *tree) brackets(indent int) {
	list := w.one(2)
	w.Write(map[bool]string{true: "[", false: "{"}[list])
	for n := w.r.Intn(4); n >= 0; n-- {
		w.gap(indent)
		if !list || w.one(5) {
			w.scalar(Around{Indent: indent, Flow: true, OneLine: true})
			if s := w.scalars[len(w.scalars)-1].Style; s == Plain || w.one(2) || list {
				w.Write(w.pick("", " ") + ": ")
			} else {
				w.Write(":")
			}
		}
		if w.depth < 4 && w.one(5) {
			w.nested(func() { w.brackets(indent) })
		} else {
			w.scalar(Around{Indent: indent, Flow: true})
		}
		w.gap(indent)
		if n > 0 || w.one(4) {
			w.Write(",")
		}
	}
	w.gap(indent)
	w.Write(map[bool]string{true: "]", false: "}"}[list])
}

// gap writes blanks, line ends and comments between what stands in brackets.
func (w *tree) gap(indent int) {
	w.Write(w.pick("", " ", " ", "  "))
	for w.one(5) {
		w.Write(w.pick("", " # ] note }") + "\n" + strings.Repeat(" ", indent+1+w.r.Intn(4)))
	}
}

var words = []string{"a", "b12", "c", "x y", ">=", "don't", `say "x"`, "#", "x#y", ":", "k:v", "日本", "😀", "👩‍👩‍👧", "é", "e\u0301", "\\", "a\tb", "[1]", "{x}", "&", "*", "!", "${p}",
	"%", "|", ">", "-", "?", "'q'", "--", "...", "  ", "\t", "\u00a0", "ａ"}

var odd = []string{"\x00", "\a", "\x1b", "\r", "\u0085", "\u2028", "\u2029", "\ufeff", "\U0010ffff", "\x7f", "\uffff"}

// text returns a value.
func (w *tree) text() string {
	var b strings.Builder
	for n := w.r.Intn(6); n >= 0; n-- {
		b.WriteString(words[w.r.Intn(len(words))])
		if w.one(60) {
			b.WriteString(odd[w.r.Intn(len(odd))])
		}
		if n > 0 || w.one(12) {
			b.WriteString(w.pick(" ", " ", " ", "", "  ", "\n", "\n", "\n\n", "\n  "))
		}
	}
	if w.one(10) {
		return w.pick("\n", "\n\n", " ", "") + b.String() + w.pick("\n", "\n\n\n", "\n", "")
	}
	return b.String()
}

// Value returns a text for a scalar, at random.
func Value(r *rand.Rand) string { return (&tree{Sheet: NewSheet(r)}).text() }
