// Package schema writes the JSON Schema of specs, for editors: which keys there are, what each means, and what may stand behind it.
//
// It is made from the table of fields that the loader reads by, so it cannot say something else. It is draft-07, which editors know, and
// one schema for all kinds: "kind" decides by if and then which keys are allowed, because with oneOf an editor shows the faults of an
// arbitrary kind. It never refuses what the loader takes; what only lint can know, it leaves to lint.
package schema

import (
	"fmt"
	"strings"

	"streamflow/runner/spec"
)

// Of returns the schema of every kind of document. With names, those of a project are offered where a key takes one.
func Of(kinds []*spec.Kind, names *Names) ([]byte, error) {
	w := &writer{names: names, defined: map[string]bool{}}
	var cases []any
	var words []string
	var snippets []any
	for _, k := range kinds {
		words = append(words, k.Name)
		snippets = append(snippets, snippet(k))
		ref := w.define(k)
		cases = append(cases, object{
			{"if", object{{"required", []string{"kind"}}, {"properties", object{{"kind", object{{"const", k.Name}}}}}}},
			{"then", ref},
		})
	}
	cases = append(cases, w.withoutKind(kinds))
	return object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"description", "A document of a spec. \"kind\" says what it is; runner.yaml and tests need none."},
		{"type", "object"},
		{"properties", object{{"kind", w.kindKey(kinds, words)}}},
		{"allOf", cases},
		{"defaultSnippets", snippets},
		{"definitions", w.definitions},
	}.text()
}

// kindKey is what stands behind kind, which decides about everything else.
func (w *writer) kindKey(kinds []*spec.Kind, words []string) object {
	var docs []string
	for _, k := range kinds {
		docs = append(docs, k.Doc)
	}
	return object{{"description", "What this document is."}, {"enum", words}, {"enumDescriptions", docs}}
}

// withoutKind is the case of documents that do not say what they are: tests have a key of their own, and runner.yaml is the rest, unless
// some key shows that only the kind was forgotten.
func (w *writer) withoutKind(kinds []*spec.Kind) object {
	project := map[string]bool{}
	var ofProject, tests object
	var elsewhere []any
	for _, k := range kinds {
		switch k.Name {
		case "project":
			ofProject = w.define(k)
			for _, f := range k.Fields {
				project[f.Name] = true
			}
		case "test":
			tests = w.define(k)
		}
	}
	seen := map[string]bool{}
	for _, k := range kinds {
		for _, f := range k.Fields {
			if k.Name != "test" && !project[f.Name] && !seen[f.Name] {
				seen[f.Name] = true
				elsewhere = append(elsewhere, object{{"required", []string{f.Name}}})
			}
		}
	}
	return object{
		{"if", object{{"required", []string{"kind"}}}},
		{"else", object{
			{"if", object{{"anyOf", elsewhere}}},
			{"then", object{{"required", []string{"kind"}}}},
			{"else", object{
				{"if", object{{"required", []string{"tests"}}}},
				{"then", tests},
				{"else", ofProject},
			}},
		}},
	}
}

// writer makes the schemas of kinds, each once.
type writer struct {
	names       *Names
	definitions object
	defined     map[string]bool
}

func identifier(name string) string { return strings.ReplaceAll(name, " ", "_") }

// define adds the definition of a kind and returns a reference to it.
func (w *writer) define(k *spec.Kind) object {
	name := identifier(k.Name)
	if !w.defined[name] {
		w.defined[name] = true
		at := len(w.definitions)
		w.definitions = append(w.definitions, member{name, nil}) // its place, before those of its parts
		w.definitions[at].value = w.kind(k)
	}
	return object{{"$ref", "#/definitions/" + name}}
}

// kind is the schema of a mapping with the keys of a kind, or of its short form.
func (w *writer) kind(k *spec.Kind) object {
	properties := object{}
	var required []string
	var either []any // what takes the place of required where a key has an older name
	for _, f := range k.Fields {
		properties = append(properties, member{f.Name, w.key(k, f)})
		names := []any{object{{"required", []string{f.Name}}}}
		for _, old := range f.Was {
			properties = append(properties, member{old, deprecated(w.key(k, f), "write "+f.Name)})
			names = append(names, object{{"required", []string{old}}})
		}
		switch {
		case f.Required && len(f.Was) > 0:
			either = append(either, object{{"anyOf", names}})
		case f.Required:
			required = append(required, f.Name)
		}
	}
	out := object{{"description", k.Doc}}
	out = append(out, w.forms(k)...)
	if k.Name == "pipeline" {
		either = append(either, w.names.partitions()...)
	}
	out = append(out, member{"properties", properties}, member{"additionalProperties", false})
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	if either = append(either, exactlyOne(k.OneOf)...); len(either) > 0 {
		out = append(out, member{"allOf", either})
	}
	return out
}

// forms are the types of a kind: a mapping, and what its short form takes.
func (w *writer) forms(k *spec.Kind) object {
	if k.Short == "" {
		return object{{"type", "object"}}
	}
	short := w.field(k, fieldOf(k, k.Short))
	out := object{{"type", append(typesOf(short), "object")}}
	if other := alternatives(short); len(other) > 0 {
		out = append(out, member{"anyOf", append(other, object{{"type", "object"}})})
	}
	for _, m := range short {
		if m.key == "items" {
			out = append(out, m)
		}
	}
	return out
}

func fieldOf(k *spec.Kind, name string) spec.Field {
	for _, f := range k.Fields {
		if f.Name == name {
			return f
		}
	}
	return spec.Field{}
}

// exactlyOne asks for one of several keys. An editor names the first where all are missing, and marks the second where two are given.
func exactlyOne(keys []string) []any {
	if len(keys) == 0 {
		return nil
	}
	var given, out []any
	for i, key := range keys {
		given = append(given, object{{"required", []string{key}}})
		others := object{}
		for _, other := range keys[i+1:] {
			others = append(others, member{other, false})
		}
		if len(others) > 0 {
			out = append(out, object{{"if", object{{"required", []string{key}}}}, {"then", object{{"properties", others}}}})
		}
	}
	// a bare value is no mapping, and stands for one of them
	return append(out, object{{"if", object{{"not", object{{"anyOf", given}}}}}, {"then", object{{"required", keys[:1]}}}})
}

// snippet is a new document of a kind with the keys that it needs, for editors that know snippets.
func snippet(k *spec.Kind) object {
	body := object{{"kind", k.Name}}
	stop := 0
	place := func(name string) string {
		stop++
		return fmt.Sprintf("${%d:%s}", stop, name)
	}
	for _, f := range k.Fields {
		if !f.Required && f.Name != firstOf(k.OneOf) || f.Name == "kind" {
			continue
		}
		switch {
		case f.Form == spec.Named:
			body = append(body, member{f.Name, object{{place("name"), place("text")}}})
		case f.Form == spec.Listed:
			body = append(body, member{f.Name, []string{"$0"}})
		default:
			body = append(body, member{f.Name, place(f.Name)})
		}
	}
	return object{{"label", k.Name}, {"description", k.Doc}, {"body", body}}
}

func firstOf(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// deprecated marks a key that is still read, and keeps editors from offering it.
func deprecated(key object, why string) object {
	return key.with("deprecationMessage", why).with("doNotSuggest", true)
}
