package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Subject is what rules are judged on: a staged batch, a live table, or what a snapshot holds of one date.
type Subject struct {
	Name     string      // of the table that the rules speak of
	Snapshot string      // whose rows they are; "" when they are the table's own
	Stamp    string      // the as_of of the snapshot's rows
	Label    string      // for a reader: "the batch", "the live table", "m_snapshots of 2024-01-31"
	Table    model.Table // as it is declared, in its schema
	Rows     pgsql.Frag  // the relation that is judged
	Placed   bool        // each row knows its file and line
	Keyed    bool        // the primary key is known to hold
	Held     []string    // names of the columns that the rows have, in order: what columns() answers
	Lacking  []string    // declared columns that the relation does not have at all; a rule that mentions one is skipped
	AsOf     string      // the date that the rows speak for; "" for none
	Freezes  []Frozen    // of this table, newest first
	Batches  bool        // what the ledger recorded of batches may be compared with these rows
	Whole    bool        // what is frozen may be compared with these rows: they are not only changes
	Other    func(table string) (Relation, bool)
	Literals map[string]pgsql.Frag // the parameters
}

// Count answers with the number of rows.
func (s *Subject) Count() pgsql.Frag { return fill("count_rows", pgsql.Holes{"rows": s.Rows}) }

// Relation is a table as rules see it, and where its rows are.
type Relation struct {
	Table model.Table
	Rows  pgsql.Frag
}

// Frozen is one freeze, and the rows of it.
type Frozen struct {
	Snapshot string
	AsOf     string
	Columns  []string // declared ones that it was frozen with
	Rows     pgsql.Frag
}

// Holds tells whether a freeze has all of the columns.
func (f Frozen) Holds(columns []string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(f.Columns, c) })
}

// Before returns the newest freeze with an earlier date that holds the columns. found tells whether there is an earlier one at all.
func (s *Subject) Before(columns []string) (f Frozen, ok, found bool) {
	for _, f := range s.Freezes {
		if s.AsOf == "" || f.AsOf >= s.AsOf {
			continue
		}
		if found = true; f.Holds(columns) {
			return f, true, true
		}
	}
	return Frozen{}, false, found
}

// At returns the freeze of a date that holds the columns. found tells whether there is a freeze of the date at all.
func (s *Subject) At(date string, columns []string) (f Frozen, ok, found bool) {
	for _, f := range s.Freezes {
		if f.AsOf != date {
			continue
		}
		if found = true; f.Holds(columns) {
			return f, true, true
		}
	}
	return Frozen{}, false, found
}

// Batch is the staged batch of a table as a subject. absent are the columns that no file has; keyed says that its keys were checked.
// Other tables look as they will when the run is over.
func (p *Plan) Batch(t *Table, absent []string, keyed bool) *Subject {
	name := t.Load.Table.Name
	held := slices.DeleteFunc(t.Load.Table.ColumnNames(), func(c string) bool { return c == model.PartitionColumn || slices.Contains(absent, c) })
	return &Subject{Name: name, Label: "the batch", Table: t.Live, Rows: t.Stage, Placed: true, Keyed: keyed && len(t.Live.PrimaryKey) > 0,
		Held: held, AsOf: p.Selection.AsOf, Freezes: p.world.Freezes(name), Batches: true, Whole: t.Load.Delivery == model.Full && !t.Load.Append,
		Other: p.Over, Literals: t.literals}
}

// Over is a declared table as it will be when the run is over: the rows of its batch, and the live rows that survive it. A table that
// the run leaves out is as it is.
func (p *Plan) Over(table string) (Relation, bool) {
	out, ok := p.world.live(table)
	t := p.Table(table)
	if !ok || t == nil {
		return out, ok
	}
	out.Rows = t.over(out.Rows)
	return out, true
}

// over is the batch and the live rows that survive it. Columns that no file has, and whose absence does not mean NULL, keep their live
// values.
func (t *Table) over(live pgsql.Frag) pgsql.Frag {
	columns, key := t.Load.Table.ColumnNames(), t.Live.PrimaryKey
	keeps := len(t.LeftAlone) > 0 && t.Found != nil && len(key) > 0
	joined := pgsql.Frag("")
	if keeps {
		joined = "\nLEFT JOIN " + live + " l ON " + match("l", key, "s", key)
	}
	staged := pgsql.List(columns, func(c string) pgsql.Frag {
		if keeps && slices.Contains(t.LeftAlone, c) {
			return pgsql.Column("l", c)
		}
		return pgsql.Column("s", c)
	})
	rest, survives := pgsql.Frag(""), pgsql.Frag("")
	switch {
	case t.Found == nil || t.Load.DeleteMissing && t.Touch:
		return fill("check_rule_staged", pgsql.Holes{"staged": staged, "stage": t.Stage, "joined": joined})
	case t.Load.Append:
		survives = pgsql.Column("l", model.PartitionColumn) + " IS DISTINCT FROM " + pgsql.Literal(t.partition)
	default:
		rest = "\nLEFT JOIN " + t.Stage + " s ON " + match("s", key, "l", key)
		survives = pgsql.Column("s", key[0]) + " IS NULL"
		if t.Aside != "" { // the live row of a key that is set aside is not what the batch says of it
			rest += "\nLEFT JOIN " + t.Aside + " a ON " + match("a", key, "l", key)
			survives += " AND " + pgsql.Column("a", key[0]) + " IS NULL"
		}
	}
	return fill("check_rule_over", pgsql.Holes{"staged": staged, "stage": t.Stage, "joined": joined, "live": live, "rest": rest, "survives": survives,
		"columns": pgsql.List(columns, func(c string) pgsql.Frag { return pgsql.Column("l", c) })})
}
