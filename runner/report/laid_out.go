package report

import (
	"io"
	"strings"

	"streamflow/runner/internal/diag"
)

// Layout is what was done to lay out specs.
type Layout struct {
	Files   int      // looked at
	Changed []string // those that were not laid out yet
	Written bool     // and are now
	Diffs   []string // of those, where they were asked for
	Faults  diag.List
	Sources map[string][]byte
}

// LaidOut says which specs were laid out, or would be; as JSON with the faults of those that were left alone.
func LaidOut(w io.Writer, asJSON bool, l Layout, opts TextOptions) error {
	if asJSON {
		faults := []finding{}
		for _, d := range l.Faults {
			faults = append(faults, findingOf(d))
		}
		return encode(w, struct {
			Files    int       `json:"files"`
			Changed  []string  `json:"changed"`
			Written  bool      `json:"written"`
			Findings []finding `json:"findings"`
		}{l.Files, list(l.Changed), l.Written, faults})
	}
	o := &printer{w: w, p: palette(opts.Colour)}
	for _, d := range l.Diffs {
		for line := range strings.Lines(d) {
			o.line("%s", o.diffLine(strings.TrimRight(line, "\n")))
		}
	}
	if len(l.Diffs) == 0 {
		for _, name := range l.Changed {
			o.line("%s %s", o.p.yellow("~"), name)
		}
	}
	if len(l.Changed) > 0 {
		o.line("")
	}
	of := count(int64(l.Files), "file")
	switch {
	case len(l.Changed) == 0 && len(l.Faults) == 0:
		o.line("%s, nothing to change", of)
	case l.Written:
		o.line("%d of %s laid out", len(l.Changed), of)
	default:
		o.line("%d of %s would be laid out", len(l.Changed), of)
	}
	return o.err
}

func (o *printer) diffLine(line string) string {
	switch {
	case strings.HasPrefix(line, "+"):
		return o.p.green(line)
	case strings.HasPrefix(line, "-"):
		return o.p.red(line)
	}
	return line
}
