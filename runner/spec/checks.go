package spec

import "streamflow/runner/internal/diag"

// Check is one kind of finding. ID and Name never change and are never used again for something else.
type Check struct {
	ID       string
	Name     string // its slug
	Severity diag.Severity
	Title    string // one line for documentation
}

// Checks lists the findings of this package, in order of id. The severity is the usual one: a few come milder or harder.
var Checks = []Check{
	{"Y101", "yaml-syntax", diag.Error, "the file is not YAML"},
	{"Y102", "duplicate-key", diag.Error, "a key is written twice in one mapping"},
	{"Y103", "unknown-key", diag.Error, "a key, or a kind, that does not exist"},
	{"Y104", "missing-key", diag.Error, "a key that must be there is not"},
	{"Y105", "wrong-type", diag.Error, "a value of the wrong kind"},
	{"Y106", "ambiguous-scalar", diag.Warning, "an unquoted value that YAML may read as something else"},
	{"Y107", "rule-cut", diag.Error, "YAML took a part of an expression for a comment, a tag or a key"},
	{"Y108", "anchor", diag.Warning, "an anchor that is unused, contains itself or is repeated beyond reason"},
	{"Y109", "bad-file", diag.Error, "a file that cannot be read as text, or is empty"},
	{"Y110", "template", diag.Error, "a ${...} that is malformed or stands where nothing is replaced"},
	{"Y111", "deprecated-key", diag.Warning, "a key that has a new name"},
}

// check returns the check of an id of this package.
func check(id string) Check {
	for _, c := range Checks {
		if c.ID == id {
			return c
		}
	}
	return Check{ID: id}
}
