package source

import (
	"fmt"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// converter appends a cell as Postgres reads it, or says why it cannot. It appends plain text, which the column escapes for COPY when
// the type can hold anything to escape.
type converter func(dst, cell []byte) ([]byte, *bad)

// null is how COPY's text format writes NULL.
const null = `\N`

// column is one column that Copy writes.
type column struct {
	name      string
	from      []string // names in the file
	required  bool     // has to be in the file
	mask      bool
	mayBeNull bool
	nullWords []string // texts that mean NULL, without the empty one
	nullEmpty bool
	convert   converter
	plain     converter // of values that are written as Postgres writes them, whatever the manner of the file
	escaped   bool      // what convert appends is already escaped, or never needs to be
	fallback  []byte    // the default, ready for COPY; nil for none
	scratch   []byte

	typ       model.Type
	field     int  // of this file, -1 when absent
	native    bool // the field holds values of a type
	inFile    bool
	defaulted int64
}

// newColumn prepares the i-th column of the table. A problem is one of the specification.
func newColumn(req Request, i int) (*column, *diag.Diagnostic) {
	col, rd := req.Table.Columns[i], req.reading(i)
	c := &column{name: col.Name, from: rd.From, mask: col.PII, typ: col.Type}
	if len(c.from) == 0 {
		c.from = []string{col.Name}
	}
	c.required = !rd.Optional && rd.Default == nil
	// A key is checked later, with both of its lines, and a value may still fill what was empty.
	c.mayBeNull = col.Nullable || req.Table.IsKey(col.Name) || rd.Value != nil
	if rd.NullValues == nil {
		c.nullEmpty = true
	}
	for _, v := range rd.NullValues {
		if v == "" {
			c.nullEmpty = true
		} else {
			c.nullWords = append(c.nullWords, v)
		}
	}
	if rd.Timezone == "" {
		rd.Timezone = req.Timezone
	}
	var err error
	if c.convert, c.escaped, err = newConverter(col.Type, rd); err != nil {
		return c, &diag.Diagnostic{Place: col.Origin, Message: fmt.Sprintf("column %q: %v", col.Name, err)}
	}
	c.plain, _, _ = newConverter(col.Type, model.Reading{Column: rd.Column, Timezone: rd.Timezone}) // as above, with less to go wrong
	if rd.Default != nil {
		return c, c.setDefault(col, rd)
	}
	return c, nil
}

// setDefault converts the default once. It is written as text of the type, not in the manner of the file.
func (c *column) setDefault(col model.Column, rd model.Reading) *diag.Diagnostic {
	convert, escaped, err := newConverter(col.Type, model.Reading{Column: rd.Column, Timezone: rd.Timezone})
	if err != nil {
		return &diag.Diagnostic{Place: col.Origin, Message: fmt.Sprintf("column %q: %v", col.Name, err)}
	}
	out, b := (&column{convert: convert, escaped: escaped}).value(nil, []byte(*rd.Default))
	if b != nil {
		return &diag.Diagnostic{Place: col.Origin, Message: "the default of " + b.message(c.name, *rd.Default, false), Hint: b.hint}
	}
	c.fallback = append([]byte{}, out...)
	return nil
}

// cell appends one cell as COPY text.
func (c *column) cell(dst, text []byte, flags uint8) ([]byte, *bad) {
	switch {
	case flags&absent != 0:
		return c.missing(dst)
	case flags&binary != 0:
		return dst, &bad{reason: "holds bytes that are no UTF-8", hint: "write it as text, or leave the column out"}
	case flags&quoted == 0 && !c.native && c.isNull(text):
		return c.missing(dst)
	}
	return c.value(dst, text)
}

// value appends a text that is not NULL.
func (c *column) value(dst, text []byte) ([]byte, *bad) {
	convert := c.convert
	if c.native {
		convert = c.plain
	}
	if c.escaped {
		return convert(dst, text)
	}
	var b *bad
	if c.scratch, b = convert(c.scratch[:0], text); b != nil {
		return dst, b
	}
	return appendEscaped(dst, c.scratch), nil
}

func (c *column) isNull(text []byte) bool {
	if len(text) == 0 {
		return c.nullEmpty
	}
	for _, w := range c.nullWords {
		if string(text) == w {
			return true
		}
	}
	return false
}

// missing appends what stands for a NULL cell.
func (c *column) missing(dst []byte) ([]byte, *bad) {
	switch {
	case c.fallback != nil:
		c.defaulted++
		return append(dst, c.fallback...), nil
	case c.mayBeNull:
		return append(dst, null...), nil
	}
	return dst, &bad{reason: "is empty but may not be", hint: "fill it, give it a default, or say nullable: true", empty: true}
}

// absent appends what stands for a cell whose column the file does not have.
func (c *column) absent(dst []byte) []byte {
	if c.fallback != nil {
		c.defaulted++
		return append(dst, c.fallback...)
	}
	return append(dst, null...)
}

// newConverter chooses by the type. escaped says that what is appended needs no escaping for COPY.
func newConverter(t model.Type, rd model.Reading) (convert converter, escaped bool, err error) {
	switch t.Family {
	case model.Boolean:
		return booleans(rd), true, nil
	case model.Integer:
		return localized(rd, integers(t)), true, nil
	case model.Numeric:
		return localized(rd, numerics(t)), true, nil
	case model.Float:
		return localized(rd, floats(t)), true, nil
	case model.Date, model.Time, model.Timestamp, model.TimestampTZ:
		convert, err = stamps(t, rd)
		return convert, true, err
	case model.Interval:
		return intervals(), true, nil
	case model.UUID:
		return uuids, true, nil
	case model.Network:
		return networks(t), true, nil
	case model.JSON, model.JSONB:
		return documents(t), false, nil
	case model.Bytes:
		return byteStrings, false, nil
	case model.Array:
		convert, err = arrays(t, rd)
		return convert, false, err
	}
	return texts(t), true, nil
}
