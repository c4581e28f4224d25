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

// JudgeOrder is the order in which rows are set aside: a table comes after those that its rules of this kind look at, and after those that
// it refers to. Tables that look at each other keep the order in which they are published.
func (p *Plan) JudgeOrder() []*Table {
	placed := map[string]bool{}
	var out []*Table
	for len(out) < len(p.Tables) {
		before := len(out)
		for _, t := range p.Tables {
			if name := t.Load.Table.Name; !placed[name] && p.settled(t, placed) {
				placed[name], out = true, append(out, t)
			}
		}
		if len(out) > before {
			continue
		}
		for _, t := range p.Tables { // a circle
			if name := t.Load.Table.Name; !placed[name] {
				placed[name], out = true, append(out, t)
				break
			}
		}
	}
	return out
}

// settled tells whether everything that the table's rows may rest on is judged.
func (p *Plan) settled(t *Table, placed map[string]bool) bool {
	for _, name := range t.Beside() {
		if name != t.Load.Table.Name && p.Table(name) != nil && !placed[name] {
			return false
		}
	}
	return parentsPlaced(t.Load, p.names(), placed)
}

func (p *Plan) names() map[string]bool {
	out := map[string]bool{}
	for _, t := range p.Tables {
		out[t.Load.Table.Name] = true
	}
	return out
}

// Beside are the tables that rules look at which set rows aside.
func (t *Table) Beside() []string {
	var out []string
	for _, r := range t.AsideRules() {
		out = append(out, Beside(r)...)
	}
	return out
}

// AsideRules are the rules that set rows aside.
func (t *Table) AsideRules() []model.Rule {
	return slices.DeleteFunc(slices.Clone(t.Load.Rules), func(r model.Rule) bool { return !r.Quarantine })
}

// Beside are the tables that a rule looks at, other than the one whose rows it judges.
func Beside(r model.Rule) []string {
	out := slices.Clone(r.Needs.Tables)
	for _, j := range r.Needs.Joins {
		if j.Kind == model.Parent {
			out = append(out, j.Table)
		}
	}
	return out
}

// Circular are the rules that set rows aside and look at a table from which rows may be taken after they are asked: their own, one that
// is judged later, or one that has such rules itself.
func (p *Plan) Circular() map[*Table][]model.Rule {
	order, out := p.JudgeOrder(), map[*Table][]model.Rule{}
	for before := -1; before < len(out); {
		before = len(out)
		for i, t := range order {
			out[t] = slices.DeleteFunc(t.AsideRules(), func(r model.Rule) bool {
				return !slices.ContainsFunc(Beside(r), func(name string) bool {
					other := slices.IndexFunc(order, func(o *Table) bool { return o.Load.Table.Name == name })
					return other >= i || other >= 0 && len(out[order[other]]) > 0
				})
			})
			if len(out[t]) == 0 {
				delete(out, t)
			}
		}
	}
	return out
}
