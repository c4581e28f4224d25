// Package dataset writes rows of an answer as files that other programs read: CSV, Parquet and lines of JSON, the same bytes for the same
// rows.
package dataset

import (
	"io"
	"path"
	"strings"

	"streamflow/runner/model"
)

// Format is a kind of file that rows are written as.
type Format struct {
	Name      string
	Extension string // with its point
	Exact     bool   // its decimals need a scale, so a numeric without one has to be measured first (Measure)
	open      func(w io.Writer, columns []model.Column) Writer
}

// The formats. CSV has a header, commas and line feeds; NULL is an empty field and an empty text is a quoted one. Numbers are as Postgres
// prints them. JSONLines is one object for each row, with its keys in the order of the columns.
var (
	CSV       = Format{Name: "csv", Extension: ".csv", open: newCSV}
	Parquet   = Format{Name: "parquet", Extension: ".parquet", Exact: true, open: newParquet}
	JSONLines = Format{Name: "jsonl", Extension: ".jsonl", open: newLines}
)

// Formats lists them.
var Formats = []Format{CSV, Parquet, JSONLines}

// FormatOf finds the format by the ending of a file's name.
func FormatOf(file string) (Format, bool) {
	ext := strings.ToLower(path.Ext(file))
	for _, f := range Formats {
		if f.Extension == ext {
			return f, true
		}
	}
	return Format{}, false
}

// Writer writes rows. It keeps a bounded number of them in memory.
type Writer interface {
	// Write adds a row: a value for each column as Postgres prints it, nil for NULL. The values are not kept.
	Write(row [][]byte) error
	// Close writes what is left, and the end of the file. It does not close what the file is written to.
	Close() error
}

// NewWriter begins a file. Nothing in it depends on when or where it is written.
func NewWriter(f Format, w io.Writer, columns []model.Column) Writer { return f.open(w, columns) }
