package report

import (
	"io"
	"path"
	"slices"
)

// Created says which files a command has made in a folder, and on a terminal what one would type next. As JSON it is one document with
// every path.
func Created(w io.Writer, asJSON bool, dir string, paths []string, next string, opts TextOptions) error {
	if asJSON {
		return encode(w, struct {
			Dir   string   `json:"dir"`
			Files []string `json:"files"`
		}{dir, list(paths)})
	}
	o := &printer{w: w, p: palette(opts.Colour)}
	slices.Sort(paths)
	for _, p := range paths {
		o.line("%s %s", o.p.green("+"), path.Join(dir, p))
	}
	o.line("")
	o.line("%s made; none was there before", count(int64(len(paths)), "file"))
	if opts.Terminal {
		o.next(next)
	}
	return o.err
}
