package check

import (
	"path"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

var encodings = []string{"utf-8", "latin1", "windows-1252"}

// checkSource resolves where the rows of a table come from.
func (p *pass) checkSource(t *table) {
	sources := t.options.sources()
	str := func(get func(spec.Source) spec.Str) spec.Str {
		return nearest(sources, func(s spec.Source) strOption { return strOption{get(s)} }).Str
	}
	out := &t.load.Source
	out.Origin = t.name.Place
	if q := str(func(s spec.Source) spec.Str { return s.Query }); q.Set {
		p.unsupported(q.Place, "a query as a source")
		return
	}
	p.checkPath(t, nearest(sources, func(s spec.Source) templOption { return templOption{s.Path} }).Templ)
	out.Format = p.word(str(func(s spec.Source) spec.Str { return s.Format }), "format", []string{"csv"})
	out.Encoding = p.word(str(func(s spec.Source) spec.Str { return s.Encoding }), "encoding", encodings)
	out.Delimiter = p.one(str(func(s spec.Source) spec.Str { return s.Delimiter }), "delimiter")
	out.Loose = str(func(s spec.Source) spec.Str { return s.Match }).Value == "loose"
	out.IgnoreUnknown = str(func(s spec.Source) spec.Str { return s.UnknownColumns }).Value == "ignore"
	out.IdenticalKeys = str(func(s spec.Source) spec.Str { return s.DuplicateKeys }).Value == "identical"
	if h := nearest(sources, func(s spec.Source) boolOption { return boolOption{s.Header} }); h.Set {
		out.NoHeader = !h.Value
	}
	p.checkLimits(sources, out)
}

// word reads an option that is one of a few words.
func (p *pass) word(s spec.Str, what string, words []string) string {
	text := strings.ToLower(s.Value)
	if text == "utf8" {
		text = "utf-8"
	}
	if s.Set && !slices.Contains(words, text) {
		hint := diag.DidYouMean(text, words)
		if hint == "" {
			hint = "write " + strings.Join(words, ", ")
		}
		p.fault("T310", s.Place, hint, "%s %q is not known", what, s.Value)
	}
	return text
}

// maxErrors bounds the faults that are kept in memory.
const maxErrors = 100000

func (p *pass) checkLimits(sources []spec.Source, out *model.Source) {
	number := func(get func(spec.Source) spec.Int, what string) *int64 {
		v := nearest(sources, func(s spec.Source) intOption { return intOption{get(s)} }).Int
		if !v.Set {
			return nil
		}
		if v.Value < 0 {
			p.fault("T310", v.Place, "write 0 or more", "%s may not be negative", what)
		}
		return &v.Value
	}
	out.MinRows = number(func(s spec.Source) spec.Int { return s.MinRows }, "min_rows")
	if n := number(func(s spec.Source) spec.Int { return s.MaxErrors }, "max_errors"); n != nil {
		at := nearest(sources, func(s spec.Source) intOption { return intOption{s.MaxErrors} }).Place
		if *n == 0 || *n > maxErrors {
			p.fault("T310", at, "write a number such as 100", "max_errors is 1 to %d, got %d", maxErrors, *n)
		}
		out.MaxErrors = int(min(*n, maxErrors))
	}
	if n := nearest(sources, func(s spec.Source) intOption { return intOption{s.MaxRejects} }).Int; n.Set {
		p.unsupported(n.Place, "max_rejects")
	}
	shrink := nearest(sources, func(s spec.Source) floatOption { return floatOption{s.MaxShrink} }).Float
	switch {
	case !shrink.Set:
	case shrink.Word != "":
		out.ShrinkUnchecked = true
	case shrink.Value < 0 || shrink.Value > 1:
		p.fault("X454", shrink.Place, "write a share such as 0.5, or off", "max_shrink is a share between 0 and 1, got %s", shrink.Text)
	default:
		out.MaxShrink = &shrink.Value
	}
}

// checkPath resolves {table} and ${table} and judges that the path stays inside the project. What a flag or the environment brings may
// lie anywhere: it is given by whoever runs, not by the spec.
func (p *pass) checkPath(t *table, path spec.Templ) {
	if !path.Set {
		if len(t.options.sources()) > 0 {
			return // its path is faulty, and the loader has said so
		}
		p.fault("Y104", t.name.Place, "write source: PATH, or give defaults: {source: {path: ...}}", "table %q has no source", t.name.Value)
		return
	}
	t.load.Source.Origin = path.Place
	for _, part := range path.Template {
		if part.Param == "table" && part.Format == "" && t.pipeline.param("table") == nil {
			part = model.Part{Text: t.name.Value}
		}
		if part.Param != "" {
			p.checkPathParam(t.pipeline, part, path)
		}
		part.Text = strings.ReplaceAll(part.Text, "{table}", t.name.Value)
		t.load.Source.Path = append(t.load.Source.Path, part)
	}
	if len(t.load.Source.Path) == 0 {
		p.fault("R207", path.Place, "write the path of a file", "the source of %q is empty", t.name.Value)
		return
	}
	p.checkInside(t.load.Source.Path.String(), path.Place, "the source of "+t.name.Value)
}

// leaves tells whether the fixed beginning of a path, or a step of it, climbs out of the project.
func leaves(text string) bool {
	clean := path.Clean(strings.ReplaceAll(text, `\`, "/"))
	return clean == ".." || strings.HasPrefix(clean, "../") || strings.Contains(text, "}/..")
}

func (p *pass) checkPathParam(pl *pipeline, part model.Part, at spec.Templ) {
	param := pl.param(part.Param)
	if param == nil {
		p.unknownParam(pl, part.Param, at.Place)
		return
	}
	if part.Format != "" && param.Kind != model.DateParam {
		p.fault("R208", at.Place, "only a date can be formatted", "parameter %q is no date: ${%s:%s}", param.Name, part.Param, part.Format)
	}
}
