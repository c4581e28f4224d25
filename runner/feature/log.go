package feature

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"streamflow/runner/model"
)

// masked is model.Masked as JSON.
var masked = []byte(`"` + model.Masked + `"`)

// AppendLog writes what was said of one row of a request as a line of JSON, to be compared with history later (ReadLog): when it was, what was
// asked for, and the values with the status of each and the moment that each view's row speaks for. Personal data is masked. What was asked for
// is a service, or else the references of a list.
func (a *Answer) AppendLog(dst []byte, r Request, row int) []byte {
	set := a.Set
	dst = append(append(dst, `{"time":"`...), r.Now.UTC().Format(time.RFC3339Nano)...)
	if set.Name != "" {
		dst = appendText(append(dst, `","service":`...), []byte(set.Name))
	} else {
		dst = append(dst, `","refs":[`...)
		for i, f := range set.Features {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendText(dst, []byte(f.View.Name+":"+f.Feature))
		}
		dst = append(dst, ']')
		if slices.EqualFunc(set.Features, set.Full, func(f model.Served, full string) bool { return f.Name == full }) {
			dst = append(dst, `,"full":true`...)
		}
	}
	dst = appendGiven(dst, "keys", set.Keys, r.Keys, row)
	dst = appendGiven(dst, "inputs", set.Inputs, r.Inputs, row)
	values, records := a.Rows[row].Values, a.Rows[row].Records
	dst = append(dst, `,"features":`...)
	dst = appendObject(dst, len(values), func(dst []byte, i int) []byte {
		f := set.Features[i]
		return appendMasked(appendLabel(dst, f.Name), f.Type, f.PII, values[i].Text)
	})
	dst = append(dst, `,"as_of":`...)
	dst = appendObject(dst, len(records), func(dst []byte, i int) []byte {
		dst = appendLabel(dst, set.Reads[i].View.Name)
		if records[i] == nil {
			return append(dst, "null"...)
		}
		return appendText(dst, []byte(records[i].When()))
	})
	dst = append(dst, `,"status":`...)
	dst = appendObject(dst, len(values), func(dst []byte, i int) []byte {
		return appendText(appendLabel(dst, set.Features[i].Name), []byte(values[i].Status))
	})
	return append(dst, "}\n"...)
}

// appendGiven writes values that came with a request, where there can be any.
func appendGiven(dst []byte, name string, columns []model.Column, values [][]*string, row int) []byte {
	if len(columns) == 0 {
		return dst
	}
	dst = append(append(append(dst, `,"`...), name...), `":`...)
	return appendObject(dst, len(columns), func(dst []byte, i int) []byte {
		var text []byte
		if given := values[i][row]; given != nil {
			text = []byte(*given)
		}
		return appendMasked(appendLabel(dst, columns[i].Name), columns[i].Type, columns[i].PII, text)
	})
}

// appendObject writes an object of n members.
func appendObject(dst []byte, n int, member func(dst []byte, i int) []byte) []byte {
	dst = append(dst, '{')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = member(dst, i)
	}
	return append(dst, '}')
}

func appendLabel(dst []byte, name string) []byte { return append(appendText(dst, []byte(name)), ':') }

func appendMasked(dst []byte, t model.Type, pii bool, text []byte) []byte {
	if pii && text != nil {
		return append(dst, masked...)
	}
	return AppendJSON(dst, t, text)
}

// Logged is a line that AppendLog wrote.
type Logged struct {
	Time     time.Time                  `json:"time"`
	Service  string                     `json:"service"` // or else
	Refs     []string                   `json:"refs"`
	Full     bool                       `json:"full"` // the features of a list were served as VIEW__FEATURE
	Keys     map[string]json.RawMessage `json:"keys"`
	Inputs   map[string]json.RawMessage `json:"inputs"`
	Features map[string]json.RawMessage `json:"features"`
	AsOf     map[string]*string         `json:"as_of"` // of each view, nil where it had no row
	Status   map[string]Status          `json:"status"`
}

// ReadLog reads a line. The error says what it lacks.
func ReadLog(line []byte) (*Logged, error) {
	var out Logged
	if err := json.Unmarshal(line, &out); err != nil {
		return nil, fmt.Errorf("is not JSON of a logged answer: %w", err)
	}
	switch {
	case out.Time.IsZero():
		return nil, errors.New("has no time")
	case out.Service == "" && len(out.Refs) == 0:
		return nil, errors.New("names neither a service nor features")
	case out.Keys == nil || out.Features == nil:
		return nil, errors.New("has no keys or no features")
	}
	for view, at := range out.AsOf {
		if at != nil && !tellsTime(*at) {
			return nil, fmt.Errorf("says of view %q that it speaks for %q, which is no time", view, *at)
		}
	}
	return &out, nil
}

// tellsTime tells whether a text is what Record.When says.
func tellsTime(text string) bool {
	if _, err := model.ParseDate(text); err == nil {
		return true
	}
	_, err := time.Parse(time.RFC3339Nano, text)
	return err == nil
}

// Asked compiles what was asked for, as the project has it now. The error is of type Faults.
func (l *Logged) Asked(project *model.Project) (*Set, error) {
	if l.Service == "" {
		return List(project, l.Refs, l.Full)
	}
	service := project.FeatureService(l.Service)
	if service == nil {
		return nil, Faults{{Message: fmt.Sprintf("there is no feature service %q any more", l.Service)}}
	}
	return Of(service)
}

// IsMasked tells whether a logged value was masked.
func IsMasked(raw json.RawMessage) bool { return bytes.Equal(bytes.TrimSpace(raw), masked) }
