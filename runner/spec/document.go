package spec

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// document reads one document into the tree.
func (l *loader) document(w *walker, root *node) {
	root = resolve(root)
	if root == nil || root.kind != mappingNode {
		w.report("Y105", w.placeOf(root), "a document must be a mapping (key: value), got "+describe(root), `begin with "kind: ..."`)
		return
	}
	at := w.placeOf(root)
	kind, word := l.kindOf(w, root, at)
	if kind == nil {
		return
	}
	what := "the " + strings.ReplaceAll(kind.Name, "_", " ")
	switch kind.Name {
	case "project":
		l.project(w, kind, root, at)
	case "pipeline":
		p := new(Pipeline)
		w.fill(kind, p, root, what, at)
		l.tree.Pipelines = append(l.tree.Pipelines, p)
	case "expectations":
		e := new(Expectations)
		w.fill(kind, e, root, "the expectations document", at)
		l.tree.Expectations = append(l.tree.Expectations, e)
	case "test":
		t := new(Tests)
		w.fill(kind, t, root, "the test document", at)
		l.tree.Tests = append(l.tree.Tests, t)
	default:
		l.other(w, kind, root, word, at)
	}
}

func (l *loader) project(w *walker, kind *Kind, root *node, at diag.Place) {
	p := new(Project)
	w.fill(kind, p, root, "the project", at)
	if first := l.tree.Project; first != nil {
		w.report("Y102", at, "the project is described twice; first in "+first.Place.String(), "keep one of them",
			diag.Related{Place: first.Place, Message: "first described here"})
		return
	}
	l.tree.Project = p
}

// other keeps the name of a document of a kind that is not walked yet.
func (l *loader) other(w *walker, kind *Kind, root *node, word Str, at diag.Place) {
	d := &Document{Kind: word, Place: at}
	for i := 0; i+1 < len(root.children); i += 2 {
		if f, ok := kind.field(root.children[i].value); ok && f.Name == "name" {
			d.Name = w.str(root.children[i+1], f)
			l.tree.Others = append(l.tree.Others, d)
			return
		}
	}
	w.report("Y104", at, fmt.Sprintf("the %s has no %q", strings.ReplaceAll(kind.Name, "_", " "), "name"), "its name, unique in the project")
}

// kindOf says what a document is. One that does not say so is read as what it looks like, so that its other faults are found too.
func (l *loader) kindOf(w *walker, root *node, at diag.Place) (*Kind, Str) {
	names := l.names
	var keys []string
	for i := 0; i+1 < len(root.children); i += 2 {
		keys = append(keys, root.children[i].value)
		if root.children[i].value != "kind" {
			continue
		}
		word := w.str(root.children[i+1], Field{Name: "kind", Shape: Prose})
		if k := l.kinds[word.Value]; k != nil || !word.Set {
			return k, word
		}
		hint := "known kinds: " + strings.Join(names, ", ")
		if meant := diag.DidYouMean(word.Value, names); meant != "" {
			hint = meant + " " + hint
		}
		w.report("Y103", word.Place, fmt.Sprintf("unknown kind %q", word.Value), hint)
		return l.kinds[diag.Nearest(word.Value, names)], word
	}
	if w.file.path == "runner.yaml" || w.file.path == "runner.yml" {
		return l.kinds["project"], Str{}
	}
	if isTest(keys, w.file.path) {
		return l.kinds["test"], Str{}
	}
	guess := guessKind(keys, w.file.path)
	hint := "begin with \"kind: " + guess + `"`
	if guess == "" {
		hint = "begin with one of: kind: " + strings.Join(names, ", kind: ")
	}
	w.report("Y104", at, `the document has no "kind"`, hint)
	return l.kinds[guess], Str{}
}

// isTest tells whether a document without a kind is one of tests: by the name of its file, or by its key. Expectations that call their
// rules tests name a table.
func isTest(keys []string, file string) bool {
	base := strings.TrimSuffix(strings.TrimSuffix(file, ".yaml"), ".yml")
	return strings.HasSuffix(base, "_test") || slices.Contains(keys, "tests") && !slices.ContainsFunc(keys, func(k string) bool {
		return k == "table" || k == "snapshot" || k == "training_set" || k == "rules"
	})
}

// guessKind goes by the keys that only one kind has, then by the folder.
func guessKind(keys []string, file string) string {
	for _, g := range []struct{ key, kind string }{
		{"tables", "pipeline"}, {"snapshots", "pipeline"}, {"partitions", "pipeline"}, {"rules", "expectations"}, {"warnings", "expectations"},
		{"spine", "training_set"}, {"targets", "project"}, {"entity", "feature_view"}, {"ttl", "feature_view"},
	} {
		if slices.Contains(keys, g.key) {
			return g.kind
		}
	}
	folder, _, _ := strings.Cut(file, "/")
	return map[string]string{"pipelines": "pipeline", "expectations": "expectations"}[folder]
}
