package serve

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// sets are what can be asked for, compiled once: the services, and the lists of features that were asked for lately.
type sets struct {
	project  *model.Project
	services map[string]*feature.Set
	faults   map[string]error // why a service cannot be served
	names    []string         // of those that can, in order

	mu    sync.RWMutex
	lists map[string]*feature.Set
}

// keptLists bounds how many lists of features are kept. Programs ask for the same few again and again.
const keptLists = 500

// Lists are no longer than these: each is kept, and compiled by looking at every reference.
const (
	mostRefs = 10_000
	keptSize = 1 << 14 // bytes of the references of a list that is kept
)

func compiled(p *model.Project) *sets {
	s := &sets{project: p, services: map[string]*feature.Set{}, faults: map[string]error{}, lists: map[string]*feature.Set{}}
	for _, svc := range p.FeatureServices {
		set, err := feature.Of(svc)
		if err != nil {
			s.faults[svc.Name] = err
			continue
		}
		s.services[svc.Name] = set
		s.names = append(s.names, svc.Name)
	}
	return s
}

// service returns the set of a service.
func (s *sets) service(name string) (*feature.Set, error) {
	if set := s.services[name]; set != nil {
		return set, nil
	}
	if err := s.faults[name]; err != nil {
		return nil, bad("not_online", "", "feature service %q cannot be served: %s", name, err)
	}
	return nil, unknown("unknown_service", "FeatureServiceNotFoundException", cmp.Or(diag.DidYouMean(name, s.names), s.known()), "Feature service %s does not exist", name)
}

// Services are the names of what is served, in the order of the specs.
func (s *sets) Services() []string { return s.names }

// known lists the services.
func (s *sets) known() string {
	switch len(s.names) {
	case 0:
		return "declare a feature_service of views that are kept online"
	case 1:
		return "there is only " + s.names[0]
	}
	return "there are " + strings.Join(s.names, ", ")
}

// only returns the one service there is; of several one must be named.
func (s *sets) only() (*feature.Set, error) {
	switch len(s.names) {
	case 1:
		return s.services[s.names[0]], nil
	case 0:
		return nil, unknown("no_service", "", s.known(), "there is no feature service to answer")
	}
	return nil, bad("which_service", "add ?service="+s.names[0]+", say", "which service? There are %s", strings.Join(s.names, ", "))
}

// list returns the set of a list of references, VIEW:FEATURE or VIEW.
func (s *sets) list(refs []string, full bool) (*feature.Set, error) {
	if len(refs) > mostRefs {
		return nil, &fault{status: http.StatusRequestEntityTooLarge, code: "too_many_features", message: fmt.Sprintf("%d features are more than %d", len(refs), mostRefs),
			hint: "name views, or declare a feature_service"}
	}
	id := fmt.Sprintf("%t %d %s", full, len(refs), strings.Join(refs, "\x00")) // with their number: a reference may hold anything
	s.mu.RLock()
	set := s.lists[id]
	s.mu.RUnlock()
	if set != nil {
		return set, nil
	}
	set, err := feature.List(s.project, refs, full)
	if err != nil {
		return nil, refsFault(err)
	}
	if len(id) > keptSize {
		return set, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lists) >= keptLists {
		clear(s.lists)
	}
	s.lists[id] = set
	return set, nil
}

// refsFault tells the faults of a list of references in one, with the class that Feast has for the first.
func refsFault(err error) error {
	var all feature.Faults
	if !errors.As(err, &all) || len(all) == 0 {
		return err
	}
	said := make([]string, len(all))
	for i, f := range all {
		said[i] = f.Error()
	}
	first, message := all[0], said10(said)
	switch {
	case first.Kind == feature.UnknownView:
		return unknown("unknown_view", "FeatureViewNotFoundException", "", "%s", message)
	case slices.ContainsFunc(all, func(f feature.Fault) bool { return f.Kind == feature.Collision }):
		f := bad("collision", "", "%s", message)
		f.class = "FeatureNameCollisionError"
		return f
	case first.Kind == feature.UnknownFeature:
		return unknown("unknown_feature", "SpecifiedFeaturesNotPresentError", "", "%s", message)
	case first.Kind == feature.Offline:
		return bad("not_online", "", "%s", message)
	case first.Kind == feature.Empty:
		return bad("no_features", "name some as VIEW:FEATURE, or a service", "No features specified for retrieval")
	}
	return bad("bad_features", "", "%s", message)
}
