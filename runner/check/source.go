package check

import (
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
	out.Format = p.word(str(func(s spec.Source) spec.Str { return s.Format }), "format", []string{"csv", "parquet"})
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
		p.mendName(s, words)
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
	if n := number(func(s spec.Source) spec.Int { return s.MaxRejects }, "max_rejects"); n != nil {
		most := int(*n)
		out.MaxRejects = &most
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
