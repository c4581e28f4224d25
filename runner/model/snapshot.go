package model

import "streamflow/runner/internal/diag"

// AsOf is the name of the column that says which date a snapshot row speaks for, and of the parameter that supplies it.
const AsOf = "as_of"

// Snapshot is a table that keeps what another table's batch said at each as_of.
type Snapshot struct {
	Name    string
	From    string   // name of the table it freezes
	Columns []string // frozen columns without the key, in order
	Table   Table    // its own shape: key columns, as_of, Columns; primary key = key columns + as_of

	KnownAfter Period // how late its data really arrives
	AtStart    bool   // as_of_time: start: a date means the instant its day begins, instead of that when it ends

	Origin diag.Place
}
