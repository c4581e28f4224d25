package expression_test

import (
	"slices"

	"streamflow/runner/model"
)

// shrink makes an expression and its rows smaller as long as the sides disagree.
func (a *arena) shrink(ask asked, root *term) (asked, *disagreement) {
	found := a.try(ask)
	if found == nil {
		return ask, nil
	}
	if root != nil {
		for again, tries := true, 0; again && tries < 3000; {
			again = false
			for _, smaller := range reductions(root) {
				tries++
				next := ask
				next.Rule = smaller.String()
				if d := a.try(next); d != nil {
					ask, found, root, again = next, d, smaller, true
					break
				}
			}
		}
	}
	for size := len(ask.Rows) / 2; size > 1; size /= 2 { // many at once first
		for i := 0; i+size <= len(ask.Rows); {
			next := ask
			next.Rows = slices.Delete(slices.Clone(ask.Rows), i, i+size)
			if d := a.try(next); d != nil {
				ask, found = next, d
			} else {
				i += size
			}
		}
	}
	for i := 0; i < len(ask.Rows) && len(ask.Rows) > 1; {
		next := ask
		next.Rows = slices.Delete(slices.Clone(ask.Rows), i, i+1)
		if d := a.try(next); d != nil {
			ask, found = next, d
		} else {
			i++
		}
	}
	for i := range ask.Rows {
		for _, name := range columnOrder {
			next := ask
			next.Rows = slices.Clone(ask.Rows)
			next.Rows[i] = without(ask.Rows[i], name)
			if d := a.try(next); d != nil {
				ask, found = next, d
			}
		}
	}
	return ask, found
}

func without(row map[string]string, name string) map[string]string {
	out := map[string]string{}
	for k, v := range row {
		if k != name {
			out[k] = v
		}
	}
	return out
}

// reductions are the terms that are one step smaller: a part in place of the whole, or an atom in place of a part.
func reductions(t *term) []*term {
	var out []*term
	t.each(func(p *term) {
		if p != t && (p.family == t.family || number(p.family) && number(t.family)) {
			out = append(out, p)
		}
	})
	if len(t.parts) > 0 {
		for _, atom := range append([]string{"nil"}, atoms[t.family]...) {
			out = append(out, &term{family: t.family, format: atom})
		}
	}
	for i, p := range t.parts {
		for _, smaller := range reductions(p) {
			next := *t
			next.parts = slices.Clone(t.parts)
			next.parts[i] = smaller
			out = append(out, &next)
		}
	}
	return out
}

func number(f model.Family) bool { return f == model.Integer || f == model.Numeric || f == model.Float }
