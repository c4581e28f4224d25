package plan

import (
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Count answers with what bringing a view online would insert, update, leave as it is, leave because the store holds newer rows, and delete. It
// compares all that the source says with all that the store holds: what has come since the last time makes the same of it.
func (m *Materialization) Count() pgsql.Frag {
	table, freezes, gone := m.Table.Table, m.found.Source.Freezes[m.View.Source.Name], notPushed()
	if m.View.SnapshotOnly && len(freezes) > 0 {
		last := freezes[len(freezes)-1]
		freezes, gone = []Freeze{last}, m.goneFrom(last)
	}
	stored := m.Table.Found
	if m.Table.Rebuild != "" {
		stored = nil
	}
	there := pgsql.Column("s", model.OnlinePushed) + " IS NOT NULL"
	held := pgsql.Column("l", model.OnlinePushed) + " IS NOT NULL"
	return fill("online_count", pgsql.Holes{"source": m.source.whole(freezes), "stored": asDeclared(table, stored, "true"),
		"match": match("l", table.PrimaryKey, "s", table.PrimaryKey), "missing": there + " AND NOT (" + held + ")", "both": there + " AND " + held,
		"lacking": held + " AND NOT (" + there + ")", "may": mayReplace("s", "l", SourceWins), "differs": differsOnline(table), "gone": gone})
}

// Reading is the query of what a view reads, whole.
func (m *Materialization) Reading() pgsql.Frag {
	return m.source.whole(m.found.Source.Freezes[m.View.Source.Name])
}

// Over is a snapshot as it will be when the run is over, before the run has written anything.
func (s *Snapshot) Over(absent []string) pgsql.Frag {
	return fill("freeze_over", pgsql.Holes{
		"columns": pgsql.List(s.Table.Columns, func(c model.Column) pgsql.Frag { return pgsql.Column("o", c.Name) }),
		"others":  asDeclared(s.Table, s.found, pgsql.Ident(model.AsOf)+" <> "+s.asOf()),
		"values": pgsql.List(s.Table.Columns, func(c model.Column) pgsql.Frag {
			if c.Name == model.AsOf {
				return s.asOf()
			}
			return pgsql.Column("b", c.Name)
		}),
		"source": s.source(absent, false)})
}

// WithFreeze adds the freeze that a run is about to make to those that there are, as the newest of all.
func (s *Snapshot) WithFreeze(freezes []Freeze, columns []string) []Freeze {
	next := Freeze{AsOf: s.AsOf, Revision: 1, Columns: columns}
	if s.Registered != nil {
		next.Revision = s.Registered.Revision + 1
	}
	out := slices.DeleteFunc(slices.Clone(freezes), func(f Freeze) bool {
		next.Sequence = max(next.Sequence, f.Sequence)
		return f.AsOf == s.AsOf
	})
	next.Sequence++
	out = append(out, next)
	slices.SortFunc(out, func(a, b Freeze) int { return strings.Compare(a.AsOf, b.AsOf) })
	return out
}
