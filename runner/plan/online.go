package plan

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Guard says which rows of the online store a write may replace.
type Guard int

const (
	// NewerWins replaces a row unless it is newer than the one to write.
	NewerWins Guard = iota
	// SourceWins replaces every row that came from the source, newer or not, and of pushed ones those that are not newer: for a source that
	// has been read whole, of which a newer row may have gone.
	SourceWins
)

// OnlineWrite writes rows into the online table of a view. source is a query with the columns of that table, at most one row for each key. The
// statement answers with one row: inserted, updated, unchanged, older (left, because the store holds newer ones).
func OnlineWrite(table model.Table, source pgsql.Frag, guard Guard) pgsql.Frag {
	return fill("online_write", writeHoles(table, source, guard))
}

func writeHoles(table model.Table, source pgsql.Frag, guard Guard) pgsql.Holes {
	holes := onlineHoles(table, source, guard)
	holes["columns"] = pgsql.List(table.Columns, columnName)
	holes["key"] = pgsql.List(table.PrimaryKey, pgsql.Ident)
	holes["set"] = pgsql.List(table.Rest(), func(c model.Column) pgsql.Frag { return pgsql.Ident(c.Name) + " = " + pgsql.Column("excluded", c.Name) })
	holes["may_replace"] = mayReplace("excluded", "t", guard)
	holes["values"] = pgsql.List(table.Columns, func(c model.Column) pgsql.Frag { return pgsql.Column("s", c.Name) })
	holes["appears"], holes["order"] = "1", ""
	return holes
}

// OnlinePush writes rows that somebody pushes, of which there must be one. It answers as OnlineWrite does. Rows are locked in the order of
// their keys, so that several who push the same keys wait for each other, and do not lock each other out.
func OnlinePush(view *model.FeatureView, table model.Table, zone *time.Location, rows []Pushed) pgsql.Frag {
	holes := writeHoles(table, PushedRows(view, table, zone, rows), NewerWins)
	holes["order"] = "\n    ORDER BY " + pgsql.List(table.PrimaryKey, func(k string) pgsql.Frag { return pgsql.Column("s", k) + `::text COLLATE "C"` })
	if view.SnapshotOnly { // what the newest freeze lacks is not there at its time: such a row is older than that
		holes["appears"] = fill("online_appears", pgsql.Holes{"table": table.SQL(), "pushed": pgsql.Column("o", model.OnlinePushed),
			"time": pgsql.Column("s", model.OnlineEventTime), "frozen": pgsql.Column("o", model.OnlineEventTime)})
	}
	return fill("online_write", holes)
}

// onlineFill writes rows into a table that is empty and has no key. It answers as OnlineWrite does.
func onlineFill(table model.Table, source pgsql.Frag) pgsql.Frag {
	return fill("online_fill", pgsql.Holes{"table": table.SQL(), "source": source, "columns": pgsql.List(table.Columns, columnName),
		"values": pgsql.List(table.Columns, func(c model.Column) pgsql.Frag { return pgsql.Column("s", c.Name) })})
}

// onlineHoles are what comparing and writing have in common: the rows (s) beside those of the store (l).
func onlineHoles(table model.Table, source pgsql.Frag, guard Guard) pgsql.Holes {
	return pgsql.Holes{"table": table.SQL(), "source": source, "match": match("l", table.PrimaryKey, "s", table.PrimaryKey),
		"missing": pgsql.Column("l", table.PrimaryKey[0]) + " IS NULL", "may": mayReplace("s", "l", guard),
		"differs": differsOnline(table), "verdict": pgsql.Ident("#verdict")}
}

// differsOnline is true where a row says something else than the store. The number of a revision says nothing: a month that is restated for the
// sake of a few keys leaves the others as they are.
func differsOnline(table model.Table) pgsql.Frag {
	return differs("l", "s", without(table.Rest(), []string{model.OnlineRevision}))
}

func columnName(c model.Column) pgsql.Frag { return pgsql.Ident(c.Name) }

// mayReplace is true where a row may take the place of another.
func mayReplace(row, old pgsql.Frag, guard Guard) pgsql.Frag {
	notOlder := onlineRank(row) + " >= " + onlineRank(old)
	if guard == SourceWins {
		return "NOT " + pgsql.Column(old, model.OnlinePushed) + " OR " + notOlder
	}
	return notOlder
}

// onlineRank orders rows of one key: the greater is the newer. A row that does not say when it was created counts as older than one that does.
func onlineRank(alias pgsql.Frag) pgsql.Frag {
	return "(" + onlineMoment(alias) + ", " + pgsql.Column(alias, model.OnlineRevision) + ")"
}

