package model

import "streamflow/runner/internal/diag"

// FeatureService is what is served together under one name. Names of features, inputs and derived features are different.
type FeatureService struct {
	Name        string
	Description string
	Owner       string
	Tags        []string
	Features    []Served // in the order in which they are served
	Inputs      []Column // values that come with a request
	Derived     []Derived
	Origin      diag.Place
}

// Views lists the views that some served features come from, each once, in order of first use.
func Views(features []Served) []*FeatureView {
	var out []*FeatureView
	seen := map[*FeatureView]bool{}
	for _, f := range features {
		if !seen[f.View] {
			seen[f.View] = true
			out = append(out, f.View)
		}
	}
	return out
}

// Consumer is a feature service or a training set that uses something.
type Consumer struct {
	Kind   string // "feature_service", "training_set"
	Name   string
	Origin diag.Place
}

// Consumers lists who uses a feature of a view, directly or through a service; with an empty feature, who uses the view at all. Services
// come first.
func (p *Project) Consumers(view, feature string) []Consumer {
	uses := func(list []Served) bool {
		for _, f := range list {
			if f.View.Name == view && (feature == "" || f.Feature == feature) {
				return true
			}
		}
		return false
	}
	var out []Consumer
	for _, s := range p.FeatureServices {
		if uses(s.Features) {
			out = append(out, Consumer{"feature_service", s.Name, s.Origin})
		}
	}
	for _, t := range p.TrainingSets {
		if uses(t.Features) {
			out = append(out, Consumer{"training_set", t.Name, t.Origin})
		}
	}
	return out
}
