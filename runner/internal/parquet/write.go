package parquet

import (
	"fmt"
	"io"

	pq "github.com/parquet-go/parquet-go"

	"streamflow/runner/model"
)

// What a file is cut into. All of it follows from the rows alone, so that the same rows are the same bytes.
const (
	batchRows  = 1 << 10 // rows that are handed to the library at once
	batchBytes = 1 << 20 // or as many bytes of values
	groupRows  = 1 << 16 // rows of a group, which is kept in memory until it is written
	groupBytes = 8 << 20
	pageBytes  = 256 << 10
	dictionary = 256 << 10 // bytes of a column's dictionary in a group; beyond it, values are written as they are
)

// Writer writes rows of text values. It keeps one group of rows in memory.
type Writer struct {
	out     *pq.Writer
	columns []column
	rows    int64 // in all
	batch   int   // rows not yet handed over
	arena   []byte
	group   int // rows of the group
	size    int // bytes of the group's values
}

// column is one column to write.
type column struct {
	name   string
	pii    bool
	encode encoder
	values []pq.Value
	index  int
}

// NewWriter begins a file with some columns. All of them may hold NULL. The types that Parquet lacks become text, as Postgres prints it:
// numeric without a scale and of more than 38 digits, interval, network addresses, arrays. JSON is text.
func NewWriter(w io.Writer, columns []model.Column) *Writer {
	var r root
	out := &Writer{}
	for i, c := range columns {
		node, encode := nodeOf(c.Type)
		r.fields = append(r.fields, field{pq.Optional(node), c.Name})
		out.columns = append(out.columns, column{name: c.Name, pii: c.PII, encode: encode, index: i})
	}
	out.out = pq.NewWriter(w, pq.NewSchema("rows", r), pq.Compression(&pq.Snappy), pq.DataPageVersion(1), pq.PageBufferSize(pageBytes),
		pq.CreatedBy("runner", "1.0", "none"), pq.DictionaryMaxBytes(dictionary))
	return out
}

// Write adds a row, one value for each column; nil is NULL. An error says which value of which row the type of its column cannot hold.
func (w *Writer) Write(row [][]byte) error {
	w.rows++
	for i := range w.columns {
		c := &w.columns[i]
		if row[i] == nil {
			c.values = append(c.values, pq.NullValue().Level(0, 0, c.index))
			continue
		}
		before := len(w.arena)
		v, arena, err := c.encode(row[i], w.arena)
		if err != nil {
			return &ValueError{fmt.Sprintf("row %d: column %q: %s", w.rows, c.name, complaint(row[i], err, c.pii))}
		}
		w.arena = arena
		w.size += len(arena) - before + 8
		c.values = append(c.values, v.Level(0, 1, c.index))
	}
	if w.batch++; w.batch >= batchRows || len(w.arena) >= batchBytes {
		return w.hand()
	}
	return nil
}

// ValueError is a value that the type of its column in the file cannot hold.
type ValueError struct{ message string }

// Error says which, where and why.
func (e *ValueError) Error() string { return e.message }

func complaint(value []byte, err error, hide bool) string {
	if hide {
		return "a value " + err.Error()
	}
	return string(value) + " " + err.Error()
}

// hand gives the batch to the library, and ends the group when it is large.
func (w *Writer) hand() error {
	for i, to := range w.out.ColumnWriters() {
		if len(w.columns[i].values) == 0 {
			continue
		}
		if _, err := to.WriteRowValues(w.columns[i].values); err != nil {
			return err
		}
		clear(w.columns[i].values)
		w.columns[i].values = w.columns[i].values[:0]
	}
	w.group += w.batch
	w.batch, w.arena = 0, w.arena[:0]
	if w.group < groupRows && w.size < groupBytes {
		return nil
	}
	w.group, w.size = 0, 0
	return w.out.Flush()
}

// Close ends the file. It does not close what the file is written to.
func (w *Writer) Close() error {
	if err := w.hand(); err != nil {
		return err
	}
	return w.out.Close()
}
