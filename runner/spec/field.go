package spec

import "streamflow/runner/internal/diag"

// Shape is what may stand behind a key, or, for lists and maps, in each place of them.
type Shape int

// The shapes of scalars, and Mapping for what has keys of its own.
const (
	Text       Shape = iota // a name, a word, a type: no ${...}
	Prose                   // text for people, taken as it is
	Cell                    // text as it stands in a data file, taken as it is
	Expression              // the rule language
	Template                // text with ${...}
	Boolean                 // true or false
	Integer                 // a whole number
	Number                  // a number, or one of Values
	Mapping                 // described by Kind
	Sets                    // a list of mappings from names to texts, or one mapping described by Kind
	Links                   // a mapping from names to names, or a list of mappings described by Kind
	AnyRow                  // a mapping from columns to values of any kind
	AnyBatch                // an AnyRow, or a list of them
	AnyKey                  // a value of any kind: that of a key
)

// String returns what a message calls the shape.
func (s Shape) String() string {
	return [...]string{"text", "text", "text", "an expression", "text", "true or false", "an integer", "a number", "a mapping",
		"a list or a mapping", "a list or a mapping", "a row", "a row or a list of rows", "a key"}[s]
}

// Form says how many values of a shape stand behind a key.
type Form int

// The forms.
const (
	One       Form = iota
	OneOrMany      // a value or a list of them
	Listed         // always a list
	Named          // a mapping from names that the user chooses
)

// Field is one key that a mapping may have. The same value drives reading, suggestions, schema and documentation.
type Field struct {
	Name     string
	Was      []string // deprecated names, still read (Y111)
	Aka      []string // names that people write by mistake, from other tools, for the same; they only steer the suggestion
	Opposite []string // names that people write for it with true and false the other way round
	Shape    Shape
	Form     Form
	Kind     *Kind // of the mapping, when Shape is Mapping
	Required bool
	Values   []string // when not empty, the only words allowed
	Doc      string
	Note     // empty but in what Manual returns
	bind     func(w *walker, into any, f Field, key Str, n *node)
}

// Kind is one sort of mapping: a document, or a part of one.
type Kind struct {
	Name   string // "pipeline", "table", "column"
	Doc    string
	Short  string   // the field that a bare value (no mapping) stands for, if any
	OneOf  []string // exactly one of these fields must be given
	Words  []string // words of which one may stand in place of the mapping
	Fields []Field
	place  func(into any) *diag.Place
}

// field returns the field of a name, current or deprecated.
func (k *Kind) field(name string) (Field, bool) {
	for _, f := range k.Fields {
		if f.Name == name {
			return f, true
		}
		for _, old := range f.Was {
			if old == name {
				return f, true
			}
		}
	}
	return Field{}, false
}

// names returns the names of all fields, in order.
func (k *Kind) names() []string {
	out := make([]string, len(k.Fields))
	for i, f := range k.Fields {
		out[i] = f.Name
	}
	return out
}

// newKind describes the mapping that fills a T; place says where T keeps its place.
func newKind[T any](name, doc string, place func(*T) *diag.Place, groups ...[]Field) *Kind {
	k := &Kind{Name: name, Doc: doc, place: func(into any) *diag.Place { return place(into.(*T)) }}
	for _, g := range groups {
		k.Fields = append(k.Fields, g...)
	}
	return k
}

func (k *Kind) short(field string) *Kind     { k.Short = field; return k }
func (k *Kind) oneOf(fields ...string) *Kind { k.OneOf = fields; return k }

func (k *Kind) words(words ...string) *Kind { k.Words = words; return k }

func (f Field) required() Field             { f.Required = true; return f }
func (f Field) only(values ...string) Field { f.Values = values; return f }
func (f Field) aka(names ...string) Field   { f.Aka = names; return f }

func (f Field) opposite(names ...string) Field { f.Opposite = names; return f }

// text makes a field for one scalar of a textual shape.
func text[T any](name string, shape Shape, doc string, at func(*T) *Str) Field {
	return Field{Name: name, Shape: shape, Doc: doc, bind: func(w *walker, into any, f Field, _ Str, n *node) {
		*at(into.(*T)) = w.str(n, f)
	}}
}

func template[T any](name, doc string, at func(*T) *Templ) Field {
	return Field{Name: name, Shape: Template, Doc: doc, bind: func(w *walker, into any, f Field, _ Str, n *node) {
		*at(into.(*T)) = w.templ(n, f)
	}}
}

