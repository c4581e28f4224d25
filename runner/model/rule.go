package model

import (
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
)

// Rule is one expectation about the rows of a table, compiled to SQL over the alias r.
type Rule struct {
	Name        string // as given, or the text of the expression
	ID          string // stable over runs and edits elsewhere: TABLE.NAME, or TABLE.HASH of a rule without a name
	Text        string // the expression, or the query, as written
	Query       bool   // a rule in sql: Text is a query whose rows are failures, and Condition is the same with marks of parameters
	Aggregate   bool   // judges the batch as a whole instead of each row
	Condition   pgsql.Frag
	Where       pgsql.Frag // rows it looks at; empty means all. Of an aggregate rule it is already inside Condition
	WhereText   string
	Loose       pgsql.Frag // false wherever Condition is false, and cheaper: it may take NaN for a number. Empty: there is none
	Present     pgsql.Frag // NULL exactly where Condition is NULL, and cheaper. Empty: there is none
	LooseThere  pgsql.Frag // as Present, of rows that hold no NaN. Loose and Condition are the same there
	AtLeast     string     // share of judged rows that must pass, as decimal text; empty means "1"
	MaxFail     *int64     // rows that may fail; nil means that AtLeast alone decides
	Severity    diag.Severity
	NullsFail   bool // unknown verdicts count as failed
	Quarantine  bool // failing rows are set aside instead of refusing the batch
	Message     string
	Description string
	Owner       string
	Tags        []string
	Columns     []string  // columns the rule mentions, in order of first mention
	Measures    []Measure // of an aggregate rule: the values it compares
	Needs       Needs
	Origin      diag.Place   // the expression in the YAML
	Spots       []diag.Place // of a rule in sql: the place of each character of Text, and of its end
}

// Measure is a value that an aggregate rule computes; it is reported also when the rule passes.
type Measure struct {
	Text string
	SQL  pgsql.Frag
}

// MeasureKey is what the ledger calls the value of an aggregate over the rows that where selects; both are texts of the rule language.
func MeasureKey(aggregate, where string) string {
	if where == "" {
		return aggregate
	}
	return aggregate + " where " + strings.Join(strings.Fields(where), " ")
}

// Needs are what a rule looks at beside the rows that it judges. Whoever asks the rule provides them; each stands in the rule's SQL
// under an alias (Joins), as a column of r (Windows) or as a mark of pgsql.Param (all others).
type Needs struct {
	Joins   []Join      // of the FROM clause
	Windows []Window    // computed over all rows before any is judged
	Values  []Elsewhere // scalars that are found before the rule is asked
	Earlier []Earlier   // rows of a freeze of the table, as a relation
	Tables  []string    // tables that are looked at as a whole; the mark is TableMark(name)
	Rows    bool        // the judged rows once more, as a relation behind RowsMark
	Ordered bool        // the order in which the rows stood in their source, behind OrderMark; where there is none the rule is skipped
	Catalog bool        // the names of the columns that the rows have, in order, behind ColumnsMark: a text[]
	Proof   pgsql.Frag  // when not empty: an aggregate over r that is true only if no row can fail, and cheaper than asking each
	Unique  []string    // when not empty: the whole rule says that these columns are unique, so a key of just them proves it
}

// Marks of relations and values that the plan puts in place of pgsql.Param.
const (
	RowsMark    = "#rows"    // a relation: must be given an alias
	ColumnsMark = "#columns" // an expression of type text[]
	OrderMark   = "#order"   // a list of expressions for ORDER BY
)

// TableMark is the mark of another table's rows as they will be when the run is over.
func TableMark(table string) string { return "#table:" + table }

// Join is a relation that each judged row is matched with by key, so that no row is doubled. Its columns are Columns under their own
// names, and "#found", which is true where there is a match and NULL elsewhere. Joins with one Alias are one and the same.
type Join struct {
	Alias   string
	Kind    JoinKind
	Table   string      // of a Parent: the other table; of a Before: a snapshot that is declared to hold the columns
	On      [][2]string // a column of r, and the key column of the relation that it must equal
	Columns []string    // what is taken from the relation, key columns aside
}

// JoinKind says which rows a Join matches.
type JoinKind int

// The kinds of joins.
const (
	Parent JoinKind = iota // another table's rows as they will be when the run is over
	Before                 // the rows of this table's newest earlier freeze
)

// Window is a column that is computed over all rows (SQL with OVER, over the alias r) and read as r."Name". Where the rule has a where, the
// SQL itself leaves the other rows out, and the Name differs from that of the same window over all of them. Windows with one Name are the
// same.
type Window struct {
	Name    string
	SQL     pgsql.Frag
	Columns []string
}

// Elsewhere is an aggregate of other rows of the same table: of an earlier batch, or of the freeze of a date. Mark stands for its value
// in the rule's SQL and is bound to a literal of Type, or to NULL. Where there is nothing to compare with, the rule is skipped.
type Elsewhere struct {
	Mark    string
	Text    string     // what the ledger calls it in the measures of earlier runs: MeasureKey of the aggregate as written
	SQL     pgsql.Frag // the aggregate over the alias r
	Type    Type
	Date    pgsql.Frag // a date, may hold marks of parameters; empty: the newest earlier partition
	Columns []string   // columns that SQL reads
}

// Earlier is the rows of one freeze of the judged table, bound to Mark as a relation that must be given an alias. Where there is no such
// freeze, the rule is skipped.
type Earlier struct {
	Mark    string
	Date    pgsql.Frag // as in Elsewhere
	Columns []string
}
