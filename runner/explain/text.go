package explain

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// measure is how many characters a line of prose has at most.
const measure = 96

// List writes the checks, one a line.
func List(w io.Writer, checks []Check) error {
	var b strings.Builder
	longest := 0
	for _, c := range checks {
		longest = max(longest, len(c.Name))
	}
	for _, c := range checks {
		fmt.Fprintf(&b, "%s  %-*s  %-7s  %s\n", c.ID, longest, c.Name, c.Severity, c.Title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Text writes what there is to say of each check, as pages for a terminal.
func Text(w io.Writer, checks []Check) error {
	var b strings.Builder
	for i, c := range checks {
		if i > 0 {
			b.WriteString("\n" + strings.Repeat("-", measure) + "\n\n")
		}
		fmt.Fprintf(&b, "%s %s (%s): %s\n\n%s\n", c.ID, c.Name, c.Severity, c.Title, filled(c.Why))
		if len(c.Cases) > 0 {
			example := c.Cases[0]
			fmt.Fprintf(&b, "Example:\n\n%s\nWhat is printed:\n\n%s\n", indented(example.Files), indented(example.Shown(c.ID)))
		}
		fmt.Fprintf(&b, "%s\nSee %s.\n", filled("To mend it: "+c.Mend), c.Page)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// indented sets every line that is not empty four blanks in, and ends with a line feed.
func indented(text string) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if line != "" {
			b.WriteString("    " + line)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// filled breaks prose into lines, and ends with a line feed.
func filled(text string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case width == 0:
		case width+1+n > measure:
			b.WriteString("\n")
			width = 0
		default:
			b.WriteString(" ")
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String() + "\n"
}

// document is the JSON form of checks; the parts of a page are left out of a list.
type document struct {
	Checks []documented `json:"checks"`
}

type documented struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Severity string   `json:"severity"`
	Title    string   `json:"title"`
	Why      string   `json:"why,omitempty"`
	Mend     string   `json:"mend,omitempty"`
	Page     string   `json:"page"`
	Example  *example `json:"example,omitempty"`
}

// example is the case of a check: its files as one YAML text or a txtar archive, and what is printed of it.
type example struct {
	Language string `json:"language"`
	Files    string `json:"files"`
	Output   string `json:"output"`
}

// JSON writes checks as one document, with all that Text says when whole is set.
func JSON(w io.Writer, checks []Check, whole bool) error {
	doc := document{Checks: []documented{}}
	for _, c := range checks {
		d := documented{ID: c.ID, Name: c.Name, Severity: c.Severity.String(), Title: c.Title, Page: c.Page}
		if whole {
			d.Why, d.Mend = c.Why, c.Mend
		}
		if whole && len(c.Cases) > 0 {
			d.Example = &example{c.Cases[0].Language, c.Cases[0].Files, c.Cases[0].Shown(c.ID)}
		}
		doc.Checks = append(doc.Checks, d)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}
