package check

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// Checks lists the findings of this package and of the expressions it compiles, in order of id. The severity is the usual one.
var Checks = []diag.Check{
	{ID: "E401", Name: "expr-syntax", Severity: diag.Error, Title: "an expression that cannot be parsed"},
	{ID: "E402", Name: "expr-unknown-name", Severity: diag.Error, Title: "a name in an expression that is no column, parameter or function"},
	{ID: "E403", Name: "expr-type", Severity: diag.Error, Title: "values in an expression whose types do not go together"},
	{ID: "E404", Name: "expr-not-bool", Severity: diag.Error, Title: "a rule that is not true or false"},
	{ID: "E405", Name: "expr-nullable", Severity: diag.Info, Title: "a column that may be NULL, in a rule that is unknown then"},
	{ID: "E406", Name: "expr-constant", Severity: diag.Warning, Title: "a rule, or a part of one, that says the same of every row"},
	{ID: "E407", Name: "expr-bad-const", Severity: diag.Error, Title: "a constant that has no value: a bad date, pattern or divisor"},
	{ID: "E408", Name: "expr-not-in-sql", Severity: diag.Error, Title: "something the rule language does not have"},
	{ID: "E409", Name: "expr-nondeterministic", Severity: diag.Error, Title: "a result that would change between runs"},
	{ID: "E410", Name: "expr-precision", Severity: diag.Warning, Title: "a comparison that floating point makes unreliable"},
	{ID: "E411", Name: "expr-list", Severity: diag.Error, Title: "a list of mixed types, or with an element twice"},
	{ID: "E412", Name: "expr-complexity", Severity: diag.Error, Title: "an expression too long or too deep"},
	{ID: "E413", Name: "expr-let", Severity: diag.Error, Title: "a let that takes the name of something else, or that nothing uses"},
	{ID: "F601", Name: "entity", Severity: diag.Error, Title: "an entity that is not declared, or whose key a source does not have"},
	{ID: "F602", Name: "timestamp-field", Severity: diag.Error, Title: "rows that do not say when they happened"},
	{ID: "F603", Name: "leakage", Severity: diag.Error, Title: "features that know the future, or the label"},
	{ID: "F604", Name: "feature-type", Severity: diag.Error, Title: "a feature, or its column, that does not exist or has another type"},
	{ID: "F605", Name: "ttl", Severity: diag.Error, Title: "a ttl that is no length of time, or shorter than the time between partitions"},
	{ID: "F606", Name: "duplicate-feature", Severity: diag.Error, Title: "two features of one name"},
	{ID: "F607", Name: "breaking-view", Severity: diag.Warning, Title: "a feature that somebody uses is gone, or is something else"},
	{ID: "F608", Name: "feature-options", Severity: diag.Error, Title: "options of a view or a training set that do not hold or do not go together"},
	{ID: "P701", Name: "unused", Severity: diag.Info, Title: "something that is declared and that nobody mentions"},
	{ID: "P702", Name: "naming", Severity: diag.Warning, Title: "a name that is not what the project, or SQL, wants of one"},
	{ID: "P703", Name: "owner", Severity: diag.Warning, Title: "a document without the owner or the description that the project asks for"},
	{ID: "P705", Name: "bad-param", Severity: diag.Error, Title: "a parameter whose type or default does not hold"},
	{ID: "P706", Name: "bad-partition", Severity: diag.Error, Title: "a partition with a missing, unknown, ill-typed or repeated value"},
	{ID: "P707", Name: "bad-target", Severity: diag.Error, Title: "a target that names no database"},
	{ID: "R201", Name: "unknown-table", Severity: diag.Error, Title: "a table that is not declared"},
	{ID: "R202", Name: "unknown-column", Severity: diag.Error, Title: "a column that its table does not have"},
	{ID: "R203", Name: "unknown-expectation-file", Severity: diag.Error, Title: "a file of expectations that is not there"},
	{ID: "R204", Name: "missing-data-file", Severity: diag.Warning, Title: "a source file that is not there"},
	{ID: "R205", Name: "duplicate-name", Severity: diag.Error, Title: "a name that is used twice"},
	{ID: "R206", Name: "dependency-cycle", Severity: diag.Error, Title: "tables that refer to each other in a circle"},
	{ID: "R207", Name: "path-escape", Severity: diag.Error, Title: "a path that leaves the project, or a password in a spec"},
	{ID: "R208", Name: "unknown-param", Severity: diag.Error, Title: "a parameter that the pipeline does not declare"},
	{ID: "R209", Name: "bad-reference", Severity: diag.Error, Title: "a reference that does not match the key of the other table"},
	{ID: "S501", Name: "snapshot-source", Severity: diag.Error, Title: "a snapshot of a table that its pipeline does not load"},
	{ID: "S502", Name: "snapshot-columns", Severity: diag.Error, Title: "a snapshot that cannot be stamped or compared"},
	{ID: "S503", Name: "snapshot-partial", Severity: diag.Info, Title: "columns that a snapshot leaves out"},
	{ID: "T301", Name: "no-primary-key", Severity: diag.Error, Title: "a table without a primary key"},
	{ID: "T302", Name: "nullable-key", Severity: diag.Error, Title: "a key column that may be NULL or absent"},
	{ID: "T303", Name: "unknown-pg-type", Severity: diag.Error, Title: "a type that Postgres does not have"},
	{ID: "T304", Name: "csv-header", Severity: diag.Warning, Title: "a file whose header is not what its table reads"},
	{ID: "T305", Name: "all-columns-key", Severity: diag.Info, Title: "a table whose every column is in the key"},
	{ID: "T306", Name: "identifier", Severity: diag.Error, Title: "a name that Postgres or the rule language cannot take"},
	{ID: "T307", Name: "shadowed-param", Severity: diag.Warning, Title: "a name in an expression that is a column and a parameter"},
	{ID: "T308", Name: "float-money", Severity: diag.Warning, Title: "money in floating point"},
	{ID: "T309", Name: "bad-default", Severity: diag.Error, Title: "a default that is no value of its column"},
	{ID: "T310", Name: "bad-reading", Severity: diag.Error, Title: "reading options that contradict each other or do not exist"},
	{ID: "T311", Name: "bad-mode", Severity: diag.Error, Title: "table options that do not go together"},
	{ID: "T312", Name: "bad-rename", Severity: diag.Error, Title: "a column that was renamed from what cannot be its old name"},
	{ID: "T313", Name: "field-read-twice", Severity: diag.Warning, Title: "a field of the file that two columns read"},
	{ID: "X451", Name: "range-inverted", Severity: diag.Error, Title: "a range whose ends stand the wrong way round"},
	{ID: "X452", Name: "column-set", Severity: diag.Warning, Title: "a list of columns that does not agree with the declared ones"},
	{ID: "X453", Name: "redundant", Severity: diag.Warning, Title: "a rule that is there twice, or that something else guarantees"},
	{ID: "X454", Name: "threshold", Severity: diag.Error, Title: "a limit that is no share between 0 and 1, or no number of rows"},
	{ID: "X455", Name: "no-expectations", Severity: diag.Info, Title: "a table that no expectations speak of"},
	{ID: "X456", Name: "untested-rule", Severity: diag.Info, Title: "a rule that no test and no example makes fail"},
	{ID: "X457", Name: "rule-options", Severity: diag.Error, Title: "options of a rule that contradict each other"},
	{ID: "X458", Name: "example-wrong", Severity: diag.Error, Title: "an example that is not what its rule says"},
	{ID: "X459", Name: "unknown-rule", Severity: diag.Error, Title: "a test that names a rule which its table does not have"},
	{ID: "X460", Name: "bad-test", Severity: diag.Error, Title: "a test that names rows which are not there, or contradicts itself"},
	{ID: "X461", Name: "bad-value", Severity: diag.Error, Title: "a value in a test or an example that its column or parameter cannot have"},
	{ID: "Y113", Name: "unsupported", Severity: diag.Error, Title: "a key whose feature this version does not have"},
	{ID: "Y114", Name: "not-built-yet", Severity: diag.Info, Title: "a document that is checked, and that this version neither builds nor serves"},
}

// byID returns the check of an id of this package, or of the loader.
func byID(id string) diag.Check {
	for _, list := range [][]diag.Check{Checks, spec.Checks} {
		for _, c := range list {
			if c.ID == id {
				return c
			}
		}
	}
	return diag.Check{ID: id}
}
