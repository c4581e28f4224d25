package cli

import (
	"bufio"
	"errors"
	"io"
	"os"

	"golang.org/x/term"

	"streamflow/runner/internal/replace"
	"streamflow/runner/report"
)

// terminal tells whether a stream is a terminal. Streams that are no files (tests) are none.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colour tells whether a stream may be coloured (no-color.org: any value of NO_COLOR but the empty one counts).
func (a *app) colour(stream any) bool {
	return terminal(stream) && !a.flags.noColor && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// result lets show write the result of a command: to stdout, or whole to the file of --output. A file that is there is replaced only
// when everything was written.
func (a *app) result(show func(w io.Writer, opts report.TextOptions) error) error {
	return a.resultTo(a.flags.output, show)
}

// resultTo is result with a file of its own; "" is stdout.
func (a *app) resultTo(file string, show func(w io.Writer, opts report.TextOptions) error) error {
	if file == "" {
		err := show(a.stdout, report.TextOptions{Colour: a.colour(a.stdout), Terminal: terminal(a.stdout)})
		return a.writeFault(err)
	}
	return a.writeFault(writeFile(file, func(w io.Writer) error { return show(w, report.TextOptions{}) }))
}

func (a *app) writeFault(err error) error {
	if err == nil {
		return nil
	}
	return surrounding("the result could not be written; what was done before stands", err)
}

// writeFile lets write fill a file, whole or not at all. What is no regular file (/dev/stderr, a named pipe) is written to as it is.
func writeFile(path string, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := replace.New(path, false)
	if err != nil {
		return err
	}
	defer f.Discard()
	b := bufio.NewWriter(f)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Keep()
}

// gitHubPrefix is where the project lies in the repository that GitHub Actions has checked out: annotations name files from its top.
func (a *app) gitHubPrefix() report.GitHubPrefix {
	workspace := a.getenv("GITHUB_WORKSPACE")
	if workspace == "" || a.root == "" {
		return ""
	}
	prefix, err := inside(workspace, a.root)
	if err != nil || prefix == "." {
		return ""
	}
	return report.GitHubPrefix(prefix)
}

// progress chooses how news is shown on stderr.
func (a *app) progress() report.Progress {
	switch {
	case a.flags.logFormat == formatJSON:
		return report.JSONLog(a.stderr, a.now)
	case terminal(a.stderr) && a.getenv("TERM") != "dumb":
		return report.Live(a.stderr, a.width, a.colour(a.stderr), a.now)
	}
	return report.Plain(a.stderr, a.now)
}

// width is that of the terminal on stderr, or 80.
func (a *app) width() int {
	if f, ok := a.stderr.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}
