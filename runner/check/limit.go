package check

import (
	"fmt"

	"streamflow/runner/internal/diag"
)

// MostFindings is how many findings of one file are kept: what has more is no spec, or has one fault many times.
const MostFindings = 2000

// Limit keeps the first findings of each file, errors before all else, and says of a file with more how many there are. The list is sorted.
func Limit(list diag.List) diag.List {
	count, errors := map[string]int{}, map[string]int{}
	for _, d := range list {
		count[d.File]++
		if d.Severity == diag.Error {
			errors[d.File]++
		}
	}
	room, others := map[string]int{}, map[string]int{}
	var out diag.List
	for file, n := range count {
		room[file] = MostFindings
		others[file] = max(MostFindings-errors[file], 0)
		if n > MostFindings {
			out.Add(byID("Y109").At(diag.Place{File: file}, fmt.Sprintf("has %d findings; %d are shown, errors first", n, MostFindings), "is it a spec?"))
		}
	}
	if len(out) == 0 {
		return list
	}
	for _, d := range list {
		left := others
		if d.Severity == diag.Error {
			left = room
		}
		if left[d.File]--; left[d.File] >= 0 {
			out.Add(d)
		}
	}
	out.Sort()
	return out
}
