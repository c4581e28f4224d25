package source

import (
	"bytes"
	"fmt"
	"strings"
)

// header returns the first record that is not blank. What cannot be a header is damage: nothing after it would mean anything.
func (r *csvReader) header() (*record, error) {
	rec, blank, err := r.afterBlanks()
	if err != nil {
		return nil, err
	}
	if blank > 0 {
		return nil, &damage{line: int(blank), col: 1, message: "there is a blank line before the header", hint: "remove it"}
	}
	if m := marker(rec.raw); m != "" {
		return nil, conflictDamage(rec, m)
	}
	if len(rec.flaws) > 0 {
		f := rec.flaws[0]
		line, col := rec.place(f.off)
		d := &damage{line: line, col: col, message: "in the header, " + f.message, hint: f.hint}
		if strings.Contains(f.message, "carriage return") {
			d.hint = "the lines seem to end in carriage returns alone: convert them to LF, such as with tr '\\r' '\\n'"
		}
		return nil, d
	}
	r.width, r.headed = r.count, true
	r.names = make([]string, len(rec.fields))
	var scratch, text []byte
	for i := range rec.fields {
		text, scratch = rec.text(i, scratch)
		r.names[i] = string(text)
	}
	return rec, nil
}

// next returns the next record that is not blank, with what is wrong with its form.
func (r *csvReader) next() (*record, error) {
	rec, blank, err := r.afterBlanks()
	if err != nil {
		return nil, err
	}
	if r.width == 0 { // without a header the first record sets the measure
		r.width = r.count
	}
	fits, broken := r.count == r.width, rec.broken
	if first := first(rec.raw); (first == '<' || first == '=' || first == '>' || first == '|') && r.marked(rec) {
		return rec, nil
	}
	if !fits && !broken {
		r.ragged(rec)
	}
	again := r.headed && fits && r.isHeader(rec)
	switch {
	case blank > 0 && (again || !fits && !broken):
		rec.flaws = append(rec.flaws[:0], flaw{line: int(blank), col: 1,
			message: "there is a blank line, and after it another table begins", hint: "put each table into a file of its own"})
		rec.broken, r.ended = true, true
	case blank > 0:
		hint := "remove it"
		if r.width == 1 {
			hint = `remove it, or write "" for an empty text and a word listed in null_values for NULL`
		}
		rec.flaws = append(rec.flaws, flaw{line: int(blank), col: 1, message: "there is a blank line between records", hint: hint})
	case again:
		r.flawAt(0, "the header is here again, as if two files were one", "remove it, or load the files as two")
	}
	return rec, nil
}

// afterBlanks skips blank lines. blank is the first of those that came before a record; at the end of a file they mean nothing.
func (r *csvReader) afterBlanks() (rec *record, blank int64, err error) {
	for {
		rec, err = r.read()
		if err != nil || len(rec.raw) > 0 {
			return rec, blank, err
		}
		if blank == 0 {
			blank = rec.first
		}
	}
}

func first(raw []byte) byte {
	if len(raw) == 0 {
		return 0
	}
	return raw[0]
}

func (r *csvReader) isHeader(rec *record) bool {
	if len(r.names) < 2 { // in one column the name may well be a value
		return false
	}
	var scratch, text []byte
	for i, name := range r.names {
		if text, scratch = rec.text(i, scratch); string(text) != name {
			return false
		}
	}
	return true
}

// ragged tells of a record with too many or too few fields, at the first one too many or at the end.
func (r *csvReader) ragged(rec *record) {
	hint := ""
	if r.count > r.width && r.width < len(rec.fields) {
		hint = fmt.Sprintf("quote fields that hold %s", delimiterName(r.delimiter))
	}
	if r.count == r.width+1 && r.count == len(rec.fields) && rec.fields[r.width].start == int32(len(rec.raw)) {
		hint = "remove the delimiter at the end of the line"
	}
	if n := bytes.Count(rec.raw, []byte{'\n'}); n > 0 {
		hint = fmt.Sprintf("a quoted field makes the record go from line %d to %d: see whether its quote is a stray one", rec.first, rec.first+int64(n))
	}
	message := fmt.Sprintf("the record has %s, expected %d", plural(r.count, "field"), r.width)
	off := len(rec.raw)
	if r.count > r.width && r.width < len(rec.fields) {
		off = int(rec.fields[r.width].start)
		if rec.fields[r.width].flags&quoted != 0 {
			off--
		}
	}
	r.flawAt(off, message, hint)
}

// marker returns the merge-conflict marker that a line consists of or starts with, or "".
func marker(raw []byte) string {
	for _, m := range []string{"<<<<<<<", "|||||||", ">>>>>>>", "======="} {
		if rest, ok := bytes.CutPrefix(raw, []byte(m)); ok && (len(rest) == 0 || rest[0] == ' ' && m[0] != '=') {
			return m
		}
	}
	return ""
}

// marked tells whether the record is a merge-conflict marker. A row of equal signs is one only when others were seen, or when it is no
// record of this table.
func (r *csvReader) marked(rec *record) bool {
	m := marker(rec.raw)
	if m == "" || m[0] == '=' && r.width == 1 && !r.conflict {
		return false
	}
	r.conflict = true
	d := conflictDamage(rec, m)
	rec.flaws = append(rec.flaws[:0], flaw{message: d.message, hint: d.hint})
	rec.broken = true
	return true
}

func conflictDamage(rec *record, m string) *damage {
	return &damage{line: int(rec.first), col: 1, message: "there is a merge-conflict marker: " + m, hint: "resolve the conflict and commit the file again"}
}
