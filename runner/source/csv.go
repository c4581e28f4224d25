package source

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"streamflow/runner/model"
)

// csvFormat is comma-separated text as RFC 4180 describes it, with any single-byte delimiter, and read strictly.
var csvFormat = Format{Name: "csv", Extensions: []string{".csv", ".tsv", ".txt"}, open: openCSV}

// maxFields is how many fields of one record are kept; more are only counted. Postgres has at most 1600 columns.
const maxFields = 1 << 14

// The classes of bytes outside quotes.
const (
	plain = iota
	delimiter
	lineFeed
	carriageReturn
	quoteMark
)

// csvReader splits a window into records without copying them.
type csvReader struct {
	in        *window
	class     [256]uint8
	delimiter byte
	encoding  string
	rec       record
	count     int   // fields of the record, those beyond maxFields included
	width     int   // fields that a record must have; 0 before the first
	at        int64 // line where the next record begins
	names     []string
	headed    bool
	conflict  bool // a merge-conflict marker was seen
	ended     bool // the rest of the file is not read
	foreign   bool // some record was not of the encoding
}

func openCSV(in *window, name string, s model.Source) (reader, *damage) {
	d := delimiterOf(name, s)
	if d >= utf8.RuneSelf || d == '"' || d == '\n' || d == '\r' || d < 1 {
		return nil, &damage{message: fmt.Sprintf("the delimiter %q cannot be used", d),
			hint: "a delimiter is one ASCII character, and neither a quote nor a line end"}
	}
	encoding, _, _ := legacyOf(s.Encoding)
	r := &csvReader{in: in, delimiter: byte(d), at: 1, encoding: encoding}
	r.class[d], r.class['\n'], r.class['\r'], r.class['"'] = delimiter, lineFeed, carriageReturn, quoteMark
	return r, nil
}

// wrongEncoding tells whether some record was not of the encoding that was said.
func (r *csvReader) wrongEncoding() bool { return r.foreign }

// line is where the next record begins.
func (r *csvReader) line() int64 { return r.at }

// read returns the next record as it stands, blank ones too, or io.EOF.
func (r *csvReader) read() (*record, error) {
	if r.ended {
		return nil, io.EOF
	}
	for {
		data := r.in.data()
		if len(data) > 0 {
			if n := r.split(data, r.in.last); n > 0 {
				return r.take(n)
			}
		} else if r.in.last {
			return nil, io.EOF
		}
		if len(data) >= maxRecord {
			return r.tooLong(data)
		}
		if err := r.in.grow(min(2*len(data)+1, maxRecord)); err != nil {
			return nil, err
		}
	}
}

// take hands out the record that split has found in the next n bytes.
func (r *csvReader) take(n int) (*record, error) {
	whole := r.in.data()[:n]
	r.rec.first = r.at
	r.at += int64(bytes.Count(whole, []byte{'\n'}))
	if !utf8.Valid(r.rec.raw) {
		r.foreign = true
		r.markInvalid()
	}
	r.in.consume(n)
	return &r.rec, nil
}

// tooLong deals with a record that does not end within maxRecord: an open quote, most likely.
func (r *csvReader) tooLong(data []byte) (*record, error) {
	n := r.split(data, true)
	if !r.rec.broken || bytes.IndexByte(data, '\n') < 0 { // one huge line is no matter of quotes
		return nil, &damage{line: int(r.at), col: 1, message: fmt.Sprintf("the record is longer than %d MB", maxRecord>>20),
			hint: "check delimiter and line ends"}
	}
	return r.take(n)
}

