package spec

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// walker fills the tree from the nodes of one file and collects what is wrong.
type walker struct {
	file  *file
	diags *diag.List
	path  []string // of the keys around: tables, NAME, columns
	found int      // findings so far, also those that were not kept

	partial bool // a part of the document could not be read: nothing is called missing or unused
}

// pair is one key of a mapping and its value.
type pair struct {
	key   Str
	node  *node // of the key
	value *node
}

func quoted(s string) string { return `"` + s + `"` }

// maxFindings is how many findings of one file are kept; what has more is no spec.
const maxFindings = 1000

// report adds a finding with the severity that its id usually has.
func (w *walker) report(id string, at diag.Place, message, hint string, related ...diag.Related) {
	w.reportAs(check(id).Severity, id, at, message, hint, related...)
}

func (w *walker) reportAs(severity diag.Severity, id string, at diag.Place, message, hint string, related ...diag.Related) {
	if w.partial && id == "Y104" {
		return
	}
	if w.found++; w.found > maxFindings {
		return
	}
	w.diags.Add(diag.Diagnostic{Place: at, Severity: severity, ID: id, Name: check(id).Name, Message: message, Hint: hint,
		Related: related, Path: strings.Join(w.path, ".")})
}

// mend gives the finding that was reported last a fix, unless it was one too many to be kept.
func (w *walker) mend(f *diag.Fix) {
	if w.found <= maxFindings {
		(*w.diags)[len(*w.diags)-1].Fix = f
	}
}

// write is mend with another text in place of a whole one.
func (w *walker) write(s Str, text string) {
	if text != "" {
		w.mend(s.Fix(0, len([]rune(s.Value)), text))
	}
}

func (w *walker) push(key string) { w.path = append(w.path, key) }
func (w *walker) pop()            { w.path = w.path[:len(w.path)-1] }

// resolve follows aliases. An alias that leads in a circle was cut off before; it counts as nothing.
func resolve(n *node) *node {
	for n != nil && n.kind == aliasNode {
		n = n.target
	}
	return n
}

func isNull(n *node) bool {
	return n == nil || n.kind == scalarNode && n.tag == "!!null" && !n.tagged
}

// describe says what a node is, for "must be text, got ...".
func describe(n *node) string {
	switch {
	case isNull(n):
		return "nothing"
	case n.kind == mappingNode:
		return "a mapping"
	case n.kind == sequenceNode:
		return "a list"
	}
	return shorten(n.value)
}

func shorten(text string) string {
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "..."
	}
	return quoted(strings.ReplaceAll(text, "\n", " "))
}

// placeOf is where a node begins; of a scalar, all of it.
func (w *walker) placeOf(n *node) diag.Place {
	n = resolve(n)
	switch {
	case n == nil:
		return w.file.wholeFile()
	case n.kind == scalarNode:
		return locate(w.file, n).place(n.value)
	case n.kind == mappingNode && !n.flow && len(n.children) > 0:
		return w.placeOf(n.children[0])
	}
	return w.file.span(n.line, n.col, 1)
}

