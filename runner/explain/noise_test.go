package explain

import "testing"

// TestNoNoise holds that one fault is told once: what mentions a column of an unknown type or a bad name, a table without readable
// columns, a key that does not hold, or a table of a file that is no YAML or of tables that could not be read, is not called wrong as well.
func TestNoNoise(t *testing.T) {
	for _, name := range []string{"noise", "noise_features", "lost", "habits"} {
		fsys := testProject(t, "testdata/"+name+".txtar")
		list, out := lint(t, fsys)
		golden(t, "testdata/"+name+".out", out)
		placesHold(t, list, fsys)
	}
}
