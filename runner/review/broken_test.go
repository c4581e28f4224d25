package review

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"streamflow/runner/check"
	"streamflow/runner/spec"
)

// TestFaultyPast compares with specs that were damaged at random, of which only a part is known: nothing panics, and every change has a kind,
// an object and a place.
func TestFaultyPast(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	now := side(t, project)
	_, text, _ := strings.Cut(project, "\n---\n")
	for range 300 {
		lines := strings.Split(text, "\n")
		for range 1 + rnd.IntN(4) {
			i, j := rnd.IntN(len(lines)), rnd.IntN(len(lines))
			switch rnd.IntN(4) {
			case 0:
				lines = slices.Delete(lines, i, i+1)
			case 1:
				lines[i], lines[j] = lines[j], lines[i]
			case 2:
				lines[i], _, _ = strings.Cut(lines[i], ": ")
			default:
				if runes := []rune(lines[i]); len(runes) > 0 {
					runes[rnd.IntN(len(runes))] = []rune("x:-{}[]\"'# %$")[rnd.IntN(13)]
					lines[i] = string(runes)
				}
			}
		}
		tree, _ := spec.Load(fstest.MapFS{"pipelines/all.yaml": {Data: []byte(strings.Join(lines, "\n"))}}, nil)
		then, _ := check.Partial(tree)
		for _, c := range append(Compare(Side{Project: then}, now), Compare(now, Side{Project: then})...) {
			if c.Kind == "" || c.Object == "" || !strings.Contains(c.Kind, "_") {
				t.Fatalf("a change is not whole: %+v\n%s", c, strings.Join(lines, "\n"))
			}
		}
	}
}
