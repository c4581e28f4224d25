package check

import (
	"fmt"

	"streamflow/runner/model"
)

// maxRules is how many rules of a table are compiled, which takes some kilobytes for each.
const maxRules = 20_000

// ruleIndex knows the rules of a table by what they are called and by what they say, so that a table may have many.
type ruleIndex struct {
	names, ids, texts map[string]int // each to the first rule that has it
	next              map[string]int // the number to try next for a word that is taken
	n                 int            // rules so far
}

// sayOf is the same for two rules that say the same of the same rows, with the same limits.
func sayOf(r model.Rule) string {
	limit := "none"
	if r.MaxFail != nil {
		limit = fmt.Sprint(*r.MaxFail)
	}
	return fmt.Sprintf("%q %q %q %s %t %q", r.Condition, r.Where, r.AtLeast, limit, r.NullsFail, r.Columns)
}

// add takes a rule in, whose number is that of those before it.
func (x *ruleIndex) add(r model.Rule) {
	if x.names == nil {
		x.names, x.ids, x.texts = map[string]int{}, map[string]int{}, map[string]int{}
	}
	keep := func(m map[string]int, key string) {
		if _, taken := m[key]; !taken {
			m[key] = x.n
		}
	}
	keep(x.names, r.Name)
	keep(x.ids, r.ID)
	if r.Condition != "" {
		keep(x.texts, sayOf(r))
	}
	x.n++
}

// free returns a word, or where it is taken the first free one that form makes of it and a number.
func (x *ruleIndex) free(word, form string, taken map[string]int) string {
	if _, ok := taken[word]; !ok {
		return word
	}
	if x.next == nil {
		x.next = map[string]int{}
	}
	for n := max(x.next[form+word], 2); ; n++ {
		numbered := fmt.Sprintf(form, word, n)
		if _, ok := taken[numbered]; !ok {
			x.next[form+word] = n
			return numbered
		}
	}
}

func (x *ruleIndex) hasName(name string) bool { _, ok := x.names[name]; return ok }
