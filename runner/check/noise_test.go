package check

import "testing"

// TestNoNoise holds that one fault is told once: what mentions a column of an unknown type or a bad name, a table without readable
// columns, a key that does not hold, or a table of a file that is no YAML, is not called wrong as well.
func TestNoNoise(t *testing.T) {
	_, out := lint(t, project(t, "testdata/noise.txtar"))
	golden(t, "testdata/noise.out", out)
}
