// Package source opens the files of a batch as one stream of rows in the text format of Postgres's COPY.
//
// It reads strictly and in constant memory: every cell is converted to its declared type or named as a fault, with file, line and
// column, and no row that holds a fault is written. A file that a lenient reader would half-read without a word is a fault as well.
package source

import (
	"context"
	"fmt"
	"io"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// LineColumn and FileColumn are the two columns that follow the table's own: the line where the record begins (bigint) and the
// index of its file in Request.Files, from 0 (smallint).
const (
	LineColumn = "#line"
	FileColumn = "#file"
)

// defaultMaxErrors is how many faults are listed when the source does not say.
const defaultMaxErrors = 100

// maxFiles is how many files the smallint FileColumn can tell apart.
const maxFiles = 32768

// File is one file of a batch. Name is what messages call it. Open is called once; what it returns is closed.
type File struct {
	Name string
	Size int64 // bytes; not used to read
	Open func() (io.ReadCloser, error)
}

// Request says what to read and as what.
type Request struct {
	Files    []File      // one batch, in name order; each header is matched alone
	Table    model.Table // columns, their types and which are masked; an empty key cell is left for the check of keys
	Source   model.Source
	Reading  []model.Reading // one for each column of Table, in the same order
	Timezone string          // IANA zone for stamps without one; empty means UTC
	// Progress is told the raw bytes read so far over all files, from the goroutine of Copy, about once per 256 kB and at the end
	// of each file. It may be nil.
	Progress func(read int64)
}

// FileResult is what was read of one file. SHA256 is in hex and of the raw bytes; it is empty when the file was not read to its end.
type FileResult struct {
	Name   string
	Bytes  int64 // raw bytes read
	SHA256 string
	Rows   int64 // written
}

// Result is what was read, and all that is wrong with it.
type Result struct {
	Rows           int64 // written, over all files
	Rejected       int64 // records that hold a fault, and were not written
	Files          []FileResult
	Faults         diag.List        // sorted, at most Source.MaxErrors
	Truncated      bool             // there are more faults than listed, and reading stopped
	Absent         []string         // optional columns without a default that no file has
	Defaulted      map[string]int64 // cells filled by a default, by column
	IgnoredColumns []string         // names of unknown columns, ignored as the source says
}

// Columns returns the names of the columns that Copy writes, in order: those of the table that are read from the file, then LineColumn
// and FileColumn.
func Columns(req Request) []string {
	var out []string
	for i, col := range req.Table.Columns {
		if req.reading(i).ReadsCell() {
			out = append(out, col.Name)
		}
	}
	return append(out, LineColumn, FileColumn)
}

// reading returns the reading of the i-th column; a column without one is read in the default way.
func (req Request) reading(i int) model.Reading {
	if i < len(req.Reading) {
		return req.Reading[i]
	}
	return model.Reading{Column: req.Table.Columns[i].Name}
}

// Copy reads all files and writes the rows without faults to w, in the columns that Columns names. What is wrong with the files is
// in the result; an error is a failure to read, to write or the end of ctx. The result is nil when there is an error.
func Copy(ctx context.Context, req Request, w io.Writer) (*Result, error) {
	c := newCopier(ctx, req, w)
	if len(c.faults.list) > 0 { // the specification itself does not hold: reading by it would be noise
		return c.result(), nil
	}
	if len(req.Files) == 0 || len(req.Files) > maxFiles {
		c.faults.add(diag.Diagnostic{Place: req.Source.Origin,
			Message: fmt.Sprintf("a batch is 1 to %d files, this one has %d", maxFiles, len(req.Files))})
		return c.result(), nil
	}
	for i, f := range req.Files {
		if c.faults.more {
			break
		}
		if err := c.file(i, f); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if err := c.flush(); err != nil {
		return nil, err
	}
	return c.result(), nil
}