// onlineMoment is when a row happened, and when it was created.
func onlineMoment(alias pgsql.Frag) pgsql.Frag {
	return pgsql.Column(alias, model.OnlineEventTime) + ", coalesce(" + pgsql.Column(alias, model.OnlineCreated) + ", '-infinity')"
}

// Pushed is a row that somebody writes into the online store. Values are as Postgres reads them; nil is NULL.
type Pushed struct {
	Key       []string  // in the order of the entity's key
	Values    []*string // one for each of the view's Features
	EventTime time.Time
	Created   time.Time // zero when it is not known
	Revision  int64
}

// PushedRows is a source for OnlineWrite: rows that were pushed, of which the newest of each key counts. zone is the project's, by whose clock
// the view's ttl is counted. There must be a row.
func PushedRows(view *model.FeatureView, table model.Table, zone *time.Location, rows []Pushed) pgsql.Frag {
	position := pgsql.Ident("#position")
	tuples := make([]pgsql.Frag, len(rows))
	for i, r := range rows {
		values := make([]pgsql.Frag, 0, len(table.Columns)+1)
		for _, c := range table.Columns[:len(r.Key)+len(r.Values)] {
			text := pgsql.Frag("NULL")
			if n := len(values); n < len(r.Key) {
				text = pgsql.Literal(r.Key[n])
			} else if v := r.Values[n-len(r.Key)]; v != nil {
				text = pgsql.Literal(*v)
			}
			values = append(values, text+"::"+pgsql.Frag(c.Type.Name))
		}
		expires := time.Time{}
		if view.TTL != nil {
			expires = view.TTL.After(r.EventTime.In(zone))
		}
		values = append(values, instant(r.EventTime), instant(r.Created), pgsql.Int(r.Revision)+"::bigint", "NULL::date", instant(expires), "true", pgsql.Int(i))
		tuples[i] = "(" + pgsql.Join(values, ", ") + ")"
	}
	key := pgsql.List(table.PrimaryKey, pgsql.Ident)
	rank := []pgsql.Frag{pgsql.Ident(model.OnlineEventTime) + " DESC", pgsql.Ident(model.OnlineCreated) + " DESC NULLS LAST",
		pgsql.Ident(model.OnlineRevision) + " DESC", position + " DESC"}
	return fill("online_push", pgsql.Holes{"key": key, "columns": pgsql.List(table.Columns, columnName), "rows": pgsql.Join(tuples, ",\n"),
		"position": position, "order": key + ", " + pgsql.Join(rank, ", ")})
}

// instant writes a time as timestamptz; the zero time is NULL.
func instant(t time.Time) pgsql.Frag {
	if t.IsZero() {
		return "NULL::timestamptz"
	}
	return pgsql.Typed(t.UTC().Format("2006-01-02 15:04:05.999999Z"), "timestamptz")
}

// OnlineTable is the table of a view in the online store as it should be, beside what is there. It is derived data: what does not fit is not
// refused, it is made anew.
type OnlineTable struct {
	View    *model.FeatureView
	Schema  string // of what the view reads
	Table   model.Table
	Found   *model.Table // nil when it is not there yet
	Changes []Change     // that only add; made in a transaction of their own, before any row
	Drops   []Change     // of columns that the view no longer has; made with the rows
	Rebuild string       // why the table has to be made anew, whole; "" when it has not
}

// NewOnlineTable compares the online table of a view with what was found in the schema of online tables. The fault is something else that stands
// in its place.
func NewOnlineTable(view *model.FeatureView, schema string, found Found) (*OnlineTable, *diag.Diagnostic) {
	o := &OnlineTable{View: view, Schema: schema, Table: view.OnlineTable(schema)}
	o.Found = found.Table(o.Table.Name)
	object := o.Table.Schema + "." + o.Table.Name
	if kind := found.Others[o.Table.Name]; kind != "" {
		return o, &diag.Diagnostic{Place: view.Origin, Message: object + " is " + kind + " in the database, and rows cannot be brought online there",
			Hint: "rename or drop it, or call the feature view otherwise"}
	}
	if o.Found == nil {
		o.Changes = append(o.Changes, Change{Action: "create", Object: object, Table: o.Table.Name, Origin: view.Origin,
			Detail: fmt.Sprintf("+ table with %d columns", len(o.Table.Columns)), SQL: o.create(o.Table)})
		return o, nil
	}
	changes, faults := compareTable(o.Table, o.Found, found, Options{})
	if faults.HasErrors() {
		o.Rebuild = faults[0].Message
		return o, nil
	}
	for _, c := range changes {
		if c.Lost != "" {
			o.Rebuild = c.Detail
			return o, nil
		}
	}
	o.Changes = changes
	for _, c := range undeclaredColumns(o.Table, *o.Found) {
		o.Drops = append(o.Drops, Change{Action: "drop", Object: object, Table: o.Table.Name, Column: c.Name, Origin: view.Origin, Detail: "- column " + c.Name,
			SQL: fill("table_alter", pgsql.Holes{"table": o.Table.SQL(), "what": "DROP COLUMN " + pgsql.Ident(c.Name)})})
	}
	return o, nil
}

