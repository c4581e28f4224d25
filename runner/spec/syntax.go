package spec

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// syntax reports what the YAML library could not read. The library tells at most a line, often that of the construct around; the
// suspects are looked for in the text itself, and the first one is what the library stumbled over.
func (w *walker) syntax(fault *syntaxError) { w.syntaxBelow(fault, nil) }

// syntaxBelow is syntax for a part of a file; the anchors are those of all of it, or nil.
func (w *walker) syntaxBelow(fault *syntaxError, anchors map[string]bool) {
	if s := (&suspector{f: w.file, anchors: anchors}).find(); s != nil {
		w.report("Y101", s.place, "not YAML: "+s.message, s.hint)
		w.mend(s.fix)
		return
	}
	line := min(max(fault.line, 1), len(w.file.lines))
	text := w.file.line(line)
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	w.report("Y101", w.file.span(line, indent+1, utf8.RuneCountInString(strings.TrimSpace(text))), "not YAML: "+fault.message,
		"look at this line and those around it; quote values that hold special characters")
}

// suspect is a likely cause of a syntax error.
type suspect struct {
	place         diag.Place
	message, hint string
	fix           *diag.Fix
}

// suspector goes over the lines of a file as far as YAML can be read by lines: indentation, keys, and how each value begins.
type suspector struct {
	f       *file
	row     int      // 1-based
	depth   []int    // columns of the open mappings
	items   []int    // columns of the open lists
	open    bool     // the last key has no value on its line
	bare    *suspect // the last line, when it is the first below a key and has no colon
	bareAt  int
	anchors map[string]bool // all names after & in the file; nil until asked for
}

var (
	plainKey       = regexp.MustCompile(`^(?:[^\s"'\[\]{}&*!|>%@#,\x60-]|-[^\s])(?:[^#]|[^#\s]#+)*?:(?:\s|$)`)
	quotedKey      = regexp.MustCompile(`^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*:(?:\s|$)`)
	blockHeader    = regexp.MustCompile(`^[|>](?:[-+]?[1-9]?|[1-9][-+])\s*(?:\s#.*)?$`)
	comment        = regexp.MustCompile(`[ \t]#`)
	anchorName     = regexp.MustCompile(`&(\S+)`)
	onlyProperties = regexp.MustCompile(`^(?:[&!]\S*\s*)+(?:\s#.*)?$`)
	property       = regexp.MustCompile(`^[&!]\S*\s+`)
)

const quoteIt = `quote the value, or write it in a block: "|" and the text on the next line`

func (s *suspector) find() *suspect {
	for s.row = 1; s.row <= len(s.f.lines); s.row++ {
		line := s.f.lines[s.row-1]
		text := strings.TrimLeft(line, " ")
		at := len(line) - len(text)
		switch {
		case strings.TrimSpace(text) == "" || strings.TrimSpace(text)[0] == '#':
			continue
		case strings.HasPrefix(line, "%YAML") && strings.TrimSpace(line[len("%YAML"):]) != "1.1":
			return s.at(0, len(line), "specs are read as YAML 1.1 says, and this names another version", "remove the line")
		case strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...") || line[0] == '%':
			s.depth, s.items, s.open = nil, nil, false
			continue
		case strings.HasPrefix(text, "? "):
			return nil // keys of this form are beyond it
		case text[0] == '\t':
			return s.at(at, 1, "a tab in the indentation", "indent with blanks")
		}
		if found := s.entry(line, at); found != nil {
			return found
		}
	}
	return nil
}

// at makes a suspect of n bytes of the current line.
func (s *suspector) at(from, n int, message, hint string) *suspect {
	line := s.f.line(s.row)
	from = min(from, len(line))
	n = min(n, len(line)-from)
	return &suspect{place: s.f.span(s.row, utf8.RuneCountInString(line[:from])+1, utf8.RuneCountInString(line[from:from+n])), message: message, hint: hint}
}