// fill reads a mapping of a kind into a value. what names it in messages, at is the place that stands for it: that of its key, or of
// its beginning. It returns false when there is nothing to keep.
func (w *walker) fill(kind *Kind, into any, n *node, what string, at diag.Place) bool {
	n = resolve(n)
	*kind.place(into) = at
	if kind.Short != "" && !isNull(n) && n.kind != mappingNode {
		f, _ := kind.field(kind.Short)
		if n.kind == scalarNode || f.Form == OneOrMany {
			f.bind(w, into, f, Str{}, n)
			return true
		}
	}
	if kind.Short != "" && n != nil && n.kind == sequenceNode {
		f, _ := kind.field(kind.Short)
		w.report("Y105", w.placeOf(n), fmt.Sprintf("%s must be %s or a mapping (key: value), got a list", what, f.Shape), "remove the brackets or the dash around it")
		return false
	}
	pairs, ok := w.pairs(n, what, at)
	if !ok || w.cutIntoKey(kind, n, pairs) {
		return false
	}
	if !n.flow {
		pairs = w.outdented(kind, pairs, what)
	}
	given, meant := map[string]Str{}, map[string]bool{}
	var before pair
	for _, p := range pairs {
		f, ok := kind.field(p.key.Value)
		if !ok && n.flow && before.value != nil && isRest(kind, before, p) {
			continue
		}
		if before = p; !ok {
			meant[w.unknownKey(kind, p, what)] = true
			continue
		}
		if f.Name != p.key.Value {
			w.report("Y111", p.key.Place, fmt.Sprintf("%q is deprecated", p.key.Value), fmt.Sprintf("write %q", f.Name))
			w.write(p.key, f.Name)
		}
		given[f.Name] = p.key
		w.push(f.Name)
		f.bind(w, into, f, p.key, p.value)
		w.pop()
	}
	w.complete(kind, given, meant, what, at)
	switch t := into.(type) {
	case *Table:
		t.Meant = meant
	case *Feature:
		t.Meant = meant
	case *Source:
		t.Path.Faulty = t.Path.Faulty || meant["path"]
	case *Pipeline:
		lost := func(name string, read bool) bool { return (given[name].Set || meant[name]) && !read }
		t.Meant = meant
		t.Lost = lost("tables", t.Tables.Set) || lost("snapshots", t.Snapshots.Set)
	}
	return true
}

// complete reports the keys that are missing, and those that exclude each other. A key that was meant by a misspelt one is not missed
// a second time, nor are several of which one is needed where an unknown key, which may mean any (""), stands.
func (w *walker) complete(kind *Kind, given map[string]Str, meant map[string]bool, what string, at diag.Place) {
	for _, f := range kind.Fields {
		if f.Required && !given[f.Name].Set && !meant[f.Name] {
			w.report("Y104", at, fmt.Sprintf("%s has no %q", what, f.Name), f.Doc)
		}
	}
	var first Str
	for _, name := range kind.OneOf {
		key := given[name]
		switch {
		case key.Set && first.Set:
			w.report("Y105", key.Place, fmt.Sprintf("%s cannot have both %q and %q", what, first.Value, name), "keep one of them",
				diag.Related{Place: first.Place, Message: "the other"})
		case key.Set:
			first = key
		}
	}
	if len(kind.OneOf) > 0 && !first.Set && !meant[""] && !slices.ContainsFunc(kind.OneOf, func(name string) bool { return meant[name] }) {
		w.report("Y104", at, fmt.Sprintf("%s has none of %s", what, orList(kind.OneOf)), "give one of them")
	}
}

// unknownKey reports a key that a mapping does not have, and returns the one that was probably meant, or "".
func (w *walker) unknownKey(kind *Kind, p pair, what string) (meant string) {
	key, names := p.key, kind.names()
	if name, value, ok := strings.Cut(key.Value, " "); ok && isNull(p.value) {
		if f, known := kind.field(name); known {
			w.report("Y103", key.Place, fmt.Sprintf("unknown key %q in %s", key.Value, what), `a ":" is missing: write "`+name+": "+value+`"`)
			w.write(key, name+": "+value)
			return f.Name
		}
	}
	meant = diag.Nearest(key.Value, names)
	certain := diag.Only(key.Value, names)
	var home, opposite string
	for _, f := range kind.Fields {
		switch {
		case containsFold(f.Aka, key.Value):
			meant, certain = f.Name, f.Name
		case containsFold(f.Opposite, key.Value):
			meant, opposite = f.Name, f.Name
		}
		if f.Kind != nil && f.Form == One && home == "" {
			if _, ok := f.Kind.field(key.Value); ok {
				home = f.Name
			}
		}
	}
	var hint string
	switch {
	case opposite != "":
		hint = fmt.Sprintf(`write "%s: false" for "%s: true"`, opposite, key.Value)
	case home != "":
		hint = fmt.Sprintf("%q belongs inside %q", key.Value, home)
	case meant != "":
		hint = fmt.Sprintf("did you mean %q?", meant)
	default:
		hint = "known keys: " + strings.Join(names, ", ")
	}
	w.report("Y103", key.Place, fmt.Sprintf("unknown key %q in %s", key.Value, what), hint)
	switch {
	case opposite != "":
	case home != "":
		return home
	default:
		w.write(key, certain)
	}
	return meant
}

