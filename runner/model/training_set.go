package model

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
)

// EventTimestamp is what the time column of a training set is called.
const EventTimestamp = "event_timestamp"

// TrainingSet is rows to fill, and the features as they were known at the time of each of them.
type TrainingSet struct {
	Name        string
	Description string
	Owner       string
	Tags        []string
	Spine       FeatureSource
	Keys        map[string]string // column of an entity's key -> column of the spine; every entity of Features has all of its own
	Labels      []Column
	Where       pgsql.Frag // over the row alias r of the spine; may hold pgsql.Param marks; empty means all
	WhereText   string
	Params      []Param
	Horizon     Period   // how long before the time of a row its features are read
	Dates       []string // YYYY-MM-DD, in order; empty means all
	Service     string   // the service that Features come from; empty when they are listed
	Features    []Served
	Inputs      []Column  // of the service: columns of the spine
	Derived     []Derived // of the service
	Rules       []Rule    // about the rows of the result, over the alias r
	Output      Template  // empty when none is given
	Origin      diag.Place
}
