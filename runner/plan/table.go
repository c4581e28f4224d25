package plan

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Names of the columns that staging adds to a batch: where a row stood. They match those of package source and cannot be the name
// of a declared column.
const (
	lineColumn = "#line"
	fileColumn = "#file"
)

// Table is the plan of one table: where its batch is staged, how it is checked, and how it reaches the live table.
type Table struct {
	Load       *model.Load
	Live       model.Table // the declared table in its schema
	Found      *model.Table
	Stage      pgsql.Frag // quoted name of the temporary table
	Aside      pgsql.Frag // quoted name of the temporary table of rows that are set aside; empty when no rule sets any aside
	Replay     bool       // the batch is rows that were set aside
	Touch      bool       // false: the live table is newer than this batch and is not written
	LiveAsOf   string     // what the live table speaks for now
	Strange    bool       // rows would be deleted from a table that runner has never filled
	KeyLater   bool       // the table is empty and has no key yet: rows first, key after
	After      []pgsql.Frag
	Previous   int64 // rows of the newest earlier batch; 0 when there is none
	References []*Reference
	Orphans    []*Orphans
	LeftAlone  []string // columns that no file of the batch has, and whose absence does not mean NULL; known after staging
	changing   bool     // the schema of the live table is still to be changed
	delta      bool     // the delivery that the spec declares is delta
	literals   map[string]pgsql.Frag
	partition  string
}

func newTable(l *model.Load, schema string, found Found, sel Selection) *Table {
	t := &Table{Load: l, Live: l.Table, Found: found.Table(l.Table.Name), Touch: true, Previous: found.Previous[l.Table.Name],
		delta: l.Delivery == model.Delta, partition: sel.Partition}
	t.Live.Schema = schema
	t.Stage = tempName("stage_", l.Table.Name)
	if slices.ContainsFunc(l.Rules, func(r model.Rule) bool { return r.Quarantine }) {
		t.Aside = tempName("aside_", l.Table.Name)
	}
	t.KeyLater = t.Found == nil || len(t.Found.PrimaryKey) == 0 && found.Empty[l.Table.Name]
	if !t.KeyLater { // a table that is gone or was never filled speaks of no date, whatever the ledger remembers
		t.LiveAsOf = found.Live[l.Table.Name]
	}
	if !l.Append && sel.AsOf != "" && t.LiveAsOf > sel.AsOf {
		t.Touch = false
	}
	if t.KeyLater {
		t.After = t.keyAndIndexes()
	}
	return t
}

// longestName is the most bytes that Postgres keeps of a name (NAMEDATALEN less one); it cuts off the rest without a word.
const longestName = 63

// tempName is the table's name with a prefix. Where that is too long a hash stands for its end, so that two long names that only
// differ there never share a stage.
func tempName(prefix, table string) pgsql.Frag {
	name := prefix + table
	if len(name) > longestName {
		h := fnv.New64a()
		h.Write([]byte(table))
		end := fmt.Sprintf("_%016x", h.Sum64())
		name = strings.ToValidUTF8(name[:longestName-len(end)], "") + end
	}
	return "pg_temp." + pgsql.Ident(name)
}

func (t *Table) keyAndIndexes() []pgsql.Frag {
	var out []pgsql.Frag
	if len(t.Live.PrimaryKey) > 0 {
		out = append(out, fill("key_add", pgsql.Holes{"table": t.Live.SQL(), "key": pgsql.List(t.Live.PrimaryKey, pgsql.Ident)}))
	}
	for _, ix := range t.Live.Indexes {
		if t.Found == nil || !hasIndex(t.Live, t.Found, ix) {
			out = append(out, createIndex(t.Live, ix))
		}
	}
	return out
}

func createIndex(t model.Table, ix model.Index) pgsql.Frag {
	unique := pgsql.Frag("")
	if ix.Unique {
		unique = "UNIQUE "
	}
	return fill("index_create", pgsql.Holes{"unique": unique, "table": t.SQL(), "columns": pgsql.List(ix.Columns, pgsql.Ident)})
}

