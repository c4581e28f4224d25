package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// askedAt is the column of the spine that says at which instant features are asked for.
const askedAt = "#at"

// join puts a lookup beside the spine.
func (h *History) join(l *lookup) pgsql.Frag {
	of := func(c model.Column) pgsql.Frag { return pgsql.Column("o", c.Name) }
	columns, ranks := h.columns(l), rank(h.project, l.views[0], "o")
	holes := pgsql.Holes{"alias": l.alias}
	if l.method == JoinNothing {
		holes["columns"] = pgsql.List(columns, func(c model.Column) pgsql.Frag {
			return "NULL::" + pgsql.Frag(c.Type.Name) + " AS " + pgsql.Ident(c.Name)
		})
		return fill("history_nothing", holes)
	}
	holes["source"] = h.relation(l)
	switch l.method {
	case JoinFreezes:
		holes["on"] = h.on(l, l.matches(l.alias, "s"), pgsql.Column(l.alias, l.source.EventTime)+" = "+pgsql.Column("s", l.dates.column))
		return fill("history_freeze", holes)
	case JoinIndex:
		holes["match"], holes["known"], holes["on"] = l.matches("o", "s"), h.known(l), h.on(l)
		holes["columns"], holes["order"] = pgsql.List(columns, of), ranks.newestFirst()
		return fill("history_index", holes)
	}
	for _, k := range l.keys { // features may be read from columns of the key
		if !slices.ContainsFunc(columns, func(c model.Column) bool { return c.Name == k.source.Name }) {
			columns = append(columns, k.source)
		}
	}
	holes["exists"], holes["columns"] = h.exists(l), pgsql.List(columns, of)
	holes["key"], holes["order"] = pgsql.Join(l.keyValues(true, "o"), ", "), ranks.oldestFirst()
	if l.method == JoinMerge {
		holes["on"] = h.on(l, l.matches(l.alias, "s"), pgsql.Column(l.alias, "#number")+" = "+pgsql.Column("s", l.number()))
		return fill("history_merge", holes)
	}
	asked, from, until := pgsql.Column("s", askedAt), pgsql.Column(l.alias, "#from"), pgsql.Column(l.alias, "#until")
	if l.dates != nil {
		asked = pgsql.Column("s", l.dates.column)
	}
	holes["known"] = h.knownFrom(l)
	holes["on"] = h.on(l, l.matches(l.alias, "s"), asked+" >= "+from, "("+until+" IS NULL OR "+asked+" < "+until+")")
	return fill("history_ranges", holes)
}

// keyValues are the columns of the key in the form in which they are compared.
func (l *lookup) keyValues(source bool, alias pgsql.Frag) []pgsql.Frag {
	return pgsql.Map(l.keys, func(k lookupKey) pgsql.Frag {
		if source {
			return keyed(k.entity.Type, k.source, alias)
		}
		return keyed(k.entity.Type, k.spine, alias)
	})
}

// exists selects the rows of the source that any spine row could get.
func (h *History) exists(l *lookup) pgsql.Frag {
	column := pgsql.Column("o", l.source.EventTime)
	if l.dates != nil {
		return column + " IN (" + l.dates.list() + ")"
	}
	return column + " IS NOT NULL"
}

// knownFrom is from when on a row of the source is known: the instant, or of a snapshot the date, which goes with the newest freeze.
func (h *History) knownFrom(l *lookup) pgsql.Frag {
	if l.dates != nil {
		return pgsql.Column("o", l.source.EventTime)
	}
	return momentOf(h.project, "o", l.time(), l.source.AtStart).instant()
}

// known tells whether a row of the source is known when a spine row asks. An index can use it: of a snapshot it speaks of dates that are
// frozen, and else of the column itself, before the instant that the column means is looked at.
func (h *History) known(l *lookup) pgsql.Frag {
	column, asked := pgsql.Column("o", l.source.EventTime), pgsql.Column("s", askedAt)
	if l.dates != nil {
		return column + " <= " + pgsql.Column("s", l.dates.column) + " AND " + h.exists(l)
	}
	exact := h.knownFrom(l) + " <= " + asked
	switch l.time().Type.Family { // no clock is a day away from UTC
	case model.Date:
		return column + " <= (" + asked + " AT TIME ZONE 'UTC')::date + 1 AND " + exact
	case model.Timestamp:
		return column + " <= (" + asked + " AT TIME ZONE 'UTC') + interval '1 day' AND " + exact
	}
	return exact
}

// number is the column of the spine that says how many rows of a merged lookup are known.
func (l *lookup) number() string { return "#n" + string(l.alias[1:]) }

// numbered puts beside each row of a spine how many rows of its key in a source are known when it asks. The rows of both are put in one order:
// what becomes known at an instant comes before what asks at it.
func (h *History) numbered(name, spine pgsql.Frag, l *lookup) pgsql.Frag {
	known := h.knownFrom(l)
	if l.dates != nil {
		known = momentOf(h.project, "o", l.time(), l.source.AtStart).after(l.source.KnownAfter)
	}
	columns := append(h.needed(), askedAt)
	for _, f := range h.freezes {
		columns = append(columns, f.column)
	}
	for _, before := range h.lookups {
		if before == l {
			break
		}
		if before.method == JoinMerge {
			columns = append(columns, before.number())
		}
	}
	named := func(values []pgsql.Frag) pgsql.Frag {
		i := 0
		return pgsql.List(values, func(v pgsql.Frag) pgsql.Frag {
			i++
			return v + " AS " + pgsql.Ident("#k"+string(pgsql.Int(i)))
		})
	}
	i := 0
	key := pgsql.List(l.keys, func(lookupKey) pgsql.Frag { i++; return pgsql.Column("m", "#k"+string(pgsql.Int(i))) })
	return fill("history_number", pgsql.Holes{"name": name, "spine": spine, "source": h.relation(l), "exists": h.exists(l), "number": pgsql.Ident(l.number()),
		"columns":      pgsql.List(columns, pgsql.Ident),
		"none":         pgsql.List(columns, func(c string) pgsql.Frag { return nothingOr(c == askedAt, known) }),
		"spine_key":    named(l.keyValues(false, "q")),
		"source_key":   pgsql.Join(l.keyValues(true, "o"), ", "),
		"partition_by": key})
}

func nothingOr(is bool, value pgsql.Frag) pgsql.Frag {
	if is {
		return value
	}
	return "NULL"
}
