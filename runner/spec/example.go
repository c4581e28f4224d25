package spec

import "streamflow/runner/internal/diag"

// Literal is a value as it stands in YAML, whatever its shape. What it is a value of is for whoever knows the type of its column.
type Literal struct {
	Kind   LiteralKind
	Text   Str              // of a Scalar
	Items  []Literal        // of a List
	Fields []Entry[Literal] // of an Object
	Place  diag.Place
}

// LiteralKind says what a Literal is. For a scalar it is what YAML takes its text for, so "12" in quotes is a TextValue.
type LiteralKind int

// The kinds of literals.
const (
	NoValue LiteralKind = iota // null
	TextValue
	NumberValue
	TruthValue
	ListValue
	ObjectValue
)

// Row is a row written by hand: values by the names of their columns. A column that is not named is NULL.
type Row struct {
	Cells []Entry[Literal]
	Place diag.Place
}

// Cell returns the value of a column; ok is false when the row does not name it.
func (r Row) Cell(column string) (Literal, bool) {
	for _, c := range r.Cells {
		if c.Key.Value == column {
			return c.Value, true
		}
	}
	return Literal{}, false
}

// Examples are the rows beside a rule that show what it means.
type Examples struct {
	Pass, Fail, Unknown []Example
	Params              Map[Str] // values of the parameters that the rule mentions
	Place               diag.Place
}

// Example is one row, or, for a rule about the batch as a whole, a list of rows.
type Example struct {
	Rows  []Row
	Batch bool // written as a list
	Place diag.Place
}

func examplesKind() *Kind {
	list := func(name, doc string, at func(*Examples) *[]Example) Field {
		return special(name, AnyBatch, Listed, nil, doc, func(w *walker, e *Examples, key Str, n *node) { *at(e) = w.examples(key, n) })
	}
	return newKind("examples", "Rows that show what a rule means, tried by lint. A row is a mapping from columns to values; a rule about the batch as a whole takes lists of rows.",
		func(e *Examples) *diag.Place { return &e.Place }, []Field{
			list("pass", "rows for which the rule is true", func(e *Examples) *[]Example { return &e.Pass }).aka("passes", "true", "ok", "valid"),
			list("fail", "rows for which it is false", func(e *Examples) *[]Example { return &e.Fail }).aka("fails", "false", "bad", "invalid"),
			list("unknown", "rows for which it is neither, because of a NULL", func(e *Examples) *[]Example { return &e.Unknown }).aka("null", "nulls", "nil"),
			paramValues(func(e *Examples) *Map[Str] { return &e.Params }),
		})
}

// paramValues is the key for values of parameters.
func paramValues[T any](at func(*T) *Map[Str]) Field {
	return special("params", Cell, Named, nil, "values of the parameters", func(w *walker, t *T, key Str, n *node) {
		*at(t) = mapOf(w, n, key, func(name Str, value *node) Str { return w.str(value, Field{Name: name.Value, Shape: Cell}) })
	}).aka("parameters", "args", "vars")
}

// examples reads a list of rows, or of lists of rows.
func (w *walker) examples(key Str, n *node) (out []Example) {
	for item := range w.items(n, key, "a list of rows") {
		r := resolve(item)
		if r == nil {
			continue
		}
		e := Example{Place: w.extent(r)}
		if r.kind == sequenceNode {
			e.Batch = true
			e.Rows = w.rows(Str{Value: key.Value, Set: true, Place: e.Place}, r)
		} else if row, ok := w.row(r); ok {
			e.Rows = []Row{row}
		} else {
			continue
		}
		out = append(out, e)
	}
	return out
}

// rows reads a list of rows.
func (w *walker) rows(key Str, n *node) (out []Row) {
	for item := range w.items(n, key, "a list of rows") {
		if row, ok := w.row(item); ok {
			out = append(out, row)
		}
	}
	return out
}

func (w *walker) row(n *node) (Row, bool) {
	r := resolve(n)
	row := Row{Place: w.extent(r)}
	pairs, ok := w.pairs(r, "a row", row.Place)
	for _, p := range pairs {
		row.Cells = append(row.Cells, Entry[Literal]{p.key, w.literal(p.key, p.value)})
	}
	return row, ok
}

// literal reads a value of any shape. A key that is there without a value (~, null or nothing) is NULL.
func (w *walker) literal(key Str, n *node) Literal {
	r := resolve(n)
	switch {
	case r == nil:
		return Literal{Place: key.Place}
	case isNull(r):
		return Literal{Place: w.nullPlace(key, r)}
	case r.kind == sequenceNode:
		out := Literal{Kind: ListValue, Place: w.extent(r)}
		for _, c := range r.children {
			out.Items = append(out.Items, w.literal(key, c))
		}
		return out
	case r.kind == mappingNode:
		out := Literal{Kind: ObjectValue, Place: w.extent(r)}
		pairs, _ := w.pairs(r, quoted(key.Value), out.Place)
		for _, p := range pairs {
			out.Fields = append(out.Fields, Entry[Literal]{p.key, w.literal(p.key, p.value)})
		}
		return out
	}
	s, r, ok := w.scalar(r, Field{Name: key.Value, Shape: Cell})
	if !ok {
		return Literal{Place: w.placeOf(resolve(n))}
	}
	kind := TextValue
	switch r.tag {
	case "!!int", "!!float":
		kind = NumberValue
	case "!!bool":
		kind = TruthValue
	}
	return Literal{Kind: kind, Text: s, Place: s.Place}
}

func (w *walker) nullPlace(key Str, n *node) diag.Place {
	if n.value == "" {
		return key.Place
	}
	return w.file.span(n.line, n.col, len(n.value))
}

// extent is all of a row or list that is written on one line with brackets; of others, where they begin.
func (w *walker) extent(n *node) diag.Place {
	at := w.placeOf(n)
	if n == nil || !n.flow || len(n.children) == 0 {
		return at
	}
	last := resolve(n.children[len(n.children)-1])
	if last == nil || last.line < n.line {
		return at
	}
	end := w.placeOf(last)
	if last.flow {
		end = w.extent(last)
	}
	if isNull(last) {
		end = w.file.span(last.line, last.col, max(len(last.value), 1))
	}
	c := w.file.cursor(end.EndLine, end.EndCol)
	c.skipBlanks()
	if r := c.rune(); r == '}' || r == ']' {
		at.EndLine, at.EndCol = c.line, c.col+1
	}
	return at
}
