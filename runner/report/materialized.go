package report

import (
	"slices"
	"time"
)

// Materialized is what happened to one view in the online store. State is materialized, up to date, nothing yet (its source is not there) or
// refused; in a plan materialize where there is something to do.
type Materialized struct {
	View       string     `json:"view"`
	Mode       string     `json:"mode"` // "incremental", "full", "window"
	State      string     `json:"state"`
	Inserted   int64      `json:"inserted"`
	Updated    int64      `json:"updated"`
	Unchanged  int64      `json:"unchanged"`
	Deleted    int64      `json:"deleted"`
	Older      int64      `json:"older"`            // left as they were, because the store holds newer values
	Newest     *time.Time `json:"newest,omitempty"` // the newest event time in the store
	DurationMS int64      `json:"duration_ms"`
}

// The states of a view.
const (
	Online      = "materialized"
	UpToDate    = "up to date"
	NothingYet  = "nothing yet"
	WouldOnline = "materialize"
)

func (o *printer) materialized(views []Materialized) {
	if len(views) == 0 {
		return
	}
	rows := make([][]string, len(views))
	for i, v := range views {
		newest := ""
		if v.Newest != nil {
			newest = v.Newest.UTC().Format("2006-01-02 15:04:05")
		}
		rows[i] = []string{v.View, v.Mode, o.some(v.Inserted), o.some(v.Updated), thousands(v.Unchanged), o.some(v.Deleted), thousands(v.Older), newest,
			seconds(v.DurationMS), o.onlineState(v.State)}
	}
	o.line("")
	o.grid([]head{{"VIEW", false}, {"MODE", false}, {"INSERTED", true}, {"UPDATED", true}, {"UNCHANGED", true}, {"DELETED", true}, {"OLDER", true},
		{"NEWEST (UTC)", false}, {"TIME", true}, {"STATE", false}}, rows)
}

func (o *printer) onlineState(state string) string {
	switch state {
	case Online:
		return o.p.green(state)
	case "refused":
		return o.p.red(state)
	case NothingYet, WouldOnline:
		return o.p.yellow(state)
	}
	return state
}

// changedViews are the views of a plan of which something would change, or all.
func changedViews(views []Materialized, all bool) []Materialized {
	return slices.DeleteFunc(slices.Clone(views), func(v Materialized) bool { return !all && v.State == UpToDate })
}

// planOnline shows what would be brought online. Views of which every row is the same are only counted, unless all are asked for.
func (o *printer) planOnline(views []Materialized, all bool) {
	if len(views) == 0 {
		return
	}
	o.line("")
	var rows [][]string
	shown := changedViews(views, all)
	for _, v := range shown {
		rows = append(rows, []string{v.View, o.some(v.Inserted), o.some(v.Updated), o.some(v.Deleted), thousands(v.Unchanged), o.onlineState(v.State)})
	}
	if len(rows) > 0 {
		o.grid([]head{{"ONLINE", false}, {"INSERT", true}, {"UPDATE", true}, {"DELETE", true}, {"SAME", true}, {"", false}}, rows)
	}
	if n := len(views) - len(shown); n > 0 {
		o.line("%s", o.p.dim(count(int64(n), "view")+" online without a change"))
	}
}
