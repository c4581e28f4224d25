package feature

import (
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// FaultKind says what is wrong with what was asked for.
type FaultKind int

// The kinds.
const (
	UnknownView    FaultKind = iota // no view has the name
	UnknownFeature                  // the view has no such feature
	Collision                       // two features would be served under one name
	Offline                         // the view has online: false
	Keys                            // two entities have keys of one name and of different types
	Empty                           // nothing was asked for
	Broken                          // a fault of the program
)

// Fault is one thing wrong with what was asked for. View and Feature are the names that it is about, where there are any.
type Fault struct {
	Kind          FaultKind
	Ref           string // as it was asked for
	View, Feature string
	Message, Hint string
}

// Error returns the message and the hint.
func (f Fault) Error() string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + " (" + f.Hint + ")"
}

// Faults is all that is wrong with what was asked for.
type Faults []Fault

// Error returns all of them.
func (l Faults) Error() string {
	parts := make([]string, len(l))
	for i, f := range l {
		parts[i] = f.Error()
	}
	return strings.Join(parts, "; ")
}

// List compiles a list of references: VIEW:FEATURE, VIEW.FEATURE, or VIEW for all that it offers. They are served in this order, each once,
// under their own names or, where full is set, as VIEW__FEATURE. The error is of type Faults.
func List(project *model.Project, refs []string, full bool) (*Set, error) {
	c := &compiler{set: &Set{}}
	if len(refs) == 0 {
		c.fault(Empty, Fault{}, "name some as VIEW:FEATURE, or a service", "no features are asked for")
	}
	seen := map[string]string{} // served name -> VIEW:FEATURE
	for _, ref := range refs {
		for _, f := range c.find(project, ref) {
			name := f.View.Name + ":" + f.Feature
			if full {
				f.Name = f.FullName()
			}
			switch before, taken := seen[f.Name]; {
			case before == name:
			case taken:
				c.fault(Collision, Fault{Ref: ref, View: f.View.Name, Feature: f.Feature}, "ask for full feature names",
					"%s and %s would both be served as %q", before, name, f.Name)
			default:
				seen[f.Name] = name
				c.add(f)
			}
		}
	}
	return c.done()
}

// find returns the features that a reference names.
func (c *compiler) find(project *model.Project, ref string) []model.Served {
	view, feature, one := strings.Cut(ref, ":")
	if !one && project.FeatureView(ref) == nil {
		view, feature, one = strings.Cut(ref, ".")
	}
	v := project.FeatureView(view)
	if v == nil {
		c.fault(UnknownView, Fault{Ref: ref, View: view}, suggest(view, project.ViewNames(), "feature views"), "there is no feature view %q", view)
		return nil
	}
	offers := v.Offers()
	if !one {
		return offers
	}
	if i := slices.IndexFunc(offers, func(f model.Served) bool { return f.Name == feature }); i >= 0 {
		return offers[i : i+1]
	}
	var names []string
	for _, o := range offers {
		names = append(names, o.Name)
	}
	c.fault(UnknownFeature, Fault{Ref: ref, View: view, Feature: feature}, suggest(feature, names, "its features"), "feature view %q has no feature %q", view, feature)
	return nil
}

// suggest is a hint for a name that is not there.
func suggest(name string, names []string, what string) string {
	if near := diag.DidYouMean(name, names); near != "" {
		return near
	}
	if len(names) == 0 {
		return "none is declared"
	}
	return what + ": " + strings.Join(names, ", ")
}
