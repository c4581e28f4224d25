package pg

import (
	"encoding/json"
	"strconv"
	"time"
)

// closeTimeout bounds the goodbye to a server that may be gone.
const closeTimeout = 5 * time.Second

// Row is one row of an answer, each value as the server prints it; nil is NULL.
type Row [][]byte

// Null tells whether a value is NULL.
func (r Row) Null(i int) bool { return r[i] == nil }

// Text returns a value as text; NULL is the empty text.
func (r Row) Text(i int) string { return string(r[i]) }

// Int returns a value as an integer; NULL and anything else is 0.
func (r Row) Int(i int) int64 {
	n, _ := strconv.ParseInt(string(r[i]), 10, 64)
	return n
}

// Bool tells whether a value is true; NULL is false.
func (r Row) Bool(i int) bool { return string(r[i]) == "t" }

// Time returns a timestamptz; NULL and anything else is the zero time.
func (r Row) Time(i int) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999-07:00"} {
		if t, err := time.Parse(layout, string(r[i])); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// JSON decodes a json value; NULL leaves v alone.
func (r Row) JSON(i int, v any) error {
	if r[i] == nil {
		return nil
	}
	return json.Unmarshal(r[i], v)
}
