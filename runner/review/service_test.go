package review

import (
	"testing"

	"streamflow/runner/model"
)

// Of two long lists only what differs is shown; a service is shown by its name.
func TestFeaturesText(t *testing.T) {
	set := func(service string, features ...string) *model.TrainingSet {
		out := &model.TrainingSet{Service: service}
		for _, f := range features {
			out.Features = append(out.Features, model.Served{Name: f, View: &model.FeatureView{Name: "usage"}, Feature: f})
		}
		return out
	}
	for _, tc := range []struct {
		before, after         *model.TrainingSet
		wantBefore, wantAfter string
	}{
		{set("", "a", "b", "c"), set("", "c", "d", "b"), "usage.a", "usage.d"},
		{set("", "a"), set("", "a", "b"), "", "usage.b"},
		{set("", "b", "a"), set("", "a", "b"), "", ""},
		{set("v1", "a"), set("v1", "a", "b"), "v1", "v1"},
		{set("v1", "a"), set("", "a"), "v1", "usage.a"},
	} {
		if b, a := featuresText(tc.before, tc.after); b != tc.wantBefore || a != tc.wantAfter {
			t.Errorf("%q -> %q, want %q -> %q", b, a, tc.wantBefore, tc.wantAfter)
		}
	}
}
