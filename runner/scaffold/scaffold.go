// Package scaffold makes the files of a new project: specs and data to begin with, and what an editor and CI want beside them.
//
// It is pure: it returns files, and somebody else writes them.
package scaffold

import (
	"embed"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"unicode"

	"streamflow"
	"streamflow/data/generate"
)

// File is one file of a new project: its path below the project's folder, with slashes, and its bytes.
type File struct {
	Path    string
	Content []byte
	Beside  bool // it stands beside the specs, for git, an editor or CI: where there is one already, that one stays
}

// Example is a set of specs and data that a new project can begin with.
type Example struct {
	Name  string
	About string
	files func() []File
}

// Schema is the path of the JSON Schema that the specs of a new project name for editors.
const Schema = "runner.schema.json"

var nameLine = regexp.MustCompile(`(?m)^name: .*$`)

//go:embed all:files
var files embed.FS

// Examples lists them; the first is the one to take when none is asked for.
func Examples() []Example {
	return []Example{
		{"minimal", "two small tables and two months of them", func() []File { return below(files, "files/minimal") }},
		{"streamflow", "six tables of a streaming service with 7043 customers, as the documentation uses it", streamflowFiles},
	}
}

// Files returns the files of a new project in a folder, in the order in which they are to be written. Specs begin with a line that tells an
// editor where the schema is (the modeline of yaml-language-server).
func (e Example) Files(folder string) []File {
	name := projectName(folder)
	out := e.files()
	for _, f := range below(files, "files/project") {
		f.Beside = true
		out = append(out, f)
	}
	for i, f := range out {
		text := strings.ReplaceAll(string(f.Content), "NAME", name)
		if f.Path == "runner.yaml" { // the embedded database goes by the name: two projects of one name would share it
			text = nameLine.ReplaceAllLiteralString(string(f.Content), `name: "`+name+`"`)
		}
		switch ext := path.Ext(f.Path); {
		case ext == ".csv":
			continue
		case ext == ".yaml" && !strings.HasPrefix(f.Path, "."):
			text = WithModeline(f.Path, text)
		}
		out[i].Content = []byte(text)
	}
	return out
}

// streamflowFiles are the specs of the project's own example and its data.
func streamflowFiles() []File {
	out := below(streamflow.Specs, ".")
	for _, e := range generate.Exports() {
		out = append(out, File{Path: "data/seeds/" + e.Path, Content: e.Content})
	}
	return out
}

// below returns the files of a folder, with paths relative to it.
func below(in fs.FS, folder string) (out []File) {
	err := fs.WalkDir(in, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(in, name)
		out = append(out, File{Path: strings.TrimPrefix(name, folder+"/"), Content: content})
		return err
	})
	if err != nil {
		panic("scaffold: " + err.Error()) // the files are part of the program
	}
	return out
}

// WithModeline puts first into each document of a spec, by its path below the project, the line that tells editors where the schema is,
// unless there is one.
func WithModeline(at, text string) string {
	const mark = "# yaml-language-server: $schema="
	if strings.Contains(text, mark) {
		return text
	}
	line := mark + strings.Repeat("../", strings.Count(at, "/")) + Schema + "\n"
	return line + strings.ReplaceAll(text, "\n---\n", "\n---\n"+line)
}

// projectName makes a project's name of a folder's: letters, digits and - _ . are kept.
func projectName(folder string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r < 128 && (r == '-' || r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '-'
	}, folder), "-_.")
	if name == "" {
		name = "project"
	}
	return name
}
