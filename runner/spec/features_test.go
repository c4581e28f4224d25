package spec

import (
	"slices"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

// TestFeatureStoreTree reads a document of each kind of the feature store, in short and in long forms, and looks at the values.
func TestFeatureStoreTree(t *testing.T) {
	tree, found := load(t, map[string]string{"featureviews/f.yaml": `
kind: entity
name: e
key: {k: text, l: {type: integer, description: second}}
owner: team
---
kind: feature_view
name: v
entity: e
source: s
keys: {k: kk}
ttl: 62d
join: snapshot
online: false
features: [a, {name: b, from: bb, type: text, tags: x}]
derived:
  c: a / 2
  d: {value: a + 1, type: integer}
---
kind: feature_view
name: w
entity: e
source: {query: select 1, reads: [s], columns: {k: text, at: date}, event_time: at, created_time: k}
features: all
---
kind: feature_service
name: u
features: [v, v.a, {view: w, features: [k], prefix: w_}]
inputs: {amount: numeric}
derived: {z: a + amount}
---
kind: training_set
name: t
spine: {path: "data/${day}.csv", columns: {k: text}, event_time: k}
label: [y, z]
where: a > 1
params: {day: date}
keys: {k: kk}
horizon: 1mo
dates: [2024-01-31, 2024-02-29]
features: u
output: out/${day}.parquet
`})
	for _, d := range found {
		t.Error(d.Error())
	}
	if len(tree.Documents()) != 5 || len(tree.FeatureViews) != 2 {
		t.Fatalf("got %+v", tree.Documents())
	}
	e, v, w, u, s := tree.Entities[0], tree.FeatureViews[0], tree.FeatureViews[1], tree.FeatureServices[0], tree.TrainingSets[0]
	l, _ := e.Key.Get("l")
	kk, _ := v.Keys.Get("k")
	c, _ := v.Derived.Get("c")
	d, _ := v.Derived.Get("d")
	amount, _ := u.Inputs.Get("amount")
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"key", slices.Equal(e.Key.Keys(), []string{"k", "l"}) && l.Type.Value == "integer" && e.Key.Entries[0].Value.Type.Value == "text" && e.Owner.Value == "team"},
		{"short source", v.Source.Name.Value == "s" && !v.Source.Query.Set},
		{"options", kk.Value == "kk" && v.TTL.Value == "62d" && v.Join.Value == "snapshot" && v.Online.Set && !v.Online.Value},
		{"features", len(v.Features) == 2 && v.Features[0].Name.Value == "a" && v.Features[1].From.Value == "bb" && v.Features[1].Place.Line > 14},
		{"derived", c.Value.Value == "a / 2" && d.Type.Value == "integer"},
		{"query", w.Source.Query.Set && w.Source.Reads.Items[0].Value == "s" && w.Source.EventTime.Value == "at" && w.Source.CreatedTime.Value == "k"},
		{"all", len(w.Features) == 1 && w.Features[0].Name.Value == "all"},
		{"references", len(u.Features) == 3 && u.Features[1].View.Value == "v.a" && u.Features[2].Prefix.Value == "w_" && u.Features[2].Features.Items[0].Value == "k"},
		{"inputs", amount.Type.Value == "numeric" && u.Derived.Set},
		{"spine", s.Spine.Path.Template.String() == "data/${day}.csv" && !s.Spine.Name.Set && s.Spine.Columns.Set},
		{"training set", len(s.Label.Items) == 2 && s.Horizon.Value == "1mo" && len(s.Dates.Items) == 2 && s.Features[0].View.Value == "u" && s.Output.Template[1].Param == "day"},
	} {
		if !c.ok {
			t.Errorf("%s is wrong", c.what)
		}
	}
}

// TestFeatureStoreFaults: what is misspelt or missing in a document of the feature store is told as everywhere.
func TestFeatureStoreFaults(t *testing.T) {
	for text, want := range map[string]string{
		"kind: entity\nname: e\njoin_keys: {k: text}\n":                                         `unknown key "join_keys" in the entity (did you mean "key"?)`,
		"kind: entity\nname: e\n":                                                               `the entity has no "key"`,
		"kind: feature_view\nname: v\nentity: e\nfeatures: [a]\nsource: {reads: t}\n":           `"source" has none of name or query`,
		"kind: feature_view\nname: v\nentity: e\nfeatures: []\nsource: t\njoin: newest\n":       `"join" must be latest or snapshot`,
		"kind: feature_view\nname: v\nentity: e\nfeatures: {from: a}\nsource: t\n":              `a feature has no "name"`,
		"kind: feature_service\nname: s\nfeatures: []\n":                                        `"features" is empty`,
		"kind: feature_service\nname: s\nfeatures:\n":                                           `"features" is empty`,
		"kind: training_set\nname: s\nspine: {name: a, path: b.csv}\nfeatures: [[v]]\n":         `a feature reference must be text or a mapping`,
		"kind: training_set\nname: s\nspine: {name: a, path: b.csv}\nfeatures: v\n":             `cannot have both "name" and "path"`,
		"kind: feature_view\nname: v\nentity: e\nfeatures: [a]\nsource: t\nderived: {b: {}}\n":  `derived feature "b" has no "value"`,
		"kind: feature_view\nname: v\nentity: e\nfeatures: [a]\nsource: t\nkeys: {k: [a, b]}\n": `"k" must be text, got a list`,
	} {
		_, found := load(t, map[string]string{"featureviews/f.yaml": text})
		if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return strings.Contains(d.Error(), want) }) {
			t.Errorf("%s\ngives %v, want %s", text, found, want)
		}
	}
}
