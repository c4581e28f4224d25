package source

import (
	"bytes"
	"fmt"
	"slices"

	"streamflow/runner/model"
)

// maxDimensions is Postgres's own limit (MAXDIM).
const maxDimensions = 6

// arrays reads Postgres's array literals, {1,2,NULL} or {{"a b"},{"c"}}. Each element is read like a cell of its type, and written
// anew, so that what Postgres is given does not depend on its settings.
func arrays(t model.Type, rd model.Reading) (converter, error) {
	var element converter
	if t.Elem.Family == model.Text || t.Elem.Family == model.NoFamily {
		element = plainTexts(*t.Elem)
	} else {
		var err error
		if element, _, err = newConverter(*t.Elem, rd); err != nil {
			return nil, err
		}
	}
	return func(dst, cell []byte) ([]byte, *bad) {
		a := arrayReader{in: cell, out: dst, element: element}
		if !a.level(0) || len(a.in) > 0 {
			if a.fault == nil {
				a.fault = &bad{reason: "is not an array", hint: `write it like {1,2,NULL} or {"a b","c"}`}
			}
			return dst, a.fault
		}
		return a.out, nil
	}, nil
}

// arrayReader reads one literal.
type arrayReader struct {
	in, out   []byte
	element   converter
	sizes     []int // elements at each depth, once known
	leaves    int   // depth of the elements, 0 while unknown
	text, raw []byte
	count     int
	fault     *bad
}

// level reads a pair of braces and what is between.
func (a *arrayReader) level(depth int) bool {
	if len(a.in) == 0 || a.in[0] != '{' || depth == maxDimensions {
		return false
	}
	a.in = bytes.TrimLeft(a.in[1:], " ")
	a.out = append(a.out, '{')
	n := 0
	if len(a.in) > 0 && a.in[0] == '}' && depth == 0 {
		a.in, a.out = a.in[1:], append(a.out, '}')
		return true
	}
	for {
		if !a.item(depth) {
			return false
		}
		n++
		a.in = bytes.TrimLeft(a.in, " ")
		if len(a.in) == 0 {
			return false
		}
		mark := a.in[0]
		a.in, a.out = bytes.TrimLeft(a.in[1:], " "), append(a.out, mark)
		switch mark {
		case ',':
		case '}':
			return a.same(depth, n)
		default:
			return false
		}
	}
}

// same checks that all parts at one depth have the same number of elements.
func (a *arrayReader) same(depth, n int) bool {
	for len(a.sizes) <= depth {
		a.sizes = append(a.sizes, 0)
	}
	if a.sizes[depth] == 0 {
		a.sizes[depth] = n
	}
	if a.sizes[depth] != n {
		a.fault = &bad{reason: "is not an array", detail: "its parts have different lengths"}
		return false
	}
	return true
}

// item reads an element or a part.
func (a *arrayReader) item(depth int) bool {
	if len(a.in) == 0 {
		return false
	}
	if a.in[0] == '{' {
		return a.leaves != depth+1 && a.level(depth+1)
	}
	if a.leaves == 0 {
		a.leaves = depth + 1
	}
	if a.leaves != depth+1 || slices.ContainsFunc(a.sizes[min(depth+1, len(a.sizes)):], func(n int) bool { return n > 0 }) {
		return false
	}
	a.count++
	quoted, ok := a.token()
	if !ok {
		return false
	}
	if !quoted && bytes.EqualFold(a.text, []byte("null")) {
		a.out = append(a.out, "NULL"...)
		return true
	}
	var b *bad
	if a.raw, b = a.element(a.raw[:0], a.text); b != nil {
		a.fault = &bad{reason: "holds a faulty element", detail: b.message(fmt.Sprintf("element %d", a.count), string(a.text), false), hint: b.hint}
		return false
	}
	a.out = append(a.out, '"')
	for _, c := range a.raw {
		if c == '"' || c == '\\' {
			a.out = append(a.out, '\\')
		}
		a.out = append(a.out, c)
	}
	a.out = append(a.out, '"')
	return true
}

// token reads the text of one element.
func (a *arrayReader) token() (quoted, ok bool) {
	a.text = a.text[:0]
	if a.in[0] != '"' {
		end := bytes.IndexAny(a.in, ",}")
		if end < 0 {
			return false, false
		}
		a.text = append(a.text, bytes.TrimSpace(a.in[:end])...)
		a.in = a.in[end:]
		return false, len(a.text) > 0 && !bytes.ContainsAny(a.text, "\"{\\")
	}
	for i := 1; i < len(a.in); i++ {
		switch a.in[i] {
		case '"':
			a.in = a.in[i+1:]
			return true, true
		case '\\':
			if i++; i == len(a.in) {
				return true, false
			}
		}
		a.text = append(a.text, a.in[i])
	}
	return true, false
}
