package spec

import "strings"

// quoted goes to the end of a quoted value. Text behind the closing quote, or none, is suspect.
func (s *suspector) quoted(line string, at int) *suspect {
	quote, first := line[at], s.row
	opening := s.at(at, len(line)-at, "the quote that opens here is not closed", "write "+string(quote)+" at the end of the text")
	rest, from := line, at+1
	for {
		if end := closingQuote(rest[from:], quote); end >= 0 {
			behind := from + end + 1
			after := strings.TrimLeft(rest[behind:], " \t")
			if after == "" || after[0] == '#' && behind < len(rest)-len(after) {
				return nil
			}
			if s.row > first {
				return opening
			}
			return s.unquoted(at, len(rest)-len(after), len(strings.TrimRight(after, " \t")), "there is text behind the closing quote",
				"quote the whole value with the other quote, or write it in a block: \"|\" and the text on the next line")
		}
		if s.row >= len(s.f.lines) {
			return opening
		}
		s.row++
		rest, from = s.f.line(s.row), 0
	}
}

// closingQuote returns the byte of the quote that ends a text, or -1.
func closingQuote(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] != quote:
		case quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		default:
			return i
		}
	}
	return -1
}

// brackets goes to the end of a value in [ ] or { }.
func (s *suspector) brackets(line string, at, home int) *suspect {
	if hole := jinjaHole.FindStringIndex(line[at:]); hole != nil && hole[0] == 0 {
		return s.at(at, hole[1], "{{ }} is read as brackets, and is not replaced", `write "${name}", in quotes`)
	}
	opening := s.at(at, 1, line[at:at+1]+" is not closed", "write the closing bracket, or quote the value if it is text")
	var stack []byte
	var keys []bool // whether the item has a key by now; as stack
	start := true   // of an item: here a bracket or a quote has its meaning
	for i := at; ; i++ {
		for i >= len(line) { // on to the next line
			indent := 0
			if s.row < len(s.f.lines) {
				next := s.f.line(s.row + 1)
				indent = len(next) - len(strings.TrimLeft(next, " "))
				if strings.TrimSpace(next) != "" && indent <= home && plainKey.MatchString(next[indent:]) {
					return opening
				}
			}
			if s.row++; s.row > len(s.f.lines) {
				return opening
			}
			line, i = s.f.line(s.row), 0
		}
		c := line[i]
		switch {
		case c == '#' && (i == 0 || line[i-1] == ' '):
			i = len(line)
		case start && (c == '"' || c == '\''):
			end := closingQuote(line[i+1:], c)
			if end < 0 {
				return s.at(i, len(line)-i, "the quote that opens here is not closed", "close it on the same line")
			}
			i, start = i+end+1, false
		case c == '[' || c == '{':
			if !start {
				return s.brace(line, i)
			}
			stack, keys = append(stack, c+2), append(keys, false) // ] and } come two after [ and {
		case c == ']' || c == '}':
			if stack[len(stack)-1] != c {
				return s.at(i, 1, string(c)+" closes nothing that is open here", "quote the value if it is text")
			}
			if stack, keys = stack[:len(stack)-1], keys[:len(keys)-1]; len(stack) == 0 {
				return s.behind(line, i+1)
			}
			start = false
		case c == ',':
			start, keys[len(keys)-1] = true, false
		case c == ':' && (i+1 >= len(line) || line[i+1] == ' '):
			if keys[len(keys)-1] {
				return s.noComma(line, i)
			}
			start, keys[len(keys)-1] = true, true
		case c == '?' && !start: // the library ends the item here, whatever follows
			return s.at(i, len(line[i:])-len(strings.TrimLeft(line[i:], "?")), "a ? inside an unquoted value in { } or [ ]", "quote the value")
		case c != ' ' && c != '\t':
			if start && strings.IndexByte("`@%*", c) >= 0 && c != '*' {
				return s.at(i, 1, "a value cannot begin with "+string(c), "quote it")
			}
			start = false
		}
	}
}

// noComma explains a second colon in an item: a comma before its key is missing, or it belongs to a text.
func (s *suspector) noComma(line string, colon int) *suspect {
	key := strings.LastIndexAny(line[:colon], " ,[{") + 1
	return s.at(key, colon-key+1, "a second key in one item", "write a comma before it, or quote the value if it is text")
}

// brace explains a bracket inside an unquoted item, of which ${...} is the usual one.
func (s *suspector) brace(line string, i int) *suspect {
	if i > 0 && line[i-1] == '$' {
		return s.at(i-1, 2, "${...} inside { } or [ ] must be quoted", `write "${name}" with quotes`)
	}
	return s.at(i, 1, "a bracket inside an unquoted value", "quote the value")
}

// behind looks at what follows a closed bracket.
func (s *suspector) behind(line string, at int) *suspect {
	rest := strings.TrimLeft(line[at:], " \t")
	if rest == "" || rest[0] == '#' {
		return nil
	}
	return s.at(len(line)-len(rest), len(strings.TrimRight(rest, " \t")), "there is text behind the closing bracket",
		"quote the whole value if it is an expression")
}
