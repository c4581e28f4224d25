package plan

import (
	"fmt"
	"slices"
	"testing"

	"streamflow/runner/model"
)

// A change of a column is one of every feature that reads it, and of what is derived from it; whom it breaks depends on the kind of value.
func TestFeatureChanges(t *testing.T) {
	for _, c := range []struct{ found, want, says string }{
		{"s: id text!, as_of date!, n int, key=id+as_of", "s: id text!, as_of date!, n int, key=id+as_of", "[]"},
		{"s: id text!, as_of date!, n int, key=id+as_of", "s: id text!, as_of date!, n bigint, key=id+as_of",
			"[{v count integer -> bigint false [asked taught]} {v n integer -> bigint false [asked]} {v twice computed from n, which is integer -> bigint false []}]"},
		{"s: id text!, as_of date!, n int, key=id+as_of", "s: id text!, as_of date!, n double precision, key=id+as_of",
			"[{v count integer -> double precision true [asked taught]} {v n integer -> double precision true [asked]} {v twice computed from n, which is integer -> double precision true []}]"},
		{"s: id text!, as_of date!, m int, key=id+as_of", "s: id text!, as_of date!, n<m int, key=id+as_of",
			"[{v n renamed from m true [asked]} {v twice computed from n, which is renamed from m true []}]"},
		{"s: id text!, as_of date!, n varchar(3), key=id+as_of", "s: id text!, as_of date!, n text, key=id+as_of",
			"[{v count character varying(3) -> text false [asked taught]} {v n character varying(3) -> text false [asked]} {v twice computed from n, which is character varying(3) -> text false []}]"},
	} {
		want, live := table(t, c.want), table(t, c.found)
		n := want.Column("n").Type
		v := &model.FeatureView{Name: "v", Source: model.FeatureSource{Name: "s", Snapshot: true}, Features: []model.Feature{{Name: "count", Column: "n", Type: n}, {Name: "n", Column: "n", Type: n}},
			Derived: []model.Derived{{Name: "twice", Uses: []string{"n"}}}}
		project := &model.Project{FeatureViews: []*model.FeatureView{v},
			FeatureServices: []*model.FeatureService{{Name: "asked", Features: []model.Served{{View: v, Feature: "count"}, {View: v, Feature: "n"}}}},
			TrainingSets:    []*model.TrainingSet{{Name: "taught", Features: []model.Served{{View: v, Feature: "count"}}}}}
		changes, faults := compareTable(want, &live, Found{}, Options{AllowNarrow: []string{"s.n"}})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		var got []string
		for _, f := range (&Plan{Changes: changes}).FeatureChanges(project) {
			got = append(got, fmt.Sprintf("{%s %s %s %v %v}", f.View, f.Feature, f.Detail, f.Breaking, f.Consumers))
		}
		if s := fmt.Sprint(slices.Clone(got)); s != c.says {
			t.Errorf("%s\n got %s\nwant %s", c.want, s, c.says)
		}
	}
}
