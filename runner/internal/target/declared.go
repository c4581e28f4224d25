package target

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// find returns the target that --target names.
func find(name string, targets []Target) (Target, error) {
	names := make([]string, len(targets))
	for i, t := range targets {
		if t.Name == name {
			return t, nil
		}
		names[i] = t.Name
	}
	switch hint := diag.DidYouMean(name, names); {
	case len(targets) == 0:
		return Target{}, fmt.Errorf("--target %s: runner.yaml declares no targets (add `targets: {%s: {database: ...}}`)", name, name)
	case hint != "":
		return Target{}, fmt.Errorf("--target %s: there is no such target; %s (runner.yaml declares %s)", name, hint, strings.Join(names, ", "))
	}
	return Target{}, fmt.Errorf("--target %s: there is no such target (runner.yaml declares %s)", name, strings.Join(names, ", "))
}

// usual returns the target for a command that names none.
func usual(targets []Target) (Target, error) {
	var names []string
	var defaults []Target
	for _, t := range targets {
		names = append(names, t.Name)
		if t.Default {
			defaults = append(defaults, t)
		}
	}
	switch {
	case len(defaults) == 1:
		return defaults[0], nil
	case len(defaults) > 1:
		return Target{}, fmt.Errorf("runner.yaml marks more than one target as default: %s and %s (keep one)", defaults[0].Name, defaults[1].Name)
	case len(targets) == 1:
		return targets[0], nil
	}
	if i := slices.Index(names, "dev"); i >= 0 {
		return targets[i], nil
	}
	return Target{}, fmt.Errorf("which database? runner.yaml declares the targets %s and marks none as default (choose one with --target, or write `default: true`)",
		strings.Join(names, ", "))
}
