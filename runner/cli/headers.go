package cli

import (
	"context"

	"streamflow/runner/check"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/run"
)

// headerFindings compares the files that are there with the columns of their tables. It is for lint alone: a run reads them whole.
func headerFindings(ctx context.Context, root string) func(*model.Project) diag.List {
	return func(p *model.Project) diag.List {
		return check.Headers(p, func(l *model.Load, path string) (out []check.Header) {
			for _, h := range run.Headers(ctx, root, p.Timezone, path, l) {
				out = append(out, check.Header{File: h.File, Missing: h.Missing, Unread: h.Unread, Faults: h.Faults})
			}
			return out
		})
	}
}
