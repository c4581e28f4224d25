package model

import "streamflow/runner/internal/diag"

// Pipeline is what one run does: some tables, loaded from one partition's sources, and some snapshots of them.
type Pipeline struct {
	Name        string
	Description string
	Params      []Param
	Partitions  []Partition // as listed; empty when Every is set or none are declared
	Every       *Every
	Loads       []*Load // in declared order
	Snapshots   []*Snapshot
	Materialize []*FeatureView // whose newest values are brought online in the same run
	Origin      diag.Place
}

// Load returns the load of a table, or nil.
func (p *Pipeline) Load(table string) *Load {
	for _, l := range p.Loads {
		if l.Table.Name == table {
			return l
		}
	}
	return nil
}

// Param is a parameter of a pipeline. Values are kept as text; a date is YYYY-MM-DD.
type Param struct {
	Name    string
	Kind    ParamKind
	Env     string // environment variable that may supply it
	Default *string
	Origin  diag.Place
}

// ParamKind is the type of a parameter.
type ParamKind int

// The kinds of parameters.
const (
	StringParam ParamKind = iota
	DateParam
	IntegerParam
	NumberParam
	BooleanParam
)

// Partition is one set of parameter values.
type Partition struct {
	Values map[string]string
	Origin diag.Place
}

// Every is a regular series of partitions, one a month (or day, week, year), without an end. A month-end stays a month-end.
type Every struct {
	Unit   string // "day", "week", "month", "year"
	From   string // the first as_of, YYYY-MM-DD
	Origin diag.Place
}

// Project is a folder of specs, checked and resolved. If it exists, it is valid.
type Project struct {
	Name      string
	Timezone  string // IANA name
	Pipelines []*Pipeline
	Targets   []Target

	Entities        []*Entity
	FeatureViews    []*FeatureView
	FeatureServices []*FeatureService
	TrainingSets    []*TrainingSet

	Origin diag.Place
}

// Target is a named database of the project.
type Target struct {
	Name     string
	Database Template // "embedded", or a URL
	Schema   string   // where its tables live; empty means public
	Default  bool
	Origin   diag.Place
}

// Pipeline returns the pipeline of a name, or nil.
func (p *Project) Pipeline(name string) *Pipeline {
	for _, pl := range p.Pipelines {
		if pl.Name == name {
			return pl
		}
	}
	return nil
}

// Filler finds a table or snapshot by its name, and the pipeline that fills it; nil where no spec declares it.
func (p *Project) Filler(name string) (*Pipeline, *Table) {
	for _, pl := range p.Pipelines {
		if l := pl.Load(name); l != nil {
			return pl, &l.Table
		}
		for _, s := range pl.Snapshots {
			if s.Name == name {
				return pl, &s.Table
			}
		}
	}
	return nil, nil
}
