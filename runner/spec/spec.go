// Package spec reads the YAML of a project into a tree in which every key and every value knows its place.
//
// It knows the shape of specs (which keys there are, what may stand behind them) and nothing of their meaning: whether a name
// resolves, a type exists or an expression compiles is for package check. All faults of all files are collected in one pass, and the
// tree holds whatever could be read beside them. The package is pure: it reads from a given fs.FS and touches nothing else.
package spec

import (
	"streamflow/runner/internal/diag"
)

// Tree is everything that the read files say. Within each list the order is that of the files (sorted by path) and of the documents
// in them. When Load also returned errors the tree is partial: faulty values are left unset.
type Tree struct {
	Project      *Project        // runner.yaml; nil when there is none
	Pipelines    []*Pipeline     // kind: pipeline
	Expectations []*Expectations // kind: expectations
	Tests        []*Tests        // kind: test

	Entities        []*Entity         // kind: entity
	FeatureViews    []*FeatureView    // kind: feature_view
	FeatureServices []*FeatureService // kind: feature_service
	TrainingSets    []*TrainingSet    // kind: training_set

	Ignores []*Ignore // comments that ask not to show some findings
	Partial bool      // some document could not be read whole, so that what seems to be missing may stand there

	// Sources holds the text of each file as it was read, by path, for snippets. A byte order mark and carriage returns are still
	// in it; places count neither.
	Sources map[string][]byte
}

// Document is a document as a whole: what it is, its name, and where it begins.
type Document struct {
	Kind  string // "pipeline"; as after kind:
	Name  Str    // not set when it has none
	Place diag.Place
}

// Documents lists the documents of the tree, kind by kind.
func (t *Tree) Documents() []Document {
	var out []Document
	if t.Project != nil {
		out = append(out, Document{"project", t.Project.Name, t.Project.Place})
	}
	for _, d := range t.Pipelines {
		out = append(out, Document{"pipeline", d.Name, d.Place})
	}
	for _, d := range t.Expectations {
		out = append(out, Document{"expectations", d.Name, d.Place})
	}
	for _, d := range t.Tests {
		out = append(out, Document{"test", Str{}, d.Place})
	}
	return append(out, t.featureDocuments()...)
}

// Project is runner.yaml.
type Project struct {
	Name        Str
	Description Str
	Timezone    Str
	Targets     Map[*Target]
	Defaults    *Defaults // nil when not given
	Lint        *Lint     // nil when not given
	Place       diag.Place
}

// Lint is what the project asks of lint.
type Lint struct {
	RequireReason Bool    // of comments that ignore findings
	Require       StrList // owner, description: what every document must have
	Naming        *Naming // nil when not given
	Place         diag.Place
}

// Naming is how things are named in a project: regular expressions that whole names match.
type Naming struct {
	Pipeline, Param, Table, Column, Snapshot, Rule   Str
	Entity, FeatureView, FeatureService, TrainingSet Str
	Place                                            diag.Place
}

// Patterns are the expressions that were given, by what they are for.
func (n *Naming) Patterns() []Entry[Str] {
	var out []Entry[Str]
	for _, f := range namingFields() {
		if s := *f.at(n); s.Set {
			out = append(out, Entry[Str]{Key: Str{Value: f.name, Place: s.Place, Set: true}, Value: s})
		}
	}
	return out
}

// Target is one named database of a project.
type Target struct {
	Database Templ // "embedded" or a URL
	Schema   Str
	Default  Bool
	Place    diag.Place
}
