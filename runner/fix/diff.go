package fix

import "github.com/rogpeppe/go-internal/diff"

// Diff returns the unified diff of two texts of a file, as patch and git apply read it, or "" where they are the same.
func Diff(name string, before, after []byte) string {
	return string(diff.Diff("a/"+name, before, "b/"+name, after))
}
