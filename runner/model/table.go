package model

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
)

// Table is a table as a spec declares it or as the database holds it. Both are the same type, so that drift is a comparison of
// equals.
type Table struct {
	Schema     string
	Name       string
	Columns    []Column
	PrimaryKey []string // column names in key order; empty means no key
	Indexes    []Index
	Origin     diag.Place
}

// Masked stands for a value of personal data wherever it is shown or logged.
const Masked = "***"

// Column is one column of a table.
type Column struct {
	Name        string
	Type        Type
	Nullable    bool
	RenamedFrom string // the name it had before; set only on declared columns
	HasDefault  bool   // the database fills it when an insert leaves it out; set only on found columns
	Description string
	PII         bool // values are shown as Masked in every report and log; files that are built and answers of the server hold them
	Origin      diag.Place
}

// Index is a plain secondary index over columns.
type Index struct {
	Columns []string
	Unique  bool
	Origin  diag.Place
}

// SQL returns the quoted name of the table.
func (t Table) SQL() pgsql.Frag { return pgsql.Qualified(t.Schema, t.Name) }

// Column returns the column of a name, or nil.
func (t Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// ColumnNames returns the names in declared order.
func (t Table) ColumnNames() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}

// IsKey tells whether a column belongs to the primary key.
func (t Table) IsKey(column string) bool {
	for _, k := range t.PrimaryKey {
		if k == column {
			return true
		}
	}
	return false
}

// Rest returns the columns that are not in the primary key, in declared order.
func (t Table) Rest() []Column {
	var out []Column
	for _, c := range t.Columns {
		if !t.IsKey(c.Name) {
			out = append(out, c)
		}
	}
	return out
}

// Keys returns the columns of the primary key in key order.
func (t Table) Keys() []Column {
	out := make([]Column, 0, len(t.PrimaryKey))
	for _, k := range t.PrimaryKey {
		if c := t.Column(k); c != nil {
			out = append(out, *c)
		}
	}
	return out
}
