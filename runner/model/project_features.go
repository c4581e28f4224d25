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

// EntityNames lists the names of the entities, in the order of the specs.
func (p *Project) EntityNames() []string {
	return namesOf(p.Entities, func(e *Entity) string { return e.Name })
}

// ViewNames lists the names of the feature views.
func (p *Project) ViewNames() []string {
	return namesOf(p.FeatureViews, func(v *FeatureView) string { return v.Name })
}

// ServiceNames lists the names of the feature services.
func (p *Project) ServiceNames() []string {
	return namesOf(p.FeatureServices, func(s *FeatureService) string { return s.Name })
}

// TrainingSetNames lists the names of the training sets.
func (p *Project) TrainingSetNames() []string {
	return namesOf(p.TrainingSets, func(t *TrainingSet) string { return t.Name })
}

func namesOf[T any](list []*T, nameOf func(*T) string) []string {
	var out []string
	for _, one := range list {
		out = append(out, nameOf(one))
	}
	return out
}

func named[T any](list []*T, name string, nameOf func(*T) string) *T {
	for _, one := range list {
		if nameOf(one) == name {
			return one
		}
	}
	return nil
}
