package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// wish is one --format: what is written, and to which file; "" is stdout.
type wish struct{ format, file string }

// formatFlag is the value of --format, which may be given several times. As long as a command does not say so (checkSeveral), it may not.
type formatFlag struct{ g *globals }

// Type is what the help calls the value.
func (f formatFlag) Type() string { return "string" }

// String is the default.
func (f formatFlag) String() string { return formatText }

// Set adds one format.
func (f formatFlag) Set(value string) error {
	format, file, toFile := strings.Cut(value, "=")
	if toFile && file == "" {
		return fmt.Errorf("--format %s names no file: write FORMAT=FILE", value)
	}
	f.g.wishes = append(f.g.wishes, wish{format, file})
	f.g.format = f.g.wishes[0].format
	if i := slices.IndexFunc(f.g.wishes, func(w wish) bool { return w.file == "" }); i >= 0 { // as stdout was asked for
		f.g.format = f.g.wishes[i].format
	}
	return nil
}

// check refuses values that no command knows, and formats that this one does not have; more are those beside text and json. The command
// writes one format.
func (g *globals) check(more ...string) error {
	if len(g.wishes) > 1 {
		return usage("give --format once; lint writes several", "this command writes one format, not %s", g.wished())
	}
	if len(g.wishes) == 1 && g.wishes[0].file != "" {
		if g.output != "" {
			return usage("give one of the two", "--output and --format %s=%s both name a file", g.format, g.wishes[0].file)
		}
		g.output = g.wishes[0].file
		g.wishes[0].file = ""
	}
	_, err := g.checkSeveral(more...)
	return err
}

// checkSeveral is check of a command that writes as many formats at once as are asked for. It returns them: one at most goes to stdout.
func (g *globals) checkSeveral(more ...string) ([]wish, error) {
	wishes := slices.Clone(g.wishes)
	if len(wishes) == 0 {
		wishes = []wish{{format: g.format}}
	}
	plain := 0
	for i, w := range wishes {
		if err := knownFormat(w.format, more); err != nil {
			return nil, err
		}
		if w.file == "" {
			plain++
			wishes[i].file = g.output
		}
	}
	switch {
	case plain > 1:
		return nil, usage("write --format FORMAT=FILE for all but one", "%s go to the same place", g.wished())
	case plain == 0 && g.output != "":
		return nil, usage("leave it out, or give a --format without a file", "nothing is left for --output %s: every --format names a file", g.output)
	}
	if err := checkFiles(wishes); err != nil || g.logFormat == "" {
		return wishes, err
	}
	return wishes, oneOf("--log-format", g.logFormat, formatText, formatJSON)
}

// wished lists the formats as they were typed.
func (g *globals) wished() string {
	var out []string
	for _, w := range g.wishes {
		out = append(out, w.format)
	}
	return strings.Join(out, ", ")
}

func knownFormat(format string, more []string) error {
	err := oneOf("--format", format, append([]string{formatText, formatJSON}, more...)...)
	switch {
	case err == nil:
		return nil
	case slices.Contains(ciFormats, format):
		return usage("it is for lint, test, apply and validate", "this command has no --format %s", format)
	case slices.Contains(lintFormats, format):
		return usage("it is for lint", "this command has no --format %s", format)
	}
	return err
}

// checkFiles looks at the folders of files before any work is done, rather than after it. One file takes one format.
func checkFiles(wishes []wish) error {
	taken := map[string]bool{}
	for _, w := range wishes {
		if w.file == "" {
			continue
		}
		if taken[filepath.Clean(w.file)] {
			return usage("give each its own", "two formats go to the file %s", w.file)
		}
		taken[filepath.Clean(w.file)] = true
		if err := folderOf("the file", w.file); err != nil {
			return err
		}
	}
	return nil
}

func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return usage(cmp.Or(diag.DidYouMean(value, allowed), "choose one of "+strings.Join(allowed, ", ")), "%s %q is not known", flag, value)
}

// folderOf refuses the file of a flag whose folder is not there. An empty path is none.
func folderOf(flag, path string) error {
	if path == "" {
		return nil
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return surrounding("make the folder first", fmt.Errorf("%s %s: there is no folder %s", flag, path, dir))
	}
	return nil
}
