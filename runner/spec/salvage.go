package spec

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxSyntax   = 20        // places of one file that are reported not to be YAML
	maxSalvaged = 128 << 10 // bytes of a file that is looked at so closely; a larger one was not written by hand
)

// salvage reads what can be read of a file that is not YAML: the documents without a fault whole, of the others the keys and items without one.
// It cuts by lines: a document ends at its mark, a key or an item at the next line that is not indented deeper. What is no YAML for itself
// is reported and left out.
type salvage struct {
	w       *walker
	anchors map[string]bool // all names behind & in the file
	faults  int
	blank   []bool  // lines that are left out, by number - 1
	torn    []lines // what was left out because a merge was not resolved
	outside bool    // something was left out that is no item of a list of rules
}

// parts is what was salvaged.
type parts struct {
	whole   []*node // documents
	partial []*node // documents of which something is missing
	rules   []bool  // of each partial one: nothing but rules is missing
}

// salvage reports every place that is not YAML, of which fault is the first, and returns the rest.
func (w *walker) salvage(fault *syntaxError) parts {
	s := &salvage{w: w, anchors: map[string]bool{}, blank: make([]bool, len(w.file.lines))}
	for _, m := range anchorName.FindAllStringSubmatch(w.file.text(), -1) {
		s.anchors[m[1]] = true
	}
	s.conflicts()
	var out parts
	for _, d := range s.documents() {
		if s.faults >= maxSyntax {
			break
		}
		roots, fault := s.parse(d)
		switch {
		case fault == nil && s.isTorn(d):
			out.partial, out.rules = append(out.partial, roots...), append(out.rules, make([]bool, len(roots))...)
			continue
		case fault == nil:
			out.whole = append(out.whole, roots...)
			continue
		}
		s.outside = s.isTorn(d)
		before := s.faults
		s.document(d)
		if s.faults == before {
			s.report(d, fault)
			continue
		}
		if roots, fault := s.parse(d); fault == nil {
			for _, r := range roots {
				out.partial, out.rules = append(out.partial, r), append(out.rules, !s.outside)
			}
		}
	}
	if s.faults == 0 {
		w.syntax(fault)
	}
	return out
}

// documents cuts the file at the marks of documents. Directives belong to the document that follows them.
func (s *salvage) documents() []lines {
	var out []lines
	from, content := 1, false
	for i, l := range s.w.file.lines {
		mark := l == "---" || strings.HasPrefix(l, "--- ") || s.badMark(i+1)
		if mark && content {
			out = append(out, lines{from, i})
			from, content = i+1, false
		}
		content = content || mark || l != "" && l[0] != '#' && l[0] != '%'
	}
	return append(out, lines{from, len(s.w.file.lines)})
}

