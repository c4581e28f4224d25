package spec

import "streamflow/runner/internal/diag"

// Checks lists the findings of this package, in order of id. The severity is the usual one: a few come milder or harder.
var Checks = []diag.Check{
	{ID: "Y101", Name: "yaml-syntax", Severity: diag.Error, Title: "the file is not YAML"},
	{ID: "Y102", Name: "duplicate-key", Severity: diag.Error, Title: "a key is written twice in one mapping"},
	{ID: "Y103", Name: "unknown-key", Severity: diag.Error, Title: "a key, or a kind, that does not exist"},
	{ID: "Y104", Name: "missing-key", Severity: diag.Error, Title: "a key that must be there is not"},
	{ID: "Y105", Name: "wrong-type", Severity: diag.Error, Title: "a value of the wrong kind"},
	{ID: "Y106", Name: "ambiguous-scalar", Severity: diag.Warning, Title: "an unquoted value that YAML may read as something else"},
	{ID: "Y107", Name: "rule-cut", Severity: diag.Error, Title: "YAML took a part of an expression for a comment, a tag or a key"},
	{ID: "Y108", Name: "anchor", Severity: diag.Warning, Title: "an anchor that is unused, contains itself, is repeated beyond reason or merged where a reader may be misled"},
	{ID: "Y109", Name: "bad-file", Severity: diag.Error, Title: "a file that cannot be read as text, or is empty"},
	{ID: "Y110", Name: "template", Severity: diag.Error, Title: "a ${...} that is malformed or stands where nothing is replaced"},
	{ID: "Y111", Name: "deprecated-key", Severity: diag.Warning, Title: "a key that has a new name"},
	{ID: "Y112", Name: "bad-ignore", Severity: diag.Warning, Title: "a comment that ignores findings, and is malformed, unused, expired or may not do so"},
}

// check returns the check of an id of this package.
func check(id string) diag.Check { return diag.Lookup(id, Checks) }
