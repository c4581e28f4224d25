package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// FailureHead names the columns of failing rows. Placed: each has a file and a line.
type FailureHead struct {
	Placed bool     `json:"-"`
	Key    []string `json:"key"`
	Values []string `json:"values"`
}

// FailureWriter writes failing rows as they arrive. Begin may come again, for the rows of another relation; End is called once.
type FailureWriter interface {
	Begin(FailureHead) error
	Row(Sample) error
	End(*Report) error
}

// FailuresJSON writes one document with a list of samples.
func FailuresJSON(w io.Writer) FailureWriter { return &failureJSON{w: bufio.NewWriter(w)} }

type failureJSON struct {
	w    *bufio.Writer
	rows int
}

func (f *failureJSON) Begin(FailureHead) error { return nil }

func (f *failureJSON) Row(s Sample) error {
	s.Key, s.Values = list(s.Key), list(s.Values)
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	before := ",\n    "
	if f.rows == 0 {
		before = "{\n  \"rows\": [\n    "
	}
	f.rows++
	_, err = f.w.WriteString(before + string(text))
	return err
}

func (f *failureJSON) End(r *Report) error {
	start, stop := "", "\n  ],\n"
	if f.rows == 0 {
		start, stop = "{\n  \"rows\": [", "],\n"
	}
	errors, err := json.Marshal(list(r.Errors))
	if err != nil {
		return err
	}
	notes, err := json.Marshal(list(r.Notes))
	if err != nil {
		return err
	}
	_, err = f.w.WriteString(start + stop + "  \"errors\": " + string(errors) + ",\n  \"notes\": " + string(notes) + ",\n  \"exit_code\": " + strconv.Itoa(r.ExitCode) + "\n}\n")
	if err != nil {
		return err
	}
	return f.w.Flush()
}

// FailuresCSV writes a header and the rows; NULL is the empty cell. What went wrong and the notes have no place in it: they go to news.
func FailuresCSV(w, news io.Writer) FailureWriter {
	return &failureCSV{w: csv.NewWriter(w), news: &printer{w: news, p: palette(false)}}
}

type failureCSV struct {
	w    *csv.Writer
	news *printer
	head FailureHead
	seen bool
}

func (f *failureCSV) Begin(h FailureHead) error {
	f.head = h
	if f.seen || len(h.Key)+len(h.Values) == 0 {
		return nil
	}
	f.seen = true
	return f.w.Write(h.columns())
}

func (f *failureCSV) Row(s Sample) error {
	for _, list := range [][]Value{s.Key, s.Values} {
		for i := range list {
			if list[i].Null {
				list[i].Value = ""
			}
		}
	}
	return f.w.Write(f.head.cells(s))
}

func (f *failureCSV) End(r *Report) error {
	f.news.problems(r)
	f.news.notes(r.Notes)
	if f.w.Flush(); f.w.Error() != nil {
		return f.w.Error()
	}
	return f.news.err
}

// columns are the names of what cells returns: place, key, and the values that the key does not hold already.
func (h FailureHead) columns() []string {
	var out []string
	if h.Placed {
		out = append(out, "file", "line")
	}
	out = append(out, h.Key...)
	for _, v := range h.Values {
		if !slices.Contains(h.Key, v) {
			out = append(out, v)
		}
	}
	return out
}

func (h FailureHead) cells(s Sample) []string {
	var out []string
	if h.Placed {
		out = append(out, s.File, strconv.FormatInt(s.Line, 10))
	}
	for _, v := range s.Key {
		out = append(out, v.Value)
	}
	for _, v := range s.Values {
		if !slices.Contains(h.Key, v.Column) {
			out = append(out, v.Value)
		}
	}
	return out
}

// FailuresText writes a table. The widths are those of the first rows, so that any number of rows can follow.
func FailuresText(w io.Writer, colour bool) FailureWriter {
	return &failureText{o: &printer{w: w, p: palette(colour)}}
}

// measuredRows is how many rows are held back to find the widths of their columns.
const measuredRows = 200

type failureText struct {
	o      *printer
	head   FailureHead
	held   [][]string
	widths []int
	rows   int64
}

func (f *failureText) Begin(h FailureHead) error {
	if f.rows > 0 && slices.Equal(h.columns(), f.head.columns()) { // more rows of the same kind
		return f.o.err
	}
	f.flush()
	f.head, f.widths = h, nil
	return f.o.err
}

func (f *failureText) Row(s Sample) error {
	f.rows++
	cells := f.head.cells(s)
	if f.head.Placed { // as an editor takes it
		cells = append([]string{cells[0] + ":" + cells[1]}, cells[2:]...)
	}
	for i, c := range cells {
		cells[i] = Visible(c)
	}
	if f.widths != nil {
		f.print(cells)
		return f.o.err
	}
	if f.held = append(f.held, cells); len(f.held) == measuredRows {
		f.flush()
	}
	return f.o.err
}

func (f *failureText) flush() {
	if len(f.held) == 0 {
		return
	}
	names := f.head.columns()
	if f.head.Placed {
		names = append([]string{"place"}, names[2:]...)
	}
	f.widths = make([]int, len(names))
	for _, row := range append([][]string{names}, f.held...) {
		for i, c := range row {
			if i < len(f.widths) {
				f.widths[i] = max(f.widths[i], utf8.RuneCountInString(c))
			}
		}
	}
	f.o.line("%s", f.o.p.dim(f.padded(names)))
	for _, row := range f.held {
		f.print(row)
	}
	f.held = nil
}

func (f *failureText) print(cells []string) { f.o.line("%s", f.padded(cells)) }

func (f *failureText) padded(cells []string) string {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString(c)
		if i < len(f.widths) {
			b.WriteString(strings.Repeat(" ", max(0, f.widths[i]-utf8.RuneCountInString(c))+2))
		}
	}
	return b.String()
}

func (f *failureText) End(r *Report) error {
	f.flush()
	f.o.problems(r)
	f.o.notes(r.Notes)
	if r.ExitCode == ExitDone {
		f.o.line("%s", f.o.p.dim(count(f.rows, "row")))
	}
	return f.o.err
}