// unquoted is at with a value from byte value to the end of the line that should have been in quotes. A comment may belong to it or not.
func (s *suspector) unquoted(value, from, n int, message, hint string) *suspect {
	out, line := s.at(from, n, message, hint), s.f.line(s.row)
	if !comment.MatchString(line[value:]) {
		out.fix = s.f.quoteRest(s.row, utf8.RuneCountInString(line[:value])+1)
	}
	return out
}

// entry looks at a line that begins a key, an item or a value at byte at.
func (s *suspector) entry(line string, at int) *suspect {
	dash := -1
	for strings.HasPrefix(line[at:], "- ") {
		if found := s.item(at, dash); found != nil {
			return found
		}
		dash = at
		at++
		for at < len(line) && line[at] == ' ' {
			at++
		}
		s.open = true
	}
	text := line[at:]
	if strings.HasPrefix(text, "-\t") {
		found := s.at(at+1, 1, "a tab behind the dash", "write a blank")
		found.fix = &diag.Fix{Place: found.place, Text: " "}
		return found
	}
	if text == "" || text == "-" || text[0] == '#' {
		return nil
	}
	key := quotedKey.FindString(text)
	if key == "" {
		key = plainKey.FindString(text)
	}
	if key == "" {
		return s.withoutKey(line, at, dash)
	}
	for dash < 0 && len(s.items) > 0 && s.items[len(s.items)-1] >= at {
		s.items = s.items[:len(s.items)-1]
	}
	if found := s.indentation(at, key); found != nil {
		return found
	}
	s.bare = nil
	value := at + len(key)
	for value < len(line) && (line[value] == ' ' || line[value] == '\t') {
		value++
	}
	s.open = value >= len(line) || line[value] == '#' || onlyProperties.MatchString(line[value:])
	if s.open {
		return nil
	}
	return s.value(line, value, at)
}

// item looks at the column of a dash, which is that of the items above or begins a list. Where nothing is left by it, it may be text.
func (s *suspector) item(at, dash int) *suspect {
	mappings, lists := len(s.depth), len(s.items)
	s.leave(at)
	for len(s.items) > 0 && s.items[len(s.items)-1] > at {
		s.items = s.items[:len(s.items)-1]
	}
	if len(s.items) > 0 && s.items[len(s.items)-1] == at {
		return nil
	}
	if dash < 0 && !s.open && (len(s.depth) < mappings || len(s.items) < lists) {
		return s.at(at, 1, "this item does not line up with the items above", "line up the dashes of a list")
	}
	s.items = append(s.items, at)
	return nil
}

// leave closes the mappings that are indented deeper than a column.
func (s *suspector) leave(at int) {
	for len(s.depth) > 0 && s.depth[len(s.depth)-1] > at {
		s.depth = s.depth[:len(s.depth)-1]
	}
}

func (s *suspector) indentation(at int, key string) *suspect {
	deeper := len(s.depth) == 0 || at > s.depth[len(s.depth)-1]
	if deeper {
		if len(s.depth) > 0 && !s.open {
			if s.bare != nil && s.bareAt == at {
				return s.bare
			}
			return s.at(at, len(strings.TrimSpace(key)), "this line is indented deeper than the one it follows, which has a value already",
				"line it up with the keys above")
		}
		s.depth = append(s.depth, at)
		return nil
	}
	s.leave(at)
	if len(s.depth) == 0 || s.depth[len(s.depth)-1] != at {
		return s.at(at, len(strings.TrimSpace(key)), "the indentation fits no line above", "line it up with the keys that it belongs to")
	}
	return nil
}