func boolean[T any](name, doc string, at func(*T) *Bool) Field {
	return Field{Name: name, Shape: Boolean, Doc: doc, bind: func(w *walker, into any, f Field, _ Str, n *node) {
		*at(into.(*T)) = w.boolean(n, f)
	}}
}

func integer[T any](name, doc string, at func(*T) *Int) Field {
	return Field{Name: name, Shape: Integer, Doc: doc, bind: func(w *walker, into any, f Field, _ Str, n *node) {
		*at(into.(*T)) = w.integer(n, f)
	}}
}

func number[T any](name, doc string, at func(*T) *Float) Field {
	return Field{Name: name, Shape: Number, Doc: doc, bind: func(w *walker, into any, f Field, _ Str, n *node) {
		*at(into.(*T)) = w.number(n, f)
	}}
}

// texts makes a field for one text or a list of them.
func texts[T any](name string, shape Shape, doc string, at func(*T) *StrList) Field {
	return Field{Name: name, Shape: shape, Form: OneOrMany, Doc: doc, bind: func(w *walker, into any, f Field, _ Str, n *node) {
		*at(into.(*T)) = w.strs(n, f)
	}}
}

// part makes a field for a mapping with keys of its own.
func part[T, U any](name, doc string, kind *Kind, at func(*T) **U) Field {
	return Field{Name: name, Shape: Mapping, Kind: kind, Doc: doc, bind: func(w *walker, into any, f Field, key Str, n *node) {
		u := new(U)
		if w.fill(kind, u, n, quoted(key.Value), key.Place) {
			*at(into.(*T)) = u
		}
	}}
}

// named makes a field for a mapping from the user's names to mappings of a kind.
func named[T, U any](name, doc string, kind *Kind, at func(*T) *Map[*U]) Field {
	return Field{Name: name, Shape: Mapping, Form: Named, Kind: kind, Doc: doc, bind: func(w *walker, into any, f Field, key Str, n *node) {
		*at(into.(*T)) = mapOf(w, n, key, func(name Str, value *node) *U {
			u := new(U)
			w.fill(kind, u, value, kind.Name+" "+quoted(name.Value), name.Place)
			return u
		})
	}}
}

// listed makes a field for a list of mappings of a kind.
func listed[T, U any](name, doc string, kind *Kind, at func(*T) *[]*U) Field {
	return Field{Name: name, Shape: Mapping, Form: Listed, Kind: kind, Doc: doc, bind: func(w *walker, into any, f Field, key Str, n *node) {
		for item := range w.items(n, key, "a list") {
			u := new(U)
			if w.fill(kind, u, item, "a "+kind.Name, w.placeOf(item)) {
				*at(into.(*T)) = append(*at(into.(*T)), u)
			}
		}
	}}
}

// some makes a field for one mapping of a kind or a list of them; where the kind has a short form, for bare values too.
func some[T, U any](name, doc string, kind *Kind, at func(*T) *[]*U) Field {
	return Field{Name: name, Shape: Mapping, Form: OneOrMany, Kind: kind, Doc: doc, bind: func(w *walker, into any, f Field, key Str, n *node) {
		add := func(item *node) {
			u := new(U)
			if w.fill(kind, u, item, "a "+kind.Name, w.placeOf(item)) {
				*at(into.(*T)) = append(*at(into.(*T)), u)
			}
		}
		r := resolve(n)
		if r != nil && r.kind != sequenceNode && !isNull(r) {
			add(r)
			return
		}
		if r != nil && r.kind == sequenceNode && len(r.children) == 0 {
			w.report("Y105", w.placeOf(r), quoted(f.Name)+" is empty", "list one at least")
		}
		for item := range w.items(n, key, "a list") {
			add(item)
		}
	}}
}

// namedTexts makes a field for a mapping from names to names.
func namedTexts[T any](name, doc string, at func(*T) *Map[Str]) Field {
	return Field{Name: name, Shape: Text, Form: Named, Doc: doc, bind: func(w *walker, into any, f Field, key Str, n *node) {
		*at(into.(*T)) = mapOf(w, n, key, func(name Str, value *node) Str { return w.str(value, Field{Name: name.Value, Shape: Text}) })
	}}
}

// special makes a field whose value is read by a function of its own.
func special[T any](name string, shape Shape, form Form, kind *Kind, doc string, read func(w *walker, into *T, key Str, n *node)) Field {
	return Field{Name: name, Shape: shape, Form: form, Kind: kind, Doc: doc, bind: func(w *walker, into any, _ Field, key Str, n *node) {
		read(w, into.(*T), key, n)
	}}
}
