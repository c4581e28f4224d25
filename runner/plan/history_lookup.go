package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// lookup is one reading of a source beside the spine. Views over the same source with the same keys share it.
type lookup struct {
	alias  pgsql.Frag
	source model.FeatureSource
	latest bool // any freeze counts, not only the newest
	views  []*model.FeatureView
	keys   []lookupKey
	dates  *freezeDates // of a snapshot
	method string
	reason string
}

// lookupKey is a column of an entity's key: what holds it in the source and in the spine.
type lookupKey struct {
	entity        model.Column
	source, spine model.Column
}

// look adds a view to the lookup of its source.
func (h *History) look(v *model.FeatureView) {
	var keys []lookupKey
	for i, k := range v.Entity.Key {
		keys = append(keys, lookupKey{k, columnOf(v.Source, v.Keys[i]), h.spineColumn(h.spine.Keys[k.Name])})
	}
	same := func(l *lookup) bool {
		return l.source.Name == v.Source.Name && l.source.Query == v.Source.Query && l.source.EventTime == v.Source.EventTime && l.source.CreatedTime == v.Source.CreatedTime &&
			l.latest != v.SnapshotOnly && slices.EqualFunc(l.keys, keys, func(a, b lookupKey) bool {
			return a.source.Name == b.source.Name && a.spine.Name == b.spine.Name && a.entity.Type.Name == b.entity.Type.Name
		})
	}
	if i := slices.IndexFunc(h.lookups, same); i >= 0 {
		h.lookups[i].views = append(h.lookups[i].views, v)
		return
	}
	l := &lookup{alias: "v" + pgsql.Int(len(h.lookups)+1), source: v.Source, latest: !v.SnapshotOnly, views: []*model.FeatureView{v}, keys: keys}
	if v.Source.Snapshot {
		l.dates = h.frozen(v.Source)
	}
	h.lookups = append(h.lookups, l)
}

func (h *History) spineColumn(name string) model.Column {
	if name == h.spine.Time.Name {
		return h.spine.Time
	}
	if c := (model.Table{Columns: h.spine.Columns}).Column(name); c != nil {
		return *c
	}
	return model.Column{Name: name}
}

// lookupOf finds where a view is read.
func (h *History) lookupOf(v *model.FeatureView) *lookup {
	return h.lookups[slices.IndexFunc(h.lookups, func(l *lookup) bool { return slices.Contains(l.views, v) })]
}

// relation is the source as a relation.
func (h *History) relation(l *lookup) pgsql.Frag {
	if l.source.Name != "" {
		return pgsql.Qualified(h.schema, l.source.Name)
	}
	return "(\n" + l.source.Query + "\n)"
}

// columns are those that are read: the time, and what the features of the views need, each once.
func (h *History) columns(l *lookup) []model.Column {
	out := []model.Column{l.time()}
	for _, v := range l.views {
		for _, f := range v.Features {
			c := columnOf(v.Source, f.Column)
			if h.uses(v, f.Name) && !slices.ContainsFunc(out, func(o model.Column) bool { return o.Name == c.Name }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// uses tells whether a feature of a view is served, or a derived one that is served needs it.
func (h *History) uses(v *model.FeatureView, feature string) bool {
	return slices.ContainsFunc(h.want.Features, func(f model.Served) bool {
		if f.View != v {
			return false
		}
		d := v.DerivedFeature(f.Feature)
		return f.Feature == feature || d != nil && slices.Contains(d.Uses, feature)
	})
}

func (l *lookup) time() model.Column { return columnOf(l.source, l.source.EventTime) }

// matches is the equality of the key columns, each by itself and by the = of the entity's type: texts of any length are compared as text,
// which no cast shortens.
func (l *lookup) matches(source, spine pgsql.Frag) pgsql.Frag {
	parts := pgsql.Map(l.keys, func(k lookupKey) pgsql.Frag {
		return keyed(k.entity.Type, k.source, source) + " = " + keyed(k.entity.Type, k.spine, spine)
	})
	return pgsql.Join(parts, " AND ")
}

func keyed(entity model.Type, c model.Column, alias pgsql.Frag) pgsql.Frag {
	value := pgsql.Column(alias, c.Name)
	switch {
	case entity.Family != model.Text || c.Type.Name == "text" && !entity.Padded:
		return value
	case entity.Padded:
		return value + "::bpchar"
	}
	return value + "::text"
}

// holds tells, by the joined row, whether it is there and not older than the ttl of a view.
func (h *History) holds(l *lookup, v *model.FeatureView) pgsql.Frag {
	if ttl := h.withinTTL(l, v); ttl != "" && !l.oneTTL() {
		return ttl
	}
	return pgsql.Column(l.alias, l.source.EventTime) + " IS NOT NULL"
}

// withinTTL is empty of a view without a ttl.
func (h *History) withinTTL(l *lookup, v *model.FeatureView) pgsql.Frag {
	if v.TTL == nil {
		return ""
	}
	return pgsql.Column("s", askedAt) + " <= " + momentOf(h.project, l.alias, l.time(), l.source.AtStart).after(*v.TTL)
}

// oneTTL tells whether all views of a lookup have the same ttl, which then belongs to the join.
func (l *lookup) oneTTL() bool {
	first := l.views[0].TTL
	return !slices.ContainsFunc(l.views, func(v *model.FeatureView) bool {
		return (v.TTL == nil) != (first == nil) || first != nil && (v.TTL.Months != first.Months || v.TTL.Days != first.Days || v.TTL.Hours != first.Hours)
	})
}

// on are the conditions of a join: those of its method, and the ttl where all views have the same.
func (h *History) on(l *lookup, conditions ...pgsql.Frag) pgsql.Frag {
	if ttl := h.withinTTL(l, l.views[0]); ttl != "" && l.oneTTL() {
		conditions = append(conditions, ttl)
	}
	if len(conditions) == 0 {
		return "true"
	}
	return pgsql.Join(conditions, " AND ")
}
