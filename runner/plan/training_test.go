package plan

import (
	"testing"

	"streamflow/runner/model"
)

// Whatever changes the rows of a training set changes its hash, so that a verify can say why they differ.
func TestTrainingDefinition(t *testing.T) {
	period := func(text string) model.Period {
		t.Helper()
		p, err := model.ParsePeriod(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	hash := func(edit func(*model.Project, *model.TrainingSet, *model.FeatureView)) string {
		v := &model.FeatureView{Name: "v", Entity: &model.Entity{Name: "e", Key: []model.Column{{Name: "id"}}}, Keys: []string{"id"},
			Source: model.FeatureSource{Name: "s", Snapshot: true, EventTime: model.AsOf}, Features: []model.Feature{{Name: "n", Column: "n"}}}
		project := &model.Project{Timezone: "UTC", FeatureViews: []*model.FeatureView{v}}
		set := &model.TrainingSet{Name: "t", Spine: model.FeatureSource{Name: "s", Snapshot: true, EventTime: model.AsOf}, Features: v.Offers()}
		edit(project, set, v)
		return TrainingDefinition(project, set)
	}
	same := hash(func(*model.Project, *model.TrainingSet, *model.FeatureView) {})
	seen := map[string]string{same: "nothing"}
	for what, edit := range map[string]func(*model.Project, *model.TrainingSet, *model.FeatureView){
		"ttl":         func(_ *model.Project, _ *model.TrainingSet, v *model.FeatureView) { p := period("62d"); v.TTL = &p },
		"known_after": func(_ *model.Project, _ *model.TrainingSet, v *model.FeatureView) { v.Source.KnownAfter = period("5d") },
		"join":        func(_ *model.Project, _ *model.TrainingSet, v *model.FeatureView) { v.SnapshotOnly = true },
		"column":      func(_ *model.Project, _ *model.TrainingSet, v *model.FeatureView) { v.Features[0].Column = "m" },
		"horizon":     func(_ *model.Project, s *model.TrainingSet, _ *model.FeatureView) { s.Horizon = period("1mo") },
		"where":       func(_ *model.Project, s *model.TrainingSet, _ *model.FeatureView) { s.Where = "true" },
		"time zone":   func(p *model.Project, _ *model.TrainingSet, _ *model.FeatureView) { p.Timezone = "Europe/Berlin" },
	} {
		got := hash(edit)
		if other, taken := seen[got]; taken {
			t.Errorf("%s changes no more than %s does", what, other)
		}
		seen[got] = what
	}
	if hash(func(_ *model.Project, _ *model.TrainingSet, v *model.FeatureView) { v.Description = "other" }) != same {
		t.Error("a description changes the hash")
	}
}
