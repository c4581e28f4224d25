package plan

import (
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// OnlineRead is what is read of the online table of one view, as it was found.
type OnlineRead struct {
	Table   model.Table // as it is declared
	Columns []string    // the features that are read
	Keys    []int       // which of the keys of the request are those of the table
	Missing bool        // there is no table of this key yet: nothing is read
	Absent  []bool      // the features that the table does not have yet, or not of their type; nil when it has all
	watched []watched
}

// watched is a column that is not as it is declared. The statement tells when it changes.
type watched struct{ column, found string }

// Watched tells whether the table may still become what is declared, which the statement looks at.
func (r OnlineRead) Watched() bool { return len(r.watched) > 0 }

// NewOnlineRead compares what is to be read with the table as it was found; nil when there is none.
func NewOnlineRead(view *model.FeatureView, schema string, columns []string, keys []int, found *model.Table) OnlineRead {
	r := OnlineRead{Table: view.OnlineTable(schema), Columns: columns, Keys: keys}
	if found == nil {
		r.Missing, r.watched = true, []watched{{column: model.OnlineEventTime}}
		return r
	}
	for _, name := range append(slices.Clone(r.Table.PrimaryKey), model.OnlineEventTime, model.OnlineExpires, model.OnlineAsOf) {
		r.Missing = !r.has(name, found) || r.Missing
	}
	if r.Missing {
		return r
	}
	absent := make([]bool, len(columns))
	for i, name := range columns {
		absent[i] = !r.has(name, found)
	}
	if slices.Contains(absent, true) {
		r.Absent = absent
	}
	return r
}

// OnlineLacks are the features of a view that its table does not have, or not of their type; all of them where it has another key.
func OnlineLacks(view *model.FeatureView, schema string, found *model.Table) []string {
	var names []string
	for _, f := range view.Features {
		names = append(names, f.Name)
	}
	r := NewOnlineRead(view, schema, names, nil, found)
	if r.Missing {
		return names
	}
	var out []string
	for i, absent := range r.Absent {
		if absent {
			out = append(out, names[i])
		}
	}
	return out
}

// has tells whether the found table has a column as it is declared, or so that its values are of the declared type.
func (r *OnlineRead) has(name string, found *model.Table) bool {
	there := found.Column(name)
	switch {
	case there == nil:
		r.watched = append(r.watched, watched{column: name})
		return false
	case !r.Table.Column(name).Type.Holds(there.Type):
		r.watched = append(r.watched, watched{name, there.Type.Name})
		return false
	}
	return true
}

// ReadOnline is the statement that reads views by their keys. keys are those of the request; their values are parameters, in order: of one
// request a value each, of many an array each. The answer has, of many, the place in the request from 1 on (bigint); then, when any read is
// watched, whether the tables have changed, so that the statement has to be made anew; then for each read that is not missing the event
// time, the expiry, the as_of and the columns that are not absent. A key without a row has no event time.
func ReadOnline(keys []model.Column, reads []OnlineRead, many bool) pgsql.Frag {
	var columns, values, lists, names []pgsql.Frag
	for i, k := range keys {
		value := "$" + pgsql.Int(i+1) + "::" + keyType(k.Type)
		values, lists, names = append(values, value+" AS "+keyName(i)), append(lists, value+"[]"), append(names, keyName(i))
	}
	position := pgsql.Ident("#position")
	if many {
		columns = append(columns, "q."+position)
	}
	if changed := changedTables(reads); changed != "" {
		columns = append(columns, changed)
	}
	var order []int
	for i, r := range reads {
		if !r.Missing {
			order = append(order, i)
			columns = append(columns, r.columns("v"+pgsql.Int(i))...)
		}
	}
	// Tables are locked in this order, which is that of Exchange: otherwise the two would lock each other out.
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(reads[a].Table.Name, reads[b].Table.Name) })
	joins := pgsql.Frag("")
	for _, i := range order {
		alias := "v" + pgsql.Int(i)
		joins += "\n" + fill("online_read_join", pgsql.Holes{"table": reads[i].Table.SQL(), "alias": alias, "match": reads[i].match(alias)})
	}
	if len(columns) == 0 {
		columns = []pgsql.Frag{"true"}
	}
	list := pgsql.Join(columns, ", ")
	if !many {
		return fill("online_read", pgsql.Holes{"columns": list, "values": pgsql.Join(values, ", "), "joins": joins})
	}
	return fill("online_read_many", pgsql.Holes{"columns": list, "lists": pgsql.Join(lists, ", "), "names": pgsql.Join(names, ", "), "position": position, "joins": joins})
}

// keyName is the name of a key of the request within the statement.
func keyName(i int) pgsql.Frag { return "k" + pgsql.Int(i) }

// keyType is the type that a value of a key is compared as. Lengths and scales are left out: a cast to them would make another value of one
// that does not fit.
func keyType(t model.Type) pgsql.Frag {
	switch {
	case t.Family == model.Text && t.Padded:
		return "bpchar"
	case t.Family == model.Text:
		return "text"
	case t.Family == model.Numeric:
		return "numeric"
	}
	return pgsql.Frag(t.Name)
}

func (r OnlineRead) match(alias pgsql.Frag) pgsql.Frag {
	parts := make([]pgsql.Frag, len(r.Keys))
	for i, k := range r.Keys {
		parts[i] = pgsql.Column(alias, r.Table.PrimaryKey[i]) + " = q." + keyName(k)
	}
	return pgsql.Join(parts, " AND ")
}

// columns are cast to what is declared: nothing happens to those that are, and a column that has become another one does not come back
// as what it is not.
func (r OnlineRead) columns(alias pgsql.Frag) []pgsql.Frag {
	out := []pgsql.Frag{pgsql.Column(alias, model.OnlineEventTime), pgsql.Column(alias, model.OnlineExpires), pgsql.Column(alias, model.OnlineAsOf)}
	for i, name := range r.Columns {
		if r.Absent == nil || !r.Absent[i] {
			out = append(out, pgsql.Column(alias, name)+"::"+pgsql.Frag(r.Table.Column(name).Type.Name))
		}
	}
	return out
}

// changedTables is true once any watched column has changed; empty when none is watched.
func changedTables(reads []OnlineRead) pgsql.Frag {
	var parts []pgsql.Frag
	for _, r := range reads {
		for _, w := range r.watched {
			found := pgsql.Frag("NULL")
			if w.found != "" {
				found = pgsql.Literal(w.found)
			}
			parts = append(parts, fill("online_read_watch", pgsql.Holes{"table": pgsql.Literal(string(r.Table.SQL())), "column": pgsql.Literal(w.column), "found": found}))
		}
	}
	return pgsql.Join(parts, " OR ")
}
