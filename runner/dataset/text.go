package dataset

import (
	"bytes"
	"io"

	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// bufferSize is how many bytes of text are gathered before they are written.
const bufferSize = 64 << 10

// textWriter gathers lines.
type textWriter struct {
	out     io.Writer
	columns []model.Column
	buffer  []byte
	scratch []byte
}

func (w *textWriter) flush(at int) error {
	if len(w.buffer) < at {
		return nil
	}
	_, err := w.out.Write(w.buffer)
	w.buffer = w.buffer[:0]
	return err
}

// Close writes what is left.
func (w *textWriter) Close() error { return w.flush(1) }

// csvWriter writes comma-separated values (RFC 4180, with line feeds).
type csvWriter struct{ textWriter }

func newCSV(out io.Writer, columns []model.Column) Writer {
	w := &csvWriter{textWriter{out: out, columns: columns}}
	for i, c := range columns {
		w.field(i, []byte(c.Name))
	}
	w.buffer = append(w.buffer, '\n')
	return w
}

// Write adds a line.
func (w *csvWriter) Write(row [][]byte) error {
	for i, c := range w.columns {
		switch {
		case row[i] == nil:
			w.separate(i)
		case c.Type.Family == model.Integer || c.Type.Family == model.Numeric || c.Type.Family == model.Float: // need no quotes
			w.separate(i)
			w.buffer = append(w.buffer, row[i]...)
		default:
			w.scratch = appendPlain(w.scratch[:0], c.Type, row[i])
			w.field(i, w.scratch)
		}
	}
	w.buffer = append(w.buffer, '\n')
	return w.flush(bufferSize)
}

func (w *csvWriter) separate(i int) {
	if i > 0 {
		w.buffer = append(w.buffer, ',')
	}
}

// field writes a text that is not NULL.
func (w *csvWriter) field(i int, text []byte) {
	w.separate(i)
	if len(text) > 0 && !bytes.ContainsAny(text, ",\"\r\n") {
		w.buffer = append(w.buffer, text...)
		return
	}
	w.buffer = append(w.buffer, '"')
	for {
		q := bytes.IndexByte(text, '"')
		if q < 0 {
			break
		}
		w.buffer = append(append(w.buffer, text[:q+1]...), '"')
		text = text[q+1:]
	}
	w.buffer = append(append(w.buffer, text...), '"')
}

// lineWriter writes one JSON object for each row.
type lineWriter struct {
	textWriter
	names [][]byte // of the columns, each as it stands before its value
}

func newLines(out io.Writer, columns []model.Column) Writer {
	w := &lineWriter{textWriter: textWriter{out: out, columns: columns}}
	text := model.Type{Family: model.Text}
	for i, c := range columns {
		before := []byte{','}
		if i == 0 {
			before = []byte{'{'}
		}
		w.names = append(w.names, append(feature.AppendJSON(before, text, []byte(c.Name)), ':'))
	}
	return w
}

// Write adds a line.
func (w *lineWriter) Write(row [][]byte) error {
	for i, c := range w.columns {
		w.buffer = append(w.buffer, w.names[i]...)
		w.buffer = feature.AppendJSON(w.buffer, c.Type, row[i])
	}
	w.buffer = append(w.buffer, '}', '\n')
	return w.flush(bufferSize)
}

// appendPlain appends a value in the form that other programs read: true and false, and moments in ISO 8601, with a Z where they have a
// zone. All others are as Postgres prints them.
func appendPlain(dst []byte, t model.Type, text []byte) []byte {
	switch t.Family {
	case model.Boolean:
		if string(text) == "t" {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case model.Timestamp, model.TimestampTZ:
		return feature.AppendMoment(dst, t, text)
	}
	return append(dst, text...)
}
