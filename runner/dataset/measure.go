package dataset

import (
	"fmt"
	"strings"

	"streamflow/runner/model"
)

// Measure is how large the values of a numeric without a scale are.
type Measure struct {
	Greatest string // the greatest absolute value as Postgres prints it; empty when all are NULL
	Scale    int    // the most digits after the point
}

// Unmeasured tells which columns need a Measure before they can be written exactly: those of numeric without a scale, where the format asks.
func (f Format) Unmeasured(columns []model.Column) []int {
	var out []int
	for i, c := range columns {
		if f.Exact && c.Type.Family == model.Numeric && c.Type.Precision == 0 {
			out = append(out, i)
		}
	}
	return out
}

// The widths of decimals: that of a 64-bit integer, and the greatest that readers of Parquet know. There is nothing between, so that the type
// of a column is the same from one set of rows to the next, as far as can be.
const (
	narrow = 18
	wide   = 38
)

// Fit gives a numeric a precision and a scale that hold all of its values exactly. Values that no decimal holds make the column text; the
// note says why, and is empty otherwise.
func (m Measure) Fit(c model.Column) (fitted model.Column, note string) {
	whole, _, _ := strings.Cut(m.Greatest, ".")
	digits := max(len(strings.TrimLeft(whole, "0")), 0) + m.Scale
	text := model.Type{Name: "text", Family: model.Text}
	switch {
	case whole == "NaN" || whole == "Infinity":
		c.Type = text
		return c, fmt.Sprintf("%s is written as text: it holds %s, which a decimal of Parquet cannot", c.Name, whole)
	case digits > wide:
		c.Type = text
		return c, fmt.Sprintf("%s is written as text: its values have up to %d digits, and a decimal of Parquet holds %d", c.Name, digits, wide)
	}
	precision := narrow
	if digits > narrow {
		precision = wide
	}
	c.Type, _ = model.ParseType(fmt.Sprintf("numeric(%d,%d)", precision, m.Scale)) // it is one
	return c, ""
}
