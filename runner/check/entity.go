package check

import (
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// store is what is known of the feature store while it is checked. A name that was used twice leads to the first.
type store struct {
	entities map[string]*entity
	views    map[string]*view
	services map[string]*service
	sets     map[string]*trainingSet
}

// entity is an entity under check.
type entity struct {
	model   *model.Entity
	unclear bool // something of its key could not be read
}

// checkFeatureStore checks entities first, then what is read about them, then what is made of that.
func (p *pass) checkFeatureStore() {
	p.store = store{map[string]*entity{}, map[string]*view{}, map[string]*service{}, map[string]*trainingSet{}}
	for _, e := range p.tree.Entities {
		p.checkEntity(e)
	}
	p.checkKeyTypes()
	for _, v := range p.tree.FeatureViews {
		p.checkFeatureView(v)
	}
	for _, s := range p.tree.FeatureServices {
		p.checkFeatureService(s)
	}
	for _, s := range p.tree.TrainingSets {
		p.checkTrainingSet(s)
	}
}

// claimDocument registers the name of a document of the feature store; tables and snapshots have names of the same space.
func (p *pass) claimDocument(name spec.Str, what string) {
	if name.Set {
		p.checkIdentifier(name, what)
		p.claim(&p.names, name, what, unique)
	}
}

// first keeps the first document of a kind that has a name, also where something of another kind has it too.
func first[T any](all map[string]*T, name spec.Str, one *T) {
	if name.Set && all[name.Value] == nil {
		all[name.Value] = one
	}
}

func (p *pass) checkEntity(s *spec.Entity) {
	e := &entity{model: &model.Entity{Name: s.Name.Value, Description: s.Description.Value, Owner: s.Owner.Value, Tags: s.Tags.Strings(),
		Origin: place(s.Name.Place, s.Place)}}
	p.claimDocument(s.Name, "entity")
	first(p.store.entities, s.Name, e)
	if s.Key.Set && len(s.Key.Entries) == 0 {
		p.fault("F601", s.Key.Place, "such as: {id: text}", "the key of entity %q has no columns", s.Name.Value)
	}
	e.model.Key, e.unclear = p.typedColumns(s.Key, "key column")
	e.unclear = e.unclear || len(s.Key.Entries) == 0
	for i, c := range e.model.Key {
		p.notTime(c.Name, c.Origin, "key column")
		if c.Type.Family == model.Float {
			p.warn("F601", s.Key.Entries[i].Value.Type.Place, "use numeric, integer or text", "key column %q is %s: numbers that look the same may differ, and are not found then", c.Name, c.Type.Name)
		}
		if c.Type.Family != model.NoFamily && !c.Type.Comparable() {
			p.fault("F601", s.Key.Entries[i].Value.Type.Place, "use a type that has an equality", "key column %q is %s and cannot be in a key", c.Name, c.Type.Name)
		}
	}
	p.project.Entities = append(p.project.Entities, e.model)
}

// typedColumns resolves names with their types; unclear tells that some type is not known.
func (p *pass) typedColumns(m spec.Map[*spec.Typed], what string) (out []model.Column, unclear bool) {
	var taken names
	for _, c := range m.Entries {
		p.checkColumnName(c.Key)
		p.claim(&taken, c.Key, what, "they have different names, whatever their case")
		column := model.Column{Name: c.Key.Value, Type: p.checkType(c.Value.Type), Description: c.Value.Description.Value, Origin: c.Key.Place}
		unclear = unclear || column.Type.Family == model.NoFamily
		out = append(out, column)
	}
	return out, unclear
}

// checkKeyTypes finds a key column of one name that two entities give different types: a request that names it could mean one only.
func (p *pass) checkKeyTypes() {
	earlier := map[string]*model.Column{}
	whose := map[string]string{}
	for _, e := range p.project.Entities {
		for i := range e.Key {
			c := &e.Key[i]
			other, ok := earlier[c.Name]
			switch {
			case !ok:
				earlier[c.Name], whose[c.Name] = c, e.Name
			case c.Type.Family != model.NoFamily && other.Type.Family != model.NoFamily && !alike(c.Type, other.Type):
				p.fault("F601", c.Origin, "declare both with the same type, or give one another name", "%q is %s here and %s in entity %q",
					c.Name, c.Type.Name, other.Type.Name, whose[c.Name])
				p.relate(other.Origin, "the other one")
			}
		}
	}
}

// keysIn finds the columns of a source that hold an entity's key, in the order of the key; renamed gives those that are called otherwise.
// at stands for the whole where a column is not there. ok is false when some column is not known.
func (p *pass) keysIn(e *entity, source origin, renamed spec.Map[spec.Str], at spec.Str) (out []string, ok bool) {
	ok = true
	for _, k := range e.model.Key {
		name := spec.Str{Value: k.Name, Place: at.Place}
		given, isRenamed := renamed.Get(k.Name)
		if isRenamed {
			name = given
		}
		c := source.column(name.Value)
		switch {
		case c == nil && source.unclear || isRenamed && !given.Set:
			ok = false
			continue
		case c == nil:
			ok = false
			hint := suggest(name.Value, source.columnNames(), "its columns are")
			if !isRenamed {
				hint = "keys: {" + k.Name + ": COLUMN} says which column holds it; " + hint
			}
			p.fault("F601", name.Place, hint, "%s has no column %q, which is in the key of entity %q", source.what(), name.Value, e.model.Name)
			p.relate(k.Origin, "the key of the entity")
			continue
		case c.Type.Family != model.NoFamily && k.Type.Family != model.NoFamily && !alike(c.Type, k.Type):
			p.fault("F601", name.Place, "declare both with the same type", "%q is %s in entity %q and %s in %s", k.Name, k.Type.Name, e.model.Name, c.Type.Name, source.what())
			p.relate(k.Origin, "the key of the entity")
		}
		if c.Name == source.EventTime {
			p.fault("F601", name.Place, "a key names something at all times: use another column", "column %q is the time of %s, and stands for %q of the key of entity %q", c.Name, source.what(), k.Name, e.model.Name)
		}
		if slices.Contains(out, c.Name) {
			p.fault("F601", name.Place, "name each column once", "column %q stands for two columns of the key", c.Name)
		}
		out = append(out, c.Name)
	}
	return out, ok
}

// checkRenamed finds names in keys: that belong to no key.
func (p *pass) checkRenamed(renamed spec.Map[spec.Str], keys []string, whose string) {
	for _, e := range renamed.Entries {
		if !slices.Contains(keys, e.Key.Value) {
			p.fault("F601", e.Key.Place, suggest(e.Key.Value, keys, "it has"), "%s has no key column %q", whose, e.Key.Value)
			p.mendName(e.Key, keys)
		}
	}
}
