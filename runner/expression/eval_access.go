package expression

import "slices"

// read is a value as a column holds it. The null of JSON is nil.
func read(d Datum) Datum {
	if j, ok := d.(JSON); ok && j.Value == nil {
		return nil
	}
	return d
}

// list is an array that is written out.
func (e *evaluator) list(n *Node) Datum {
	out := make([]Datum, len(n.Args))
	for i, a := range n.Args {
		out[i] = e.value(a)
	}
	return out
}

// place is a whole number as a place, cut off at a limit as the emitter's place is.
func (e *evaluator) place(n *Node, most int) (int, bool) {
	v, ok := e.value(n).(Number)
	if !ok {
		return 0, false
	}
	limit := whole(int64(most))
	switch {
	case v.cmp(limit) > 0:
		return most, true
	case v.cmp(limit.neg()) < 0:
		return -most, true
	}
	return placeOf(v), true
}

// placeOf is a whole number that is within the limit of its place.
func placeOf(d Datum) int {
	n, _ := d.(Number).int64()
	return int(n)
}

// pick takes an element by its place, from the end when that is negative.
func pick[T any](elements []T, place int) (out T, ok bool) {
	if place < 0 {
		place += len(elements)
	}
	if place < 0 || place >= len(elements) {
		return out, false
	}
	return elements[place], true
}

func (e *evaluator) element(n *Node) Datum {
	array, ok := e.value(n.Args[0]).([]Datum)
	place, known := e.place(n.Args[1], maxPlace)
	if !ok || !known {
		return nil
	}
	out, _ := pick(array, place)
	if _, nested := out.([]Datum); nested {
		return nil // Postgres asks for as many places as there are dimensions
	}
	return read(out)
}

func (e *evaluator) slice(n *Node) Datum {
	bounds := [2]*int{}
	for i, a := range n.Args[1:] {
		if a.Kind == Nil {
			continue
		}
		place, ok := e.place(a, maxPlace)
		if !ok {
			return nil
		}
		bounds[i] = &place
	}
	switch v := e.value(n.Args[0]).(type) {
	case string:
		return string(sliced([]rune(v), bounds))
	case []Datum:
		if len(v) > 0 {
			if _, nested := v[0].([]Datum); nested {
				return nil
			}
		}
		return sliced(v, bounds)
	}
	return nil
}

// leaves are the elements of an array of any number of dimensions.
func leaves(array []Datum) []Datum {
	var out []Datum
	for i, d := range array {
		inner, nested := d.([]Datum)
		switch {
		case nested && out == nil:
			out = append(slices.Clone(array[:i]), leaves(inner)...)
		case nested:
			out = append(out, leaves(inner)...)
		case out != nil:
			out = append(out, d)
		}
	}
	if out == nil {
		return array
	}
	return out
}

// sliced is what stands between two places; those beyond an end mean that end.
func sliced[T any](all []T, bounds [2]*int) []T {
	places := [2]int{0, len(all)}
	for i, b := range bounds {
		if b == nil {
			continue
		}
		if places[i] = *b; *b < 0 {
			places[i] += len(all)
		}
		places[i] = min(max(places[i], 0), len(all))
	}
	if places[0] >= places[1] {
		return []T{}
	}
	return all[places[0]:places[1]]
}

// inArray is true when an element equals the value, else unknown when the value or an element is. Nothing is in an empty array.
func (e *evaluator) inArray(n *Node) Datum {
	x := e.value(n.Args[0])
	array, ok := e.value(n.Args[1]).([]Datum)
	if !ok {
		return nil
	}
	var out Datum = false
	for _, element := range leaves(array) {
		switch e.compare("==", x, element) {
		case true:
			return true
		case nil:
			out = nil
		}
	}
	return out
}

// part takes JSON apart by key or place.
func (e *evaluator) part(n *Node) Datum {
	doc, ok := e.value(n.Args[0]).(JSON)
	if !ok {
		return nil
	}
	switch v := doc.Value.(type) {
	case map[string]any:
		if key, ok := e.value(n.Args[1]).(string); ok {
			return read(JSON{Value: v[key]})
		}
	case []any:
		if group(n.Args[1].Type) == textGroup {
			return nil
		}
		if place, ok := e.place(n.Args[1], maxPlace); ok {
			out, _ := pick(v, place)
			return read(JSON{Value: out})
		}
	}
	return nil
}

func (e *evaluator) hasKey(n *Node) Datum {
	key, ok := e.value(n.Args[0]).(string)
	doc, known := e.value(n.Args[1]).(JSON)
	if !ok || !known {
		return nil
	}
	switch v := doc.Value.(type) {
	case map[string]any:
		_, found := v[key]
		return found
	case []any:
		return slices.Contains(v, any(key))
	}
	return nil
}
