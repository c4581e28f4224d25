package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// suite is a suite of Great Expectations as its JSON holds it, of version 0.x (expectation_type, expectation_suite_name) or 1.x (type, name).
type suite struct {
	Name         string           `json:"name"`
	OldName      string           `json:"expectation_suite_name"`
	Expectations *[]expectation   `json:"expectations"`
	Meta         map[string]any   `json:"meta"`
	Notes        any              `json:"notes"`
	Parameters   map[string]any   `json:"suite_parameters"`
	Evaluation   map[string]any   `json:"evaluation_parameters"`
	Validations  *json.RawMessage `json:"validations"`            // of a checkpoint of 0.x
	Definitions  *json.RawMessage `json:"validation_definitions"` // of a checkpoint of 1.x
	Results      *json.RawMessage `json:"results"`                // of a validation result
}

type expectation struct {
	Type        string         `json:"type"`
	OldType     string         `json:"expectation_type"`
	Kwargs      map[string]any `json:"kwargs"`
	Meta        map[string]any `json:"meta"`
	Notes       any            `json:"notes"`
	Description any            `json:"description"`
	Severity    any            `json:"severity"`
}

// readSuite reads the JSON of a suite. The error says what the text is instead, as far as it can be told.
func readSuite(data []byte) (*suite, error) {
	var s suite
	d := json.NewDecoder(bytes.NewReader(python(data)))
	d.UseNumber()
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("this is not the JSON of a suite: %s", jsonFault(data, err))
	}
	switch {
	case s.Expectations != nil:
	case s.Validations != nil, s.Definitions != nil:
		return nil, fmt.Errorf("this is a checkpoint: import the suites that it names, one by one")
	case s.Results != nil:
		return nil, fmt.Errorf("this is the result of a validation: import the suite itself")
	default:
		return nil, fmt.Errorf(`this is not the JSON of a suite: it has no "expectations"`)
	}
	if s.Name == "" {
		s.Name = s.OldName
	}
	return &s, nil
}

// jsonFault says what is wrong with JSON in words of the file, not of the types that it is read into.
func jsonFault(data []byte, err error) string {
	line := func(offset int64) string {
		return fmt.Sprintf("line %d: ", 1+bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n")))
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return "it is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	case errors.As(err, &syntax):
		return line(syntax.Offset) + syntax.Error()
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Sprintf("%sit is an object, and this is of the type %s", line(kind.Offset), kind.Value)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s%q cannot be of the type %s", line(kind.Offset), kind.Field, kind.Value)
	}
	return err.Error()
}

// python puts quotes around NaN and Infinity, which Python writes into JSON and nobody else reads.
func python(data []byte) []byte {
	var out bytes.Buffer
	inside := false
	for i := 0; i < len(data); i++ {
		c := data[i]
		if inside {
			out.WriteByte(c)
			if c == '\\' && i+1 < len(data) {
				i++
				out.WriteByte(data[i])
			}
			inside = c != '"'
			continue
		}
		word := ""
		for _, w := range []string{"NaN", "Infinity", "-Infinity"} {
			if bytes.HasPrefix(data[i:], []byte(w)) {
				word = w
			}
		}
		if word != "" {
			out.WriteString(`"` + word + `"`)
			i += len(word) - 1
			continue
		}
		inside = c == '"'
		out.WriteByte(c)
	}
	return out.Bytes()
}

func (s *suite) version() string {
	v, _ := s.Meta["great_expectations_version"].(string)
	return v
}

func (e expectation) name() string {
	if e.Type != "" {
		return e.Type
	}
	return e.OldType
}

// parameter is the value of a suite parameter, if the suite holds it.
func (s *suite) parameter(name string) (any, bool) {
	for _, values := range []map[string]any{s.Parameters, s.Evaluation} {
		if v, ok := values[name]; ok {
			return v, true
		}
	}
	return nil, false
}

// words joins the notes of a suite or an expectation: a text, a list of texts, or a mapping with such a content.
func words(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		var out []string
		for _, e := range v {
			if w := words(e); w != "" {
				out = append(out, w)
			}
		}
		return strings.Join(out, "\n")
	case map[string]any:
		return words(v["content"])
	}
	return ""
}

// description is what a person wrote about an expectation, and the names of what else its meta holds.
func (e expectation) description() (string, []string) {
	var parts, left []string
	for _, v := range []any{e.Description, e.Notes, e.Meta["notes"]} {
		if w := words(v); w != "" {
			parts = append(parts, w)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(e.Meta)) {
		if key != "notes" {
			left = append(left, key)
		}
	}
	return strings.Join(parts, "\n"), left
}
