package model

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
)

// FeatureView is a set of features of one entity that are read from one source.
type FeatureView struct {
	Name         string
	Description  string
	Owner        string
	Tags         []string
	Entity       *Entity
	Source       FeatureSource
	Keys         []string // columns of the source that hold the entity's key, in the order of that key
	TTL          *Period  // how long a value holds; nil means for ever
	SnapshotOnly bool     // join: snapshot: only the newest freeze counts
	Online       bool     // its newest values are kept for serving
	Features     []Feature
	Derived      []Derived
	Origin       diag.Place
}

// FeatureSource is where the rows of a view, or of a training set, come from: a snapshot, a table of events, a query or a file. Exactly one
// of Name, Query and Path is set.
type FeatureSource struct {
	Name        string // of a snapshot or a table
	Snapshot    bool   // Name is a snapshot
	Query       pgsql.Frag
	Path        Template // of a file
	Reads       []string // the tables and snapshots that a query reads
	Columns     []Column // all there are
	EventTime   string   // the column that says when a row happened; of a snapshot AsOf
	CreatedTime string   // the column that says when a row was written, or empty
	AtStart     bool     // a date of EventTime means the instant its day begins, instead of that when it ends
	KnownAfter  Period   // of a snapshot: how long after its time its rows are really known
	Key         []string // of a snapshot or a table: its key, of a snapshot without AsOf; ends ties
	Origin      diag.Place
}

// Feature is a column of a view's source under its own name.
type Feature struct {
	Name        string
	Column      string // of the source
	Type        Type
	PII         bool
	Description string
	Tags        []string
	Origin      diag.Place
}

// Derived is a feature that is computed from others. SQL is over the row alias r, whose columns are called after those others.
type Derived struct {
	Name        string
	Text        string // the expression as written
	SQL         pgsql.Frag
	Type        Type
	Uses        []string // features and inputs that it mentions
	PII         bool
	Description string
	Tags        []string
	Origin      diag.Place
}

// Served is what a feature of a view is to those who use the view, wherever it comes from.
type Served struct {
	Name    string // as it is served: with the prefix of the service
	View    *FeatureView
	Feature string // its name in the view
	Type    Type
	PII     bool
	Origin  diag.Place // where the user names it
}

// FullName is its name together with that of its view, which no other feature of the project has.
func (s Served) FullName() string { return s.View.Name + "__" + s.Feature }

// DerivedFeature returns the derived feature of a name, or nil.
func (v *FeatureView) DerivedFeature(name string) *Derived {
	for i := range v.Derived {
		if v.Derived[i].Name == name {
			return &v.Derived[i]
		}
	}
	return nil
}

// Offers lists the features of a view, derived ones last.
func (v *FeatureView) Offers() []Served {
	var out []Served
	for _, f := range v.Features {
		out = append(out, Served{Name: f.Name, View: v, Feature: f.Name, Type: f.Type, PII: f.PII, Origin: f.Origin})
	}
	for _, d := range v.Derived {
		out = append(out, Served{Name: d.Name, View: v, Feature: d.Name, Type: d.Type, PII: d.PII, Origin: d.Origin})
	}
	return out
}
