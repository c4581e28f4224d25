package schema

import (
	"bytes"
	"encoding/json"
)

// object is a JSON object whose keys keep their order, so that a schema can be read and compared by people.
type object []member

type member struct {
	key   string
	value any
}

// with appends a key. A key that is there already is replaced where it stands.
func (o object) with(key string, value any) object {
	for i := range o {
		if o[i].key == key {
			out := append(object{}, o...)
			out[i].value = value
			return out
		}
	}
	return append(o[:len(o):len(o)], member{key, value})
}

// get returns the object behind a key, or nil.
func (o object) get(key string) object {
	for _, m := range o {
		if m.key == key {
			inner, _ := m.value.(object)
			return inner
		}
	}
	return nil
}

// MarshalJSON writes the keys in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, v := range []any{m.key, m.value} {
			if j == 1 {
				b.WriteByte(':')
			}
			if err := plain(&b, v); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plain writes a value without escaping what is only special in HTML.
func plain(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1)
	return nil
}

// text is the whole document, indented.
func (o object) text() ([]byte, error) {
	var raw, out bytes.Buffer
	if err := plain(&raw, o); err != nil {
		return nil, err
	}
	if err := json.Indent(&out, raw.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
