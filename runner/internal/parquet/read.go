package parquet

import (
	"fmt"
	"io"

	pq "github.com/parquet-go/parquet-go"

	"streamflow/runner/model"
)

// Column is a column of a file. Type is what its values are in Postgres; the zero type, with the reason in Problem, says that they cannot be read.
type Column struct {
	Name    string
	Type    model.Type
	Stored  string // the type as Parquet calls it
	Problem string
}

// Cell is one value as text that Postgres reads. Null is NULL, and not the empty text.
type Cell struct {
	Text []byte
	Null bool
}

// Reader reads the rows of a file in order. It keeps some pages of each column in memory.
type Reader struct {
	file    *pq.File
	columns []Column
	leaves  []int // the column of each leaf, -1 for leaves of what cannot be read
	decode  []decoder

	groups []pq.RowGroup
	rows   pq.Rows
	buffer []pq.Row
	filled []pq.Row
	cells  []Cell
	arena  []byte
}

// readAhead is how many rows are taken from the library at once.
const readAhead = 256

// Open reads what the end of a file says of it. An error says that it is no Parquet file, or a damaged one.
func Open(in io.ReaderAt, size int64) (r *Reader, err error) {
	defer guard(&err)
	file, err := pq.OpenFile(in, size, pq.SkipPageIndex(true), pq.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	r = &Reader{file: file, groups: file.RowGroups(), buffer: make([]pq.Row, readAhead)}
	for _, c := range file.Root().Columns() {
		col, decode := columnOf(c)
		at := len(r.columns)
		if decode == nil {
			at = -1
		}
		for range leavesOf(c) {
			r.leaves = append(r.leaves, at)
		}
		r.columns, r.decode = append(r.columns, col), append(r.decode, decode)
	}
	r.cells = make([]Cell, len(r.columns))
	return r, nil
}

// guard turns a panic of the library, which trusts what it reads, into an error.
func guard(err *error) {
	if broken := recover(); broken != nil {
		*err = fmt.Errorf("%v", broken)
	}
}

func leavesOf(c *pq.Column) int {
	if c.Leaf() {
		return 1
	}
	n := 0
	for _, child := range c.Columns() {
		n += leavesOf(child)
	}
	return n
}

// Columns returns the columns of the file in its order.
func (r *Reader) Columns() []Column { return r.columns }

// Plain reads the bytes of a column as they are, and not as Postgres writes bytes.
func (r *Reader) Plain(i int) { r.decode[i] = bytesOf }

// Rows is the number of rows that the file says it has.
func (r *Reader) Rows() int64 { return r.file.NumRows() }

// Next returns the next row, one cell for each column; those of columns that cannot be read are NULL. The cells are valid until the next call. The
// error is io.EOF at the end.
func (r *Reader) Next() (cells []Cell, err error) {
	defer guard(&err)
	for len(r.filled) == 0 {
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
	row := r.filled[0]
	r.filled = r.filled[1:]
	for i := range r.cells {
		r.cells[i].Null = true
	}
	r.arena = r.arena[:0]
	for _, v := range row {
		leaf := v.Column()
		if leaf < 0 || leaf >= len(r.leaves) {
			return nil, fmt.Errorf("a row has a value for the column %d, and there are %d", leaf, len(r.leaves))
		}
		at := r.leaves[leaf]
		if at < 0 || v.IsNull() {
			continue
		}
		from := len(r.arena)
		r.arena = r.decode[at](r.arena, v)
		r.cells[at] = Cell{Text: r.arena[from:]}
	}
	return r.cells, nil
}

// fill takes rows of the group, or goes to the next one.
func (r *Reader) fill() error {
	if r.rows == nil {
		if len(r.groups) == 0 {
			return io.EOF
		}
		r.rows, r.groups = r.groups[0].Rows(), r.groups[1:]
	}
	n, err := r.rows.ReadRows(r.buffer)
	r.filled = r.buffer[:n]
	if err == io.EOF || err == nil && n == 0 {
		closing := r.rows.Close()
		r.rows = nil
		return closing
	}
	return err
}

// Close gives back what is held of a file that is not read to its end.
func (r *Reader) Close() {
	if r.rows != nil {
		_ = r.rows.Close() // nothing was written
		r.rows = nil
	}
}
