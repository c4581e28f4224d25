package plan

import (
	"slices"
	"strconv"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Snapshot is the plan of one freeze: the rows of a batch, stamped for an as_of.
type Snapshot struct {
	Want       *model.Snapshot
	Table      model.Table // in its schema
	AsOf       string
	Registered *Freeze // what the registry says is frozen for this as_of; nil when nothing is
	Earlier    *Freeze // of a delta: the newest freeze before this as_of, over which the batch is laid
	Later      []Freeze
	KeyLater   bool // the snapshot table is empty and has no key yet
	from       *Table
	found      *model.Table
	dropping   []string // columns that go in this run
}

// Algorithm is the version of the fingerprint: the order-free sum, in two halves of 64 bits, of the md5 of each row as text.
const Algorithm = 1

func newSnapshot(want *model.Snapshot, from *Table, schema string, found Found, sel Selection) *Snapshot {
	s := &Snapshot{Want: want, Table: want.Table, AsOf: sel.AsOf, from: from, found: found.Table(want.Name)}
	s.Table.Schema = schema
	s.KeyLater = s.found == nil || len(s.found.PrimaryKey) == 0 && found.Empty[want.Name]
	for _, f := range found.Freezes[want.Name] {
		switch {
		case f.AsOf == sel.AsOf:
			s.Registered = &f
		case f.AsOf < sel.AsOf && from.delta:
			s.Earlier = &f
		case f.AsOf > sel.AsOf && f.Delta:
			s.Later = append(s.Later, f)
		}
	}
	return s
}

// Delta tells whether the freeze is the batch laid over an earlier freeze.
func (s *Snapshot) Delta() bool { return s.from.delta }

// Missing tells whether the snapshot table is not there yet.
func (s *Snapshot) Missing() bool { return s.found == nil }

// From is the table whose batch is frozen.
func (s *Snapshot) From() *Table { return s.from }

// Columns are the columns under the fingerprint: the key, then the frozen ones.
func (s *Snapshot) Columns() []string {
	var out []string
	for _, c := range s.Table.Columns {
		if c.Name != model.AsOf {
			out = append(out, c.Name)
		}
	}
	return out
}

// key is the key without as_of.
func (s *Snapshot) key() []string { return s.from.Live.PrimaryKey }

func (s *Snapshot) asOf() pgsql.Frag { return pgsql.Typed(s.AsOf, "date") }

// at is what is frozen for an as_of, under the declared names. changed says that the schema changes of this plan have been made.
func (s *Snapshot) at(asOf string, changed bool) pgsql.Frag {
	live := s.found
	if changed {
		live = &s.Table
	}
	return asDeclared(s.Table, live, pgsql.Ident(model.AsOf)+" = "+pgsql.Typed(asOf, "date"))
}

// givenUp are the columns that this as_of was frozen with and that the spec no longer lists, as far as the database has them.
func (s *Snapshot) givenUp() []model.Column {
	var out []model.Column
	if s.Registered == nil || s.found == nil {
		return nil
	}
	for _, name := range s.Registered.Columns {
		if c := s.found.Column(name); c != nil && s.Table.Column(name) == nil && !isRenamed(s.Table, name) {
			out = append(out, *c)
		}
	}
	return out
}

// stored is what is frozen for this as_of once the schema is changed, with every column that its freeze still has.
func (s *Snapshot) stored() pgsql.Frag {
	want := s.Table
	kept := slices.DeleteFunc(s.givenUp(), func(c model.Column) bool { return contains(s.dropping, c.Name) })
	want.Columns = slices.Concat(want.Columns, kept)
	return asDeclared(want, &want, pgsql.Ident(model.AsOf)+" = "+s.asOf())
}

// asFrozen is the snapshot with the columns that the spec has given up since, as far as the batch still has them: a month is compared
// over the columns that were frozen.
func (s *Snapshot) asFrozen() *Snapshot {
	out := *s
	inBatch := slices.DeleteFunc(s.givenUp(), func(c model.Column) bool { return s.from.Live.Column(c.Name) == nil })
	out.Table.Columns = slices.Concat(s.Table.Columns, inBatch)
	return &out
}

// source is the relation of the rows to freeze. A delta takes the rest, and cells of columns that its file lacks, from the earlier
// freeze.
func (s *Snapshot) source(absent []string, changed bool) pgsql.Frag {
	columns := s.Columns()
	if s.Earlier == nil {
		return fill("freeze_full", pgsql.Holes{"stage": s.from.Stage, "columns": pgsql.List(columns, func(c string) pgsql.Frag { return pgsql.Column("s", c) })})
	}
	taken := pgsql.List(columns, func(c string) pgsql.Frag {
		if contains(absent, c) {
			return pgsql.Column("e", c) + " AS " + pgsql.Ident(c)
		}
		return pgsql.Column("s", c)
	})
	missing, aside := pgsql.Column("s", s.key()[0])+" IS NULL", pgsql.Frag("")
	if s.from.Aside != "" { // what was frozen earlier is not what the batch says of a key that is set aside
		aside = "\nLEFT JOIN " + s.from.Aside + " q ON " + match("e", s.key(), "q", s.key())
		missing += " AND " + pgsql.Column("q", s.key()[0]) + " IS NULL"
	}
	return fill("freeze_delta", pgsql.Holes{"stage": s.from.Stage, "columns": taken, "aside": aside,
		"earlier": s.at(s.Earlier.AsOf, changed), "earlier_columns": pgsql.List(columns, func(c string) pgsql.Frag { return pgsql.Column("e", c) }),
		"match":   match("e", s.key(), "s", s.key()),
		"missing": missing})
}

// Freeze stamps the rows for the first time and answers with their number and fingerprint. Rows go in by the order of the key,
// which the index likes, and without a conflict clause, because the registry knows that there are none yet.
func (s *Snapshot) Freeze(absent []string) pgsql.Frag {
	return fill("freeze_new", pgsql.Holes{"snapshot": s.Table.SQL(), "as_of_column": pgsql.Ident(model.AsOf), "as_of": s.asOf(),
		"columns": pgsql.List(s.Columns(), pgsql.Ident), "source": s.source(absent, true), "key": pgsql.List(s.key(), pgsql.Ident),
		"row": rowText(pgsql.Frag(""), s.Columns())})
}

// rowText is the canonical text of a row: Postgres's own text of a record, which tells NULL from the empty text.
func rowText(alias pgsql.Frag, columns []string) pgsql.Frag {
	return "ROW(" + pgsql.List(columns, func(c string) pgsql.Frag {
		if alias == "" {
			return pgsql.Ident(c)
		}
		return pgsql.Column(alias, c)
	}) + ")::text"
}

// Fingerprint answers with the number of rows frozen for an as_of and their fingerprint over some columns.
func Fingerprint(table model.Table, asOf string, columns []string) pgsql.Frag {
	return fill("freeze_fingerprint", pgsql.Holes{"snapshot": table.SQL(), "row": rowText("f", columns),
		"as_of_column": pgsql.Column("f", model.AsOf), "as_of": pgsql.Typed(asOf, "date")})
}

// frozen returns the columns outside the key.
func (s *Snapshot) frozen() []model.Column {
	var out []model.Column
	for _, c := range s.Table.Columns {
		if !s.Table.IsKey(c.Name) {
			out = append(out, c)
		}
	}
	return out
}

// diffHoles are those of every statement that compares the batch (b) with what is frozen (f).
func (s *Snapshot) diffHoles(absent []string, changed bool) pgsql.Holes {
	first := s.key()[0]
	return pgsql.Holes{"source": s.source(absent, changed), "frozen": s.at(s.AsOf, changed), "match": match("b", s.key(), "f", s.key()), "added": pgsql.Column("f", first) + " IS NULL",
		"removed": pgsql.Column("b", first) + " IS NULL", "differs": differs("b", "f", s.frozen())}
}

// Compare answers with the keys added, removed and changed, and then with the changed keys of each frozen column in order. The
// comparison is one of values, so that a column added since counts only where the batch fills it.
func (s *Snapshot) Compare(absent []string) (pgsql.Frag, []string) {
	s = s.asFrozen()
	h := s.diffHoles(absent, false)
	both := "NOT (" + h["added"] + ") AND NOT (" + h["removed"] + ")"
	counts := pgsql.Frag("")
	var columns []string
	for _, c := range s.frozen() {
		counts += ",\n       count(*) FILTER (WHERE " + both + " AND " + comparable("b", c) + " IS DISTINCT FROM " + comparable("f", c) + ")"
		columns = append(columns, c.Name)
	}
	h["both"], h["by_column"] = both, counts
	return fill("freeze_compare", h), columns
}

// CompareSamples finds a few keys that differ: key as json, "added", "removed" or "changed", frozen values and batch values as json.
func (s *Snapshot) CompareSamples(absent []string) (pgsql.Frag, []string) {
	s = s.asFrozen()
	h := s.diffHoles(absent, false)
	var columns []string
	for _, c := range s.frozen() {
		columns = append(columns, c.Name)
	}
	key := jsonTexts(pgsql.Map(s.key(), func(k string) pgsql.Frag {
		return "coalesce(" + pgsql.Column("b", k) + ", " + pgsql.Column("f", k) + ")::text"
	}))
	h["key_text"], h["frozen_values"], h["batch_values"] = key, textList("f", columns), textList("b", columns)
	return fill("freeze_compare_samples", h), columns
}

// Restate returns the statements that replace a freeze, in order: keep what is replaced, remove keys that are gone, write the rest.
func (s *Snapshot) Restate(absent []string) []pgsql.Frag {
	h := s.diffHoles(absent, true)
	key := func(alias pgsql.Frag) pgsql.Frag {
		return "jsonb_build_object(" + pgsql.List(s.key(), func(c string) pgsql.Frag { return pgsql.Literal(c) + ", " + pgsql.Column(alias, c) }) + ")"
	}
	keep := pgsql.Holes{"as_of": s.asOf(), "schema": pgsql.Literal(s.Table.Schema), "name": pgsql.Literal(s.Want.Name), "revision": pgsql.Frag(strconv.Itoa(s.Registered.Revision)),
		"key_object": "CASE WHEN " + h["added"] + " THEN " + key("b") + " ELSE " + key("f") + " END",
		"row_object": "to_jsonb(f) - " + pgsql.Literal(model.AsOf)}
	for k, v := range h {
		keep[k] = v
	}
	keep["frozen"] = s.stored()
	remove := pgsql.Holes{"source": h["source"], "snapshot": s.Table.SQL(), "as_of_column": pgsql.Ident(model.AsOf), "as_of": s.asOf(),
		"key": pgsql.List(s.key(), pgsql.Ident), "match": match("k", s.key(), "f", s.key())}
	write := pgsql.Holes{"source": h["source"], "frozen": h["frozen"], "snapshot": s.Table.SQL(), "as_of_column": pgsql.Ident(model.AsOf), "as_of": s.asOf(),
		"columns": pgsql.List(s.Columns(), pgsql.Ident), "match": h["match"], "added": h["added"], "differs": h["differs"],
		"batch_columns": pgsql.List(s.Columns(), func(c string) pgsql.Frag { return pgsql.Column("b", c) }),
		"key":           pgsql.List(s.Table.PrimaryKey, pgsql.Ident), "action": s.restateAction()}
	return []pgsql.Frag{fill("restate_keep", keep), fill("restate_remove", remove), fill("restate_write", write)}
}

func (s *Snapshot) restateAction() pgsql.Frag {
	if len(s.frozen()) == 0 {
		return "NOTHING"
	}
	return "UPDATE SET " + pgsql.List(s.frozen(), func(c model.Column) pgsql.Frag {
		return pgsql.Ident(c.Name) + " = " + pgsql.Column("excluded", c.Name)
	})
}

// Lock blocks other writers of the snapshot table.
func (s *Snapshot) Lock() pgsql.Frag {
	mode := pgsql.Frag("SHARE ROW EXCLUSIVE")
	if s.KeyLater {
		mode = "ACCESS EXCLUSIVE"
	}
	return fill("lock", pgsql.Holes{"table": s.Table.SQL(), "mode": mode})
}

// After returns what a snapshot table gets when it has taken its first rows: the key, and a small index that finds a month, whose
// rows lie together.
func (s *Snapshot) After() []pgsql.Frag {
	if !s.KeyLater {
		return nil
	}
	return []pgsql.Frag{
		fill("key_add", pgsql.Holes{"table": s.Table.SQL(), "key": pgsql.List(s.Table.PrimaryKey, pgsql.Ident)}),
		fill("index_brin", pgsql.Holes{"table": s.Table.SQL(), "column": pgsql.Ident(model.AsOf)}),
	}
}

// Analyze lets the planner know the snapshot after its first rows.
func (s *Snapshot) Analyze() pgsql.Frag { return fill("analyze", pgsql.Holes{"table": s.Table.SQL()}) }

// HasRows answers whether a snapshot table holds rows of an as_of.
func HasRows(table model.Table, asOf string) pgsql.Frag {
	return fill("freeze_exists", pgsql.Holes{"snapshot": table.SQL(), "as_of_column": pgsql.Ident(model.AsOf), "as_of": pgsql.Typed(asOf, "date")})
}

// HasAnyRow answers whether a table holds any row.
func HasAnyRow(table model.Table) pgsql.Frag {
	return fill("any_row", pgsql.Holes{"table": table.SQL()})
}

// CountRows answers with the number of rows of a table.
func CountRows(table model.Table) pgsql.Frag { return fill("count", pgsql.Holes{"table": table.SQL()}) }
