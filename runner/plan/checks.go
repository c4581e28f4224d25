package plan

import "streamflow/runner/internal/diag"

// Checks lists what only a plan or a database can show, in order of id: D801 to D809 are told by plan and apply, D810 and D811 by lint
// with a database. The severity is the usual one.
var Checks = []diag.Check{
	{ID: "D801", Name: "drop-table", Severity: diag.Error, Title: "a table that would be dropped together with its rows"},
	{ID: "D802", Name: "drop-column", Severity: diag.Error, Title: "a column that would be dropped together with its values"},
	{ID: "D803", Name: "narrow-type", Severity: diag.Error, Title: "a narrower type that some values do not fit"},
	{ID: "D804", Name: "add-not-null", Severity: diag.Error, Title: "a column that may no longer be NULL, and is"},
	{ID: "D805", Name: "add-unique", Severity: diag.Error, Title: "a key or unique index over rows that are there twice"},
	{ID: "D806", Name: "rename-like", Severity: diag.Warning, Title: "a column gone and another come, as if one had been renamed"},
	{ID: "D807", Name: "lock", Severity: diag.Warning, Title: "a change that locks or rewrites a large table"},
	{ID: "D808", Name: "rewrite-history", Severity: diag.Error, Title: "a run that would change a frozen month"},
	{ID: "D809", Name: "mass-change", Severity: diag.Warning, Title: "a batch that changes or loses an unusual part of a table"},
	{ID: "D810", Name: "drift", Severity: diag.Warning, Title: "a table in the database that is not what its spec says"},
	{ID: "D811", Name: "sql-invalid", Severity: diag.Error, Title: "a statement that the database does not take"},
}

// check returns the check of an id of this package.
func check(id string) diag.Check { return diag.Lookup(id, Checks) }

// CheckOf returns the check of an id of this package, to make findings of it elsewhere.
func CheckOf(id string) diag.Check { return check(id) }
