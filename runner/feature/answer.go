package feature

import (
	"fmt"
	"unicode/utf8"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// Answer says what is known of each row of a request. records holds one list for each of Reads, with one record for each row, nil where there
// is none. It fails where they do not go with the request, and for a value that its type cannot hold.
func (s *Set) Answer(records [][]*Record, r Request) (*Answer, error) {
	rows := r.Rows()
	if err := s.fits(records, r, rows); err != nil {
		return nil, err
	}
	out := &Answer{Set: s, Rows: make([]Row, rows)}
	values := make([]Value, rows*len(s.cells))
	found := make([]*Record, rows*len(s.Reads))
	c := calculation{set: s, request: r}
	for i := range out.Rows {
		row := &out.Rows[i]
		row.Values = values[i*len(s.cells) : (i+1)*len(s.cells) : (i+1)*len(s.cells)]
		row.Records = found[i*len(s.Reads) : (i+1)*len(s.Reads) : (i+1)*len(s.Reads)]
		for j := range s.Reads {
			row.Records[j] = records[j][i]
		}
		if err := c.fill(row, i); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fits tells whether lists are as many and as long as they must be.
func (s *Set) fits(records [][]*Record, r Request, rows int) error {
	if len(records) != len(s.Reads) || len(r.Keys) != len(s.Keys) || len(r.Inputs) != len(s.Inputs) {
		return fmt.Errorf("a request of %d keys and %d inputs with records of %d views, for a set of %d, %d and %d", len(r.Keys), len(r.Inputs),
			len(records), len(s.Keys), len(s.Inputs), len(s.Reads))
	}
	for i, list := range records {
		if len(list) != rows {
			return fmt.Errorf("%d records of view %q for %d rows", len(list), s.Reads[i].View.Name, rows)
		}
	}
	for _, lists := range [][][]*string{r.Keys, r.Inputs} {
		for _, list := range lists {
			if len(list) != rows {
				return fmt.Errorf("the columns of a request are of different lengths: %d and %d rows", rows, len(list))
			}
		}
	}
	return nil
}

// calculation fills the rows of one answer.
type calculation struct {
	set     *Set
	request Request
	known   expression.Row // what the derived feature in hand is computed from, to be used again
}

// fill sets the values of a row, in the order of cells: those derived by a service stand last and look at those before.
func (c *calculation) fill(row *Row, i int) error {
	for j := range c.set.cells {
		one := &c.set.cells[j]
		var err error
		switch {
		case one.derived == nil:
			row.Values[j] = c.stored(row.Records[one.read], one.column)
		case one.read >= 0:
			row.Values[j], err = c.derived(row.Records[one.read], one.derived)
		default:
			row.Values[j], err = c.combined(row, i, one.derived)
		}
		if err != nil {
			return fmt.Errorf("feature %q: %w", c.set.Features[j].Name, err)
		}
	}
	return nil
}

// holds tells whether a record has values at the time of the request, or the status that says why not.
func (c *calculation) holds(r *Record) (Status, bool) {
	switch {
	case r == nil:
		return NotFound, false
	case !r.Expires.IsZero() && c.request.Now.After(r.Expires):
		return OutsideMaxAge, false
	}
	return Present, true
}

func (c *calculation) stored(r *Record, column int) Value {
	status, ok := c.holds(r)
	switch {
	case !ok:
		return Value{Status: status}
	case r.Absent != nil && r.Absent[column]:
		return Value{Status: NotFound}
	case r.Values[column] == nil:
		return Value{Status: NullValue}
	}
	return Value{Text: r.Values[column], Status: Present}
}

// derived computes a feature of a view. Where the view has no row, or one that is too old, there is nothing to compute.
func (c *calculation) derived(r *Record, d *computed) (Value, error) {
	status, ok := c.holds(r)
	if !ok {
		return Value{Status: status}, nil
	}
	return c.compute(d, func(u use) ([]byte, Status) {
		v := c.stored(r, u.column)
		return v.Text, v.Status
	})
}

// combined computes a feature of a service.
func (c *calculation) combined(row *Row, i int, d *computed) (Value, error) {
	return c.compute(d, func(u use) ([]byte, Status) {
		switch {
		case u.cell >= 0:
			return row.Values[u.cell].Text, row.Values[u.cell].Status
		case c.request.Inputs[u.input][i] == nil:
			return nil, NullValue
		}
		return []byte(*c.request.Inputs[u.input][i]), Present
	})
}

// compute computes a derived feature of what get finds. Where nothing comes out because something was not found or is too old, that is the
// status; in that order.
func (c *calculation) compute(d *computed, get func(use) ([]byte, Status)) (Value, error) {
	if c.known == nil {
		c.known = expression.Row{}
	}
	clear(c.known)
	empty := NullValue
	for _, u := range d.uses {
		text, status := get(u)
		if status == NotFound || status == OutsideMaxAge && empty == NullValue {
			empty = status
		}
		if text == nil {
			continue
		}
		datum, err := expression.ParseDatum(string(text), u.typ)
		if err != nil {
			return Value{}, fmt.Errorf("%s: %w", u.name, err)
		}
		c.known[u.name] = datum
	}
	datum, err := d.program.Compute(c.known, expression.World{})
	switch {
	case err != nil:
		return Value{}, err
	case datum == nil:
		return Value{Status: empty}, nil
	}
	return Value{Text: printed(datum, d.typ), Status: Present}, nil
}

// printed is a computed value as Postgres prints it: a boolean is one letter, and character(n) is filled with blanks.
func printed(d expression.Datum, t model.Type) []byte {
	switch d {
	case true:
		return []byte("t")
	case false:
		return []byte("f")
	}
	out := []byte(expression.FormatDatum(d, t))
	if t.Padded {
		for n := utf8.RuneCount(out); n < t.Length; n++ {
			out = append(out, ' ')
		}
	}
	return out
}
