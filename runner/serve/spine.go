package serve

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"streamflow/runner/dataset"
	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// spineReader reads rows of JSON and writes them as CSV.
type spineReader struct {
	in      *bufio.Reader
	service *model.FeatureService
	columns []model.Column
	typed   int // how many of them have a type
	rows    int
	out     dataset.Writer
}

// spool writes the rows of a body into a file. The first row says which columns there are.
func (r *spineReader) spool(w io.Writer) error {
	d := json.NewDecoder(r.in)
	d.UseNumber()
	list, err := r.opens()
	if err != nil || list {
		if err != nil {
			return err
		}
		if _, err := d.Token(); err != nil {
			return notJSON(d, err)
		}
	}
	for !list || d.More() {
		row := map[string]json.RawMessage{}
		err := d.Decode(&row)
		if errors.Is(err, io.EOF) && !list {
			break
		}
		var wrong *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrong):
			return bad("bad_rows", `such as {"id": "a1", "event_timestamp": "2024-01-31"}`, "row %d is no object", r.rows+1)
		case err != nil:
			return ourJSON(notJSON(d, err))
		}
		if err := r.add(w, row); err != nil {
			return err
		}
	}
	if r.out == nil {
		return nil
	}
	return r.out.Close()
}

// ourJSON is a fault of a body in our own form.
func ourJSON(err error) error {
	var f *fault
	if errors.As(err, &f) {
		return bad("bad_json", "send JSON lines, or one list of objects", "%s", f.message)
	}
	return err
}

// opens tells whether the body is one list.
func (r *spineReader) opens() (bool, error) {
	for {
		b, err := r.in.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case err != nil:
			return false, err
		case b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t':
			_, _ = r.in.Discard(1)
		default:
			return b[0] == '[', nil
		}
	}
}

func (r *spineReader) add(w io.Writer, row map[string]json.RawMessage) error {
	r.rows++
	if r.out == nil {
		if err := r.choose(row); err != nil {
			return err
		}
		r.out = dataset.NewWriter(dataset.CSV, w, r.columns)
	}
	cells := make([][]byte, len(r.columns))
	found := 0
	for i, c := range r.columns {
		raw, there := row[c.Name]
		if !there {
			continue
		}
		found++
		text, err := r.cell(i, raw)
		switch {
		case err != nil:
			return bad("bad_rows", "every row has the columns and types of the first", "row %d: %s", r.rows, err)
		case text != nil:
			cells[i] = []byte(*text)
		case c.Name == model.EventTimestamp:
			return bad("bad_rows", "", "row %d: %s is null", r.rows, c.Name)
		}
	}
	if found < len(row) {
		for name := range row {
			if !slices.ContainsFunc(r.columns, func(c model.Column) bool { return c.Name == name }) {
				return bad("bad_rows", "every row has the columns of the first", "row %d: %s is not in the first row", r.rows, name)
			}
		}
	}
	if _, there := row[model.EventTimestamp]; !there {
		return bad("bad_rows", "", "row %d has no %s", r.rows, model.EventTimestamp)
	}
	return r.out.Write(cells)
}

// cell is a value as PostgreSQL reads it. Those that go through are texts, or JSON as it is.
func (r *spineReader) cell(i int, raw json.RawMessage) (*string, error) {
	text := string(raw)
	if r.columns[i].Name == model.EventTimestamp && text != "null" {
		if t, err := timeType(raw); err != nil || t.Name != r.columns[i].Type.Name { // a moment would be cut to its date
			return nil, fmt.Errorf("%s: %s is not written as that of the first row, a %s", model.EventTimestamp, raw, r.columns[i].Type.Name)
		}
	}
	if i < r.typed || raw[0] == '"' || text == "null" {
		return feature.ReadJSON(r.columns[i], raw)
	}
	return &text, nil
}

// choose finds the columns in the first row: keys, inputs and the time, which have types, and others, which go through.
func (r *spineReader) choose(row map[string]json.RawMessage) error {
	at, there := row[model.EventTimestamp]
	if !there {
		return bad("bad_rows", "every row says which time it is asked for", "the first row has no %s", model.EventTimestamp)
	}
	wanted := append(keysOf(r.service.Features), r.service.Inputs...)
	for _, c := range wanted {
		if _, there := row[c.Name]; !there {
			return bad("bad_rows", "", "the first row has no %s", c.Name)
		}
		c.Nullable = true
		r.columns = append(r.columns, c)
	}
	t, err := timeType(at)
	if err != nil {
		return err
	}
	r.columns = append(r.columns, model.Column{Name: model.EventTimestamp, Type: t})
	r.typed = len(r.columns)
	var rest []string
	for name := range row {
		if !slices.ContainsFunc(r.columns, func(c model.Column) bool { return c.Name == name }) {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	for _, name := range rest {
		r.columns = append(r.columns, model.Column{Name: name, Type: text, Nullable: true})
	}
	return nil
}

// keysOf are the key columns of the entities of some features, each once.
func keysOf(features []model.Served) (out []model.Column) {
	for _, v := range model.Views(features) {
		for _, k := range v.Entity.Key {
			if !slices.ContainsFunc(out, func(c model.Column) bool { return c.Name == k.Name }) {
				out = append(out, k)
			}
		}
	}
	return out
}

// timeType is the type of a time as the first row writes it: a date, a moment with a zone, or one without, which the project's time zone gives it.
func timeType(raw json.RawMessage) (model.Type, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		if _, err := time.Parse(time.DateOnly, text); err == nil {
			return model.ParseType("date")
		}
		for _, layout := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
			if _, err := time.Parse(layout, text); err == nil {
				return model.ParseType("timestamp")
			}
		}
		if _, err := moment(text); err == nil {
			return model.ParseType("timestamptz")
		}
	}
	return model.Type{}, bad("bad_rows", "such as 2024-01-31 or 2024-01-31T06:00:00Z", "the %s of the first row, %.60s, is no time", model.EventTimestamp, raw)
}