// withoutKey looks at a line without "key:": an item, the rest of a longer value, or a key that lost its colon.
func (s *suspector) withoutKey(line string, at, dash int) *suspect {
	noColon := s.at(at, len(strings.TrimSpace(line[at:])), `there is no ":" after this key`, `write "key: value"`)
	if !s.open && len(s.depth) > 0 && at <= s.depth[len(s.depth)-1] && line[at] != '-' {
		return noColon
	}
	if s.open {
		s.bare, s.bareAt = noColon, at
	}
	s.open = false
	home := dash
	if home < 0 && len(s.depth) > 0 {
		home = s.depth[len(s.depth)-1]
	}
	return s.value(line, at, home)
}

// value looks at how a value begins, and goes on to its last line. The key it belongs to begins at byte home.
func (s *suspector) value(line string, at, home int) *suspect {
	for p := property.FindString(line[at:]); p != "" && at+len(p) < len(line); p = property.FindString(line[at:]) {
		at += len(p)
	}
	text := line[at:]
	switch text[0] {
	case '|', '>':
		if !blockHeader.MatchString(text) {
			return s.unquoted(at, at, 1, "a value cannot begin with "+text[:1]+" unless a block of text follows", quoteIt)
		}
		s.skipBlock(home)
		return nil
	case '"', '\'':
		return s.quoted(line, at)
	case '[', '{':
		return s.brackets(line, at, home)
	case '`', '@', '%', ']', '}', ',':
		return s.unquoted(at, at, 1, "a value cannot begin with "+text[:1], quoteIt)
	case '*':
		return s.starred(line, at)
	}
	if found := s.plainText(line, at); found != nil {
		return found
	}
	s.skipPlain(line[at:], home)
	return nil
}

func (s *suspector) starred(line string, at int) *suspect {
	name, rest, _ := strings.Cut(line[at+1:], " ")
	rest = strings.TrimSpace(rest)
	if rest == "" || rest[0] == '#' {
		if s.anchors == nil {
			s.anchors = map[string]bool{}
			for _, m := range anchorName.FindAllStringSubmatch(s.f.text(), -1) {
				s.anchors[m[1]] = true
			}
		}
		if s.anchors[name] {
			return nil
		}
		return s.at(at, len(name)+1, "*"+name+" names an anchor that is not there", quoteIt)
	}
	return s.unquoted(at, at, len(name)+1, "a value that begins with * is a reference to an anchor, and nothing may follow it", quoteIt)
}

// plainText looks for ": " in an unquoted value of one line.
func (s *suspector) plainText(line string, at int) *suspect {
	text := line[at:]
	if c := comment.FindStringIndex(text); c != nil {
		text = text[:c[0]]
	}
	if i := strings.Index(text, ": "); i >= 0 {
		return s.unquoted(at, at+i, 1, `the value holds ": ", which YAML reads as the end of a key`, quoteIt)
	}
	if trimmed := strings.TrimRight(text, " \t"); strings.HasSuffix(trimmed, ":") {
		return s.unquoted(at, at+len(trimmed)-1, 1, `the value ends with ":", which YAML reads as the end of a key`, quoteIt)
	}
	return nil
}

// skipPlain goes to the last line of an unquoted value: what is indented deeper than its key, up to a comment.
func (s *suspector) skipPlain(text string, home int) {
	for row := s.row + 1; row <= len(s.f.lines) && !comment.MatchString(text); row++ {
		text = s.f.line(row)
		trimmed := strings.TrimLeft(text, " ")
		indent := len(text) - len(trimmed)
		trimmed = strings.TrimSpace(trimmed)
		if trimmed == "" {
			continue
		}
		if indent <= home || trimmed[0] == '#' || plainKey.MatchString(trimmed) {
			return
		}
		s.row = row
	}
}

// skipBlock goes to the last line of a block scalar: what is indented deeper than its key.
func (s *suspector) skipBlock(home int) {
	for s.row < len(s.f.lines) {
		next := s.f.line(s.row + 1)
		trimmed := strings.TrimLeft(next, " ")
		if strings.TrimSpace(next) != "" && len(next)-len(trimmed) <= home {
			return
		}
		s.row++
	}
}
