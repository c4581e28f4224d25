package cli

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// nextOf is what one would type after a command, shown on a terminal only. A stage that knows better has said so in the report.
func nextOf(kind report.Kind, rep *report.Report, c run.Config) string {
	switch {
	case rep.Next != "":
		return rep.Next
	case rep.Pipeline == "":
		return ""
	case kind != report.ApplyKind:
		return ""
	case rep.ExitCode == report.ExitDone && slices.ContainsFunc(rep.Tables, func(t report.Table) bool { return t.Rejected > 0 }):
		return "runner quarantine show " + strconv.FormatInt(rep.RunID, 10)
	case rep.ExitCode == report.ExitDone:
		return "runner status"
	case rep.ExitCode == report.ExitLocked:
		return again(rep, c) + " --wait"
	case rep.ExitCode == report.ExitRefused && !rep.Declined:
		return again(rep, c) + "   # when the source is corrected"
	}
	return ""
}

// nextOfPlan is the apply that does what was planned; "" where there is nothing to do, or where apply would choose no partition.
func nextOfPlan(rep *report.Report, c run.Config) string {
	if rep.ExitCode != report.ExitDone || rep.Idle || !report.Summarize(rep).Changes() {
		return ""
	}
	return again(rep, c)
}

// again is the apply of the same partition with all that was given to a command, as it is typed.
func again(rep *report.Report, c run.Config) string {
	words := []string{"runner apply", diag.Typed(rep.Pipeline)}
	add := func(flag string, values ...string) {
		for _, v := range values {
			words = append(words, flag, diag.Typed(v))
		}
	}
	given := map[string]string{}
	maps.Copy(given, c.Params)
	if d := rep.Params[model.AsOf]; d != "" {
		given[model.AsOf] = d
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		add("-p", name+"="+given[name])
	}
	add("--only", c.Only...)
	add("--allow-narrow", c.AllowNarrow...)
	add("--allow-drop", c.AllowDrop...)
	add("--adopt", c.Adopt...)
	if c.SameData {
		words = append(words, "--same-data")
	}
	if c.Restate {
		words = append(words, "--restate")
		add("--reason", c.Reason)
	}
	return strings.Join(words, " ")
}

// nextOfMatrix points at the first gap, else at what is still missing.
func nextOfMatrix(m *report.Matrix) string {
	has := func(r report.MatrixRow, state report.CellState) bool {
		for _, c := range r.Cells {
			if c.State == state {
				return true
			}
		}
		return false
	}
	if m.Next != "" {
		return m.Next
	}
	for _, state := range []report.CellState{report.Gap, report.Refused, report.Missing} {
		for _, r := range m.Rows {
			if !has(r, state) {
				continue
			}
			if d := r.Params["as_of"]; d != "" {
				return "runner apply " + m.Pipeline + " -p as_of=" + d
			}
			return "runner apply " + m.Pipeline
		}
	}
	return "runner verify"
}
