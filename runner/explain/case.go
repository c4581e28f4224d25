package explain

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"streamflow/runner/internal/diag"
)

// Case is a project with a fault, and what the commands say of it.
type Case struct {
	Name     string // of its file, without the extension
	Language string // "yaml" for one file, "txtar" for several
	Files    string // the file, or the files as an archive of that language
	Output   string // what lint prints of it, with what only informs
	Session  string // in place of Output, where a database is needed: see sessionLine
}

// A session is a line "$ COMMAND" for each command, followed by what it prints. A line "# $ COMMAND" is typed as well and not shown.
var sessionLine = regexp.MustCompile(`(?m)^\$ `)

// Shown is what a reader sees of the case of a check: the findings of that check alone, or the session.
func (c Case) Shown(id string) string {
	if c.Session == "" {
		return findingsOf(id, c.Output)
	}
	lines := slices.DeleteFunc(strings.Split(c.Session, "\n"), func(l string) bool { return strings.HasPrefix(l, "# ") })
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// readCases reads every case of a folder "cases", in order of name.
func readCases(fsys fs.FS) []Case {
	entries, err := fs.ReadDir(fsys, "cases")
	if err != nil {
		return nil
	}
	var out []Case
	for _, e := range entries {
		language := strings.TrimPrefix(path.Ext(e.Name()), ".")
		if language == "out" {
			continue
		}
		name := strings.TrimSuffix(e.Name(), "."+language)
		text, _ := fs.ReadFile(fsys, "cases/"+e.Name())
		output, _ := fs.ReadFile(fsys, "cases/"+name+".out")
		c := Case{Name: name, Language: language, Files: string(text), Output: string(output)}
		if archive := txtar.Parse(text); language == "txtar" && sessionLine.Match(archive.Comment) {
			c.Session = string(archive.Comment)
			c.Files = string(txtar.Format(&txtar.Archive{Files: archive.Files}))
		}
		out = append(out, c)
	}
	return out
}

// casesOf are the cases of a check: first the one that is called after it, then those that begin with its id.
func casesOf(c diag.Check, all []Case) []Case {
	var out []Case
	for _, one := range all {
		switch id, _, _ := strings.Cut(one.Name, "-"); {
		case one.Name == c.ID+"-"+c.Name:
			out = slices.Insert(out, 0, one)
		case id == c.ID:
			out = append(out, one)
		}
	}
	return out
}

// headline begins a finding in the text that lint prints.
var headline = regexp.MustCompile(`^\S.*?: (?:error|warning|info)\[(\w+) [\w-]+\]: `)

// findingsOf keeps the findings of one check in a text that lint printed.
func findingsOf(id, output string) string {
	output, _, _ = strings.Cut(output, "\n\n") // the closing line
	var out []string
	keep := false
	for _, line := range strings.Split(output, "\n") {
		if m := headline.FindStringSubmatch(line); m != nil {
			keep = m[1] == id
		}
		if keep {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