// Bind gives the values of the run's parameters to the fragments that were compiled before they were known. files are the names of
// the batch's files, by number.
func (t *Table) Bind(sel Selection, params []model.Param, files []string) {
	t.literals = sel.Literals(params)
	t.literals["file_name"] = "(ARRAY[" + pgsql.List(files, pgsql.Literal) + "]::text[])[r." + pgsql.Ident(fileColumn) + " + 1]"
}

// CreateStage makes the temporary table of the batch. It has no constraints: bad rows are found by checks, which can name them.
func (t *Table) CreateStage() pgsql.Frag {
	columns := pgsql.List(t.Load.Table.Columns, func(c model.Column) pgsql.Frag { return pgsql.Ident(c.Name) + " " + pgsql.Frag(c.Type.Name) })
	return fill("stage_create", pgsql.Holes{"stage": t.Stage, "columns": columns, "line": pgsql.Ident(lineColumn), "file": pgsql.Ident(fileColumn)})
}

// DropStage frees the batch, and what was set aside of it.
func (t *Table) DropStage() pgsql.Frag {
	out := fill("stage_drop", pgsql.Holes{"stage": t.Stage})
	if t.Aside != "" {
		out += ";\n" + fill("stage_drop", pgsql.Holes{"stage": t.Aside})
	}
	return out
}

// Analyze lets the planner know the batch.
func (t *Table) Analyze() pgsql.Frag { return fill("stage_analyze", pgsql.Holes{"stage": t.Stage}) }

// Compute fills the columns that are expressions over the cells of their row; "" when there are none.
func (t *Table) Compute() (pgsql.Frag, error) {
	var set []pgsql.Frag
	for _, r := range t.Load.Reading {
		if r.Value == nil {
			continue
		}
		value, err := r.Value.SQL.Bind(t.literals)
		if err != nil {
			return "", fmt.Errorf("%s: column %q: %w", r.Value.Origin, r.Column, err)
		}
		set = append(set, pgsql.Ident(r.Column)+" = "+value)
	}
	if len(set) == 0 {
		return "", nil
	}
	return fill("stage_compute", pgsql.Holes{"stage": t.Stage, "set": pgsql.Join(set, ", ")}), nil
}

// MustHave returns the columns that may not be NULL and that reading does not judge: those of the key, and computed ones.
func (t *Table) MustHave() []string {
	var out []string
	for i, c := range t.Load.Table.Columns {
		if t.Live.IsKey(c.Name) || t.Load.Reading[i].Value != nil && !c.Nullable {
			out = append(out, c.Name)
		}
	}
	return out
}

// Nulls finds rows whose computed column is NULL: file, line, number of such rows.
func (t *Table) Nulls(column string) pgsql.Frag {
	return t.nulls(column, "")
}

func (t *Table) nulls(column string, present pgsql.Frag) pgsql.Frag {
	return fill("check_nulls", pgsql.Holes{"stage": t.Stage, "column": pgsql.Column("r", column), "present": present,
		"file": pgsql.Ident(fileColumn), "line": pgsql.Ident(lineColumn)})
}

// ComputedNulls finds rows where a nullable computed column came out NULL although every other column that its expression mentions has
// a value: a number that does not fit, a division by zero, a text that is no date. It answers like Nulls, and is "" for a column that
// mentions no other.
func (t *Table) ComputedNulls(r model.Reading) pgsql.Frag {
	c := t.Live.Column(r.Column)
	if r.Value == nil || c == nil || !c.Nullable {
		return ""
	}
	present := pgsql.Frag("")
	for _, used := range r.Value.Uses {
		if used != r.Column {
			present += " AND " + pgsql.Column("r", used) + " IS NOT NULL"
		}
	}
	if present == "" {
		return ""
	}
	return t.nulls(r.Column, present)
}

// CountHashes answers with the number of rows and the number of different hashes of their keys.
func (t *Table) CountHashes() pgsql.Frag {
	return fill("check_hashes", pgsql.Holes{"stage": t.Stage, "hash": t.keyHash()})
}

