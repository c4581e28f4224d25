package report

import (
	"io"
	"path"
)

// Exported are the files that an export wrote into a folder, those that held the same already, and what the other tool is told otherwise or
// not at all.
type Exported struct {
	Dir       string   `json:"dir"`
	Files     []string `json:"files"`
	Unchanged []string `json:"unchanged"`
	Notes     []string `json:"notes"`
}

// Export says what an export wrote, and on a terminal what one would type next. As JSON it is one document.
func Export(w io.Writer, asJSON bool, out Exported, next string, opts TextOptions) error {
	if asJSON {
		return encode(w, Exported{out.Dir, list(out.Files), list(out.Unchanged), list(out.Notes)})
	}
	o := &printer{w: w, p: palette(opts.Colour)}
	for _, f := range out.Files {
		o.line("%s %s", o.p.green("+"), path.Join(out.Dir, f))
	}
	for _, f := range out.Unchanged {
		o.line("  %s is up to date", path.Join(out.Dir, f))
	}
	for _, n := range out.Notes {
		o.line("note: %s", n)
	}
	if opts.Terminal {
		o.next(next)
	}
	return o.err
}
