package spec

import (
	"reflect"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// Format lays out the text of a spec: keys in the order of the reference, two blanks of indentation, quotes where YAML would misread a
// text, one newline at the end. Comments, blank lines between groups, anchors, the style of scalars and short forms stay. Lines are moved
// and indented, never written anew, and each step is taken only if the text still says the same; what cannot be laid out so is left as it
// is. A text with errors is returned as it is, with them.
func Format(name string, text []byte) (out []byte, faults diag.List) {
	was := loadText(name, text)
	if was.list.HasErrors() {
		return text, slices.DeleteFunc(was.list, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
	}
	if len(was.roots) == 0 {
		return text, nil
	}
	read := func(text string) *loaded { return loadText(name, []byte(text)) }
	for _, pass := range []func(*loaded) []string{quoteTexts, sortFlow, layOut, layOutUnsorted} {
		was = settle(was, pass, read)
	}
	return []byte(was.text), nil
}

// settle takes a step until it changes nothing more: what could not be laid out as a whole at first may be so when the lines around it are.
func settle(l *loaded, pass func(*loaded) []string, read func(text string) *loaded) *loaded {
	for range maxSingly {
		was := l
		for _, candidate := range pass(l) {
			if candidate == l.text {
				break
			}
			if is := read(candidate); l.saysTheSame(is) {
				l = is
				break
			}
		}
		if l == was {
			break
		}
	}
	return l
}

// loaded is a text and what was read of it.
type loaded struct {
	name  string
	text  string
	file  *file
	roots []*node
	kinds map[*node]*Kind // of the mappings
	tree  *Tree
	list  diag.List
}

func loadText(name string, text []byte) *loaded {
	l := newLoader(nil)
	out := &loaded{name: name, text: string(text), file: newFile(name, string(text)), tree: l.tree, kinds: map[*node]*Kind{}}
	if len(text) > maxSize {
		l.badFile(out.file.wholeFile(), "is too large for a spec", "is it data?")
	} else {
		l.text(name, text)
	}
	out.list = l.diags
	if out.list.HasErrors() {
		return out
	}
	out.roots, _ = parseYAML(out.file.text())
	for _, root := range out.roots {
		w := &walker{file: out.file, diags: new(diag.List)}
		out.mark(l.kindOf(w, root, diag.Place{}), root)
	}
	return out
}

// mark notes the kinds of a mapping and of all those below it.
func (l *loaded) mark(kind *Kind, n *node) {
	if kind == nil || n == nil || n.kind != mappingNode || l.kinds[n] != nil {
		return
	}
	l.kinds[n] = kind
	for i := 0; i+1 < len(n.children); i += 2 {
		f, ok := kind.field(n.children[i].value)
		v := n.children[i+1]
		if !ok || f.Kind == nil {
			continue
		}
		parts := []*node{v}
		if v.kind == sequenceNode {
			parts = v.children
		} else if f.Form == Named {
			parts = nil
			for j := 1; j < len(v.children); j += 2 {
				parts = append(parts, v.children[j])
			}
		} else if f.Shape == Links { // the mapping is of names
			parts = nil
		}
		for _, p := range parts {
			l.mark(f.Kind, p)
		}
	}
}

// saysTheSame tells whether another text means what this one does, and has lost nothing that is not a blank.
func (l *loaded) saysTheSame(is *loaded) bool {
	if is.list.HasErrors() || len(l.roots) != len(is.roots) {
		return false
	}
	if !slices.Equal(l.ignored(), is.ignored()) {
		return false
	}
	a, b := l.runes(), is.runes()
	if b['"'] < a['"'] { // quotes may be added
		return false
	}
	delete(a, '"')
	delete(b, '"')
	return reflect.DeepEqual(a, b) && sameButPlaces(reflect.ValueOf(*l.tree), reflect.ValueOf(*is.tree)) && l.sameNodes(is)
}

// ignored are the comments that ignore findings, each with what it is about, in an order of their own: they move with what they are about.
func (l *loaded) ignored() (out []string) {
	for _, i := range l.tree.Ignores {
		out = append(out, l.speaksOf(i))
	}
	slices.Sort(out)
	return out
}

// speaksOf is what a comment that ignores findings is about: the key or item on its first line.
func (l *loaded) speaksOf(i *Ignore) string {
	key, _, _ := strings.Cut(strings.TrimLeft(l.file.line(i.From), " -"), ":")
	var checks []string
	for _, c := range i.Checks {
		checks = append(checks, c.Value)
	}
	return strings.Join(append(checks, i.Until.Value, i.Reason, strings.Trim(key, `"`)), "\x00")
}

// runes counts the characters that are not blank.
func (l *loaded) runes() map[rune]int {
	out := map[rune]int{}
	for _, r := range l.file.text() {
		if r != ' ' && r != '\t' && r != '\n' {
			out[r]++
		}
	}
	return out
}

// sameNodes compares what YAML reads, also where the tree keeps nothing. The order of keys does not count here: where it matters, the
// tree tells. Values that were quoted are compared as texts.
func (l *loaded) sameNodes(is *loaded) bool {
	for i := range l.roots {
		if !equalNodes(l.roots[i], is.roots[i]) {
			return false
		}
	}
	return true
}

func equalNodes(a, b *node) bool {
	if a.kind != b.kind || a.value != b.value || a.anchor != b.anchor || a.tagged != b.tagged || len(a.children) != len(b.children) {
		return false
	}
	if a.kind != mappingNode {
		for i := range a.children {
			if !equalNodes(a.children[i], b.children[i]) {
				return false
			}
		}
		return true
	}
	at := map[string][]int{}
	for i := 0; i < len(b.children); i += 2 {
		at[b.children[i].value] = append(at[b.children[i].value], i)
	}
	for i := 0; i < len(a.children); i += 2 {
		places := at[a.children[i].value]
		if len(places) == 0 || !equalNodes(a.children[i], b.children[places[0]]) || !equalNodes(a.children[i+1], b.children[places[0]+1]) {
			return false
		}
		at[a.children[i].value] = places[1:]
	}
	return true
}

// sameButPlaces compares trees without places, and without how a scalar is written.
func sameButPlaces(a, b reflect.Value) bool {
	if a.Type() == reflect.TypeFor[diag.Place]() || a.Type() == reflect.TypeFor[*scalar]() || a.Type() == reflect.TypeFor[[]*Ignore]() || a.Type() == reflect.TypeFor[map[string][]byte]() {
		return true
	}
	switch a.Kind() {
	case reflect.Pointer:
		return a.IsNil() == b.IsNil() && (a.IsNil() || sameButPlaces(a.Elem(), b.Elem()))
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Type().Field(i).Name != "Quoted" && !sameButPlaces(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Map: // keys that were meant by faulty ones
		return a.Len() == b.Len()
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameButPlaces(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// quoteTexts quotes each text that YAML may take for something else (Y106), all at once where that goes. A number that is misread stays: what
// was meant is not known.
func quoteTexts(l *loaded) []string {
	var places []diag.Place
	for _, d := range l.list {
		if d.ID == "Y106" && d.Line == d.EndLine && d.Line > 0 {
			places = append(places, d.Place) // several times, where it is used through an alias
		}
	}
	places = slices.Compact(places)
	if len(places) == 0 {
		return nil
	}
	out := []string{l.withQuotes(places)}
	for _, at := range places[:min(len(places), maxSingly)] {
		out = append(out, l.withQuotes([]diag.Place{at}))
	}
	return out
}

// maxSingly is how many texts of a file are quoted one by one, when they cannot be at once.
const maxSingly = 20

// withQuotes is the text with quotes around some of its parts, which are in the order of the text.
func (l *loaded) withQuotes(places []diag.Place) string {
	lines := slices.Clone(l.file.lines)
	for i := len(places) - 1; i >= 0; i-- { // from the end, so that places before stay right
		at := places[i]
		line, from, to := lines[at.Line-1], l.file.offset(at.Line, at.Col), l.file.offset(at.EndLine, at.EndCol)
		lines[at.Line-1] = line[:from] + `"` + line[from:to] + `"` + line[to:]
	}
	return strings.Join(lines, "\n")
}
