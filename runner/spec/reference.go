package spec

import (
	"fmt"
	"slices"
	"strings"
)

// Value says in a few words what may stand behind a key, in Markdown.
func (f Field) Value() string {
	what := f.Shape.String()
	switch {
	case f.Shape == Number && len(f.Values) > 0:
		what += " or " + codes(f.Values)
	case len(f.Values) > 0:
		what = codes(f.Values)
	case f.Shape == Template:
		what += " with `${...}`"
	case f.Shape == Mapping && f.Kind != nil:
		what = withArticle(f.Kind.Name)
	}
	switch {
	case f.Shape == AnyRow && f.Form == Named:
		return "for each name a list of rows"
	case f.Shape == AnyBatch && f.Form == Listed:
		return "a list of rows, or of lists of rows"
	case f.Form == OneOrMany:
		return what + ", or a list"
	case f.Form == Listed:
		return "a list of " + plural(what)
	case f.Form == Named:
		return "for each name " + what
	}
	return what
}

func codes(words []string) string { return "`" + strings.Join(words, "`, `") + "`" }

func withArticle(name string) string {
	switch {
	case strings.HasSuffix(name, "defaults"), name == "examples", name == "lint":
		return name
	case strings.ContainsRune("aeiou", rune(name[0])):
		return "an " + name
	}
	return "a " + name
}

func plural(what string) string {
	_, noun, _ := strings.Cut(what, " ")
	return noun + "s"
}

// Meaning says what a key means, with all that the table of fields knows of it, in Markdown.
func (k *Kind) Meaning(f Field) string {
	out := f.Doc
	if slices.Contains(k.OneOf, f.Name) {
		out = "**this or " + strings.Join(others(k.OneOf, f.Name), " or ") + "**; " + out
	}
	if f.Required {
		out = "**required**; " + out
	}
	if f.Default != "" && !strings.Contains(f.Doc, "when not given") {
		out += "; default `" + f.Default + "`"
	}
	if len(f.Was) > 0 {
		out += "; once called " + codes(f.Was)
	}
	if f.State == Refused {
		out += " *(not yet: refused as Y113)*"
	}
	return out
}

func others(names []string, but string) (out []string) {
	for _, n := range names {
		if n != but {
			out = append(out, "`"+n+"`")
		}
	}
	return out
}

// Table is the keys of a kind as a table in Markdown: one key a line with its example.
func (k *Kind) Table() string {
	var b strings.Builder
	b.WriteString("| key | value | meaning | example |\n|---|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`)
	for _, f := range k.Fields {
		example := "`" + strings.ReplaceAll(f.Example, "\n", "`<br>`") + "`"
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Value(), cell.Replace(k.Meaning(f)), cell.Replace(example))
	}
	return b.String()
}

// Lookup finds what a word names: a kind ("table"), or a key of one ("table.delivery"). The field is empty for a kind.
func Lookup(word string) (*Kind, Field, bool) {
	name, key, _ := strings.Cut(word, ".")
	var found *Kind
	seen := map[string]bool{}
	var walk func(k *Kind)
	walk = func(k *Kind) {
		if k == nil || seen[k.Name] {
			return
		}
		seen[k.Name] = true
		if found == nil && strings.ReplaceAll(k.Name, " ", "_") == strings.ReplaceAll(name, " ", "_") {
			found = k
		}
		for _, f := range k.Fields {
			walk(f.Kind)
		}
	}
	for _, k := range Manual() {
		walk(k)
	}
	if found == nil || key == "" {
		return found, Field{}, found != nil
	}
	f, ok := found.field(key)
	return found, f, ok
}

// Describe is the reference of what a word names, as text for a terminal; false when it names no kind and no key.
func Describe(word string) (string, bool) {
	k, f, ok := Lookup(word)
	if !ok {
		return "", false
	}
	plain := strings.NewReplacer("**", "", "`", "", "*(", "(", ")*", ")")
	var b strings.Builder
	if f.Name != "" {
		fmt.Fprintf(&b, "%s.%s: %s\n\n%s\n\n", k.Name, f.Name, plain.Replace(f.Value()), plain.Replace(k.Meaning(f)))
		for line := range strings.Lines(f.Example + "\n") {
			b.WriteString("  " + line)
		}
		return b.String(), true
	}
	fmt.Fprintf(&b, "%s\n\n%s\n\n", k.Name, k.Doc)
	width := 0
	for _, f := range k.Fields {
		width = max(width, len(f.Name))
	}
	for _, f := range k.Fields {
		fmt.Fprintf(&b, "  %-*s  %s\n", width, f.Name, plain.Replace(k.Meaning(f)))
	}
	return b.String(), true
}
