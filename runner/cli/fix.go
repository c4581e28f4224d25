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

// fixLinted mends a project, and writes what came of it, or with diff shows it. It returns what is left to be said: with diff everything.
func (a *app) fixLinted(p *linted, read func(map[string][]byte) (*linted, error), diff bool) (*linted, error) {
	left, m, err := fix.Mend(p, read)
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
func (a *app) showMended(m fix.Mended, left diag.List) {
	slices.SortStableFunc(m.Done, func(a, b fix.Made) int {
		return cmp.Or(cmp.Compare(a.Fix.File, b.Fix.File), cmp.Compare(a.Fix.Line, b.Fix.Line), cmp.Compare(a.Fix.Col, b.Fix.Col))
	})
	for _, d := range m.Done {
		_, _ = fmt.Fprintf(a.stderr, "%s: fixed %s: %s -> %s\n", d.Fix.Place, strings.TrimSpace(d.ID+" "+d.Name), shown(d.Old), shown(d.Fix.Text))
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
func (a *app) writeMended(root string, before map[string][]byte, m fix.Mended) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(m.Texts)) {
		path := filepath.Join(root, filepath.FromSlash(name))
		now, err := os.ReadFile(path)
		switch {
		case err == nil && !bytes.Equal(now, before[name]):
			err = fmt.Errorf("%s was changed by somebody else meanwhile, and is left as it is", name)
		case err == nil:
			err = writeFile(path, func(w io.Writer) error { _, err := w.Write(m.Texts[name]); return err })
		}
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return surrounding("files that are not named here were fixed", err)
	}
	return nil
}

// writeDiff writes what fixes would change, as a patch from the folder of the project.
func (a *app) writeDiff(before map[string][]byte, m fix.Mended) error {
	return a.result(func(w io.Writer, _ report.TextOptions) error {
		for _, name := range slices.Sorted(maps.Keys(m.Texts)) {
			if _, err := io.WriteString(w, fix.Diff(name, before[name], m.Texts[name])); err != nil {
				return err
			}
		}
		return nil
	})
}
