package plan

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// matchPartition finds the one partition that the given values pick and returns a copy of its values, or none when no given value belongs
// to any partition.
func matchPartition(pl *model.Pipeline, partitions []model.Partition, given map[string]string) (map[string]string, []string, *diag.Diagnostic) {
	left := make([]int, len(partitions))
	for i := range left {
		left[i] = i
	}
	var notes []string
	known := false
	for _, name := range sortedKeys(given) {
		owners, exact := owning(partitions, name, given[name])
		if !exact {
			notes = append(notes, fmt.Sprintf("%s=%s is not listed in the partitions of %s, taken as given", name, given[name], pl.Name))
		}
		if len(owners) > 0 {
			known = true
			left = slices.DeleteFunc(left, func(i int) bool { return !slices.Contains(owners, i) })
		}
	}
	switch {
	case !known:
		return map[string]string{}, notes, nil
	case len(left) == 0:
		return nil, nil, conflict(pl, partitions, given)
	case len(left) > 1:
		return nil, nil, &diag.Diagnostic{Message: fmt.Sprintf("%d partitions of %s have %s", len(left), pl.Name, Pairs(given)),
			Hint: "give more parameters, such as " + label(partitions[left[0]].Values)}
	}
	return maps.Clone(partitions[left[0]].Values), notes, nil
}

// owning returns the partitions that a value belongs to, and whether one of them lists it as it is. A path that is not listed but
// ends in the same folder as just one listed path is held to belong with that one: the usual mistake is the folder of the wrong
// month in another place.
func owning(partitions []model.Partition, name, value string) (owners []int, exact bool) {
	var alike []int
	for i, p := range partitions {
		v, ok := p.Values[name]
		switch {
		case !ok:
		case path.Clean(v) == path.Clean(value):
			owners = append(owners, i)
		case strings.Contains(v, "/") && strings.Contains(value, "/") && path.Base(v) == path.Base(value):
			alike = append(alike, i)
		}
	}
	if len(owners) > 0 {
		return owners, true
	}
	if len(alike) == 1 {
		return alike, false
	}
	return nil, false
}

// conflict says which given value belongs with what.
func conflict(pl *model.Pipeline, partitions []model.Partition, given map[string]string) *diag.Diagnostic {
	var says []string
	for _, name := range sortedKeys(given) {
		owners, _ := owning(partitions, name, given[name])
		if len(owners) == 0 {
			continue
		}
		var rest []string
		for _, other := range sortedKeys(partitions[owners[0]].Values) {
			if other != name {
				rest = append(rest, partitions[owners[0]].Values[other])
			}
		}
		says = append(says, fmt.Sprintf("%s belongs with %s", given[name], strings.Join(rest, " ")))
	}
	return &diag.Diagnostic{Place: pl.Origin, Message: "the parameters " + Pairs(given) + " do not belong together",
		Hint: strings.Join(says, "; ")}
}

// complete adds defaults, names what is missing, and derives as_of and the name of the partition.
func complete(pl *model.Pipeline, sel Selection) (Selection, diag.List) {
	var faults diag.List
	for _, p := range pl.Params {
		if _, ok := sel.Values[p.Name]; ok {
			continue
		}
		if p.Default != nil {
			sel.Values[p.Name] = *p.Default
			continue
		}
		hint := "give it with -p " + p.Name + "=VALUE"
		if p.Env != "" {
			hint += " or in the environment as " + p.Env
		}
		faults.Add(diag.Diagnostic{Place: p.Origin, Message: fmt.Sprintf("parameter %q of pipeline %s has no value", p.Name, pl.Name), Hint: hint})
	}
	sel.AsOf = sel.Values[model.AsOf]
	sel.Partition = sel.AsOf
	if sel.AsOf == "" {
		sel.Partition = Pairs(sel.Values)
	}
	return sel, faults
}

// label names a partition for a reader: its as_of, or all its values.
func label(values map[string]string) string {
	if d := values[model.AsOf]; d != "" {
		return model.AsOf + "=" + d
	}
	return Pairs(values)
}

// Pairs writes values as name=value in name order.
func Pairs(values map[string]string) string {
	parts := make([]string, 0, len(values))
	for _, k := range sortedKeys(values) {
		parts = append(parts, k+"="+values[k])
	}
	return strings.Join(parts, " ")
}
