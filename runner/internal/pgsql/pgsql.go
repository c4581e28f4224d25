// Package pgsql is the only place that turns names and values into SQL text.
//
// Everything that becomes part of a statement is a Frag. A Frag comes from Ident, Literal or one of the other constructors here, or
// from a constant in the program; a template takes nothing but Frags, so a plain string of a user cannot slip into a statement.
package pgsql

import (
	"fmt"
	"regexp"
	"strings"
)

// Frag is a piece of SQL text that is safe to put into a statement. Convert only constants of the program to it.
type Frag string

// Ident quotes a name. Like pgx's Identifier.Sanitize it doubles quotes; a NUL, which no name may hold, is dropped.
func Ident(name string) Frag {
	return Frag(`"` + strings.ReplaceAll(strings.ReplaceAll(name, "\x00", ""), `"`, `""`) + `"`)
}

// Qualified quotes schema.name; an empty schema leaves the name alone, to be found by the search path.
func Qualified(schema, name string) Frag {
	if schema == "" {
		return Ident(name)
	}
	return Ident(schema) + "." + Ident(name)
}

// Column quotes alias.name. The alias is a constant of the program.
func Column(alias Frag, name string) Frag { return alias + "." + Ident(name) }

// Literal quotes a text value. It is right under both settings of standard_conforming_strings: a value with a backslash is
// written as an escape string (Postgres documentation, section 4.1.2).
func Literal(value string) Frag {
	value = strings.ReplaceAll(value, "\x00", "")
	quoted := `'` + strings.ReplaceAll(value, `'`, `''`) + `'`
	if strings.Contains(value, `\`) {
		return Frag(` E` + strings.ReplaceAll(quoted, `\`, `\\`))
	}
	return Frag(quoted)
}

// CopyFile is the command of psql that reads a file of comma-separated values. It is one line. An empty encoding is that of the session.
func CopyFile(table Frag, columns []string, path string, delimiter rune, header bool, encoding string) Frag {
	options := Frag("FORMAT csv")
	if header {
		options += ", HEADER"
	}
	if delimiter != ',' {
		options += ", DELIMITER " + Literal(string(delimiter))
	}
	if encoding != "" {
		options += ", ENCODING " + Literal(encoding)
	}
	file := Frag("'" + strings.ReplaceAll(strings.ReplaceAll(path, "\n", ""), "'", "''") + "'")
	return "\\copy " + table + " (" + List(columns, Ident) + ") FROM " + file + " WITH (" + options + ")"
}

// Typed returns a literal cast to a type; the type is text of the type table, never of a user.
func Typed(value string, typ Frag) Frag { return "(" + Literal(value) + ")::" + typ }

// Int writes an integer.
func Int[T ~int | ~int16 | ~int32 | ~int64](n T) Frag { return Frag(fmt.Sprintf("%d", n)) }

// Join puts a separator between fragments.
func Join(parts []Frag, sep Frag) Frag {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(string(sep))
		}
		b.WriteString(string(p))
	}
	return Frag(b.String())
}

// Map applies f to every item and returns the fragments.
func Map[T any](items []T, f func(T) Frag) []Frag {
	out := make([]Frag, len(items))
	for i, it := range items {
		out[i] = f(it)
	}
	return out
}

// List is Join of Map with a comma: the usual list of columns.
func List[T any](items []T, f func(T) Frag) Frag { return Join(Map(items, f), ", ") }

// Holes are the values of a template's {holes}.
type Holes map[string]Frag

var hole = regexp.MustCompile(`\{[a-z_]+\}`)

// Fill replaces every {hole} of a template by its fragment. A hole without a value, or a value without a hole, is a fault of the
// program and panics: templates are constants, and the tests fill each of them.
func Fill(template string, holes Holes) Frag {
	used := map[string]bool{}
	out := hole.ReplaceAllStringFunc(template, func(h string) string {
		name := h[1 : len(h)-1]
		value, ok := holes[name]
		if !ok {
			panic("pgsql: no value for hole " + h)
		}
		used[name] = true
		return string(value)
	})
	for name := range holes {
		if !used[name] {
			panic("pgsql: template has no hole {" + name + "}")
		}
	}
	return Frag(out)
}

// Param marks the place of a run parameter in a fragment that is made before the parameters are known (a rule is compiled by
// lint, its as_of comes with the run). The mark holds a NUL, which no SQL text may, so it cannot be confused with anything.
func Param(name string) Frag { return Frag("\x00" + name + "\x00") }

var param = regexp.MustCompile("\x00[^\x00]+\x00")

// Bind replaces the marks of Param by values. A parameter without a value is an error that names it.
func (f Frag) Bind(values map[string]Frag) (Frag, error) {
	var missing []string
	out := param.ReplaceAllStringFunc(string(f), func(m string) string {
		name := m[1 : len(m)-1]
		v, ok := values[name]
		if !ok {
			missing = append(missing, name)
		}
		return string(v)
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("no value for parameter %s", strings.Join(missing, ", "))
	}
	return Frag(out), nil
}
