package report

import (
	"io"
	"path"
	"slices"
)

// NewFiles are the files that a command has made in a folder, and those that it left because they were there.
type NewFiles struct {
	Dir   string   `json:"dir"`
	Files []string `json:"files"`
	Kept  []string `json:"kept"`
}

// Created says which files a command has made, and on a terminal what one would type next. As JSON it is one document with every path.
func Created(w io.Writer, asJSON bool, made NewFiles, next string, opts TextOptions) error {
	if asJSON {
		return encode(w, NewFiles{made.Dir, list(made.Files), list(made.Kept)})
	}
	o := &printer{w: w, p: palette(opts.Colour)}
	slices.Sort(made.Files)
	for _, p := range made.Files {
		o.line("%s %s", o.p.green("+"), path.Join(made.Dir, p))
	}
	for _, p := range made.Kept {
		o.line("  %s was there and stays", path.Join(made.Dir, p))
	}
	o.line("")
	o.line("%s made; none was there before", count(int64(len(made.Files)), "file"))
	if opts.Terminal {
		o.next(next)
	}
	return o.err
}
