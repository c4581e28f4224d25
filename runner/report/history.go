package report

import "time"

// Run is one row of `runner runs`: what the ledger knows of a run. Ended is nil while it runs, and for a run that died. Report is
// filled when one run is asked for, and nil in a list.
type Run struct {
	ID         int64             `json:"run_id"`
	Pipeline   string            `json:"pipeline"`
	Params     map[string]string `json:"params"`
	Status     Status            `json:"status"`
	Started    time.Time         `json:"started"`
	Ended      *time.Time        `json:"ended"`
	DurationMS int64             `json:"duration_ms"`
	Errors     int               `json:"errors"`            // how many problems and failed rules it had
	Message    string            `json:"message,omitempty"` // the first of them, in one line
	Report     *Report           `json:"report,omitempty"`
}
