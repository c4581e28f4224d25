package spec

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"streamflow/runner/model"
)

var (
	paramHole = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)(?::(.*))?$`)
	envHole   = regexp.MustCompile(`(?s)^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$`)
)

// maxHoles is how many malformed ${...} of one text are told.
const maxHoles = 20

// templ reads a text with ${...}.
func (w *walker) templ(n *node, f Field) Templ {
	s, _, ok := w.scalar(n, f)
	if !ok {
		return Templ{Faulty: true}
	}
	t, ok := w.parseTemplate(s)
	if !ok || w.jinja(s) {
		return Templ{Faulty: true}
	}
	return Templ{Str: s, Template: t}
}

// jinjaHole is how templates of other tools are written, with the name where it is nothing more.
var jinjaHole = regexp.MustCompile(`\{\{\s*(?:([A-Za-z_][A-Za-z0-9_]*)\s*\}\}|[^{}]*\}\})`)

// jinja reports a {{ }}, which would be taken as it is.
func (w *walker) jinja(s Str) bool {
	at := jinjaHole.FindStringSubmatchIndex(s.Value)
	if at == nil {
		return false
	}
	name := "name"
	if at[2] >= 0 {
		name = s.Value[at[2]:at[3]]
	}
	w.badTemplate(s, at[0], at[1], "{{ }} is not replaced", "write ${"+name+"}")
	if at[2] >= 0 {
		from := utf8.RuneCountInString(s.Value[:at[0]])
		w.mend(s.Fix(from, from+utf8.RuneCountInString(s.Value[at[0]:at[1]]), "${"+name+"}"))
	}
	return true
}

// parseTemplate splits a text at ${param}, ${date:%Y-%m}, ${env:NAME} and ${env:NAME:-default}; $${ stands for ${ itself. Every
// malformed ${...} is reported, at its own place.
func (w *walker) parseTemplate(s Str) (model.Template, bool) {
	var out model.Template
	var fixed strings.Builder
	bad := 0
	rest := s.Value
	for rest != "" {
		at := strings.Index(rest, "${")
		if at < 0 {
			fixed.WriteString(rest)
			break
		}
		if at > 0 && rest[at-1] == '$' {
			fixed.WriteString(rest[:at-1] + "${")
			rest = rest[at+2:]
			continue
		}
		fixed.WriteString(rest[:at])
		hole := rest[at:]
		end := strings.IndexByte(hole, '}')
		begin := len(s.Value) - len(hole)
		if end < 0 {
			w.badTemplate(s, begin, len(s.Value), "${ is not closed", "write }, or $${ for the characters themselves")
			return nil, false
		}
		part, why, hint := parseHole(hole[2:end])
		if why != "" {
			w.badTemplate(s, begin, begin+end+1, why, hint)
			if bad++; bad == maxHoles {
				return nil, false
			}
		}
		if fixed.Len() > 0 {
			out = append(out, model.Part{Text: fixed.String()})
			fixed.Reset()
		}
		out = append(out, part)
		rest = hole[end+1:]
	}
	if fixed.Len() > 0 {
		out = append(out, model.Part{Text: fixed.String()})
	}
	return out, bad == 0
}

// parseHole reads what stands between ${ and }.
func parseHole(text string) (part model.Part, why, hint string) {
	if strings.HasPrefix(text, "env:") {
		m := envHole.FindStringSubmatch(text)
		if m == nil {
			return part, fmt.Sprintf("${%s} names no environment variable", text), "write ${env:NAME} or ${env:NAME:-default}"
		}
		part.Env = m[1]
		if len(text) > len("env:")+len(m[1]) {
			part.EnvDefault = &m[2]
		}
		return part, "", ""
	}
	m := paramHole.FindStringSubmatch(text)
	switch {
	case m == nil:
		return part, fmt.Sprintf("${%s} is not the name of a parameter", text),
			"write ${name}, ${date:%Y-%m}, ${env:NAME} or ${env:NAME:-default}"
	case strings.HasPrefix(m[2], "-"):
		return part, fmt.Sprintf("${%s}: a parameter has no default here", text),
			fmt.Sprintf("give the parameter a default, or write ${env:%s:%s}", m[1], m[2])
	case len(text) > len(m[1]):
		if _, err := model.FormatDate(m[2], "2000-01-01"); err != nil || m[2] == "" {
			return part, fmt.Sprintf("${%s}: %q is not a date pattern", text, m[2]), "it may hold %Y %m %d %y %j %b %B %%"
		}
	}
	return model.Part{Param: m[1], Format: m[2]}, "", ""
}

// badTemplate reports the bytes from begin to end of a text.
func (w *walker) badTemplate(s Str, begin, end int, message, hint string) {
	from := utf8.RuneCountInString(s.Value[:begin])
	w.report("Y110", s.At(from, from+utf8.RuneCountInString(s.Value[begin:end])), message, hint)
}

// noTemplate reports ${ where nothing is replaced. what names the place: "a key", "an expression".
func (w *walker) noTemplate(s Str, what string) {
	at := strings.Index(s.Value, "${")
	if at < 0 {
		return
	}
	end := len(s.Value)
	if e := strings.IndexByte(s.Value[at:], '}'); e >= 0 {
		end = at + e + 1
	}
	hint := "it is replaced in values such as source paths and partitions only"
	if what == "an expression" {
		name := "NAME"
		if m := paramHole.FindStringSubmatch(strings.Trim(s.Value[at:end], "${}")); m != nil {
			name = m[1]
		}
		hint = "parameters are variables of the rule language: write params." + name
	}
	w.badTemplate(s, at, end, "${...} is not replaced in "+what, hint)
}
