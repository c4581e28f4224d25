package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamflow/runner/fix"
	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
)

// maxLints bounds how often a project is read anew while it is mended.
const maxLints = 200

// mended is what fixes made of a project: the texts that changed, and the findings that are gone.
type mended struct {
	texts map[string][]byte
	done  []mending
}

// mending is a fix that was made: the finding, and what stood there.
type mending struct {
	diag.Diagnostic
	old string
}

// mender mends a project in memory.
type mender struct {
	p    *linted // as it is by now
	read func(texts map[string][]byte) (*linted, error)
	mended
	left int // how often it may be read anew
}

// mend applies the fixes of the findings that are shown, as long as there are any. A change stays only when the project is better for it
// (better); of several that together are not, each is tried alone. read reads the project with other texts for some files.
func mend(p *linted, read func(texts map[string][]byte) (*linted, error)) (*linted, mended, error) {
	m := &mender{p: p, read: read, mended: mended{texts: map[string][]byte{}}, left: maxLints}
	refused := map[identity]bool{}
	for m.left > 0 {
		var wanted diag.List
		for _, d := range m.p.shown {
			if d.Fix != nil && !refused[identityOf(d)] {
				wanted.Add(d)
			}
		}
		if len(wanted) == 0 {
			break
		}
		done, err := m.try(wanted)
		for i := 0; !done && err == nil && i < len(wanted); i++ {
			refused[identityOf(wanted[i])] = true
			if len(wanted) > 1 {
				done, err = m.try(wanted[i : i+1])
			}
		}
		if err != nil {
			return nil, m.mended, err
		}
	}
	return m.p, m.mended, nil
}

// try applies fixes to the texts, and takes them back where the project is not better for them.
func (m *mender) try(wanted diag.List) (done bool, err error) {
	next := mended{maps.Clone(m.texts), slices.Clone(m.done)}
	var made diag.List
	for _, file := range fixedFiles(wanted) {
		before, ok := m.p.tree.Sources[file]
		if !ok {
			continue
		}
		var fixes []diag.Fix
		var of diag.List
		for _, d := range wanted {
			if d.Fix.File == file && !slices.Contains(fixes, *d.Fix) {
				fixes, of = append(fixes, *d.Fix), append(of, d)
			}
		}
		text, applied := fix.Apply(before, fixes)
		next.texts[file] = text
		for _, d := range of {
			if slices.Contains(applied, *d.Fix) {
				made.Add(d)
				next.done = append(next.done, mending{d, fix.Old(before, *d.Fix)})
			}
		}
	}
	if m.left--; len(made) == 0 || m.left < 0 {
		return false, nil
	}
	q, err := m.read(next.texts)
	if err != nil || !better(m.p.findings, q.findings, made) {
		return false, err
	}
	m.p, m.mended = q, next
	return true, nil
}

// fixedFiles lists the files that fixes change, sorted.
func fixedFiles(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Fix.File)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// better tells whether findings are fewer than before: never more errors, and fewer of them or of warnings. A fault of YAML hides what stands
// behind it, so that after its fix there may be as many.
func better(before, after, fixed diag.List) bool {
	errors := after.Count(diag.Error) - before.Count(diag.Error)
	switch {
	case errors != 0:
		return errors < 0
	case after.Count(diag.Warning) < before.Count(diag.Warning):
		return true
	}
	return slices.ContainsFunc(fixed, func(d diag.Diagnostic) bool { return d.ID == "Y101" || d.ID == "Y107" }) &&
		!slices.ContainsFunc(fixed, func(d diag.Diagnostic) bool {
			return slices.ContainsFunc(after, func(o diag.Diagnostic) bool { return identityOf(o) == identityOf(d) })
		})
}

// fixLinted mends a project, and writes what came of it, or with diff shows it. It returns what is left to be said: with diff everything.
func (a *app) fixLinted(p *linted, read func(map[string][]byte) (*linted, error), diff bool) (*linted, error) {
	left, m, err := mend(p, read)
	if err != nil {
		return nil, err
	}
	if diff {
		return p, a.writeDiff(p.tree.Sources, m)
	}
	if err := a.writeMended(p.root, p.tree.Sources, m); err != nil {
		return nil, err
	}
	a.showMended(m)
	return left, nil
}

// showMended says what was changed: one line for each, on stderr.
func (a *app) showMended(m mended) {
	for _, d := range m.done {
		_, _ = fmt.Fprintf(a.stderr, "%s: fixed %s: %s -> %s\n", d.Fix.Place, strings.TrimSpace(d.ID+" "+d.Name), shown(d.old), shown(d.Fix.Text))
	}
}

// shown is a text of a line for people.
func shown(text string) string {
	if text == "" {
		return "nothing"
	}
	return report.Visible(text)
}

// writeMended writes the files that changed, each whole or not at all, and with its mode. One that somebody else changed meanwhile is left
// alone.
func (a *app) writeMended(root string, before map[string][]byte, m mended) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(m.texts)) {
		path := filepath.Join(root, filepath.FromSlash(name))
		now, err := os.ReadFile(path)
		switch {
		case err == nil && !bytes.Equal(now, before[name]):
			err = fmt.Errorf("%s was changed by somebody else meanwhile, and is left as it is", name)
		case err == nil:
			err = writeFile(path, func(w io.Writer) error { _, err := w.Write(m.texts[name]); return err })
		}
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return surrounding("files that are not named here were fixed", err)
	}
	return nil
}

// writeDiff writes what fixes would change, as a patch from the folder of the project.
func (a *app) writeDiff(before map[string][]byte, m mended) error {
	return a.result(func(w io.Writer, _ report.TextOptions) error {
		for _, name := range slices.Sorted(maps.Keys(m.texts)) {
			if _, err := io.WriteString(w, fix.Diff(name, before[name], m.texts[name])); err != nil {
				return err
			}
		}
		return nil
	})
}
