package check

import (
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// featureNames finds features of one name. Case makes no difference: they become columns of one table.
type featureNames map[string]diag.Place

// addFeature registers a feature of a view, a service or a training set. how says what to do about a second one of the name (F606).
func (p *pass) addFeature(taken featureNames, name string, at diag.Place, whose, how string) bool {
	key := strings.ToLower(name)
	first, twice := taken[key]
	if !twice {
		taken[key] = at
		return true
	}
	p.fault("F606", at, how, "%s has two features called %q", whose, name)
	p.relate(first, "the first one")
	return false
}

// notTime refuses what is called like the time of a row, which stands beside it in training sets and in what is pushed.
func (p *pass) notTime(name string, at diag.Place, what string) {
	if strings.EqualFold(name, model.EventTimestamp) {
		p.fault("F606", at, "give it another name", "%s %q is called like the time of a row", what, name)
	}
}

// notKey refuses a feature that is called like a column of the key, which stands beside it in every answer.
func (p *pass) notKey(v *view, f model.Feature) {
	if v.entity == nil {
		return
	}
	for _, k := range v.entity.model.Key {
		if strings.EqualFold(k.Name, f.Name) {
			p.fault("F606", f.Origin, "leave it out: the key is in every answer", "feature %q is called like the key of entity %q", f.Name, v.entity.model.Name)
			p.relate(k.Origin, "the key")
		}
	}
}

// keysApart refuses features, inputs and derived features that are called like a key: both would stand in one answer.
func (p *pass) keysApart(features []model.Served, inputs []model.Column, derived []model.Derived) {
	for _, v := range model.Views(features) {
		if v.Entity == nil {
			continue
		}
		for _, k := range v.Entity.Key {
			for _, f := range features {
				if strings.EqualFold(f.Name, k.Name) && f.View.Entity != v.Entity {
					p.fault("F606", f.Origin, "give it a prefix: {view: "+f.View.Name+", prefix: "+f.View.Name+"_}", "feature %q of view %q is called like the key of entity %q", f.Name, f.View.Name, v.Entity.Name)
					p.relate(k.Origin, "the key")
				}
			}
			for _, c := range inputs {
				if strings.EqualFold(c.Name, k.Name) {
					p.fault("F606", c.Origin, "leave it out: keys come with every request", "input %q is called like the key of entity %q", c.Name, v.Entity.Name)
					p.relate(k.Origin, "the key")
				}
			}
			for _, d := range derived {
				if strings.EqualFold(d.Name, k.Name) {
					p.fault("F606", d.Origin, "give it another name", "derived feature %q is called like the key of entity %q", d.Name, v.Entity.Name)
					p.relate(k.Origin, "the key")
				}
			}
		}
	}
}

// sameKeys warns of two entities with one and the same key in a service or a training set: a value of the key could not be that of one and
// not of the other.
func (p *pass) sameKeys(features []model.Served, at diag.Place, whose string) {
	var seen []*model.Entity
	for _, v := range model.Views(features) {
		e := v.Entity
		if e == nil || len(e.Key) == 0 || slices.Contains(seen, e) {
			continue
		}
		for _, other := range seen {
			if slices.Equal(keyNames(e), keyNames(other)) {
				p.warn("F601", at, "use one entity for both, or give their keys different names", "entities %q and %q of %s have the same key %s: one value stands for both",
					other.Name, e.Name, whose, strings.Join(model.Table{Columns: e.Key}.ColumnNames(), ", "))
				p.relate(e.Origin, "the second entity")
			}
		}
		seen = append(seen, e)
	}
}

// keyNames are the columns of the key in alphabetical order, in lower case.
func keyNames(e *model.Entity) []string {
	var out []string
	for _, k := range e.Key {
		out = append(out, strings.ToLower(k.Name))
	}
	slices.Sort(out)
	return out
}

// longest is how many bytes a name may have in Postgres.
const longest = 63

// fullNames warns of features whose name behind that of their view is cut off by Postgres, where the two are asked for as one.
func (p *pass) fullNames(v *view) {
	for _, f := range v.model.Offers() {
		if full := f.FullName(); len(full) > longest {
			p.fault("T306", f.Origin, "shorten one of the two", "with its view the feature is called %s, which has %d bytes; Postgres cuts names off behind %d", full, len(full), longest)
			p.list[len(p.list)-1].Severity = diag.Warning
		}
	}
}
