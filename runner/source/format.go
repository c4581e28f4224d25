package source

import (
	"bytes"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"streamflow/runner/model"
)

// Format is a kind of file that can be read: from its beginning to its end (open), or from wherever its parts lie (seek). Extensions are
// lower case, with their point.
type Format struct {
	Name       string
	Extensions []string
	open       func(in *window, name string, s model.Source) (reader, *damage)
	seek       func(in io.ReaderAt, size int64, s model.Source) (reader, *damage)
}

// Formats are the kinds of file that can be read. To add one is to add a file and a line here.
var Formats = []Format{
	csvFormat,
	parquetFormat,
}

// reader yields the records of one file. The record that it returns is valid until the next call. Errors are io.EOF at the end,
// *damage for what is wrong with the file as a whole, or a failure to read.
type reader interface {
	// header returns the record that names the fields. It is called first, and not at all for a source without a header.
	header() (*record, error)
	next() (*record, error)
	// line is where the reader stands, for faults of the file as a whole.
	line() int64
}

// typedReader is a reader of files whose columns have types.
type typedReader interface {
	// misfit says why the i-th field cannot be read as a type; "" when it can.
	misfit(i int, want model.Type) (why, hint string)
	// native tells whether the i-th field holds values of a type, so that the manner in which texts are read does not concern it.
	native(i int) bool
}

// headerFinder is a reader that can look around when the header does not fit. complete tells whether some names hold every column
// that is needed.
type headerFinder interface {
	findHeader(complete func(names []string) bool) *damage
}

// packings are endings that say nothing about the format: what is packed is seen in the content.
var packings = []string{".gz", ".zst"}

// formatOf finds the format by the name that the source gives it, or else by the file's name.
func formatOf(file string, s model.Source) (Format, *damage) {
	ext := extension(file)
	for _, f := range Formats {
		if s.Format == f.Name {
			return f, nil
		}
		for _, e := range f.Extensions {
			if s.Format == "" && e == ext {
				return f, nil
			}
		}
	}
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	known := strings.Join(names, ", ")
	if s.Format != "" {
		return Format{}, &damage{message: "unknown format " + quote(s.Format), hint: "known formats: " + known}
	}
	return Format{}, &damage{message: "the ending " + quote(ext) + " does not tell the format", hint: "say format: (known: " + known + ")"}
}

// extension returns the ending of a name in lower case, without that of a packing.
func extension(name string) string {
	name = strings.ToLower(name)
	for _, p := range packings {
		name = strings.TrimSuffix(name, p)
	}
	return path.Ext(name)
}

// field is one cell of a record, as offsets into its raw text; quotes are outside.
type field struct {
	start, end int32
	flags      uint8
}

const (
	quoted  = 1 << iota // a quoted text is never NULL
	doubled             // holds doubled quotes
	absent              // NULL, whatever the text
	binary              // bytes that are no text
)

// record is one row of a file before conversion.
type record struct {
	first  int64  // line where it begins, from 1
	raw    []byte // its text without the line end
	fields []field
	flaws  []flaw
	broken bool // its cells mean nothing
	rows   bool // first counts rows of a file without lines
}

// flaw is a fault of a record's form. off is where it is, in the record's raw text; a line of its own wins over that.
type flaw struct {
	off       int
	line, col int
	message   string
	hint      string
}

// place returns the line and the character column of an offset into the raw text.
func (r *record) place(off int) (line, col int) {
	if r.rows {
		return int(r.first), 0
	}
	before := r.raw[:min(max(off, 0), len(r.raw))]
	line = int(r.first) + bytes.Count(before, []byte{'\n'})
	return line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// at returns the place where the i-th cell starts, its quote included.
func (r *record) at(i int) (line, col int) {
	f := r.fields[i]
	if f.flags&quoted != 0 {
		return r.place(int(f.start) - 1)
	}
	return r.place(int(f.start))
}

// text returns the i-th cell without quotes. Doubled quotes are undone in scratch, which is returned for the next call.
func (r *record) text(i int, scratch []byte) (text, kept []byte) {
	f := r.fields[i]
	text = r.raw[f.start:f.end]
	if f.flags&doubled == 0 {
		return text, scratch
	}
	scratch = scratch[:0]
	for {
		q := bytes.IndexByte(text, '"')
		if q < 0 {
			scratch = append(scratch, text...)
			return scratch, scratch
		}
		scratch = append(scratch, text[:q+1]...)
		text = text[q+2:]
	}
}
