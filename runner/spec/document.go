package spec

import (
	"fmt"
	"path"
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
	kind := l.kindOf(w, root, at)
	if kind == nil {
		return
	}
	what := "the " + strings.ReplaceAll(kind.Name, "_", " ")
	t := l.tree
	switch kind.Name {
	case "project":
		l.project(w, kind, root, at)
	case "pipeline":
		keep(w, kind, root, what, at, &t.Pipelines)
	case "expectations":
		keep(w, kind, root, "the expectations document", at, &t.Expectations)
	case "test":
		keep(w, kind, root, "the test document", at, &t.Tests)
	case "entity":
		keep(w, kind, root, what, at, &t.Entities)
	case "feature_view":
		keep(w, kind, root, what, at, &t.FeatureViews)
	case "feature_service":
		keep(w, kind, root, what, at, &t.FeatureServices)
	case "training_set":
		keep(w, kind, root, what, at, &t.TrainingSets)
	}
}

// keep reads a document and adds it to those of its kind, with whatever could be read of it.
func keep[T any](w *walker, kind *Kind, root *node, what string, at diag.Place, into *[]*T) {
	d := new(T)
	w.fill(kind, d, root, what, at)
	*into = append(*into, d)
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

// kindOf says what a document is. One that does not say so is read as what it looks like, so that its other faults are found too.
func (l *loader) kindOf(w *walker, root *node, at diag.Place) *Kind {
	names := l.names
	var keys []string
	for i := 0; i+1 < len(root.children); i += 2 {
		keys = append(keys, root.children[i].value)
		if root.children[i].value != "kind" {
			continue
		}
		word := w.str(root.children[i+1], Field{Name: "kind", Shape: Prose})
		if k := l.kinds[word.Value]; k != nil || !word.Set {
			return k
		}
		hint := "known kinds: " + strings.Join(names, ", ")
		if meant := diag.DidYouMean(word.Value, names); meant != "" {
			hint = meant + " " + hint
		}
		w.report("Y103", word.Place, fmt.Sprintf("unknown kind %q", word.Value), hint)
		w.write(word, diag.Only(word.Value, names))
		return l.kinds[diag.Nearest(word.Value, names)]
	}
	if i := slices.Index(keys, "type"); i >= 0 { // said so, in another word: the unknown key is told where the document is read
		if k := l.kinds[root.children[2*i+1].value]; k != nil {
			return k
		}
	}
	if w.file.path == "runner.yaml" || w.file.path == "runner.yml" {
		return l.kinds["project"]
	}
	if isTest(keys, w.file.path) {
		return l.kinds["test"]
	}
	guess := guessKind(keys, w.file.path)
	hint := "begin with \"kind: " + guess + `"`
	if guess == "" {
		hint = "begin with one of: kind: " + strings.Join(names, ", kind: ")
	}
	w.report("Y104", at, `the document has no "kind"`, hint)
	if k := l.kinds[guess]; k != nil && slices.ContainsFunc(keys, func(key string) bool { _, ok := k.field(key); return ok }) {
		return k
	}
	return nil // it is something else: all of its keys would be called unknown
}

// isTest tells whether a document without a kind is one of tests: by the name of its file, or by its key. Expectations that call their
// rules tests name a table.
func isTest(keys []string, file string) bool {
	base := strings.TrimSuffix(file, path.Ext(file))
	return strings.HasSuffix(base, "_test") || slices.Contains(keys, "tests") && !slices.ContainsFunc(keys, func(k string) bool {
		return k == "table" || k == "snapshot" || k == "training_set" || k == "rules"
	})
}

// guessKind goes by the keys that only one kind has, then by the folder.
func guessKind(keys []string, file string) string {
	for _, g := range []struct{ key, kind string }{
		{"tables", "pipeline"}, {"snapshots", "pipeline"}, {"partitions", "pipeline"}, {"rules", "expectations"}, {"warnings", "expectations"},
		{"spine", "training_set"}, {"targets", "project"}, {"inputs", "feature_service"}, {"entity", "feature_view"}, {"ttl", "feature_view"},
	} {
		if slices.Contains(keys, g.key) {
			return g.kind
		}
	}
	folder, _, _ := strings.Cut(file, "/")
	return map[string]string{"pipelines": "pipeline", "expectations": "expectations"}[folder]
}
