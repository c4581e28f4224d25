package plan

import (
	"slices"
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// onlineSource is what the source of a view says, as rows of its online table.
type onlineSource struct {
	project *model.Project
	view    *model.FeatureView
	table   model.Table // in the online store
	rows    pgsql.Frag  // a relation with the columns of the source
	now     time.Time   // of events: what happens later is not known yet
}

// newOnlineSource reads a source as it was found. pending are rows of a snapshot or a table that are about to be there.
func newOnlineSource(project *model.Project, view *model.FeatureView, schema string, found Found, pending Pending, now time.Time) onlineSource {
	s := onlineSource{project: project, view: view, table: view.OnlineTable(schema), now: now}
	source := view.Source
	if source.Query != "" {
		s.rows = "(" + pending.shadow(source.Reads) + source.Query + ")"
		return s
	}
	want := model.Table{Schema: schema, Name: source.Name, Columns: source.Columns}
	s.rows = asDeclared(want, found.Table(source.Name), "true")
	if rows, ok := pending[source.Name]; ok {
		s.rows = rows
	}
	return s
}

// Pending is what tables and snapshots will hold when a run is over, by their names: relations with their declared columns.
type Pending map[string]pgsql.Frag

// shadow puts what is about to be there in the place of what a query reads.
func (p Pending) shadow(reads []string) pgsql.Frag {
	var out []pgsql.Frag
	for _, name := range reads {
		if rows, ok := p[name]; ok {
			out = append(out, pgsql.Ident(name)+" AS "+rows)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "WITH " + pgsql.Join(out, ", ") + "\n"
}

// time is the column that tells when a row happened.
func (s onlineSource) time() moment {
	return momentOf(s.project, "r", columnOf(s.view.Source, s.view.Source.EventTime), s.view.Source.AtStart)
}

// whole are the rows that count of each key: of a snapshot those of some freezes, of events those that have happened. more are further
// conditions on the source (r).
func (s onlineSource) whole(freezes []Freeze, more ...pgsql.Frag) pgsql.Frag {
	order, distinct := pgsql.Frag(""), pgsql.Frag("")
	if !s.unique(freezes) {
		keys := pgsql.List(s.view.Keys, func(k string) pgsql.Frag { return pgsql.Column("r", k) })
		distinct = "DISTINCT ON (" + keys + ") "
		order = "\nORDER BY " + keys + ", " + rank(s.project, s.view, "r").newestFirst()
	}
	beside, where := s.known(freezes, more)
	return fill("online_source", pgsql.Holes{"distinct": distinct, "values": s.values(), "rows": s.rows, "beside": beside, "where": where, "order": order})
}

// unique tells whether a source has at most one row of each key: one freeze of a snapshot with the entity's key.
func (s onlineSource) unique(freezes []Freeze) bool {
	return s.view.Source.Snapshot && len(freezes) == 1 && len(s.view.Source.Key) > 0 &&
		!slices.ContainsFunc(s.view.Source.Key, func(k string) bool { return !contains(s.view.Keys, k) })
}

// known are the rows that may count at all: of dates that are frozen, or of times that have come. A row without a key is nobody's.
func (s onlineSource) known(freezes []Freeze, more []pgsql.Frag) (beside, where pgsql.Frag) {
	conditions := pgsql.Map(s.view.Keys, func(k string) pgsql.Frag { return pgsql.Column("r", k) + " IS NOT NULL" })
	if !s.view.Source.Snapshot {
		conditions = append(conditions, s.time().instant()+" <= "+instant(s.now))
	} else {
		at := moment{Value: "as_of", Type: s.time().Type, AtStart: s.view.Source.AtStart, Zone: s.project.Timezone}
		list := []pgsql.Frag{"(NULL::date, NULL::bigint)"}
		if len(freezes) > 0 {
			list = pgsql.Map(freezes, func(f Freeze) pgsql.Frag {
				return "(" + pgsql.Typed(f.AsOf, "date") + ", " + pgsql.Int(f.Revision) + "::bigint)"
			})
		}
		beside = "\n" + fill("online_freezes", pgsql.Holes{"instant": at.instant(), "expires": expires(s.view, at), "freezes": pgsql.Join(list, ", "),
			"as_of": pgsql.Column("r", model.AsOf)})
	}
	return beside, pgsql.Join(append(conditions, more...), " AND ")
}

// expires is the last instant at which the values of a time hold.
func expires(view *model.FeatureView, at moment) pgsql.Frag {
	if view.TTL == nil {
		return "NULL::timestamptz"
	}
	return at.after(*view.TTL)
}

// values are the columns of the online table.
func (s onlineSource) values() pgsql.Frag {
	cast := func(column string, to model.Column) pgsql.Frag {
		value := pgsql.Column("r", column)
		if s.view.Source.Query != "" || columnOf(s.view.Source, column).Type.Name != to.Type.Name {
			value += "::" + pgsql.Frag(to.Type.Name)
		}
		return value + " AS " + pgsql.Ident(to.Name)
	}
	var out []pgsql.Frag
	for i, k := range s.view.Keys {
		out = append(out, cast(k, s.view.Entity.Key[i]))
	}
	for _, f := range s.view.Features {
		out = append(out, cast(f.Column, model.Column{Name: f.Name, Type: f.Type}))
	}
	own := []pgsql.Frag{"f.instant", "NULL::timestamptz", "f.revision", "f.as_of", "f.expires", "false"}
	if !s.view.Source.Snapshot {
		own = []pgsql.Frag{s.time().instant(), s.created(), "0::bigint", "NULL::date", expires(s.view, s.time()), "false"}
	}
	for i, c := range model.OnlineColumns() {
		out = append(out, own[i]+" AS "+pgsql.Ident(c.Name))
	}
	return pgsql.Join(out, ", ")
}

func (s onlineSource) created() pgsql.Frag {
	if s.view.Source.CreatedTime == "" {
		return "NULL::timestamptz"
	}
	return momentOf(s.project, "r", columnOf(s.view.Source, s.view.Source.CreatedTime), s.view.Source.AtStart).instant()
}

// lacking deletes rows of the online table whose keys the source does not have, as far as they may go.
func (s onlineSource) lacking(freezes []Freeze, may pgsql.Frag) pgsql.Frag {
	beside, where := s.known(freezes, nil)
	pairs := make([]pgsql.Frag, len(s.view.Keys))
	for i, k := range s.view.Keys {
		key := s.view.Entity.Key[i]
		pairs[i] = pgsql.Column("r", k) + "::" + pgsql.Frag(key.Type.Name) + " AS " + pgsql.Ident(key.Name)
	}
	return fill("online_lacking", pgsql.Holes{"keys": pgsql.Join(pairs, ", "), "rows": s.rows, "beside": beside, "where": where, "table": s.table.SQL(), "may": may,
		"match": match("k", s.table.PrimaryKey, "l", s.table.PrimaryKey)})
}
