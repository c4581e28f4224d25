package plan

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Diff is what a full batch is to the live table, all told by one join: it proves that the keys of the batch are unique, and it says
// what there is to publish.
type Diff struct {
	New     int64 // keys that live lacks
	Lacking int64 // live keys that the batch lacks
	Changed int64 // rows that differ
}

// Diffs tells whether the batch can be compared with the live table before publishing: both hold every key, so that reading the
// whole table is not too much, and the table has the declared shape.
func (t *Table) Diffs() bool {
	return t.Touch && !t.KeyLater && !t.changing && !t.Load.Append && t.Load.Delivery == model.Full && len(t.Live.PrimaryKey) > 0
}

// Diff asks for the five numbers that NewDiff reads. Columns that no file has (absent) are not compared.
func (t *Table) Diff(absent []string) pgsql.Frag { return t.diff(absent, "") }

// DiffByColumn asks for the same and then for the changed rows of each column that is returned, in order.
func (t *Table) DiffByColumn(absent []string) (pgsql.Frag, []string) {
	counts, columns := t.changedBy(absent, pgsql.Column("l", t.Live.PrimaryKey[0])+" IS NOT NULL AND "+pgsql.Column("s", lineColumn)+" IS NOT NULL")
	return t.diff(absent, counts), columns
}

// changedBy counts the rows under which a column differs between the live table (l) and the batch (s), for each column that may be written.
func (t *Table) changedBy(absent []string, both pgsql.Frag) (counts pgsql.Frag, columns []string) {
	for _, c := range without(t.Live.Rest(), absent) {
		counts += ",\n       count(*) FILTER (WHERE " + both + " AND " + comparable("l", c) + " IS DISTINCT FROM " + comparable("s", c) + ")"
		columns = append(columns, c.Name)
	}
	return counts, columns
}

func (t *Table) diff(absent []string, byColumn pgsql.Frag) pgsql.Frag {
	return fill("check_diff", pgsql.Holes{"table": t.Live.SQL(), "stage": t.Stage, "hash": t.keyHash(), "by_column": byColumn,
		"match":   match("l", t.Live.PrimaryKey, "s", t.Live.PrimaryKey),
		"new":     pgsql.Column("l", t.Live.PrimaryKey[0]) + " IS NULL",
		"lacking": pgsql.Column("s", lineColumn) + " IS NULL", "differs": differs("l", "s", without(t.Live.Rest(), absent))})
}

// NewDiff judges the answer of Diff for a batch of so many rows. It is nil when the batch repeats a key, or may do so: live keys are
// unique, so rows that meet one are unique as well exactly when they are as many as the live rows that were met, and new ones are
// when they have as many hashes.
func NewDiff(rows, added, lacking, changed, hashes, live int64) *Diff {
	if rows-added != live-lacking || hashes != added {
		return nil
	}
	return &Diff{New: added, Lacking: lacking, Changed: changed}
}
