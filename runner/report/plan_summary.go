package report

import (
	"slices"
	"strings"
)

// Summary counts what a plan would do. Its line is the last one that a plan prints, and its form does not change: scripts may read it.
type Summary struct {
	Create   int64 `json:"create"` // tables and schemas
	Alter    int64 `json:"alter"`  // columns, keys, indexes
	Drop     int64 `json:"drop"`   // tables and columns
	Refused  int64 `json:"refused"`
	Insert   int64 `json:"insert"` // rows, as all that follow
	Update   int64 `json:"update"`
	Delete   int64 `json:"delete"`
	Same     int64 `json:"same"`
	Reject   int64 `json:"reject"`   // set aside
	Freeze   int64 `json:"freeze"`   // snapshots that are frozen, completed or restated
	Conflict int64 `json:"conflict"` // snapshots whose frozen content would change
	Online   int64 `json:"online"`   // rows of feature views that are brought online, or taken from there
	Fail     int64 `json:"fail"`     // rules that refuse the batch
	Warn     int64 `json:"warn"`     // rules that fail and only warn
	Errors   int64 `json:"errors"`   // what else stands against it
	// Record says that apply would note the partition as done, which it is not yet.
	Record bool `json:"record,omitempty"`
	// DataUnseen says that no source was looked at, so that everything about rows is unknown rather than zero.
	DataUnseen bool `json:"data_unseen,omitempty"`
}

// WouldPublish is the state of a table in a plan whose batch apply would bring to it.
const WouldPublish = "publish"

// The states of a snapshot in a plan: what apply would do with it.
const (
	WouldFreeze   = "freeze"    // new
	WouldComplete = "complete"  // a partial freeze gets the rows that it is without
	WouldRestate  = "restate"   // other content replaces what is frozen, as --restate asks
	WouldConflict = "conflict"  // other content than what is frozen: apply refuses it
	IsUnchanged   = "unchanged" // frozen already, with the same content
)

// Summarize counts what the report of a plan holds.
func Summarize(r *Report) Summary {
	s := Summary{DataUnseen: r.SchemaOnly || r.Idle, Record: r.Record}
	for _, c := range r.Changes {
		switch {
		case c.Blocked:
			s.Refused++
		case c.Action == "create":
			s.Create++
		case c.Action == "alter":
			s.Alter++
		case c.Action == "drop":
			s.Drop++
		}
	}
	for _, t := range r.Tables {
		s.Insert, s.Update, s.Delete = s.Insert+t.Inserted, s.Update+t.Updated, s.Delete+t.Deleted
		s.Same, s.Reject = s.Same+t.Unchanged, s.Reject+t.Rejected
	}
	for _, x := range r.Snapshots {
		switch x.State {
		case WouldFreeze, WouldComplete, WouldRestate:
			s.Freeze++
		case WouldConflict:
			s.Conflict++
		}
	}
	for _, v := range r.Materialized {
		s.Online += v.Inserted + v.Updated + v.Deleted
	}
	for _, x := range r.Rules {
		switch {
		case x.Verdict != Fail && x.Verdict != Errored:
		case x.Severity == "error":
			s.Fail++
		default:
			s.Warn++
		}
	}
	problems, _ := unseen(r)
	s.Errors = int64(len(slices.DeleteFunc(problems, func(d Problem) bool { return d.Severity != 0 })))
	return s
}

// Changes tells whether apply would change anything.
func (s Summary) Changes() bool {
	return s.changes() || s.Record
}

// changes tells whether it would change more than what the ledger says of the partition.
func (s Summary) changes() bool {
	return s.Create+s.Alter+s.Drop+s.Insert+s.Update+s.Delete+s.Reject+s.Freeze+s.Online > 0
}

// closing is what stands before the line of a plan: that it could not be made, or that there is nothing to do; "" when its counts say it all.
func closing(r *Report) string {
	s := Summarize(r)
	switch {
	case r.Unfinished:
		return "no plan could be made: " + count(s.Errors, "error")
	case s.changes() || len(s.against()) > 0 || s.Conflict > 0:
		return ""
	case r.Idle && !r.SchemaOnly:
		return "Nothing was looked at: every partition is done."
	case r.SchemaOnly:
		return "No changes: the schema has all that the specs say."
	case s.Record:
		return "No changes to the data: apply would only note the partition as done."
	}
	return "No changes: the database holds what the specs and the files say."
}

// String is the closing line of a plan, such as
//
//	Plan: 1 to create, 1 to alter, 0 to drop | 224 to insert, 988 to update, 0 to delete, 12,874 same, 0 rejected | 5 to freeze, 0 in conflict | 1 rule fails
//
// Rows to bring online, and what stands against the plan, are named behind it, only where there is something.
func (s Summary) String() string {
	parts := []string{"Plan: " + thousands(s.Create) + " to create, " + thousands(s.Alter) + " to alter, " + thousands(s.Drop) + " to drop"}
	if s.DataUnseen {
		parts = append(parts, "data not looked at")
	} else {
		parts = append(parts, thousands(s.Insert)+" to insert, "+thousands(s.Update)+" to update, "+thousands(s.Delete)+" to delete, "+
			thousands(s.Same)+" same, "+thousands(s.Reject)+" rejected",
			thousands(s.Freeze)+" to freeze, "+thousands(s.Conflict)+" in conflict")
	}
	if s.Online > 0 {
		parts = append(parts, thousands(s.Online)+" to bring online")
	}
	return strings.Join(append(parts, s.against()...), " | ")
}

// against names what would make apply refuse.
func (s Summary) against() (out []string) {
	switch {
	case s.Fail == 1:
		out = append(out, "1 rule fails")
	case s.Fail > 1:
		out = append(out, thousands(s.Fail)+" rules fail")
	}
	if s.Refused > 0 {
		out = append(out, count(s.Refused, "schema change")+" refused")
	}
	if s.Errors > 0 {
		out = append(out, count(s.Errors, "error"))
	}
	return out
}

// Notes that say the same of this many tables are folded into one.
const manyNotes = 4

// planNotes folds notes that say the same of many tables, so that what is destroyed is not pushed off the screen: "clients and 59
// more: not in the file, left alone: code". All keeps them.
func planNotes(notes []string, all bool) []string {
	said := map[string]int{} // by what stands behind the name of the table
	for _, n := range notes {
		if _, text, ok := strings.Cut(n, ": "); ok {
			said[text]++
		}
	}
	var out []string
	for _, n := range notes {
		name, text, ok := strings.Cut(n, ": ")
		switch {
		case all || !ok || said[text] < manyNotes && said[text] > 0:
			out = append(out, n)
		case said[text] > 0:
			out = append(out, name+" and "+thousands(int64(said[text]-1))+" more: "+text)
			said[text] = 0
		}
	}
	return out
}
