package imports_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/check"
	"streamflow/runner/imports"
	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// TestWrittenFilesAreClean reads what was written as part of a project. Only what is true of the suite itself may be found, as a warning:
// it compares floats for equality, says what is always so, or lists columns that the table does not have.
func TestWrittenFilesAreClean(t *testing.T) {
	for _, version := range []string{"0.17.21", "1.24.1"} {
		out, err := imports.GreatExpectations(read(t, "suite-"+version+".json"), "suite.json", tableOf(t, columns))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range lint(t, out.YAML, columns, "people", "others") {
			ofSuite := d.Severity == diag.Warning && (d.ID == "E410" || d.ID == "E406" || d.ID == "X452")
			if d.File == "expectations/e.yaml" && !ofSuite || d.Severity == diag.Error {
				t.Errorf("%s: %s: %s %s", version, d.Place, d.ID, d.Message)
			}
		}
		written := 0
		for _, i := range out.Items {
			if i.Rule != nil {
				written++
			}
		}
		if read := strings.Count(out.YAML, "\n  - "); read != written || read < 250 {
			t.Errorf("%s: %d rules stand in the file, of %d", version, read, written)
		}
	}
}

// lint reads an expectations file in a project with some tables of the same columns.
func lint(t *testing.T, yaml string, columns [][2]string, tables ...string) diag.List {
	t.Helper()
	pipeline := "kind: pipeline\nname: people\ntables:\n"
	for _, name := range tables {
		pipeline += "  " + name + ":\n    source: " + name + ".csv\n    primary_key: " + fmt.Sprintf("%q", columns[0][0]) + "\n    columns:\n"
		for _, c := range columns {
			pipeline += fmt.Sprintf("      %q: %s\n", c[0], c[1])
		}
	}
	files := fstest.MapFS{"runner.yaml": {Data: []byte("name: shop\n")}, "pipelines/p.yaml": {Data: []byte(pipeline)}, "expectations/e.yaml": {Data: []byte(yaml)}}
	tree, found := spec.Load(files, []string{"runner.yaml", "pipelines", "expectations"})
	_, more := check.Check(tree)
	return append(found, more...)
}
