package plan

import (
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// Choice selects rules. An empty one takes all.
type Choice struct {
	Table string   // of this table only
	Tags  []string // with any of these tags
	Rules []string // these only, each by name, id, TABLE.NAME or FILE:LINE
}

// Restrict returns a copy of a pipeline with only the chosen rules. The faults name what no rule answers to.
func (c Choice) Restrict(pl *model.Pipeline) (*model.Pipeline, diag.List) {
	out := *pl
	out.Loads = make([]*model.Load, len(pl.Loads))
	heard := map[string]bool{}
	var names, tags []string
	for i, l := range pl.Loads {
		load := *l
		load.Rules = nil
		for _, r := range l.Rules {
			names, tags = append(names, r.Name, r.ID), append(tags, r.Tags...)
			if c.takes(l.Table.Name, r, heard) {
				load.Rules = append(load.Rules, r)
			}
		}
		out.Loads[i] = &load
	}
	var faults diag.List
	for _, what := range []struct {
		kind          string
		asked, answer []string
	}{{"rule", c.Rules, names}, {"tag", c.Tags, tags}} {
		for _, word := range what.asked {
			if !heard[what.kind+word] {
				faults.Add(diag.Diagnostic{Message: "no rule of " + pl.Name + " has the " + kindOfName(what.kind) + " " + quote(word), Hint: nearestOf(word, what.answer)})
			}
		}
	}
	return &out, faults
}

func kindOfName(kind string) string {
	if kind == "rule" {
		return "name, id or place"
	}
	return kind
}

func nearestOf(word string, known []string) string {
	if hint := diag.DidYouMean(word, known); hint != "" {
		return hint
	}
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	if len(known) == 0 {
		return "there are none"
	}
	return "such as " + strings.Join(known[:min(4, len(known))], ", ")
}

func (c Choice) takes(table string, r model.Rule, heard map[string]bool) bool {
	word := len(c.Rules) == 0
	for _, w := range c.Rules {
		if Names(w, table, r) {
			word, heard["rule"+w] = true, true
		}
	}
	tag := len(c.Tags) == 0
	for _, t := range c.Tags {
		if slices.Contains(r.Tags, t) {
			tag, heard["tag"+t] = true, true
		}
	}
	return word && tag && (c.Table == "" || c.Table == table)
}

// Names tells whether a word means a rule of a table: its name, its id, TABLE.NAME, or a place in its text as FILE:LINE.
func Names(word, table string, r model.Rule) bool {
	if word == r.Name || word == r.ID || word == table+"."+r.Name {
		return true
	}
	i := strings.LastIndex(word, ":")
	if i < 0 || word[:i] != r.Origin.File {
		return false
	}
	line, err := strconv.Atoi(word[i+1:])
	return err == nil && line >= r.Origin.Line && line <= max(r.Origin.Line, r.Origin.EndLine)
}

// Closure returns the tables whose batches the rules of a pipeline look at: those with rules, and those that rules look into.
func Closure(pl *model.Pipeline) []string {
	var out []string
	add := func(names ...string) {
		for _, name := range names {
			if pl.Load(name) != nil && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	for _, l := range pl.Loads {
		for _, r := range l.Rules {
			add(l.Table.Name)
			add(Beside(r)...)
		}
	}
	return out
}

// WithAside adds to chosen rules those of the whole pipeline that set rows aside before the chosen ones are asked: in their tables, in
// those that they look into, and so on. added has the ids of the rules that were not chosen.
func WithAside(chosen, whole *model.Pipeline) (out *model.Pipeline, added map[string]bool) {
	all := *chosen
	all.Loads = make([]*model.Load, len(chosen.Loads))
	for i, l := range chosen.Loads {
		load := *l
		all.Loads[i] = &load
	}
	added = map[string]bool{}
	for before := -1; before < len(added); {
		before = len(added)
		for _, name := range Closure(&all) {
			load := all.Load(name)
			var rules []model.Rule
			for _, r := range whole.Load(name).Rules {
				has := slices.ContainsFunc(load.Rules, func(o model.Rule) bool { return o.ID == r.ID })
				if r.Quarantine && !has {
					added[r.ID] = true
				}
				if r.Quarantine || has {
					rules = append(rules, r)
				}
			}
			load.Rules = rules
		}
	}
	return &all, added
}
