package dataset

import (
	"io"
	"slices"

	"streamflow/runner/feature"
	"streamflow/runner/internal/parquet"
	"streamflow/runner/model"
)

// ValueError is a value that a format cannot hold. Its message says which, where and why.
type ValueError = parquet.ValueError

// parquetWriter writes arrays as text that holds JSON: rows of one column may differ in their dimensions, which lists of Parquet cannot.
type parquetWriter struct {
	*parquet.Writer
	arrays []int
	types  []model.Type
	row    [][]byte
}

func newParquet(out io.Writer, columns []model.Column) Writer {
	w := &parquetWriter{}
	columns = slices.Clone(columns)
	for i, c := range columns {
		w.types = append(w.types, c.Type)
		if c.Type.Family == model.Array {
			w.arrays = append(w.arrays, i)
			columns[i].Type = model.Type{Name: "text", Family: model.Text}
		}
	}
	w.Writer = parquet.NewWriter(out, columns)
	return w
}

// Write adds a row.
func (w *parquetWriter) Write(row [][]byte) error {
	if len(w.arrays) == 0 {
		return w.Writer.Write(row)
	}
	w.row = append(w.row[:0], row...)
	for _, i := range w.arrays {
		if row[i] != nil {
			w.row[i] = feature.AppendJSON(nil, w.types[i], row[i])
		}
	}
	return w.Writer.Write(w.row)
}