// text returns the lines of a range that were not left out.
func (s *salvage) text(r lines) string {
	var b strings.Builder
	for n := r.from; n <= r.to; n++ {
		if !s.blank[n-1] {
			b.WriteString(s.w.file.line(n))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (s *salvage) parse(r lines) ([]*node, *syntaxError) { return parseYAMLFrom(s.text(r), r.from-1) }

// document finds what is wrong in a document.
func (s *salvage) document(d lines) {
	for d.from < d.to && strings.HasPrefix(s.w.file.line(d.from), "%") { // a directive is no key
		s.blank[d.from-1] = true
		d.from++
	}
	if l := s.w.file.line(d.from); l == "---" || strings.HasPrefix(l, "--- #") {
		d.from++
	}
	s.collection(d, 0, "")
}

// collection leaves out of the keys or items that begin at an indentation those that are not YAML, and tells whether any is left. Where
// the lines cannot be cut there, it does nothing and returns true.
func (s *salvage) collection(r lines, indent int, key string) (left bool) {
	all, ok := s.cut(r, indent)
	if !ok {
		return true
	}
	for i := 0; i < len(all); i++ {
		if s.faults >= maxSyntax {
			s.leave(lines{all[i].from, r.to})
			s.outside = true
			break
		}
		if n := s.sound(all[i:]); n > 0 {
			left, i = true, i+n-1
			continue
		}
		if s.faulty(all[i], indent, key) {
			left = true
		} else if i > 0 {
			s.leaveOpen(all[i-1])
		}
	}
	return left
}

// leaveOpen leaves out the keys at the end of some lines that have no value there: it is perhaps what follows and could not be read.
func (s *salvage) leaveOpen(r lines) {
	for n := r.to; n >= r.from; n-- {
		text := strings.TrimSpace(s.w.file.line(n))
		if text == "" || text[0] == '#' || s.blank[n-1] {
			continue
		}
		if !opensBelow.MatchString(s.w.file.line(n)) {
			return
		}
		s.leave(lines{n, n})
	}
}

// cut returns the lines of each key or item at an indentation. A list may stand as far left as its key.
func (s *salvage) cut(r lines, indent int) (out []lines, ok bool) {
	list := false
	for n := r.from; n <= r.to; n++ {
		line := s.w.file.line(n)
		text := strings.TrimLeft(line, " ")
		at := len(line) - len(text)
		switch {
		case strings.TrimSpace(text) == "" || text[0] == '#':
			continue
		case at < indent:
			return nil, false
		case at > indent || text[0] == ']' || text[0] == '}' || text[0] == '\t':
			if len(out) == 0 {
				return nil, false
			}
			continue
		}
		item := strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "-\t") || text == "-"
		if len(out) == 0 {
			list = item
		}
		if item != list {
			if list {
				return nil, false
			}
			continue
		}
		out = append(out, lines{n, n})
	}
	for i := range out {
		out[i].to = r.to
		if i+1 < len(out) {
			out[i].to = out[i+1].from - 1
		}
	}
	return out, len(out) > 0
}

// maxJoined is how many lines of a text or of brackets may stand as far left as the key they belong to.
const maxJoined = 4

// sound returns how many of the first ranges are one sound key or item, or 0.
func (s *salvage) sound(all []lines) int {
	for n := 1; n <= min(len(all), maxJoined); n++ {
		if s.isOne(lines{all[0].from, all[n-1].to}) {
			return n
		}
	}
	return 0
}

var aliasName = regexp.MustCompile(`\*(\S+)`)

// isOne tells whether lines are one key with its value, or one item. Anchors that stand elsewhere are made known to it.
func (s *salvage) isOne(r lines) bool {
	text := s.text(r)
	first := strings.TrimLeft(text, " \n")
	indent := strings.Repeat(" ", len(text)-len(strings.TrimLeft(text, " ")))
	known := ""
	for _, m := range aliasName.FindAllStringSubmatch(text, -1) {
		if name := strings.TrimRight(m[1], ",]}"); s.anchors[name] {
			known += "&" + name + " x, "
		}
	}
	item := strings.HasPrefix(first, "-")
	if known != "" && item {
		text = indent + "- [" + known + "]\n" + text
	} else if known != "" {
		text = indent + "? [" + known + "]\n" + indent + ": x\n" + text
	}
	roots, fault := parseYAML(text)
	if fault != nil || len(roots) != 1 {
		return false
	}
	want := 1
	if known != "" {
		want = 2
	}
	return item && roots[0].kind == sequenceNode && len(roots[0].children) == want || !item && roots[0].kind == mappingNode && len(roots[0].children) == 2*want
}

var opensBelow = regexp.MustCompile(`^\s*([^\s#"'\[\]{}&*!|>%@\x60][^#:"']*):(?:\s+[&!]\S+)*\s*(?:#.*)?$`)

// faulty looks for what is wrong with a key or item: below it, or in all of it. It tells whether any of it is left.
func (s *salvage) faulty(r lines, indent int, key string) bool {
	if m := opensBelow.FindStringSubmatch(s.w.file.line(r.from)); m != nil && r.to > r.from {
		below := lines{r.from + 1, r.to}
		for n := below.from; n <= below.to; n++ {
			text := strings.TrimLeft(s.w.file.line(n), " ")
			if strings.TrimSpace(text) == "" || text[0] == '#' {
				continue
			}
			before := s.faults
			if key != "" {
				m[1] = key
			}
			left := s.collection(below, len(s.w.file.line(n))-len(text), m[1])
			if s.faults > before {
				if !left {
					s.leave(r)
				}
				return left
			}
			break
		}
	}
	_, fault := s.parse(r)
	s.report(r, fault)
	s.leave(r)
	s.outside = s.outside || key != "rules" && key != "warnings"
	return false
}

func (s *salvage) leave(r lines) {
	for n := r.from; n <= r.to; n++ {
		s.blank[n-1] = true
	}
}

// report says what is wrong with some lines, seen for themselves.
func (s *salvage) report(r lines, fault *syntaxError) {
	if s.faults++; s.faults == maxSyntax {
		s.w.report("Y101", s.w.file.wholeFile(), "not YAML in more places than are looked at", "mend the first ones and lint again")
	}
	if s.faults >= maxSyntax {
		return
	}
	alone := &file{path: s.w.file.path, lines: make([]string, len(s.w.file.lines)), marks: map[int][]int{}}
	copy(alone.lines[r.from-1:r.to], s.w.file.lines[r.from-1:r.to])
	if fault == nil { // it is YAML, but neither a key nor an item
		line := s.w.file.line(r.from)
		text := strings.TrimLeft(line, " ")
		at := s.w.file.span(r.from, len(line)-len(text)+1, utf8.RuneCountInString(strings.TrimRight(text, " \t")))
		s.w.report("Y101", at, `not YAML: there is no ":" after this key`, `write "key: value"`)
		return
	}
	whole := s.w.file
	s.w.file = alone
	s.w.syntaxBelow(fault, s.anchors)
	s.w.file = whole
}
