package report

// Event is news of a run while it goes on, for a progress bar or a plain line. Phase is one of "start", "stage", "check", "schema",
// "publish", "freeze", "wait"; Done and Total are bytes while staging, and 0 elsewhere.
type Event struct {
	Phase   string
	Subject string // table or snapshot
	Done    int64
	Total   int64
	Rows    int64
	Text    string // free text: a note, the target line
	Ended   bool   // the last event of this phase and subject
}

// Events receives the news of a run, from one goroutine at a time. It must not block for long.
type Events func(Event)
