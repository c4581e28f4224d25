package schema

import (
	"slices"
	"testing"
	"testing/fstest"

	"streamflow/runner/spec"
)

// The features of a view are offered under its name, and those of one that takes all are the columns of its source.
func TestOffersFeatures(t *testing.T) {
	const specs = `kind: pipeline
name: p
tables:
  visits: {source: v.csv, primary_key: id, columns: {id: text, pages: integer, minutes: numeric}}
snapshots:
  visits_daily: {from: visits}
---
kind: entity
name: visitor
key: {id: text}
---
kind: feature_view
name: everything
entity: visitor
source: visits_daily
features: all
derived: {pace: pages / minutes}
---
kind: feature_view
name: some
entity: visitor
source: visits_daily
features: [pages, {name: all, from: minutes}]
`
	tree, _ := spec.Load(fstest.MapFS{"pipelines/p.yaml": &fstest.MapFile{Data: []byte(specs)}}, nil)
	got := NamesOf(tree, true).byKind[spec.OfferNames]
	if want := []string{"everything", "everything.minutes", "everything.pace", "everything.pages", "some", "some.all", "some.pages"}; !slices.Equal(got, want) {
		t.Errorf("offered %v, want %v", got, want)
	}
}
