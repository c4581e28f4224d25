package report

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func matrix() *Matrix {
	n := func(s CellState, rows int64) Cell { return Cell{State: s, Rows: rows} }
	return &Matrix{
		Pipeline: "monthly", Target: "embedded  shop",
		Columns: []MatrixColumn{{"clients", TableColumn, "2024-03-31", 7043}, {"orders", TableColumn, "", -1}, {"orders_snapshots", SnapshotColumn, "", 0}},
		Rows: []MatrixRow{
			{AsOf: "2024-01-31", Declared: true, RunID: 3, Status: Succeeded, Cells: []Cell{n(Loaded, 7043), n(Loaded, 7043), {State: Frozen, Rows: 7043, Revision: 2}}},
			{AsOf: "2024-02-29", Declared: true, Cells: []Cell{n(Gap, 0), n(Gap, 0), n(Gap, 0)}},
			{AsOf: "2024-03-31", RunID: 5, Status: Failed, Cells: []Cell{n(Loaded, 7043), n(Refused, 0), n(Partial, 7000)}},
			{AsOf: "2024-04-30", Declared: true, Cells: []Cell{n(Missing, 0), n(Missing, 0), n(Missing, 0)}},
		},
		Next: "runner apply monthly -p as_of=2024-02-29",
	}
}

func TestMatrixText(t *testing.T) {
	var b bytes.Buffer
	if err := MatrixText(&b, matrix(), TextOptions{Terminal: true}); err != nil {
		t.Fatal(err)
	}
	golden(t, "matrix", b.String())
}

func TestMatrixOfManyPartitionsContinuesBelow(t *testing.T) {
	m := matrix()
	m.Rows = append(m.Rows, m.Rows...)
	var b bytes.Buffer
	if err := MatrixText(&b, m, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "orders_snapshots"); n != 2 {
		t.Errorf("%d blocks, want 2:\n%s", n, b.String())
	}
}

func TestMatrixJSONHasNoNull(t *testing.T) {
	var b bytes.Buffer
	if err := MatrixJSON(&b, []*Matrix{matrix(), {Pipeline: "empty"}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "null") {
		t.Error(b.String())
	}
}

func TestRunsText(t *testing.T) {
	at := time.Date(2024, 3, 1, 5, 6, 7, 0, time.UTC)
	end := at.Add(1500 * time.Millisecond)
	runs := []Run{
		{ID: 12, Pipeline: "monthly", Params: map[string]string{"as_of": "2024-02-29"}, Status: Running, Started: at},
		{ID: 2, Pipeline: "monthly", Status: Failed, Started: at, Ended: &end, DurationMS: 1500, Errors: 2, Message: "clients.csv:3: bad\nmore"},
	}
	var b bytes.Buffer
	if err := RunsText(&b, runs, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "runs", b.String())
}

func TestWholeShowsWhatTheLedgerHasOfADeadRun(t *testing.T) {
	var b bytes.Buffer
	r := Run{ID: 2, Pipeline: "monthly", Status: Crashed, Started: time.Unix(0, 0), Message: "its process is gone"}
	if err := WholeText(&b, r, TextOptions{Whole: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"its process is gone", "CRASHED", "run 2"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
