package schema

import (
	"strings"

	"streamflow/runner/spec"
)

// Any scalar is taken where a text is expected: 12 is a fine name. Of true and false lint says that they had better be quoted (Y106).
var (
	scalars = []string{"string", "number", "boolean"}
	words   = []string{"string", "number"}
)

// key is the schema of a key: its value, and what an editor shows of it. Defaults are told in words only: what stands in the keyword default
// is written out by language servers whenever the mapping around it is completed.
func (w *writer) key(k *spec.Kind, f spec.Field) object {
	out := object{{"description", sentence(f.Doc)}, {"markdownDescription", markdown(k, f)}}
	out = append(out, w.field(k, f)...)
	if f.State == spec.Refused {
		out = deprecated(out, "not available in this version of runner: lint refuses it (Y113)")
	}
	return out
}

func sentence(doc string) string {
	if doc == "" || strings.HasSuffix(doc, ".") {
		return doc
	}
	return strings.ToUpper(doc[:1]) + doc[1:] + "."
}

// markdown is what an editor shows when the mouse rests on a key.
func markdown(k *spec.Kind, f spec.Field) string {
	var b strings.Builder
	b.WriteString(sentence(f.Doc))
	if f.Default != "" && !strings.Contains(f.Doc, "when not given") {
		b.WriteString(" Default: `" + f.Default + "`.")
	}
	if f.Example != "" {
		b.WriteString("\n\n```yaml\n" + f.Example + "\n```")
	}
	return b.String()
}

// field is the schema of what stands behind a key.
func (w *writer) field(k *spec.Kind, f spec.Field) object {
	one := w.one(k, f)
	switch {
	case f.Shape == spec.Sets || f.Shape == spec.Links:
		return one
	case f.Form == spec.Named && f.Shape == spec.AnyRow:
		one = object{{"type", "array"}, {"items", one}}
		fallthrough
	case f.Form == spec.Named:
		return append(object{{"type", "object"}, {"additionalProperties", one}}, w.named(k, f, one)...)
	case f.Form == spec.Listed:
		return object{{"type", "array"}, {"items", one}}
	case f.Form == spec.OneOrMany:
		return w.oneOrMany(f, one)
	}
	return one
}

// oneOrMany is the schema of a value or a list of them. Editors offer values that stand in enum and anyOf, and not those behind an if.
func (w *writer) oneOrMany(f spec.Field, one object) object {
	if f.Shape == spec.Mapping {
		return object{{"if", object{{"type", "array"}}}, {"then", object{{"items", one}}}, {"else", one}}
	}
	out := object{{"type", append(typesOf(one), "array")}, {"items", one}}
	if other := alternatives(one); len(other) > 0 {
		out = append(out, member{"anyOf", append(other, object{{"type", "array"}})})
	}
	return out
}

// alternatives are what a schema offers beside its type: nothing, a list of words, or names and what else is taken.
func alternatives(o object) []any {
	for _, m := range o {
		switch {
		case m.key == "enum":
			return []any{object{m}}
		case m.key == "anyOf":
			return append([]any{}, m.value.([]any)...)
		}
	}
	return nil
}

// one is the schema of a single value of a shape.
func (w *writer) one(k *spec.Kind, f spec.Field) object {
	switch f.Shape {
	case spec.Boolean:
		return object{{"type", "boolean"}}
	case spec.Integer:
		return object{{"type", "integer"}}
	case spec.Number:
		if len(f.Values) > 0 {
			return object{{"type", []string{"number", "string"}}, {"if", object{{"type", "string"}}}, {"then", object{{"enum", f.Values}}}}
		}
		return object{{"type", "number"}}
	case spec.Mapping:
		return w.mapping(f)
	case spec.Sets:
		every := w.inline(f.Kind).with("type", []string{"array", "object"})
		return every.with("items", object{{"type", "object"}, {"additionalProperties", object{{"type", scalars}}}})
	case spec.Links:
		table := w.names.offer(object{{"type", words}}, k, f)
		return object{{"type", []string{"object", "array"}}, {"additionalProperties", table}, {"items", w.define(f.Kind)}}
	case spec.AnyRow:
		return object{{"type", "object"}}
	case spec.AnyBatch:
		return object{{"type", []string{"object", "array"}}, {"items", object{{"type", "object"}}}}
	case spec.AnyKey:
		return object{{"type", append(scalars[:len(scalars):len(scalars)], "object")}}
	}
	if len(f.Values) > 0 {
		return object{{"type", "string"}, {"enum", f.Values}}
	}
	if f.Shape == spec.Text {
		return w.names.offer(object{{"type", words}}, k, f)
	}
	return w.names.offer(object{{"type", scalars}}, k, f)
}

// mapping is the schema of a kind behind a key. What a test expects of a rule may also be a single word.
func (w *writer) mapping(f spec.Field) object {
	if len(f.Kind.Words) == 0 {
		return w.define(f.Kind)
	}
	return object{
		{"if", object{{"type", "object"}}},
		{"then", w.define(f.Kind)},
		{"else", object{{"type", "string"}, {"enum", f.Kind.Words}}},
	}
}

// inline is the schema of a kind in its place, without what editors show of it.
func (w *writer) inline(k *spec.Kind) object {
	out := w.kind(k)
	return out[1:] // its description is that of the key
}

// typesOf lists the types that a schema takes.
func typesOf(o object) []string {
	for _, m := range o {
		switch types := m.value.(type) {
		case string:
			if m.key == "type" {
				return []string{types}
			}
		case []string:
			if m.key == "type" {
				return append([]string{}, types...)
			}
			if m.key == "enum" {
				return []string{"string"}
			}
		case []any: // names that are offered, and what is taken beside them
			if last, ok := types[len(types)-1].(object); ok && m.key == "anyOf" {
				return typesOf(last)
			}
		}
	}
	if els := o.get("else"); els != nil { // one or a list of them
		return append(typesOf(els), "array")
	}
	return nil
}