// split finds the fields of the record at the start of data. It returns the length of the record with its line end, or 0 when data
// ends too early to tell; last says that nothing follows.
func (r *csvReader) split(data []byte, last bool) int {
	r.rec.fields, r.rec.flaws, r.rec.broken, r.count = r.rec.fields[:0], r.rec.flaws[:0], false, 0
	i := 0
	for {
		f := field{start: int32(i)}
		if i < len(data) && data[i] == '"' {
			n := 0
			if f, n = r.quotedField(data, i); n == 0 {
				if !last {
					return 0
				}
				return r.cut(data, i, "the quote opened here is never closed")
			}
			if i = n; i < len(data) && r.class[data[i]] == plain && r.textAfterQuote(data, f, i) {
				return r.cut(data, int(f.start)-1, fmt.Sprintf("the quote opened here is closed only in line %d, with text after it",
					r.at+int64(bytes.Count(data[:i], []byte{'\n'}))))
			}
		}
		i = r.plainField(data, i, f.flags&quoted != 0, last)
		if i < 0 {
			return 0
		}
		if f.flags&quoted == 0 {
			f.end = int32(i)
		}
		if r.count++; len(r.rec.fields) < maxFields {
			r.rec.fields = append(r.rec.fields, f)
		}
		switch {
		case i == len(data):
			r.rec.raw = data
			return i
		case data[i] == '\n':
			r.rec.raw = data[:i]
			return i + 1
		case data[i] == '\r':
			r.rec.raw = data[:i]
			return i + 2
		}
		i++
	}
}

// plainField returns where the field that goes on at i ends: at a delimiter, a line end, or the end of data. It is -1 when data ends too
// early.
func (r *csvReader) plainField(data []byte, i int, afterQuote, last bool) int {
	start := i
	for {
		for i < len(data) && r.class[data[i]] == plain {
			i++
		}
		if i == len(data) {
			if last {
				return i
			}
			return -1
		}
		switch r.class[data[i]] {
		case delimiter, lineFeed:
			return i
		case carriageReturn:
			if i+1 < len(data) && data[i+1] == '\n' {
				return i
			}
			if i+1 == len(data) && !last {
				return -1
			}
			r.flawAt(i, "there is a carriage return without a line feed", "end lines with LF or CRLF, and quote fields that hold a line end")
		case quoteMark:
			if !afterQuote {
				hint := `quote the whole field, and write a quote inside it twice: ""`
				if len(bytes.TrimSpace(data[start:i])) == 0 {
					hint = "remove the blank before the quote"
				}
				r.flawAt(i, "there is a quote inside an unquoted field", hint)
				afterQuote = true // one is enough
			}
		}
		i++
	}
}

// quotedField reads from the quote at i. It returns the field without its quotes and the index after the closing one, or 0.
func (r *csvReader) quotedField(data []byte, i int) (field, int) {
	f := field{start: int32(i + 1), flags: quoted}
	for j := i + 1; ; j += 2 {
		q := bytes.IndexByte(data[j:], '"')
		if q < 0 {
			return f, 0
		}
		j += q
		if j+1 == len(data) && !r.in.last && len(data) < maxRecord {
			return f, 0 // the next byte may be a second quote
		}
		if j+1 == len(data) || data[j+1] != '"' {
			f.end = int32(j)
			return f, j + 1
		}
		f.flags |= doubled
		if j+2 >= len(data) {
			return f, 0
		}
	}
}

// textAfterQuote tells of text after the closing quote that ends at i. When the field goes over lines it is more likely that its opening
// quote is the stray one, and the answer is true.
func (r *csvReader) textAfterQuote(data []byte, f field, i int) bool {
	if bytes.IndexByte(data[f.start:f.end], '\n') >= 0 {
		return true
	}
	r.flawAt(i, "there is text after a closing quote", `write a quote inside a quoted field twice: ""`)
	return false
}

func (r *csvReader) flawAt(off int, message, hint string) {
	r.rec.flaws = append(r.rec.flaws, flaw{off: off, message: message, hint: hint})
	r.rec.broken = true
}

// cut ends a record whose quote cannot be right at the end of the line with that quote, so that the lines after it are still looked at.
func (r *csvReader) cut(data []byte, off int, message string) int {
	r.flawAt(off, message, `close it, or if it belongs to the text, quote the field and write it twice: ""`)
	end, n := len(data), len(data)
	if lf := bytes.IndexByte(data[off:], '\n'); lf >= 0 {
		end, n = off+lf, off+lf+1
	}
	r.rec.raw = data[:end]
	return n
}
