package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// The methods of the join, which give the same rows.
const (
	JoinIndex   = "index"   // each spine row looks into an index over key and time
	JoinFreezes = "freezes" // each spine row is matched with the newest freeze of its time
	JoinNothing = "nothing" // there is nothing to read
)

// JoinMethods are the methods that can be asked for.
func JoinMethods() []string { return []string{JoinIndex} }

// Method says how a view is joined, and why so.
type Method struct {
	View   string
	Source string // a table or snapshot, or "query"
	Name   string // one of JoinMethods
	Reason string
}

// Methods are those of the views, in order of first use.
func (h *History) Methods() []Method {
	var out []Method
	for _, v := range model.Views(h.want.Features) {
		l := h.lookupOf(v)
		out = append(out, Method{View: v.Name, Source: l.name(), Name: l.method, Reason: l.reason})
	}
	return out
}

func (l *lookup) name() string {
	if l.source.Name == "" {
		return "query"
	}
	return l.source.Name
}

// choose takes a method for a lookup.
func (h *History) choose(l *lookup) (method, reason string) {
	switch {
	case l.dates != nil && len(l.dates.freezes) == 0:
		return JoinNothing, "nothing is frozen"
	case !l.latest:
		return JoinFreezes, "join: snapshot: only the newest freeze counts"
	}
	return JoinIndex, "the only one"
}

// askedAt is the column of the spine that says at which instant features are asked for.
const askedAt = "#at"

// join puts a lookup beside the spine.
func (h *History) join(l *lookup) pgsql.Frag {
	columns := h.columns(l)
	holes := pgsql.Holes{"alias": l.alias}
	switch l.method {
	case JoinNothing:
		holes["columns"] = pgsql.List(columns, func(c model.Column) pgsql.Frag {
			return "NULL::" + pgsql.Frag(c.Type.Name) + " AS " + pgsql.Ident(c.Name)
		})
		return fill("history_nothing", holes)
	case JoinFreezes:
		holes["source"], holes["match"], holes["on"] = h.relation(l), l.matches(l.alias, "s"), h.on(l)
		holes["as_of"], holes["newest"] = pgsql.Column(l.alias, model.AsOf), pgsql.Column("s", l.dates.column)
		return fill("history_freeze", holes)
	}
	holes["columns"] = pgsql.List(columns, func(c model.Column) pgsql.Frag { return pgsql.Column("o", c.Name) })
	holes["source"], holes["match"], holes["on"] = h.relation(l), l.matches("o", "s"), h.on(l)
	holes["known"] = h.known(l)
	holes["order"] = rank(h.project, l.views[0], "o").newestFirst()
	return fill("history_index", holes)
}

// known tells whether a row of the source is known when a spine row asks. An index can use it: of a snapshot it speaks of dates that are
// frozen, and else of the column itself, before the instant that the column means is looked at.
func (h *History) known(l *lookup) pgsql.Frag {
	column, asked := pgsql.Column("o", l.source.EventTime), pgsql.Column("s", askedAt)
	if l.dates != nil {
		return column + " <= " + pgsql.Column("s", l.dates.column) + " AND " + column + " IN (" + l.dates.list() + ")"
	}
	exact := momentOf(h.project, "o", l.time(), l.source.AtStart).instant() + " <= " + asked
	switch l.time().Type.Family { // no clock is a day away from UTC
	case model.Date:
		return column + " <= (" + asked + " AT TIME ZONE 'UTC')::date + 1 AND " + exact
	case model.Timestamp:
		return column + " <= (" + asked + " AT TIME ZONE 'UTC') + interval '1 day' AND " + exact
	}
	return exact
}

// freezeDates are the freezes of snapshots that are known at the same times.
type freezeDates struct {
	column  string // of the spine: the newest of them that is known
	freezes []string
	known   []pgsql.Frag // instants
}

// frozen finds or adds the freezes of a snapshot, oldest first.
func (h *History) frozen(source model.FeatureSource) *freezeDates {
	out := freezeDates{column: "#f" + string(pgsql.Int(len(h.freezes)+1))}
	for _, f := range h.want.Freezes[source.Name] {
		if !slices.Contains(out.freezes, f.AsOf) {
			out.freezes = append(out.freezes, f.AsOf)
		}
	}
	slices.Sort(out.freezes)
	for _, d := range out.freezes {
		m := moment{Value: pgsql.Typed(d, "date"), Type: columnOf(source, source.EventTime).Type, AtStart: source.AtStart, Zone: h.project.Timezone}
		out.known = append(out.known, m.after(source.KnownAfter))
	}
	for i := range h.freezes {
		if f := h.freezes[i]; slices.Equal(f.freezes, out.freezes) && slices.Equal(f.known, out.known) {
			return &f
		}
	}
	if len(out.freezes) > 0 {
		h.freezes = append(h.freezes, out)
	}
	return &out
}

func (f freezeDates) list() pgsql.Frag {
	return pgsql.List(f.freezes, func(d string) pgsql.Frag { return pgsql.Typed(d, "date") })
}

// newest is the date of the newest freeze known at the instant asked for. A later date is never known earlier, so that its place among the
// instants is its place among the dates.
func (f freezeDates) newest() pgsql.Frag {
	return "(ARRAY[" + f.list() + "])[width_bucket(" + pgsql.Column("q", askedAt) + ", (SELECT ARRAY[" + pgsql.Join(f.known, ", ") + "]))]"
}
