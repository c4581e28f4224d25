package model

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
)

// Load says how a table is filled: from where, how its cells are read, and what happens to rows that are there already.
type Load struct {
	Table         Table
	Source        Source
	Reading       []Reading // one for each column of Table, in the same order
	Delivery      Delivery
	Append        bool // mode: append; the table then has a column PartitionColumn
	DeleteMissing bool
	EventTime     string // column, or empty
	CreatedTime   string // column, or empty
	References    []Reference
	Rules         []Rule
	Origin        diag.Place
}

// PartitionColumn is the column of an append table that says which partition brought a row.
const PartitionColumn = "_partition"

// Delivery says whether a batch holds every current key or only changes.
type Delivery int

// The deliveries.
const (
	Full Delivery = iota
	Delta
)

// Source says where rows come from and how the file is laid out.
type Source struct {
	Path            Template // relative to the project; may be a glob; empty when Query is set
	Format          string   // "csv", or "" to go by the file name
	Delimiter       rune     // 0 means comma (tab for .tsv)
	Encoding        string   // "utf-8", "latin1", "windows-1252"
	NoHeader        bool     // header: false; columns are then in declared order
	Loose           bool     // match: loose
	IgnoreUnknown   bool     // unknown_columns: ignore
	IdenticalKeys   bool     // duplicate_keys: identical
	MaxErrors       int      // bad cells to report before giving up
	MaxRejects      *int     // quarantined rows that refuse the batch; nil means no limit
	MinRows         *int64   // nil means 1
	MaxShrink       *float64 // share of rows that may be lost against the newest earlier partition; nil means the default 0.5
	ShrinkUnchecked bool     // max_shrink: off
	Origin          diag.Place
}

// Reading says how the cells of one column are read.
type Reading struct {
	Column      string
	From        []string // names in the file; empty means the column's own
	Optional    bool     // may be missing from the source
	WhenAbsent  string   // "", "keep" or "null": what an absent optional column means for live values
	NullValues  []string // unquoted texts that mean NULL
	TrueValues  []string // lower case
	FalseValues []string // lower case
	DateFormats []string // strftime patterns; empty means ISO 8601
	Decimal     rune     // 0 means a point
	Group       rune     // 0 means none
	Timezone    string   // for stamps without a zone; empty means the project's
	Default     *string  // for absent columns and NULL cells, as text of the column's type
	Value       *Value   // computed instead of read, or over what was read
}

// Value is an expression that computes a column from the cells of its row.
type Value struct {
	SQL    pgsql.Frag // over the staged row under alias r; may hold pgsql.Param marks
	Text   string
	Uses   []string // columns that it mentions
	Origin diag.Place
}

// ReadsCell tells whether the column is looked for in the file: always, unless it is computed without mentioning itself.
func (r Reading) ReadsCell() bool {
	if r.Value == nil || len(r.From) > 0 {
		return true
	}
	for _, u := range r.Value.Uses {
		if u == r.Column {
			return true
		}
	}
	return false
}

// Reference is a check that the values of some columns exist as a key of another table. NULL passes.
type Reference struct {
	Columns []string
	Table   string   // the name of the table referred to
	Keys    []string // its key columns, in the order of Columns
	Warn    bool     // severity: warn
	Origin  diag.Place
}
