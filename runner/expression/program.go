package expression

import "errors"

// Program is a compiled rule that judges rows in memory, with the same verdicts as its SQL. It may be used by several goroutines.
type Program struct {
	rule, where *Node
}

// Row is a row in memory; a column that is missing is nil.
type Row map[string]Datum

// World is what a program may look at beside the rows it judges. A part that is missing makes a rule that needs it fail with
// ErrNoWorld.
type World struct {
	Params  map[string]Datum
	Tables  map[string][]Row // the rows of other tables
	Before  []Row            // the rows of the newest earlier freeze; nil when there is none
	Columns []string         // the names of the columns that the rows have
}

// ErrNoWorld says that a rule looks at something that is only in a database.
var ErrNoWorld = errors.New("this rule looks at what is only in a database")

// Verdict is what a rule says of a row, or of a batch.
type Verdict int

// The verdicts. NotLooked: the row is not selected by where.
const (
	Unknown Verdict = iota
	False
	True
	NotLooked
)
