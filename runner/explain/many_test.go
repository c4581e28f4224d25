package explain

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

// manyFaults is how many faults are planted in testdata/many.txtar at least. Each is marked by "# fault ID", or by "# fault+N ID" N lines
// above it (or "-N" below) where no comment can stand.
const manyFaults = 30

var planted = regexp.MustCompile(`# fault([+-]\d)? (\w+)`)

// TestManyFaults holds that one run reports every planted fault, at the character where it is, and nothing else.
func TestManyFaults(t *testing.T) {
	fsys := testProject(t, "testdata/many.txtar")
	list, out := lint(t, fsys)
	golden(t, "testdata/many.out", out)
	var wanted, families []string
	for name, file := range fsys {
		for i, line := range strings.Split(string(file.Data), "\n") {
			for _, m := range planted.FindAllStringSubmatch(line, -1) {
				shift, _ := strconv.Atoi(m[1])
				wanted = append(wanted, name+":"+strconv.Itoa(i+1+shift)+" "+m[2])
				families = append(families, m[2][:1])
			}
		}
	}
	var got []string
	for _, d := range list {
		if d.Severity == diag.Error {
			got = append(got, d.File+":"+strconv.Itoa(d.Line)+" "+d.ID)
		}
	}
	slices.Sort(wanted)
	slices.Sort(got)
	for _, w := range wanted {
		if !slices.Contains(got, w) {
			t.Errorf("not reported: %s", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(wanted, g) {
			t.Errorf("not planted: %s", g)
		}
	}
	slices.Sort(families)
	if n := len(slices.Compact(families)); len(wanted) < manyFaults || len(got) != len(wanted) || n < 6 {
		t.Errorf("%d faults of %d families are planted, %d are reported", len(wanted), n, len(got))
	}
}
