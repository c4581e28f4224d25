package spec

import "streamflow/runner/internal/diag"

// Expectations is a document of kind expectations. It speaks of exactly one of Table, Snapshot and TrainingSet.
type Expectations struct {
	Name        Str
	Table       Str
	Snapshot    Str
	TrainingSet Str
	Description Str
	Owner       Str
	Tags        StrList
	Defaults    *RuleDefaults // nil when not given
	Rules       []*Rule
	Warnings    []*Rule // rules whose severity is warn
	Place       diag.Place
}

// RuleDefaults is said once for all rules of a document.
type RuleDefaults struct {
	RuleOptions
	Place diag.Place
}

// RuleOptions are the keys of a rule that its document may also give as defaults.
type RuleOptions struct {
	Where    Str // an expression
	AtLeast  Float
	MaxFail  Float
	Severity Str // error, warn
	Nulls    Str // pass, fail
	OnFail   Str // refuse, quarantine
	Owner    Str
	Tags     StrList
}

// Rule is one expectation. A bare expression is short for `{rule: EXPRESSION}`.
type Rule struct {
	RuleOptions
	Name        Str
	Rule        Str // an expression; either it or SQL is given
	SQL         Str
	Examples    *Examples // nil when not given
	Message     Str
	Description Str
	Place       diag.Place
}
