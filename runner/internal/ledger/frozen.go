package ledger

import (
	"context"
	"time"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
)

// Frozen is when a date of a snapshot was frozen.
type Frozen struct {
	First time.Time
	Last  time.Time // later than First when it was restated
}

// FrozenAt returns when each date of the snapshots of a schema was frozen: by snapshot, then by as_of. Those of dropped snapshots are left out.
func (l *Ledger) FrozenAt(ctx context.Context, schema string) (map[string]map[string]Frozen, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("freeze_times"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	out := map[string]map[string]Frozen{}
	for _, r := range rows {
		if out[r.Text(0)] == nil {
			out[r.Text(0)] = map[string]Frozen{}
		}
		out[r.Text(0)][r.Text(1)] = Frozen{First: r.Time(2), Last: r.Time(3)}
	}
	return out, err
}
