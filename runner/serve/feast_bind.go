package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// given is a column of a body that a set asks for: it is sent back.
type given struct {
	model.Column
	texts []*string
	sent  []json.RawMessage
}

// bind finds the keys and inputs of a set among the columns of a body, by name; the name of an entity stands for its only key. Columns that
// nothing needs are passed over, as Feast does: its clients send the same rows with several requests.
func (s *Server) bind(set *feature.Set, body []column) (r feature.Request, used []given, err error) {
	r = feature.Request{Keys: make([][]*string, len(set.Keys)), Inputs: make([][]*string, len(set.Inputs)), Now: s.Now()}
	for _, col := range body {
		if len(col.values) != len(body[0].values) {
			return r, nil, bad("unequal_columns", fmt.Sprintf("%s has %d, and %s has %d", body[0].name, len(body[0].values), col.name, len(col.values)),
				"All entity rows must have the same columns.")
		}
	}
	if len(body) > 0 && len(body[0].values) > s.Limits.Rows {
		return r, nil, tooMany(len(body[0].values), s.Limits.Rows)
	}
	for _, col := range body {
		declared, into := s.placeOf(set, &r, col.name)
		if into == nil || *into != nil {
			continue
		}
		if *into, err = read(declared, col.values); err != nil {
			return r, nil, err
		}
		used = append(used, given{declared, *into, col.values})
	}
	return r, used, missing(set, r)
}

// placeOf returns the key or input of a set that a column of a body is called after, and where its values go; nil where there is none.
func (s *Server) placeOf(set *feature.Set, r *feature.Request, name string) (model.Column, *[]*string) {
	called := func(c model.Column) bool { return c.Name == name }
	if i := slices.IndexFunc(set.Keys, called); i >= 0 {
		return set.Keys[i], &r.Keys[i]
	}
	if i := slices.IndexFunc(set.Inputs, called); i >= 0 {
		return set.Inputs[i], &r.Inputs[i]
	}
	for _, one := range set.Reads {
		if e := one.View.Entity; e.Name == name && len(e.Key) == 1 {
			return set.Keys[one.Keys[0]], &r.Keys[one.Keys[0]]
		}
	}
	return model.Column{}, nil
}

// read reads the values of a column as its type has them.
func read(c model.Column, values []json.RawMessage) ([]*string, error) {
	out := make([]*string, len(values))
	for i, raw := range values {
		text, err := feature.ReadJSON(c, raw)
		if err != nil {
			return nil, bad("bad_value", "", "row %d: %s", i+1, err)
		}
		out[i] = text
	}
	return out, nil
}

// missing is the fault of a body without a key or an input that the set needs, in the words of Feast.
func missing(set *feature.Set, r feature.Request) error {
	if names := unfilled(set.Keys, r.Keys); len(names) > 0 {
		return bad("missing_key", "give each of them a list in entities", "Missing join key values for keys: ['%s']", strings.Join(names, "', '"))
	}
	if names := unfilled(set.Inputs, r.Inputs); len(names) > 0 {
		return &fault{status: http.StatusNotFound, code: "missing_input", class: "RequestDataNotFoundInEntityRowsException",
			message: fmt.Sprintf("Required request data source features ['%s'] not found in entity rows", strings.Join(names, "', '")),
			hint:    "give each of them a list in entities"}
	}
	return nil
}

func unfilled(columns []model.Column, lists [][]*string) (names []string) {
	for i, c := range columns {
		if lists[i] == nil {
			names = append(names, c.Name)
		}
	}
	return names
}

func tooMany(rows, limit int) *fault {
	return &fault{status: http.StatusRequestEntityTooLarge, code: "too_many_rows", message: fmt.Sprintf("%d rows are more than the %d of one request", rows, limit),
		hint: "send fewer rows at once, or start the server with a larger --max-rows"}
}

// appendTime writes an instant as Feast does: RFC 3339 with Z, and 0, 3 or 6 digits of a second (feast/feature_server_utils.py).
func appendTime(dst []byte, t time.Time) []byte {
	layout := "2006-01-02T15:04:05Z"
	switch ns := t.Nanosecond(); {
	case ns == 0:
	case ns%1e6 == 0:
		layout = "2006-01-02T15:04:05.000Z"
	default:
		layout = "2006-01-02T15:04:05.000000Z"
	}
	return t.UTC().AppendFormat(dst, layout)
}
