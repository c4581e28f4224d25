package plan

import (
	"slices"
	"sort"

	"streamflow/runner/model"
)

// publishOrder puts parents before the children that refer to them; otherwise the declared order stays. A cycle, which lint
// refuses, keeps its declared order.
func publishOrder(loads []*model.Load) []*model.Load {
	placed := map[string]bool{}
	listed := map[string]bool{}
	for _, l := range loads {
		listed[l.Table.Name] = true
	}
	var out []*model.Load
	for len(out) < len(loads) {
		before := len(out)
		for _, l := range loads {
			if !placed[l.Table.Name] && parentsPlaced(l, listed, placed) {
				placed[l.Table.Name] = true
				out = append(out, l)
			}
		}
		if len(out) == before {
			return loads
		}
	}
	return out
}

func parentsPlaced(l *model.Load, listed, placed map[string]bool) bool {
	for _, r := range l.References {
		if r.Table != l.Table.Name && listed[r.Table] && !placed[r.Table] {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

func quote(s string) string { return `"` + s + `"` }
