package cli

import (
	"testing"

	"streamflow/runner/report"
	"streamflow/runner/run"
)

func TestNext(t *testing.T) {
	params := map[string]string{"as_of": "2024-01-31", "dir": "x"}
	for _, c := range []struct {
		kind report.Kind
		rep  report.Report
		want string
	}{
		{report.ApplyKind, report.Report{Pipeline: "shop"}, "runner status"},
		{report.ApplyKind, report.Report{Pipeline: "shop", RunID: 7, Tables: []report.Table{{Rejected: 1}}}, "runner quarantine show 7"},
		{report.ApplyKind, report.Report{Pipeline: "shop", Next: "runner db stop"}, "runner db stop"},
		{report.ApplyKind, report.Report{Pipeline: "shop", Params: params, ExitCode: report.ExitLocked}, "runner apply shop -p as_of=2024-01-31 --wait"},
		{report.ApplyKind, report.Report{Pipeline: "shop", ExitCode: report.ExitSurrounding}, ""},
		{report.ApplyKind, report.Report{Pipeline: "shop", ExitCode: report.ExitRefused}, "runner apply shop   # when the source is corrected"},
		{report.ApplyKind, report.Report{Pipeline: "shop", ExitCode: report.ExitRefused, Declined: true}, ""},
		{report.VerifyKind, report.Report{}, ""},
	} {
		if got := nextOf(c.kind, &c.rep, run.Config{}); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.rep, got, c.want)
		}
	}
}

// What follows a plan does what was planned: it has the flags of the plan, and can be typed.
func TestNextOfPlanKeepsItsFlags(t *testing.T) {
	changes := report.Report{Pipeline: "shop", Params: map[string]string{"as_of": "2024-01-31", "dir": "x"}, Tables: []report.Table{{Inserted: 1}}}
	idle, refused := changes, changes
	idle.Idle, refused.ExitCode = true, report.ExitRefused
	for _, c := range []struct {
		rep    report.Report
		config run.Config
		want   string
	}{
		{changes, run.Config{}, "runner apply shop -p as_of=2024-01-31"},
		{changes, run.Config{Params: map[string]string{"as_of": "2024-01-31", "dir": "a b"}}, "runner apply shop -p as_of=2024-01-31 -p 'dir=a b'"},
		{changes, run.Config{Only: []string{"t"}, AllowDrop: []string{"t.a|b", "u"}, AllowNarrow: []string{"t.n"}, Adopt: []string{"t"}, SameData: true, Restate: true, Reason: "it's late"},
			`runner apply shop -p as_of=2024-01-31 --only t --allow-narrow t.n --allow-drop 't.a|b' --allow-drop u --adopt t --same-data --restate --reason 'it'\''s late'`},
		{report.Report{Pipeline: "shop"}, run.Config{}, ""},
		{idle, run.Config{}, ""},
		{refused, run.Config{}, ""},
	} {
		if got := nextOfPlan(&c.rep, c.config); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestNextOfMatrixPrefersGaps(t *testing.T) {
	row := func(asOf string, states ...report.CellState) report.MatrixRow {
		r := report.MatrixRow{AsOf: asOf, Params: map[string]string{"as_of": asOf}}
		for _, s := range states {
			r.Cells = append(r.Cells, report.Cell{State: s})
		}
		return r
	}
	full, missing, gap := row("2024-01-31", report.Loaded), row("2024-02-29", report.Missing), row("2024-03-31", report.Loaded, report.Gap)
	for want, rows := range map[string][]report.MatrixRow{
		"runner verify":                         {full},
		"runner apply shop -p as_of=2024-02-29": {full, missing},
		"runner apply shop -p as_of=2024-03-31": {full, missing, gap},
		"runner apply shop":                     {{Cells: []report.Cell{{State: report.Missing}}}},
	} {
		if got := nextOfMatrix(&report.Matrix{Pipeline: "shop", Rows: rows}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
