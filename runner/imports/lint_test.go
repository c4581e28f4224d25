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
// it compares floats for equality, or says what is always so.
func TestWrittenFilesAreClean(t *testing.T) {
	var declared strings.Builder
	for _, c := range columns {
		fmt.Fprintf(&declared, "      %q: %s\n", c[0], c[1])
	}
	pipeline := "kind: pipeline\nname: people\ntables:\n"
	for _, name := range []string{"people", "others"} {
		pipeline += "  " + name + ":\n    source: " + name + ".csv\n    primary_key: id\n    columns:\n" + declared.String()
	}
	for _, version := range []string{"0.17.21", "1.24.1"} {
		out, err := imports.GreatExpectations(read(t, "suite-"+version+".json"), "suite.json", tableOf(t, columns))
		if err != nil {
			t.Fatal(err)
		}
		files := fstest.MapFS{"runner.yaml": {Data: []byte("name: shop\n")}, "pipelines/people.yaml": {Data: []byte(pipeline)}, "expectations/people.yaml": {Data: []byte(out.YAML)}}
		tree, found := spec.Load(files, []string{"runner.yaml", "pipelines", "expectations"})
		_, more := check.Check(tree)
		rules := 0
		for _, e := range tree.Expectations {
			rules += len(e.Rules) + len(e.Warnings)
		}
		written := 0
		for _, i := range out.Items {
			if i.Rule != nil {
				written++
			}
		}
		if rules != written || rules < 250 {
			t.Errorf("%s: %d rules were read, %d written", version, rules, written)
		}
		for _, d := range append(found, more...) {
			ofSuite := d.Severity == diag.Warning && (d.ID == "E410" || d.ID == "E406")
			uncovered := strings.Contains(d.Message, `"others" has no expectations`)
			if d.File == "expectations/people.yaml" && !ofSuite || d.Severity == diag.Error && !uncovered {
				t.Errorf("%s: %s: %s %s", version, d.Place, d.ID, d.Message)
			}
		}
	}
}