func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// pairs returns the keys of a mapping in order, each once, merge keys (<<) spread out; ok is false when it is no mapping.
func (w *walker) pairs(n *node, what string, at diag.Place) (out []pair, ok bool) {
	switch {
	case n == nil: // an alias that was cut off, and reported
		return nil, false
	case isNull(n):
		w.report("Y105", at, what+" is empty", "give it some keys, or leave it out")
		return nil, false
	case n.kind != mappingNode:
		hint := "write KEY: VALUE"
		if n.kind == sequenceNode {
			hint = "write each under its name, without a dash: NAME: ..."
		}
		w.report("Y105", w.placeOf(n), fmt.Sprintf("%s must be a mapping (key: value), got %s", what, describe(n)), hint)
		return nil, false
	}
	seen := map[string]int{}
	w.spread(n, seen, &out)
	return out, true
}

// spread appends the pairs of a mapping. A key that is written beside a merge wins over the merged one, wherever it stands.
func (w *walker) spread(n *node, seen map[string]int, out *[]pair) {
	for i := 0; i+1 < len(n.children); i += 2 {
		k, v := resolve(n.children[i]), n.children[i+1]
		if k == nil || k.kind == scalarNode && k.tag == "!!merge" {
			continue
		}
		key, ok := w.key(k)
		if !ok {
			continue
		}
		if _, twice := seen[key.Value]; !twice {
			seen[key.Value] = len(*out)
			*out = append(*out, pair{key, k, v})
		}
	}
	for i := 0; i+1 < len(n.children); i += 2 {
		if k := n.children[i]; k.kind == scalarNode && k.tag == "!!merge" {
			w.merge(resolve(n.children[i+1]), seen, out)
		}
	}
}

// merge spreads what stands behind <<: a mapping or a list of them.
func (w *walker) merge(n *node, seen map[string]int, out *[]pair) {
	switch {
	case n != nil && n.kind == mappingNode:
		w.spread(n, seen, out)
	case n != nil && n.kind == sequenceNode && len(n.children) > 0:
		for _, c := range n.children {
			if c = resolve(c); c != nil && c.kind == mappingNode {
				w.spread(c, seen, out)
			}
		}
	default:
		w.report("Y105", w.placeOf(n), `"<<" must be a mapping that was named with &, got `+describe(n), `write "<<: *name"`)
	}
}

// key reads a key, which is always text.
func (w *walker) key(n *node) (Str, bool) {
	if n.kind != scalarNode || isNull(n) || n.value == "" {
		hint := ""
		if isNull(n) && n.kind == scalarNode && n.value != "" {
			hint = fmt.Sprintf("write %q if that is its name", n.value)
		}
		w.report("Y105", w.placeOf(n), "a key must be text, got "+describe(n), hint)
		return Str{}, false
	}
	s := w.bare(n)
	w.noTemplate(s, "a key")
	return s, true
}

// mapOf reads a mapping from the user's names.
func mapOf[T any](w *walker, n *node, key Str, read func(name Str, value *node) T) Map[T] {
	n = resolve(n)
	pairs, ok := w.pairs(n, quoted(key.Value), key.Place)
	if !ok {
		return Map[T]{}
	}
	m := Map[T]{Set: true, Place: key.Place}
	for _, p := range pairs {
		w.ambiguous(p.key, p.node)
		w.push(p.key.Value)
		m.Entries = append(m.Entries, Entry[T]{Key: p.key, Value: read(p.key, p.value)})
		w.pop()
	}
	return m
}

// items yields the elements of a list and reports what is none.
func (w *walker) items(n *node, key Str, want string) iter.Seq[*node] {
	n = resolve(n)
	return func(yield func(*node) bool) {
		if n == nil {
			return
		}
		if isNull(n) {
			w.report("Y105", key.Place, fmt.Sprintf("%q is empty", key.Value), "give it some items, or leave it out")
			return
		}
		if n.kind != sequenceNode {
			w.report("Y105", w.placeOf(n), fmt.Sprintf("%q must be %s, got %s", key.Value, want, describe(n)), `begin each item with "- "`)
			return
		}
		for i, c := range n.children {
			w.push(fmt.Sprint(i))
			more := yield(c)
			w.pop()
			if !more {
				return
			}
		}
	}
}
