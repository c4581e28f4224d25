package check

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkPath resolves {table} and ${table} and judges that the path stays inside the project. What a flag or the environment brings may
// lie anywhere: it is given by whoever runs, not by the spec.
func (p *pass) checkPath(t *table, at spec.Templ) {
	if !at.Set {
		if !p.faultyPath(t) && !t.spec.Meant["source"] && !t.pipeline.spec.Meant["defaults"] {
			p.fault("Y104", t.name.Place, "write source: PATH, or give defaults: {source: {path: ...}}", "table %q has no source", t.name.Value)
		}
		return
	}
	t.load.Source.Origin = at.Place
	first := p.firstUse(t.pipeline, at.Place)
	from := 0
	for _, part := range at.Template {
		if part.Param == "table" && part.Format == "" && t.pipeline.param("table") == nil {
			part = model.Part{Text: t.name.Value}
		}
		if part.Param != "" && first {
			var hole diag.Place
			hole, from = holeOf(at.Str, part.Param, from)
			p.checkPathParam(t.pipeline, part, hole)
		}
		if part.EnvDefault != nil && first {
			p.checkInside(*part.EnvDefault, at.Place, "the default of "+part.Env)
		}
		part.Text = strings.ReplaceAll(part.Text, "{table}", t.name.Value)
		t.load.Source.Path = append(t.load.Source.Path, part)
	}
	text := t.load.Source.Path.String()
	if strings.TrimSpace(text) == "" {
		p.fault("R207", at.Place, "write the path of a file", "the source of %q is empty", t.name.Value)
		return
	}
	if !first {
		return
	}
	if _, err := path.Match(text, ""); err != nil {
		p.fault("T310", at.Place, `write \[ for the bracket itself`, "the path %q is a pattern whose [ is not closed", text)
	}
	p.checkInside(text, at.Place, "the source of "+t.name.Value)
}

// firstUse tells whether a path is judged for the first time: that of defaults is used by many tables, and its faults are told once for
// each pipeline, whose parameters may differ.
func (p *pass) firstUse(pl *pipeline, at diag.Place) bool {
	if pl.paths[at] {
		return false
	}
	if pl.paths == nil {
		pl.paths = map[diag.Place]bool{}
	}
	pl.paths[at] = true
	return true
}

// faultyPath tells whether a path was written that could not be read.
func (p *pass) faultyPath(t *table) bool {
	return slices.ContainsFunc(t.options.sources(), func(s spec.Source) bool { return s.Path.Faulty })
}

// holeOf is the place of the next ${param} of a text, looked for from a byte on, and the byte behind it.
func holeOf(s spec.Str, param string, from int) (diag.Place, int) {
	begin := strings.Index(s.Value[from:], "${"+param)
	if begin < 0 {
		return s.Place, from
	}
	begin += from
	end := begin + strings.IndexByte(s.Value[begin:], '}') + 1
	first := utf8.RuneCountInString(s.Value[:begin])
	return s.At(first, first+utf8.RuneCountInString(s.Value[begin:end])), end
}

func (p *pass) checkPathParam(pl *pipeline, part model.Part, at diag.Place) {
	param := pl.param(part.Param)
	if param == nil {
		p.unknownParam(pl, part.Param, at)
		p.mendHole(at, part.Param, pl.paramNames())
		return
	}
	if part.Format != "" && param.Kind != model.DateParam {
		p.fault("R208", at, "only a date can be formatted", "parameter %q is no date: ${%s:%s}", param.Name, part.Param, part.Format)
	}
}

// mendHole is mendName for the name in ${name}, or ${name:format}, at a place.
func (p *pass) mendHole(at diag.Place, name string, names []string) {
	const opening = len("${")
	width, meant := utf8.RuneCountInString(name), diag.Only(name, names)
	if meant == "" || at.Line != at.EndLine || at.EndCol-at.Col < opening+width+1 {
		return
	}
	at.Col += opening
	at.EndCol = at.Col + width
	p.list[len(p.list)-1].Fix = &diag.Fix{Place: at, Text: meant}
}

// leaves tells whether a path climbs out of the project, or out of the folder that a parameter brings. A step of which something is not
// known counts as the place where it is.
func leaves(text string) bool {
	depth := 0
	for _, step := range strings.Split(strings.ReplaceAll(text, `\`, "/"), "/") {
		switch {
		case step == "..":
			depth--
		case step != "" && step != "." && !strings.Contains(step, "${"):
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

// checkInside refuses a fixed text of a spec that leads a path out of the project.
func (p *pass) checkInside(text string, at diag.Place, what string) {
	switch {
	case strings.Contains(text, "://"):
		if _, rest, _ := strings.Cut(text, "://"); strings.Contains(rest, "@") {
			p.fault("R207", at, "a spec is committed: remove the password, and change it", "a password stands in %s", what)
			return
		}
		p.unsupported(at, "reading from a URL")
	case strings.HasPrefix(text, "/"), strings.HasPrefix(text, "~"), len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/'):
		p.fault("R207", at, "write a path relative to the project, or give the folder by a flag or the environment", "%s is the absolute path %q, which holds on one machine only", what, text)
	case leaves(text):
		p.fault("R207", at, "keep the files below the project, or give the folder by a flag or the environment", "%s is %q, which leaves the project", what, text)
	}
}

// checkFolders holds the values that the spec itself gives to the parameters of a path against the same rule as the path.
func (p *pass) checkFolders(pl *pipeline) {
	used := map[string]bool{}
	for _, t := range pl.tables {
		for _, name := range t.load.Source.Path.Params() {
			used[name] = true
		}
	}
	for _, e := range pl.spec.Params.Entries {
		if used[e.Key.Value] && e.Value.Default.Set {
			p.checkInside(e.Value.Default.Value, e.Value.Default.Place, "the default of "+e.Key.Value)
		}
	}
	for _, part := range pl.spec.Partitions.List {
		for _, v := range part.Values.Entries {
			if used[v.Key.Value] && v.Value.Set {
				p.checkInside(v.Value.Value, v.Value.Place, v.Key.Value+" of this partition")
			}
		}
	}
}
