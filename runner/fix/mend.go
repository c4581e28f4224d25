package fix

import (
	"maps"
	"slices"

	"streamflow/runner/internal/diag"
)

// maxLints bounds how often a project is read anew while it is mended.
const maxLints = 200

// Mended is what fixes made of a project: the texts that changed, and the findings that are gone.
type Mended struct {
	Texts map[string][]byte
	Done  []Made
}

// Made is a fix that was made: the finding, and what stood there.
type Made struct {
	diag.Diagnostic
	Old string
}

// Project is a project as it was read: its texts by file, all its findings, and those of them whose fixes are wanted.
type Project interface {
	Texts() map[string][]byte
	Findings() diag.List
	Wanted() diag.List
}

// mender mends a project in memory.
type mender[P Project] struct {
	p    P // as it is by now
	read func(texts map[string][]byte) (P, error)
	Mended
	refused map[diag.Identity]bool // findings whose fix alone is not good enough
	spoilt  map[string]bool        // the files that the last fixes did not make as much better as they should
	left    int                    // how often it may be read anew
}

// Mend applies the fixes that are wanted, as long as there are any. A change stays only when the project is better for it
// (better); of several that together are not, halves are tried. read reads the project with other texts for some files.
func Mend[P Project](p P, read func(texts map[string][]byte) (P, error)) (P, Mended, error) {
	m := &mender[P]{p: p, read: read, Mended: Mended{Texts: map[string][]byte{}}, refused: map[diag.Identity]bool{}, left: maxLints}
	for m.left > 0 {
		var wanted diag.List
		for _, d := range m.p.Wanted() {
			if d.Fix != nil && !m.refused[d.Identity()] {
				wanted.Add(d)
			}
		}
		if len(wanted) == 0 {
			break
		}
		if first := slices.DeleteFunc(slices.Clone(wanted), func(d diag.Diagnostic) bool { return !Hides(d) }); len(first) > 0 {
			wanted = first
		}
		if _, err := m.trySome(wanted); err != nil {
			return m.p, m.Mended, err
		}
	}
	return m.p, m.Mended, nil
}

// trySome makes all of the fixes, or those in the files that they make better, or a half of them that is good, and so on; after it places may be
// others. It tells whether it made any.
func (m *mender[P]) trySome(wanted diag.List) (done bool, err error) {
	if done, err = m.try(wanted); done || err != nil || m.left <= 0 {
		return done, err
	}
	half := len(wanted) / 2
	if half == 0 {
		m.refused[wanted[0].Identity()] = true
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
func (m *mender[P]) try(wanted diag.List) (done bool, err error) {
	next := Mended{maps.Clone(m.Texts), slices.Clone(m.Done)}
	var made diag.List
	for _, file := range fixedFiles(wanted) {
		before, ok := m.p.Texts()[file]
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
		text, applied := Apply(before, fixes)
		next.Texts[file] = text
		for _, d := range of {
			if slices.Contains(applied, *d.Fix) {
				made.Add(d)
				next.Done = append(next.Done, Made{d, Old(before, *d.Fix)})
			}
		}
	}
	if m.left--; len(made) == 0 || m.left < 0 {
		return false, nil
	}
	q, err := m.read(next.Texts)
	if err != nil {
		return false, err
	}
	if !better(m.p.Findings(), q.Findings(), made) {
		m.spoilt = spoilt(m.p.Findings(), q.Findings(), made)
		return false, nil
	}
	m.p, m.Mended = q, next
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

// Hides tells whether a finding keeps what stands below it from being looked at: an unknown key, kind or table. Their fixes come first.
func Hides(d diag.Diagnostic) bool { return d.ID == "Y103" || d.ID == "R201" }

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
		!slices.ContainsFunc(after, func(d diag.Diagnostic) bool { return d.Identity() == fixed[0].Identity() })
}

// revealed tells whether findings that hide others are gone, and whatever is new was hidden by them: it stands on a line below one of them (behind
// one, if that is a key) or in another file. A key or name that was not meant shows in a duplicate or in a value of the wrong kind beside it.
func revealed(before, after, fixed diag.List) bool {
	known := map[diag.Identity]bool{}
	for _, d := range before {
		known[d.Identity()] = true
	}
	byFile := map[string]diag.List{}
	for _, d := range fixed {
		byFile[d.File] = append(byFile[d.File], d)
		if !Hides(d) || slices.ContainsFunc(after, func(a diag.Diagnostic) bool { return a.Identity() == d.Identity() }) {
			return false
		}
	}
	return !slices.ContainsFunc(after, func(d diag.Diagnostic) bool {
		if known[d.Identity()] || d.Severity == diag.Info {
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
