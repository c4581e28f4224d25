package diag

// Suppressed is a finding that a comment in a spec asks not to show.
type Suppressed struct {
	Diagnostic
	Reason string `json:"reason,omitempty"` // as the comment gives it
	By     Place  `json:"by"`               // the comment
}
