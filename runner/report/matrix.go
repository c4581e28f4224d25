package report

// Matrix is what `runner status` shows of one pipeline: partitions as rows, oldest first, and tables and snapshots as columns.
type Matrix struct {
	Pipeline string         `json:"pipeline"`
	Target   string         `json:"target,omitempty"`
	Columns  []MatrixColumn `json:"columns"`    // tables in declared order, then snapshots
	Rows     []MatrixRow    `json:"partitions"` // declared ones and others that were loaded, by as_of
	Notes    []string       `json:"notes"`
	Next     string         `json:"next,omitempty"`
}

// MatrixColumn is a table or a snapshot. LiveAsOf and LiveRows speak of a table as it is now: LiveAsOf is the newest as_of that
// wrote it ("" when none did), LiveRows its row count, -1 when it does not exist or was not counted.
type MatrixColumn struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"` // TableColumn or SnapshotColumn
	LiveAsOf string `json:"live_as_of,omitempty"`
	LiveRows int64  `json:"live_rows"`
}

// The kinds of columns of a matrix.
const (
	TableColumn    = "table"
	SnapshotColumn = "snapshot"
)

// MatrixRow is one partition. RunID is the newest run for it (0 when there was none) and Status how that run ended ("" likewise).
// Cells are in the order of the matrix's columns.
type MatrixRow struct {
	AsOf     string            `json:"as_of"`
	Params   map[string]string `json:"params"`
	Declared bool              `json:"declared"` // false: loaded with parameters that no partition of the spec names
	RunID    int64             `json:"run_id"`
	Status   Status            `json:"status,omitempty"`
	Cells    []Cell            `json:"cells"`
}

// Cell is what one partition brought to one table or snapshot. Rows is the size of the accepted batch, or of the freeze.
type Cell struct {
	State    CellState `json:"state"`
	Rows     int64     `json:"rows"`
	Revision int       `json:"revision,omitempty"` // of a freeze; above 1 it was restated
}

// CellState says whether a partition is there.
type CellState string

// The states of a cell. Gap: missing although a later partition is there. Missing: not there yet. Partial: frozen without some
// quarantined keys. Refused: the newest run for it failed and nothing is there.
const (
	Loaded  CellState = "loaded"
	Frozen  CellState = "frozen"
	Partial CellState = "partial"
	Refused CellState = "refused"
	Gap     CellState = "gap"
	Missing CellState = "missing"
)