// Gains are the features that the table did not have when it was found.
func (o *OnlineTable) Gains() []string {
	var out []string
	for _, f := range o.View.Features {
		if o.Found != nil && o.Found.Column(f.Name) == nil {
			out = append(out, f.Name)
		}
	}
	return out
}

// OnlineSchemaChange makes the schema of the online tables.
func OnlineSchemaChange(schema string) Change {
	name := model.OnlineSchema(schema)
	return Change{Action: "create", Object: name, Detail: "+ schema", SQL: fill("schema_create", pgsql.Holes{"schema": pgsql.Ident(name)})}
}

// create makes the table with its key: values may be pushed before the first are materialized.
func (o *OnlineTable) create(t model.Table) pgsql.Frag { return createTable(t) + ";\n" + onlineKey(t) }

func onlineKey(t model.Table) pgsql.Frag {
	return fill("key_add", pgsql.Holes{"table": t.SQL(), "key": pgsql.List(t.PrimaryKey, pgsql.Ident)})
}

// aside is a table for the rows of one that has to be made anew, or is empty: it takes the other's place when it is filled, so that no reader
// sees a part of it. A table that gets its key after its rows is filled in half the time.
func (o *OnlineTable) aside() (aside model.Table, create, key pgsql.Frag, replace []pgsql.Frag) {
	aside = o.Table
	aside.Name = fmt.Sprintf("#%x", sha256.Sum256([]byte(o.Table.Name)))[:33]
	replace = []pgsql.Frag{fill("table_drop", pgsql.Holes{"table": o.Table.SQL()}),
		fill("table_alter", pgsql.Holes{"table": aside.SQL(), "what": "RENAME TO " + pgsql.Ident(o.Table.Name)})}
	if key := o.Table.Name + "_pkey"; len(key) <= longestName { // the name that the server would have given it
		replace = append(replace, fill("table_alter", pgsql.Holes{"table": o.Table.SQL(), "what": "RENAME CONSTRAINT " + pgsql.Ident(aside.Name+"_pkey") + " TO " + pgsql.Ident(key)}))
	}
	return aside, createTable(aside), onlineKey(aside), replace
}

// Exchange keeps readers out of the tables that the materializations are about to exchange or to change, in the order in which readers come to
// them; "" when there are none.
func Exchange(list []*Materialization) pgsql.Frag {
	var tables []model.Table
	for _, m := range list {
		if len(m.After) > 0 {
			tables = append(tables, m.Table.Table)
		}
	}
	if len(tables) == 0 {
		return ""
	}
	slices.SortFunc(tables, func(a, b model.Table) int { return strings.Compare(a.Name, b.Name) })
	return fill("lock", pgsql.Holes{"table": pgsql.List(tables, model.Table.SQL), "mode": "ACCESS EXCLUSIVE"})
}

// LockPush waits for who blocks other writers of an online table. A write alone would wait with the table half in its hands: it reads it
// first, and who is to exchange the table could not.
func LockPush(table model.Table) pgsql.Frag {
	return fill("lock", pgsql.Holes{"table": table.SQL(), "mode": "ROW EXCLUSIVE"})
}

// Lock blocks other writers of the online table, but no reader.
func (o *OnlineTable) Lock() pgsql.Frag {
	return fill("lock", pgsql.Holes{"table": o.Table.SQL(), "mode": "SHARE ROW EXCLUSIVE"})
}

// CountPushed answers with the rows of the online table that were pushed, as long as it can be asked for them; "" when it cannot.
func (o *OnlineTable) CountPushed() pgsql.Frag {
	if o.Found == nil || o.Found.Column(model.OnlinePushed) == nil {
		return ""
	}
	return fill("count_rows", pgsql.Holes{"rows": "(SELECT FROM " + o.Table.SQL() + " WHERE " + pgsql.Ident(model.OnlinePushed) + ")"})
}

// Newest answers with the newest event time in the online table.
func (o *OnlineTable) Newest() pgsql.Frag {
	return fill("online_newest", pgsql.Holes{"table": o.Table.SQL(), "time": pgsql.Ident(model.OnlineEventTime)})
}

// Analyze lets the planner know a table after its first rows.
func (o *OnlineTable) Analyze() pgsql.Frag {
	return fill("analyze", pgsql.Holes{"table": o.Table.SQL()})
}
