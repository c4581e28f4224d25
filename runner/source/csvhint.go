package source

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// findHeader looks for a reason why the header does not fit: another delimiter, or a preamble before it.
func (r *csvReader) findHeader(complete func(names []string) bool) *damage {
	if len(r.names) == 1 {
		for _, d := range []byte{',', ';', '\t', '|'} {
			if d != r.delimiter && complete(splitNames(r.names[0], d)) {
				return &damage{line: int(r.rec.first), col: 1, message: fmt.Sprintf("the file seems to be separated by %s, not by %s",
					delimiterName(d), delimiterName(r.delimiter)), hint: fmt.Sprintf("say delimiter: %q", string(rune(d)))}
			}
		}
	}
	const far = 30 // lines of preamble that are believed
	if err := r.in.grow(chunkSize / 2); err != nil && err != io.EOF {
		return nil // it comes back at the next read
	}
	rest := r.in.data()
	for line := r.at; line < r.at+far && len(rest) > 0; line++ {
		var this []byte
		this, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if complete(splitNames(strings.TrimSuffix(string(this), "\r"), r.delimiter)) {
			return &damage{line: int(r.rec.first), col: 1, message: fmt.Sprintf("the header is only in line %d", line),
				hint: fmt.Sprintf("remove the %s before it", plural(int(line-1), "line"))}
		}
	}
	return nil
}

// splitNames splits a line roughly, which is good enough for a hint.
func splitNames(line string, d byte) []string {
	names := strings.Split(line, string(rune(d)))
	for i, n := range names {
		names[i] = strings.Trim(n, `"`)
	}
	return names
}

// markInvalid names every field that is not valid UTF-8. It is called before the record is consumed from the window.
func (r *csvReader) markInvalid() {
	for i, f := range r.rec.fields {
		text := r.rec.raw[f.start:f.end]
		at := invalidAt(text)
		if at < 0 {
			continue
		}
		off := int(f.start) + at
		fl := flaw{off: int(f.start), message: fmt.Sprintf("%s holds byte 0x%02X, which is no character of %s", r.fieldName(i), text[at], r.encoding),
			hint: "check encoding"}
		if f.flags&quoted != 0 {
			fl.off--
		}
		if r.encoding == "utf-8" {
			fl.message = fmt.Sprintf("%s is not valid UTF-8: byte 0x%02X at offset %d of the file", r.fieldName(i), text[at], r.in.offset(off))
			fl.hint = "if another encoding was meant, say encoding: windows-1252 or latin1"
		}
		r.rec.flaws = append(r.rec.flaws, fl)
		r.rec.broken = true
	}
	if !r.rec.broken { // it lies beyond the fields that are kept
		r.flawAt(0, "the record is not valid "+r.encoding, "check encoding")
	}
}

func (r *csvReader) fieldName(i int) string {
	if i < len(r.names) {
		return fmt.Sprintf("column %q", r.names[i])
	}
	return fmt.Sprintf("field %d", i+1)
}

func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func delimiterName(d byte) string {
	switch d {
	case ',':
		return "a comma"
	case '\t':
		return "a tab"
	case ';':
		return "a semicolon"
	}
	return fmt.Sprintf("%q", string(rune(d)))
}
