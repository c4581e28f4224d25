package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// asked is the body of /get-online-features (feast/feature_server.py, GetOnlineFeaturesRequest).
type asked struct {
	entities  []column
	service   string
	features  []string
	fullNames bool
}

// column is one list of values of a body, by the name that it has there.
type column struct {
	name   string
	values []json.RawMessage
}

// readAsked reads the body. As Feast does, it passes over keys that it does not know.
func readAsked(r io.Reader) (*asked, error) {
	out := &asked{}
	var entities bool
	err := readObject(r, func(key string, d *json.Decoder) (err error) {
		switch key {
		case "entities":
			entities = true
			out.entities, err = readColumns(d, key)
		case "features":
			err = readField(d, key, &out.features)
		case "feature_service":
			err = readField(d, key, &out.service)
		case "full_feature_names":
			err = readField(d, key, &out.fullNames)
		default:
			err = skip(d)
		}
		return err
	})
	if err == nil && !entities {
		err = malformed("missing", "Field required", "entities")
	}
	return out, err
}

// readObject reads a body that is one JSON object, and calls each with its keys in their order. Each takes the value.
func readObject(r io.Reader, each func(key string, d *json.Decoder) error) error {
	d := json.NewDecoder(r)
	d.UseNumber()
	first, err := d.Token()
	if err != nil {
		return notJSON(d, err)
	}
	if first != json.Delim('{') {
		return malformed("dict_type", "Input should be a valid dictionary")
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return notJSON(d, err)
		}
		name, _ := key.(string)
		if seen[name] {
			return malformed("duplicate_key", fmt.Sprintf("%q stands twice", name), name)
		}
		seen[name] = true
		if err := each(name, d); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return notJSON(d, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return notJSON(d, errors.New("something follows the object"))
	}
	return nil
}

// notJSON is the fault of a body that is no JSON; what kept it from being read stays what it was.
func notJSON(d *json.Decoder, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return malformed("json_invalid", "JSON decode error: the body ends too early", d.InputOffset())
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax):
		return malformed("json_invalid", "JSON decode error: "+err.Error(), d.InputOffset())
	case strings.HasPrefix(err.Error(), "something"), strings.HasPrefix(err.Error(), "invalid character"):
		return malformed("json_invalid", "JSON decode error: "+err.Error(), d.InputOffset())
	}
	return err
}

// readField reads a value of a known type; null leaves it alone.
func readField(d *json.Decoder, at string, into any) error {
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return malformed("type_error", fmt.Sprintf("Input should be a valid %s, not %s", wrong.Type, wrong.Value), at)
	}
	if err != nil {
		return notJSON(d, err)
	}
	return nil
}

func skip(d *json.Decoder) error {
	var any json.RawMessage
	return readField(d, "", &any)
}

// readColumns reads an object of lists, in its order, which a map of Go would lose.
func readColumns(d *json.Decoder, at string) ([]column, error) {
	open, err := d.Token()
	if err != nil {
		return nil, notJSON(d, err)
	}
	if open != json.Delim('{') {
		return nil, malformed("dict_type", "Input should be a valid dictionary", at)
	}
	out, seen := []column{}, map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, notJSON(d, err)
		}
		c := column{name: key.(string)}
		if seen[c.name] {
			return nil, malformed("duplicate_key", fmt.Sprintf("%q stands twice", c.name), at, c.name)
		}
		seen[c.name] = true
		var list json.RawMessage
		if err := readField(d, c.name, &list); err != nil {
			return nil, err
		}
		if len(list) == 0 || list[0] != '[' {
			return nil, malformed("list_type", "Input should be a valid list", at, c.name)
		}
		if err := json.Unmarshal(list, &c.values); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	_, err = d.Token()
	if err != nil {
		return nil, notJSON(d, err)
	}
	return out, nil
}
