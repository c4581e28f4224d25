package spec

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// Str is a text of a spec: a key or a scalar value. Set tells whether it was given; when it is false, all else is zero.
type Str struct {
	Value  string
	Set    bool
	Quoted bool       // in single or double quotes, or a block scalar
	Place  diag.Place // quotes included; of a block scalar its text without the indicator. Of an alias: the place of the anchor's text
	text   *scalar
}

// Templ is a text that may hold ${...}, split into its parts. A text without any is a template of one fixed part; the empty text is
// a set Templ with an empty Template.
type Templ struct {
	Str
	Template model.Template
	Faulty   bool // it is written, or probably meant by another key, and cannot be read, which is reported
}

// Bool is true or false.
type Bool struct {
	Value bool
	Set   bool
	Place diag.Place
}

// Int is a whole number.
type Int struct {
	Value int64
	Set   bool
	Place diag.Place
}

// Float is a number. Text keeps it as it was written, so that no digit is lost ("0.99"). Where a field takes a word instead of a
// number (max_shrink: off), Word holds it and Value is zero.
type Float struct {
	Value float64
	Text  string
	Word  string
	Set   bool
	Place diag.Place
}

// StrList is one text or a list of them; Place covers the whole.
type StrList struct {
	Items []Str
	Set   bool
	Place diag.Place
}

// Strings returns the texts without their places.
func (l StrList) Strings() []string {
	out := make([]string, len(l.Items))
	for i, s := range l.Items {
		out[i] = s.Value
	}
	return out
}

// Map is a mapping whose keys the user chose, in written order. Keys are unique.
type Map[T any] struct {
	Entries []Entry[T]
	Set     bool
	Place   diag.Place
}

// Entry is one key of a Map and what stands behind it.
type Entry[T any] struct {
	Key   Str
	Value T
}

// Get returns the value of a key; ok is false when there is none.
func (m Map[T]) Get(key string) (value T, ok bool) {
	for _, e := range m.Entries {
		if e.Key.Value == key {
			return e.Value, true
		}
	}
	return value, false
}

// Keys returns the keys in written order.
func (m Map[T]) Keys() []string {
	out := make([]string, len(m.Entries))
	for i, e := range m.Entries {
		out[i] = e.Key.Value
	}
	return out
}
