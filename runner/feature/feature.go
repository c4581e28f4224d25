// Package feature answers requests for features: what must be read of which view, and what is said of what was found.
//
// It is pure. A store reads the records; whoever serves, checks or replays features compiles a Set once and lets it answer, so that all of
// them say the same of the same records.
package feature

import (
	"time"

	"streamflow/runner/model"
)

// Status says how a value is to be understood. The words are Feast's (protos/feast/serving/ServingService.proto).
type Status string

// The statuses.
const (
	Present       Status = "PRESENT"
	NullValue     Status = "NULL_VALUE"      // there is a row, and it has no value
	NotFound      Status = "NOT_FOUND"       // there is no row of the key
	OutsideMaxAge Status = "OUTSIDE_MAX_AGE" // there is a row, and it is older than the view's ttl: the value is null
)

// Set is a list of features that are asked for together, compiled by Of or List. It never changes and may be used by several goroutines.
type Set struct {
	Name     string         // of the service; empty for a list of features
	Features []model.Served // in the order in which they are served; those derived by a service stand last and have no View
	Full     []string       // their names with the view before them, as in VIEW__FEATURE; those without a view keep their own
	Keys     []model.Column // the key columns of all entities, each once, in order of first use
	Inputs   []model.Column // values that come with a request
	Reads    []Read         // one for each view, in order of first use
	ID       string         // the same for sets that read the same: stores keep what they prepared under it

	cells []cell // one for each of Features
}

// Read is what is read of one view.
type Read struct {
	View    *model.FeatureView
	Columns []string // the stored features, in the order in which a store gives their values
	Keys    []int    // which of Set.Keys are the key of its entity, in its order
}

// Record is what a store holds of one key of one view. Its bytes belong to the reader.
type Record struct {
	Values    [][]byte  // one for each of Read.Columns, as Postgres prints it; nil is NULL
	EventTime time.Time // the instant that it speaks for
	AsOf      string    // of a snapshot: its date
	Expires   time.Time // the last instant at which its values hold; zero is for ever
	Absent    []bool    // which of Values the store does not keep yet, because the view gained them since; nil when none
}

// When is what a record speaks for in words: the date of a snapshot, or the event time as ISO 8601 has it.
func (r *Record) When() string {
	if r.AsOf != "" {
		return r.AsOf
	}
	return r.EventTime.UTC().Format("2006-01-02T15:04:05.999999Z")
}

// Request is rows to answer. Columns are those of the Set, values one for each row, as Postgres reads them; nil is NULL.
type Request struct {
	Keys   [][]*string // one list for each of Set.Keys
	Inputs [][]*string // one list for each of Set.Inputs
	Now    time.Time   // what records are held against
}

// Rows is the number of rows that are asked for.
func (r Request) Rows() int {
	if len(r.Keys) == 0 {
		return 0
	}
	return len(r.Keys[0])
}

// Answer is what is said to a request.
type Answer struct {
	Set  *Set
	Rows []Row // in the order of the request
}

// Found tells whether any view has a row of the key.
func (r Row) Found() bool {
	for _, record := range r.Records {
		if record != nil {
			return true
		}
	}
	return false
}

// Row is the answer to one row of a request.
type Row struct {
	Values  []Value   // one for each of Set.Features
	Records []*Record // what was found of each of Set.Reads; nil where there is nothing
}

// Value is one value of an answer.
type Value struct {
	Text   []byte // as Postgres prints it; nil is NULL
	Status Status
}
