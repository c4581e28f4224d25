package check

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// expressionFaults gives the faults of an expression about a table their places in the file.
func (p *pass) expressionFaults(t *table, s spec.Str, faults []expression.Fault) {
	p.placed(s, faults, t.load.Table.Columns, len(t.spec.Columns.Entries) == 0)
}

// placed gives the faults of an expression their places in the file, without those that only follow from what was said already: of a part
// that mentions a column or parameter of an unknown type, and of the names where nothing is known of the columns.
func (p *pass) placed(s spec.Str, faults []expression.Fault, columns []model.Column, unknownColumns bool) {
	unknown := slices.Clone(p.untyped)
	for _, c := range columns {
		if c.Type.Family == model.NoFamily {
			unknown = append(unknown, c.Name)
		}
	}
	runes := []rune(s.Value)
	for _, f := range faults {
		part := runes[max(min(f.From, len(runes)), 0):max(min(f.To, len(runes)), 0)]
		follows := f.ID == "E402" && unknownColumns || f.ID == "E401" && inTemplate(runes, f.From) ||
			(f.ID == "E403" || f.ID == "E404") && slices.ContainsFunc(unknown, func(name string) bool { return mentions(part, name) })
		if !follows {
			d := diag.Diagnostic{Place: s.At(f.From, f.To), Severity: f.Severity, ID: f.ID, Name: f.Name, Message: f.Message, Hint: f.Hint}
			if f.Fix != nil {
				d.Fix = s.Fix(f.Fix.From, f.Fix.To, f.Fix.Text)
			}
			p.list.Add(d)
		}
	}
}

// inTemplate tells whether a place lies in a ${...}, which is reported as one.
func inTemplate(text []rune, at int) bool {
	from := strings.LastIndex(string(text[:min(at+1, len(text))]), "$")
	return from >= 0 && strings.HasPrefix(string(text)[from:], "${") && !strings.Contains(string(text[:at])[from:], "}")
}

// mentions tells whether a part of an expression holds a name as a word.
func mentions(part []rune, name string) bool {
	word := []rune(name)
	inside := func(i int) bool {
		return i >= 0 && i < len(part) && (part[i] == '_' || unicode.IsLetter(part[i]) || unicode.IsDigit(part[i]))
	}
	for i := 0; i+len(word) <= len(part); i++ {
		if slices.Equal(part[i:i+len(word)], word) && !inside(i-1) && !inside(i+len(word)) {
			return true
		}
	}
	return false
}

// unreadFile tells whether some file of the project could not be read into documents, or one of these has no name. Names may be declared there, so that it would be
// noise to call them unknown; the file itself has a finding.
func (p *pass) unreadFile() bool {
	read := map[string]bool{}
	for _, d := range p.tree.Documents() {
		read[d.Place.File] = true
		if !d.Name.Set && slices.Contains([]string{"entity", "feature_view", "feature_service", "training_set"}, d.Kind) {
			return true
		}
	}
	for name, text := range p.tree.Sources {
		if !read[name] && hasContent(string(text)) {
			return true
		}
	}
	return false
}

// hasContent tells whether a file holds more than comments and the marks between documents.
func hasContent(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line != "" && line != "---" && line != "..." && !strings.HasPrefix(line, "#") {
			return true
		}
	}
	return false
}

// some lists names for a hint: all of a few, the first of many.
func some(names []string) string {
	const most = 12
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// mend gives the last finding a fix: another text in place of the whole one that it speaks of.
func (p *pass) mend(s spec.Str, text string) {
	if text != "" {
		p.list[len(p.list)-1].Fix = s.Fix(0, len([]rune(s.Value)), text)
	}
}

// mendName is mend with the only one of some names that is near to what is written.
func (p *pass) mendName(s spec.Str, names []string) { p.mend(s, diag.Only(s.Value, names)) }

// mendPart is mendName for a name that is a part of a text, in runes.
func (p *pass) mendPart(s spec.Str, from, to int, name string, names []string) {
	if meant := diag.Only(name, names); meant != "" && from >= 0 && string([]rune(s.Value)[from:to]) == name {
		p.list[len(p.list)-1].Fix = s.Fix(from, to, meant)
	}
}

// suggest returns what was probably meant, or else what there is.
func suggest(word string, names []string, all string) string {
	if meant := diag.DidYouMean(word, names); meant != "" {
		return meant
	}
	if len(names) == 0 {
		return "there are none"
	}
	return all + " " + some(names)
}
