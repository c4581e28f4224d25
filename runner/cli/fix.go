package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	refused map[identity]bool // findings whose fix alone is not good enough
	spoilt  map[string]bool   // the files that the last fixes did not make as much better as they should
	left    int               // how often it may be read anew
}

// mend applies the fixes of the findings that are shown, as long as there are any. A change stays only when the project is better for it
// (better); of several that together are not, halves are tried. read reads the project with other texts for some files.
func mend(p *linted, read func(texts map[string][]byte) (*linted, error)) (*linted, mended, error) {
	m := &mender{p: p, read: read, mended: mended{texts: map[string][]byte{}}, refused: map[identity]bool{}, left: maxLints}
	for m.left > 0 {
		var wanted diag.List
		for _, d := range m.p.shown {
			if d.Fix != nil && !m.refused[identityOf(d)] {
				wanted.Add(d)
			}
		}
		if len(wanted) == 0 {
			break
		}
		if first := slices.DeleteFunc(slices.Clone(wanted), func(d diag.Diagnostic) bool { return !hides(d) }); len(first) > 0 {
			wanted = first
		}
		if _, err := m.trySome(wanted); err != nil {
			return nil, m.mended, err
		}
	}
	return m.p, m.mended, nil
}

// trySome makes all of the fixes, or those in the files that they make better, or a half of them that is good, and so on; after it places may be
// others. It tells whether it made any.
func (m *mender) trySome(wanted diag.List) (done bool, err error) {
	if done, err = m.try(wanted); done || err != nil || m.left <= 0 {
		return done, err
	}
	half := len(wanted) / 2
	if half == 0 {
		m.refused[identityOf(wanted[0])] = true
		return false, nil
	}
	good := slices.DeleteFunc(slices.Clone(wanted), func(d diag.Diagnostic) bool { return m.spoilt[d.Fix.File] })
	if len(good) > 0 && len(good) < len(wanted) {
		if done, err = m.try(good); done || err != nil {
			return done, err
		}
	}
	if done, err = m.trySome(wanted[:half]); done || err != nil {
		return done, err
	}
	return m.trySome(wanted[half:])
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
	if err != nil {
		return false, err
	}
	if !better(m.p.findings, q.findings, made) {
		m.spoilt = spoilt(m.p.findings, q.findings, made)
		return false, nil
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

// hides tells whether a finding keeps what stands below it from being looked at: an unknown key, kind or table. Their fixes come first.
func hides(d diag.Diagnostic) bool { return d.ID == "Y103" || d.ID == "R201" }

// better tells whether a project is better for the fixes of some findings. Of several, each has to do all that it should: there are as many
// errors and warnings less. One alone must leave fewer errors, or as many and fewer warnings, because it may bring others to light; a fault of
// YAML, which hides what stands behind it, may leave as many of both, and what hides others any number of those (revealed).
func better(before, after, fixed diag.List) bool {
	if revealed(before, after, fixed) {
		return true
	}
	errors := after.Count(diag.Error) - before.Count(diag.Error)
	warnings := after.Count(diag.Warning) - before.Count(diag.Warning)
	switch {
	case errors > 0:
		return false
	case len(fixed) > 1:
		return errors+warnings <= fixed.Count(diag.Info)-len(fixed)
	case errors < 0 || warnings < 0:
		return true
	}
	return (fixed[0].ID == "Y101" || fixed[0].ID == "Y107") &&
		!slices.ContainsFunc(after, func(d diag.Diagnostic) bool { return identityOf(d) == identityOf(fixed[0]) })
}

// revealed tells whether findings that hide others are gone, and whatever is new was hidden by them: it stands on a line below one of them (behind
// one, if that is a key) or in another file. A key or name that was not meant shows in a duplicate or in a value of the wrong kind beside it.
func revealed(before, after, fixed diag.List) bool {
	known := map[identity]bool{}
	for _, d := range before {
		known[identityOf(d)] = true
	}
	byFile := map[string]diag.List{}
	for _, d := range fixed {
		byFile[d.File] = append(byFile[d.File], d)
		if !hides(d) || slices.ContainsFunc(after, func(a diag.Diagnostic) bool { return identityOf(a) == identityOf(d) }) {
			return false
		}
	}
	return !slices.ContainsFunc(after, func(d diag.Diagnostic) bool {
		if known[identityOf(d)] || d.Severity == diag.Info {
			return false
		}
		of, here := byFile[d.File]
		hidden := !here || slices.ContainsFunc(of, func(f diag.Diagnostic) bool {
			return d.Line > f.Line || d.Line == f.Line && d.Col > f.Col && f.ID == "Y103" && d.ID != "Y105"
		})
		return !hidden || d.ID == "Y101" || d.ID == "Y102" || d.ID == "R205"
	})
}

// spoilt are the files in which fixes did not take away as many errors and warnings as they should.
func spoilt(before, after, fixed diag.List) map[string]bool {
	more := map[string]int{}
	for sign, list := range map[int]diag.List{1: slices.Concat(after, fixed), -1: before} {
		for _, d := range list {
			if d.Severity != diag.Info {
				more[d.File] += sign
			}
		}
	}
	out := map[string]bool{}
	for file, n := range more {
		out[file] = n > 0
	}
	return out
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
	a.showMended(m, left.shown)
	return left, nil
}

// showMended says what was changed, one line for each, and what of the rest has a fix that was not good enough; on stderr.
func (a *app) showMended(m mended, left diag.List) {
	slices.SortStableFunc(m.done, func(a, b mending) int {
		return cmp.Or(cmp.Compare(a.Fix.File, b.Fix.File), cmp.Compare(a.Fix.Line, b.Fix.Line), cmp.Compare(a.Fix.Col, b.Fix.Col))
	})
	for _, d := range m.done {
		_, _ = fmt.Fprintf(a.stderr, "%s: fixed %s: %s -> %s\n", d.Fix.Place, strings.TrimSpace(d.ID+" "+d.Name), shown(d.old), shown(d.Fix.Text))
	}
	for _, d := range left {
		if d.Fix != nil {
			_, _ = fmt.Fprintf(a.stderr, "%s: left %s: with %s there would be as many faults, or more\n", d.Fix.Place, strings.TrimSpace(d.ID+" "+d.Name), shown(d.Fix.Text))
		}
	}
}

// shown is a text of a line for people.
func shown(text string) string {
	switch {
	case text == "":
		return "nothing"
	case strings.TrimSpace(text) == "":
		return strconv.Quote(text)
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
