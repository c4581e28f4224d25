package spec

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// maxSize is the largest spec that is read, in bytes. Hand-written ones have some thousands; what is larger is data by mistake.
const maxSize = 4 << 20

// Load reads specs from a project. Paths are files or folders, slash-separated and relative to the project; folders are searched for
// *.yaml and *.yml, in sorted order. Without paths it reads runner.yaml (or runner.yml), pipelines/, expectations/ and
// featureviews/, whichever exist. A file that was named and is not there is a finding. The tree is never nil; the findings are
// sorted.
func Load(fsys fs.FS, paths []string) (*Tree, diag.List) {
	l := newLoader(fsys)
	for _, name := range l.files(paths) {
		l.file(name)
	}
	l.diags.Sort()
	return l.tree, l.diags
}

// errNoFile is why a folder, pipe or device is not read.
var errNoFile = errors.New("it is no file")

func newLoader(fsys fs.FS) *loader {
	l := &loader{fsys: fsys, tree: &Tree{Sources: map[string][]byte{}}, kinds: map[string]*Kind{}}
	for _, k := range Kinds() {
		l.kinds[k.Name] = k
		l.names = append(l.names, k.Name)
	}
	return l
}

type loader struct {
	fsys  fs.FS
	tree  *Tree
	diags diag.List
	kinds map[string]*Kind
	names []string // of the kinds, in order
}

// files lists what is to be read, each file once, sorted.
func (l *loader) files(paths []string) []string {
	wanted := len(paths) > 0
	if !wanted {
		paths = []string{"runner.yaml", "runner.yml", "pipelines", "expectations", "featureviews"}
	}
	var out []string
	for _, p := range paths {
		p = path.Clean(p)
		if !fs.ValidPath(p) {
			l.badFile(diag.Place{File: p}, "the path leads out of the project", "name a path below the project, relative to it")
			continue
		}
		info, err := fs.Stat(l.fsys, p)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !wanted:
		case err != nil:
			l.badFile(diag.Place{File: p}, "cannot be read: "+reason(err), "check the path; it is relative to the project")
		case info.IsDir():
			out = append(out, l.folder(p)...)
		default: // what is no file is told when it is read
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (l *loader) folder(root string) (out []string) {
	_ = fs.WalkDir(l.fsys, root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			l.badFile(diag.Place{File: p}, "cannot be read: "+reason(err), "")
		case d.IsDir() && p != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !d.IsDir() && IsFile(p):
			out = append(out, p)
		}
		return nil
	})
	return out
}

// IsFile tells whether a file is read as a spec, by its name: *.yaml or *.yml, in whatever case.
func IsFile(name string) bool {
	ext := path.Ext(name)
	return strings.EqualFold(ext, ".yaml") || strings.EqualFold(ext, ".yml")
}

// reason is what went wrong with a file, without the path that is shown anyway.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

func (l *loader) badFile(at diag.Place, message, hint string) {
	c := check("Y109")
	l.diags.Add(diag.Diagnostic{Place: at, Severity: c.Severity, ID: c.ID, Name: c.Name, Message: message, Hint: hint})
}

// file reads one file and everything in it.
func (l *loader) file(name string) {
	text, err := l.read(name)
	if err != nil {
		l.tree.Partial = true
		l.badFile(diag.Place{File: name}, "cannot be read: "+reason(err), "")
		return
	}
	l.text(name, text)
}

// text reads the text of one file and everything in it.
func (l *loader) text(name string, text []byte) {
	if len(text) > maxSize {
		l.tree.Partial = true
		l.badFile(diag.Place{File: name}, fmt.Sprintf("is larger than %d MB, too large for a spec", maxSize>>20), "is it data?")
		return
	}
	l.tree.Sources[name] = text
	f := newFile(name, string(text))
	if !l.legible(f) {
		l.tree.Partial = true
		return
	}
	w := &walker{file: f, diags: &l.diags}
	roots, fault := parseYAML(f.text())
	var some parts
	switch {
	case fault != nil && len(text) > maxSalvaged:
		w.syntax(fault)
	case fault != nil:
		some = w.salvage(fault)
		roots = some.whole
	}
	l.tree.Partial = l.tree.Partial || fault != nil
	for _, root := range roots {
		if w.clean(root) {
			l.document(w, root)
		}
	}
	for i, root := range some.partial {
		l.partial(w, root, some.rules[i])
	}
	l.tree.Ignores = append(l.tree.Ignores, w.ignores(append(roots, some.partial...), fault == nil)...)
	if w.found > maxFindings {
		l.badFile(f.wholeFile(), fmt.Sprintf("has %d findings; the first %d are shown", w.found, maxFindings), "is it a spec?")
	}
	if len(roots) == 0 && fault == nil {
		l.badFile(f.wholeFile(), "is empty", "remove it, or write a document")
		l.diags[len(l.diags)-1].Severity = diag.Warning
	}
}

// partial reads a document of which a part could not be read, for its other faults. It gets into the tree only where nothing but rules is
// missing: what is missing of other documents would be missed elsewhere.
func (l *loader) partial(w *walker, root *node, rules bool) {
	w.partial = true
	defer func() { w.partial = false }()
	if !w.clean(root) {
		return
	}
	alone := *l
	alone.tree = &Tree{}
	alone.document(w, root)
	if rules {
		l.tree.Expectations = append(l.tree.Expectations, alone.tree.Expectations...)
	}
}

// read stops a little beyond maxSize, whatever the file holds.
func (l *loader) read(name string) ([]byte, error) {
	info, err := fs.Stat(l.fsys, name)
	if err == nil && !info.Mode().IsRegular() { // to open a pipe waits for somebody to write into it
		err = errNoFile
	}
	if err != nil {
		return nil, err
	}
	f, err := l.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

// legible reports, once for each file, the first character that has no business in a text. The line breaks of other worlds are among
// them, because YAML counts them as lines and editors do not.
func (l *loader) legible(f *file) bool {
	for i, line := range f.lines {
		col := 1
		for at, r := range line {
			why, hint := illegible(r, line[at:])
			if why != "" {
				l.badFile(f.span(i+1, col, 1), why, hint)
				return false
			}
			col++
		}
	}
	return true
}

func illegible(r rune, rest string) (why, hint string) {
	switch {
	case r == utf8.RuneError && !strings.HasPrefix(rest, string(utf8.RuneError)):
		return "is not UTF-8 from here on", "save the file as UTF-8"
	case r == 0:
		return "holds a NUL character", "is it a text file? save it as UTF-8"
	case r == '\r':
		return "holds a carriage return inside a line", "end lines with a newline"
	case r == 0x85 || r == 0x2028 || r == 0x2029:
		return fmt.Sprintf("holds the unusual line break U+%04X", r), "end lines with a newline"
	case r == 0xFEFF:
		return "holds a byte order mark inside the text", "remove it: nobody can see it"
	case r < ' ' && r != '\t', r >= 0x7F && r < 0xA0, r == 0xFFFE, r == 0xFFFF:
		return fmt.Sprintf("holds the control character U+%04X", r), `remove it, or write it as "\u` + fmt.Sprintf("%04X", r) + `"`
	}
	return "", ""
}
