package check

import (
	"slices"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
)

// TestExamplesOfQueries: nothing can try the examples of a rule in sql, so they are refused and not passed over.
func TestExamplesOfQueries(t *testing.T) {
	list, out := lint(t, fstest.MapFS{"pipelines/p.yaml": {Data: []byte(`kind: pipeline
name: p
tables: {t: {source: t.csv, primary_key: id, columns: {id: text, n: integer}}}
---
kind: expectations
table: t
rules:
  - sql: select * from t where n < 0
    examples: {fail: [{n: -1}]}
`)}})
	if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.ID == WrongExample && d.Line == 9 }) {
		t.Error(out)
	}
}