// keyHash is 64 bits of hash of the key of a staged row; equal keys have equal hashes.
func (t *Table) keyHash() pgsql.Frag {
	return "hash_record_extended(ROW(" + pgsql.List(t.Live.PrimaryKey, func(k string) pgsql.Frag { return pgsql.Column("s", k) }) + "), 0)"
}

// CountKeys answers with the number of rows and the number of different keys of the batch.
func (t *Table) CountKeys() pgsql.Frag {
	return fill("check_keys", pgsql.Holes{"stage": t.Stage, "key": pgsql.List(t.Live.PrimaryKey, pgsql.Ident)})
}

// Duplicates finds the keys that several rows have: key as json, number of rows, first places as json [[file, line], ...].
func (t *Table) Duplicates() pgsql.Frag {
	return fill("check_duplicates", pgsql.Holes{"stage": t.Stage, "key": pgsql.List(t.Live.PrimaryKey, pgsql.Ident),
		"key_text": textList("r", t.Live.PrimaryKey), "file": pgsql.Ident(fileColumn), "line": pgsql.Ident(lineColumn)})
}

// DropIdentical removes the repetitions of rows that are equal in every column, and answers with their number.
func (t *Table) DropIdentical() pgsql.Frag {
	return fill("stage_identical", pgsql.Holes{"stage": t.Stage, "file": pgsql.Ident(fileColumn), "line": pgsql.Ident(lineColumn),
		"columns": pgsql.List(t.Load.Table.Columns, func(c model.Column) pgsql.Frag { return comparable("r", c) })})
}

// LongKeys finds rows whose key no index of Postgres may take (about 2,700 bytes after compression): file, line, bytes.
func (t *Table) LongKeys() pgsql.Frag {
	bytes := pgsql.Join(pgsql.Map(t.Live.PrimaryKey, func(k string) pgsql.Frag {
		return "octet_length(" + pgsql.Column("r", k) + "::text)"
	}), " + ")
	return fill("long_keys", pgsql.Holes{"stage": t.Stage, "bytes": bytes, "file": pgsql.Column("r", fileColumn), "line": pgsql.Column("r", lineColumn)})
}

// textList is a json array of columns as text. It is made from an array because json_build_array, being a function, takes no more
// than 100 columns.
func textList(alias pgsql.Frag, columns []string) pgsql.Frag {
	return jsonTexts(pgsql.Map(columns, func(c string) pgsql.Frag { return pgsql.Column(alias, c) + "::text" }))
}

func jsonTexts(values []pgsql.Frag) pgsql.Frag {
	return "to_json(ARRAY[" + pgsql.Join(values, ", ") + "]::text[])"
}

// comparable is a column in a form that has an equality: json has none, so its text stands for it.
func comparable(alias pgsql.Frag, c model.Column) pgsql.Frag {
	if !c.Type.Comparable() {
		return pgsql.Column(alias, c.Name) + "::text"
	}
	return pgsql.Column(alias, c.Name)
}

// match is the equality of key columns of two aliases.
func match(a pgsql.Frag, columnsA []string, b pgsql.Frag, columnsB []string) pgsql.Frag {
	parts := make([]pgsql.Frag, len(columnsA))
	for i := range columnsA {
		parts[i] = pgsql.Column(a, columnsA[i]) + " = " + pgsql.Column(b, columnsB[i])
	}
	return pgsql.Join(parts, " AND ")
}

// differs is true where any of the columns differs between two aliases, NULLs counting as equal to each other.
func differs(a, b pgsql.Frag, columns []model.Column) pgsql.Frag {
	if len(columns) == 0 {
		return "false"
	}
	return "(" + pgsql.List(columns, func(c model.Column) pgsql.Frag { return comparable(a, c) }) + ") IS DISTINCT FROM (" +
		pgsql.List(columns, func(c model.Column) pgsql.Frag { return comparable(b, c) }) + ")"
}

// without returns the columns whose names are not in the list.
func without(columns []model.Column, names []string) []model.Column {
	var out []model.Column
	for _, c := range columns {
		if !slices.Contains(names, c.Name) {
			out = append(out, c)
		}
	}
	return out
}
