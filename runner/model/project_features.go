package model

// FeatureView returns the view of a name, or nil.
func (p *Project) FeatureView(name string) *FeatureView {
	return named(p.FeatureViews, name, func(v *FeatureView) string { return v.Name })
}

// FeatureService returns the service of a name, or nil.
func (p *Project) FeatureService(name string) *FeatureService {
	return named(p.FeatureServices, name, func(s *FeatureService) string { return s.Name })
}

// TrainingSet returns the training set of a name, or nil.
func (p *Project) TrainingSet(name string) *TrainingSet {
	return named(p.TrainingSets, name, func(t *TrainingSet) string { return t.Name })
}

func named[T any](list []*T, name string, nameOf func(*T) string) *T {
	for _, one := range list {
		if nameOf(one) == name {
			return one
		}
	}
	return nil
}
